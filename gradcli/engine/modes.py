"""Grad mode: whether operations are recorded. Thread-local, as in torch.autograd.grad_mode."""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class _State(threading.local):
    enabled: bool = True
    """Whether operations are recorded."""
    differentiating: bool = False
    """Whether a gradient rule is being recorded (create_graph): numbers then meet tensors by torch's Scalar
    overloads."""
    plain: bool = True
    """Whether operations are recorded, but neither as parts of a gradient rule, nor with their inputs, nor for a
    batch: what the commonest operators ask."""
    packing: Any = None
    """The hooks that what nodes save is handed to (`autograd.saving.saved_tensors_hooks`), None where there are
    none."""
    hooks_refused: str | None = None
    """Why such hooks may not be set, None where they may."""
    walk: Any = None
    """Refers weakly to the walk over the graph that called a hook last."""
    trace: Callable[[Any, tuple[Any, ...]], None] | None = None
    """What is told of each node that is recorded, with its inputs; see `traced`."""
    mapping: Any = None
    """What vmap is at, the innermost (`batching.mapping.Mapping`)."""
    batches: Any = None
    """What operations and rules ask where arrays may be batches, once there are any (`batching.levels.Batches`)."""
    inference: bool = False
    """Whether new tensors are inference tensors, which never enter a graph."""
    anomaly: bool = False
    """Whether backward says where in the forward pass a failing node came from."""
    check_nan: bool = True
    """Whether backward, with `anomaly`, refuses gradients that are nan."""

    def record(self, enabled: bool) -> None:
        """Switch the recording of operations on or off."""
        self.enabled = enabled
        self._decide()

    def differentiate(self, differentiating: bool) -> None:
        """Say whether what follows is a gradient rule that is being recorded."""
        self.differentiating = differentiating
        self._decide()

    def pack(self, hooks: Any) -> None:
        """Hand what nodes save to hooks from now on, or to none."""
        self.packing = hooks
        self._decide()

    def _decide(self) -> None:
        watched = self.differentiating or self.trace is not None or self.packing is not None
        self.plain = self.enabled and not watched and self.mapping is None


state = _State()


@contextmanager
def traced(trace: Callable[[Any, tuple[Any, ...]], None]) -> Iterator[None]:
    """Within it `trace(node, inputs)` is called for each node that is recorded in this thread, with what the operation
    was given (Tensors, numbers, None): the graph keeps the nodes that made the inputs, and not the inputs themselves.

    The shortest ways of the commonest operators are closed meanwhile, so that they ask nothing when nobody looks on.
    """
    previous, state.trace = state.trace, trace
    state.record(state.enabled)
    try:
        yield
    finally:
        state.trace = previous
        state.record(state.enabled)


def is_grad_enabled() -> bool:
    """Whether operations are recorded in this thread (torch.is_grad_enabled)."""
    return state.enabled


def is_inference_mode_enabled() -> bool:
    """Whether new tensors are inference tensors in this thread (torch.is_inference_mode_enabled)."""
    return state.inference


CLASS_DECORATED: Final = (
    "Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or "
    "methods. To preserve the current behavior of class decoration, you can directly decorate the `__init__` method "
    "and nothing else."
)


def _within(mode: Callable[[], Any], function: Function) -> Function:
    """`function`, each call of which is in a mode of its own; of a generator, each of its steps, and of a class, with a
    warning, its `__init__`."""
    if isinstance(function, type):
        warnings.warn(CLASS_DECORATED, FutureWarning, stacklevel=3)
        function.__init__ = _within(mode, function.__init__)  # type: ignore[misc]  # exchanged on purpose
        return function
    if getattr(getattr(function, "__code__", None), "co_flags", 0) & _GENERATOR:

        @functools.wraps(function)
        def decorated(*arguments: Any, **keywords: Any) -> Any:
            return (yield from _Stepwise(mode, function(*arguments, **keywords)))
    else:

        @functools.wraps(function)
        def decorated(*arguments: Any, **keywords: Any) -> Any:
            with mode():
                return function(*arguments, **keywords)

    return decorated  # type: ignore[return-value]  # it takes and gives what `function` does


_GENERATOR: Final = 0x20
"""The flag of the code of generator functions (inspect.CO_GENERATOR)."""


class _Stepwise(Generator[Any, Any, Any]):
    """A generator, each step of which is in a mode that ends with it."""

    def __init__(self, mode: Callable[[], Any], generator: Generator[Any, Any, Any]) -> None:
        self._mode = mode
        self._generator = generator

    def send(self, value: Any) -> Any:
        with self._mode():
            return self._generator.send(value)

    def throw(self, *error: Any) -> Any:
        with self._mode():
            return self._generator.throw(*error)


class _GradMode:
    """A grad mode as context manager and as decorator, with or without brackets."""

    mode: bool

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        self = super().__new__(cls)
        if function is None:
            return self
        return self(function)

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        self._previous.append(state.enabled)
        state.record(self.mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state.record(self._previous.pop())

    def __call__(self, function: Function) -> Function:
        return _within(type(self), function)

    def __repr__(self) -> str:
        return f"<torch.autograd.grad_mode.{type(self).__name__} object at {id(self):#x}>"


class no_grad(_GradMode):
    """Nothing is recorded inside (torch.no_grad)."""

    mode = False


class enable_grad(_GradMode):
    """Operations are recorded inside, also within no_grad (torch.enable_grad)."""

    mode = True


class set_grad_enabled:
    """Switches recording on or off: at once when called as a function, back again on leaving a `with`
    (torch.set_grad_enabled)."""

    def __init__(self, mode: bool) -> None:
        self.mode = mode
        self._previous = state.enabled
        state.record(mode)

    def __enter__(self) -> None:
        state.record(self.mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state.record(self._previous)

    def __call__(self, function: Function) -> Function:
        """Use as a decorator."""
        state.record(self._previous)
        return _within(functools.partial(set_grad_enabled, self.mode), function)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class inference_mode:
    """Nothing is recorded inside, and what is made inside can never enter a graph (torch.inference_mode).

    A context manager, or a decorator with or without brackets. With `mode=False` it lifts an outer inference mode.
    """

    def __new__(cls, mode: Any = True) -> Any:
        """The mode, or the function decorated with it."""
        self = super().__new__(cls)
        if isinstance(mode, bool):
            return self
        inference_mode.__init__(self, True)
        return self(mode)

    def __init__(self, mode: bool = True) -> None:
        self.mode = mode
        self._previous: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        self._previous.append((state.enabled, state.inference))
        state.record(not self.mode)
        state.inference = self.mode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        enabled, state.inference = self._previous.pop()
        state.record(enabled)

    def __call__(self, function: Function) -> Function:
        """Use as a decorator."""
        return _within(functools.partial(inference_mode, self.mode), function)

    def __repr__(self) -> str:
        return f"<torch.autograd.grad_mode.inference_mode object at {id(self):#x}>"
