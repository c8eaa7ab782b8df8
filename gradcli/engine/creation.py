"""Making tensors: from data, and filled."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.devices import check_device
from gradcli.engine.left_out import complex_numbers
from gradcli.engine.ops.declare import argument_error
from gradcli.engine.tensor import Size, Tensor, wrap

COPY_CONSTRUCT: Final = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
)
ASARRAY_OF_TRACKED: Final = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. Pass "
    "requires_grad=False explicitly to get the old behavior and silence this warning."
)
NOT_WRITEABLE: Final = (
    "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing to "
    "this tensor will result in undefined behavior. You may want to copy the array to protect its data or make it "
    "writable before converting it to a tensor. This type of warning will be suppressed for the rest of this program."
)
LIST_OF_ARRAYS: Final = (
    "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to a "
    "single numpy.ndarray with numpy.array() before converting to a tensor."
)
DEFAULT_TENSOR_TYPE: Final = (
    "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
    "torch.set_default_device() as alternatives."
)
NOT_SUPPORTED_ARRAY: Final = (
    "can't convert np.ndarray of type {}. The only supported types are: float64, float32, float16, complex64, "
    "complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool."
)
_DEEPEST: Final = 64
"""NumPy's limit of dimensions; a text nested in a list is taken for endless."""
_MISSING: Final = object()


# From data.


def tensor(
    data: Any = _MISSING,
    *excess: Any,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """A tensor of `data`, copied (torch.tensor).

    `data` is a number, a nested list or tuple of numbers, an array or a Tensor. Without `dtype`, Python floats take the
    default dtype, integers int64, bools bool; arrays and Tensors keep theirs. Raises ValueError, TypeError or
    RuntimeError, in torch's words, on ragged lists and on what is no number, and RuntimeError where a tensor that is
    not floating point is to require grad.
    """
    if data is _MISSING:
        raise TypeError('tensor() missing 1 required positional arguments: "data"')
    if excess:
        raise TypeError(f"tensor() takes 1 positional argument but {1 + len(excess)} were given")
    if pin_memory:
        raise RuntimeError(
            "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory allocator is available on "
            "this system."
        )
    if isinstance(data, Tensor):
        warnings.warn(COPY_CONSTRUCT, UserWarning, stacklevel=2)
    return made("tensor", _array_of(data, checked_dtype("tensor", dtype)), device, requires_grad)


def as_tensor(data: Any, dtype: dtypes.dtype | None = None, device: Any = None) -> Tensor:
    """`data` as a tensor, sharing memory, and keeping its history, where the dtype allows (torch.as_tensor)."""
    check_device(device)
    if isinstance(data, Tensor):
        return data if dtype in (None, data.dtype) else data.to(dtype)
    if isinstance(data, np.ndarray):
        found = from_numpy(data)
        return found if dtype in (None, found.dtype) else wrap(_converted(data, dtype), dtype)
    return wrap(_array_of(data, checked_dtype("as_tensor", dtype)))


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool | None = None
) -> Tensor:
    """`obj` as a tensor on its memory where that can be, else, or with `copy`, on new memory (torch.asarray).

    Raises ValueError where `copy` is False and numbers have to be copied.
    """
    check_device(device)
    wanted = checked_dtype("asarray", dtype)
    if isinstance(obj, Tensor):
        if requires_grad is None and obj.requires_grad:
            warnings.warn(ASARRAY_OF_TRACKED, UserWarning, stacklevel=2)
        result = obj if requires_grad is not False or not obj.requires_grad else obj.detach()
        if copy is False and wanted not in (None, obj.dtype):
            raise ValueError(f"can't alias tensor with dtype '{obj.dtype!r}' into dtype '{wanted!r}'.")
        result = result.to(wanted or obj.dtype, copy=bool(copy))
    elif isinstance(obj, np.ndarray):
        result = wrap(_converted(np.array(obj), wanted or _of_array(obj))) if copy else as_tensor(obj, wanted)
    elif copy is False and isinstance(obj, np.generic):
        raise RuntimeError("can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ")
    elif copy is False:
        raise ValueError("can't alias arbitrary sequence into a tensor.")
    else:
        result = wrap(_array_of(obj, wanted))
    return result.requires_grad_() if requires_grad and not result.requires_grad else result


def from_numpy(ndarray: Any) -> Tensor:
    """A tensor on the memory of an array (torch.from_numpy).

    Raises TypeError on anything else and on element types without a tensor.
    """
    if not isinstance(ndarray, np.ndarray):
        kind = type(ndarray)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        raise TypeError(f"expected np.ndarray (got {name})")
    if not ndarray.flags.writeable:
        warnings.warn(NOT_WRITEABLE, UserWarning, stacklevel=2)
    return wrap(ndarray, _of_array(ndarray))


