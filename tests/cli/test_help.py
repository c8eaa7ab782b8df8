"""Help: what is listed, how it is laid out, and that showing it imports nothing heavy."""

from __future__ import annotations

import gc
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gradcli.calculus.results import Shape
from gradcli.cli import options, program
from gradcli.cli.pages import folded
from gradcli.problem import DTYPES
from gradcli.render.spelling import Spelling
from gradcli.render.text import Style
from gradcli.streams.formats import Format
from tests.cli.process import gradcli

HEAVY = ("numpy", "sympy", "flint", "rich", "gradcli.language", "gradcli.operations", "gradcli.problem")
PROBE = f"""
import sys
from contextlib import redirect_stdout
from io import StringIO
from gradcli.cli import program
for arguments in (["--help"], ["help"], *([name, "--help"] for name in program.COMMANDS)):
    with redirect_stdout(StringIO()) as shown:
        assert program.run(arguments) == 0, arguments
    assert shown.getvalue().startswith("Examples:"), arguments
    print(*arguments, *[name for name in {HEAVY} if name in sys.modules])
    if arguments in (["--help"], ["help"]):
        print(*[name for name, (module, _) in program.COMMANDS.items() if module in sys.modules])
"""


def shown(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert program.run(list(arguments)) == 0
    return capsys.readouterr().out


def test_help_imports_neither_numpy_nor_sympy_nor_the_language_and_of_the_commands_only_those_shown() -> None:
    told = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[:4] == ["--help", "eval", "help", "eval help"]
    assert told[4:] == [f"{name} --help" for name in program.COMMANDS]


def test_help_opens_with_three_examples_then_lists_every_command_a_line_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heading, *lines = shown("--help", capsys=capsys).splitlines()
    assert heading == "Examples:"
    assert [line[:10] for line in lines[:4]] == ["  gradcli ", "  gradcli ", "  gradcli ", ""]
    listed = lines[lines.index("Commands:") + 1 :]
    for (name, (_, summary)), line in zip(program.COMMANDS.items(), listed, strict=False):
        assert line.split(maxsplit=1) == [name, summary]
        assert len(line) < 80
    assert listed[len(program.COMMANDS)] == ""
    assert "Options:" in lines
    assert any("--hessian" in line for line in lines)


@pytest.mark.parametrize("name", program.COMMANDS)
def test_help_of_a_command_is_the_same_by_both_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown("help", name, capsys=capsys) == shown(name, "--help", capsys=capsys)


def test_help_is_the_same_by_its_three_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown("help", capsys=capsys) == shown("--help", capsys=capsys) == shown("-h", capsys=capsys)


@pytest.mark.parametrize("name", ["", *program.COMMANDS])
@pytest.mark.parametrize("columns", [40, 80])
def test_help_is_as_wide_as_the_terminal(
    name: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for line in shown(*name.split(), "--help", capsys=capsys).splitlines():
        words = re.findall(r"'[^']*'|\"[^\"]*\"|\S+", line)
        assert len(line) <= columns or len(words) <= 2, line  # one word that no break makes shorter, and a \


def test_an_example_is_folded_between_words_as_a_shell_takes_it() -> None:
    line = "  gradcli 'y = 3x+2; z = 2y^2' 'x=[1, 2]' --hessian"
    lines = folded(line, 38).split("\n")
    assert lines == ["  gradcli 'y = 3x+2; z = 2y^2' \\", "      'x=[1, 2]' --hessian"]
    assert folded(line, 80) == line


def examples() -> list[tuple[str, str]]:
    """Each example of each command, with the command."""
    found = []
    for name in program.COMMANDS:
        command = program.program.get_command(click.Context(program.program), name)
        assert command is not None
        heading, *lines = (command.epilog or "").splitlines()
        assert heading == "Examples:"
        assert len(lines) >= 3
        found += [(name, line.strip()) for line in lines]
    return found


RECORDER = """#!/bin/sh
printf '%s\\0' "$@" > "$RECORDED/arguments"
cat > "$RECORDED/stdin"
"""


@pytest.mark.skipif(shutil.which("sh") is None, reason="examples are lines of a shell")
@pytest.mark.parametrize(("name", "example"), examples())
def test_every_example_runs_where_there_is_nothing_but_gradcli(
    name: str, example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, recorded = tmp_path / "empty", tmp_path / "recorded"
    folder.mkdir()
    recorded.mkdir()
    (recorded / "gradcli").write_text(RECORDER)
    (recorded / "gradcli").chmod(0o755)
    environment = {"PATH": f"{recorded}:{os.environ['PATH']}", "RECORDED": str(recorded)}
    subprocess.run(["sh", "-c", example], cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=True)
    arguments = [each for each in (recorded / "arguments").read_text().split("\0")[:-1] if each]
    assert name in ("eval", (arguments or ["repl"])[0])
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((recorded / "stdin").read_bytes())))
    status = program.run(arguments)
    gc.enable()
    shown = capsys.readouterr()
    assert status == 0 or (status == 1 and "wrong" in shown.out + shown.err)
    assert "error:" not in shown.err
    assert shown.out or list(folder.iterdir())


@pytest.mark.parametrize("width", [20, 38, 60])
@pytest.mark.parametrize(("name", "example"), examples())
def test_an_example_means_the_same_however_it_is_folded(name: str, example: str, width: int) -> None:
    lines = folded(f"  {example}", width)
    assert shlex.split(lines.replace("\\\n", "")) == shlex.split(example)


def test_a_long_example_is_broken_where_another_command_begins() -> None:
    lines = folded("  echo 'x^2 at x=3' | gradcli batch - --to csv", 40)
    assert lines == "  echo 'x^2 at x=3' | \\\n      gradcli batch - --to csv"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("chek", "did you mean check?  gradcli help check"),
        ("sin", "it is a function: gradcli functions sin"),
        ("zzz", "gradcli help lists those there are"),
    ],
)
def test_help_for_what_is_no_command_names_the_nearest(
    word: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.run(["help", word]) == 2
    assert capsys.readouterr().err == f"error: there is no command {word!r}\nhelp:  {hint}\n"


def test_what_options_choose_from_is_what_there_is() -> None:
    assert options.DTYPES == DTYPES
    assert tuple(each.value for each in Format) == options.FORMATS
    assert tuple(each.value for each in Format if each is not Format.TEXT) == options.TABLES
    assert tuple(each.value for each in Shape if each is not Shape.SIMPLIFY) == options.FORMS
    assert tuple(each.value for each in Spelling) == options.STYLES


def test_every_style_has_a_colour() -> None:
    from gradcli.cli import terminal

    assert list(terminal._COLOURS) == [each.value for each in Style]


def test_the_version_is_told() -> None:
    assert gradcli("--version").out == "gradcli, version 0.2.0\n"
