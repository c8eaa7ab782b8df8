"""`gradcli graph`: the recorded graph in the terminal and in files."""

from __future__ import annotations

import json
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from gradcli.cli import program, terminal
from gradcli.render.graphs import dot, files
from tests.cli.process import Outcome, gradcli

Run = Callable[..., Outcome]
DOCUMENT = ("graph", "e = a*b*d", "a=2", "b=3", "d=4")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")

    def call(*arguments: str) -> Outcome:
        status = program.run(list(arguments))
        said = capsys.readouterr()
        return Outcome(status, said.out, said.err)

    return call


def test_the_tree_is_on_stdout() -> None:
    outcome = gradcli(*DOCUMENT, environment={"COLUMNS": "80"})
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        "e = a*b*d  24  grad 1   MulBackward0",
        "├─ a*b     6   grad 4   MulBackward0",
        "│  ├─ a    2   grad 12  leaf",
        "│  └─ b    3   grad 8   leaf",
        "└─ d       4   grad 6   leaf",
    ]
    assert outcome.err == ""


def test_ascii_where_the_locale_has_no_more() -> None:
    outcome = gradcli(*DOCUMENT, environment={"LC_ALL": "C", "PYTHONIOENCODING": ""})
    assert outcome.out.isascii()
    assert "`- b" in outcome.out


