"""Signatures of torch: the errors of arguments that none takes, and those that are deprecated and still taken."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from gradcli.engine.tensor import Tensor

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


IN_PLACE: Final = {
    "add": ("other", "alpha"),
    "addbmm": ("batch1 batch2", "beta alpha"),
    "addcdiv": ("tensor1 tensor2", "value"),
    "addcmul": ("tensor1 tensor2", "value"),
    "addmm": ("mat1 mat2", "beta alpha"),
    "addmv": ("mat vec", "beta alpha"),
    "addr": ("vec1 vec2", "beta alpha"),
    "baddbmm": ("batch1 batch2", "beta alpha"),
    "sub": ("other", "alpha"),
}
"""By in-place method, the names of its tensors and of the numbers that may stand before them."""


def reordered(function: Callable[..., Tensor], names: Sequence[str], arguments: Sequence[Any]) -> Tensor:
    """`function` of the tensors among `arguments`, with the numbers among them as the keywords `names`.

    `torch.add(x, 2, y)`, for instance, is `torch.add(x, y, alpha=2)`. Warns as torch does.
    """
    operands = function.__code__.co_varnames[: function.__code__.co_argcount]
    tensors, keywords = _sorted(function.__name__, operands, names, arguments, ("Tensor out = None",))
    return function(*tensors, **keywords)


def reordered_in_place(name: str, arguments: Sequence[Any]) -> tuple[tuple[Tensor, ...], dict[str, Any]]:
    """The arguments of an in-place method, as of `p.add_(-0.1, grad)`, with the numbers as keywords."""
    operands, names = IN_PLACE[name]
    tensors, keywords = _sorted(f"{name}_", operands.split(), names.split(), arguments, ())
    return tuple(tensors), keywords


def _sorted(
    name: str, operands: Sequence[str], names: Sequence[str], arguments: Sequence[Any], more: tuple[str, ...]
) -> tuple[list[Tensor], dict[str, Any]]:
    """The tensors among the arguments, and the numbers by name."""
    tensors = [each for each in arguments if isinstance(each, Tensor)]
    numbers = [each for each in arguments if not isinstance(each, Tensor)]
    if len(numbers) > len(names):
        raise TypeError(f"{name}() takes {len(operands)} positional arguments but {len(arguments)} were given")
    of_tensors, of_numbers = iter(operands), iter(names)
    old = [
        f"Tensor {next(of_tensors)}" if isinstance(each, Tensor) else f"Number {next(of_numbers)}" for each in arguments
    ]
    new = [*(each for each in old if each.startswith("Tensor")), "*", *(f"Number {each} = 1" for each in names)]
    if more:
        old.append("*")
    warnings.warn(
        f"This overload of {name} is deprecated:\n\t{name}({', '.join([*old, *more])})\n"
        f"Consider using one of the following signatures instead:\n\t{name}({', '.join([*new, *more])})",
        UserWarning,
        stacklevel=4,
    )
    return tensors, dict(zip(names, numbers, strict=False))


def taking_numbers_first(*names: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Lets a function of three tensors take the keywords `names` as numbers among them, too."""

    def decorate(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        @wraps(function)
        def operation(*arguments: Any, **keywords: Any) -> Tensor:
            if len(arguments) > 3:
                return reordered(function, names, arguments)
            return function(*arguments, **keywords)

        return operation

    return decorate
