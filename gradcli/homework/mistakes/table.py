"""All typical mistakes by name: what is said of them, how simple they are, and a teacher's own words for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from gradcli.homework.mistakes.functions import TENSOR_READINGS, TENSORS, TRIGONOMETRIC_READINGS, TRIGONOMETRY
from gradcli.homework.mistakes.powers import EXPONENTIALS, LOGARITHMS, POWER_READINGS, POWERS
from gradcli.homework.mistakes.products import CHAINS, MODULUS, PRODUCTS, QUOTIENTS
from gradcli.homework.mistakes.rules import MalRule, Misreading
from gradcli.homework.mistakes.sums import CONSTANTS, SUMS
from gradcli.homework.results import Mistake
from gradcli.language import DiagnosticError, did_you_mean
from gradcli.language.sentences import Sentence
from gradcli.language.values import frozen, replace

MAL_RULES: Final[tuple[MalRule, ...]] = (
    *PRODUCTS,
    *QUOTIENTS,
    *CHAINS,
    *POWERS,
    *EXPONENTIALS,
    *LOGARITHMS,
    *TRIGONOMETRY,
    *MODULUS,
    *TENSORS,
    *SUMS,
    *CONSTANTS,
)
MISREADINGS: Final[tuple[Misreading, ...]] = (*POWER_READINGS, *TRIGONOMETRIC_READINGS, *TENSOR_READINGS)

NAMES: Final[tuple[str, ...]] = (
    *("rounded", "constant-added", "point-copied", "vjp-vector-missing", "sum-for-mean", "mean-not-divided"),
    *("jacobian-column", "broadcast-not-summed", "transposed", "components-swapped", "components-added"),
    *("component-missing", "component-extra", "flattened"),
    *("implicit-inner-missing", "implicit-constant", "implicit-inverted", "implicit-sign"),
    "implicit-not-divided",
    *("modulus-as-inner-derivative", "product-minus", "cos-sign", "sin-sign", "sum-minus-lost"),
    "inverse-as-reciprocal",
    *("product-as-product", "product-wrong-partners", "product-term-missing", "product-as-sum"),
    *("power-negative-exponent", "reciprocal-as-logarithm", "quotient-as-quotient", "quotient-plus"),
    *("quotient-reversed", "quotient-denominator-not-squared", "quotient-numerator-squared"),
    *("quotient-denominator-missing", "reciprocal-of-derivative", "exponential-at-inner-derivative"),
    *("chain-inner-missing", "chain-outer-at-inner-derivative", "power-distributed", "chain-argument-lost"),
    *("chain-inner-added", "chain-inner-divided", "chain-power-of-derivative"),
    *("power-exponent-kept", "power-coefficient-missing", "power-lowered-twice", "power-raised", "root-half-missing"),
    *("exponential-power-rule", "exponential-logarithm-missing", "exponential-logarithm-divides"),
    *("exponential-minus", "power-tower-power-rule", "power-tower-exponential-rule"),
    *("logarithm-as-itself", "logarithm-argument-lost", "logarithm-as-reciprocal"),
    *("logarithm-base-lost", "tan-as-sec", "tan-sign", "sec-as-tan-squared", "csc-sign"),
    *("cot-sign", "arcsin-root-missing", "arctan-minus", "cosh-sign", "degrees"),
    *("constant-kept", "constant-factor-lost", "constant-factor-as-constant", "other-variable-differentiated"),
    *("mean-for-sum", "integrated", "function-copied", "wrong-variable", "derivative-missing", "derivative-extra"),
    *("partial-missing", "partial-one-variable", "partials-added", "partials-multiplied"),
    *("evaluated-wrongly", "sign", "constant-factor", "entry-wrong"),
)
"""The mistakes' names, as results and keys have them; they do not change. Of several that explain an answer equally
simply, the one that stands first here is named first: the more special one, and the one that more people make."""
_RANKS: Final = {name: place for place, name in enumerate(NAMES)}


def rank(mistake: str) -> int:
    """The place of a mistake in NAMES."""
    return _RANKS[mistake]


WHOLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "integrated": "the function is integrated, not differentiated",
        "point-copied": "this is the point itself, not the gradient there",
        "function-copied": "this is the function itself, not its derivative",
        "sign": "only the sign is wrong",
        "constant-factor": "this is {factor} times the derivative",
        "derivative-missing": "this is the derivative of order {order}, and order {wanted} is asked",
        "derivative-extra": "this is the derivative of order {order}, and order {wanted} is asked",
        "partial-missing": "this is the derivative by {left} alone: that by {name} is missing",
        "partial-one-variable": "this is differentiated by {name} only, and is to be differentiated by {wanted}",
        "partials-added": "the partial derivatives are added up: each is to be taken of the one before",
        "partials-multiplied": "the partial derivatives are multiplied: each is to be taken of the one before",
        "wrong-variable": "this is the derivative by {name}",
        "constant-added": "a derivative has no constant of integration: {name} is added",
        "evaluated-wrongly": "the derivative is right, and evaluated wrongly: {how}",
        "components-swapped": "the components are right, and in another order",
        "components-added": "the components are added up",
        "component-missing": "a component is missing",
        "component-extra": "there is a component too many",
        "entry-wrong": "all entries but one are right: the entry {entry} is wrong",
        "transposed": "the rows stand in the columns' place",
        "flattened": "the numbers are right, and not arranged in the shape {shape}",
        "jacobian-column": "a column of the Jacobian stands in a row's place",
        "rounded": "this is right but for its numbers, which are rounded",
        "broadcast-not-summed": "{name} is broadcast, and its gradient is not summed over the repeated entries",
    }
)
"""What is said of mistakes with the answer as a whole, with the components of gradients and the shapes of tensors."""


THROUGHOUT, ALONE, SOMEWHERE, SELDOM, DESCRIBED = range(5)
"""How simple a mistake is: wherever its rule applies, in the answer as a whole, at one place or in one differentiation
of several, or at one place in one differentiation; what only describes an answer, as a factor does, comes last."""


@frozen
class RankedMistake:
    """A mistake that explains an answer; `simplicity` is small where it is simple."""

    mistake: Mistake
    simplicity: int


def whole_mistake(rule: str, simplicity: int = ALONE, where: Sentence | None = None, **pieces: object) -> RankedMistake:
    """A mistake with the answer as a whole, with its message."""
    return RankedMistake(Mistake(rule, WHOLES[rule].format(**pieces), where), simplicity)


def in_order(found: Iterable[RankedMistake]) -> list[RankedMistake]:
    """The simplest first, each rule once; what only describes the answer is said where nothing explains it."""
    known: dict[str, RankedMistake] = {}
    for each in sorted(found, key=lambda each: (each.simplicity, rank(each.mistake.rule))):
        known.setdefault(each.mistake.rule, each)
    explained = [each for each in known.values() if each.simplicity < DESCRIBED]
    return explained or list(known.values())


NO_SUCH_MISTAKE = "H115"


def in_own_words(mistake: Mistake, messages: Mapping[str, str]) -> Mistake:
    """The mistake with the words for it, or for its family (`chain` for `chain-inner-missing`)."""
    own = messages.get(mistake.rule, messages.get(family(mistake.rule)))
    return mistake if own is None else replace(mistake, message=own)


def family(name: str) -> str:
    """What mistakes of one kind have in common."""
    return name.partition("-")[0]


def check_names(names: Iterable[str]) -> None:
    """Raises DiagnosticError for a name that no mistake and no family has."""
    known = dict.fromkeys([*NAMES, *map(family, NAMES)])
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or "`gradcli grade` names mistakes as its results do"
            raise DiagnosticError.about(NO_SUCH_MISTAKE, f"there is no mistake called {name!r}", name, help_)
