"""Text that may go to a terminal: what would control it is shown and does nothing."""

from __future__ import annotations

from typing import Final

_LAID_OUT: Final = "\n\t\u200c\u200d"
"""What is not printable and yet belongs to texts: the ends of lines, tabs, and what joins letters or parts them."""


def visible(text: str) -> str:
    """The text with what controls a terminal, or the order of letters, written out: `\\x1b[31m`."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in _LAID_OUT else each.encode("unicode_escape").decode() for each in text
    )
