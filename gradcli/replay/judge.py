"""Gives each cell its verdict."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import zip_longest
from typing import Final

from gradcli.language.values import frozen, replace
from gradcli.replay.cells import EXIT, Cell, CellOutcome, CellOutputs, Document
from gradcli.replay.compare import (
    Likeness,
    OutputComparison,
    compare,
    have_same_form,
    split_warnings,
    stable_numbers_agree,
    tidy,
)
from gradcli.replay.versions import DROPPED, GPU, OLDER_TORCH

LAST_DIGIT: Final = "last digit"
OTHER_WARNINGS: Final = "other warnings"
SAME_FORM: Final = "same form"
OTHER_ORDER: Final = "recorded in another order"
RANDOM: Final = "unseeded random"
VERSIONS: Final = "versions"
NOTHING_RECORDED: Final = "nothing recorded"
TABLE: Final = "a table of torch 0.3 or older"
_TABLE: Final = re.compile(r"^\[torch\.\w+Tensor of size", re.MULTILINE)
EMPTIED: Final = "the cell is empty now"
UNINITIALISED: Final = "uninitialised memory"
_TELLS_TIME: Final = re.compile(r"\b(?:date)?time\b|\bperf_counter\b")
_HAS_A_GPU: Final = re.compile(r"is_available|device_count|current_device|get_device_name|is_built")
"""What asks the machine whether it has a GPU."""
_IS_OF_A_GPU: Final = re.compile(r"\bcuda\b|\bmps\b")
_NO_GPU: Final = "Torch not compiled with CUDA enabled"
_UNINITIALISED: Final = re.compile(r"\bempty(?:_like)?\(|\bnew_empty\(|\.\w*Tensor\(\d")
"""Calls that make a tensor of whatever is in memory."""
_LEFT_OUT: Final = re.compile(r"gradcli's engine (?:.*leaves out|saves )")
_TIMES: Final = re.compile(r"^(?:CPU times|Wall time|Compiler +):.*\n?", re.MULTILINE)
"""What `%time` prints."""
MOST_ALIGNED: Final = 2_000**2
"""Pairs of lines among which what is common is looked for."""
MOST_RUNS: Final = 3
"""How often a file is run at most: two random integers may be the same by chance, three seldom are."""
SILENT_MAGICS: Final = ("%matplotlib", "%config", "%load_ext", "%autoreload", "%env", "%reload_ext")
"""Magic commands that show nothing: leaving them out changes no output."""


class CellVerdict(Enum):
    """What replaying a cell showed."""

    SAME = "same"
    DIFFERS = "differs"
    ERROR = "error"
    NOT_COMPARABLE = "not comparable"
    NOT_RUN = "not run"
    NO_OUTPUT = "no output"
    SHOWN = "shown"


FAILS: Final = frozenset({CellVerdict.DIFFERS, CellVerdict.ERROR})
"""The verdicts that make the replay's exit status 1."""


@frozen
class CellJudgement:
    """A cell's verdict.

    `reason` says why nothing could be decided or what went wrong, `notes` what was allowed for, `diff` the lines that
    differ (`-` recorded, `+` found), `apart` how far the numbers are apart where nothing but numbers differs.
    """

    cell: Cell
    verdict: CellVerdict
    reason: str = ""
    notes: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    outputs: CellOutputs = CellOutputs()
    apart: float | None = None


Runs = Callable[[int, "int | None"], Iterator[CellOutcome]]
"""Runs the cells with a seed, to the cell of a number or the last one."""


