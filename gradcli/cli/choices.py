"""What options of several commands choose from, written here again: help is shown without importing what the words
stand for, and a test holds them equal."""

from __future__ import annotations

from typing import Final

DTYPES: Final = ("float64", "float32")
"""The dtypes of calculations and programs."""
FORMATS: Final = ("text", "csv", "jsonl")
"""The formats of batches' problems and results."""
TABLES: Final = ("csv", "jsonl")
"""The formats of a class's answers and results."""
SHELLS: Final = ("bash", "zsh", "fish")
"""The shells whose command lines are completed."""
