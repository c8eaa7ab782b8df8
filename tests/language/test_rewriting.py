"""Trees made of trees: other children, other names, places."""

from __future__ import annotations

import pytest

from gradcli.language import Expr, children, parse, to_text, walk
from gradcli.language.rewriting import at_place, post_order, rebuilt, substituted, transformed
from gradcli.language.tree import Name, Number
from gradcli.operations import vocabulary

TEXTS = [
    "2*x**3 - -x/y + 1",
    "where(x > 0, sin(x), y)",
    "m[1:x, ..., ::2] @ v",
    "sum(m, dim=0, keepdim=True)",
    "[[x, 1], [y, 2]]",
    "x.grad + m.T",
    "x",
]


def tree(text: str) -> Expr:
    return parse(text, vocabulary(), ["x", "y", "m", "v"]).program.result


@pytest.mark.parametrize("text", TEXTS)
def test_a_node_with_its_own_children_is_the_same(text: str) -> None:
    for node in walk(tree(text)):
        assert rebuilt(node, children(node)) == node


@pytest.mark.parametrize("text", TEXTS)
def test_children_come_before_what_they_are_in_and_each_once(text: str) -> None:
    seen: list[int] = []
    for node in post_order(tree(text)):
        assert all(id(child) in seen for child in children(node))
        assert id(node) not in seen
        seen.append(id(node))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*x**3 - x/y", "2*(a + 1)**3 - (a + 1)/y"),
        ("m[1:x, ..., ::2]", "m[1:a + 1, ..., ::2]"),
        ("sum(x, dim=0)", "sum(a + 1, dim=0)"),
        ("[x, 1]", "[a + 1, 1]"),
    ],
)
def test_a_name_is_replaced_everywhere(text: str, expected: str) -> None:
    assert to_text(substituted(tree(text), {"x": tree("a + 1")})) == expected


def test_parts_without_the_name_are_shared() -> None:
    whole = tree("sin(y) + x")
    assert children(substituted(whole, {"x": Name("z")}))[0] is children(whole)[0]
    assert substituted(whole, {"z": Name("x")}) is whole


def test_a_place_leads_to_a_sub_expression() -> None:
    whole = tree("x*sin(2*y) + 1")
    assert at_place(whole, ()) is whole
    assert to_text(at_place(whole, (0, 1, 0, 1))) == "y"
    with pytest.raises(IndexError):
        at_place(whole, (5,))


def test_the_deepest_tree_is_changed_without_recursion() -> None:
    deep: Expr = Name("x")
    for _ in range(50_000):
        deep = rebuilt(tree("-x"), [deep])
    changed = transformed(deep, lambda node: Number("1", 1.0) if isinstance(node, Name) else node)
    assert to_text(changed) == "-" * 50_000 + "1"
