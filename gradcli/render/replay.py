"""What replaying a file showed, as text and as JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from gradcli.render.characters import visible
from gradcli.render.objects import SCHEMA
from gradcli.render.text import Style
from gradcli.replay.judge import FAILS, CellJudgement, CellVerdict

MOST_LINES: Final = 20
"""How many lines of a difference or an output are shown as text; `--json` has all."""
_NEAR: Final = 1e-3
"""Numbers nearer than this are said to be near: that is rounding that has grown, and seldom a wrong formula."""
_INDENT: Final = "  "
STYLES: Final = {CellVerdict.SAME: Style.GOOD, CellVerdict.DIFFERS: Style.BAD, CellVerdict.ERROR: Style.BAD}


def verdict_text(judgement: CellJudgement) -> str:
    """The verdict in a line: `same (last digit)`, `not comparable (unseeded random); same form`, `error: …`."""
    verdict = judgement.verdict.value
    notes = ", ".join(judgement.notes)
    if judgement.verdict is CellVerdict.ERROR:
        return f"{verdict}: {judgement.reason}"
    if judgement.verdict is CellVerdict.SAME:
        return f"{verdict} ({notes})" if notes else verdict
    reason = judgement.reason
    if judgement.apart is not None and not reason:
        near = judgement.apart < _NEAR
        reason = f"in numbers, at most {judgement.apart:.0e} apart" if near else "in numbers"
    return verdict + (f" ({reason})" if reason else "") + (f"; {notes}" if notes else "")


def lines(judgement: CellJudgement, label_width: int) -> list[str]:
    """The verdict, and under it what one needs to see: the code and the difference, or what the cell shows.

    Nothing of it controls the terminal: a cell's escape sequences are shown as text.
    """
    return [visible(line) for line in _lines(judgement, label_width)]


def _lines(judgement: CellJudgement, label_width: int) -> list[str]:
    cell = judgement.cell
    head = f"{cell_label(cell.number).ljust(label_width)}  {verdict_text(judgement)}".replace("\n", "\n" + _INDENT)
    if judgement.verdict is CellVerdict.SHOWN:
        shown = [judgement.outputs.stderr.rstrip("\n"), judgement.outputs.text.rstrip("\n")]
        return [head, *_cut([line for text in shown if text for line in text.split("\n")])]
    if judgement.verdict not in FAILS:
        return [head]
    count = "  " if cell.execution_count is None else f"In [{cell.execution_count}]:"
    return [head, *_cut([f"{count} {_first_line(cell.source)}".strip(), *judgement.diff])]


def cell_label(number: int) -> str:
    """What a cell is called."""
    return f"cell {number}"


def summary_text(judgements: Sequence[CellJudgement]) -> str:
    """`5 cells: 3 same, 1 differs, 1 no output`."""
    counts = _counts(judgements)
    many = f"{len(judgements)} cell{'' if len(judgements) == 1 else 's'}"
    return f"{many}: {', '.join(f'{count} {name}' for name, count in counts.items()) or 'nothing to run'}"


def judgement_object(judgement: CellJudgement, file: str) -> dict[str, Any]:
    """A cell's judgement as a JSON object; fields that do not apply are absent.

    `notes` tells what was allowed for, `diff` has the lines that differ (`- ` recorded, `+ ` found), `apart` is the
    largest relative difference where only numbers differ; `stdout`, `stderr`, `displays` and `raised` are what the cell
    showed here.
    """
    cell, outputs = judgement.cell, judgement.outputs
    source = {"file": file, "cell": cell.number}
    if cell.execution_count is not None:
        source["execution_count"] = cell.execution_count
    found: dict[str, Any] = {"schema": SCHEMA, "source": source, "verdict": judgement.verdict.value}
    if judgement.apart is not None and math.isfinite(judgement.apart):
        found["apart"] = judgement.apart
    given = {
        "reason": judgement.reason,
        "notes": list(judgement.notes),
        "diff": list(judgement.diff),
        "stdout": outputs.stdout,
        "stderr": outputs.stderr,
        "displays": list(outputs.displays),
    }
    found.update({name: value for name, value in given.items() if value})
    if outputs.failure is not None:
        found["raised"] = {"name": outputs.failure.name, "text": outputs.failure.text}
    return found


def summary_object(judgements: Sequence[CellJudgement], file: str, status: int) -> dict[str, Any]:
    """The last object: how many cells there are of each verdict, and the exit status."""
    summary = {"cells": len(judgements), **_counts(judgements)}
    return {"schema": SCHEMA, "source": {"file": file}, "summary": summary, "status": status}


def _counts(judgements: Iterable[CellJudgement]) -> dict[str, int]:
    counts = Counter(judgement.verdict for judgement in judgements)
    return {verdict.value: counts[verdict] for verdict in CellVerdict if counts[verdict]}


def _cut(shown: list[str]) -> list[str]:
    more = len(shown) - MOST_LINES
    kept = shown if more <= 0 else [*shown[:MOST_LINES], f"… {more} more lines"]
    return [_INDENT + line for line in kept]


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.split("\n") if line.strip()), "")
