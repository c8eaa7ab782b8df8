"""The README keeps its word: every command in it runs, and prints what stands under it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import Outcome, gradcli

FOLDER = Path(__file__).parents[1]
README = (FOLDER / "README.md").read_text(encoding="utf-8")
TOOLS = re.compile(r"\b(jq|seq|sed|head|printf)\b")
"""What the README's pipelines use besides."""
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    """Each command with the output that the README shows for it."""
    found: list[tuple[str, str]] = []
    for block in BLOCKS:
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            else:
                found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def run(command: str, folder: Path) -> Outcome:
    """What a command does; a pipeline has a shell, and a gradcli in `folder` that is this one."""
    if " | " not in command:
        return gradcli(*shlex.split(command, comments=True)[1:])
    absent = [name for name in TOOLS.findall(command) if shutil.which(name) is None]
    if absent:
        pytest.skip(f"there is no {absent[0]} here")
    script = folder / "gradcli"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gradcli "$@"\n')
    script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(FOLDER), "PYTHONIOENCODING": "utf-8"}
    finished = subprocess.run(
        ["sh", "-c", command], cwd=FOLDER, env=environment, capture_output=True, text=True, check=False
    )
    return Outcome(finished.returncode, finished.stdout, finished.stderr)


@pytest.mark.parametrize(("command", "shown"), commands(), ids=[command[:40] for command, _ in commands()])
def test_a_command_of_the_readme_runs_and_prints_what_it_shows(command: str, shown: str, tmp_path: Path) -> None:
    outcome = run(command, tmp_path)
    if shown:
        assert shown in (outcome.err + outcome.out, outcome.out + outcome.err)  # a terminal shows both as they come
    else:
        assert outcome.status == 0
        assert "agrees" in outcome.out or "=" not in command or " -q " in command


def test_the_first_block_holds_the_two_commands() -> None:
    first = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[0]
    assert first[0] == "sh"
    assert len(first[1].splitlines()) == 2


def test_the_python_example_prints_what_it_says() -> None:
    program = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[0]
    import gradcli.engine as torch

    x = torch.tensor([[1.0, 2, 3], [3, 2, 1]], requires_grad=True)
    z = (2 * (3 * x + 2) ** 2).mean()
    z.backward()
    assert f"print(z)  # {z!r}" in program
    assert f"print(x.grad[0])  # {x.grad[0]!r}" in program
