"""Python's values in a program: arithmetic that cannot run away, and what is taken for a tensor."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from gradcli import engine
from gradcli.engine.tensor import Tensor
from gradcli.language.formatted import is_format
from gradcli.program.failures import ValueTooLargeError

MAX_BITS: Final = 4096
"""The longest whole number that is no tensor, in bits."""
MAX_ITEMS: Final = 1_000_000
"""The longest string, and the most items that a list or tuple may hold, those of the lists in it included."""

_TOO_LONG: Final = f"a whole number of more than {MAX_BITS} bits; write it with a point, as in 2."
TOO_MANY: Final = f"a string or list of more than {MAX_ITEMS:,} items"

Operator = Callable[[Any, Any], Any]


def checked(value: Any) -> Any:
    """The value. Raises ValueTooLargeError where it is larger than a program's values may be."""
    if type(value) is int:
        if value.bit_length() > MAX_BITS:
            raise ValueTooLargeError(_TOO_LONG)
    elif isinstance(value, (str, list, tuple)) and (len(value) > MAX_ITEMS or _spent(value, MAX_ITEMS) > MAX_ITEMS):
        raise ValueTooLargeError(TOO_MANY)
    return value


def _spent(value: Any, room: int) -> int:
    """How many items a value holds, those of the lists and tuples in it included, counted to little more than `room`.

    A list that holds the same list twice is as long to print, compare and convert as if it held two: `z = [z, z]`
    doubles it.
    """
    if not isinstance(value, (list, tuple)):
        return 0
    count = len(value)
    for each in value:
        if type(each) is list or type(each) is tuple:
            count += _spent(each, room - count)
            if count > room:
                break
    return count


def _repeated(a: Any, b: Any) -> Any:
    """`a * b`, also of a string or list and a number."""
    sequence, times = (a, b) if isinstance(a, (str, list, tuple)) else (b, a)
    if isinstance(sequence, (str, list, tuple)) and isinstance(times, int) and len(sequence) * times > MAX_ITEMS:
        raise ValueTooLargeError(TOO_MANY)
    return a * b


def _remainder(a: Any, b: Any) -> Any:
    """`a % b`; Python's other reading, a format of a string, is none here."""
    if isinstance(a, str):
        raise TypeError("strings are formatted as in f'loss {loss:.4f}', without %")
    return a % b


def _power(a: Any, b: Any) -> Any:
    """`a ** b` of numbers. Raises ValueError on what is no real number, or too long a one."""
    if isinstance(a, int) and isinstance(b, int) and b > 0 and (a.bit_length() - 1) * b > MAX_BITS:
        raise ValueTooLargeError(_TOO_LONG)
    result = a**b
    if isinstance(result, complex):
        raise ValueError("a negative number has no real power that is not whole")
    return checked(result)


def _guarded(operation: Operator) -> Operator:
    return lambda a, b: checked(operation(a, b))


NUMBERS: Final[dict[str, Operator]] = {
    "+": _guarded(operator.add),
    "-": _guarded(operator.sub),
    "*": _guarded(_repeated),
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": _remainder,
    "@": operator.matmul,
    "**": _power,
}
"""The operators where no tensor takes part."""
_NAMES: Final = dict(zip(NUMBERS, ("add", "sub", "mul", "truediv", "floordiv", "mod", "matmul", "pow"), strict=True))
TENSORS: Final[dict[str, Operator]] = {sign: getattr(operator, name) for sign, name in _NAMES.items()}
"""The operators where one does."""
IN_PLACE: Final[dict[str, Operator]] = {sign: getattr(operator, f"i{name}") for sign, name in _NAMES.items()}
"""What `+=` and the other augmented assignments do to a tensor."""
COMPARISONS: Final[dict[str, Operator]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def formatted(value: Any, spec: str = "") -> str:
    """`format(value, spec)`. Raises ValueError for a format that is none, or too wide."""
    if not is_format(spec):
        raise ValueError(f"{spec!r} is no format: write '.4f' for four decimals")
    return format(value, spec)


def holds_tensors(values: Any) -> bool:
    """Whether there is a tensor somewhere in nested lists."""
    if isinstance(values, (list, tuple)):
        return any(holds_tensors(each) for each in values)
    return isinstance(values, Tensor)


def literal(elements: list[Any]) -> Any:
    """What a list in brackets is: a tensor, if it holds numbers alone."""
    checked(elements)
    numeric = all(isinstance(each, (bool, int, float, list, tuple)) for each in elements) and not holds_tensors(
        elements
    )
    return engine.tensor(elements) if numeric else elements


def as_tensor(value: Any) -> Any:
    """A value where a tensor is wanted: numbers become tensors, and lists with tensors in them are stacked."""
    if isinstance(value, (bool, int, float)):
        return engine.tensor(value)
    if isinstance(value, (list, tuple)) and holds_tensors(value):
        return engine.stack([as_tensor(each) for each in value])
    if isinstance(value, (list, tuple)):
        return engine.tensor(value)
    return value