def legacy_tensor(cls: Any, data: tuple[Any, ...], dtype: dtypes.dtype | None = None) -> Tensor:
    """What `Tensor(*data)` makes: data of the default dtype (or `dtype`), or zeros of the shape that integers give.

    torch leaves the latter uninitialised. Raises TypeError on a number that is no integer, a Tensor of another dtype.
    """
    wanted = dtype or dtypes.get_default_dtype()
    if not data:
        return wrap(np.zeros(0, wanted.numpy), wanted)
    first = data[0]
    if len(data) == 1:
        if isinstance(first, Tensor):
            if dtype is not None and first.dtype is not dtype:
                raise TypeError(f"expected {_tensor_options(dtype)} (got {_tensor_options(first.dtype)})")
            return first.detach()
        if not isinstance(first, (int, Size)) or isinstance(first, bool):
            if isinstance(first, (float, bool, complex)) or first is None:
                raise TypeError(f"new(): data must be a sequence (got {type(first).__name__})")
            return wrap(_array_of(first, wanted), wanted)
    return wrap(np.zeros(size_of("new", data), wanted.numpy)[()], wanted)


def _tensor_options(dtype: dtypes.dtype) -> str:
    return (
        f"TensorOptions(dtype={dtypes.c_name(dtype)}, device=cpu, layout=Strided, requires_grad=false (default), "
        "pinned_memory=false (default), memory_format=(nullopt))"
    )


class LegacyTensorType:
    """torch.FloatTensor and the like: called, it makes tensors of one dtype, and isinstance() asks for that dtype."""

    def __init__(self, dtype: dtypes.dtype) -> None:
        self.dtype = dtype

    def __call__(self, *data: Any, size: Any = None) -> Tensor:
        """A tensor of the data, or of the shape that integers give. Raises TypeError as `Tensor(...)` does."""
        return legacy_tensor(Tensor, data if size is None else (Size(size),), self.dtype)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is self.dtype

    def __repr__(self) -> str:
        return f"<class '{self.dtype.tensor_name}'>"


HalfTensor: Final = LegacyTensorType(dtypes.float16)
FloatTensor: Final = LegacyTensorType(dtypes.float32)
DoubleTensor: Final = LegacyTensorType(dtypes.float64)
ByteTensor: Final = LegacyTensorType(dtypes.uint8)
CharTensor: Final = LegacyTensorType(dtypes.int8)
ShortTensor: Final = LegacyTensorType(dtypes.int16)
IntTensor: Final = LegacyTensorType(dtypes.int32)
LongTensor: Final = LegacyTensorType(dtypes.int64)
BoolTensor: Final = LegacyTensorType(dtypes.bool_)


def set_default_tensor_type(t: Any) -> None:
    """Set the dtype of floating-point literals by a type of tensors or its name (torch.set_default_tensor_type).

    Raises TypeError where that is no type of tensors of floating point.
    """
    warnings.warn(DEFAULT_TENSOR_TYPE, UserWarning, stacklevel=2)
    found = [each for each in dtypes.ALL if t == each.tensor_name or getattr(t, "dtype", None) is each]
    if not found:
        raise TypeError("invalid type object: only floating-point types are supported as the default type")
    dtypes.set_default_dtype(found[0])


def _of_array(array: Any) -> dtypes.dtype:
    found = dtypes.OF_NUMPY.get(array.dtype)
    if found is None:
        kind = array.dtype.type
        if issubclass(kind, np.complexfloating):
            raise complex_numbers()
        raise TypeError(NOT_SUPPORTED_ARRAY.format(f"{kind.__module__}.{kind.__name__}"))
    return found


def checked_dtype(function: str, dtype: Any) -> dtypes.dtype | None:
    """The dtype given to a creating function. Raises TypeError on what is none."""
    dtype = dtypes.named(dtype)
    if dtype is None or isinstance(dtype, dtypes.dtype):
        return dtype
    if dtype is complex:
        raise complex_numbers()
    raise TypeError(f"{function}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")


def _array_of(data: Any, dtype: dtypes.dtype | None) -> Any:
    """A new array (a NumPy scalar for a 0-dim one) of the data; see `tensor`."""
    kind = type(data)
    if kind is float:
        return (dtype or dtypes.get_default_dtype()).scalar(data) if dtype is None else _number(data, dtype)
    if isinstance(data, Tensor):
        array = data._array
        return _converted(np.array(array, subok=True), dtype)[()] if dtype else array.copy()
    if isinstance(data, (np.ndarray, np.generic)):
        own = _of_array(data)
        return _converted(np.array(data), dtype or own)[()]
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{kind.__name__}'")
    if isinstance(data, (int, float)):
        return _number(data, dtype or dtypes.of_number(data))
    shape = _shape_of(data)
    if len(shape) > _DEEPEST:
        raise ValueError(f"too many dimensions '{kind.__name__}'")
    if isinstance(data, list) and data and isinstance(data[0], np.ndarray):
        warnings.warn(LIST_OF_ARRAYS, UserWarning, stacklevel=4)
    if dtype is None:
        dtype = _inferred(data)
    flat: list[Any] = []
    _flatten(data, shape, 0, dtype, flat)
    try:
        return dtype.array(flat).reshape(shape)
    except (OverflowError, ValueError):
        return dtype.array([_number(each, dtype) for each in flat]).reshape(shape)


