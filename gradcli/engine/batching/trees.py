"""Nested structures of tensors: tuples, lists and dicts (torch.utils._pytree)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Tree = Any
"""A leaf, or a tuple, a list or a dict of trees."""


def leaves_of(tree: Tree) -> list[Any]:
    """The leaves, in order."""
    if isinstance(tree, (tuple, list)):
        return [leaf for each in tree for leaf in leaves_of(each)]
    if isinstance(tree, dict):
        return [leaf for each in tree.values() for leaf in leaves_of(each)]
    return [tree]


def mapped(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """The same structure with `function` applied to each leaf, in the order of `leaves_of`."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[mapped(function, each) for each in tree])
    if isinstance(tree, (tuple, list)):
        return type(tree)(mapped(function, each) for each in tree)
    if isinstance(tree, dict):
        return {key: mapped(function, each) for key, each in tree.items()}
    return function(tree)


def like(tree: Tree, values: Sequence[Any]) -> Tree:
    """The structure of a tree with other leaves."""
    remaining = iter(values)
    return mapped(lambda _: next(remaining), tree)


def spread_over(prefix: Tree, tree: Tree) -> list[Any] | None:
    """For each leaf of a tree the leaf of `prefix` at its place, or above it; None where the structures differ."""
    if not isinstance(prefix, (tuple, list, dict)):
        return [prefix] * len(leaves_of(tree))
    if type(prefix) is not type(tree) or len(prefix) != len(tree):
        return None
    if isinstance(prefix, dict):
        assert isinstance(tree, dict)
        if prefix.keys() != tree.keys():
            return None
        pairs = [(prefix[key], tree[key]) for key in tree]
    else:
        pairs = list(zip(prefix, tree, strict=True))
    found = [spread_over(first, second) for first, second in pairs]
    return None if None in found else [leaf for each in found if each is not None for leaf in each]


def structure_of(tree: Tree, indent: int = 2) -> str:
    """The structure as torch's TreeSpec prints, `*` standing for a leaf."""
    if not isinstance(tree, (tuple, list, dict)):
        return "*"
    context = list(tree) if isinstance(tree, dict) else None
    children = [structure_of(each, indent + 2) for each in (tree.values() if isinstance(tree, dict) else tree)]
    return f"TreeSpec({type(tree).__name__}, {context}, [" + f",\n{' ' * indent}".join(children) + "])"
