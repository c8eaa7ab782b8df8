"""Section 11: the engine's nodes have names that torch's nodes have."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import gradcli.engine as engine
from gradcli.engine.node import Node
from tests.parity.table import ROWS

KNOWN = frozenset((ROWS / "section_11_node_names.txt").read_text(encoding="utf-8").split())
"""The node classes that torch 2.13.0 generates from its table of derivatives."""

OURS = {
    "MaskedSelectBackwardBackward0": "torch records the derivative of masked_select's derivative by several nodes",
    "SincBackwardBackward0": "torch records the derivative of sinc's derivative by several nodes",
}
"""Nodes that torch has not, each with its reason."""


def node_classes() -> Iterator[type[Node]]:
    """The classes of the nodes that operations record, all modules imported."""
    for module in pkgutil.walk_packages(engine.__path__, "gradcli.engine."):
        import_module(module.name)
    yield from _below(Node)


def _below(owner: Any) -> Iterator[type[Node]]:
    for each in owner.__subclasses__():
        if each.__module__.startswith(("gradcli.engine", "builtins")):
            yield each
        yield from _below(each)


def test_nodes_have_names_that_torch_has() -> None:
    names = {each.__name__ for each in node_classes() if each.__name__.endswith(tuple("0123456789"))}
    assert len(names) > 200
    assert names - KNOWN == set(OURS)
