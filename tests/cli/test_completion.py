"""Completion: what the Tab key gives, by click's protocol, and by bash and fish themselves where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gradcli.cli import program
from gradcli.cli.completion import OPERAND_FILES, VARIABLE, BashCompleting, FishCompleting, ZshCompleting
from gradcli.cli.typos import TAKERS
from gradcli.operations import OPERATIONS


def completed(line: str, shell: type[click.shell_completion.ShellComplete] = BashCompleting) -> list[str]:
    """What a shell is told for a command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMP_LINE", line)
        return shell(program.program, {}, "gradcli", VARIABLE).complete().splitlines()


def words(line: str) -> list[str]:
    return [each.partition(",")[2] for each in completed(line)]


def test_the_first_word_is_a_command_a_function_or_an_option_of_the_main_job() -> None:
    assert words("gradcli ") == list(program.COMMANDS)
    assert words("gradcli ba") == ["batch"]
    assert words("gradcli --hes") == ["--hessian"]
    assert words("gradcli softm") == ["softmax", "softmin"]
    assert {"--version", "--help", "--json"} <= set(words("gradcli -"))


def test_options_are_those_of_the_command() -> None:
    assert words("gradcli check --do") == ["--domain"]
    assert words("gradcli 'x^2' --do") == []
    assert words("gradcli 'x^2' --hes") == ["--hessian"]
    assert words("gradcli --json --hes") == ["--hessian"]
    assert words("gradcli 'x^2' --style ") == ["python", "paper", "latex"]


def test_choices_after_an_equals_sign_are_what_the_shell_replaces() -> None:
    assert completed("gradcli x --style=pa") == ["plain,paper"]
    assert completed("gradcli x --style=pa", FishCompleting) == ["plain,--style=paper"]


def test_after_an_expression_come_its_variables_that_have_no_value() -> None:
    assert completed("gradcli 'x^2 y' ") == ["open,x=", "open,y="]
    assert completed("gradcli 'x^2 y' x=3 ") == ["open,y="]
    assert completed("gradcli 'x^2 y' x=3 --json ") == ["open,y="]
    assert completed("gradcli explain 'theta^2 + t' th") == ["open,theta="]
    assert completed("gradcli 'sin(x) + pi' ") == ["open,x="]
    assert completed("gradcli 'y = 3x; y z' ") == ["open,x=", "open,z="]
    assert completed("gradcli 'x y) + sin(' ") == ["open,x=", "open,y="]  # as long as it cannot be read
    assert completed("gradcli 'x^2 y' x=") == []


def test_options_that_name_variables_are_completed_to_those_of_the_expression() -> None:
    assert words("gradcli 'x^2 y' --wrt ") == ["x", "y"]
    assert words("gradcli 'x^2 y' --wrt x,") == ["x,y"]
    assert words("gradcli explain 'x^2 y' --partial ") == ["x", "y"]
    assert completed("gradcli check 'x^2 y' 4 --at x=1 --at ") == ["open,x=", "open,y="]


def test_the_last_name_of_an_expression_is_completed_to_functions() -> None:
    assert words("gradcli 'x^2 + sq") == ["x^2 + sqrt", "x^2 + square", "x^2 + squeeze"]
    assert words("gradcli 2*sinh") == ["2*sinh"]
    assert words("gradcli '2x + ") == []
    assert words("gradcli check 'theta x' 'x + thet") == ["x + theta(", "x + theta "]


def test_quotes_that_the_shell_would_close_stay_open() -> None:
    assert completed("gradcli 'x + squ") == ["open,x + square", "open,x + squeeze"]
    assert completed("gradcli 'x + softpl") == ["open,x + softplus(", "open,x + softplus "]
    assert completed("gradcli 'x + softplus") == []
    assert [each.split("\t")[0] for each in completed("gradcli 'x + softpl", FishCompleting)] == [
        "open,x + softplus(",
        "open,x + softplus ",
    ]
    assert [each for each in completed("gradcli 'x + softpl", ZshCompleting) if "softplus" in each] == ["x + softplus"]
    assert completed("gradcli x+softpl") == ["open,x+softplus"]


