"""Mistakes with products and quotients.

Mistakes with the chain rule, and with the modulus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gradcli.calculus.steps import Application, Unexplained, differentiate
from gradcli.calculus.steps.trees import ONE, ZERO, minus, names_in, negated, number, over, plus, power, times
from gradcli.homework.mistakes.rules import Twin, Wrong, parts_of
from gradcli.language import Expr
from gradcli.language.tree import Name, Power, Product

MOST_FACTORS: Final = 4
"""Factors of a product whose terms are looked at one by one."""

Combine = Callable[[Sequence[Expr], Sequence[Expr]], "Expr | None"]
"""A wrong product or quotient rule: from the parts and their derivatives."""


def _as_product(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return times(*slopes)


def _minus(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr | None:
    if len(parts) != 2:
        return None
    return minus(times(slopes[0], parts[1]), times(parts[0], slopes[1]))


def _own_partners(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return plus(*(times(part, slope) for part, slope in zip(parts, slopes, strict=True)))


def _as_sum(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return plus(*slopes)


def _term(index: int, parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return times(*parts[:index], slopes[index], *parts[index + 1 :])


def _only_term(index: int) -> Combine:
    return lambda parts, slopes: _term(index, parts, slopes) if index < len(parts) else None


def _without_term(index: int) -> Combine:
    def combine(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr | None:
        if index >= len(parts) or len(parts) == 2:
            return None
        return plus(*(_term(place, parts, slopes) for place in range(len(parts)) if place != index))

    return combine


def _square(value: Expr) -> Expr:
    return power(value, number(2))


def _numerator(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return minus(times(slopes[0], parts[1]), times(parts[0], slopes[1]))


def _as_quotient(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return over(slopes[0], slopes[1])


def _plus(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return over(plus(times(slopes[0], parts[1]), times(parts[0], slopes[1])), _square(parts[1]))


def _reversed(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return over(minus(times(parts[0], slopes[1]), times(slopes[0], parts[1])), _square(parts[1]))


def _not_squared(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return over(_numerator(parts, slopes), parts[1])


def _numerator_squared(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return over(_numerator(parts, slopes), _square(parts[0]))


def _no_denominator(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return _numerator(parts, slopes)


def _plain(combine: Combine) -> Wrong:
    """For a product or quotient without a constant factor."""
    return lambda given, variable: combine(given.parts, given.derivatives)


def _with_constant(combine: Combine, *, is_quotient: bool) -> Wrong:
    """For one with a constant factor, which here stays with the part beside which it is written."""

    def apply(given: Application, variable: str) -> Expr | None:
        parts = _parts(given, variable)
        if parts is None or is_quotient != parts[1]:
            return None
        try:
            slopes = [differentiate(part, variable).result for part in parts[0]]
        except Unexplained:
            return None
        return combine(parts[0], slopes)

    return apply


def _parts(given: Application, variable: str) -> tuple[list[Expr], bool] | None:
    """The parts of a whole product or quotient with its constants, and whether it is a quotient."""
    whole = given.expression
    if not isinstance(whole, Product) or any(factor.operator not in "*/" for factor in whole.factors):
        return None
    above = [factor.value for factor in whole.factors if factor.operator == "*"]
    below = [factor.value for factor in whole.factors if factor.operator == "/"]
    if any(variable in names_in(value) for value in below):
        return [times(*above), times(*below)], True
    varying = [value for value in above if variable in names_in(value)]
    fixed = [value for value in above if variable not in names_in(value)]
    if below or len(varying) < 2:
        return None
    return [times(*fixed, varying[0]), *varying[1:]], False


def _pieces(given: Application, variable: str) -> Mapping[str, Expr]:
    found = _parts(given, variable)
    if found is None:
        return parts_of(given, variable)
    pieces = {"whole": given.expression, "x": Name(variable), "f": found[0][0], "g": found[0][-1]}
    return {**pieces, "u": pieces["f"], "du": given.derivatives[0]}


def _twins(mistake: str, combine: Combine, message: str, rule: str, *, linear: bool) -> list[Twin]:
    """The twin of a rule; also of the constant multiple rule where a constant makes a difference."""
    found = [Twin(mistake, (rule,), _plain(combine), message)]
    if not linear:
        wrong = _with_constant(combine, is_quotient=rule == "quotient")
        found.append(Twin(mistake, ("constant multiple",), wrong, message, pieces=_pieces))
    return found


def _reciprocal(above: Callable[[Expr, Expr], Expr]) -> Wrong:
    return lambda given, variable: above(given.parts[0], given.derivatives[0])


def _inner_missing(given: Application, variable: str) -> Expr | None:
    (below,) = given.parts
    return None if isinstance(below, Name) else negated(over(ONE, _square(below)))


_PRODUCT: Final = "product rule: (f g)' is f' g + f g', not"
_QUOTIENT: Final = "quotient rule: (f/g)' is (f' g - f g')/g^2"
_RECIPROCAL: Final = "reciprocal rule: (1/g)' is -g'/g^2"

PRODUCTS: Final = (
    *_twins("product-as-product", _as_product, f"{_PRODUCT} f' g'", "product", linear=True),
    *_twins("product-minus", _minus, f"{_PRODUCT} f' g - f g'", "product", linear=True),
    *_twins("product-wrong-partners", _own_partners, f"{_PRODUCT} f f' + g g'", "product", linear=False),
    *(
        twin
        for index in range(MOST_FACTORS)
        for twin in _twins(
            "product-term-missing",
            _only_term(index),
            "product rule: (f g)' is f' g + f g', and only one of the terms is there",
            "product",
            linear=True,
        )
    ),
    *(
        twin
        for index in range(MOST_FACTORS)
        for twin in _twins(
            "product-term-missing",
            _without_term(index),
            "product rule: each factor is differentiated once, and one of these terms is missing",
            "product",
            linear=True,
        )
    ),
    *_twins("product-as-sum", _as_sum, f"{_PRODUCT} f' + g'", "product", linear=False),
)
QUOTIENTS: Final = (
    *_twins("quotient-as-quotient", _as_quotient, f"{_QUOTIENT}, not f'/g'", "quotient", linear=True),
    *_twins("quotient-plus", _plus, f"{_QUOTIENT}: the numerator has a minus, not a plus", "quotient", linear=True),
    *_twins("quotient-reversed", _reversed, f"{_QUOTIENT}, not (f g' - f' g)/g^2", "quotient", linear=True),
    *_twins(
        "quotient-denominator-not-squared",
        _not_squared,
        f"{_QUOTIENT}: the denominator {{g}} is not squared",
        "quotient",
        linear=False,
    ),
    *_twins(
        "quotient-numerator-squared",
        _numerator_squared,
        f"{_QUOTIENT}: {{g}} is squared below, not {{f}}",
        "quotient",
        linear=False,
    ),
    *_twins(
        "quotient-denominator-missing",
        _no_denominator,
        f"{_QUOTIENT}: the denominator is missing",
        "quotient",
        linear=False,
    ),
    Twin(
        "reciprocal-of-derivative",
        ("reciprocal",),
        _reciprocal(lambda g, dg: over(ONE, dg)),
        f"{_RECIPROCAL}, not 1/g'",
    ),
    Twin(
        "quotient-reversed",
        ("reciprocal",),
        _reciprocal(lambda g, dg: over(dg, _square(g))),
        f"{_RECIPROCAL}: the minus is lost",
    ),
    Twin(
        "quotient-denominator-not-squared",
        ("reciprocal",),
        _reciprocal(lambda g, dg: negated(over(dg, g))),
        f"{_RECIPROCAL}: the denominator {{f}} is not squared",
    ),
    Twin(
        "quotient-denominator-missing",
        ("reciprocal",),
        _reciprocal(lambda g, dg: negated(dg)),
        f"{_RECIPROCAL}: the denominator is missing",
    ),
    Twin(
        "chain-inner-missing",
        ("reciprocal",),
        _inner_missing,
        "chain rule: the inner derivative {du} is missing",
    ),
)


def _inner_derivatives_missing(given: Application, variable: str) -> Expr:
    return plus(*given.partials)


def _outer_at_inner_derivative(given: Application, variable: str) -> Expr | None:
    return None if given.outer_at is None else given.outer_at(0, given.derivatives[0])


def _argument_lost(given: Application, variable: str) -> Expr | None:
    return None if given.outer_at is None else times(given.outer_at(0, Name(variable)), given.derivatives[0])


def _added(given: Application, variable: str) -> Expr:
    return plus(given.partials[0], given.derivatives[0])


def _divided(given: Application, variable: str) -> Expr | None:
    return None if given.derivatives[0] == ZERO else over(given.partials[0], given.derivatives[0])


def _power_of_derivative(given: Application, variable: str) -> Expr | None:
    whole = given.expression
    if not isinstance(whole, Power) or variable not in names_in(whole.base) or given.function_at is None:
        return None
    return given.function_at(0, given.derivatives[0])


def _modulus(given: Application, variable: str) -> Expr:
    return ONE


_CHAIN: Final = "chain rule: f(u)' is f'(u) u'"

CHAINS: Final = (
    Twin(
        "chain-inner-missing",
        ("chain",),
        _inner_derivatives_missing,
        "chain rule: the inner derivative {du} is missing",
    ),
    Twin(
        "chain-inner-missing",
        ("several variables",),
        _inner_derivatives_missing,
        "chain rule: the inner derivatives are missing",
    ),
    Twin(
        "chain-outer-at-inner-derivative",
        ("chain",),
        _outer_at_inner_derivative,
        f"{_CHAIN}, not f'(u'): the argument stays {{u}}",
    ),
    Twin(
        "chain-argument-lost",
        ("chain",),
        _argument_lost,
        f"{_CHAIN}, not f'({{x}}) u': the argument stays {{u}}",
    ),
    Twin("chain-inner-added", ("chain",), _added, f"{_CHAIN}: the inner derivative {{du}} is a factor, and not added"),
    Twin(
        "chain-inner-divided",
        ("chain",),
        _divided,
        f"{_CHAIN}: one multiplies by the inner derivative {{du}}, and does not divide by it",
    ),
    Twin(
        "chain-power-of-derivative",
        ("chain",),
        _power_of_derivative,
        "chain rule: (u^n)' is n u^(n-1) u', not (u')^n",
    ),
)
MODULUS: Final = (
    Twin("modulus-as-inner-derivative", ("abs",), _modulus, "modulus: |u|' is u' only where u > 0; it is sign(u) u'"),
)
