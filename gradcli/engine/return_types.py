"""The named tuples that operations with several results return; they print as torch's (torch.return_types)."""

from __future__ import annotations

from collections import namedtuple
from typing import Any


def _text(self: Any) -> str:
    fields = ",\n".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
    return f"torch.return_types.{type(self).__name__}(\n{fields})"


def return_type(name: str, *fields: str) -> Any:
    """A named tuple class of the module torch.return_types."""
    made = namedtuple(name, fields)  # type: ignore[misc]  # its name is known at run time
    return type(name, (made,), {"__slots__": (), "__repr__": _text, "__module__": "torch.return_types"})
