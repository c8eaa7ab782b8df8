"""Which torch this engine behaves like (torch.version)."""

from __future__ import annotations

from typing import Final

__version__: Final = "2.13.0"
cuda: Final = None
hip: Final = None
git_version: Final = "Unknown"
debug: Final = False