def _number(value: Any, dtype: dtypes.dtype) -> Any:
    """One Python number as a NumPy scalar. Raises ValueError or RuntimeError where it does not fit."""
    if dtype.is_floating_point or dtype is dtypes.bool_:
        return dtype.scalar(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _overflow(dtype)
        value = int(value)
    if not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    bits = 8 * dtype.itemsize
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) and not (dtype is dtypes.uint8 and -255 <= value <= 255):
        raise _overflow(dtype)
    return np.int64(value).astype(dtype.numpy)


def _overflow(dtype: dtypes.dtype) -> RuntimeError:
    return RuntimeError(f"value cannot be converted to type {dtype.name} without overflow")


def _converted(array: Any, dtype: dtypes.dtype) -> Any:
    with np.errstate(all="ignore"):
        return dtype.cast(array)


def _is_sequence(data: Any) -> bool:
    """Whether torch takes the elements of `data`: of lists, and of anything else that has a length and places, as a
    column of a table has."""
    return isinstance(data, Sequence) or (
        hasattr(data, "__len__") and hasattr(type(data), "__getitem__") and not isinstance(data, (dict, type))
    )


def _shape_of(data: Any) -> tuple[int, ...]:
    """The shape that the first elements, all the way down, promise. Raises ValueError on a text within a list."""
    shape: list[int] = []
    while True:
        if isinstance(data, (Tensor, np.ndarray)):
            return (*shape, *(data.shape if isinstance(data, np.ndarray) else _element_shape(data)))
        if isinstance(data, (bool, int, float, np.generic)) or not _is_sequence(data):
            return tuple(shape)
        if isinstance(data, str) and data:
            raise ValueError(f"too many dimensions '{type(data).__name__}'")
        shape.append(len(data))
        if not len(data) or len(shape) > _DEEPEST:
            return tuple(shape)
        data = data[0]


def _element_shape(tensor: Tensor) -> tuple[int, ...]:
    if tensor._array.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return ()


def _inferred(data: Any) -> dtypes.dtype:
    """The dtype in which all numbers of nested lists meet. Raises TypeError or RuntimeError on what is no number."""
    kind = type(data)
    if kind is float:
        return dtypes.get_default_dtype()
    if isinstance(data, (bool, int)):
        return dtypes.bool_ if isinstance(data, bool) else dtypes.int64
    if isinstance(data, Tensor):
        return data.dtype
    if isinstance(data, (np.ndarray, np.generic)):
        return _of_array(data)
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{kind.__name__}'")
    if not _is_sequence(data):
        if isinstance(data, complex):
            raise complex_numbers()
        raise RuntimeError(f"Could not infer dtype of {kind.__name__}")
    found: dtypes.dtype | None = None
    for each in data:
        own = _inferred(each)
        found = own if found is None else dtypes.promote(found, own)
    return found or dtypes.get_default_dtype()


def _flatten(data: Any, shape: tuple[int, ...], depth: int, dtype: dtypes.dtype, flat: list[Any]) -> None:
    """Append the numbers of nested lists in order. Raises ValueError and TypeError where they do not have the shape."""
    if depth == len(shape):
        flat.append(_element(data, dtype))
        return
    if isinstance(data, np.ndarray):
        data = data.tolist()
    if not _is_sequence(data):
        raise TypeError("not a sequence")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    for each in data:
        _flatten(each, shape, depth + 1, dtype, flat)


def _element(value: Any, dtype: dtypes.dtype) -> Any:
    if isinstance(value, (float, int)):
        return (
            int(value)
            if isinstance(value, float) and dtype.category == dtypes.INTEGER and math.isfinite(value)
            else value
        )
    if isinstance(value, Tensor):
        return value._scalar()
    if isinstance(value, np.generic):
        return value.item()
    if dtype.is_floating_point:
        raise TypeError(f"must be real number, not {type(value).__name__}")
    raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")


