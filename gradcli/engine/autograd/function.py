"""autograd.Function: an operation whose forward and backward a user writes."""

from __future__ import annotations

import functools
import inspect
import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from gradcli.engine import errors, modes
from gradcli.engine.inplace import rebase, refresh
from gradcli.engine.left_out import missing_from
from gradcli.engine.node import FREED, INFERENCE, Node, VersionCounter, _modified, derivative
from gradcli.engine.ops.declare import edge_of, record
from gradcli.engine.tensor import Tensor, wrap
from gradcli.engine.views import base_of


class _Saved:
    """A tensor that save_for_backward keeps, with its version; an output is kept without its node, which keeps it."""

    __slots__ = ("counter", "output_nr", "tensor", "version")

    def __init__(self, tensor: Tensor, output_nr: int | None) -> None:
        if tensor._counter is INFERENCE:
            raise RuntimeError(errors.INFERENCE_SAVED)
        self.output_nr = output_nr
        self.counter: VersionCounter = tensor._version_counter()
        self.version = self.counter.value
        self.tensor = tensor if output_nr is None else wrap(tensor._array, tensor.dtype)

    def _unpacked_for(self, node: Node, connected: bool) -> Tensor:
        """The tensor, an output with its node. Raises RuntimeError where it was written to since."""
        if self.counter.value != self.version:
            origin = node if self.output_nr is not None else self.tensor._node
            raise _modified(self.tensor._array, origin, self.counter.value, self.version)
        if self.output_nr is None:
            return self.tensor
        result = wrap(self.tensor._array, self.tensor.dtype, node, self.output_nr)
        result._counter = self.counter
        return result


class FunctionCtx:
    """What forward hands to backward: `save_for_backward`, the marks, and any attribute a user sets."""

    needs_input_grad: tuple[bool, ...] = ()
    materialize_grads: bool = True
    to_save: tuple[Any, ...] | None = None
    dirty_tensors: tuple[Tensor, ...] = ()
    non_differentiable: tuple[Tensor, ...] = ()
    _node_reference: Callable[[], Node | None] | None = None

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for backward, where `saved_tensors` gives them back."""
        self.to_save = tensors

    save_for_forward = save_for_backward

    def mark_dirty(self, *args: Tensor) -> None:
        """Say which inputs forward wrote to; they have to be returned."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Say which outputs have no derivative."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for an output that no gradient arrived at."""
        self.materialize_grads = value

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        """What save_for_backward kept. Raises RuntimeError where it was freed, or written to in place."""
        node = None if self._node_reference is None else self._node_reference()
        if node is None:
            return self.to_save or ()
        saved = node.saved
        if saved is FREED:
            raise RuntimeError(errors.FREED)
        assert isinstance(saved, tuple)
        return tuple(None if each is None else each._unpacked_for(node, True) for each in saved)

    @property
    def saved_variables(self) -> tuple[Tensor | None, ...]:
        """`saved_tensors`, by its former name. Warns of that."""
        warnings.warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning, stacklevel=2)
        return self.saved_tensors

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {id(self):#x}>"


class FunctionNode(Node):
    """The node of a Function: gives what the user set on ctx as its own attributes."""

    function: type[Function]
    ctx: FunctionCtx
    outputs: int  # type: ignore[misc]  # the classes of other nodes have it
    output_info: tuple[tuple[tuple[int, ...], Any] | None, ...]
    input_info: tuple[tuple[tuple[int, ...], Any] | None, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "ctx":
            raise AttributeError(name)
        return getattr(self.ctx, name)

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{type(self).__name__} object at {id(self):#x}>"

    @property
    def saved_tensors(self) -> Any:
        """What save_for_backward kept."""
        return self.ctx.saved_tensors

    def apply(self, *grads: Any) -> Any:
        """What the user's backward gives for gradients of the outputs."""
        return self.function._rule()(self.ctx, *grads)

    def free(self) -> None:
        """Drop what save_for_backward kept."""
        if self.saved:
            self.saved = FREED

    def vjp(self, grad: Any, recording: bool) -> Sequence[Any]:
        """What the user's backward gives, on Tensors. Raises RuntimeError where it returns what it may not."""
        grads = [grad] if self.outputs == 1 else grad
        arguments = [self._incoming(each, info) for each, info in zip(grads, self.output_info, strict=True)]
        previous = modes.state.differentiating
        modes.state.differentiate(False)
        try:
            with modes.set_grad_enabled(recording):
                found = self.function._rule()(self.ctx, *arguments)
                return self._checked(found if isinstance(found, tuple) else (found,), recording)
        finally:
            modes.state.differentiate(previous)

    def _incoming(self, grad: Any, info: tuple[tuple[int, ...], Any] | None) -> Tensor | None:
        if grad is not None:
            return grad if isinstance(grad, Tensor) else wrap(grad)
        if info is None or not self.ctx.materialize_grads:
            return None
        shape, dtype = info
        return wrap(np.zeros(shape, dtype.numpy)[()], dtype)

    def _checked(self, found: tuple[Any, ...], recording: bool) -> list[Any]:
        """The gradients of the tensors among the arguments, brought to their shapes and dtypes."""
        name = type(self).__name__
        expected = len(self.input_info)
        surplus = found[expected:]
        if len(found) < expected or any(each is not None for each in surplus):
            raise RuntimeError(
                f"function {name} returned an incorrect number of gradients (expected {expected}, got {len(found)})"
            )
        grads: list[Any] = []
        for position, (each, info) in enumerate(zip(found, self.input_info, strict=False)):
            if info is None:
                if each is not None:
                    raise RuntimeError(
                        f"function {name} returned a gradient different than None at position {position + 1}, but the "
                        "corresponding forward input was not a Variable"
                    )
                continue
            if each is not None and not isinstance(each, Tensor):
                raise RuntimeError(f"expected Variable or None (got {type(each).__name__})")
            index = len(grads)
            if each is None or self.edges[index] is None:
                grads.append(None)
            else:
                grads.append(_fitted(each, info, name, index, recording))
        return grads