def replay(document: Document, runs: Runs) -> Iterator[CellJudgement]:
    """The judgements, cell by cell.

    More runs, with other seeds, are made only where a cell differs from what was recorded: what two runs do not share
    depends on chance (random numbers without a seed, times), and only its form can be compared.
    """
    first = list(runs(1, None))
    judges = _Judge(document)
    judgements = [judges.judge(cell, outcome) for cell, outcome in zip(document.cells, first, strict=False)]
    doubtful = {judgement.cell.number for judgement in judgements if judgement.verdict is CellVerdict.DIFFERS}
    for seed in range(2, MOST_RUNS + 1):
        if not doubtful:
            break
        for judgement, one, other in zip(judgements, first, list(runs(seed, max(doubtful))), strict=False):
            number = judgement.cell.number
            if number in doubtful and not _are_equal(one.outputs, other.outputs):
                judgements[number - 1] = _of_chance(judgement, one.outputs, other.outputs)
                doubtful.remove(number)
        doubtful = {number for number in doubtful if judgements[number - 1].apart is not None}
    yield from _with_origins(judgements, first)
    for cell in document.cells[len(first) :]:
        yield CellJudgement(cell, CellVerdict.NOT_RUN, f"cell {len(first)} ended the program")


def _with_origins(judgements: list[CellJudgement], outcomes: list[CellOutcome]) -> Iterator[CellJudgement]:
    """The judgements, with numbers that were made from numbers of chance counted as such themselves.

    A few runs may agree by chance in what comes of them, such as how often a loop was gone through.
    """
    of_chance: set[str] = set()
    for judgement, outcome in zip(judgements, outcomes, strict=True):
        depends = not of_chance.isdisjoint(outcome.reads)
        if judgement.apart is not None and depends:
            judgement = replace(
                judgement, verdict=CellVerdict.NOT_COMPARABLE, reason=RANDOM, notes=(SAME_FORM,), apart=None
            )
        elif judgement.apart is not None and _is_of_a_gpu(judgement.cell):
            judgement = replace(
                judgement, verdict=CellVerdict.NOT_COMPARABLE, reason=GPU, notes=(SAME_FORM,), apart=None
            )
        if judgement.reason.startswith(RANDOM) or depends:
            of_chance.update(outcome.writes)
        else:
            of_chance.difference_update(outcome.writes)
        yield judgement


