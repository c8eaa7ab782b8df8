"""What every calculation of the library runs in: one thread at a time, and no warnings about numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Final

import numpy as np

_LOCK: Final = RLock()


@contextmanager
def guarded() -> Iterator[None]:
    """Within it one thread calculates at a time, since precision and default dtype hold for the whole process; NumPy
    does not warn of what the result says itself (nan, inf). Calls may be nested."""
    with _LOCK, np.errstate(all="ignore"):
        yield
