"""What is slow to import is imported by what needs it alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import os, runpy, sys
os._exit = lambda status: print(*[name for name in ("flint", "sympy") if name in sys.modules], file=sys.stderr)
sys.argv = ["gradcli", *sys.argv[1:]]
runpy.run_module("gradcli", run_name="__main__")
"""
"""The command, which tells in the end what it imported."""
SAMPLES = str(Path(__file__).parents[2] / "samples" / "batch" / "physics.txt")


def imported(*arguments: str) -> list[str]:
    finished = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True, timeout=120
    )
    return finished.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    "arguments",
    [
        ["x^2", "x=3", "--no-check"],
        ["x^2", "x=3", "--no-check", "--json"],
        ["functions"],
        ["--help"],
        ["graph", "x^2", "x=3"],
    ],
)
def test_without_the_check_neither_flint_nor_sympy_is_imported(arguments: list[str]) -> None:
    assert imported(*arguments) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["x^2", "x=3", "-q"],
        ["x^x", "x=3", "-q", "--digits", "40"],
        ["x^2", "x=3", "--json", "--no-formulas"],
        ["sum(x^2)", "x=[1,2]", "--no-formulas"],
        ["abs(x)", "x=0", "-q"],
        ["x^3", "x=1/2", "--exact"],
        ["sin(x)", "x=1e22", "-q"],
        ["explain", "x^2 sin(x)", "x=3"],
        ["batch", "-j", "0", SAMPLES],
        ["batch", "-j", "0", SAMPLES, "--to", "jsonl"],
    ],
)
def test_the_check_needs_no_sympy(arguments: list[str]) -> None:
    assert imported(*arguments) == ["flint"]


def test_a_formula_is_sympys() -> None:
    assert imported("x^2", "x=3") == ["flint", "sympy"]


def test_sympys_numbers_are_pythons_in_the_command_and_nobody_elses_choice_is_changed() -> None:
    command = (
        "import os; os._exit = lambda status: print(__import__('sympy').external.gmpy.GROUND_TYPES);"
        "import sys; sys.argv = ['gradcli', 'x^2', 'x=3']; from gradcli.cli import main; main()"
    )
    told = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "python"
    library = "import gradcli.problem, os; print(os.environ.get('SYMPY_GROUND_TYPES'))"
    told = subprocess.run([sys.executable, "-c", library], capture_output=True, text=True, check=True)
    assert told.stdout == "None\n"