class _Judge:
    """Judges cells in their order, and remembers which names are not what they were in the recorded run.

    `latest` is the highest execution count so far: a cell with a lower one was run before those above it.
    """

    def __init__(self, document: Document) -> None:
        self.is_python_2 = document.is_python_2
        self.lost: dict[str, int] = {}
        self.latest = 0

    def judge(self, cell: Cell, outcome: CellOutcome) -> CellJudgement:
        """The judgement of one run of the cell; where that depends on chance is not its business."""
        origin = min((self.lost[name] for name in outcome.reads if name in self.lost), default=None)
        judgement = self._judged(cell, outcome, origin)
        if judgement.verdict is CellVerdict.DIFFERS and (cell.execution_count or 0) < self.latest:
            judgement = replace(judgement, notes=(*judgement.notes, OTHER_ORDER))
        self.latest = max(self.latest, cell.execution_count or 0)
        as_recorded = judgement.verdict is CellVerdict.SAME
        for name in {*outcome.writes, *outcome.unbound}:
            if name in outcome.unbound and not as_recorded:
                self.lost[name] = origin or cell.number
            elif origin is None or as_recorded:
                self.lost.pop(name, None)
            else:
                self.lost[name] = origin
        return judgement

    def _judged(self, cell: Cell, outcome: CellOutcome, origin: int | None) -> CellJudgement:
        outputs = outcome.outputs
        cannot = self._why_not_run(cell, outcome, origin)
        if cannot:
            return CellJudgement(cell, CellVerdict.NOT_RUN, cannot, outputs=outputs)
        recorded = cell.recorded
        failure = outputs.failure
        if outcome.ended not in (None, EXIT):
            return CellJudgement(cell, CellVerdict.ERROR, outcome.ended or "", outputs=outputs)
        if failure is not None and (recorded is None or recorded.failure is None):
            return CellJudgement(cell, CellVerdict.ERROR, failure.last_line, outputs=outputs)
        if recorded is not None and any("%time" in magic for magic in outcome.skipped):
            recorded = replace(recorded, stdout=_TIMES.sub("", recorded.stdout))
        judgement = _without_record(cell, outputs) if recorded is None else _compared(cell, recorded, outputs)
        if judgement.verdict is CellVerdict.DIFFERS:
            magics = [magic for magic in outcome.skipped if not magic.startswith(SILENT_MAGICS)]
            reason = f"depends on cell {origin}" if origin else f"left out {magics[0]}" if magics else ""
            if reason:
                return CellJudgement(cell, CellVerdict.NOT_COMPARABLE, reason, outputs=outputs)
        return judgement

    def _why_not_run(self, cell: Cell, outcome: CellOutcome, origin: int | None) -> str:
        """Why the cell could not be run at all, or not as it was; empty where it could."""
        failure = outcome.outputs.failure
        is_recorded = cell.recorded is not None and cell.recorded.failure is not None
        if failure is not None and not is_recorded:
            if outcome.needs:
                return f"needs {', '.join(outcome.needs)}"
            if origin is not None:
                return f"depends on cell {origin}"
            if _LEFT_OUT.search(failure.text):
                return failure.text
            if _NO_GPU in failure.text:
                return "needs a GPU"
            if DROPPED.search(failure.text):
                return f"{OLDER_TORCH}: {failure.text}"
            if failure.name == "SyntaxError" and self.is_python_2:
                return "written for Python 2"
        elif outcome.needs and outcome.outputs.is_empty:
            rest = "; the rest was run" if set(outcome.writes) > set(outcome.unbound) else ""
            return f"needs {', '.join(outcome.needs)}{rest}"
        elif outcome.skipped and outcome.outputs.is_empty and not (outcome.reads or outcome.writes):
            magics = [magic for magic in outcome.skipped if not magic.startswith(SILENT_MAGICS)]
            return f"left out {magics[0]}" if magics else ""
        return ""


def _without_record(cell: Cell, outputs: CellOutputs) -> CellJudgement:
    if outputs.is_empty:
        return CellJudgement(cell, CellVerdict.NO_OUTPUT, outputs=outputs)
    return CellJudgement(cell, CellVerdict.SHOWN, NOTHING_RECORDED, outputs=outputs)


def _compared(cell: Cell, recorded: CellOutputs, found: CellOutputs) -> CellJudgement:
    if recorded.is_empty and found.is_empty:
        return CellJudgement(cell, CellVerdict.NO_OUTPUT, outputs=found)
    notes = tuple(f"{kind} not compared" for kind in dict.fromkeys(recorded.pictures))
    if recorded.pictures and not recorded.text.strip() and recorded.failure is None:
        return CellJudgement(
            cell, CellVerdict.NOT_COMPARABLE, " and ".join(dict.fromkeys(recorded.pictures)), outputs=found
        )
    warned, printed = split_warnings(recorded.stderr)
    warns, prints = split_warnings(found.stderr)
    comparison = compare(_whole(recorded, printed), _whole(found, prints))
    if comparison.likeness > Likeness.LAST_DIGIT:
        reason = _why_not_comparable(cell, recorded, found, comparison)
        if reason:
            return CellJudgement(cell, CellVerdict.NOT_COMPARABLE, reason, outputs=found)
        apart = comparison.apart if comparison.likeness is Likeness.FORM else None
        diff = _diff(_whole(recorded, printed), _whole(found, prints))
        return CellJudgement(cell, CellVerdict.DIFFERS, "", notes, diff, found, apart)
    return CellJudgement(
        cell, CellVerdict.SAME, "", (*_notes(comparison), *_on_warnings(warned, warns), *notes), outputs=found
    )


