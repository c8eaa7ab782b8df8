"""Parameter: a leaf tensor that a Module counts among what is to be trained."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import catalogue, dtypes, errors
from gradcli.engine.tensor import Tensor, wrap

HOME: Final = "torch.nn.parameter"
"""Where the classes here say that they are, as torch's do."""
_SLOTS: Final = tuple(name for name in Tensor.__slots__ if not name.startswith("__"))


class _LeafClass(Tensor):
    """A kind of Tensor whose instances are leaves on the memory of a tensor."""

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Any:
        """On the memory of `data`, a Tensor, or empty.

        Raises AttributeError where `data` is no Tensor,
        RuntimeError where it is to require a gradient and is not of floating point.
        """
        if data is None:
            data = wrap(np.empty(0, dtypes.get_default_dtype().numpy))
        if not isinstance(data, Tensor):
            raise AttributeError(f"{type(data).__name__!r} object has no attribute 'detach'")
        if requires_grad and not data.dtype.is_floating_point:
            raise RuntimeError(errors.ONLY_FLOATS)
        plain = wrap(data._shared_array() if data._array.ndim else data._array, data.dtype)
        self = object.__new__(cls)
        for name in _SLOTS:
            setattr(self, name, getattr(plain, name))
        self._requires_grad = bool(requires_grad)
        return self


class Parameter(_LeafClass):
    """A tensor that becomes a parameter of the Module it is assigned to (torch.nn.Parameter).

    `Parameter(data)` shares the memory of `data` and is a leaf that requires a gradient unless told otherwise. What is
    computed from it is a plain Tensor.
    """

    __module__ = HOME

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            memo[id(self)] = type(self)(wrap(copy.copy(self._array), self.dtype), self._requires_grad)
        return memo[id(self)]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (self._shared_array(), self._requires_grad)


def _rebuilt(array: Any, requires_grad: bool) -> Parameter:
    """The Parameter that was pickled."""
    parameter: Parameter = Parameter(wrap(array), requires_grad)
    return parameter


class Buffer(_LeafClass):
    """A tensor that becomes a buffer of the Module it is assigned to (torch.nn.Buffer).

    A buffer that is not `persistent` is left out of the module's state.
    """

    __module__ = HOME
    persistent: bool

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Any:
        """On the memory of `data`, a Tensor, or empty."""
        self = super().__new__(cls, data, requires_grad=False)
        self.persistent = persistent
        return self


class UninitializedParameter(Parameter):
    """A parameter whose shape is known only when its module sees its first input (torch.nn.UninitializedParameter)."""

    __module__ = HOME

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        """Of `dtype`, the default one unless given, without elements yet."""
        kind = dtypes.named(dtype) or dtypes.get_default_dtype()
        return super().__new__(cls, wrap(np.empty(0, kind.numpy)), requires_grad)

    def materialize(self, shape: tuple[int, ...]) -> None:
        """Become a Parameter of a shape; the elements are left to an initialiser."""
        self._array = np.zeros(shape, self.dtype.numpy)
        object.__setattr__(self, "__class__", Parameter)

    def __getattribute__(self, name: str) -> Any:
        if name == "shape":
            raise RuntimeError(_NO_SHAPE)
        if name in _READING:
            raise ValueError(_UNINITIALIZED.format(f"<method '{name}' of 'torch._C.TensorBase' objects>"))
        return super().__getattribute__(name)

    def size(self, dim: int | None = None) -> Any:
        """The shape of no elements, or one of its sizes."""
        return wrap(self._array).size(dim)

    def __repr__(self) -> str:
        return "<UninitializedParameter>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return memo.setdefault(id(self), type(self)(self._requires_grad, dtype=self.dtype))


_NO_SHAPE: Final = (
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` "
    "when trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the "
    "parameters before accessing their attributes."
)
_UNINITIALIZED: Final = (
    "Attempted to use an uninitialized parameter in {}. This error happens when you are using a `LazyModule` or "
    "explicitly manipulating `torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call "
    "`forward` with a dummy batch to initialize the parameters before calling torch functions"
)
_NOT_READING: Final = frozenset(
    f"to half float double char short int long cpu is_floating_point copy_ "
    f"{catalogue.BOTH['ops.attributes']} {catalogue.ONLY_METHODS['ops.attributes']}".split()
)
_OF_TENSOR: Final = (
    "numel dim item tolist numpy detach detach_ backward requires_grad_ element_size retain_grad register_hook"
)
_READING: Final = frozenset(catalogue.METHODS).union(_OF_TENSOR.split()) - _NOT_READING
"""The methods that read elements."""


def _refusal(told: str) -> Callable[..., Any]:
    def operator(*operands: Any) -> Any:
        raise ValueError(_UNINITIALIZED.format(f"<{told} of 'torch._C.TensorBase' objects>"))

    return operator


for _name in ["add", "sub", "mul", "matmul", "neg", "abs", "lt", "le", "gt", "ge", "ne"]:
    setattr(UninitializedParameter, f"__{_name}__", _refusal(f"method '{_name}'"))
for _name in ["bool", "float", "int", "index"]:
    setattr(UninitializedParameter, f"__{_name}__", _refusal(f"method '__{_name}__'"))
for _name, _method in {"radd": "add", "rmul": "mul", "truediv": "div", "eq": "__eq__"}.items():
    setattr(UninitializedParameter, f"__{_name}__", _refusal(f"method '{_method}'"))
for _name in ("getitem", "setitem"):
    setattr(UninitializedParameter, f"__{_name}__", _refusal(f"slot wrapper '__{_name}__'"))
