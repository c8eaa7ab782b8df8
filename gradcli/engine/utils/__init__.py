"""The namespace torch.utils: of it, torch.utils.data."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from
from gradcli.engine.utils import data

__getattr__ = missing_from("torch.utils")


__all__ = ["data"]
