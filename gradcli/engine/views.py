"""Views: tensors that share another's memory, its version counter and, by way of it, its history.

A view knows its base; the base's version counter knows the views, weakly, so that a write to the memory can give every
view a new place in the graph (see `inplace`).
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from enum import Enum

from gradcli.engine import errors, modes
from gradcli.engine.node import FORBIDDEN, INFERENCE, ForbiddenView, Views, forward_name
from gradcli.engine.tensor import Tensor

_state = modes.state


class Creation(Enum):
    """How a view came about, where that forbids recorded writes through it."""

    NO_GRAD = "no_grad mode"
    INFERENCE = "inference mode"
    SEVERAL = "several"


def as_view(result: Tensor, origin: Tensor, *, several: bool = False) -> Tensor:
    """`result`, marked as a view of what `origin` is, or is a view of; `several` where it is one of many outputs."""
    extras = origin._extras
    base = origin
    creation = None
    if extras is not None and "base" in extras:
        base = extras["base"]
        creation = extras.get("creation")
    counter = result._counter = base._version_counter()
    if not _state.enabled:
        creation = creation or (Creation.INFERENCE if _state.inference else Creation.NO_GRAD)
    elif several:
        creation = Creation.SEVERAL
    result._extras = {"base": base} if creation is None else {"base": base, "creation": creation}
    if counter is not INFERENCE:
        views = counter.views
        if views is None:
            views = counter.views = []
        views.append(weakref.ref(result))
        count = len(views)
        if count >= 64 and not count & (count - 1):
            counter.views = [each for each in views if each() is not None]
    return result


def base_of(tensor: Tensor) -> Tensor | None:
    """What `tensor` is a view of, None where it has memory of its own."""
    return None if tensor._extras is None else tensor._extras.get("base")


def creation_of(tensor: Tensor) -> Creation | None:
    """What forbids recorded writes through a view, None where they are allowed."""
    return None if tensor._extras is None else tensor._extras.get("creation")


def views_of(tensor: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """The living views of the memory that a tensor shows, each with its base."""
    views: Views | None = None if tensor._counter is None else tensor._counter.views
    for reference in list(views or ()):
        view = reference()
        base = None if view is None else base_of(view)
        if view is not None and base is not None:
            yield view, base


Invalid = type("Invalid", (ForbiddenView,), {"__slots__": ()})


def forbid(view: Tensor, creation: Creation) -> None:
    """Take from a view the history that a write to its base ended."""
    node = view._node
    if isinstance(node, ForbiddenView):
        return
    invalid = Invalid((), ())
    invalid.error = forbidden(view, creation, indirect=True)
    invalid.output = _output(view)
    view._node, view._output_nr, view._requires_grad = invalid, FORBIDDEN, True


def forbidden(view: Tensor, creation: Creation, *, indirect: bool = False) -> RuntimeError:
    """A recorded write through a view that allows none, or, `indirect`, to the memory that it shares."""
    output = _output(view)
    if creation is not Creation.SEVERAL:
        return errors.view_written(output, creation.value, several=False, indirect=indirect)
    mode = Creation.NO_GRAD.value if output is None else None
    return errors.view_written(output, mode, several=True, indirect=indirect)


def _output(view: Tensor) -> tuple[int, str] | None:
    node = view._node
    if node is None:
        return None
    return node.output if isinstance(node, ForbiddenView) else (view._output_nr, forward_name(node))
