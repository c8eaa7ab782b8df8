"""All typical mistakes: the rules' wrong twins, misreadings, and mistakes with the answer as a whole."""

from __future__ import annotations

from typing import Final

from gradcli.homework.mistakes.chains import CHAINS, MODULUS
from gradcli.homework.mistakes.constants import CONSTANTS, SUMS
from gradcli.homework.mistakes.exponentials import EXPONENTIALS, LOGARITHMS
from gradcli.homework.mistakes.powers import POWER_READINGS, POWERS
from gradcli.homework.mistakes.products import PRODUCTS, QUOTIENTS
from gradcli.homework.mistakes.tensors import TENSOR_READINGS, TENSORS
from gradcli.homework.mistakes.trigonometry import TRIGONOMETRIC_READINGS, TRIGONOMETRY
from gradcli.homework.mistakes.twin import Misreading, Twin

TWINS: Final[tuple[Twin, ...]] = (
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
