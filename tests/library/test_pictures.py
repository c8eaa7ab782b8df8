"""`gradcli.graph` and `gradcli.plot`: what the commands draw, as Python has it."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import gradcli
from gradcli.render.graphs import dot
from tests.library.test_solve import command

PNG = b"\x89PNG\r\n\x1a\n"
GRAPHS: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    ("e = a*b*d", {"a": 2, "b": 3, "d": 4}, ["a=2", "b=3", "d=4"]),
    ("sum(x^2) y", {"x": [1, 2], "y": 3, "wrt": "x"}, ["x=[1,2]", "y=3", "--wrt", "x"]),
    ("x^2", {"x": [1, 2], "vjp": [1, 1], "dtype": "float32"}, ["x=[1,2]", "--vjp", "[1,1]", "--dtype", "float32"]),
)
PLOTS: tuple[tuple[tuple[str, ...], dict[str, Any], list[str]], ...] = (
    (("1/x",), {"x": (-2, 2)}, ["x=-2:2"]),
    (("sin(a x)", "x"), {"x": "0:2pi", "a": 2, "order": 0}, ["x=0:2pi", "a=2", "--order", "0"]),
    (("x^2",), {"x": (0, 3), "tangent": [1, "3/2"]}, ["x=0:3", "--tangent", "x=1", "--tangent", "x=3/2"]),
    (("abs(x)",), {"points": 50, "heights": (-1, 3)}, ["--points", "50", "--y", "-1:3"]),
)
SURFACE = (
    ("x^2 + 3y^2",),
    {"x": (-1, 1), "y": (-1, 1), "descent": {"x": 1, "y": 0.5}, "lr": 0.2, "steps": 5},
    ["x=-1:1", "y=-1:1", "--descent", "x=1,y=0.5", "--lr", "0.2", "--steps", "5"],
)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command takes for its terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.setattr("gradcli.cli.terminal.shows", lambda signs: True)
    monkeypatch.setattr("gradcli.cli.plot._takes_unicode", lambda: True)


@pytest.mark.parametrize(("text", "options", "arguments"), GRAPHS)
def test_a_graph_is_the_commands(text: str, options: dict[str, Any], arguments: list[str]) -> None:
    found = gradcli.graph(text, **options)
    assert found.to_dict() == json.loads(command("graph", text, *arguments, "--json")[0])
    assert f"{found}\n" == command("graph", text, *arguments)[0]
    assert f"{found.tree(details=True)}\n" == command("graph", text, *arguments, "--details")[0]
    for form in ("dot", "mermaid", "svg"):
        assert getattr(found, form)() == command("graph", text, *arguments, "--to", form)[0]
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), repr(again)) == (str(found), repr(found))


@pytest.mark.parametrize(("texts", "options", "arguments"), [*PLOTS, pytest.param(*SURFACE, marks=pytest.mark.slow)])
def test_a_picture_is_the_commands(texts: tuple[str, ...], options: dict[str, Any], arguments: list[str]) -> None:
    found = gradcli.plot(*texts, **options)
    assert found.to_dict() == json.loads(command("plot", *texts, *arguments, "--json")[0])
    assert found.csv() == command("plot", *texts, *arguments, "--csv")[0]
    out, err = command("plot", *texts, *arguments, "--height", "23")
    assert f"{found}\n" == out
    assert "".join(f"note:  {note}\n" for note in found.notes) == err
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), repr(again)) == (str(found), repr(found))


def test_a_node_is_got_by_its_name_or_its_formula() -> None:
    found = gradcli.graph("e = a*b*d", a=2, b=3, d=4)
    assert [found[name].grad for name in "abde"] == [12, 8, 6, 1]
    assert found["a*b"].value == 6
    assert [node.number for node in found] == list(range(len(found)))
    assert (len(found), found.output.name, found.within(1)["d"].grad) == (5, "e", 6)
    with pytest.raises(KeyError, match="those with a name are a, b, d, e"):
        found["c"]


def test_pictures_have_what_is_drawn_in_them() -> None:
    kink = gradcli.plot("abs(x) + y", {"y": 1}, x=(-2, 2)).curves[0]
    assert kink.kinks == ((0.0, 1.0),)
    falling = gradcli.plot("x^2", x=(-1, 1), descent={"x": 1}, lr=0.25, steps=2)
    assert falling.path is not None
    assert falling.path.tolist() == [[1, 1], [0.5, 0.25], [0.25, 0.0625]]
    plane = gradcli.plot("x y", x=(-1, 1), y=(-2, 2), points=20)
    assert plane.ranges == {"x": (-1, 1), "y": (-2, 2)}
    assert repr(plane) == "Picture('x y', x=(-1, 1), y=(-2, 2))"


def test_graphs_are_saved_by_the_names_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dot, "is_installed", lambda: False)
    found = gradcli.graph("x^2", x=3)
    for name, begins in [("g.svg", b"<svg"), ("g.dot", b"digraph"), ("g.mmd", b"flowchart"), ("g.txt", b"x")]:
        found.save(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins), name
    found.save(f"{tmp_path}/g.json")
    assert json.loads((tmp_path / "g.json").read_text()) == found.to_dict()
    with pytest.raises(ImportError, match="Graphviz"):
        found.save(tmp_path / "g.svg", layout="dot")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="gradcli"):
        found.save(tmp_path / "g.png")
    assert not (tmp_path / "g.png").exists()


@pytest.mark.parametrize("found", [gradcli.graph("x^2", x=3), gradcli.plot("x^2", x=(0, 1))], ids=["graph", "plot"])
def test_what_cannot_be_saved_is_said_and_what_is_there_stays(found: Any, tmp_path: Path) -> None:
    there = tmp_path / "there.svg"
    there.write_text("mine")
    for name in ("picture", "picture.bmp"):
        with pytest.raises(ValueError, match="does not say what to write: known are"):
            found.save(tmp_path / name)
    with pytest.raises(OSError, match="nowhere"):
        found.save(tmp_path / "nowhere" / "x.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(OSError, match="folder"):
        found.save(tmp_path / "folder.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.json", "there.svg"]


def test_a_graph_of_many_nodes_is_no_picture() -> None:
    large = gradcli.graph("+".join(["x*y"] * 600), x=1, y=2)
    assert large._repr_svg_() is None
    with pytest.raises(ValueError, match="a picture at most 1,000: within"):
        large.svg()
    assert large.within(2)._repr_svg_()
    assert len(repr(large)) < 120


def test_a_notebook_shows_the_pictures() -> None:
    pytest.importorskip("matplotlib")
    assert ElementTree.fromstring(gradcli.graph("x^2", x=3)._repr_svg_() or "").tag.endswith("svg")
    noted = gradcli.plot("x^2")
    assert noted.notes
    page = ElementTree.fromstring(noted._repr_html_() or "")
    assert page[0].tag.endswith("svg")
    assert noted.notes[0] in "".join(page.itertext())
    assert gradcli.plot("x^2", x=(0, 1))._repr_html_() is None  # the picture says all


def test_without_matplotlib_a_notebook_shows_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    found = gradcli.plot("x^2")
    assert (found._repr_svg_(), found._repr_html_()) == (None, None)
    with pytest.raises(ImportError, match=r"pip install 'gradcli\[plot\]'"):
        found.svg()


@pytest.mark.slow
def test_pictures_are_saved_in_every_form(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = gradcli.plot("1/x", x=(-1, 1))
    for form, begins in [("png", PNG), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("csv", b"x,f"), ("json", b"{")]:
        found.save(tmp_path / f"p.{form}")
        assert (tmp_path / f"p.{form}").read_bytes().startswith(begins)
    gradcli.graph("x^2", x=3).save(tmp_path / "g.png")
    assert (tmp_path / "g.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("operands", "options", "kind", "said"),
    [
        ((), {}, TypeError, "there is no expression to draw"),
        ((3,), {}, TypeError, "the expression is a text"),
        (({"x": 1}, "x"), {}, TypeError, "the mapping of names to values comes after"),
        (("x^2",), {"z": (0, 1)}, TypeError, r"plot\(\) got z=…"),
        (("x^2",), {"x": (1, 0)}, ValueError, "ends before it begins"),
        (("x^2",), {"x": (1,)}, TypeError, r"the range of x has two ends, as in \(-2, 2\), and is \(1,\)"),
        (("x^2",), {"x": (np.zeros(2), 1)}, TypeError, "an end of the range of x is a number"),
        (("x^2",), {"x": 3}, ValueError, "x has one value, and a plot needs a range"),
        (("x y z",), {}, ValueError, "a picture has at most two variables"),
        (("x^2",), {"order": 10}, ValueError, "order is from 0 to 9, and not 10"),
        (("x^2",), {"tangent": float("inf")}, ValueError, "a tangent's place is a finite number"),
        (("x^2",), {"lr": 1}, ValueError, "lr and steps are of a descent"),
        (("x^2",), {"descent": 3}, TypeError, "descent is where it begins"),
        (("x^2",), {"descent": {"x": 1}, "lr": 0}, ValueError, "lr is a number above 0"),
        (("x^2",), {"points": 3}, ValueError, "points is from 10 to 100,000"),
    ],
)
def test_misuse_of_plot_is_named(
    operands: tuple[Any, ...], options: dict[str, Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        gradcli.plot(*operands, **options)


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({}, ValueError, "a graph is recorded when numbers are calculated"),
        ({"x": 3, "z": 1}, TypeError, r"graph\(\) got z=…"),
        ({"x": [1, 2]}, ValueError, "a gradient needs a scalar"),
        ({"x": 1, "dtype": "float16"}, ValueError, "dtype is one of"),
    ],
)
def test_misuse_of_graph_is_named(options: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.graph("x^2", **options)
    with pytest.raises(ValueError, match="layout is one of 'auto', 'own', 'dot'"):
        gradcli.graph("x^2", x=3).save("never.svg", layout="round")  # type: ignore[arg-type]
