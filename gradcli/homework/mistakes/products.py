"""Mistakes with products and quotients, with the chain rule, and with the modulus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gradcli.calculus.steps import Application, Unexplained, differentiate
from gradcli.calculus.steps.trees import ZERO, filled, names_in, over, plus, times
from gradcli.homework.mistakes.rules import MalRule, Wrong, formula, parts_of
from gradcli.language import Expr
from gradcli.language.tree import Name, Power, Product

MOST_FACTORS: Final = 4
"""Factors of a product whose terms are looked at one by one."""

Combine = Callable[[Sequence[Expr], Sequence[Expr]], "Expr | None"]
"""A wrong product or quotient rule: from the parts and their derivatives."""


def _of_two(text: str) -> Combine:
    """The formula of two parts f and g, and their derivatives."""

    def combine(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr | None:
        return (
            filled(text, dict(zip(("f", "g", "df", "dg"), (*parts, *slopes), strict=True))) if len(parts) == 2 else None
        )

    return combine


def _own_partners(parts: Sequence[Expr], slopes: Sequence[Expr]) -> Expr:
    return plus(*(times(part, slope) for part, slope in zip(parts, slopes, strict=True)))


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


def _rules(rule: str, mistake: str, combine: Combine, message: str, *, linear: bool) -> list[MalRule]:
    """What stands in a rule's place; also in that of the constant multiple rule where a constant makes a difference."""
    found = [MalRule(mistake, (rule,), lambda given, variable: combine(given.parts, given.derivatives), message)]
    if not linear:
        wrong = _with_constant(combine, is_quotient=rule == "quotient")
        found.append(MalRule(mistake, ("constant multiple",), wrong, message, pieces=_pieces))
    return found


def _product(mistake: str, combine: Combine, message: str, *, linear: bool = True) -> list[MalRule]:
    return _rules("product", mistake, combine, message, linear=linear)


def _quotient(mistake: str, text: str, message: str, *, linear: bool = True) -> list[MalRule]:
    return _rules(
        "quotient", mistake, _of_two(text), f"quotient rule: (f/g)' is (f' g - f g')/g^2{message}", linear=linear
    )


def _reciprocal(mistake: str, text: str, message: str) -> MalRule:
    """For 1/f."""
    return MalRule(mistake, ("reciprocal",), formula(text), f"reciprocal rule: (1/g)' is -g'/g^2{message}")


_PRODUCT: Final = "product rule: (f g)' is f' g + f g', not"
_ONE_TERM: Final = "product rule: (f g)' is f' g + f g', and only one of the terms is there"
_ONE_LACKS: Final = "product rule: each factor is differentiated once, and one of these terms is missing"

PRODUCTS: Final = (
    *_product("product-as-product", lambda parts, slopes: times(*slopes), f"{_PRODUCT} f' g'"),
    *_product("product-minus", _of_two("df*g - f*dg"), f"{_PRODUCT} f' g - f g'"),
    *_product("product-wrong-partners", _own_partners, f"{_PRODUCT} f f' + g g'", linear=False),
    *(each for at in range(MOST_FACTORS) for each in _product("product-term-missing", _only_term(at), _ONE_TERM)),
    *(each for at in range(MOST_FACTORS) for each in _product("product-term-missing", _without_term(at), _ONE_LACKS)),
    *_product("product-as-sum", lambda parts, slopes: plus(*slopes), f"{_PRODUCT} f' + g'", linear=False),
)
QUOTIENTS: Final = (
    *_quotient("quotient-as-quotient", "df/dg", ", not f'/g'"),
    *_quotient("quotient-plus", "(df*g + f*dg)/g^2", ": the numerator has a minus, not a plus"),
    *_quotient("quotient-reversed", "(f*dg - df*g)/g^2", ", not (f g' - f' g)/g^2"),
    *_quotient(
        "quotient-denominator-not-squared", "(df*g - f*dg)/g", ": the denominator {g} is not squared", linear=False
    ),
    *_quotient("quotient-numerator-squared", "(df*g - f*dg)/f^2", ": {g} is squared below, not {f}", linear=False),
    *_quotient("quotient-denominator-missing", "df*g - f*dg", ": the denominator is missing", linear=False),
    _reciprocal("reciprocal-of-derivative", "1/df", ", not 1/g'"),
    _reciprocal("quotient-reversed", "df/f^2", ": the minus is lost"),
    _reciprocal("quotient-denominator-not-squared", "-df/f", ": the denominator {f} is not squared"),
    _reciprocal("quotient-denominator-missing", "-df", ": the denominator is missing"),
    MalRule(
        "chain-inner-missing",
        ("reciprocal",),
        formula("-1/f^2", lambda given: not isinstance(given.parts[0], Name)),
        "chain rule: the inner derivative {du} is missing",
    ),
)


def _inner_divided(given: Application, variable: str) -> Expr | None:
    return None if given.derivatives[0] == ZERO else over(given.partials[0], given.derivatives[0])


def _argument_lost(given: Application, variable: str) -> Expr | None:
    return None if given.outer_at is None else times(given.outer_at(0, Name(variable)), given.derivatives[0])


def _power_of_derivative(given: Application, variable: str) -> Expr | None:
    whole = given.expression
    if not isinstance(whole, Power) or variable not in names_in(whole.base) or given.function_at is None:
        return None
    return given.function_at(0, given.derivatives[0])


def _chain(mistake: str, wrong: Wrong, message: str, rule: str = "chain") -> MalRule:
    return MalRule(mistake, (rule,), wrong, f"chain rule: {message}")


def _inner_missing(given: Application, variable: str) -> Expr:
    return plus(*given.partials)


_CHAIN: Final = "f(u)' is f'(u) u'"

CHAINS: Final = (
    _chain("chain-inner-missing", _inner_missing, "the inner derivative {du} is missing"),
    _chain("chain-inner-missing", _inner_missing, "the inner derivatives are missing", "several variables"),
    _chain(
        "chain-outer-at-inner-derivative",
        lambda given, variable: given.outer_at and given.outer_at(0, given.derivatives[0]),
        f"{_CHAIN}, not f'(u'): the argument stays {{u}}",
    ),
    _chain("chain-argument-lost", _argument_lost, f"{_CHAIN}, not f'({{x}}) u': the argument stays {{u}}"),
    _chain(
        "chain-inner-added",
        lambda given, variable: plus(given.partials[0], given.derivatives[0]),
        f"{_CHAIN}: the inner derivative {{du}} is a factor, and not added",
    ),
    _chain(
        "chain-inner-divided",
        _inner_divided,
        f"{_CHAIN}: one multiplies by the inner derivative {{du}}, and does not divide by it",
    ),
    _chain("chain-power-of-derivative", _power_of_derivative, "(u^n)' is n u^(n-1) u', not (u')^n"),
)
MODULUS: Final = (
    MalRule(
        "modulus-as-inner-derivative", ("abs",), formula("1"), "modulus: |u|' is u' only where u > 0; it is sign(u) u'"
    ),
)
