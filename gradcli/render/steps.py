"""Derivations as text: an indented account, rule by rule; with values, the numbers as they flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gradcli.calculus.flow import Intermediate
from gradcli.calculus.results import Array, Method, Request, Verdict
from gradcli.calculus.stepcheck import Confirmation
from gradcli.calculus.steps import Account, Along, Carried, Derivation, Implicit, Link, Step, statement
from gradcli.calculus.steps.derivatives import PARTIALS
from gradcli.explanation import Explanation, ShownDerivative
from gradcli.language import Expr, Program, to_text
from gradcli.language.sentences import Writer, written
from gradcli.language.tree import Negation, Sum
from gradcli.language.values import frozen
from gradcli.render.numbers import array_text, exact_array_text
from gradcli.render.text import STYLES, Style, TableRow, derivative_label, layout, verdict_text

INDENT = "  "
WIDEST = 52
"""Columns that formulas may have beside something else.

A wider one pushes its rule's name aside; a wider piece of the table of numbers is cut short.
"""
LONGEST = 60
"""Characters of a tensor in the table of numbers; of a larger one the shape is shown."""


@frozen
class AccountLine:
    """A line of the account: what is calculated, and by which rule."""

    text: str
    rule: str = ""


def explanation_lines(
    explanation: Explanation, digits: int | None, width: int, write: Writer = to_text, columns: int | None = None
) -> Iterator[tuple[str, Style | None]]:
    """The lines of a whole explanation, those of its results with their styles: each account with its result and check,
    and at the end the numbers. Tensors are laid out in `width` columns; results fold to `columns`, where given."""
    yield from _plain(definition_lines(explanation.program, write))
    values = explanation.values or (None,) * len(explanation.accounts)
    pairs = zip(explanation.accounts, explanation.confirmations, values, strict=True)
    for index, (account, confirmation, value) in enumerate(pairs):
        if index:
            yield "", None
        yield from _plain(account_lines(account, write))
        remark = entries_text(account)
        note = [] if remark is None else [TableRow("note", remark)]
        rows = [result_row(account, value, digits, width - 8, write), *note, confirmation_row(confirmation)]
        yield from zip(layout(rows, columns), [row.style for row in rows], strict=True)
    if explanation.intermediates:
        yield from _plain(["", *flow_lines(explanation, digits, write)])


def _plain(lines: Iterable[str]) -> Iterator[tuple[str, None]]:
    return ((line, None) for line in lines)


def account_lines(account: Account, write: Writer = to_text) -> list[str]:
    """The account of one variable's derivative, its formulas as `write` writes them."""
    lines = [line for carried in account.carried for line in _carried(carried, write)]
    if account.implicit is not None:
        return _aligned([*lines, *_implicit(account, account.implicit, write)])
    for index, derivation in enumerate(account.derivations):
        if len(account.derivations) > 1:
            lines.append(AccountLine(f"{_ordinal(index + 1)} derivative by {derivation.variable}"))
        lines.extend(_derivation(derivation, write))
    return _aligned(lines)


def definition_lines(program: Program, write: Writer = to_text) -> list[str]:
    """What the functions of one's own stand for."""
    return [f"{each.name}({', '.join(each.parameters)}) stands for {write(each.body)}" for each in program.definitions]


def _carried(carried: Carried, write: Writer) -> Iterator[AccountLine]:
    """A derivative inside the expression, carried out."""
    derivative, account = carried.derivative, carried.account
    order = "" if derivative.order == 1 else f"{_ordinal(derivative.order)} "
    yield AccountLine(f"the inner {order}derivative by {derivative.variable}: {write(derivative.expression)}")
    for derivation in account.derivations:
        for line in _derivation(derivation, write):
            yield AccountLine(f"{INDENT}{line.text}", line.rule)
    if derivative.point is not None:
        yield AccountLine(f"{INDENT}at {derivative.variable} = {write(derivative.point)}: {write(carried.result)}")


def _implicit(account: Account, implicit: Implicit, write: Writer) -> Iterator[AccountLine]:
    """An equation differentiated on both sides, and solved for the slope."""
    prime = f"{implicit.of}'"
    for line in _of_equation(account, implicit, write):
        yield AccountLine(line.text.replace(implicit.slope, prime), line.rule.replace(implicit.slope, prime))