def _fitted(grad: Tensor, info: tuple[tuple[int, ...], Any], name: str, index: int, recording: bool) -> Any:
    """A gradient summed to the input's shape and converted to its dtype; an array unless `recording`."""
    from gradcli.engine.broadcasting import fit

    shape, dtype = info
    value = grad if recording else grad._array
    if grad._array.shape == shape and grad.dtype is dtype:
        return value
    try:
        expandable = np.broadcast_shapes(shape, grad._array.shape) == grad._array.shape
    except ValueError:
        expandable = False
    if not expandable:
        raise RuntimeError(
            f"Function {name} returned an invalid gradient at index {index} - got {list(grad._array.shape)} but "
            f"expected shape compatible with {list(shape)}"
        )
    return fit(value, shape, None if grad.dtype is dtype else dtype)


class Function:
    """An operation of the user's own: subclass it with static `forward` and `backward`, and call `apply`.

    Either `forward(ctx, *arguments)`, or `forward(*arguments)` with `setup_context(ctx, inputs, output)`. `backward`
    gets the gradient of each output, and returns one (or None) for each argument.
    """

    generate_vmap_rule: ClassVar[bool] = False
    """Whether vmap may have the examples take turns; else it asks a static `vmap(info, in_dims, *arguments)` for the
    outputs of all and their `out_dims`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            f"{self.__class__} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: Functions are applied, not called. Raises RuntimeError."""
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html"
            "#torch.autograd.Function)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs, unrecorded; to be overridden."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what backward needs; to be overridden where forward takes no ctx."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Compute the gradients of the arguments; to be overridden."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    vjp = backward

    @classmethod
    def _rule(cls) -> Callable[..., Any]:
        own_vjp = cls.vjp is not Function.vjp
        if own_vjp and cls.backward is not Function.backward:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
                "implement one of them."
            )
        return cls.vjp if own_vjp else cls.backward

    @classmethod
    def _classes(cls) -> tuple[type[FunctionNode], type[FunctionCtx]]:
        """The node class and the class of ctx, both named after the function as torch names them."""
        found: tuple[type[FunctionNode], type[FunctionCtx]] | None = cls.__dict__.get("_made_classes")
        if found is None:
            name = f"{cls.__name__}Backward"
            home = {"__module__": "torch.autograd.function"}  # where torch's are, so that their types print alike
            found = type(name, (FunctionNode,), {"function": cls, **home}), type(name, (FunctionCtx,), home)
            cls._made_classes = found
        return found

    _made_classes: tuple[type[FunctionNode], type[FunctionCtx]] | None = None

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run forward on the arguments and record it; returns what forward does, its tensors with this node."""
        with_setup = cls.setup_context is not Function.setup_context
        if modes.state.mapping is not None:
            found = modes.state.mapping.applied(cls, args, with_setup)
            if found is not None:
                return found[0]
        if with_setup:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        node_class, ctx_class = cls._classes()
        given = (*args, *kwargs.values())
        ctx = ctx_class()
        ctx.needs_input_grad = tuple(isinstance(each, Tensor) and each._requires_grad for each in given)
        recorded = modes.state.enabled and any(ctx.needs_input_grad)
        tensors = [each for each in given if isinstance(each, Tensor)]
        node = node_class(tuple(edge_of(each) for each in tensors), ())
        node.ctx = ctx
        numbers = tuple(each._output_nr for each in tensors)
        if any(numbers):
            node.edge_outputs = numbers
        with modes.no_grad():
            if with_setup:
                output = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, output)
            else:
                output = cls.forward(ctx, *args, **kwargs)
        outputs = output if isinstance(output, tuple) else (output,)
        results = _connect(node, outputs, given, recorded)
        return results if isinstance(output, tuple) else results[0]


def _connect(node: FunctionNode, outputs: tuple[Any, ...], args: tuple[Any, ...], recorded: bool) -> tuple[Any, ...]:
    """Make the node stand behind the outputs, and save what ctx was told to."""
    ctx = node.ctx
    node.outputs = len(outputs)
    node.output_info = tuple(_info(each) for each in outputs)
    node.input_info = tuple(_info(each) for each in args)
    results = tuple(
        _output(node, number, each, any(each is argument for argument in args), recorded)
        for number, each in enumerate(outputs)
    )
    if not recorded:
        ctx.to_save = None
        return results
    positions = {id(each): number for number, each in enumerate(outputs)}
    arguments = {id(each) for each in args} - {id(each) for each in ctx.dirty_tensors}
    saved: list[Any] = []
    packing = modes.state.packing
    for index, each in enumerate(ctx.to_save or ()):
        if each is not None and not isinstance(each, Tensor):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {index} is of type {type(each).__name__}"
            )
        number = None if id(each) in arguments else positions.get(id(each))
        if each is None:
            saved.append(None)
        elif packing is not None:
            saved.append(packing.packed(results[number] if number is not None else each, node))
        else:
            saved.append(_Saved(each, number))
    node.saved = tuple(saved)
    ctx.to_save = None
    ctx._node_reference = weakref.ref(node)
    return results


def _info(value: Any) -> tuple[tuple[int, ...], Any] | None:
    return (value._array.shape, value.dtype) if isinstance(value, Tensor) else None


def _output(node: FunctionNode, number: int, value: Any, is_input: bool, recorded: bool) -> Any:
    """One output of a Function as its caller gets it."""
    if not isinstance(value, Tensor):
        return value
    dirty = any(value is each for each in node.ctx.dirty_tensors)
    unmarked = all(value is not each for each in node.ctx.non_differentiable)
    differentiable = recorded and unmarked and value.dtype.is_floating_point
    if dirty:
        if differentiable and value._node is None and value._requires_grad:
            raise RuntimeError(errors.LEAF_WRITTEN_BY_FUNCTION)
        value._version_counter().value += 1
    elif is_input:
        result = value.detach()
        if differentiable:
            result._node, result._output_nr, result._requires_grad = node, number, True
        return result
    if differentiable and dirty and base_of(value) is not None:
        rebase(value, node)
        refresh(value)
    elif differentiable:
        value._node, value._output_nr, value._requires_grad = node, number, True
    elif value._requires_grad:
        value._node, value._output_nr, value._requires_grad = None, 0, False
    return value


def _refuse(grad: Any) -> Any:
    raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


_ERROR_NODE: Final = type("Error", (derivative("ErrorBackward", self=_refuse),), {"__slots__": ()})


def once_differentiable(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a backward as not differentiable itself: a second derivative through it raises RuntimeError."""

    @functools.wraps(fn)
    def wrapper(ctx: Any, *args: Any) -> Any:
        with modes.no_grad():
            outputs = fn(ctx, *args)
        if not modes.state.enabled or not any(isinstance(each, Tensor) and each._requires_grad for each in args):
            return outputs
        refusing = tuple(
            None if each is None else record(_ERROR_NODE, each._array, (each.detach().requires_grad_(),))
            for each in (outputs if isinstance(outputs, tuple) else (outputs,))
        )
        return refusing if isinstance(outputs, tuple) else refusing[0]

    return wrapper


__getattr__ = missing_from("torch.autograd.function")
