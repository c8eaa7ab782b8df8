"""A Solution as aligned rows of text: label, value, remark. Colour is the command's to add, by the rows' styles."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from gradcli.calculus.labels import entry_label
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


@frozen
class Row:
    """One row; `value` may have several lines."""

    label: str
    value: str
    remark: str = ""
    style: Style = Style.VALUE


def derivative_label(variables: Variables, request: Request, function: str = "f") -> str:
    """`df/dx`, `d2f/dxdy`, `v.df/dx`, `dy/dx`; the function is what is differentiated."""
    return ("v." if request is Request.VJP else "") + entry_label(variables, (), function)


def label_of(solution: Solution, variables: Variables) -> str:
    """What a derivative of a solution is called."""
    return derivative_label(variables, solution.request, solution.function)


def length_text(length: int) -> str:
    """What stands in the place of a formula that is left out because it is long."""
    return f"a formula of {length:,} characters (--full prints it)"


def rows(solution: Solution, digits: int | None, width: int) -> list[Row]:
    """The rows of a solution but for its check: the value, then one for each derivative."""
    evaluation = solution.evaluation
    formulas = solution.formulas.derivatives
    lengths = {variables: length_text(length) for variables, length in solution.formulas.lengths.items()}
    if evaluation is None:
        return [
            Row(label_of(solution, variables), text, style=Style.DERIVATIVE)
            for variables, text in {**formulas, **lengths}.items()
        ]
    numbers = solution.numbers
    value = array_text(numbers.value, digits, width, numbers.texts_of(()))
    found = [Row("f", value, evaluation.grad_fn or "")] if solution.of is None else []
    for variables, array in numbers.derivatives.items():
        formula = formulas.get(variables)
        value = array_text(array, digits, width, numbers.texts_of(variables))
        remark = lengths.get(variables, "") if formula in (None, " ".join(value.split())) else f"= {formula}"
        found.append(Row(label_of(solution, variables), value, remark, Style.DERIVATIVE))
    return found


def layout(table: Sequence[Row]) -> list[str]:
    """The rows as lines: labels in one column, then values, then remarks."""
    label_width = max([len("check"), *(len(row.label) for row in table)])
    value_width = max([0, *(len(row.value) for row in table if row.remark and "\n" not in row.value)])
    return [_lines(row, label_width, value_width) for row in table]


def _lines(row: Row, label_width: int, value_width: int) -> str:
    indent = " " * (label_width + 2)
    value = row.value.replace("\n", "\n" + indent)
    if row.remark and "\n" not in value:
        value = f"{value.ljust(value_width)}   {row.remark}"
    elif row.remark:
        value = f"{value}   {row.remark}"
    return f"{row.label.ljust(label_width)}  {value}"


STYLES: Final = {Verdict.AGREES: Style.GOOD, Verdict.CORRECTED: Style.GOOD, Verdict.DIFFERS: Style.BAD}
"""The styles of the verdicts; those of the others are doubtful."""


def check_row(solution: Solution) -> Row | None:
    """What the check found, in a sentence; None where there was nothing to check."""
    check, evaluation = solution.check, solution.evaluation
    if check is None or evaluation is None or check.verdict is Verdict.SKIPPED:
        return None
    return Row("check", check_text(check, evaluation), style=STYLES.get(check.verdict, Style.DOUBTFUL))


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
    return [exact_array_text(array, digits, numbers.texts_of(variables)) for variables, array in shown.items()]
