"""The rules of differentiation, each by its name, so that any one can be looked up, shown or replaced.

A rule is given the pieces of an expression and their derivatives and puts them together; it never differentiates by
itself. What it gives is an ordinary tree, not yet simplified. A wrong version of a rule is another function of the same
`Application`: `RULES | {"product": replace(RULES["product"], apply=lambda given: times(*given.derivatives))}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from gradcli.calculus.steps import derivatives
from gradcli.calculus.steps.simplify import simplified
from gradcli.calculus.steps.trees import (
    ONE,
    ZERO,
    call,
    filled,
    minus,
    negated,
    number,
    over,
    plus,
    power,
    signed_sum,
    template_of,
    times,
)
from gradcli.language.rewriting import substituted, transformed
from gradcli.language.tree import Call, Comparison, Expr, Keyword, Name, Number, Power, Sum
from gradcli.language.values import field, frozen, replace
from gradcli.operations import OPERATIONS


@frozen
class Application:
    """What a rule is given.

    `expression` is the whole, `parts` the pieces that the rule speaks of (f, g, … ; the argument first, for a
    function), `derivatives` theirs by the variable, as far as the rule asks for them.

    For a function: `named` are its arguments by the names of its parameters, `parameter` the one to differentiate by.
    For the chain rule: `partials` are the derivatives of the outer function by each part; `outer_at(n, u)` is the nth
    of them with u in the place of its part, `function_at(n, u)` the outer function itself. For sums and means of
    entries: `count` is how many there are; `entrywise` whether the derivative is by one of them (else by a scalar that
    they share); `is_full` whether the derivative of the entries is a tensor of as many.
    """

    expression: Expr
    parts: tuple[Expr, ...] = ()
    derivatives: tuple[Expr, ...] = ()
    named: Mapping[str, Expr] = field(default_factory=dict)
    parameter: str = "x"
    partials: tuple[Expr, ...] = ()
    outer_at: Callable[[int, Expr], Expr] | None = None
    function_at: Callable[[int, Expr], Expr] | None = None
    count: Expr = ONE
    entrywise: bool = False
    is_full: bool = False


Apply: TypeAlias = Callable[[Application], Expr]


@frozen
class Rule:
    """A rule: its key, its name in words, what it says, and the function that applies it."""

    name: str
    title: str
    formula: str
    apply: Apply


def _sum(given: Application) -> Expr:
    assert isinstance(given.expression, Sum)
    signs = (term.negative for term in given.expression.terms)
    return signed_sum(zip(given.derivatives, signs, strict=True))


def _constant_multiple(given: Application) -> Expr:
    constant, (derivative,) = given.parts[0], given.derivatives
    return negated(derivative) if constant == number(-1) else times(constant, derivative)


def _product(given: Application) -> Expr:
    """Each factor differentiated in its turn, the others left."""
    terms = []
    for index, derivative in enumerate(given.derivatives):
        terms.append(times(*given.parts[:index], derivative, *given.parts[index + 1 :]))
    return plus(*terms)


def _quotient(given: Application) -> Expr:
    (above, below), (above_slope, below_slope) = given.parts, given.derivatives
    return over(minus(times(above_slope, below), times(above, below_slope)), power(below, number(2)))


def _reciprocal(given: Application) -> Expr:
    return negated(over(given.derivatives[0], power(given.parts[0], number(2))))


def _power(given: Application) -> Expr:
    base, exponent = given.parts
    return times(exponent, power(base, minus(exponent, ONE)))


def _general_exponential(given: Application) -> Expr:
    return times(given.expression, call("log", given.parts[1]))


def _general_power(given: Application) -> Expr:
    (base, exponent), (base_slope, exponent_slope) = given.parts, given.derivatives
    inner = plus(times(exponent_slope, call("log", base)), over(times(exponent, base_slope), base))
    return times(given.expression, inner)


def _chain(given: Application) -> Expr:
    return plus(*(times(outer, inner) for outer, inner in zip(given.partials, given.derivatives, strict=True)))


def _choice(given: Application) -> Expr:
    assert isinstance(given.expression, Call)
    first, second = given.parts
    condition = Comparison(first, derivatives.CHOICES[given.expression.function], second)
    return call("where", condition, *given.derivatives)


def _entries_sum(given: Application) -> Expr:
    (derivative,) = given.derivatives
    if given.entrywise:
        return derivative
    return call("sum", derivative) if given.is_full else times(given.count, derivative)


def _entries_mean(given: Application) -> Expr:
    (derivative,) = given.derivatives
    if given.entrywise:
        return times(over(ONE, given.count), derivative)
    return call("mean", derivative) if given.is_full else derivative


_NAMED: Final = (
    Rule("variable", "the variable", "x' = 1", lambda given: ONE),
    Rule("dependent variable", "a variable that depends on it", "y' stays", lambda given: given.derivatives[0]),
    Rule("constant", "constant rule", "c' = 0", lambda given: ZERO),
    Rule("sum", "sum rule", "(f + g)' = f' + g'", _sum),
    Rule("constant multiple", "constant multiple rule", "(c f)' = c f'", _constant_multiple),
    Rule("product", "product rule", "(f g)' = f' g + f g'", _product),
    Rule("quotient", "quotient rule", "(f/g)' = (f' g - f g')/g^2", _quotient),
    Rule("reciprocal", "reciprocal rule", "(1/g)' = -g'/g^2", _reciprocal),
    Rule("chain", "chain rule", "f(u)' = f'(u) u'", _chain),
    Rule("several variables", "chain rule in several variables", "f(u, v)' = df/du u' + df/dv v'", _chain),
    Rule("power", "power rule", "(x^n)' = n x^(n-1)", _power),
    Rule("exponential", "exponential rule", "(e^x)' = e^x", lambda given: given.expression),
    Rule("general exponential", "exponential rule for base a", "(a^x)' = a^x ln a", _general_exponential),
    Rule("general power", "general power rule", "(f^g)' = f^g (g' ln f + g f'/f)", _general_power),
    Rule(
        "piecewise",
        "each piece by itself",
        "f' on one side, g' on the other",
        lambda given: call("where", given.parts[0], *given.derivatives),
    ),
    Rule("choice", "whichever is chosen", "max(f, g)' is f' where f > g, else g'", _choice),
    Rule("step", "slope of a step", "0 wherever there is one", lambda given: ZERO),
    Rule("definition", "by definition", "what it stands for", lambda given: given.derivatives[0]),
    Rule("entries sum", "sum of entries", "of the n terms, the one with x_i counts", _entries_sum),
    Rule("entries mean", "mean of entries", "1/n of the sum", _entries_mean),
)


def _function_rule(name: str) -> Rule:
    """The rule of a function of one variable, by the table of derivatives."""
    template = derivatives.FUNCTIONS[name]
    says = f"{name}(x)' = {template}"
    return Rule(name, f"derivative of {name}", says, lambda given: _by_table(template, given.named))


def statement(name: str) -> tuple[Expr, Mapping[str, Expr]] | None:
    """A function, and its derivatives by its parameters, as the rule of that name says them; None of other rules."""
    names = OPERATIONS[name].parameters if name in OPERATIONS else ()
    if name in derivatives.FUNCTIONS:
        return call(name, Name("x")), {"x": template_of(derivatives.FUNCTIONS[name], names)}
    if name in derivatives.PARTIALS:
        partials = {by: template_of(template, names) for by, template in derivatives.PARTIALS[name].items()}
        return call(name, *map(Name, names)), partials
    return None


def _by_table(template: str, named: Mapping[str, Expr]) -> Expr:
    """The formula with its names filled in, numbers first: `sigmoid(beta*x)` is `sigmoid(x)` where beta is 1."""
    numbers = {name: value for name, value in named.items() if isinstance(value, Number)}
    if not numbers or "x" in numbers:
        return filled(template, named)
    names = {name: Name(name) for name in named} | numbers
    return substituted(transformed(filled(template, names), simplified), named)


def _partial_rule(name: str) -> Rule:
    """The rule of a function of several variables."""
    templates = derivatives.PARTIALS[name]
    says = ", ".join(f"by {parameter}: {template}" for parameter, template in templates.items())
    title = f"derivative of {name}({', '.join(OPERATIONS[name].parameters)})"
    return Rule(name, title, says, lambda given: filled(templates[given.parameter], given.named))


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.name: rule for rule in _NAMED}
    | {name: _function_rule(name) for name in derivatives.FUNCTIONS}
    | {name: _partial_rule(name) for name in derivatives.PARTIALS}
)
"""Every rule by its name; a function's rule is called as the function is."""


