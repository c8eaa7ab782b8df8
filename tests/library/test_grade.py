"""`gradcli.grade`: a class from files and from Python data, with its summary and its report."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcli
from tests.library.test_solve import command

HOMEWORK = Path(__file__).parents[2] / "samples" / "homework"
KEY = {"q1": "x^2", "q2": {"function": "x^2 y", "at": {"x": np.array(3), "y": 2}, "wrt": "x", "points": 2.5}}
ROWS = [("ada", "q1", "2x"), ("ada", "q2", 12), ("bob", "q1", "3x"), ("bob", "q2", None)]


def test_rows_tables_and_mappings_of_students_are_the_same_class() -> None:
    wide = [{"student": "ada", "q1": "2x", "q2": 12.0}, {"student": "bob", "q1": "3x", "q2": float("nan")}]
    nested = {"ada": {"q1": "2x", "q2": np.int64(12)}, "bob": {"q1": "3x"}}
    for answers in (ROWS, wide, nested, iter(ROWS)):
        grades = gradcli.grade(KEY, answers, jobs=0)
        assert [(each.student, each.question, each.verdict, each.points) for each in grades] == [
            ("ada", "q1", "correct", 1.0),
            ("ada", "q2", "correct", 2.5),
            ("bob", "q1", "wrong", 0.0),
            ("bob", "q2", "missing", 0.0),
        ]
        assert grades.summary.students == {"ada": 3.5, "bob": 0.0}
        assert grades.summary.of == 3.5


def test_files_are_graded_as_the_command_grades_them(tmp_path: Path) -> None:
    key, answers = HOMEWORK / "week3.toml", tmp_path / "some.csv"
    lines = (HOMEWORK / "week3.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text("".join(lines[:9]), encoding="utf-8")
    grades = gradcli.grade(key, str(answers), jobs=0)
    results = tmp_path / "results.jsonl"
    table, _ = command("grade", str(key), str(answers), "-j", "0", "--output", str(results))
    assert grades.to_dicts() == [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert str(grades) == str(grades.summary) == table.rstrip("\n")


@pytest.mark.slow
def test_workers_come_to_the_same_grades_and_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import gradcli\n"
        "print('begins')\n"
        f"print(gradcli.grade({{'q1': 'x^2'}}, {[row for row in ROWS if row[1] == 'q1']!r}, jobs=2).to_dicts())\n"
    )
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=dict(os.environ))
    begins, *grades = told.stdout.splitlines()
    assert begins == "begins"
    assert grades == [repr(gradcli.grade({"q1": "x^2"}, [row for row in ROWS if row[1] == "q1"], jobs=0).to_dicts())]
    assert told.stderr == ""


def test_grades_are_a_sequence_that_can_be_kept() -> None:
    grades = gradcli.grade(KEY, ROWS, jobs=0)
    assert len(grades) == 4
    assert repr(grades[2]) == "Grade('bob', 'q1', 'wrong', mistake='constant-factor')"
    assert [each.question for each in grades.of_student("bob")] == ["q1", "q2"]
    assert repr(grades) == "Grades(4 answers: 2 correct, 1 wrong, 1 missing)"
    again = pickle.loads(pickle.dumps(grades))
    assert list(again) == list(grades)
    assert str(again) == str(grades)
    assert grades[0]
    assert not grades[2]
    assert grades[0].reading == "2*x"


def test_the_report_is_a_page_and_eats_no_input(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    page = tmp_path / "class.html"
    grades = gradcli.grade(KEY, ROWS, jobs=0)
    grades.report(page)
    text = page.read_text(encoding="utf-8")
    assert "<math" in text
    assert "bob" in text
    assert os.listdir(tmp_path) == ["class.html"]
    key, answers = tmp_path / "key.toml", tmp_path / "answers.csv"
    key.write_text('[q1]\nfunction = "x^2"\n')
    answers.write_text("student,question,answer\nada,q1,2x\n")
    with pytest.raises(ValueError, match="is the key or the answers"):
        gradcli.grade(key, answers, jobs=0).report(key)
    assert key.read_text().startswith("[q1]")
    with pytest.raises(OSError, match="No such file"):
        grades.report(tmp_path / "nowhere" / "class.html")


@pytest.mark.parametrize(
    ("key", "answers", "kind", "said"),
    [
        ({"q1": "x +* 2"}, ROWS, ValueError, "q1: expected a value, found '\\*'"),
        ({"q1": {"function": "x^2", "wtr": "x"}}, ROWS, ValueError, "did you mean wrt"),
        ({}, ROWS, ValueError, "the key has no questions"),
        (3, ROWS, TypeError, "the key is a path or a mapping of questions, and not an int"),
        (KEY, 3, TypeError, "the answers are a path or rows, and not an int"),
        (KEY, [("ada", "2x")], TypeError, "a row of answers is .student, question, answer. or a mapping"),
        (KEY, ["2x"], TypeError, "a row of answers"),
        (KEY, {"ada": "2x"}, TypeError, "the answers of ada are a mapping of questions, and not a str"),
        (KEY, [], ValueError, "there is nobody to grade"),
        ("nowhere.toml", ROWS, OSError, "nowhere.toml"),
    ],
)
def test_what_cannot_be_graded_is_named(key: Any, answers: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.grade(key, answers, jobs=0)


def test_what_is_odd_in_the_answers_is_noted() -> None:
    grades = gradcli.grade({"q1": "x^2"}, [("ada", "q1", "2x"), ("ada", "q1", "3x"), ("ada", "q7", "1")], jobs=0)
    assert len(grades) == 1
    assert [note.partition(":")[0] for note in grades.notes] == ["line 2", "line 3"]


def test_texts_of_any_kind_survive_the_way_into_the_key() -> None:
    key = {"title": 'a "title" with \\ and ü', 'q "1"': {"function": "x^2", "mistakes": {}}}
    grades = gradcli.grade(key, [("ada", 'q "1"', "2x")], jobs=0)
    assert grades.summary.title == 'a "title" with \\ and ü'
    assert grades[0].verdict == "correct"
