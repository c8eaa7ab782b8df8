"""What goes wrong while a program runs, located, in torch's words, with what helps."""

from __future__ import annotations

from typing import Any, Final

from gradcli.calculus.evaluate import Failure
from gradcli.engine import errors
from gradcli.language.tree import Span

CAUGHT: Final = (
    *(RuntimeError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, NotImplementedError),
    MemoryError,
)
"""What the engine, NumPy and Python's own operations raise on a program's values."""


class ValueTooLargeError(ValueError):
    """A value that is larger than a program's values may be."""


GRAD_IS_NONE: Final = "the grad of a tensor is None until backward() has reached it"

_HINTS: Final = (
    ("does not have a grad_fn", "say what to differentiate by: x = tensor(2., requires_grad=True)"),
    (errors.NOT_SCALAR, "reduce it (y.sum().backward()) or weight it (y.backward([0.1, 1, 0.001]))"),
    ("backward through the graph a second time", "keep the graph the first time: backward(retain_graph=True)"),
    (errors.LEAF_IN_PLACE, "update it where nothing is recorded: with no_grad():"),
    ("Tensors of floating point", "write the numbers with a point, as in tensor([1., 2., 3.])"),
    ("modified by an inplace operation", "make a new tensor instead: x = x + 1 for x += 1"),
    ("'NoneType'", GRAD_IS_NONE),
    ("can be converted to Python scalars", "take one entry (x[0].item()) or reduce it (x.sum().item())"),
    ("cannot be converted to Scalar", "take one entry (x[0].item()) or reduce it (x.sum().item())"),
)
"""Parts of torch's messages, and what to do about them."""


def located(error: BaseException, span: Span) -> Failure:
    """The failure that an exception at the expression `span` is."""
    if isinstance(error, RecursionError):
        return Failure("E305", "the expression is nested too deeply to calculate", span)
    if isinstance(error, MemoryError):
        return Failure("E304", "this needs more memory than there is", span)
    if isinstance(error, ValueTooLargeError):
        return Failure("E304", str(error), span)
    text = str(error)
    message = text.splitlines()[0] if text else repr(error)
    return Failure("E301", message, span, hint(message))


def hint(message: str) -> str | None:
    """What helps against a message of torch, if anything is known."""
    return next((help_ for part, help_ in _HINTS if part in message), None)


def described(value: Any) -> str:
    """A value as a message names it."""
    return "None" if value is None else f"a value of type {type(value).__name__}"
