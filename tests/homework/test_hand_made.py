"""Files that people make by hand: what is around the table, who is in it, and what is proposed where nothing is known.

What is proposed is pasted into the key as it is printed, and must read the file.
"""

from __future__ import annotations

import pytest

from gradcli.homework.classfile.roster import Notice, UnusableError
from tests.homework.classes import plan_of, read
from tests.samples.exports import xlsx

KEY = '[q1]\nfunction = "x^2"\n[q2]\nfunction = "x^3"\n'
ANSWERS = [("ada", "q1", "2x"), ("ada", "q2", "9"), ("bob", "q1", "x"), ("bob", "q2", None)]


def told(data: str) -> list[str]:
    """What is odd in a file."""
    notices: list[Notice] = []
    read(data, notices=notices)
    return [each.diagnostic.message for each in notices]


@pytest.mark.parametrize(
    "above", ["Class 7b,,\n", "Class 7b\n", '"Class 7b, week 3",,\n', "Class 7b\n\nweek 3\n", ",,\nClass 7b,,\n"]
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_title_above_the_headings_is_read_over(above: str, delimiter: str) -> None:
    text = "student,q1,q2\nada,2x,9\nbob,x,\n".replace(",", delimiter)
    data = (above if delimiter == "," else above.replace(",,", ";;")) + text
    assert read(data) == ANSWERS
    assert set(told(data)) == {"a title above the headings is read over"}


def test_a_title_in_a_sheet_is_read_over() -> None:
    rows = [["Class 7b", "", ""], ["student", "q1", "q2"], ["ada", "2x", 9], ["bob", "x", ""]]
    assert read(xlsx(rows)) == ANSWERS


@pytest.mark.parametrize("name", ["Average", "TOTAL", " Points  Possible ", "Mittelwert"])
def test_a_row_of_all_students_is_nobody(name: str) -> None:
    data = f"student,q1,q2\nada,2x,9\nbob,x,\n{name},0.5,0.7\n"
    assert read(data) == ANSWERS
    assert told(data) == [f"the row {' '.join(name.split())!r} is of all students, and is read over"]


@pytest.mark.parametrize("heading", ["Name", "name", "Email address", "Matrikelnummer", "Username"])
def test_one_column_that_tells_people_apart_beside_all_questions_needs_no_key(heading: str) -> None:
    data = f"q2;{heading};q1\n9;ada;2x\n;bob;x\n"
    assert read(data) == ANSWERS
    assert told(data) == [f"the column {heading!r} says who has answered"]


@pytest.mark.parametrize("headings", ["First name;Email;q1;q2", "Name;q1;other", "Who;q1;q2"])
def test_whose_the_answers_are_is_not_guessed(headings: str) -> None:
    with pytest.raises(UnusableError, match="there is no column student"):
        read(f"{headings}\nada;a;2x;9\n")


def test_people_are_called_max_and_sum() -> None:
    assert [each[0] for each in read("student,q1\nMax,2x\nSum,3x\n")[:2]] == ["Max", "Sum"]


@pytest.mark.parametrize(
    "data",
    [
        "Matrikel,Aufgabe 1,Aufgabe 2\nada,2x,9\nbob,x,\n",
        "Aufgabe 2,Name,Aufgabe 1\n9,ada,2x\n,bob,x\n",
        "Name,Answer,Answer\nada,2x,9\nbob,x,\n",
        "Name,,\nada,2x,9\nbob,x,\n",
        ",q1,q2\nada,2x,9\nbob,x,\n",
        ",Slope,\nada,2x,9\nbob,x,\n",
        "Name;A 1;A 2\nada;2x;9\nbob;x;\n",
        'Who "are" you?,"C:\\1, \'a\'",[é] 2\nada,2x,9\nbob,x,\n',
        "Name,Aufgabe,Lösung\nada,q1,2x\nada,q2,9\nbob,Q1,x\n",
        "Class 7b\nName,A1,A2\nada,2x,9\nbob,x,\n",
        "section,section_id,1: a,2: b\nada,1,2x,9\nbob,2,x,\n",
        "Timestamp,Name,f,g,Score\n2026-11-02 9:00,ada,2x,9,\n2026-11-02 9:00,bob,x,,\n",
        "name,id,sis_id,1: Slope?,1.0,2: Area,1.0\nada,1,,2x,1,9,1\nbob,2,,x,1,,1\n",
    ],
)
def test_what_is_proposed_can_be_pasted_into_the_key(data: str) -> None:
    with pytest.raises(UnusableError) as raised:
        read(data, plan_of_=plan_of(KEY))
    proposed = raised.value.notice.diagnostic.help or ""
    assert read(data, plan_of_=plan_of(KEY + proposed[proposed.index("[columns]") :])) == ANSWERS


def test_a_first_and_another_name_are_one_name() -> None:
    data = "Name,Vorname,A 1,A 2\nBell,Ada,2x,9\n"
    with pytest.raises(UnusableError) as raised:
        read(data)
    assert 'student = ["Vorname", "Name"]' in (raised.value.notice.diagnostic.help or "")


def test_what_has_other_delimiters_says_how_to_tell() -> None:
    with pytest.raises(UnusableError) as raised:
        read("student|q1|q2\nada|2x|[1, 2]\n")
    assert "as sep=|" in (raised.value.notice.diagnostic.help or "")
    assert read("sep=|\nstudent|q1|q2\nada|2x|9\nbob|x|\n") == ANSWERS


def test_forms_without_names_tell_rows_apart_by_their_ids() -> None:
    survey = "Respondent ID,Collector ID,Email Address,q1,q2\n,,,Open-Ended Response,Open-Ended Response\n"
    assert read(survey + "118,9,,2x,9\n119,9,,x,\n120,9,a@b,x,1\n") == [
        ("Respondent ID 118", "q1", "2x"),
        ("Respondent ID 118", "q2", "9"),
        ("Respondent ID 119", "q1", "x"),
        ("Respondent ID 119", "q2", None),
        ("a@b", "q1", "x"),
        ("a@b", "q2", "1"),
    ]
    microsoft = "ID,Start time,Completion time,Email,Name,q1,q2\n1,,,anonymous,,2x,9\n2,,,anonymous,,x,\n"
    assert sorted({each[0] for each in read(microsoft)}) == ["ID 1", "ID 2"]


def test_the_second_column_of_a_heading_counts_where_the_key_names_it() -> None:
    data = "student,q1,note,q1\nada,2x,,3x\n"
    assert read(data)[0] == ("ada", "q1", "2x")
    assert "the key may call this one 'q1 (2)'" in told(data)[0]
    plan = plan_of('[q1]\nfunction = "x^2"\ncolumn = "q1 (2)"\n')
    assert read(data, plan_of_=plan) == [("ada", "q1", "3x")]
