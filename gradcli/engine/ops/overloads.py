"""Signatures that torch has deprecated and still takes: a number among the tensors stands for a keyword."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from gradcli.engine.tensor import Tensor

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
