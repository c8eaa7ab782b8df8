"""A Solution as aligned rows of text: label, value, remark. Colour is the command's to add, by the rows' styles."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from enum import Enum
from typing import Final

import numpy as np

from gradcli.calculus.results import Array, Check, Evaluation, Method, Place, Request, Variables, Verdict, entry_label
from gradcli.language.values import frozen, replace
from gradcli.problem import Solution
from gradcli.render.numbers import array_text, exact_array_text, number_text, texts_in_rows


class Style(Enum):
    """What a row is, for whoever colours it."""

    VALUE = "value"
    DERIVATIVE = "derivative"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"


LEAST_ROOM: Final = 20
"""Columns that a text is given at least, however narrow the terminal is."""


@frozen
class TableRow:
    """One row; `value` may have several lines."""

    label: str
    value: str
    remark: str = ""
    style: Style = Style.VALUE


MAX_EXACT: Final = 1000
"""Entries of a tensor that is shown in exact form."""


def derivative_label(variables: Variables, request: Request, function: str = "f") -> str:
    """`df/dx`, `d2f/dxdy`, `v.df/dx`, `dy/dx`; the function is what is differentiated."""
    return ("v." if request is Request.VJP else "") + entry_label(variables, (), function)


def label_of(solution: Solution, variables: Variables) -> str:
    """What a derivative of a solution is called."""
    return derivative_label(variables, solution.request, solution.function)


def length_text(length: int) -> str:
    """What stands in the place of a formula that is left out because it is long."""
    return f"a formula of {length:,} characters (--full prints it)"


def rows(solution: Solution, digits: int | None, width: int) -> list[TableRow]:
    """The rows of a solution but for its check: the value, then one for each derivative."""
    evaluation = solution.evaluation
    formulas = solution.formulas.derivatives
    lengths = {variables: length_text(length) for variables, length in solution.formulas.lengths.items()}
    if evaluation is None:
        return [
            TableRow(label_of(solution, variables), text, style=Style.DERIVATIVE)
            for variables, text in {**formulas, **lengths}.items()
        ]
    numbers = solution.numbers
    value = array_text(numbers.value, digits, width, numbers.texts_of(()))
    found = []
    if solution.of is None:
        found.append(_with_exact(TableRow("f", value, evaluation.grad_fn or ""), solution, (), numbers.value))
    for variables, array in numbers.derivatives.items():
        if solution.exact is not None:
            value = array_text(array, digits, width, numbers.texts_of(variables))
            row = TableRow(label_of(solution, variables), value, style=Style.DERIVATIVE)
            found.append(_with_exact(row, solution, variables, array))
            continue
        formula = formulas.get(variables)
        value = array_text(array, digits, width, numbers.texts_of(variables))
        remark = lengths.get(variables, "") if formula in (None, " ".join(value.split())) else f"= {formula}"
        found.append(TableRow(label_of(solution, variables), value, remark, Style.DERIVATIVE))
    return found


def _with_exact(row: TableRow, solution: Solution, variables: Variables, array: Array) -> TableRow:
    """A row of decimals with the exact values before them, where these are others."""
    texts = {} if solution.exact is None else exact_entries(solution, variables, array)
    length = None if solution.exact is None else solution.exact.lengths.get((variables, ()))
    if length is not None:
        remark = f"an exact value of {length:,} characters (--full prints it)"
        return replace(row, remark="   ".join(filter(None, [remark, row.remark])))
    if not texts:
        return row
    exact = texts_in_rows(texts, array.shape)
    if exact.split() == row.value.split():
        return row
    if array.ndim == 0:
        return replace(row, value=exact, remark="   ".join(filter(None, [f"= {row.value}", row.remark])))
    return replace(row, value=f"{exact}\n= " + row.value.replace("\n", "\n  "))


def exact_entries(solution: Solution, variables: Variables, array: Array) -> dict[Place, str]:
    """The exact texts of the entries of a value or derivative, decimals in the place of those that have none; nothing
    where none has one, or there are too many to be shown."""
    exact, decimals = solution.exact, solution.numbers.texts_of(variables)
    if exact is None or array.size > MAX_EXACT:
        return {}
    known = {place: exact.texts.get((variables, place)) for place in np.ndindex(array.shape)}
    if not any(known.values()):
        return {}
    return {at: text or decimals.get(at) or number_text(array[at].item()) for at, text in known.items()}


def layout(table: Sequence[TableRow], width: int | None = None) -> list[str]:
    """The rows as texts: labels in one column, then values, then remarks. Where there is a `width` in columns, what is
    wider is folded: a remark goes below its value, and a text goes on below itself."""
    label_width = max([len("check"), *(len(row.label) for row in table)])
    value_width = max([0, *(len(row.value) for row in table if row.remark and "\n" not in row.value)])
    room = None if width is None else max(width - label_width - 2, LEAST_ROOM)
    return [_text(row, label_width, value_width, room) for row in table]


def _text(row: TableRow, label_width: int, value_width: int, room: int | None) -> str:
    gap = " " * max(value_width - len(row.value), 0) if row.remark and "\n" not in row.value else ""
    tries = [f"{row.value}{gap}   {row.remark}", f"{row.value}   {row.remark}"] if row.remark else [row.value]
    folds = "\n".join(line for part in (row.value, row.remark) for line in _folded(part, room or LEAST_ROOM))
    value = next((each for each in tries if room is None or _width(each) <= room), folds)
    indent = " " * (label_width + 2)
    return f"{row.label.ljust(label_width)}  {value}".replace("\n", "\n" + indent)


def _width(text: str) -> int:
    return max(map(len, text.split("\n")))


def folded(text: str, room: int, indent: str = "  ") -> str:
    """The text in lines of at most `room` columns, as far as it has gaps; all but the first begin with the indent."""
    return textwrap.fill(
        text, max(room, LEAST_ROOM), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _folded(text: str, room: int) -> list[str]:
    """A value or a remark in lines; one that has lines already is laid out."""
    return text.split("\n") if "\n" in text else folded(text, room).split("\n") if text else []


STYLES: Final = {Verdict.AGREES: Style.GOOD, Verdict.CORRECTED: Style.GOOD, Verdict.DIFFERS: Style.BAD}
"""The styles of the verdicts; those of the others are doubtful."""


def check_row(solution: Solution) -> TableRow | None:
    """What the check found, in a sentence; None where there was nothing to check."""
    check, evaluation = solution.check, solution.evaluation
    if check is None or evaluation is None or check.verdict is Verdict.SKIPPED:
        return None
    return TableRow("check", check_text(check, evaluation), style=STYLES.get(check.verdict, Style.DOUBTFUL))


def check_text(check: Check, evaluation: Evaluation) -> str:
    """The verdict, with the reason where there is one, and how many entries were compared where these are several."""
    if check.verdict is not Verdict.AGREES:
        return verdict_text(check)
    if check.method is Method.NUMERIC:
        witness = f"finite differences to {check.digits} digit{'' if check.digits == 1 else 's'}"
    else:
        witness = "SymPy" if evaluation.derivatives else "exact arithmetic"
    scalars = all(array.ndim == 0 for array in evaluation.derivatives.values())
    return f"agrees with {witness}" + ("" if scalars else f" ({check.entries} of {check.of} entries)")


def verdict_text(check: Check) -> str:
    """The verdict in a word, with the reason where there is one."""
    word = "DIFFERS" if check.verdict is Verdict.DIFFERS else check.verdict.value
    return word if check.reason is None else f"{word}: {check.reason}"


def quiet_lines(solution: Solution, digits: int | None) -> list[str]:
    """The derivatives alone, one on a line, as machines read them; the value where nothing is differentiated."""
    if solution.evaluation is None:
        return list(solution.formulas.derivatives.values())
    numbers = solution.numbers
    shown = numbers.derivatives or {(): numbers.value}
    if solution.exact is not None:
        return [_quiet_exact(solution, variables, array, digits) for variables, array in shown.items()]
    return [exact_array_text(array, digits, numbers.texts_of(variables)) for variables, array in shown.items()]


def _quiet_exact(solution: Solution, variables: Variables, array: Array, digits: int | None) -> str:
    """The exact values of a tensor on one line; decimals in the place of those that have none."""
    texts = dict(solution.numbers.texts_of(variables))
    if solution.exact is not None:
        texts.update({place: text for (of, place), text in solution.exact.texts.items() if of == variables})
    return exact_array_text(array, digits, texts)
