"""CONTRIBUTING.md's worked example, done as it says in a copy of the house."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2]
MOST_LINES = 25
"""Lines that an operation may take, those that the script writes included."""
_BLOCK = re.compile(r"^```(diff|sh|)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _section(title: str) -> list[tuple[str, str]]:
    """The fenced blocks of a section of the page, each with its language."""
    page = (FOLDER / "CONTRIBUTING.md").read_text()
    return _BLOCK.findall(page.partition(f"\n## {title}")[2].partition("\n## ")[0])


def _applied(house: Path, diff: str) -> int:
    """Apply one hunk, which must fit; how many lines it adds."""
    head, *lines = diff.splitlines()
    file = house / head.removeprefix("--- ")
    before = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
    text = file.read_text()
    assert text.count(before) == 1, f"{file.name} has not the lines of CONTRIBUTING.md, or has them twice"
    file.write_text(text.replace(before, after))
    return sum(line[0] == "+" for line in lines)


def _run(house: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "80"}
    done = subprocess.run([sys.executable, *arguments], cwd=house, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_versin_comes_into_the_whole_house(tmp_path: Path) -> None:
    for part in ("gradcli", "tests"):
        shutil.copytree(FOLDER / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FOLDER / "pyproject.toml", tmp_path)
    rules = tmp_path / "gradcli/calculus/balls/rules.py"
    before = rules.read_text().splitlines()
    blocks = _section("Add an operation")
    added = sum(_applied(tmp_path, block) for language, block in blocks if language == "diff")
    (command,) = [block.split() for language, block in blocks if language == "sh"]
    _run(tmp_path, *command[1:])
    written = rules.read_text().splitlines()
    assert added + len(written) - len(before) <= MOST_LINES

    (session,) = [block for language, block in blocks if not language]
    assert _run(tmp_path, "-m", "gradcli", "versin(x^2)", "x=1") == session.partition("\n")[2]
    assert "derivative of versin: versin(x)' = sin(x)" in _run(tmp_path, "-m", "gradcli", "explain", "versin 2x")
    assert "versed sine" in _run(tmp_path, "-m", "gradcli", "functions", "versin")
    assert "proved" in _run(tmp_path, "-m", "gradcli", "check", "versin(2x)", "2 sin(2x)")
    _run(tmp_path, "-m", "pytest", "-n0", "tests/test_operations.py", "tests/calculus/test_rules.py")
