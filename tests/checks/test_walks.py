"""The journeys of docs/architecture.md, taken: the files that it lists are entered in that order, each once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2]
ROOMS = ("cli", "batch", "streams", "homework", "calculus", "language", "render", "engine")
TRACER = """
import sys

entered = {}

def note(frame, event, argument):
    code = frame.f_code
    place, _, file = code.co_filename.rpartition("/gradcli/")
    if event == "call" and place and not code.co_name.startswith("<"):
        entered.setdefault(file)

def taken(journey):
    sys.setprofile(note)
    try:
        journey()
    except SystemExit:
        pass
    sys.setprofile(None)
"""
COMMANDS = """
import os
from gradcli.cli import main

def called(*arguments):
    sys.argv = ["gradcli", *arguments]
    os._exit = sys.exit
    main()

def warm(*arguments):  # what is imported on the way is not on the way
    try:
        called(*arguments)
    except SystemExit:
        pass
"""
JOURNEYS = {
    "`gradcli 'x^2' x=2`": COMMANDS + "warm('y^3', 'y=5')\ntaken(lambda: called('x^2', 'x=2'))",
    "An answer": COMMANDS + "warm('check', 'y^3', '4y')\ntaken(lambda: called('check', 'x^2', '3x'))",
    "A line of a CSV file": COMMANDS
    + "warm('batch', '-j1', 'warm.csv')\ntaken(lambda: called('batch', '-j1', 'cold.csv'))",
    "`2*x`": """
import gradcli.engine as torch

def journey():
    x = torch.tensor(3.0, requires_grad=True)
    (2 * x).backward()
    x.grad

journey()
taken(journey)
""",
}


def _listed(beginning: str) -> list[str]:
    """The files that the page lists for a journey."""
    page = (FOLDER / "docs/architecture.md").read_text()
    journey = page.partition(f"\n**{beginning}")[2].partition("\n\n")[0]
    return re.findall(r"`([a-z/_]+\.py)`", journey)


@pytest.mark.parametrize("beginning", JOURNEYS)
def test_files_are_entered_in_the_order_of_the_page(beginning: str, tmp_path: Path) -> None:
    (tmp_path / "warm.csv").write_text("expr,y\ny^3,5\n")
    (tmp_path / "cold.csv").write_text("expr,x\nx^2,2\n")
    program = f"{TRACER}\n{JOURNEYS[beginning]}\nprint('entered', *entered)"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    entered = done.stdout.rpartition("entered ")[2].split()
    listed = _listed(beginning)
    assert len(listed) == len(set(listed)) > 5
    assert set(listed) <= set(entered)
    assert [each for each in entered if each in listed] == listed
