"""The samples of platforms' exports are what the class hands in, and each file is graded to the same verdicts."""

from __future__ import annotations

import json
import sys

import pytest

from gradcli.homework.classfile.roster import UnusableError
from gradcli.homework.grading import AnswerLimits, grade
from gradcli.homework.key import read_key
from gradcli.homework.submissions import read_submissions, understood
from gradcli.streams.formats import Format
from gradcli.streams.here import Here
from tests.homework.classes import plan_of, read
from tests.samples.exports import CLASS, EXPORTS, FOLDER, VERDICTS

KEY = (FOLDER / "key.toml").read_bytes()
QUESTIONS = ("q1", "q2", "q3")
BY_USER = ("webwork.csv",)
"""Where only the user's name stands."""


@pytest.mark.parametrize("name", EXPORTS)
def test_the_sample_is_what_is_made(name: str) -> None:
    assert (FOLDER / name).read_bytes() == EXPORTS[name]()


def test_each_sample_is_made() -> None:
    assert {each.name for each in FOLDER.iterdir()} == {*EXPORTS, "key.toml"}


@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_is_graded_to_the_same_verdicts(name: str) -> None:
    if name.endswith((".xlsx", ".ods")):
        pytest.importorskip("python_calamine", reason="the extra sheets is not installed")
    with (FOLDER / name).open("rb") as stream:
        submissions = read_submissions(stream, Format.CSV, read_key(KEY).plan, lambda notice: None)
        results = [
            json.loads(each.text) for each in grade(submissions, KEY, Format.JSONL, Here(), AnswerLimits(30.0, 1_000))
        ]
    students = list(dict.fromkeys(each["student"] for each in results))
    user = name in BY_USER
    expected = [each.user if user else each.name for each in CLASS]
    assert students[:3] == expected[:3]
    assert len(students) == 4  # two of one name are two
    assert students[3].startswith(expected[3])
    found = {(each["student"], each["question"]): each["verdict"] for each in results}
    assert tuple(tuple(found[student, question] for question in QUESTIONS) for student in students) == VERDICTS


@pytest.mark.parametrize("name", EXPORTS)
def test_each_platform_is_known_by_its_headings(name: str) -> None:
    if name.endswith((".xlsx", ".ods")):
        pytest.importorskip("python_calamine", reason="the extra sheets is not installed")
    with (FOLDER / name).open("rb") as stream:
        platform = understood(stream, Format.CSV, read_key(KEY).plan, lambda notice: None).platform
    own = name.startswith(("excel", "open_document"))
    assert bool(platform) != own
    assert name.split(".")[0].split("_")[0] in platform.lower().replace("’", "").replace(" ", "") or own


SCORES = {
    "Gradescope": "Assignment Submission ID,Question Submission ID,First Name,Last Name,SID,Email,Sections,Score",
    "Numbas": "First name,Last name,Email,Username,Question 1,Question 2,Completed?",
    "nbgrader": "assignment,student_id,last_name,first_name,email,raw_score,score,max_score",
    "otter": "file,q1,q2,percent_correct",
}


@pytest.mark.parametrize("platform", SCORES)
def test_a_file_of_scores_says_so_and_what_to_export(platform: str) -> None:
    with pytest.raises(UnusableError, match=f"{platform}.*scores and no answers") as raised:
        read(SCORES[platform] + "\n1,2,3,4,5,6,7,8\n")
    assert "answers" in (raised.value.notice.diagnostic.help or "") or "typed" in (
        raised.value.notice.diagnostic.help or ""
    )


def test_what_no_platform_writes_prints_its_headings_and_what_to_write_into_the_key() -> None:
    text = "Kurs;Nom complet;Adresse de courriel;Dérivée 1;Pente 2\nB;Ada;a@b;2x;12\n"
    with pytest.raises(UnusableError, match="there is no column student") as raised:
        read(text)
    proposed = (raised.value.notice.diagnostic.help or "").split("\n")
    table = "\n".join(line.strip() for line in proposed[1:])
    assert table == '[columns]\nstudent = "Adresse de courriel"\nq1 = "Dérivée 1"\nq2 = "Pente 2"'
    assert "Kurs;Nom complet" in raised.value.notice.diagnostic.source
    pasted = plan_of(f'{table}\n[q1]\nfunction = "x^2"\n[q2]\nfunction = "x^3"\n')
    assert read(text, plan_of_=pasted) == [("a@b", "q1", "2x"), ("a@b", "q2", "12")]


@pytest.mark.parametrize("name", ["moodle.csv", "canvas.csv", "google_forms.csv", "webwork.csv", "numbas.json"])
def test_the_first_attempt_counts_where_it_is_asked_for(name: str) -> None:
    found = read((FOLDER / name).read_bytes(), attempt="first", plan_of_=read_key(KEY).plan)
    assert [answer for _, _, answer in found[:3]] == ["2x", "3", "[1, 2]"]


@pytest.mark.parametrize("name", ["moodle.csv", "canvas.csv", "prairielearn_all_submissions.csv", "numbas.json"])
def test_all_attempts_are_graded_where_that_is_asked_for(name: str) -> None:
    found = read((FOLDER / name).read_bytes(), attempt="all", plan_of_=read_key(KEY).plan)
    of_ada = [
        (student, answer) for student, question, answer in found if student.startswith("Ada") and question == "q2"
    ]
    assert of_ada == [("Ada Brandt", "3"), ("Ada Brandt (attempt 2)", "12")]
    assert len(found) == 15


def test_without_python_calamine_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(UnusableError, match="XLSX and ODS need python-calamine") as raised:
        read((FOLDER / "microsoft_forms.xlsx").read_bytes())
    assert raised.value.notice.diagnostic.help == "pip install 'gradcli[sheets]'"
    assert read("student,q1,q2\nada,1,2\n")  # a file of another kind does not need it


def test_what_is_proposed_without_numbers_are_the_last_columns() -> None:
    with pytest.raises(UnusableError, match="there is no column student") as raised:
        read("Submission,Nickname,Slope,Area\n1,ada,2x,3\n")
    assert (raised.value.notice.diagnostic.help or "").endswith('\n  q1 = "Slope"\n  q2 = "Area"')