def _why_not_comparable(cell: Cell, recorded: CellOutputs, found: CellOutputs, comparison: OutputComparison) -> str:
    """Why outputs that differ say nothing about the engine; empty where they do."""
    if "version" in cell.source and _without_versions(recorded.text) == _without_versions(found.text):
        return VERSIONS
    if _HAS_A_GPU.search(cell.source) or (comparison.likeness is Likeness.OTHER and _is_of_a_gpu(cell)):
        return GPU
    if comparison.likeness is Likeness.FORM and _UNINITIALISED.search(cell.source):
        return UNINITIALISED
    if not cell.source.strip():
        return EMPTIED
    if _TABLE.search(recorded.text):
        return TABLE
    return ""


def _is_of_a_gpu(cell: Cell) -> bool:
    return cell.recorded is not None and bool(_IS_OF_A_GPU.search(_whole(cell.recorded, cell.recorded.stderr)))


def _notes(comparison: OutputComparison) -> tuple[str, ...]:
    return (*((LAST_DIGIT,) if comparison.likeness is Likeness.LAST_DIGIT else ()), *comparison.notes)


def _without_versions(text: str) -> str:
    return re.sub(r"\d+\.\d+[\w.+-]*", "#", tidy(text))


def _on_warnings(recorded: list[str], found: list[str]) -> tuple[str, ...]:
    """Warnings come and go with the versions of all libraries: that they differ is said, and is no difference."""
    same = compare("\n".join(recorded), "\n".join(found)).likeness <= Likeness.LAST_DIGIT
    return () if same else (OTHER_WARNINGS,)


def _whole(outputs: CellOutputs, on_stderr: str) -> str:
    """All that can be compared of what a cell shows, as one text."""
    failure = "" if outputs.failure is None else outputs.failure.last_line
    return "\n".join(tidy(part) for part in (outputs.text, on_stderr, failure) if part.strip())


def _diff(recorded: str, found: str) -> tuple[str, ...]:
    """The lines that differ: `- ` recorded, `+ ` found. Where there are too many to be aligned in a short time, those
    that differ from the line in the same place."""
    before, after = recorded.split("\n"), found.split("\n")
    if len(before) * len(after) > MOST_ALIGNED:
        pairs = [pair for pair in zip_longest(before, after) if pair[0] != pair[1]]
        return tuple(
            f"{sign} {line}" for pair in pairs for sign, line in zip("-+", pair, strict=True) if line is not None
        )
    lines = difflib.unified_diff(before, after, lineterm="", n=1)
    return tuple(f"{line[0]} {line[1:]}" for line in list(lines)[2:] if not line.startswith("@@"))


def _are_equal(first: CellOutputs, second: CellOutputs) -> bool:
    return _whole(first, first.stderr) == _whole(second, second.stderr)


def _of_chance(judgement: CellJudgement, first: CellOutputs, second: CellOutputs) -> CellJudgement:
    """The judgement of a cell that shows something else in every run: only the form can be held against the record."""
    cell = judgement.cell
    assert cell.recorded is not None
    recorded = _whole(cell.recorded, split_warnings(cell.recorded.stderr)[1])
    one, other = (_whole(outputs, split_warnings(outputs.stderr)[1]) for outputs in (first, second))
    if not have_same_form(one, other):
        return CellJudgement(cell, CellVerdict.NOT_COMPARABLE, f"{RANDOM}, the form too", outputs=first)
    if not have_same_form(recorded, one):
        return CellJudgement(
            cell, CellVerdict.DIFFERS, f"in form; the numbers are {RANDOM}", diff=judgement.diff, outputs=first
        )
    if not (_TELLS_TIME.search(cell.source) or stable_numbers_agree(recorded, one, other)):
        return CellJudgement(
            cell, CellVerdict.DIFFERS, f"in numbers that are not {RANDOM}", diff=judgement.diff, outputs=first
        )
    return CellJudgement(cell, CellVerdict.NOT_COMPARABLE, RANDOM, (SAME_FORM,), outputs=first)
