"""The tree in the terminal: readable in any width, of any size."""

from __future__ import annotations

import re

import pytest

from gradcli.render.graphs.tree import ASCII, TreeStyle, tree_lines
from tests.recorded import chain, document, graph_of, large


def tree(graph: object, **style: object) -> list[str]:
    return list(tree_lines(graph, TreeStyle(**style)))  # type: ignore[arg-type]


def test_the_tree_of_document_002() -> None:
    assert tree(document()) == [
        "e = c*d     24  grad 1   MulBackward0",
        "├─ c = a*b  6   grad 4   MulBackward0",
        "│  ├─ a     2   grad 12  leaf",
        "│  └─ b     3   grad 8   leaf",
        "└─ d        4   grad 6   leaf",
    ]


def test_it_is_folded_where_it_is_narrow() -> None:
    assert tree(document(), width=40)[:5] == [
        "e = c*d",
        "│  24  grad 1  MulBackward0",
        "├─ c = a*b",
        "│  │  6  grad 4  MulBackward0",
        "│  ├─ a",
    ]


def test_details_say_all_of_each_tensor() -> None:
    lines = tree(graph_of("y = x^2; y[0]", x=[3, 1]), details=True)
    assert lines == [
        "y[0]",
        "│  value 9",
        "│  grad  1",
        "│  shape (), float64",
        "│  is_leaf False, requires_grad True",
        "│  grad_fn SelectBackward0",
        "│  view of y = x**2",
        *[line for line in lines if line.startswith("│  saved")],
        "└─ y = x**2",
        "   │  value [9, 1]",
        "   │  grad  [1, 0]",
        "   │  shape (2,), float64",
        "   │  is_leaf False, requires_grad True",
        "   │  grad_fn PowBackward0",
        "   │  saved self = x",
        "   │  saved exponent = 2",
        "   └─ x",
        "      value [3, 1]",
        "      grad  [6, 0]",
        "      shape (2,), float64",
        "      is_leaf True, requires_grad True",
        "      grad_fn None",
    ]


def test_what_takes_part_twice_is_written_out_once_and_referred_to() -> None:
    lines = tree(graph_of("y = x^2; y*sin(y)", x=3))
    written = [line for line in lines if "y = x**2" in line]
    assert "PowBackward0" in written[0]
    assert "↑ see #1" in written[1]
    assert len(written) == 2


def test_a_constant_requires_nothing() -> None:
    lines = tree(graph_of("a*b", ("a",), a=2, b=3))
    assert lines[2].split() == ["└─", "b", "3", "constant"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("details", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, details: bool) -> None:
    graphs = [large(), chain(40), graph_of("sum(tanh(W@x))", W=[[1, 2, 3]] * 4, x=[0.1, 0.2, 0.3])]
    for graph in graphs:
        lines = tree(graph, width=width, details=details)
        assert max(map(len, lines)) <= max(width, 36)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_tensor_is_written_out_once(width: int) -> None:
    graph = large()
    text = "\n".join(tree(graph, width=width))
    assert len(re.findall(r"\w+Backward\d|\bleaf\b", text)) == len(graph.vertices)


def test_every_reference_leads_somewhere() -> None:
    for graph in (large(), chain(200)):
        lines = tree(graph)
        referred = set(re.findall(r"see #(\d+)", "\n".join(lines)))
        written = {found[1] for line in lines if "see #" not in line and (found := re.search(r"#(\d+) ", line))}
        assert referred <= written


def test_ascii_signs() -> None:
    lines = tree(graph_of("y = x^2; sum(y*sum(y*exp(y)))", x=[3.123456] * 40), branches=ASCII)
    assert "\n".join(lines).isascii()
    assert lines[1].startswith("`- ")
    assert lines[2].startswith("   |- ")
    assert any("..." in line for line in lines)


def test_depth_cuts_the_tree() -> None:
    assert [line[:11].rstrip() for line in tree(document(), depth=1)] == ["e = c*d", "├─ c = a*b", "│  └─ …", "└─ d"]
    assert len(tree(document(), depth=0)) == 2
    assert tree(document(), depth=2) == tree(document())


def test_a_deep_graph_comes_line_by_line_without_recursion() -> None:
    graph = chain(1_500)
    lines = tree(graph)
    assert sum("Backward" in line for line in lines) == len(graph.vertices) - 2
    assert max(map(len, lines)) <= 80


def test_digits() -> None:
    assert "3.142" in tree(graph_of("x*pi", x=1), digits=4)[0]