def _of_equation(account: Account, implicit: Implicit, write: Writer) -> Iterator[AccountLine]:
    """The same, with the slope by its name."""
    of, by = implicit.of, account.variable
    yield AccountLine(f"differentiate both sides by {by}: {of} depends on {by}, and {of}' stands for d{of}/d{by}")
    for side, name in zip(implicit.sides, ("left", "right"), strict=True):
        yield from _along(f"{name} side: {write(side.expression)}", side, write)
    yield AccountLine(f"{write(implicit.sides[0].result)} = {write(implicit.sides[1].result)}", "both sides")
    yield AccountLine(f"{write(implicit.collected.left)} = {write(implicit.collected.right)}", f"collect {of}'")
    first = write(account.derivations[0].result)
    yield AccountLine(f"{of}' = {' = '.join(dict.fromkeys([write(implicit.solved), first]))}", f"solve for {of}'")
    for index, (along, derivation) in enumerate(zip(implicit.further, account.derivations[1:], strict=True)):
        before, after = "'" * (index + 1), "'" * (index + 2)
        yield from _along(f"differentiate {of}{before} = {write(along.expression)} by {by}", along, write)
        yield AccountLine(f"{of}{after} = {write(derivation.result)}", f"with {of}' = {first}")


def _along(heading: str, along: Along, write: Writer) -> Iterator[AccountLine]:
    """The derivative of an expression in which one variable depends on the other."""
    yield AccountLine(heading)
    for step in along.steps:
        yield from _step(step, 1, write)
    if not along.steps:
        yield AccountLine(f"{INDENT}= 0", "constant rule: c' = 0")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _aligned(lines: Sequence[AccountLine]) -> list[str]:
    """The rules in a column of their own, as far as the formulas leave room."""
    column = max((len(line.text) for line in lines if line.rule and len(line.text) <= WIDEST), default=0)
    return [f"{line.text.ljust(column)}  {line.rule}" if line.rule else line.text for line in lines]


def _derivation(derivation: Derivation, write: Writer) -> Iterator[AccountLine]:
    if len(derivation.links) == 1:
        (link,) = derivation.links
        for step in link.steps:
            yield from _step(step, 0, write)
        if not link.steps:
            yield AccountLine(f"d/d{derivation.variable} {_shown(link.expression, write)} = 0", "constant rule: c' = 0")
        return
    for link in derivation.links:
        yield from _link(link, derivation.variable, write)
    yield from _written_out(derivation, write)


def _link(link: Link, variable: str, write: Writer) -> Iterator[AccountLine]:
    name = link.name or "f"
    yield AccountLine(f"{name} = {write(link.expression)}")
    for step in link.steps:
        yield from _step(step, 1, write)
    whole = f"{INDENT}d{name}/d{variable}"
    product = " + ".join(_product(name, step.variable, variable) for step in link.steps)
    result, given = write(link.result), write(link.given)
    if not link.steps:
        yield AccountLine(f"{whole} = 0", "constant rule: c' = 0")
    elif [step.variable for step in link.steps] == [variable]:
        yield AccountLine(f"{whole} = {result}")
    else:
        middle = "" if given == result else f" = {given}"
        yield AccountLine(f"{whole} = {product}{middle} = {result}", "chain rule")


def _product(name: str, inner: str, variable: str) -> str:
    direct = f"d{name}/d{inner}"
    return f"partial {direct}" if inner == variable else f"{direct}*d{inner}/d{variable}"


def _written_out(derivation: Derivation, write: Writer) -> Iterator[AccountLine]:
    """The result without the program's own names."""
    last = write(derivation.links[-1].result)
    result = write(derivation.result)
    if result != last:
        names = ", ".join(link.name for link in derivation.links if link.name is not None)
        yield AccountLine(f"{INDENT}written out, without {names}: df/d{derivation.variable} = {result}")


def _step(step: Step, depth: int, write: Writer) -> Iterator[AccountLine]:
    """One step, the steps that it rests on indented below it."""
    indent = INDENT * depth
    head = f"{indent}d/d{step.variable} {_shown(step.expression, write)}"
    shown = [inner for inner in step.inner if inner.rule != "variable"]
    if not shown:
        yield AccountLine(f"{head} = {_outcome(step, write)}", _rule(step, write))
        return
    yield AccountLine(head, _rule(step, write))
    for inner in shown:
        yield from _step(inner, depth + 1, write)
    yield AccountLine(f"{indent}{INDENT}= {_outcome(step, write)}")