@pytest.mark.parametrize(
    ("encoding", "variables", "shown"),
    [
        ("utf-8", {"LANG": "en_US.UTF-8"}, True),
        ("utf-8", {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ("utf-8", {"LC_ALL": "POSIX"}, False),
        ("utf-8", {"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, True),
        ("utf-8", {}, True),
        ("ascii", {"LANG": "en_US.UTF-8"}, False),
        ("latin-1", {"LANG": "en_US.ISO-8859-1"}, False),
    ],
)
def test_what_stdout_shows(
    encoding: str, variables: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stream(StringIO):
        pass

    Stream.encoding = encoding  # type: ignore[assignment]
    for name in ("LC_ALL", "LC_CTYPE", "LANG", "PYTHONIOENCODING", "PYTHONUTF8"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Stream())
    assert terminal.shows("├") is shown


def test_json(run: Run) -> None:
    outcome = run(*DOCUMENT, "--json")
    found = json.loads(outcome.out)
    assert [node["value"] for node in found["nodes"]] == [2, 3, 6, 4, 24]
    assert [node["grad"] for node in found["nodes"]] == [12, 8, 4, 6, 1]
    assert found["nodes"][found["output"]]["name"] == "e"
    assert outcome.out.count("\n") == 1
    assert run(*DOCUMENT, "--to", "json").out == outcome.out


@pytest.mark.parametrize("form", ["dot", "mermaid", "svg"])
def test_a_form_goes_to_stdout(form: str, run: Run) -> None:
    outcome = run(*DOCUMENT, "--to", form)
    assert outcome.status == 0
    assert outcome.out.startswith({"dot": "digraph", "mermaid": "flowchart", "svg": "<svg"}[form])
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("name", "start"),
    [
        *(("g.dot", "digraph"), ("g.gv", "digraph"), ("g.mmd", "flowchart"), ("g.mermaid", "flowchart")),
        *(("g.svg", "<svg"), ("g.SVG", "<svg"), ("g.json", '{"schema"'), ("g.txt", "e = a*b*d")),
    ],
)
def test_a_files_name_says_its_form(name: str, start: str, run: Run, tmp_path: Path) -> None:
    outcome = run(*DOCUMENT, "-o", name)
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == f"{name}: 5 nodes, 4 edges\n"
    assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_an_svg_has_all_nodes(run: Run, tmp_path: Path) -> None:
    run(*DOCUMENT, "-o", "e.svg")
    groups = ElementTree.parse(tmp_path / "e.svg").iter("{http://www.w3.org/2000/svg}g")
    assert sum("node" in each.get("class", "") for each in groups) == 5


def test_a_form_for_a_file_of_any_name(run: Run, tmp_path: Path) -> None:
    run(*DOCUMENT, "-o", "picture", "--to", "svg")
    assert (tmp_path / "picture").read_text().startswith("<svg")
    assert run(*DOCUMENT, "-o", "-").out.startswith("e = a*b*d")


def test_a_png_by_matplotlib(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run(*DOCUMENT, "-o", "e.png", "--layout", "own").status == 0
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_pictures_by_graphviz(run: Run, tmp_path: Path) -> None:
    assert run(*DOCUMENT, "-o", "e.png").status == 0
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")
    outcome = run(*DOCUMENT, "--to", "svg", "--layout", "dot")
    assert "Generated by graphviz" in outcome.out
    assert outcome.out.count('class="node"') == 5


def test_without_graphviz_and_matplotlib_one_line_says_which(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dot, "is_installed", lambda: False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    outcome = run(*DOCUMENT, "-o", "e.png")
    assert outcome.status == 2
    assert outcome.err.splitlines() == [
        "error: PNG needs Graphviz's dot or matplotlib, and neither is installed",
        "help:  pip install 'gradcli[plot]', or write SVG, which needs nothing: -o graph.svg",
    ]
    outcome = run(*DOCUMENT, "-o", "e.svg", "--layout", "dot")
    assert outcome.err.startswith("error: --layout dot needs Graphviz")
    assert not list(Path().iterdir())


def test_where_graphviz_fails_a_png_is_drawn_without_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bytes:
        raise dot.GraphvizError("fails: it cannot")

    monkeypatch.setattr(dot, "is_installed", lambda: True)
    monkeypatch.setattr(dot, "drawn", failing)
    monkeypatch.setattr(files, "drawn_by_matplotlib", lambda graph: b"PNG")
    assert run(*DOCUMENT, "-o", "e.png").status == 0
    assert Path("e.png").read_bytes() == b"PNG"
    outcome = run(*DOCUMENT, "-o", "e.png", "--layout", "dot")
    assert outcome.err == "error: Graphviz's dot fails: it cannot\nhelp:  --layout own does without it\n"
    assert Path("e.png").read_bytes() == b"PNG"


SUM = "+".join(["x*y"] * 600)


@pytest.mark.parametrize("form", ["dot", "mermaid", "svg"])
def test_a_picture_of_a_large_graph_is_refused_with_the_number(form: str, run: Run) -> None:
    outcome = run("graph", SUM, "x=2", "y=3", "--to", form)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: the graph has 1,201 nodes, and a picture at most 1,000",
        "help:  --depth 20 draws what is near the output; the tree and --json have it all",
    ]


def test_what_is_near_the_output_of_a_large_graph_is_drawn(run: Run) -> None:
    outcome = run("graph", SUM, "x=2", "y=3", "--to", "mermaid", "--depth", "3")
    assert outcome.out.count(":::") == 9
    assert run("graph", SUM, "x=2", "y=3").out.count("MulBackward0") == 600


@pytest.mark.parametrize("is_long", [True, False])
def test_a_tree_that_is_longer_than_the_terminal_is_paged(
    is_long: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged: list[str] = []
    monkeypatch.setattr(terminal, "is_terminal", lambda stream: True)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(terminal, "height", lambda: 10)
    monkeypatch.setattr("click.echo_via_pager", lambda lines: paged.extend(lines))
    outcome = run("graph", SUM, "x=2", "y=3") if is_long else run(*DOCUMENT)
    assert (len(paged) > 1000, outcome.out == "") == (is_long, is_long)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x^2"], "error: a graph is recorded when numbers are calculated"),
        (
            ["x*[1,2]", "x=3"],
            "error: the output has shape (2,), and a gradient needs a scalar",
        ),
        (["x^2", "x=3", "-o", "a.bmp"], "error: -o a.bmp ends in .bmp, which says no form"),
        (["x^2", "x=3", "-o", "a"], "error: -o a has no extension, which says no form"),
        (["x^2", "x=3", "-o", "no/a.svg"], "error: -o no/a.svg cannot be written: there is no folder no"),
        (["x^2", "-o", "v.json", "--bind", "v.json"], "error: -o v.json goes to v.json, which is read"),
        (["x^2", "x=3", "--json", "--to", "dot"], "error: --json and --to dot exclude each other"),
        (["x^2", "x=3", "-o", "a.svg", "--to", "dot"], "error: -o a.svg is svg by its name, and --to asks for dot"),
        (["x^2", "x=3", "--layout", "own"], "error: --layout is for SVG and PNG"),
        (["x^2", "x=3", "--to", "png"], "error: a PNG goes to a file"),
        (["x^2", "x=3", "--to", "svg", "--details"], "error: --details is for the tree, and this is svg"),
        (["x^2", "x=3", "--wrt", "q"], "error: q does not occur in the expression"),
        (["x^2*", "x=3"], "error: expected a value, found the end of the expression"),
        (["x^2", "x=3", "--vjp", "y=2; y"], "error: --vjp takes a number or a tensor"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], message: str, run: Run) -> None:
    Path("v.json").write_text('{"x": 3}')
    outcome = run("graph", *arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith(message)
    assert [each.name for each in Path().iterdir()] == ["v.json"]
    assert Path("v.json").read_text() == '{"x": 3}'


def test_a_graph_of_two_nodes_has_one_edge(run: Run) -> None:
    assert run("graph", "x^2", "x=3", "-o", "a.dot").err == "a.dot: 2 nodes, 1 edge\n"


def test_a_closed_standard_input_is_no_expression(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    outcome = run("graph", "-", "x=3")
    assert (outcome.status, outcome.err.splitlines()[0]) == (2, "error: standard input is closed")


def test_an_error_as_json(run: Run) -> None:
    outcome = run("graph", "x^2", "--json")
    assert outcome.status == 2
    assert json.loads(outcome.out)["error"]["code"] == "E380"
    assert outcome.err == ""


def test_options_of_the_calculation(run: Run) -> None:
    assert "constant" in run("graph", "a*b", "a=2", "b=3", "--wrt", "a").out
    assert "grad 21" in run("graph", "x*[1,2]", "x=3", "--vjp", "[1, 10]").out
    assert '"float32"' in run("graph", "x^2", "x=3", "--dtype", "float32", "--json").out
    assert "is_leaf True, requires_grad True" in run("graph", "x^2", "x=3", "--details").out
    Path("v.json").write_text('{"x": 3}')
    assert "grad 6" in run("graph", "x^2", "--bind", "v.json").out
    assert "-x**2" in run("graph", "-x^2", "x=3").out
    noted = run("graph", "x^2", "x=3", "y=1")
    assert noted.err.startswith("note:  'y' is given a value")
