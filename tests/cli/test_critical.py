"""`gradcli critical` as it is called: what is printed, where, and the exit status."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from gradcli.cli.critical import EXAMPLES, command
from tests.cli.process import gradcli


def run(*arguments: str, columns: int = 80) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False, env={"COLUMNS": str(columns)})


def test_the_table_has_the_points_and_then_the_extremes() -> None:
    outcome = gradcli("critical", "x^3 - 3x", "x=-2:3")
    assert outcome.out.splitlines() == [
        "x   f   kind",
        "-1  2   maximum  proved",
        "1   -2  minimum  proved",
        "least value -2 at x = 1; x = -2 (end) (proved)",
        "greatest value 18 at x = 3 (end) (proved)",
    ]
    assert (outcome.status, outcome.err) == (0, "")


def test_what_is_refused_is_located_and_exits_with_2() -> None:
    outcome = gradcli("critical", "x^2", "x=2:-2")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: the range from 2 to -2 is reversed",
        "  x=2:-2",
        "  ^^^^^^",
        "help:  write x=-2:2",
    ]


def test_what_is_unresolved_exits_with_1_and_is_part_of_the_answer() -> None:
    outcome = run("(x^2-2)^3", "x=0:2")
    assert outcome.return_value == 1
    assert "unresolved near x = 1.41421" in outcome.stdout


def test_the_range_is_written_as_it_is() -> None:
    assert "no critical point in x from 1e-300 to 1 (proved)" in run("x^2", "x=1e-300:1").stdout


def test_a_range_that_is_chosen_is_said() -> None:
    outcome = run("x^2")
    assert outcome.stderr == "note:  the range is chosen: x=-10:10\n"
    assert "note" not in outcome.stdout


def test_poles_are_notes_on_stderr() -> None:
    outcome = run("1/x", "x=-1:1")
    assert outcome.return_value == 0
    assert "not defined, or without a derivative, near x = 0" in outcome.stderr


def test_at_forty_columns_the_table_folds() -> None:
    wide = run("(x-1/3)^2 + (y-pi)^2 + 1/7", "x=0:1", "y=3:4", "--digits", "15", columns=100)
    assert max(map(len, wide.stdout.splitlines())) > 40
    narrow = run("(x-1/3)^2 + (y-pi)^2 + 1/7", "x=0:1", "y=3:4", "--digits", "15", columns=40)
    assert narrow.stdout.splitlines()[:4] == [
        "minimum, proved",
        "  x  0.333333333333333 = 1/3",
        "  y  3.14159265358979 = pi",
        "  f  0.142857142857143",
    ]
    assert max(map(len, narrow.stdout.splitlines())) <= 40


def test_json_is_one_object_with_all_there_is() -> None:
    outcome = run("|sin(x)| + relu(0 x)", "x=1:4", "--json")
    assert outcome.stderr == ""
    made = json.loads(outcome.stdout)
    assert made["range"] == {"x": [1.0, 4.0]}
    assert [(each["kind"], each["kink"]) for each in made["points"]] == [("maximum", False), ("minimum", True)]
    assert made["points"][0]["exact"] == {"x": "pi/2"}
    assert made["complete"] is True
    assert made["greatest"]["value"] == 1.0


def test_json_says_what_could_not_be_done() -> None:
    outcome = run("log(x)", "x=-2:-1", "--json")
    assert outcome.return_value == 2
    assert json.loads(outcome.stdout)["error"]["code"] == "E359"


def test_quiet_prints_coordinates_alone_to_the_last_digit() -> None:
    outcome = run("-q", "cos(x) + x/2 + y^2", "x=0:1", "y=-1:1")
    assert outcome.stdout == "0.5235987755982989 0\n"


def test_csv_has_a_row_for_each_point() -> None:
    outcome = run("--csv", "x^4 - 2x^2", "x=-2:2")
    assert outcome.stdout == "x,f,kind,proof\n-1,-1,minimum,proved\n0,0,maximum,proved\n1,-1,minimum,proved\n"


def test_outputs_exclude_each_other() -> None:
    assert "exclude" in str(run("x^2", "--json", "--csv").exception)


@pytest.mark.parametrize("example", [line.strip() for line in EXAMPLES.splitlines() if "gradcli" in line])
def test_each_example_of_the_help_runs(example: str) -> None:
    import shlex

    _, _, *arguments = shlex.split(example)
    outcome = run(*arguments)
    assert outcome.exception is None
    assert "proved" in outcome.stdout
