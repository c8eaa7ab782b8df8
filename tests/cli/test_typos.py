"""Calls that are nearly right: misspelt commands and options, files, and expressions without quotes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from gradcli.cli import program
from gradcli.cli.typos import near_command, nearest, slips

Said: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What a call in an empty folder says: status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = program.run(list(arguments))
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run


@pytest.mark.parametrize(
    ("written", "meant", "count"),
    [
        ("chek", "check", 1),
        ("halp", "help", 1),
        ("rnu", "run", 1),
        ("grdae", "grade", 1),
        ("", "abc", 3),
        ("x", "x", 0),
    ],
)
def test_slips_are_letters_left_out_added_wrong_or_swapped(written: str, meant: str, count: int) -> None:
    assert slips(written, meant) == slips(meant, written) == count


def test_few_slips_are_one_in_a_short_word_and_two_in_a_long_one() -> None:
    assert nearest("ceck", ["check"]) == "check"
    assert nearest("cck", ["check"]) is None
    assert nearest("exlpian", ["explain"]) == "explain"
    assert nearest("evaluate", ["eval", "explain"]) == "eval"
    assert nearest("func", ["functions", "run"]) == "functions"


@pytest.mark.parametrize("word", ["check", "x", "ru", "exp", "sin", "log", "theta", "x1"])
def test_commands_short_names_functions_and_other_words_are_nearly_no_command(word: str) -> None:
    assert near_command(word) is None


@pytest.mark.parametrize(
    ("arguments", "message", "proposed"),
    [
        (["chek", "x^2", "2x"], "there is no command 'chek'", "did you mean check?  gradcli check 'x^2' 2x"),
        (["halp", "check"], "there is no command 'halp'", "did you mean help?  gradcli help check"),
        (["bacth", "-", "--to", "csv"], "there is no command 'bacth'", "did you mean batch?  gradcli batch - --to csv"),
        (["--json", "chek", "x", "1"], "there is no command 'chek'", "did you mean check?  gradcli check x 1 --json"),
        (["--json", "check", "x", "1"], "the command check goes before its options", "gradcli check x 1 --json"),
        (
            ["check", "x^2", "2x", "x=3"],
            "unexpected argument 'x=3': --at says where the answer is the value",
            "gradcli check 'x^2' 2x --at x=3",
        ),
        (
            ["check", "x^2", "+", "x", "2x"],
            "unexpected argument 'x': there are one function and one answer",
            "quote each of them: gradcli check 'x^2 + x' '2x + 1'",
        ),
        (
            ["x^2", "2x", "x=1", "--order", "2"],
            "unexpected argument '2x': after the expression come values, NAME=VALUE",
            "quote the expression: gradcli 'x^2 2x' x=1 --order 2",
        ),
        (
            ["explain", "x^2", "x", "=", "3"],
            "a value is given in one word, x=3, and an equation in quotes",
            "did you mean gradcli explain 'x^2' x=3?",
        ),
        (["--verison"], "gradcli has no option --verison", "did you mean --version?"),
        (
            ["-x", "x=3"],
            "gradcli has no option -x",
            "an expression that looks like an option goes after --: gradcli -- -x x=3",
        ),
        (
            ["explain", "--hessian", "x^2"],
            "gradcli explain has no option --hessian",
            "--hessian is an option of gradcli eval",
        ),
        (
            ["x^2", "for", "x=3"],
            "unexpected argument 'for': after the expression come values, NAME=VALUE",
            "did you mean gradcli 'x^2' x=3?",
        ),
        (["nothere.csv"], "nothere.csv looks like the name of a file, and there is none here", "gradcli batch takes"),
        (["check", "x^2"], "there is no answer: the function comes first, then the answer", "gradcli check --help"),
        (["x=3", "x^2"], "the expression goes before the values", "did you mean gradcli 'x^2' x=3?"),
        (["-", "x"], "unexpected argument 'x': after the expression come values, NAME=VALUE", "quote the expression"),
        (["chek", "--help"], "there is no command 'chek'", "did you mean check?  gradcli help check"),
        (["x^2", "--order"], "--order needs a value", "gradcli --help shows how it is called"),
    ],
)
def test_what_is_nearly_a_call_is_answered_with_the_call(
    said, arguments: list[str], message: str, proposed: str
) -> None:
    status, out, err = said(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}\nhelp:  {proposed}")


def test_one_unknown_word_is_a_variable_with_a_note_where_it_is_nearly_a_command(said: Said) -> None:
    assert said("chek") == (0, "df/dchek  1\n", "note:  chek is read as a variable; for the command: gradcli check\n")
    assert said("theta") == (0, "df/dtheta  1\n", "")


def test_a_word_that_is_bound_is_a_variable(said: Said) -> None:
    assert said("ran", "ran=3", "-q") == (0, "1\n", "")
    assert said("ran", "+", "1", "ran=3", "-q") == (
        0,
        "1\n",
        "note:  the words are read as one expression: gradcli 'ran + 1' ran=3 -q\n",
    )


@pytest.mark.parametrize(
    ("arguments", "hints"),
    [
        (["x^2", "--jsn"], ["did you mean --json?"]),
        (["x^2", "-json"], ["did you mean --json?"]),
        (["check", "x^2", "2x", "--ordr", "1"], ["did you mean --order?"]),
        (["x^2", "-Q"], ["did you mean -q?"]),
        (["-x", "x=2"], ["an expression that looks like an option goes after --: gradcli -- -x x=2"]),
        (["explain", "-x"], ["an expression that looks like an option goes after --: gradcli explain -- -x x=2"]),
        (["x^2", "-x"], ["if it belongs to the expression, quote both together: 'x^2 -x'"]),
        (["x^2", "--zzz=1"], []),
        (["batch", "-x"], []),
    ],
)
def test_an_unknown_option_is_answered_with_the_nearest_of_its_command(
    said: Said, arguments: list[str], hints: list[str]
) -> None:
    status, out, err = said(*arguments)
    command = "gradcli" if arguments[0] not in program.COMMANDS else f"gradcli {arguments[0]}"
    first, *rest = err.splitlines()
    assert (status, out) == (2, "")
    assert first.startswith(f"error: {command} has no option -")
    assert [line[7:] for line in rest] == [*hints, f"{command} --help lists the options"]


@pytest.mark.parametrize(
    ("file", "call"),
    [
        ("f.txt", "batch f.txt"),
        ("a b.csv", None),
        ("p.JSONL", "batch p.JSONL"),
        ("p.py", "run p.py"),
        ("n.ipynb", "replay n.ipynb"),
        ("key.toml", "grade key.toml ANSWERS"),
    ],
)
def test_a_file_is_no_expression(said: Said, tmp_path: Path, file: str, call: str | None) -> None:
    (tmp_path / file).touch()
    status, out, err = said(file)
    assert (status, out) == (2, "")
    if call is not None:
        assert err == f"error: {file} is a file, and this takes an expression\nhelp:  did you mean gradcli {call}?\n"


def test_files_go_together_and_with_their_options(said: Said, tmp_path: Path) -> None:
    (tmp_path / "key.toml").touch()
    (tmp_path / "a.csv").touch()
    assert "did you mean gradcli grade key.toml a.csv?" in said("key.toml", "a.csv")[2]
    assert "did you mean gradcli batch a.csv --to jsonl?" in said("a.csv", "--to", "jsonl")[2]


@pytest.mark.parametrize(
    ("words", "reading", "out"),
    [
        ("x^2 at x=3", "'x^2 at x=3'", "6"),
        ("x^2 + 3x at x = 3", "'x^2 + 3x at x = 3'", "9"),
        ("x^2 y at x=3 y=2", "'x^2 y at x=3, y=2'", "12\n9"),
        ("x^2 + 3x x=3", "'x^2 + 3x' x=3", "9"),
        ("x / 2 x=3", "'x / 2' x=3", "0.5"),
        ("sin x x=0", "'sin x' x=0", "1"),
        ("( x x ) x=3", "'( x x )' x=3", "6"),
    ],
)
def test_words_that_are_one_expression_are_read_so_with_a_note(said: Said, words: str, reading: str, out: str) -> None:
    note = f"note:  the words are read as one expression: gradcli {reading} -q\n"
    assert said(*words.split(), "-q") == (0, f"{out}\n", note)


def test_an_equation_without_quotes_is_read_where_nothing_else_can_be_meant(said: Said) -> None:
    assert said("x", "+", "y", "=", "5")[:2] == (0, "dy/dx  -1\n")


def test_names_of_files_in_the_place_of_a_star_are_told(said: Said, tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    status, out, err = said("x", "notes", "3", "x=2")
    assert (status, out) == (2, "")
    assert "the shell seems to have put file names in the place of a *" in err
    assert "quote the expression" in err
