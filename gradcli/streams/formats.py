"""The formats of what is read and written, and the ends of files' names that tell them."""

from __future__ import annotations

import os
from enum import Enum
from typing import Final


class Format(Enum):
    """A form of input or output."""

    TEXT = "text"
    CSV = "csv"
    JSONL = "jsonl"


EXTENSIONS: Final = {
    ".txt": Format.TEXT,
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
"""The formats by the ends of files' names; what has another end is text."""


def format_of(file: str) -> Format:
    """The format that a file's name tells."""
    return EXTENSIONS.get(os.path.splitext(file)[1].lower(), Format.TEXT)
