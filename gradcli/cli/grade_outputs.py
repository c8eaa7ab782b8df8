"""What `gradcli grade` writes when all answers are graded: all of it is made from the file of results."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from gradcli.batch.readers import format_of
from gradcli.batch.settings import Format
from gradcli.cli.outputs import Target, replaced
from gradcli.cli.program import Misuse
from gradcli.homework.key import Key
from gradcli.homework.records import Graded, read_records
from gradcli.homework.summary import Summary


@dataclass
class Outputs:
    """What is to be written: the results (`to` None: as the file's name says), a report, Gradescope's file."""

    output: Target | None
    report: Target | None
    gradescope: Target | None
    to: Format | None
    resume: bool

    @property
    def form(self) -> Format:
        """The results' format."""
        return self.to or form_of("" if self.output is None else self.output.name)

    @property
    def leaves_standard_output(self) -> bool:
        """Whether there is nothing on standard output that a summary would spoil."""
        return not any(each and each.descriptor == 1 for each in (self.output, self.report, self.gradescope))


def form_of(file: str) -> Format:
    """The format that a file's name tells: JSON Lines, or CSV."""
    return Format.JSONL if format_of(file) is Format.JSONL else Format.CSV


def need_report() -> None:
    """Raises Misuse where reports cannot be made."""
    try:
        import gradcli.homework.report  # noqa: F401
    except ModuleNotFoundError as absent:
        if absent.name != "jinja2":
            raise
        raise Misuse("--report needs Jinja2, which is not installed", "pip install 'gradcli[report]'") from None


def tell(outputs: Outputs, results: BinaryIO, key: Key, notices: Sequence[str]) -> Summary:
    """Write what is asked for beside the results. Raises Misuse."""
    summary = Summary(key)
    if outputs.report is not None:
        _report(outputs.report, results, outputs.form, summary, key, notices)
    else:
        for _, graded in _read(results, outputs.form, key):
            summary.add(graded)
    if outputs.gradescope is not None:
        from gradcli.homework.gradescope import results_json

        results.seek(0)
        answers = [graded for _, graded in _read(results, outputs.form, key)]
        names = {name: question.names for name, question in key.questions.items()}
        with _replacing(outputs.gradescope) as file:
            file.write(results_json(summary.title, answers, names))
    return summary


def _report(
    target: Target, results: BinaryIO, form: Format, summary: Summary, key: Key, notices: Sequence[str]
) -> None:
    from gradcli.homework.report import Index, write_report

    index = Index()
    for begins, graded in _read(results, form, key):
        summary.add(graded)
        index.add(begins, graded)
    with _replacing(target) as page:
        write_report(page, summary, key, index.of(results, form), notices)


def _read(results: BinaryIO, form: Format, key: Key) -> Iterator[tuple[int, Graded]]:
    """The results. Raises Misuse where they are none of this key's."""
    try:
        for begins, graded in read_records(results, form):
            if graded.question not in key.questions:
                raise ValueError(graded.question)
            yield begins, graded
    except ValueError:
        message = "the results that are there already are not results of this key"
        raise Misuse(message, "choose another --output, or delete the file") from None


@contextlib.contextmanager
def _replacing(target: Target) -> Iterator[TextIO]:
    """A text to be written. Raises Misuse where it cannot be."""
    try:
        with replaced(target) as text:
            yield text
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"{target.name} could not be written: {error.strerror or error}"
        raise Misuse(message, "with --output and --resume nothing is graded twice") from None
