"""Records of text, CSV and JSON Lines, as workers make them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from gradcli.batch import writers
from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task, TaskResult
from gradcli.batch.work import work
from gradcli.problem import Problem, solve
from gradcli.render.objects import solution_object
from gradcli.streams.formats import Format


def results(data: str, form: Format = Format.TEXT, expression: str | None = None, **settings: Any) -> list[TaskResult]:
    tasks = list(read(io.BytesIO(data.encode()), "f.in", form, expression))
    return work(tasks, BatchSettings(**settings))


def text_of(data: str, form: Format = Format.TEXT, **settings: Any) -> str:
    return "".join(result.text for result in results(data, form, **settings))


def rows(data: str, form: Format = Format.TEXT, expression: str | None = None, **settings: Any) -> list[dict[str, str]]:
    made = BatchSettings(to=Format.CSV, **settings)
    found = results(data, form, expression, to=Format.CSV, **settings)
    return list(csv.DictReader(io.StringIO(writers.header(made) + "".join(result.text for result in found))))


def test_text_is_a_line_for_a_problem() -> None:
    assert text_of("x^2 y at x=3, y=2\n\nsum(x^2) at x=[1,2]\n") == (
        "f.in:1  f = 18  df/dx = 12  df/dy = 9  agrees\n"
        "f.in:3  f = 5  df/dx = [2, 4]  agrees\n"
    )  # fmt: skip


def test_text_has_notes_and_the_reason_of_a_doubt() -> None:
    assert text_of("1/2x at x=4", sample=0.0) == (
        "f.in:1  f = 2  df/dx = 0.5\n  note:  1/2x reads as (1/2)*x; write 1/(2*x) for the other reading\n"
    )
    (result,) = results("abs(x) at x=0")
    assert result.status is Status.UNDECIDED
    assert "  undecided: " in result.text


def test_without_values_the_formula_is_the_result() -> None:
    assert text_of("x^2 sin(x)") == "f.in:1  df/dx = x*(x*cos(x) + 2*sin(x))\n"


def test_formulas_are_there_when_asked_for() -> None:
    assert text_of("x^3 at x=2", formulas=True) == "f.in:1  f = 8  df/dx = 12 = 3*x**2  agrees\n"


LONG = "(x+1)(x+2)(x+3) sin(x)^20 cos(3x) exp(-x^2)/((1+x^2) ln(x+7) (x^3+2x+1))"


def test_a_long_formula_is_there_with_full_and_said_to_be_long_without() -> None:
    assert re.search(
        r"df/dx = -0\.167165 = a formula of \d{3} characters \(--full prints it\)  agrees",
        text_of(f"{LONG} at x=1", formulas=True),
    )
    shown = text_of(f"{LONG} at x=1", formulas=True, full=True)
    assert "--full" not in shown
    assert len(shown) > 400


def test_csv_has_a_column_for_the_formula_of_each_derivative_that_has_one() -> None:
    data = "x,y\n1,2\n3,4\n"
    found = rows(data, Format.CSV, "x^2 y", formulas=True, columns=("x", "y"))
    assert [(row["df/dx"], row["df/dx formula"], row["df/dy formula"], row["formulas"]) for row in found] == [
        ("4", "2*x*y", "x**2", ""),
        ("24", "2*x*y", "x**2", ""),
    ]
    assert "df/dx formula" not in rows(data, Format.CSV, "x^2 y", columns=("x", "y"))[0]


def test_csv_has_the_other_formulas_in_one_column() -> None:
    (row,) = rows("x^2 y at x=1, y=2", formulas=True)
    assert (row["derivatives"], row["formulas"]) == ("df/dx=4; df/dy=1", "df/dx=2*x*y; df/dy=x**2")
    (row,) = rows("x y", formulas=True)
    assert (row["derivatives"], row["formulas"]) == ("", "df/dx=y; df/dy=x")


def test_csv_says_how_long_a_formula_is_that_it_leaves_out() -> None:
    (row,) = rows(f"{LONG} at x=1", formulas=True)
    assert row["formulas"] == ""
    assert re.search(r"df/dx has a formula of \d{3} characters", row["message"])
    (row,) = rows(f"{LONG} at x=1", formulas=True, full=True)
    assert row["formulas"].startswith("df/dx=")


def test_csv_of_a_failure_has_as_many_cells_with_formulas() -> None:
    (row,) = rows("sin( at x=1", formulas=True)
    assert (row["check"], row["code"]) == ("failed", "E101")


def test_an_error_in_text_is_located_and_has_a_caret() -> None:
    assert text_of("2x 3 at x=1") == (
        "f.in:1:4: E102 expected an operator, found '3'\n"
        "    2x 3 at x=1\n"
        "       ^\n"
        "  help:  write x*3 or x^3\n"
    )  # fmt: skip


def test_an_error_in_a_cell_is_located_in_the_file() -> None:
    text = text_of('id,expr,x\n"a","2x 3",1\nb,x^2,1+\nc,x,"1\n+"\n', Format.CSV)
    places = [line.split(" ")[0] for line in text.splitlines() if line.startswith("f.in")]
    assert places == ["f.in:2:9:", "f.in:3:9:", "f.in:4:6:"]


def test_a_value_that_is_none_is_named() -> None:
    (result,) = results("expr,x\nx^2,two\n", Format.CSV)
    assert result.status is Status.FAILED
    assert "in the value of x: " in result.text
    (result,) = results('{"expr": "x", "at": {"x": [[1], [2, 3]]}}', Format.JSONL)
    assert "E417 the value of x is no tensor" in result.text


def test_json_lines_are_the_documented_objects_with_their_source() -> None:
    (result,) = results('{"id": "q1", "expr": "x^2", "at": {"x": 3}}', Format.JSONL, to=Format.JSONL, formulas=True)
    found = json.loads(result.text)
    alone = solution_object(solve(Problem("x^2 at x=3")))
    assert found == {**alone, "id": "q1", "source": {"file": "f.in", "line": 1}}
    assert list(found)[:3] == ["schema", "id", "source"]


def test_json_errors_are_objects_in_their_place() -> None:
    (first, second) = results("x^2 at x=3\n2x 3 at x=1\n", to=Format.JSONL)
    assert json.loads(first.text)["check"]["verdict"] == "agrees"
    assert json.loads(second.text) == {
        "schema": 2,
        "source": {"file": "f.in", "line": 2},
        "error": {
            **{"code": "E102", "message": "expected an operator, found '3'", "line": 1, "column": 4, "length": 1},
            "help": "write x*3 or x^3",
        },
    }


def test_csv_has_a_row_for_a_problem() -> None:
    found = rows("x^2 y at x=3, y=2\n2x 3 at x=1\n")
    assert found[0] == {
        **{"file": "f.in", "line": "1", "id": "", "expr": "x**2*y", "value": "18"},
        **{"derivatives": "df/dx=12; df/dy=9", "check": "agrees", "code": "", "message": ""},
    }
    assert (found[1]["check"], found[1]["code"]) == ("failed", "E102")


def test_csv_has_a_column_for_each_variable_that_all_rows_share() -> None:
    found = rows("x,y\n1,2\n3,4\n", Format.CSV, "x^2 y", columns=("x", "y"))
    assert [(row["df/dx"], row["df/dy"], row["derivatives"]) for row in found] == [("4", "1", ""), ("24", "9", "")]
    second = rows("x,y\n1,2\n", Format.CSV, "x^2 y", columns=("x", "y"), order=2)
    assert (second[0]["d2f/dx2"], second[0]["d2f/dy2"]) == ("4", "0")


def test_what_has_no_column_is_not_lost() -> None:
    (row,) = rows("expr,x,y,request\nx^2 y,1,2,hessian\n", Format.CSV, columns=("x", "y"))
    assert row["df/dx"] == ""
    assert row["derivatives"] == "d2f/dx2=4; d2f/dxdy=2; d2f/dydx=2; d2f/dy2=0"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd", "'+cmd"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-1.5e-7", "-1.5e-7"),
        ("-1+cmd", "'-1+cmd"),
        ("-inf", "-inf"),
        ("[1, 2]", "[1, 2]"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_stay_numbers(cell: str, shown: str) -> None:
    found = rows(f'id,expr,x\n"{cell}",-x^2,3\n', Format.CSV)
    assert found[0]["id"] == shown
    assert (found[0]["expr"], found[0]["value"]) == ("'-x**2", "-9")


def test_settings_stand_in_where_a_problem_says_nothing() -> None:
    text = text_of("x^3 y at x=2, y=1\n", wrt=("x",), order=2, digits=2, sample=0.0)
    assert text == "f.in:1  f = 8  d2f/dx2 = 12\n"


def test_a_sample_is_drawn_by_seed_and_number_alone() -> None:
    settings = BatchSettings(sample=0.25, seed=3)
    drawn = [settings.checks(number) for number in range(4000)]
    assert drawn == [settings.checks(number) for number in range(4000)]
    assert drawn != [BatchSettings(sample=0.25, seed=4).checks(number) for number in range(4000)]
    assert 900 < sum(drawn) < 1100
    assert not any(BatchSettings(sample=0.0).checks(number) for number in range(100))
    assert all(BatchSettings().checks(number) for number in range(100))


def test_what_the_sample_leaves_out_is_unchecked() -> None:
    found = results("x^2 at x=3\n" * 40, sample=0.5)
    assert {result.status for result in found} == {Status.AGREES, Status.UNCHECKED}


def test_a_bug_costs_its_problem_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **settings: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("gradcli.batch.work.solve", broken)
    (result,) = results("x at x=1")
    assert result.status is Status.FAILED
    assert "E404 gradcli failed on this (ZeroDivisionError: oh); that is a bug in gradcli" in result.text


def test_control_characters_do_not_reach_the_terminal() -> None:
    task = Task(0, "f", 1, "a\x1b[31m\n", next(read(io.BytesIO(b"x at x=1"), "f", Format.TEXT)).entry)
    (result,) = work([task], BatchSettings())
    assert "\x1b" not in result.text
    assert result.text.count("\n") == 1
