"""`gradcli` alone as a process: what is piped in, and the prompt in a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import gradcli

SLOW = "sum(ones(4000, 4000) @ ones(4000, 4000) @ ones(4000, 4000) @ ones(4000, 4000) x)"
"""Calls of NumPy that take long, in which no signal is looked at."""
TOWER = "^".join(["x", "y"] * 49)
"""Its derivatives are found at once, and their formulas take SymPy very long."""


def test_piped_lines_are_read_as_at_the_prompt(tmp_path: Path) -> None:
    file = tmp_path / "session.txt"
    lines = f"x = 3\nf(t) = t^2\nf(x) + 1\n:save {file}\n2x + * 3\nans\n:clear\n:load {file}\n:load nothing.txt\n"
    outcome = gradcli(stdin=lines, environment={"XDG_STATE_HOME": str(tmp_path / "state")})
    solved = "f      10   AddBackward0\ndf/dx  6    = 2*x\ncheck  agrees with SymPy\n"
    ans = "f      10\ncheck  agrees with exact arithmetic\n"
    assert outcome.out == "df/dt  2*t\n" + solved + ans + "df/dt  2*t\n" + solved
    assert "error: <stdin>:5:6: expected a value, found '*'\n  2x + * 3\n       ^\n" in outcome.err
    assert "error: cannot read nothing.txt: No such file or directory\n" in outcome.err
    assert outcome.status == 2
    assert file.read_text() == "# A session of gradcli; :load reads it.\nx = 3\nf(t) = t^2\nf(x) + 1\n"
    assert not (tmp_path / "state").exists()


def test_a_line_that_takes_too_long_ends_itself_alone() -> None:
    lines = f"x = 1.5\ny = 1\n{SLOW}\n{TOWER}\nans + x --no-check\n"
    outcome = gradcli("repl", "--timeout", "1", stdin=lines)
    assert outcome.err.startswith("error: this takes more than 1 s (--timeout)\n")
    assert outcome.err.endswith("note:  the formula takes more than 1 s (--timeout)\n")
    assert outcome.out.startswith("f      1.5   PowBackward1\n")
    assert outcome.out.endswith("f      3   AddBackward0\ndf/dx  1\n")
    assert outcome.status == 2


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (b"", 2, "error: there is no expression to calculate"),
        (b"\n# nothing\n", 2, "error: there is no expression to calculate"),
        (b"\x7fELF\x02\x00\x01\n", 2, "error: standard input: line 1 is no text: there is a NUL byte in it"),
        (b"exit\nfoo(\n", 0, ""),
    ],
)
def test_what_is_no_line_is_said(data: bytes, status: int, message: str) -> None:
    outcome = gradcli(stdin=data)
    assert outcome.status == status
    assert outcome.err.startswith(message)


@pytest.fixture
def prompt(tmp_path: Path) -> Iterator[Any]:
    """The prompt in a terminal of 80 columns."""
    pexpect = pytest.importorskip("pexpect")
    if not hasattr(pexpect, "spawn"):
        pytest.skip("there are no pseudo-terminals")
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "dumb", "INPUTRC": os.devnull}
    child = pexpect.spawn(
        sys.executable, ["-m", "gradcli"], env=environment, encoding="utf-8", timeout=60, dimensions=(24, 80)
    )
    child.expect_exact("\r\n> ")
    yield child
    child.close(force=True)


def given(prompt: Any, line: str) -> str:
    """What a line is answered with."""
    prompt.sendline(line)
    prompt.expect(r"\n(?:\x1b\[[^a-z]*[a-z])*> ")
    answer: str = prompt.before
    return answer.replace("\r\n", "\n").partition("\n")[2]


def test_a_session_in_a_terminal(prompt: Any, tmp_path: Path) -> None:
    assert re.fullmatch(r"gradcli \S+   :help says what can be done, Ctrl-D leaves", prompt.before)
    prompt.sendline("x = 3")
    prompt.expect_exact("> ")
    assert "df/dx  6   = 2*x" in given(prompt, "x^2")
    assert "error:" in given(prompt, "2x + * 3")
    prompt.send("(1 +\r")
    prompt.expect_exact(". ")
    assert given(prompt, "2)").startswith("f      3")
    prompt.send("half an exp")
    prompt.expect_exact("an exp")
    prompt.sendintr()
    prompt.expect_exact("> ")
    prompt.send("cosi\t")  # which is no name: nothing is added
    prompt.send("\x15arccosh\t")
    prompt.expect_exact("arccosh(")
    assert "f      0" in given(prompt, "1)")
    prompt.sendeof()
    prompt.expect_exact("\r\n")
    prompt.wait()
    assert prompt.exitstatus == 0
    kept = (tmp_path / "gradcli" / "history").read_text().splitlines()
    assert kept == ["x = 3", "x^2", "2x + * 3", "(1 +", "2)", "arccosh(1)"]


def test_an_interrupt_abandons_the_calculation_and_keeps_the_session(prompt: Any) -> None:
    prompt.sendline("x = 3")
    prompt.expect_exact("> ")
    given(prompt, "1 + 1")
    prompt.sendline(SLOW)
    prompt.expect_exact("\r\n")
    prompt.sendintr()
    prompt.expect_exact("> ")
    assert "df/dx  6" in given(prompt, "x^2")
    prompt.sendline("exit")
    prompt.wait()
    assert prompt.exitstatus == 0
