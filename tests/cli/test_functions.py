"""`gradcli functions [NAME]` on the real process."""

from __future__ import annotations

from gradcli.operations import TABLE
from tests.cli.process import gradcli


def test_every_operation_is_listed_with_its_help() -> None:
    listed = gradcli("functions", environment={"COLUMNS": "200"}).out
    for operation in TABLE:
        assert f"{operation.name}(" in listed or f"x.{operation.name}" in listed, operation.name
        assert operation.help.split()[0] in listed


def test_a_narrow_terminal_gets_narrow_lines() -> None:
    listed = gradcli("functions", environment={"COLUMNS": "60"}).out
    assert max(len(line) for line in listed.splitlines()) <= 60


def test_one_function_is_described_with_its_domain() -> None:
    outcome = gradcli("functions", "ln")
    assert outcome.out.startswith("log(x, [base]): natural logarithm")
    assert "where x > 0" in outcome.out


def test_an_unknown_function_is_an_error_with_its_neighbours() -> None:
    outcome = gradcli("functions", "lgo")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "error: there is no function 'lgo'\nhelp:  did you mean lg or log?\n"
