"""Joining and splitting."""
from typing import Any, Final

METHODS: Final = ()
ALIASES: Final[dict[str, str]] = {}
