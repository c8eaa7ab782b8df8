"""`gradcli EXPR x=0:1:0.1`: a row of results for each point."""

from __future__ import annotations

import json

from tests.cli.process import gradcli


def test_a_range_prints_a_row_for_each_point() -> None:
    outcome = gradcli("x^2 y", "x=0:1:0.5", "y=3")
    assert outcome.out == (
        "x=0  f = 0  df/dx = 0  df/dy = 0  agrees\n"
        "x=0.5  f = 0.75  df/dx = 3  df/dy = 0.25  agrees\n"
        "x=1  f = 3  df/dx = 6  df/dy = 1  agrees\n"
    )
    assert (outcome.status, outcome.err) == (0, "")


def test_a_range_may_stand_in_the_text_and_beside_one_on_the_command_line() -> None:
    outcome = gradcli("x y at x=1..2", "y=1:2", "--no-check")
    assert [line.split("  ")[0] for line in outcome.out.splitlines()] == [
        "y=1, x=1",
        "y=1, x=2",
        "y=2, x=1",
        "y=2, x=2",
    ]


def test_what_is_said_of_the_text_is_said_once() -> None:
    outcome = gradcli("x^2y", "x=0:3", "y=1")
    assert outcome.err.count("note:") == 1
    assert len(outcome.out.splitlines()) == 4


def test_a_range_as_json_is_an_object_for_each_point() -> None:
    rows = [json.loads(line) for line in gradcli("x^2", "x=1:2", "--json").out.splitlines()]
    assert [(row["id"], row["value"], row["grad"]) for row in rows] == [("x=1", 1, {"x": 2}), ("x=2", 4, {"x": 4})]


def test_quiet_rows_have_the_point_and_the_derivatives() -> None:
    assert gradcli("x^2", "x=1:2", "-q").out == "x=1 2\nx=2 4\n"


def test_a_range_where_one_value_is_wanted_is_refused() -> None:
    for arguments in (("explain", "x^2", "x=0:1"), ("check", "x^2", "2x", "--at", "x=0:1"), ("x^2", "x=0:0.1:1")):
        outcome = gradcli(*arguments)
        assert outcome.status == 2
        assert outcome.err.startswith("error: ")
        assert "help:" in outcome.err


def test_that_a_list_is_differentiated_entry_by_entry_is_said_once() -> None:
    outcome = gradcli("x*y", "x=1:3:1", "y=[1,2]")
    assert len(outcome.out.splitlines()) == 3
    assert outcome.err.count("entry by entry") == 1
