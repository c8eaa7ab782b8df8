"""All typical mistakes: the rules' wrong twins, misreadings, and mistakes with the answer as a whole."""

from __future__ import annotations

from typing import Final

from gradcli.homework.mistakes.chains import CHAINS, MODULUS
from gradcli.homework.mistakes.constants import CONSTANTS, OTHER_VARIABLE, SUMS
from gradcli.homework.mistakes.exponentials import EXPONENTIALS, LOGARITHMS
from gradcli.homework.mistakes.powers import POWER_READINGS, POWERS
from gradcli.homework.mistakes.products import PRODUCTS, QUOTIENTS
from gradcli.homework.mistakes.tensors import TENSOR_READINGS, TENSORS
from gradcli.homework.mistakes.trigonometry import TRIGONOMETRIC_READINGS, TRIGONOMETRY
from gradcli.homework.mistakes.twin import Misreading, Twin
from gradcli.homework.mistakes.wholes import WHOLES

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
"""Where several fit equally well, the one that stands first here is named first."""
MISREADINGS: Final[tuple[Misreading, ...]] = (*POWER_READINGS, *TRIGONOMETRIC_READINGS, *TENSOR_READINGS)

NAMES: Final[tuple[str, ...]] = tuple(
    dict.fromkeys([*(twin.mistake for twin in TWINS), *(each.mistake for each in MISREADINGS), OTHER_VARIABLE, *WHOLES])
)
"""The mistakes' names, as results and keys have them; they do not change."""
