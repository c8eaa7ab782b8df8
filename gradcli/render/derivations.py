"""Derivations as LaTeX and as the documented JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradcli.calculus.flow import Intermediate
from gradcli.calculus.stepcheck import Confirmation
from gradcli.calculus.steps import Account, Along, Carried, Implicit, Link, Step
from gradcli.explanation import Explanation
from gradcli.language import to_text
from gradcli.language.values import replace
from gradcli.render.latex import name_latex, to_latex
from gradcli.render.numbers import plain, plain_array
from gradcli.render.objects import SCHEMA, check_object


def latex_text(explanation: Explanation) -> str:
    """The derivations as `align*` environments, inner steps first, each line with its rule."""
    return "\n".join(_environment(list(_account_lines(account))) for account in explanation.accounts)


def _environment(lines: Sequence[str]) -> str:
    return "\\begin{align*}\n" + " \\\\\n".join(f"  {line}" for line in lines) + "\n\\end{align*}"


def _account_lines(account: Account) -> Iterator[str]:
    for carried in account.carried:
        yield from _account_lines(carried.account)
    if account.implicit is not None:
        yield from _implicit_lines(account, account.implicit)
        return
    for derivation in account.derivations:
        for link in derivation.links:
            if len(derivation.links) > 1:
                yield f"{name_latex(link.name or 'f')} &= {to_latex(link.expression)}"
            for step in link.steps:
                yield from _step_lines(step)
            if len(derivation.links) > 1 or not link.steps:
                yield _link_line(link, derivation.variable)
        if len(derivation.links) > 1:
            left = _fraction(r"\mathrm{f}", name_latex(derivation.variable))
            yield f"{left} &= {to_latex(derivation.result)} && \\text{{written out}}"


def _implicit_lines(account: Account, implicit: Implicit) -> Iterator[str]:
    """An equation differentiated on both sides, and solved for the slope."""
    prime = f"{name_latex(implicit.of)}'"
    return (line.replace(name_latex(implicit.slope), prime) for line in _equation_lines(account, implicit, prime))


def _equation_lines(account: Account, implicit: Implicit, prime: str) -> Iterator[str]:
    """The same, with the slope by its name."""
    for along in implicit.sides:
        for step in along.steps:
            yield from _step_lines(step)
    left, right = (to_latex(each.result) for each in implicit.sides)
    yield f"{left} &= {right} && \\text{{both sides}}"
    yield f"{to_latex(implicit.collected.left)} &= {to_latex(implicit.collected.right)} && \\text{{collect }} {prime}"
    first, *others = account.derivations
    solved = " = ".join(dict.fromkeys([to_latex(implicit.solved), to_latex(first.result)]))
    yield f"{prime} &= {solved} && \\text{{solve for }} {prime}"
    for count, (along, derivation) in enumerate(zip(implicit.further, others, strict=True), 1):
        for step in along.steps:
            yield from _step_lines(step)
        yield f"{prime}{chr(39) * count} &= {to_latex(derivation.result)}"


def _step_lines(step: Step) -> Iterator[str]:
    for inner in step.inner:
        if inner.rule != "variable":
            yield from _step_lines(inner)
    given, result = to_latex(step.given), to_latex(step.result)
    outcome = result if given == result else f"{given} = {result}"
    letters = "".join(f",\\; {name_latex(letter)} = {to_latex(part)}" for letter, part in step.letters)
    left = f"\\frac{{d}}{{d{name_latex(step.variable)}}}\\left[{to_latex(step.expression)}\\right]"
    title = step.title.replace("_", r"\_")
    yield f"{left} &= {outcome} && \\text{{{title}}}{letters}"


def _link_line(link: Link, variable: str) -> str:
    left = _fraction(name_latex(link.name or "f"), name_latex(variable))
    return f"{left} &= {to_latex(link.result)} && \\text{{{'chain rule' if link.steps else 'constant rule'}}}"


def _fraction(above: str, below: str) -> str:
    return f"\\frac{{d {above}}}{{d {below}}}"


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """An explanation as a JSON object."""
    found: dict[str, Any] = {"schema": SCHEMA, "expr": to_text(replace(explanation.program, bindings=()))}
    if explanation.program.definitions:
        found["functions"] = {
            f"{each.name}({', '.join(each.parameters)})": to_text(each.body) for each in explanation.program.definitions
        }
    if explanation.values:
        pairs = zip(explanation.accounts, explanation.values, strict=True)
        found["grad"] = {account.variable: plain_array(value.array, value.texts) for account, value in pairs}
    accounts = zip(explanation.accounts, explanation.confirmations, strict=True)
    found["accounts"] = [_account_object(account, confirmation) for account, confirmation in accounts]
    if explanation.intermediates:
        found["flow"] = [_intermediate_object(intermediate) for intermediate in explanation.intermediates]
    found["warnings"] = [note.message for note in explanation.notes]
    return found


def _account_object(account: Account, confirmation: Confirmation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "wrt": account.variable,
        "order": len(account.derivations),
        **({} if len(set(account.variables)) == 1 else {"partial": list(account.variables)}),
        **({} if account.implicit is None else {"implicit": _implicit_object(account.implicit)}),
        **({} if not account.carried else {"inner": [_carried_object(each) for each in account.carried]}),
        "derivative": to_text(account.result),
        "derivations": [
            {"statements": [_link_object(link) for link in each.links], "derivative": to_text(each.result)}
            for each in account.derivations
        ],
    }
    if account.entrywise:
        found["entrywise"] = True
    if account.count is not None:
        found["count"] = account.count
    found["check"] = check_object(confirmation.check)
    if confirmation.points:
        found["check"]["points"] = confirmation.points
    return found


def _implicit_object(implicit: Implicit) -> dict[str, Any]:
    left, right = implicit.sides
    return {
        "of": implicit.of,
        "slope": implicit.slope,
        "left": _along_object(left),
        "right": _along_object(right),
        "collected": to_text(implicit.collected),
        "solved": to_text(implicit.solved),
        "further": [_along_object(each) for each in implicit.further],
    }


def _along_object(along: Along) -> dict[str, Any]:
    steps = [_step_object(step) for step in along.steps]
    return {"expr": to_text(along.expression), "steps": steps, "derivative": to_text(along.result)}


def _carried_object(carried: Carried) -> dict[str, Any]:
    """A derivative inside the expression, carried out."""
    return {
        "expr": to_text(carried.derivative),
        "derivations": [
            {"statements": [_link_object(link) for link in each.links], "derivative": to_text(each.result)}
            for each in carried.account.derivations
        ],
        "result": to_text(carried.result),
    }


def _link_object(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {} if link.name is None else {"name": link.name}
    return found | {
        "expr": to_text(link.expression),
        "steps": [_step_object(step) for step in link.steps],
        "given": to_text(link.given),
        "derivative": to_text(link.result),
    }


def _step_object(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": step.rule,
        "title": step.title,
        "formula": step.formula,
        "expr": to_text(step.expression),
        "wrt": step.variable,
        "given": to_text(step.given),
        "derivative": to_text(step.result),
        "place": list(step.place),
    }
    if step.letters:
        found["letters"] = {letter: to_text(part) for letter, part in step.letters}
    if step.remark is not None:
        found["remark"] = step.remark
    if step.inner:
        found["steps"] = [_step_object(inner) for inner in step.inner]
    return found


def _intermediate_object(intermediate: Intermediate) -> dict[str, Any]:
    found: dict[str, Any] = {"expr": to_text(intermediate.expression), "value": plain(intermediate.value)}
    if intermediate.name is not None:
        found["name"] = intermediate.name
    if intermediate.grad_fn is not None:
        found["grad_fn"] = intermediate.grad_fn
    return found | {"grad": plain(intermediate.gradient)}
