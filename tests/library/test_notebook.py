"""`%load_ext gradcli`, and what IPython and Jupyter show of results."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

import gradcli
from gradcli.library.notebook import read_line, split

pytest.importorskip("IPython")


@pytest.fixture(scope="module")
def shell() -> Iterator[Any]:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext gradcli")
    yield shell
    InteractiveShell.clear_instance()


def result(shell: Any, cell: str) -> Any:
    """What a cell's last expression is."""
    done = shell.run_cell(cell)
    assert done.success
    return done.result


def test_a_line_is_an_expression_with_its_values(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    found = result(shell, "%gradcli x^2 y x=3 y=2")
    assert isinstance(found, gradcli.Calculation)
    assert found.grad == {"x": 12.0, "y": 9.0}
    assert "df/dx  12   = 2*x*y" in capsys.readouterr().out


def test_values_come_from_the_notebook_where_that_is_asked_for(shell: Any) -> None:
    assert result(shell, "a = 7\n%gradcli a x^2 x=3 --ns").value == 63.0
    assert result(shell, "a = 7\n%gradcli b x^2 x=$a b={a+1}").value == 8 * 49.0


def test_a_cell_is_a_program(shell: Any) -> None:
    found = result(shell, "%%grad x=[[1,2,3],[3,2,1]]\ny = 3x + 2\nz = 2y^2\nz.mean()")
    assert found.value == 140.0


def test_a_cell_of_expressions_shows_each(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert result(shell, "%%grad x=3\nx^2\n# a remark\nx^3 y y=2\nx +* 2\nsin(t)") is None
    told = capsys.readouterr()
    values = re.findall(r"^f +(\S+)", told.out, re.MULTILINE)
    assert values == ["9", "54"]
    assert "df/dt  cos(t)" in told.out
    assert told.err.splitlines() == ["error: expected a value, found '*'", "  x +* 2", "     ^"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%gradcli x +* 2", "error: expected a value, found '*'\n  x +* 2\n     ^\n"),
        ("%gradcli", "error: there is no expression to calculate"),
        ("%gradcli x^2 --ordr 2", "did you mean --order?"),
        ("%gradcli x^2 --order two", "--order is a whole number, and not two"),
        ("%gradcli x^2 --order", "--order needs a value"),
        ("%gradcli x^2 x=1 x=2", "x is given twice"),
        ("%gradcli x^2 x=3 --order 99", "order is from 1 to 50"),
        ("%%grad x^2\nx^3", "the expression goes into the cell"),
        ("%%grad x=3\n\n", "the cell is empty"),
    ],
)
def test_errors_are_located_and_without_a_traceback(
    shell: Any, capsys: pytest.CaptureFixture[str], cell: str, said: str
) -> None:
    assert result(shell, cell) is None
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x^2 y x=3", ["x^2", "y", "x=3"]),
        ("sum(x^2, 0) x=[1, 2]", ["sum(x^2, 0)", "x=[1, 2]"]),
        ("'x^2 y' x=3", ["'x^2 y'", "x=3"]),
        ("norm(x, p='fro') x=1", ["norm(x, p='fro')", "x=1"]),
        ("f(x) = x^2; f'(3) x=1", ["f(x)", "=", "x^2;", "f'(3)", "x=1"]),
    ],
)
def test_blanks_part_words_outside_brackets_and_quotes(line: str, words: list[str]) -> None:
    assert list(split(line)) == words


def test_the_values_are_what_stands_last() -> None:
    call = read_line("y=x^2; y z x=3 z=2 --order 2 --hessian --ns")
    assert call.expression == "y=x^2; y z"
    assert call.values == {"x": "3", "z": "2"}
    assert call.options == {"order": 2, "request": "hessian"}
    assert call.from_namespace


RESULTS: dict[str, Any] = {
    "gradient": gradcli.solve("x^2 y", x=3, y=2),
    "tensor": gradcli.solve("sum(x^2)", x=[[1, 2], [3, 4]]),
    "large tensor": gradcli.solve("sum(x^2)", x=[[1.0] * 50] * 50, check=False),
    "hessian": gradcli.solve("sin(x) y", x=1, y="pi/4", request="hessian"),
    "partial": gradcli.solve("x^3 y^2", x=1, y=1, partial="x,y"),
    "implicit": gradcli.solve("x^2 + y^2 = 25", x=3, y=4),
    "vjp": gradcli.solve("x^2", x=[1, 2], vjp=[1, 1]),
    "formula": gradcli.solve("exp(x^2)/x"),
    "long formula": gradcli.solve("tan(x)^9 sin(x)^7 cos(x)^5 exp(x^2) log(x)^4 sqrt(x+1)", order=2),
    "kink": gradcli.solve("abs(x)", x=0),
    "nan": gradcli.solve("log(x)", x=-1),
    "huge": gradcli.solve("e^x", x=1000),
    "infinite": gradcli.solve("1/x", x=0),
    "condition": gradcli.solve("where(x < y, x, -y)", x=1, y=2),
    "exact": gradcli.solve("sin(x)", x="pi/4", exact=True),
    "diagonal": gradcli.solve("sqrt(x)", x=[2, 4], exact=True),
    "critical": gradcli.critical_points("x + 2 sin(x)", x=(0, "2pi")),
    "minimum": gradcli.minimize("x^2 + y^2", x=1, y=0),
    "wrong": gradcli.check("x^2 sin(x)", "2x cos(x)"),
    "unreadable": gradcli.check("x^2", "2 +* <b>"),
    "expression": gradcli.Expression("x^2/(1 + e^(-x))"),
    "grades": gradcli.grade({"q<1>": "x^2"}, [("<b>ada</b>", "q<1>", "3x")], jobs=0),
}


