"""Offsets in a source text to what an editor shows."""

from __future__ import annotations


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """The line and the column of `offset`, in code points, both counted from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