def test_files_are_those_that_the_command_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.txt", "key.toml", "n.ipynb", "p.py", ".hidden.csv", "with blank.CSV"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "c.jsonl").touch()
    assert completed("gradcli batch ") == ["file,a.csv", "file,b.txt", "file,folder", "file,with blank.CSV"]
    assert completed("gradcli batch ", FishCompleting)[2] == "file,folder/"
    assert words("gradcli batch a.csv folder/") == ["folder/c.jsonl"]
    assert words("gradcli replay ") == ["folder", "n.ipynb", "p.py"]
    assert words("gradcli grade ") == ["folder", "key.toml"]
    assert words("gradcli grade key.toml ") == ["a.csv", "folder", "with blank.CSV"]
    assert words("gradcli x --bind k") == ["key.toml"]
    assert words("gradcli batch - --output n") == ["n.ipynb"]
    assert words("gradcli batch nowhere/") == []


def test_other_operands_and_values() -> None:
    assert words("gradcli help ch") == ["check"]
    assert words("gradcli functions arcos") == ["arcosh"]
    assert words("gradcli completion ") == ["bash", "zsh", "fish"]
    assert words("gradcli batch - --encoding w") == ["windows-1252"]
    assert words("gradcli batch - --expr soft") == ["softplus", "softsign", "softmax", "softmin"]
    assert words("gradcli 'x' --order ") == []


@pytest.mark.parametrize("name", sorted(program.COMMANDS.keys() - {"repl"}))  # which has none
def test_every_operand_is_completed_to_something(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for extension in TAKERS:
        (tmp_path / f"co{extension}").touch()
    known = words(f"gradcli {name} co") or words(f"gradcli {name} b")
    assert known, "completing.py does not know what the operand is"


def test_a_command_that_takes_files_has_its_extensions() -> None:
    assert set(TAKERS.values()) == set(OPERAND_FILES)


def test_zsh_is_told_what_a_completion_is_and_clicks_own_protocol_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed("gradcli expl", ZshCompleting) == ["plain", "explain", program.COMMANDS["explain"][1]]
    assert completed("gradcli 'x' ", ZshCompleting) == ["open", "x=", "_"]
    monkeypatch.delenv("COMP_LINE", raising=False)
    monkeypatch.setenv("COMP_WORDS", "gradcli\nba")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert BashCompleting(program.program, {}, "gradcli", VARIABLE).complete() == "plain,batch"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_says_how_it_is_installed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert script.startswith(f"# Completion of gradcli for {shell}. This line installs it:\n#   ")
    assert f"gradcli completion {shell}" in script.splitlines()[1]
    assert f"{VARIABLE}={shell}_complete" in script


def test_other_shells_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["completion", "tcsh"]) == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in capsys.readouterr().err


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which shells find gradcli."""
    tool = tmp_path / "gradcli"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gradcli "$@"\n')
    tool.chmod(0o755)
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": root, "HOME": str(tmp_path)}


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_itself(environment: dict[str, str]) -> None:
    lines = ["gradcli ba", "gradcli 'x^2 y' "]
    calls = "\n".join(
        f'COMP_LINE="{line}" COMP_POINT={len(line)}; _gradcli_completion gradcli; printf "%s\\n" "${{COMPREPLY[@]}}"'
        for line in lines
    )
    script = f'compopt() {{ :; }}\neval "$(gradcli completion bash)"\n{calls}'
    told = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["batch", "x=", "y="]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_itself(environment: dict[str, str]) -> None:
    script = 'gradcli completion fish | source; complete -C "gradcli ba"; complete -C "gradcli \'x^2 y\' "'
    told = subprocess.run(["fish", "--no-config", "-c", script], env=environment, capture_output=True, text=True)
    assert [line.split("\t")[0] for line in told.stdout.splitlines()] == ["batch", "x=", "y="]


def test_every_function_that_is_a_name_is_completed() -> None:
    names = [each for each in OPERATIONS if each.isidentifier()]
    assert set(words("gradcli functions ")) == set(names)