def _outcome(step: Step, write: Writer) -> str:
    given, result = write(step.given), write(step.result)
    return result if given == result else f"{given} = {result}"


def _rule(step: Step, write: Writer) -> str:
    where = ", ".join(f"{letter} = {write(part)}" for letter, part in step.letters)
    remark = [] if step.remark is None else [written(step.remark, write)]
    return "; ".join([_statement(step, write), *([f"with {where}"] if where else []), *remark])


def _statement(step: Step, write: Writer) -> str:
    """The rule's name, and what it says: of a function's rule the formulas, of others the words."""
    found = statement(step.rule)
    if found is None:
        letters = {ord(general): letter for general, (letter, _) in zip("uv", step.letters, strict=False)}
        return f"{step.title}: {step.formula.translate(letters)}"
    function, derivatives = found
    text = write(function)
    name, bracket, _ = text.partition("(")
    if step.rule in PARTIALS:
        by = ", ".join(f"by {variable}: {write(derivative)}" for variable, derivative in derivatives.items())
        return f"derivative of {text}: {by}"
    title = f"derivative of {name if bracket else step.rule}"
    left = text if bracket or text.startswith("|") else f"({text})"  # not the prime of what stands below a root
    return f"{title}: {left}' = {write(derivatives['x'])}"


def _shown(expr: Expr, write: Writer) -> str:
    text = write(expr)
    return f"({text})" if isinstance(expr, (Sum, Negation)) else text


def result_row(
    account: Account, value: ShownDerivative | None, digits: int | None, width: int, write: Writer = to_text
) -> TableRow:
    """The derivative: the number where there is one, and the formula."""
    formula = write(account.result)
    function = "f" if account.implicit is None else account.implicit.of
    label = derivative_label(account.variables, Request.GRADIENT, function)
    if value is None:
        return TableRow(label, formula, style=Style.DERIVATIVE)
    return TableRow(label, array_text(value.array, digits, width, value.texts), f"= {formula}", Style.DERIVATIVE)


def entries_text(account: Account) -> str | None:
    """What the formulas mean where the variable is a tensor."""
    if not account.entrywise:
        return None
    name = account.variable
    count = f"; {account.count} is the number of entries" if account.count is not None else ""
    return f"the formulas hold entry by entry: {name} stands for one entry {name}_i{count}"


def confirmation_row(confirmation: Confirmation) -> TableRow:
    """What the two witnesses say."""
    style = STYLES.get(confirmation.check.verdict, Style.DOUBTFUL)
    return TableRow("check", _confirmation_text(confirmation), style=style)


def _confirmation_text(confirmation: Confirmation) -> str:
    check = confirmation.check
    if check.verdict is not Verdict.AGREES:
        return verdict_text(check)
    second = f"finite differences to {check.digits} digits" if check.method is Method.NUMERIC else "SymPy"
    count = f" (at {confirmation.points} point{'s' * (confirmation.points > 1)})" if confirmation.points else ""
    return f"agrees with the engine and with {second}{count}"


def flow_lines(explanation: Explanation, digits: int | None, write: Writer = to_text) -> list[str]:
    """The recorded graph, piece by piece: forward the values, backward the gradients."""
    table = [("piece", "value", "grad_fn", "df/d(piece)")]
    table += [_intermediate(intermediate, digits, write) for intermediate in explanation.intermediates]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    return [
        INDENT.join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in table
    ]


def _intermediate(intermediate: Intermediate, digits: int | None, write: Writer) -> tuple[str, str, str, str]:
    text = write(intermediate.expression)
    piece = text if intermediate.name is None else f"{intermediate.name} = {text}"
    piece = piece if len(piece) <= WIDEST else f"{piece[:WIDEST]}…"
    values = (
        _number(intermediate.value, digits),
        intermediate.grad_fn or "leaf",
        _number(intermediate.gradient, digits),
    )
    return piece, *values


def _number(value: Array, digits: int | None) -> str:
    text = exact_array_text(value, digits or 6)
    return text if len(text) <= LONGEST else f"shape {value.shape}"
