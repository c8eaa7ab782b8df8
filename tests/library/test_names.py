"""`import gradcli` costs nothing, and offers what it documents."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import gradcli

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("solving", "checking", "expressions", "explaining", "grading", "minimizing"),
    *("criticals", "graphing", "nearby", "plotting"),
)
MODULES = ("gradcli", *(f"gradcli.library.{room}" for room in ROOMS))
PROBE = """
import os, sys
before = dict(os.environ)
there = {*sys.modules}
import gradcli
assert {*sys.modules} - there <= {"gradcli", "__future__"}, "the package alone imports nothing"
probe = lambda: print(*[name for name in sys.argv[2:] if name in sys.modules], sep=",")
probe()
exec(sys.argv[1])
probe()
assert dict(os.environ) == before, "the environment is somebody else's"
"""


def imported(statement: str, *modules: str) -> list[list[str]]:
    """Which of the modules are there after `import gradcli`, and after the statement."""
    told = subprocess.run(
        [sys.executable, "-c", PROBE, statement, *modules], capture_output=True, text=True, check=True
    )
    return [line.split(",") if line else [] for line in told.stdout.split("\n")[:2]]


def test_import_gradcli_imports_nothing_until_a_name_is_used() -> None:
    before, after = imported(
        "gradcli.solve('x^2', x=3, formulas=False)", "numpy", "sympy", "gradcli.language", "gradcli.library"
    )
    assert before == []
    assert after == ["numpy", "gradcli.language", "gradcli.library"]


WITHOUT_SYMPY = """
gradcli.Expression('x^2').grad(x=3)
gradcli.check('x^2', '2x')
gradcli.engine.tensor(1.0)
str(gradcli.critical_points('x^2', x=(-1, 1)))
gradcli.graph('x^2', x=3).svg()
"""


def test_sympy_and_matplotlib_are_imported_by_what_needs_them_alone() -> None:
    assert imported(WITHOUT_SYMPY, "sympy", "matplotlib")[1] == []


def test_each_name_that_is_documented_is_there_and_no_other_is_public() -> None:
    for name in gradcli.__all__:
        assert getattr(gradcli, name) is not None
        assert name in dir(gradcli)
    assert {*gradcli._ROOMS, "engine"} == {*gradcli.__all__}


def test_the_page_of_the_library_says_something_of_each_name() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    absent = [name for name in gradcli.__all__ if not re.search(rf"`[^`\n]*\b{name}\b", page)]
    assert absent == [], f"docs/python.md says nothing of {', '.join(absent)}"


def test_a_name_that_is_not_there_is_an_attribute_error_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'gradcli' has no attribute 'slove'"):
        gradcli.slove  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(gradcli, "differentiate")


def test_subpackages_are_what_they_were() -> None:
    import gradcli.batch
    import gradcli.program
    import gradcli.render
    import gradcli.replay

    for each in (gradcli.batch, gradcli.program, gradcli.render, gradcli.replay, gradcli.engine):
        assert each.__name__ in sys.modules


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_hold(module: str) -> None:
    failed, tried = doctest.testmod(import_module(module))
    assert tried
    assert not failed


PROGRAM = """
import gradcli
from gradcli import Assessment, Calculation, Expression, Grades, check, solve

found: Calculation = solve("x^2 y", {"order": 1}, x=3, y=[1.0, 2.0], wrt=["x"], order=2)
words: dict[str, str] = found.derivative
text: str = str(found.check)
judgement: Assessment = check("x^2", "2x", domain="x > 0", abs=0.1)
if judgement.verdict == "correct" and judgement:
    print(judgement.counterexample)
f: Expression = gradcli.parse("x^2").derivative("x")
value = f(3.0)
if isinstance(value, gradcli.engine.Tensor):
    value.backward()
grades: Grades = gradcli.grade({"q1": "x^2"}, [("ada", "q1", "2x")], jobs=1)
points: float = sum(each.points for each in grades) + grades.summary.mean
gradcli.explain("x^2").latex().upper()
"""
MISUSE = """
import gradcli

gradcli.check("x^2", "2x").verdict == "right"
gradcli.solve("x", request="slope")
"""


def mypy(program: str, folder: Path) -> str:
    """What mypy says of a program that uses the library."""
    file = folder / "use.py"
    file.write_text(program)
    options = ["--strict", "--config-file", os.devnull, "--follow-imports", "silent"]
    told = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        cwd=folder,
    )
    return told.stdout


@pytest.mark.slow
def test_a_typed_program_of_a_user_passes_mypy_and_its_misuse_does_not(tmp_path: Path) -> None:
    assert mypy(PROGRAM, tmp_path).startswith("Success")
    said = mypy(MISUSE, tmp_path)
    assert "comparison-overlap" in said
    assert "arg-type" in said
