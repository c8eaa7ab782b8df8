"""The errors of arguments that no signature of torch takes: its signatures, for operations of a tensor and a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

_TENSORS: Final = "(Tensor input, Tensor {0}, *, Tensor out = None)"
_BY_NUMBER: Final = "(Tensor input, Number {0}, *, Tensor out = None)"
_OF_NUMBER: Final = "(Number self, Tensor {0}, *, Tensor out = None)"
_OF_NUMBER_ALONE: Final = "(Number self, Tensor {0})"
_EXTREMUM: Final = (
    "(Tensor input, *, Tensor out = None)",
    "(Tensor input, Tensor other, *, Tensor out = None)",
    "(Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None)",
)

_SIGNATURES: Final[dict[str, Sequence[str]]] = {
    "eq ne lt le gt ge copysign fmod": (_TENSORS, _BY_NUMBER),
    "clamp_min clamp_max": (_TENSORS, _BY_NUMBER),
    "pow float_power xlogy special_xlog1py": (_TENSORS, _OF_NUMBER, _BY_NUMBER),
    "remainder bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift": (
        _TENSORS,
        _OF_NUMBER_ALONE,
        _BY_NUMBER,
    ),
    "rsub": (
        "(Tensor input, Tensor other, *, Number alpha = 1)",
        "(Tensor input, Number other, Number alpha = 1)",
    ),
    "max min": _EXTREMUM,
    "conv1d conv2d": tuple(
        f"(Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, {padding}, tuple of ints "
        "dilation = 1, int groups = 1)"
        for padding in ("tuple of ints padding = 0", 'str padding = "valid"')
    ),
    "result_type": (
        "(Tensor tensor, Tensor other)",
        "(Number scalar, Tensor tensor)",
        "(Tensor tensor, Number other)",
        "(Number scalar1, Number scalar2)",
    ),
}
"""By the names of the operations, the signatures in torch's order; `{0}` is the second operand's name."""

_SECOND: Final = {"pow": "exponent", "float_power": "exponent", "clamp_min": "min", "clamp_max": "max"}


def invalid_combination(name: str, *arguments: Any) -> TypeError:
    """No signature of `name` takes the arguments."""
    lines = next(found for names, found in _SIGNATURES.items() if name in names.split())
    kinds = [type(each).__name__ for each in arguments]
    text = f"{name}() received an invalid combination of arguments - got ({', '.join(kinds)}), but expected one of:\n"
    for line in lines:
        text += f" * {line.format(_SECOND.get(name, 'other'))}\n"
        if "out" not in line and "=" not in line:
            needed = line.removeprefix("(").split(", ")
            fits = zip(kinds, needed, strict=True)
            wrong = ", ".join(kind if kind == each.split()[0] else f"!{kind}!" for kind, each in fits)
            text += f"      didn't match because some of the arguments have invalid types: ({wrong})\n"
    return TypeError(text)
