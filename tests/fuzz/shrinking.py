"""Makes a case that fails small: pieces are left out as long as it fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.cases import Case

SECONDS = 60
"""How long a case is made smaller, at most."""


def shrunk(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The smallest case found that still `fails`."""
    end = time.monotonic() + SECONDS
    smaller = True
    while smaller and time.monotonic() < end:
        smaller = False
        for candidate in _smaller(case):
            if time.monotonic() >= end:
                break
            if fails(candidate):
                case, smaller = candidate, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    """Cases with something left out, the largest pieces first."""
    case = replace(case, records=None)
    for place in range(len(case.arguments) - 1, -1, -1):
        yield replace(case, arguments=(*case.arguments[:place], *case.arguments[place + 1 :]))
    for data in _without_pieces(case.stdin):
        yield replace(case, stdin=data)
    for name, content in case.files.items():
        for data in _without_pieces(content):
            yield replace(case, files={**case.files, name: data})
    for place, argument in enumerate(case.arguments):
        for data in _without_pieces(argument.encode("utf-8", "surrogateescape")):
            text = data.decode("utf-8", "surrogateescape")
            yield replace(case, arguments=(*case.arguments[:place], text, *case.arguments[place + 1 :]))


def _without_pieces(data: bytes) -> Iterator[bytes]:
    size = len(data)
    while size > 0:
        for start in range(0, len(data), size):
            yield data[:start] + data[start + size :]
        size //= 2
