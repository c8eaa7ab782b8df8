"""The namespace torch.utils: of it, torch.utils.data."""

from __future__ import annotations

from typing import Any

from gradcli.engine.utils import data


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import missing

    raise missing("torch.utils", name)


__all__ = ["data"]