def made(function: str, array: Any, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The leaf of an array that a creating function made. Raises RuntimeError where it cannot require grad."""
    check_device(device)
    result = wrap(array)
    if requires_grad:
        if not result.dtype.is_floating_point:
            raise RuntimeError(errors.ONLY_FLOATS)
        result._requires_grad = True
    return result


# Filled.


def size_of(function: str, arguments: Sequence[Any]) -> tuple[int, ...]:
    """The shape given to a creating function: integers, or one sequence of them.

    Raises TypeError on anything else, and RuntimeError on a negative dimension.
    """
    if not arguments:
        raise TypeError(f'{function}() missing 1 required positional arguments: "size"')
    first = arguments[0]
    single = len(arguments) == 1 and isinstance(first, (tuple, list))
    sizes = first if single else arguments
    if not single and _dimension(first) is None:
        raise TypeError(f"{function}(): argument 'size' (position 1) must be tuple of ints, not {type(first).__name__}")
    shape = []
    for position, each in enumerate(sizes, 1):
        dimension = _dimension(each)
        if dimension is None:
            raise TypeError(
                f"{function}(): argument 'size' failed to unpack the object at pos {position} with error "
                f'"type must be tuple of ints,but got {type(each).__name__}"'
            )
        shape.append(dimension)
    for dimension in shape:
        if dimension < 0:
            raise RuntimeError(
                "zeros: Dimension size must be non-negative."
                if function == "zeros"
                else f"Trying to create tensor with negative dimension {dimension}: {shape}"
            )
    return tuple(shape)


def sizes_given(function: str, positional: tuple[Any, ...], size: Any) -> tuple[Any, ...]:
    """The arguments of a shape, whether they are positional or given as `size=`. Raises TypeError on both at once."""
    if size is None:
        return positional
    if positional:
        raise TypeError(f"{function}() got multiple values for argument 'size'")
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"{function}(): argument 'size' must be tuple of ints, not {type(size).__name__}")
    return (size,)


def _dimension(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, Tensor) and not value.dtype.is_floating_point and value._array.size == 1:
        return int(value._array.item())
    return None


def _filled(function: str, size: tuple[Any, ...], value: Any, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    wanted = checked_dtype(function, dtype) or dtypes.get_default_dtype()
    return made(function, wanted.full(size_of(function, size), value), device, requires_grad)


def zeros(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape (torch.zeros). Raises TypeError and RuntimeError on a shape that is none."""
    return _filled("zeros", sizes_given("zeros", sizes, size), 0, dtype, device, requires_grad)


def ones(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of a shape (torch.ones). Raises TypeError and RuntimeError on a shape that is none."""
    return _filled("ones", sizes_given("ones", sizes, size), 1, dtype, device, requires_grad)


def empty(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of a shape whose elements do not matter (torch.empty); zeros here, so that runs repeat."""
    return _filled("empty", sizes_given("empty", sizes, size), 0, dtype, device, requires_grad)


def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor filled with a number, of that number's dtype unless one is given (torch.full)."""
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    if isinstance(fill_value, complex):
        raise complex_numbers()
    wanted = checked_dtype("full", dtype) or dtypes.of_number(fill_value)
    array = wanted.full(size_of("full", (size,)), _number(fill_value, wanted))
    return made("full", array, device, requires_grad)


def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A 0-dim tensor of a number, of the default dtype (torch.scalar_tensor)."""
    return full((), s, dtype=dtype or dtypes.get_default_dtype(), device=device, requires_grad=requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The n by m matrix with ones on the diagonal (torch.eye). Raises RuntimeError on a negative number."""
    columns = n if m is None else m
    for name, value in (("n", n), ("m", columns)):
        if value < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {value}")
    wanted = checked_dtype("eye", dtype) or dtypes.get_default_dtype()
    return made("eye", wanted.eye(n, columns), device, requires_grad)


def _like(function: str, of: Any, value: Any, dtype: Any, device: Any, requires_grad: bool) -> Tensor:
    if not isinstance(of, Tensor):
        raise argument_error(function, 1, of)
    wanted = checked_dtype(function, dtype) or of.dtype
    return made(function, wanted.full(of._array.shape, _number(value, wanted)), device, requires_grad)


def zeros_like(
    input: Tensor,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Zeros of the shape and dtype of a tensor (torch.zeros_like)."""
    return _like("zeros_like", input, 0, dtype, device, requires_grad)


def ones_like(
    input: Tensor,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """Ones of the shape and dtype of a tensor (torch.ones_like)."""
    return _like("ones_like", input, 1, dtype, device, requires_grad)


def empty_like(
    input: Tensor,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of the shape and dtype of another whose elements do not matter (torch.empty_like); zeros here."""
    return _like("empty_like", input, 0, dtype, device, requires_grad)


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of the shape and dtype of another, filled with a number (torch.full_like)."""
    return _like("full_like", input, fill_value, dtype, device, requires_grad)
