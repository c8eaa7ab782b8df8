"""A Solution as aligned rows of text: label, value, remark. Colour is the command's to add, by the rows' styles."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from gradcli.calculus.results import Check, Evaluation, Method, Request, Variables, Verdict
from gradcli.language.values import frozen
from gradcli.problem import Solution
from gradcli.render.numbers import array_text, exact_array_text


class Style(Enum):
    """What a row is, for whoever colours it."""

    VALUE = "value"
    DERIVATIVE = "derivative"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"


_LAID_OUT: Final = "\n\t\u200c\u200d"
"""What is not printable and yet belongs to texts: the ends of lines, tabs, and what joins letters or parts them."""


def visible(text: str) -> str:
    """The text with what controls a terminal, or the order of letters, written out: `\\x1b[31m`."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in _LAID_OUT else each.encode("unicode_escape").decode() for each in text
    )


@frozen
class Row:
    """One row; `value` may have several lines; `awaits` tells that a formula may still come to stand in `remark`."""

    label: str
    value: str
    remark: str = ""
    style: Style = Style.VALUE
    awaits: bool = False


def derivative_label(variables: Variables, request: Request) -> str:
    """`df/dx`, `d2f/dxdy`, `v.df/dx`."""
    if len(variables) == 1:
        return f"{'v.' if request is Request.VJP else ''}df/d{variables[0]}"
    order = len(variables)
    below = f"d{variables[0]}{order}" if len(set(variables)) == 1 else "".join(f"d{name}" for name in variables)
    return f"d{order}f/{below}"


def rows(solution: Solution, digits: int | None, width: int) -> list[Row]:
    """The rows of a solution but for its check: the value, then one for each derivative."""
    evaluation = solution.evaluation
    formulas = solution.formulas.derivatives
    if evaluation is None:
        return [
            Row(derivative_label(variables, solution.problem.request), text, style=Style.DERIVATIVE)
            for variables, text in formulas.items()
        ]
    found = [Row("f", array_text(evaluation.value, digits, width), evaluation.grad_fn or "")]
    for variables, array in evaluation.derivatives.items():
        formula = formulas.get(variables)
        value = array_text(array, digits, width)
        found.append(
            Row(
                derivative_label(variables, solution.problem.request),
                value,
                "" if formula in (None, value) else f"= {formula}",
                Style.DERIVATIVE,
                awaits=formula is None and array.ndim == 0,
            )
        )
    return found


def layout(table: Sequence[Row]) -> list[str]:
    """The rows as lines: labels in one column, then values, then remarks."""
    label_width = max([len("check"), *(len(row.label) for row in table)])
    value_width = max([0, *(len(row.value) for row in table if (row.remark or row.awaits) and "\n" not in row.value)])
    return [_lines(row, label_width, value_width) for row in table]


def _lines(row: Row, label_width: int, value_width: int) -> str:
    indent = " " * (label_width + 2)
    value = row.value.replace("\n", "\n" + indent)
    if row.remark and "\n" not in value:
        value = f"{value.ljust(value_width)}   {row.remark}"
    elif row.remark:
        value = f"{value}   {row.remark}"
    return f"{row.label.ljust(label_width)}  {value}"


def check_row(check: Check, evaluation: Evaluation) -> Row:
    """What the cross-check found, in a sentence."""
    style = {Verdict.AGREES: Style.GOOD, Verdict.DIFFERS: Style.BAD}.get(check.verdict, Style.DOUBTFUL)
    scalars = all(array.ndim == 0 for array in evaluation.derivatives.values())
    return Row("check", _check_text(check, count=not scalars), style=style)


def _check_text(check: Check, *, count: bool) -> str:
    witness = "finite differences (SymPy has no form)" if check.method is Method.NUMERIC else "SymPy"
    if check.verdict is Verdict.SKIPPED:
        return f"skipped: {check.reason}" if check.reason else "skipped"
    if check.verdict is Verdict.UNDECIDED:
        return f"undecided: {check.reason}"
    if check.verdict is Verdict.DIFFERS:
        return f"DIFFERS from {witness}: {check.reason}"
    if not count:
        return f"agrees with {witness}"
    held = ", the others held at their numbers" if check.method is Method.SYMBOLIC_SAMPLED else ""
    return f"agrees with {witness} ({check.entries} of {check.of} entries{held})"


def quiet_lines(solution: Solution, digits: int | None) -> list[str]:
    """The derivatives alone, one on a line, as machines read them; the value where nothing is differentiated."""
    evaluation: Evaluation | None = solution.evaluation
    if evaluation is None:
        return list(solution.formulas.derivatives.values())
    if not evaluation.derivatives:
        return [exact_array_text(evaluation.value, digits)]
    return [exact_array_text(array, digits) for array in evaluation.derivatives.values()]
