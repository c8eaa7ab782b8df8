"""How much memory this process has, and how the system is had to refuse it more."""

from __future__ import annotations

import os
import sys
from typing import Final

MEGABYTE: Final = 1_000_000


def in_use() -> int:
    """The bytes of memory that this process takes; 0 where the system does not tell."""
    return _statm(1) if sys.platform == "linux" else 0


def address_space() -> int | None:
    """The bytes of address space that this process has; None where the system does not tell or would not limit it."""
    return _statm(0) if sys.platform == "linux" else None


def limit(megabytes: int) -> tuple[int, int] | None:
    """Have the system refuse memory beyond so much more than there is now; the limits before, None where it cannot."""
    used = address_space()
    if used is None:
        return None
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    most, hard = used + megabytes * MEGABYTE, before[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return before


def restore(before: tuple[int, int]) -> None:
    """Set the limits that there were."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, before)


def _statm(field: int) -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")
