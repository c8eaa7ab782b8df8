"""Element types and torch's type promotion (categories: bool < integer < floating point)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Numbers:
    """What rules ask of the arithmetic of an element type, besides what NumPy does with its arrays: the constants, as
    numbers to calculate with beside arrays (`constants.Floats` says what each is)."""

    __slots__ = ()

    pi: Any

    def sqrt(self, number: Any) -> Any: ...  # noqa: D102
    def log(self, number: Any) -> Any: ...  # noqa: D102
    def log1p(self, number: Any) -> Any: ...  # noqa: D102
    def decimal(self, text: str) -> Any: ...  # noqa: D102
    def ratio(self, numerator: Any, denominator: Any) -> Any: ...  # noqa: D102


class dtype:
    """An element type; prints as torch's (`torch.float32`). The instances are unique: compare with `is`."""

    __module__ = "torch"
    __slots__ = (
        *("category", "is_complex", "is_floating_point", "is_signed", "kind", "name", "numbers", "numpy", "one"),
        *("scalar", "tensor_name", "word"),
    )

    def __init__(self, name: str, numpy: type[np.generic], category: int, word: str) -> None:
        self.name = name
        self.numpy: np.dtype[Any] = np.dtype(numpy)
        self.kind = self.numpy.kind
        self.scalar: Callable[[Any], Any] = self.numpy.type
        """A number as a tensor without dimensions holds it."""
        self.one = self.scalar(1)
        self.numbers: Numbers | None = None
        """The arithmetic of numbers that are no floats."""
        self.category = category
        self.is_floating_point = category == FLOATING
        self.is_complex = False
        self.is_signed = self.kind in "fiO"
        self.word = word
        """The C++ name that torch's messages use (`Float`, `Long`)."""
        self.tensor_name = f"torch.{word}Tensor"

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return int(self.numpy.itemsize)

    def to_real(self) -> dtype:
        """Itself: its numbers are real."""
        return self

    def to_complex(self) -> dtype:
        """Left out: raises LeftOutError."""
        from gradcli.engine.left_out import complex_numbers

        raise complex_numbers()

    def cast(self, array: Any) -> Any:
        """The elements of an array or a NumPy scalar in this type, as a tensor holds them."""
        return array.astype(self.numpy, copy=False)[()]

    def array(self, numbers: Sequence[Any]) -> Any:
        """An array of Python numbers."""
        return np.array(numbers, self.numpy)

    def full(self, shape: Sequence[int], value: Any) -> Any:
        """A shape filled with a number, as a tensor holds it."""
        return np.full(shape, value, self.numpy)[()]

    def zeros(self, shape: Sequence[int]) -> Any:
        """Zeros of a shape, as a tensor holds them."""
        return np.zeros(shape, self.numpy)[()]

    def ones(self, shape: Sequence[int]) -> Any:
        """Ones of a shape, as a tensor holds them."""
        return np.ones(shape, self.numpy)[()]

    def eye(self, rows: int, columns: int) -> Any:
        """The matrix with ones on its diagonal."""
        return np.eye(rows, columns, dtype=self.numpy)

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return called, (self.name,)


BOOLEAN: Final = 0
INTEGER: Final = 1
FLOATING: Final = 2

float16 = dtype("float16", np.float16, FLOATING, "Half")
float32 = dtype("float32", np.float32, FLOATING, "Float")
float64 = dtype("float64", np.float64, FLOATING, "Double")
uint8 = dtype("uint8", np.uint8, INTEGER, "Byte")
int8 = dtype("int8", np.int8, INTEGER, "Char")
int16 = dtype("int16", np.int16, INTEGER, "Short")
int32 = dtype("int32", np.int32, INTEGER, "Int")
int64 = dtype("int64", np.int64, INTEGER, "Long")
bool_ = dtype("bool", np.bool_, BOOLEAN, "Bool")

ALL: Final = (float16, float32, float64, uint8, int8, int16, int32, int64, bool_)
OF_NUMPY: Final[dict[np.dtype[Any], dtype]] = {each.numpy: each for each in ALL}
"""The element types by NumPy's. One of objects is none of torch's: who runs the engine on numbers of their own, as the
cross-check does on exact ones, adds it (`calculus.balls`)."""

_WORDS: Final = {
    float16: "c10::Half",
    float32: "float",
    float64: "double",
    int64: "long int",
    int32: "int",
    int16: "short int",
    int8: "signed char",
    uint8: "unsigned char",
    bool_: "bool",
}

_default: dtype = float32


def called(name: str) -> dtype:
    """The dtype of a name, as pickles have it."""
    return next(each for each in ALL if each.name == name)


PYTHON: Final[dict[Any, dtype]] = {float: float64, int: int64, bool: bool_}
"""The dtypes that Python's own types of numbers stand for."""


def named(given: Any) -> Any:
    """The dtype that an argument names, as which float, int and bool serve, too; anything else as it is."""
    return PYTHON.get(given, given) if isinstance(given, type) else given


def c_name(of: dtype) -> str:
    """The C type's name, which some of torch's messages use (`long int`)."""
    return _WORDS[of]


def get_default_dtype() -> dtype:
    """The dtype of floating-point literals (torch.get_default_dtype)."""
    return _default


def set_default_dtype(d: dtype) -> None:
    """Set the dtype of floating-point literals (torch.set_default_dtype).

    Raises TypeError for a dtype that is not floating point.
    """
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    global _default
    _default = d


def of_array(array: NDArray[Any] | np.generic) -> dtype:
    """The dtype of a NumPy value. Raises TypeError for one that torch cannot hold."""
    found = OF_NUMPY.get(array.dtype)
    if found is None:
        raise TypeError(
            f"can't convert np.ndarray of type {array.dtype.type!r}. The only supported types are: float64, float32, "
            "float16, int64, int32, int16, int8, uint8, and bool."
        )
    return found


def zeros_beside(array: Any, shape: Sequence[int]) -> Any:
    """An array of zeros of a shape, to be written into, of the element type of another."""
    plain = type(array) is np.ndarray or isinstance(array, np.generic)
    return np.zeros(shape, array.dtype) if plain and array.dtype.kind != "O" else np.zeros_like(array, shape=shape)


def of_number(number: bool | int | float) -> dtype:
    """The dtype that a Python number has as a tensor."""
    if isinstance(number, bool):
        return bool_
    return int64 if isinstance(number, int) else _default


def promote(first: dtype, second: dtype) -> dtype:
    """The dtype in which two tensors of like standing meet (torch.promote_types)."""
    if first is second:
        return first
    if first.category != second.category:
        return first if first.category > second.category else second
    return OF_NUMPY[np.promote_types(first.numpy, second.numpy)]


def result_type(dimensioned: dtype | None, zero_dimensional: dtype | None, number: dtype | None) -> dtype:
    """The dtype of an operation's result (torch.result_type).

    Tensors with dimensions decide; 0-dim tensors, and after them Python numbers, count only where their category is
    higher.
    """
    result = dimensioned
    for weaker in (zero_dimensional, number):
        if weaker is not None and (result is None or weaker.category > result.category):
            result = weaker
    if result is None:
        raise ValueError("result_type of nothing")
    return result