@frozen
class Outer:
    """A function of one argument, the others held. `rule` is the key of its rule."""

    rule: str
    parameter: str
    apply: Callable[[Mapping[str, Expr]], Application]

    def application(self, argument: Expr, others: Mapping[str, Expr] | None = None) -> Application:
        """What its rule is given at an argument; `others` replaces further arguments."""
        return self.apply({**(others or {}), self.parameter: argument})


def of_power(rule: str, constant: Expr) -> Outer:
    """u**constant for the power rule, constant**u for the exponential ones."""

    def apply(changed: Mapping[str, Expr]) -> Application:
        argument = changed["x"]
        whole = Power(argument, constant) if rule == "power" else Power(constant, argument)
        return Application(whole, (argument, constant))

    return Outer(rule, "x", apply)


def of_call(node: Call, parameter: str, values: Mapping[str, Expr]) -> Outer:
    """A call as a function of one of its arguments; `values` are all of them, with defaults."""

    def apply(changed: Mapping[str, Expr]) -> Application:
        return Application(
            _with_arguments(node, changed), (changed[parameter],), named={**values, **changed}, parameter=parameter
        )

    return Outer(node.function, parameter, apply)


def _with_arguments(node: Call, changed: Mapping[str, Expr]) -> Call:
    """The call with some of its arguments replaced."""
    names = OPERATIONS[node.function].parameters
    arguments = [changed.get(name, value) for name, value in zip(names, node.arguments, strict=False)]
    keywords = [Keyword(each.name, changed.get(each.name, each.value), each.span) for each in node.keywords]
    return replace(node, arguments=tuple(arguments), keywords=tuple(keywords))
