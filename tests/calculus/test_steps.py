"""The rules of differentiation: worked accounts, one for each rule, and rules replaced by their wrong twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradcli.calculus.steps import RULES, Application, Step, Unexplained, differentiate, explain, explain_equation
from gradcli.calculus.steps.trees import call, minus, over, power, times
from gradcli.language import Expr, parse, to_text
from gradcli.language.rewriting import at_place
from gradcli.language.tree import Name, Program
from gradcli.language.values import replace
from gradcli.operations import OPERATIONS, vocabulary
from gradcli.render.steps import account_lines

ACCOUNTS = (Path(__file__).parent / "accounts.txt").read_text(encoding="utf-8")
"""Worked by hand: `> EXPR by NAME`, the account, an empty line."""


def program(text: str) -> Program:
    return parse(text, vocabulary(), ["x", "a", "b"]).program


def expression(text: str) -> Expr:
    return program(text).result


def derivative(text: str, wrt: str = "x", order: int = 1) -> str:
    return to_text(explain(program(text), wrt, order).result)


def accounts() -> list[tuple[str, str]]:
    return [tuple(block.split("\n", 1)) for block in ACCOUNTS.removeprefix("> ").split("\n\n> ")]  # type: ignore[misc]


@pytest.mark.parametrize(("asked", "worked"), accounts(), ids=[asked for asked, _ in accounts()])
def test_an_account_is_the_one_worked_by_hand(asked: str, worked: str) -> None:
    text, _, variable = asked.rpartition(" by ")
    assert account_lines(explain(program(text), variable)) == worked.rstrip("\n").split("\n")


def steps(step: Step) -> Iterator[Step]:
    yield step
    for inner in step.inner:
        yield from steps(inner)


def test_every_rule_of_no_single_function_has_a_worked_account() -> None:
    used: set[str] = set()
    for asked, _ in accounts():
        text, _, variable = asked.rpartition(" by ")
        for derivation in explain(program(text), variable).derivations:
            used |= {step.rule for link in derivation.links for outer in link.steps for step in steps(outer)}
    implicit = explain_equation(program("x^2 + y^2 = 25"), "x", "y").implicit
    assert implicit is not None
    used |= {step.rule for side in implicit.sides for outer in side.steps for step in steps(outer)}
    assert {name for name in RULES if name not in OPERATIONS} <= used


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + x", "2"),
        ("3", "0"),
        ("x^1", "1"),
        ("x^0.5", "0.5*x**-0.5"),
        ("x^(1/3)", "x**(-2/3)/3"),
        ("x^-2", "-2*x**-3"),
        ("3/x", "-3/x**2"),
        ("x/2", "1/2"),
        ("sqrt(x)", "1/(2*sqrt(x))"),
        ("e^(-x^2/2)", "-x*e**(-x**2/2)"),
        ("sin(x)^2 + cos(x)^2", "0"),
        ("ln(5x)", "1/x"),
        ("10^x", "10**x*log(10)"),
        ("x % 3", "1"),
        ("tanh(x)", "1 - tanh(x)**2"),
        ("relu(3x)", "3*where(3*x > 0, 1, 0)"),
        ("pow(x, 3)", "3*x**2"),
        ("softplus(2x)", "2*sigmoid(2*x)"),
        ("leaky_relu(x, 0.2)", "where(x > 0, 1, 0.2)"),
        ("sum(w*x)^2", "2*w*sum(w*x)"),
        ("mean((x - 1)^2)", "2*(x - 1)/n"),
        ("x @ w", "w"),
        ("detach(x) x", "detach(x)"),
    ],
)
def test_a_derivative_is_simplified_as_one_does_without_thinking(text: str, expected: str) -> None:
    assert derivative(text) == expected


def test_higher_derivatives_start_from_the_one_before() -> None:
    assert derivative("x^5", order=3) == "60*x**2"
    assert derivative("sin(2x)", order=2) == "-4*sin(2*x)"


def test_a_bound_e_is_no_longer_the_constant() -> None:
    assert derivative("e^x") == "e**x"
    assert derivative("e = 3; e^x") == "3**x*log(3)"


def test_a_place_is_where_the_piece_stands_in_the_tree() -> None:
    tree = expression("x^2 sin(3x + 1) - cos(x)/2")
    for step in steps(differentiate(tree, "x")):
        if step.variable == "x" and step.rule != "constant multiple":
            assert to_text(at_place(tree, step.place)) == to_text(step.expression)


def test_the_account_of_a_tensor_says_that_it_holds_entry_by_entry() -> None:
    account = explain(program("mean(x^2)"), "x")
    assert (account.entrywise, account.count) == (True, "n")
    known = explain(program("mean(x^2)"), "x", shapes={"x": (2, 2)})
    assert (known.count, to_text(known.result)) == (None, "x/2")


def test_a_number_that_all_entries_share_has_its_derivatives_summed() -> None:
    shapes = {"x": (3,), "w": (), "b": (), "t": (3,)}
    text = "p = w*x + b; mean((p - t)^2)"
    assert to_text(explain(program(text), "w", shapes=shapes).result) == "sum(2*x*(w*x + b - t)/3)"
    assert to_text(explain(program("sum(w*x + b)"), "b", shapes=shapes).result) == "3"


# Wrong twins: what the grader makes of the same rules.

TWINS: dict[str, tuple[str, Callable[[Application], Expr], str, str]] = {
    "product as product": ("product", lambda given: times(*given.derivatives), "x^2 sin(x)", "2*x*cos(x)"),
    "first term only": (
        "product",
        lambda given: times(given.derivatives[0], *given.parts[1:]),
        "x^2 sin(x)",
        "2*x*sin(x)",
    ),
    "quotient as quotient": ("quotient", lambda given: over(*given.derivatives), "sin(x)/x^2", "cos(x)/(2*x)"),
    "quotient reversed": (
        "quotient",
        lambda given: over(
            minus(times(given.parts[0], given.derivatives[1]), times(given.derivatives[0], given.parts[1])),
            power(given.parts[1], expression("2")),
        ),
        "sin(x)/x",
        "(sin(x) - x*cos(x))/x**2",
    ),
    "inner factor missing": ("chain", lambda given: given.partials[0], "sin(x^2)", "cos(x**2)"),
    "outer at the inner derivative": (
        "chain",
        lambda given: given.outer_at(0, given.derivatives[0]),
        "sin(x^2)",
        "cos(2*x)",
    ),
    "inner argument lost": (
        "chain",
        lambda given: times(given.outer_at(0, Name("x")), given.derivatives[0]),
        "sin(3x)",
        "3*cos(x)",
    ),
    "function of the inner derivative": (
        "chain",
        lambda given: given.function_at(0, given.derivatives[0]),
        "(x^2)^5",
        "32*x**5",
    ),
    "constant kept": ("constant", lambda given: given.expression, "x^2 + 5", "2*x + 5"),
    "constant factor lost": ("constant multiple", lambda given: given.derivatives[0], "3 sin(x)", "cos(x)"),
    "exponent not decremented": ("power", lambda given: times(given.parts[1], given.expression), "x^4", "4*x**4"),
    "cosine without its sign": ("cos", lambda given: call("sin", given.parts[0]), "cos(2x)", "2*sin(2*x)"),
    "1/n missing": ("entries mean", lambda given: given.derivatives[0], "mean(x^2)", "2*x"),
    "x^x by the power rule": (
        "general power",
        lambda given: times(given.parts[1], power(given.parts[0], minus(given.parts[1], expression("1")))),
        "x^x",
        "x*x**(x - 1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "apply", "text", "wrong"), TWINS.values(), ids=TWINS)
def test_a_rule_can_be_replaced_by_its_wrong_twin(
    rule: str, apply: Callable[[Application], Expr], text: str, wrong: str
) -> None:
    rules = {**RULES, rule: replace(RULES[rule], apply=apply)}
    found = differentiate(expression(text), "x", rules)
    assert to_text(found.result) == wrong
    assert derivative(text) != wrong


def test_a_rule_can_be_replaced_at_one_place() -> None:
    forgotten = {**RULES, "chain": replace(RULES["chain"], apply=lambda given: given.partials[0])}
    tree = expression("sin(2x) + cos(3x)")
    assert to_text(differentiate(tree, "x", forgotten).result) == "cos(2*x) - sin(3*x)"
    assert to_text(differentiate(tree, "x", forgotten, place=(1,)).result) == "2*cos(2*x) - sin(3*x)"


def test_another_variable_can_be_differentiated_too() -> None:
    assert to_text(differentiate(expression("x^2 y"), "x").result) == "2*y*x"
    assert to_text(differentiate(expression("x^2 y"), "x", also={"y"}).result) == "2*x*y + x**2"


# What is refused, and how large things may get.


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("digamma(x)", "E340", "there is no rule for digamma: its derivative has no name in the vocabulary"),
        ("softmax(x)[0]", "E340", "there is no rule for a part of a tensor: the rules are for formulas"),
        ("det(x)", "E340", "there is no rule for det"),
        ("sum(x*sum(x))", "E341", "the derivative of x*sum(x) is no formula in one entry of x"),
        ("*".join(["x"] * 1000), "E342", "the derivation is too large to write down"),
        ("y = x*x; " + "y = y*y; " * 60 + "y", "E342", "the derivation is too large to write down"),
    ],
)
def test_what_has_no_rule_is_said(text: str, code: str, message: str) -> None:
    with pytest.raises(Unexplained) as refused:
        explain(program(text), "x")
    assert refused.value.code == code
    assert refused.value.message.startswith(message)
    assert refused.value.help is not None


def test_a_tensor_that_is_broadcast_is_refused() -> None:
    with pytest.raises(Unexplained, match="x is broadcast from shape"):
        explain(program("sum(x*m)"), "x", shapes={"x": (3,), "m": (3, 3)})


@pytest.mark.parametrize(
    "text",
    [
        "+".join(f"{i}x^{i % 9}" for i in range(1, 2_001)),
        "sin(" * 95 + "x" + ")" * 95,
        "(" * 48 + "x" + " + 1)^2" * 48,
        "(" * 45 + "x" + " + 1)/x" * 45,
        "-" * 99 + "x",
        "x^" * 50 + "x",
        "; ".join(["y = x + 1", *["y = sin(y)"] * 250, "y"]),
    ],
    ids=["sum", "calls", "powers", "quotients", "signs", "tower", "statements"],
)
def test_long_and_deep_expressions_are_derived_without_recursion(text: str) -> None:
    assert account_lines(explain(program(text), "x"))
