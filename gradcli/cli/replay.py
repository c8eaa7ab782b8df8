"""`gradcli replay FILE`: a notebook's cells on the engine, held against what the notebook recorded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from gradcli.cli import terminal
from gradcli.cli.misuse import Misuse
from gradcli.cli.options import Seconds
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.replay.cells import CellOutcome
    from gradcli.replay.judge import CellJudgement

EXAMPLES = r"""Examples:
  printf 'import torch\nprint(torch.ones(2))\n' > example.py && gradcli replay example.py
  echo 'print(6 * 7)' > six.py && echo 42 > six.txt && gradcli replay six.py
  printf 'print(1)\n# %%%%\nprint(2)\n' > cells.py && gradcli replay cells.py --json
"""
TIMEOUT: Final = 60.0
"""The seconds that a cell may take where --timeout does not say: training in a tutorial takes less."""


@subcommand("replay", EXAMPLES)
@click.argument("file", metavar="FILE")
@click.option("--expected", type=click.Path(dir_okay=False), metavar="FILE", help="What a Python program should print.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=TIMEOUT,
    metavar="SECONDS",
    help=f"Stop a cell that takes longer ({TIMEOUT:g}).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each cell, and one for the summary.")
def command(file: str, expected: str | None, timeout: float, as_json: bool) -> int:
    """Run the cells of a notebook on gradcli's engine in torch's place, and compare what they print.

    This EXECUTES the code in FILE, with all that it may do to your files and over the network. Replay only what you
    trust.

    FILE is a notebook (.ipynb), whose recorded outputs are compared cell by cell, or a Python program (.py), whose
    output is compared with the --expected file or with NAME.out or NAME.txt beside it; without one, its cells (`# %%`)
    are run and what they print is shown. Magic commands are left out. A cell that differs is run once more with
    other seeds: of what depends on chance (random numbers without a seed, times), only the form is compared.

    Exit status: 0 nothing differs, 1 a cell differs or fails, 2 FILE could not be read.
    """
    from gradcli.replay import judge, notebook, runner

    try:
        document = notebook.read(file, expected)
    except OSError as error:
        raise Misuse(f"{error.filename or file}: {error.strerror}", "name a notebook or a Python file") from None

    def run(seed: int, last: int | None) -> Iterator[CellOutcome]:
        return _with_progress(runner.run(document, seed, timeout, last), last or len(document.cells))

    judgements = list(judge.replay(document, run))
    status = 1 if any(judgement.verdict in judge.FAILS for judgement in judgements) else 0
    if as_json:
        _write_objects(judgements, file, status)
    else:
        _write_lines(judgements)
    return status


def _write_objects(judgements: list[CellJudgement], file: str, status: int) -> None:
    from gradcli.render.replay import judgement_object, summary_object

    objects = [*(judgement_object(each, file) for each in judgements), summary_object(judgements, file, status)]
    for each in objects:
        terminal.write_object(each)


def _write_lines(judgements: list[CellJudgement]) -> None:
    from gradcli.render.replay import STYLES, cell_label, lines, summary_text

    width = len(cell_label(len(judgements)))
    for judgement in judgements:
        first, *rest = lines(judgement, width)
        style = STYLES.get(judgement.verdict)
        terminal.write("\n".join([first if style is None else terminal.painted(first, style), *rest]) + "\n")
    terminal.write(summary_text(judgements) + "\n")


def _with_progress(outcomes: Iterator[CellOutcome], count: int) -> Iterator[CellOutcome]:
    """The outcomes; on a terminal, stderr tells meanwhile which cell is running."""
    shows = terminal.is_terminal(sys.stderr)
    for number in range(1, count + 1):
        if shows:
            sys.stderr.write(f"\rcell {number} of {count}\x1b[K")
            sys.stderr.flush()
        try:
            outcome = next(outcomes, None)
        finally:
            if shows:
                sys.stderr.write("\r\x1b[K")
        if outcome is None:
            return
        yield outcome
