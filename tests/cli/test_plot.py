"""`gradcli plot`: what it takes, prints and writes."""

from __future__ import annotations

import importlib.util
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gradcli.cli import terminal
from gradcli.cli.operands import sorted_operands
from gradcli.cli.plot import EXAMPLES
from gradcli.cli.program import run
from gradcli.curves.intervals import interval
from gradcli.language import DiagnosticError
from tests.cli.process import gradcli

BRAILLE = range(0x2801, 0x2900)
SMALL = ("--width", "40", "--height", "12")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The status, what is printed and what is said, of a call in this process."""
    status = run(["plot", *arguments])
    out, err = capsys.readouterr()
    assert "bug in gradcli" not in err, err
    return status, out, err


@pytest.mark.parametrize("line", EXAMPLES.splitlines()[1:])
def test_the_examples_work(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, *shlex.split(line)[2:])
    assert status == 0
    assert any(ord(letter) in BRAILLE for letter in out)


def test_where_the_encoding_has_no_braille_all_is_ascii() -> None:
    outcome = gradcli(
        "plot",
        "abs(x)",
        environment={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "TERM": "dumb"},
    )
    assert outcome.status == 0
    assert outcome.out.isascii()
    assert "***" in outcome.out
    assert "kink of f at x = 0" in outcome.out


def test_colour_is_forced_and_refused_by_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[36m" in said(capsys, "x", *SMALL)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in said(capsys, "x", *SMALL)[1]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_width_is_the_terminals_up_to_120(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "width", lambda: columns)
    _, out, _ = said(capsys, "x^2", "x=-1:1")
    assert max(map(len, out.splitlines())) == min(columns, 120)


def test_a_range_that_is_chosen_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = said(capsys, "x^3 - 3x", *SMALL)
    assert err == "note:  the range is chosen: x=-3:3\n"
    assert "note" not in out


def test_ascii_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "x^2", "--ascii", *SMALL)[1].isascii()


@pytest.mark.parametrize(("ending", "head"), [("PNG", b"\x89PNG"), ("csv", b"x,f,df/dx")])
def test_the_end_of_the_name_says_what_is_written(
    ending: str, head: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"picture.{ending}"
    assert said(capsys, "x^2", "x=0:1", "-o", str(target)) == (0, "", "")
    assert target.read_bytes().startswith(head)


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "a/x", "a=2", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found["functions"][0]["breaks"]["0"] == [0]
    assert found["warnings"] == ["the range is chosen: x=-5:5"]


def test_an_error_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "x y z", "--json")
    assert (status, err) == (2, "")
    assert json.loads(out)["error"]["code"] == "E346"


def test_csv_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "x^2", "x=0:1", "--csv", "--order", "0", "--points", "10")
    lines = out.splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("x,f", "0,0", "1,1")


def test_the_heights_are_those_that_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "exp(x)", "--y", "-2:3pi", "--json")[1])
    assert found["heights"] == pytest.approx([-2, 9.42477796])


def test_a_descent_is_drawn_with_its_rate_and_steps(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "x^2 + y^2", "--descent", "x=1,y=2", "--lr", "0.25", "--steps", "2", "--json")
    assert json.loads(out)["path"] == [[1, 2], [0.5, 1], [0.25, 0.5]]
    _, out, _ = said(capsys, "x^2", "--descent", "x=1", "--lr", "0.25", "--width", "70", "--height", "20")
    assert "gradient descent, lr 0.25, 50 steps" in out


def test_the_expression_is_piped_in_and_a_pipe_has_80_columns_and_no_colour() -> None:
    outcome = gradcli("plot", "x=-2:2", stdin="1/x")
    assert (outcome.status, outcome.err) == (0, "")
    assert max(map(len, outcome.out.splitlines())) == 80
    assert "\x1b" not in outcome.out
    assert "f = 1/x" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is no expression to draw"),
        (["x", "x=1:1"], "the range from 1 to 1 is empty"),
        (["x", "x=5:1"], "the range from 5 to 1 ends before it begins"),
        (["x", "x=0:"], "a range has two ends, and one is missing"),
        (["x", "x=0:inf"], "both ends of a range are finite"),
        (["x", "x=0:[1,2]"], "both ends of a range are a number"),
        (["x", "x=a:1"], "'x' depends on 'a'"),
        (["x", "x=0:1", "x=1:2"], "x is given twice"),
        (["x", "x=0:1", "x=1"], "x has a value and a range"),
        (["x", "--y", "3"], "--y 3: a range has two ends"),
        (["x", "--points", "1000000"], "1000000 is not in the range"),
        (["problems.txt"], "problems.txt looks like the name of a file"),
        (["x", "-o", "x.jpg"], "-o x.jpg: .jpg is no kind of picture"),
        (["x", "-o", "x"], "-o x: its name does not say what to write"),
        (["x", "-o", "no/such/folder/x.png"], "there is no folder"),
        (["x", "--json", "-o", "x.png"], "--json and -o x.png ask for two things"),
        (["x", "--json", "--csv"], "--csv and --json exclude each other"),
        (["x", "--lr", "0.1"], "--lr and --steps are of a descent"),
        (["x", "--descent", "x=1", "--lr", "-1"], "--lr -1 is no learning rate"),
        (["x", "--descent", "1"], "--descent 1: a point is written by its variables"),
        (["x", "--tangent", "t=1"], "--tangent t=…: the variable is x"),
        (["x", "--tangent", "x=inf"], "x has to be a finite number"),
        (["x^2", "+", "3"], "expected a value"),
        (["sqrt(x)", "x=-3:-1"], "sqrt(x) has no value to draw"),
        (["x", "--order", "10"], "10 is not in the range"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_hint(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    status, out, err = said(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert "\nhelp:  " in err


def test_a_file_is_untouched_where_there_is_nothing_to_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "picture.png"
    target.write_text("mine")
    assert said(capsys, "sqrt(x)", "x=-3:-1", "-o", str(target))[0] == 2
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_without_matplotlib_one_line_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    status, _, err = said(capsys, "x", "-o", str(tmp_path / "x.png"))
    assert status == 2
    assert "needs Matplotlib, which is not installed" in err
    assert "gradcli[plot]" in err


def test_a_step_is_noted_and_not_needed(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = said(capsys, "x", "x=0:1:0.1", *SMALL)
    assert status == 0
    assert "the step is left out" in err


def test_what_is_slow_to_import_is_not_needed_in_the_terminal() -> None:
    code = (
        "import os, sys; slow = {'sympy', 'flint', 'matplotlib', 'rich'};"
        "os._exit = lambda status: print('imported:', *sorted(slow & set(sys.modules)));"
        "sys.argv = ['gradcli', 'plot', 'x^2', '--csv', '--points', '10'];"
        "from gradcli.cli import main; main()"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert finished.stdout.splitlines()[-1] == "imported:"


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [("x=0:2pi", 0, 6.283185307179586), ("x=-1..1/2", -1, 0.5), ("x = -1 : 1", -1, 1), ("x=1e-3:1e3", 1e-3, 1e3)],
)
def test_a_range_has_two_ends(written: str, low: float, high: float) -> None:
    assert interval(written) == ("x", (low, high), [])


def test_a_range_at_fault_is_located() -> None:
    with pytest.raises(DiagnosticError) as caught:
        interval("x=-1:2*k")
    found = caught.value.diagnostic
    assert found.source[found.span.start : found.span.end] == "k"


def test_operands_are_told_apart() -> None:
    operands = ("x", "y = x^2", "a=2", "x=0:1", "x^2+y^2=25", "f(x) = x; f(x)", "b=[1,2]", "x == 1")
    texts = ["x", "y = x^2", "x^2+y^2=25", "f(x) = x; f(x)", "x == 1"]
    assert sorted_operands(operands) == (texts, ["a=2", "b=[1,2]"], ["x=0:1"])
