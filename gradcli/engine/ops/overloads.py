"""Signatures that torch has deprecated and still takes: a number among the tensors stands for a keyword."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from gradcli.engine.tensor import Tensor


def reordered(function: Callable[..., Tensor], names: Sequence[str], arguments: Sequence[Any]) -> Tensor:
    """`function` of the tensors among `arguments`, with the numbers among them as the keywords `names`.

    `p.add_(-0.1, grad)`, for instance, is `p.add_(grad, alpha=-0.1)`. Warns as torch does.
    """
    name = function.__name__
    tensors = [each for each in arguments if isinstance(each, Tensor)]
    numbers = [each for each in arguments if not isinstance(each, Tensor)]
    if len(numbers) > len(names):
        raise TypeError(f"{name}() takes {len(tensors)} tensors, but {len(arguments)} arguments were given")
    keywords = dict(zip(names, numbers, strict=False))
    operands, left = iter(function.__code__.co_varnames), iter(names)
    old = [f"Tensor {next(operands)}" if isinstance(each, Tensor) else f"Number {next(left)}" for each in arguments]
    new = [each for each in old if each.startswith("Tensor")]
    defaults = [f"Number {each} = 1" for each in names]
    warnings.warn(
        f"This overload of {name} is deprecated:\n\t{name}({', '.join([*old, '*', 'Tensor out = None'])})\n"
        "Consider using one of the following signatures instead:\n"
        f"\t{name}({', '.join([*new, '*', *defaults, 'Tensor out = None'])})",
        UserWarning,
        stacklevel=3,
    )
    return function(*tensors, **keywords)


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