@pytest.mark.parametrize("name", RESULTS)
def test_html_is_well_formed_and_escaped(name: str) -> None:
    markup = RESULTS[name]._repr_html_()
    root = ElementTree.fromstring(markup)
    assert "<b>ada" not in markup
    assert root.tag in ("div", "math")


def test_html_shows_numbers_formulas_and_the_check() -> None:
    root = ElementTree.fromstring(RESULTS["gradient"]._repr_html_())
    rows = [["".join(cell.itertext()).replace("\u2062", "") for cell in row] for row in root.iter("tr")]
    assert rows == [["f", "18", ""], ["∂f∂x", "12", "= 2xy"], ["∂f∂y", "9", "= x2"], ["check", "agrees with SymPy"]]


LATEX = {
    "gradient": r"f &= 18 \\ \frac{\partial f}{\partial x} &= 2 x y = 12 \\ \frac{\partial f}{\partial y} &= x^{2} = 9",
    "tensor": r"f &= 30 \\ \frac{df}{dx} &= \begin{bmatrix} 2 & 4 \\ 6 & 8 \end{bmatrix}",
    "exact": r"f &= \frac{\sqrt{2}}{2} = 0.707107 \\ "
    r"\frac{df}{dx} &= \cos\left(x\right) = \frac{\sqrt{2}}{2} = 0.707107",
    "partial": r"f &= 1 \\ \frac{\partial^{2} f}{\partial x \partial y} &= 6 x^{2} y = 6",
    "implicit": r"\frac{dy}{dx} &= -\frac{x}{y} = -0.75",
    "huge": r"f &= 1.97007 \cdot 10^{434} \\ \frac{df}{dx} &= \exp\left(x\right) = 1.97007 \cdot 10^{434}",
    "formula": r"\frac{df}{dx} &= \left(2 - \frac{1}{x^{2}}\right) \exp\left(x^{2}\right)",
}


@pytest.mark.parametrize("name", LATEX)
def test_latex_shows_them_too(name: str) -> None:
    shown = RESULTS[name]._repr_latex_()
    assert shown == rf"$\displaystyle \begin{{aligned}} {LATEX[name]} \end{{aligned}}$"


def test_latex_of_whatever_there_is_closes_its_braces() -> None:
    for found in RESULTS.values():
        if hasattr(found, "_repr_latex_"):
            text = found._repr_latex_()
            assert text.count("{") == text.count("}")
            assert "None" not in text
    assert gradcli.explain("x^2")._repr_latex_().startswith(r"\begin{align*}")


@pytest.mark.parametrize(
    ("cell", "forms"),
    [
        ("gradcli.solve('x^2', x=3)", {"text/html", "text/latex"}),
        ("gradcli.explain('x^2')", {"text/latex"}),
        ("gradcli.Expression('x^2')", {"text/html", "text/latex"}),
        ("gradcli.check('x^2', '2x')", {"text/html"}),
        ("gradcli.minimize('x^2', x=1)", {"text/html"}),
        ("gradcli.critical_points('x^2', x=(-1, 1))", {"text/html"}),
        ("gradcli.taylor('x^2', 2)", {"text/latex"}),
        ("gradcli.tangent('x^2', x=1)", {"text/latex"}),
        ("gradcli.graph('x^2', x=3)", {"image/svg+xml"}),
        ("gradcli.plot('x', x=(0, 1))", {"image/svg+xml"}),
    ],
)
def test_a_cell_has_the_displays_of_what_it_ends_with(shell: Any, cell: str, forms: set[str]) -> None:
    found = result(shell, f"import gradcli\n{cell}")
    data, _ = shell.display_formatter.format(found)
    if "plot" in cell and importlib.util.find_spec("matplotlib") is None:
        forms = set()
    assert {form for form in data if data[form]} == {"text/plain", *forms}
    assert data["text/plain"] in (str(found), repr(found))


def test_inside_something_else_a_result_is_its_repr(shell: Any) -> None:
    from IPython.lib.pretty import pretty

    found = RESULTS["gradient"]
    assert pretty(found) == str(found)
    assert pretty([found]) == f"[{found!r}]"
    assert pretty(gradcli.solve("x^2", {"x": 1, "y": 2})).splitlines()[-1].startswith("note:  'y' is given a value")


@pytest.mark.slow
def test_a_notebook_runs_with_its_displays() -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = ["%load_ext gradcli", "%gradcli x^2 y x=3 y=2", "%gradcli x +* 2", "%%grad x=3\nx^2\nx^3"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    line, wrong, each = (cell.outputs for cell in notebook.cells[1:])
    assert {"text/html", "text/latex", "text/plain"} <= {*line[0].data}
    assert wrong[0].name == "stderr"
    assert [*map(len, (line, wrong, each))] == [1, 1, 2]
