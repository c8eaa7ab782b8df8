"""DOT, Mermaid, SVG and PNG: read back by those who know the languages."""

from __future__ import annotations

import struct
import warnings
import xml.etree.ElementTree as ElementTree
from io import BytesIO

import numpy as np
import pydot
import pytest

from gradcli.calculus.recorded import Graph
from gradcli.render.graphs.dot import dot_lines
from gradcli.render.graphs.drawing import svg_text
from gradcli.render.graphs.labels import value_text
from gradcli.render.graphs.mermaid import mermaid_lines
from gradcli.render.graphs.objects import graph_object
from gradcli.render.graphs.raster import write_png
from gradcli.render.objects import to_json
from tests.recorded import chain, document, graph_of, large

SVG = "{http://www.w3.org/2000/svg}"


def elements(graph: Graph, kind: str, role: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(svg_text(graph))
    return [each for each in root.iter(f"{SVG}{kind}") if role in each.get("class", "").split()]


def texts_of(group: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in group.findall(f"{SVG}text")]


@pytest.mark.parametrize("graph", [document(), large(), chain(30), graph_of("x", x=2), graph_of("x*x", x=2)])
def test_an_svg_has_a_group_for_each_vertex_and_a_path_for_each_edge(graph: Graph) -> None:
    assert len(elements(graph, "g", "node")) == len(graph.vertices)
    assert len(elements(graph, "path", "edge")) == len(graph.edges)
    assert len(elements(graph, "g", "output")) == 1


def test_the_svg_of_document_002_says_value_gradient_and_what_made_it() -> None:
    boxes = {texts[0]: texts[1:] for texts in map(texts_of, elements(document(), "g", "node"))}
    assert boxes == {
        "a = 2": ["grad 12", "leaf"],
        "b = 3": ["grad 8", "leaf"],
        "c = a*b": ["6", "grad 4", "MulBackward0"],
        "d = 4": ["grad 6", "leaf"],
        "e = c*d": ["24", "grad 1", "MulBackward0"],
    }
    titles = [group.findtext(f"{SVG}title") or "" for group in elements(document(), "g", "node")]
    assert "is_leaf True, requires_grad True" in titles[0]
    assert "saved self = c" in titles[-1]


def test_a_tensor_has_its_shape() -> None:
    (leaf,) = elements(graph_of("sum(x)", x=[1, 2]), "g", "leaf")
    assert texts_of(leaf) == ["x = [1, 2]", "grad [1, 1]", "leaf (2,)"]


def test_the_same_graph_is_the_same_svg() -> None:
    assert svg_text(large()) == svg_text(large())


def test_boxes_are_within_the_picture_and_hold_their_lines() -> None:
    root = ElementTree.fromstring(svg_text(large()))
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    for group in root.iter(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        if box is None:
            continue
        x, y, w, h = (float(box.get(name, "nan")) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        for line in group.findall(f"{SVG}text"):
            assert y < float(line.get("y", "nan")) < y + h
            assert len(line.text or "") * 7.2 < w


def dot(graph: Graph) -> pydot.Dot:
    with warnings.catch_warnings():  # pydot calls its parser by names that are going out of use
        warnings.simplefilter("ignore")
        (found,) = pydot.graph_from_dot_data("".join(dot_lines(graph)))
    return found


@pytest.mark.parametrize("graph", [document(), graph_of("x*x", x=2)])
def test_dot_has_a_node_for_each_vertex_and_an_edge_for_each_edge(graph: Graph) -> None:
    found = dot(graph)
    nodes = [each for each in found.get_nodes() if each.get_name().startswith("n") and each.get_name() != "node"]
    assert len(nodes) == len(graph.vertices)
    assert [(each.get_source(), each.get_destination()) for each in found.get_edges()] == [
        (f"n{edge.source}", f"n{edge.target}") for edge in graph.edges
    ]


def test_dot_labels_and_colours() -> None:
    nodes = {each.get_name(): each for each in dot(document()).get_nodes()}
    assert nodes["n0"].get("label") == r'"a = 2\ngrad 12\nleaf"'
    assert nodes["n4"].get("label") == r'"e = c*d\n24\ngrad 1\nMulBackward0"'
    assert len({nodes[name].get("fillcolor") for name in ("n0", "n2", "n4")}) == 3


def test_dot_shows_a_view_beside_its_base() -> None:
    dotted = [each for each in dot(graph_of("x[0]", x=[1, 2])).get_edges() if each.get("style") == "dotted"]
    assert [(each.get_source(), each.get_destination()) for each in dotted] == [("n0", "n1")]


def test_mermaid() -> None:
    lines = "".join(mermaid_lines(document())).splitlines()
    assert lines[0] == "flowchart TD"
    assert '  n0("a = 2<br/>grad 12<br/>leaf"):::leaf' in lines
    assert '  n2["c = a*b<br/>6<br/>grad 4<br/>MulBackward0"]:::operation' in lines
    assert '  n4("e = c*d<br/>24<br/>grad 1<br/>MulBackward0"):::output' in lines
    assert [line for line in lines if "-->" in line] == ["  n0 --> n2", "  n1 --> n2", "  n2 --> n4", "  n3 --> n4"]
    assert len([line for line in lines if line.startswith("  classDef ")]) == 4


def quoting() -> Graph:
    return graph_of("where(x < 2, x, 3*x) + sum(einsum('i,i->', [x, x], [1, 2]))", x=1)


def test_what_a_language_would_read_is_quoted() -> None:
    graph = quoting()
    mermaid = "".join(mermaid_lines(graph))
    assert "where(x &lt; 2" in mermaid
    assert all(line.count('"') == 2 for line in mermaid.splitlines() if ":::" in line)
    assert len(elements(graph, "g", "node")) == len(graph.vertices)
    assert any("where(x < 2" in texts_of(each)[0] for each in elements(graph, "g", "node"))
    assert any("where(x < 2" in (each.get("label") or "") for each in dot(graph).get_nodes())


def test_a_png_is_one_of_the_layouts_size() -> None:
    pytest.importorskip("matplotlib")
    stream = BytesIO()
    write_png(document(), stream)
    data = stream.getvalue()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    root = ElementTree.fromstring(svg_text(document()))
    assert width == pytest.approx(2 * float(root.get("width", "0")), abs=3)
    assert height == pytest.approx(2 * float(root.get("height", "0")), abs=3)


def test_the_object_of_document_002() -> None:
    found = graph_object(document())
    assert found["nodes"][2] == {
        "id": 2,
        "kind": "operation",
        "name": "c",
        "expr": "a*b",
        "operation": "mul",
        "grad_fn": "MulBackward0",
        "value": 6,
        "grad": 4,
        "shape": [],
        "dtype": "float64",
        "is_leaf": False,
        "requires_grad": True,
        "saved": {"other": {"node": 1}, "self": {"node": 0}},
    }
    assert found["output"] == 4
    assert found["edges"][0] == {"from": 0, "to": 2, "operand": 0}


def test_objects_are_strict_json() -> None:
    text = to_json(graph_object(graph_of("1/x + sum(y, dim=0) + 3", x=0, y=[1, 2])))
    assert '"inf"' in text
    assert '"-inf"' in text
    assert "Infinity" not in text


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        (2.5, "2.5"),
        ([1, 2, 3], "[1, 2, 3]"),
        ([[1, 2, 3], [3, 2, 1]], "[[1, 2, 3], […]]"),
        ([1.23456789] * 5, "[1.23457, …]"),
        ([], "[]"),
        ([[123456.7]], "[[123457]]"),
        ([float("nan"), float("inf")], "[nan, inf]"),
    ],
)
def test_values_are_shortened(entries: object, text: str) -> None:
    assert value_text(np.array(entries, float), 18) == text


def test_a_long_tensor_is_not_written_whole() -> None:
    assert value_text(np.zeros((1000, 1000)), 20) == "[[0, 0, 0, 0, 0, …]]"
