"""Solutions and failures as records of text, CSV and JSON Lines.

Every record names its input line. Text has a line for a problem, and under it what else there is to say; JSON Lines
has the documented objects of `gradcli --json` with `source` and `id`; CSV has the columns of `header`, one for each
derivative and, where formulas are asked for, one for each formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task, TaskResult, Value
from gradcli.calculus.results import Request, Variables, Verdict
from gradcli.language import Diagnostic
from gradcli.problem import Solution
from gradcli.render.diagnostics import diagnostic_in_file, note_text
from gradcli.render.numbers import exact_array_text
from gradcli.render.objects import error_object, solution_object, to_json
from gradcli.render.text import derivative_label, label_of, length_text, verdict_text
from gradcli.streams.formats import Format

COMMON: Final = ("file", "line", "id", "expr", "value")
"""The first columns of CSV; then come the derivatives, then LAST."""
LAST: Final = ("check", "code", "message")
TEXT_DIGITS: Final = 6
VALUE: Final[Variables] = ()
"""What the value is by."""


def header(settings: BatchSettings) -> str:
    """What stands before the first record."""
    return _csv_row([*COMMON, *_derivative_columns(settings), *LAST]) if settings.to is Format.CSV else ""


def record(solution: Solution, task: Task, settings: BatchSettings) -> str:
    """The record of a solved problem."""
    if settings.to is Format.TEXT:
        return _text(solution, task, settings)
    if settings.to is Format.CSV:
        return _csv(solution, task, settings)
    found = solution_object(solution)
    return to_json({"schema": found.pop("schema"), **_origin(task), **found}) + "\n"


def failed(
    task: Task, settings: BatchSettings, diagnostic: Diagnostic | None = None, value: Value | None = None
) -> TaskResult:
    """The TaskResult of a problem that could not be solved, because of `diagnostic` or the task's own.

    `value` is what the diagnostic is about, if not the whole.
    """
    fault = diagnostic or task.diagnostic
    assert fault is not None, "a task has an entry or a diagnostic"
    if settings.to is Format.TEXT:
        text = _failure_text(task, fault, value)
    elif settings.to is Format.CSV:
        blank = [""] * (2 + len(_derivative_columns(settings)))
        text = _csv_row([*_place(task), *blank, "failed", fault.code, fault.message])
    else:
        found = error_object(fault)
        text = to_json({"schema": found.pop("schema"), **_origin(task), **found}) + "\n"
    return TaskResult(task.number, Status.FAILED, text)


def _origin(task: Task) -> dict[str, Any]:
    found: dict[str, Any] = {} if task.id is None else {"id": task.id}
    return {**found, "source": {"file": task.file, "line": task.line}} if task.file else found


def _text(solution: Solution, task: Task, settings: BatchSettings) -> str:
    """`file:line  f = 63  df/dx = 93  agrees`."""
    pieces = [_label(task)]
    numbers = _texts(solution, settings.digits or TEXT_DIGITS)
    if VALUE in numbers:
        pieces.append(f"f = {numbers.pop(VALUE)}")
    formulas = solution.formulas.derivatives
    lengths = solution.formulas.lengths
    for variables in numbers or [*formulas, *lengths]:
        sides = [label_of(solution, variables)]
        if variables in numbers:
            sides.append(numbers[variables])
        if variables in formulas and formulas[variables] not in sides:
            sides.append(formulas[variables])
        if variables in lengths:
            sides.append(length_text(lengths[variables]))
        pieces.append(" = ".join(sides))
    if solution.check is not None and solution.check.verdict is not Verdict.SKIPPED:
        pieces.append(verdict_text(solution.check))
    notes = [f"  {note_text(note)}" for note in solution.notes]
    return "\n".join(["  ".join(pieces), *notes]) + "\n"


def _label(task: Task) -> str:
    """What names a task in text: where it stands, unless it comes of no file, and its id."""
    place = f"{task.file}:{task.line}" if task.file else ""
    return " ".join(filter(None, (place, None if task.id is None else _printable(task.id))))


def _texts(solution: Solution, digits: int | None) -> dict[Variables, str]:
    """The numbers by what they are; none where the variables have no values."""
    if solution.evaluation is None:
        return {}
    numbers = solution.numbers
    arrays = {**({VALUE: numbers.value} if solution.of is None else {}), **numbers.derivatives}
    return {
        variables: exact_array_text(array, digits, numbers.texts_of(variables)) for variables, array in arrays.items()
    }


def _failure_text(task: Task, fault: Diagnostic, value: Value | None) -> str:
    line, column = (task.line, task.column) if value is None else (task.line + value.below, value.column)
    return diagnostic_in_file(fault, task.file or _label(task), line, column).replace("\n", "\n  ") + "\n"


def _csv(solution: Solution, task: Task, settings: BatchSettings) -> str:
    numbers = _texts(solution, settings.digits)
    cells = [*_place(task), solution.reading, numbers.pop(VALUE, "")]
    formulas = dict(solution.formulas.derivatives)
    if settings.formulas:
        cells += [*_derivative_cells(numbers, solution, settings), *_derivative_cells(formulas, solution, settings)]
    else:
        cells += _derivative_cells(numbers or formulas, solution, settings)
    check = solution.check
    verdict = "skipped" if check is None else check.verdict.value
    messages = [] if check is None or check.reason is None else [check.reason]
    messages += [note.message for note in solution.notes]
    messages += [
        f"{label_of(solution, variables)} has {length_text(length)}"
        for variables, length in solution.formulas.lengths.items()
    ]
    return _csv_row([*cells, verdict, "", "; ".join(messages)])


def _derivative_cells(texts: Mapping[Variables, str], solution: Solution, settings: BatchSettings) -> list[str]:
    """A cell for each variable that has a column, and one for all other derivatives."""
    is_plain = solution.request in (Request.GRADIENT, Request.DIAGONAL) and solution.of is None
    own = set() if not is_plain else {(name,) * settings.order for name in settings.columns}
    cells = [texts.get((name,) * settings.order, "") if own else "" for name in settings.columns]
    others = {variables: text for variables, text in texts.items() if variables not in own}
    return [*cells, "; ".join(f"{label_of(solution, variables)}={text}" for variables, text in others.items())]


def _place(task: Task) -> list[str]:
    return [task.file, str(task.line), task.id or ""]


def _derivative_columns(settings: BatchSettings) -> list[str]:
    """A column for each variable that has one, and one for all other derivatives; the same for their formulas."""
    own = [derivative_label((name,) * settings.order, Request.GRADIENT) for name in settings.columns]
    numbers = [*own, "derivatives"]
    return [*numbers, *(f"{name} formula" for name in own), "formulas"] if settings.formulas else numbers


_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|inf|nan)")


def _csv_row(cells: Iterable[str]) -> str:
    from gradcli.streams.csv_rows import written

    return written([_harmless(cell) for cell in cells])


def _harmless(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would run it as a formula; numbers stay numbers."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
