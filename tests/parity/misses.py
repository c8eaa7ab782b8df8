"""The rows in scope that the engine does not show as torch does, by id, each with its reason."""

from __future__ import annotations

MISSES = {
    "5.035": "NumPy warns that torch's __array__ lacks the copy keyword; the engine's has it",
    "5.145": "torch warns of tuples before it refuses the string as an index; the engine refuses it at once",
    "5.236": "torch lists its five constructors; the engine's Tensor has two, and Python's words for a wrong keyword",
}
"""What a row's program shows."""
