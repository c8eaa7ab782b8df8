"""Indexing."""
from typing import Any, Final


def getitem(input: Any, index: Any) -> Any: ...


METHODS: Final = ()
ALIASES: Final[dict[str, str]] = {}
