"""Tensor: a NumPy array with a place in the graph. What it can compute is in `ops`; `methods` gives it those as
methods."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.engine import dtypes, errors, modes
from gradcli.engine.dtypes import dtype
from gradcli.engine.node import (
    INFERENCE,
    AccumulateGrad,
    ForbiddenView,
    Hooks,
    Node,
    RemovableHandle,
    Variable,
    VersionCounter,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Size(tuple[int, ...]):
    """A shape; prints as torch.Size."""

    __slots__ = ()
    __module__ = "torch"

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return int(np.prod(self, dtype=np.int64))

    def __getitem__(self, key: Any) -> Any:
        found = tuple.__getitem__(self, key)
        return Size(found) if found.__class__ is tuple else found

    def __add__(self, other: Any) -> Any:
        return Size(tuple.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return Size(tuple.__add__(other, self))

    def __mul__(self, times: Any) -> Any:
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError("unsupported format string passed to torch.Size.__format__")
        return repr(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return size_from, (tuple(self),)


def size_from(lengths: tuple[int, ...]) -> Size:
    """The shape that was pickled."""
    return Size(lengths)


class Tensor(Variable):
    """A tensor with torch's autograd semantics on a NumPy array.

    A 0-dim tensor holds a NumPy scalar, which is much cheaper to compute with, until something has to share its memory.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_array",
        "_counter",
        "_extras",
        "_grad",
        "_node",
        "_output_nr",
        "_requires_grad",
        "dtype",
    )

    dtype: dtype
    _array: Any
    _requires_grad: bool
    _node: Node | None
    _output_nr: int
    _grad: Tensor | None
    _counter: VersionCounter | None
    _extras: dict[str, Any] | None

    __module__ = "torch"

    if TYPE_CHECKING:  # what `methods` gives it

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __floordiv__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __xor__(self, other: Any) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, item: Any) -> Tensor: ...
        def __setitem__(self, item: Any, value: Any) -> None: ...
        def backward(
            self,
            gradient: Tensor | None = None,
            retain_graph: bool | None = None,
            create_graph: bool = False,
            inputs: Sequence[Tensor] | Tensor | None = None,
        ) -> None:
            """See functional.tensor_backward."""

        def _accumulate_recorded(self, grad: Tensor) -> None: ...
        def __iter__(self) -> Iterator[Tensor]: ...

        def to(self, *arguments: Any, **keywords: Any) -> Tensor:
            """See ops.convert."""

    # What it is.

    @property
    def shape(self) -> Size:
        """The shape."""
        return Size(self._array.shape)

    def size(self, dim: int | None = None) -> Any:
        """The shape, or one dimension's length."""
        return self.shape if dim is None else self._array.shape[self._dimension(dim)]

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return int(self._array.ndim)

    def dim(self) -> int:
        """The number of dimensions."""
        return int(self._array.ndim)

    def numel(self) -> int:
        """The number of elements."""
        return int(self._array.size)

    nelement = numel

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self._node is None

    @property
    def requires_grad(self) -> bool:
        """Whether operations on it are recorded.

        A view of what requires grad does, even if its making was not recorded. Setting raises RuntimeError on a tensor
        that is not floating point, and on one that is not a leaf.
        """
        if self._requires_grad or self._extras is None:
            return self._requires_grad
        base: Tensor | None = self._extras.get("base")
        return base is not None and base._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self._node is not None and not value:
            raise RuntimeError(errors.CHANGE_NON_LEAF)
        if value and not self.dtype.is_floating_point:
            raise RuntimeError(errors.ONLY_FLOATS.replace("Only", "only"))
        if value and self._counter is INFERENCE and not modes.state.inference:
            raise RuntimeError(errors.INFERENCE_TRACKED)
        self._requires_grad = bool(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set requires_grad in place; returns the tensor.

        Raises RuntimeError as the attribute does, and within vmap.
        """
        if _state.mapping is not None:
            raise RuntimeError(errors.TRACKED_WITHIN_VMAP)
        if requires_grad and not self.dtype.is_floating_point:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        self.requires_grad = requires_grad
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The node that made it, None for a leaf.

        Raises RuntimeError for a view that lost its history because its base was written to.
        """
        if isinstance(self._node, ForbiddenView):
            raise self._node.error
        return self._node

    @property
    def output_nr(self) -> int:
        """Which of its node's outputs it is."""
        return self._output_nr

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient. Raises RuntimeError or TypeError when set to something of another shape, dtype
        or kind."""
        if self._node is not None and self._grad is None and not self.retains_grad:
            warnings.warn(errors.NON_LEAF_GRAD, UserWarning, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is None:
            self._grad = None
            return
        if not isinstance(value, Tensor):
            raise TypeError(
                f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}"
            )
        if value is self:
            raise RuntimeError("can't assign Variable as its own grad")
        if value.dtype is not self.dtype:
            raise RuntimeError(
                f"attempting to assign a gradient with dtype '{dtypes.c_name(value.dtype)}' to a tensor with "
                f"grad_dtype '{self.dtype.word}'. The gradient must match the tensor's grad_dtype (defaults to the "
                "tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to "
                "allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient "
                "may break downstream systems that assume they match."
            )
        if value._array.shape != self._array.shape:
            raise RuntimeError(
                f"attempting to assign a gradient of size '{list(value._array.shape)}' to a tensor of size "
                f"'{list(self._array.shape)}'. Please ensure that the gradient and the tensor are the same size"
            )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def data(self) -> Tensor:
        """The same memory without a history, and with a version counter of its own."""
        return wrap(self._shared_array(), self.dtype)

    @data.setter
    def data(self, value: Tensor) -> None:
        self._array = value._shared_array()
        self.dtype = value.dtype

    @property
    def _version(self) -> int:
        if self._counter is INFERENCE:
            raise RuntimeError(errors.INFERENCE_VERSION)
        return 0 if self._counter is None else self._counter.value

    @property
    def _base(self) -> Tensor | None:
        return None if self._extras is None else self._extras.get("base")

    def _is_view(self) -> bool:
        return self._base is not None

    def is_inference(self) -> bool:
        """Whether it was made in inference mode, and so can never enter a graph."""
        return self._counter is INFERENCE

    def _dimension(self, dim: int) -> int:
        """`dim` counted from the front. Raises IndexError where the tensor lacks it."""
        bound: int = max(self._array.ndim, 1)
        if not -bound <= dim < bound:
            raise errors.dimension_out_of_range(dim, self._array.ndim)
        return dim % bound

    # Its place in the graph.

    def detach(self) -> Tensor:
        """The same memory, outside the graph."""
        detached = wrap(self._shared_array(), self.dtype)
        detached._counter = self._version_counter()
        return detached

    def detach_(self) -> Tensor:
        """Take the tensor itself out of the graph; returns it. Raises RuntimeError on a view."""
        if self._extras is not None and "base" in self._extras:
            raise RuntimeError(errors.DETACH_VIEW)
        self._node, self._output_nr, self._requires_grad = None, 0, False
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of a tensor that is not a leaf, too. Raises RuntimeError where it requires none."""
        if not self._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self._node is not None:
            self._node_hooks(self._node).retained[self._output_nr] = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether retain_grad was asked for on a tensor that is not a leaf."""
        hooks = None if self._node is None else self._node.hooks
        reference = None if hooks is None else hooks.retained.get(self._output_nr)
        return reference is not None and reference() is self

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call `hook` with this tensor's gradient whenever one is computed; what it returns, if anything, replaces
        the gradient.

        Raises RuntimeError where the tensor requires no gradient.
        """
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self._node is not None:
            functions = self._node_hooks(self._node).functions.setdefault(self._output_nr, {})
        else:
            self._extras = self._extras if self._extras is not None else {}
            functions = self._extras.setdefault("hooks", {})
        return RemovableHandle(functions, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call `hook` with this leaf whenever a gradient was added to its `.grad`.

        Raises RuntimeError where the tensor requires no gradient or is no leaf.
        """
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self._node is not None:
            raise RuntimeError(errors.HOOK_ON_NON_LEAF)
        self._extras = self._extras if self._extras is not None else {}
        return RemovableHandle(self._extras.setdefault("after", {}), hook)

    @staticmethod
    def _node_hooks(node: Node) -> Hooks:
        hooks: Hooks | None = node.hooks
        if hooks is None:
            hooks = node.hooks = Hooks()
        return hooks

    def _accumulator(self) -> AccumulateGrad:
        """The one AccumulateGrad of this leaf, which lives as long as a graph that has shown it, or somebody else,
        holds it: the leaf itself does not, as each holds the other then."""
        extras = self._extras = {} if self._extras is None else self._extras
        reference: weakref.ref[AccumulateGrad] | None = extras.get("accumulator")
        found = None if reference is None else reference()
        if found is None:
            found = AccumulateGrad(self)
            extras["accumulator"] = weakref.ref(found)
        return found

    def _accumulate(self, grad: Any) -> None:
        """Add an arrived gradient (an array, or a Tensor of a recorded backward pass) to `.grad`, as torch's
        AccumulateGrad does."""
        previous = self._grad
        if isinstance(grad, Tensor):
            self._accumulate_recorded(grad)
            return
        if grad.dtype is not self.dtype.numpy and grad.dtype != self.dtype.numpy:
            grad = grad.astype(self.dtype.numpy)
        if previous is None:
            self._grad = wrap(grad.copy() if isinstance(grad, np.ndarray) else grad, self.dtype)
        elif isinstance(previous._array, np.ndarray):
            previous._array += grad
        else:
            previous._array = previous._array + grad

    def _version_counter(self) -> VersionCounter:
        """The counter of in-place writes, made when first somebody has to share it; the node that saved this as its
        result learns of it."""
        counter = self._counter
        if counter is None:
            counter = self._counter = VersionCounter()
            if self._node is not None and self._output_nr == 0:
                self._node.result_counter = counter
        return counter

    def _shared_array(self) -> NDArray[Any]:
        """The memory as an ndarray that others may share: a 0-dim tensor's scalar becomes one first."""
        if not isinstance(self._array, np.ndarray):
            scalar = self._array
            self._array = np.array(scalar)
            if self._node is not None:
                self._node.replace_saved(scalar, self._array)
        array: NDArray[Any] = self._array
        return array

    # What it converts to.

    def item(self) -> Any:
        """The one element as a Python number. Raises RuntimeError where there is not exactly one."""
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._number()

    def _number(self) -> Any:
        if _state.mapping is not None:
            _state.mapping.refuse_item(self._array)
        return self._array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        if _state.mapping is not None:
            _state.mapping.refuse_storage(self._array)
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> NDArray[Any]:
        """The memory as an ndarray. Raises RuntimeError where the tensor requires grad and operations are recorded,
        unless forced."""
        if not force and self.requires_grad and _state.enabled:
            raise RuntimeError(errors.NUMPY_OF_TRACKED)
        if _state.mapping is not None:
            _state.mapping.refuse_storage(self._array)
        return self._shared_array()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __bool__(self) -> bool:
        if self._array.size != 1:
            many = "more than one value" if self._array.size else "no values"
            raise RuntimeError(f"Boolean value of Tensor with {many} is ambiguous")
        if _state.mapping is not None:
            _state.mapping.refuse_truth(self._array)
        return bool(self._array.item())

    def _scalar(self) -> Any:
        if self._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if self._requires_grad:
            warnings.warn(errors.SCALAR_OF_TRACKED, UserWarning, stacklevel=3)
        return self._number()

    def __float__(self) -> float:
        return float(self._scalar())

    def __int__(self) -> int:
        return int(self._scalar())

    def __index__(self) -> int:
        if self.dtype.is_floating_point or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._number())

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return int(self._array.shape[0])

    __array_priority__ = 1000

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (Tensor, bool, int, float, np.generic)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
            )
        value = element._array if isinstance(element, Tensor) else element
        return bool((self._array == value).any())

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        from gradcli.engine.printing import tensor_text

        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        if self._array.ndim == 0:
            return format(self._number(), spec)
        return object.__format__(self, spec)

    if TYPE_CHECKING:  # what it can compute is in `methods`, too

        def __getattr__(self, name: str) -> Any: ...


_new = object.__new__
_state = modes.state


def wrap(array: Any, dtype: dtype | None = None, node: Node | None = None, output_nr: int = 0) -> Tensor:
    """The Tensor of an array (not copied): output `output_nr` of `node`, or a leaf that requires no gradient."""
    self = _new(Tensor)
    self._array = array
    self.dtype = dtypes.OF_NUMPY[array.dtype] if dtype is None else dtype
    self._requires_grad = node is not None
    self._node = node
    self._output_nr = output_nr
    self._grad = None
    self._counter = INFERENCE if node is None and _state.inference else None
    self._extras = None
    return self


def computed(array: Any, dtype: dtype, node: Node) -> Tensor:
    """The Tensor of an array (not copied), as the first output of `node`."""
    self = _new(Tensor)
    self._array = array
    self.dtype = dtype
    self._requires_grad = True
    self._node = node
    self._output_nr = 0
    self._grad = None
    self._counter = None
    self._extras = None
    return self


Variable.of = wrap
