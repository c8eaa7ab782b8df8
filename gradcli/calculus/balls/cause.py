"""Why a float of the engine is not the certified number."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """Why the engine's float is not the certified number."""

    ROUNDING = "rounding"
    """Its rules give the certified number: rounding, overflow or underflow took it."""
    CONVENTION = "convention"
    """A zero cotangent times a derivative that is not finite: the branch that was not taken."""
    SINGULAR = "singular"
    """The chain rule has no value, at a tie or where a derivative is not finite, while the whole has a derivative."""
    WRONG = "wrong"
    """Its rules give another number."""
    UNKNOWN = "unknown"
