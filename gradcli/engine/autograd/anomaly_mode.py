"""Anomaly mode: a backward pass that fails, or computes nan, says which operation of the forward pass it came from."""

from __future__ import annotations

import traceback
import warnings
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

import numpy as np

from gradcli.engine import modes
from gradcli.engine.autograd.graph import metadata
from gradcli.engine.node import Node

_ENABLED: Final = (
    "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging."
)
_NO_TRACEBACK: Final = (
    "No forward pass information available. Enable detect anomaly during forward pass for more information."
)
_ENGINE: Final = str(Path(__file__).resolve().parent.parent)
_TRACEBACK: Final = "traceback_"
_plain_init: Final = Node.__init__


def _traced_init(self: Node, *arguments: Any, **keywords: Any) -> None:
    """As the plain one; notes who called for the operation."""
    _plain_init(self, *arguments, **keywords)
    if modes.state.anomaly:
        frames = [each for each in traceback.walk_stack(None) if not _of_engine(each[0])]
        metadata(self)[_TRACEBACK] = traceback.StackSummary.extract(iter(frames[::-1])).format()


def _of_engine(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_ENGINE)


def watched_vjp(node: Node, grad: Any, recording: bool) -> Any:
    """The gradients of a node's inputs. Warns where they fail or are nan, and raises RuntimeError on nan."""
    try:
        grads = node.vjp(grad, recording)
        if modes.state.check_nan:
            for number, each in enumerate(grads):
                if each is not None and bool(np.isnan(getattr(each, "_array", each)).any()):
                    raise RuntimeError(f"Function '{node.name()}' returned nan values in its {number}th output.")
    except Exception:
        warnings.warn(f"Error detected in {node.name()}. {_origin(node)}", UserWarning, stacklevel=6)
        raise
    return grads


def _origin(node: Node) -> str:
    lines = metadata(node).get(_TRACEBACK)
    return _NO_TRACEBACK if lines is None else f"Traceback of forward call that caused the error:\n{''.join(lines)}"


class set_detect_anomaly:
    """Switches anomaly mode on or off: at once when called as a function, back again on leaving a `with`
    (torch.autograd.set_detect_anomaly). With `check_nan`, gradients that are nan raise RuntimeError."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._previous = modes.state.anomaly, modes.state.check_nan
        _set(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _set(*self._previous)


class detect_anomaly:
    """Anomaly mode inside a `with`, which warns that it is slow (torch.autograd.detect_anomaly)."""

    def __init__(self, check_nan: bool = True) -> None:
        self._previous = modes.state.anomaly, modes.state.check_nan
        self.check_nan = check_nan
        warnings.warn(_ENABLED, UserWarning, stacklevel=2)

    def __enter__(self) -> None:
        self._previous = modes.state.anomaly, modes.state.check_nan
        _set(True, self.check_nan)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _set(*self._previous)


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on (torch.is_anomaly_enabled)."""
    return modes.state.anomaly


def _set(mode: bool, check_nan: bool) -> None:
    modes.state.anomaly, modes.state.check_nan = mode, check_nan
    # Exchanged, so that nodes pay for the note only while somebody asks for it.
    type.__setattr__(Node, "__init__", _traced_init if mode else _plain_init)
