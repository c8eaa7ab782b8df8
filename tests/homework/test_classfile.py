"""A class's file is read as it comes: any delimiter, encoding and line end, blanks, attempts, names of columns."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from gradcli.homework.classfile.attempts import moment
from gradcli.homework.classfile.cells import SeveralError, unwrapped
from gradcli.homework.classfile.layout import Layout, Wrapping
from gradcli.homework.classfile.platforms import Scores, head, recognised
from gradcli.homework.classfile.roster import Notice, UnusableError
from gradcli.homework.classfile.tables import cell_text, delimited
from gradcli.homework.key import KeyFaultError, read_key
from gradcli.homework.question import Question
from gradcli.language.values import replace
from gradcli.streams.formats import Format
from gradcli.streams.lines import Line
from tests.homework.classes import PLAN, plan_of, read
from tests.samples.exports import ods, xlsx

EXPECTED = [("ada", "q1", "[1, 2]"), ("ada", "q2", "0,5; 1"), ("bob", "q1", "x"), ("bob", "q2", None)]


def as_csv(delimiter: str, end: str) -> str:
    """A class with commas and semicolons in its answers."""
    rows = ["student|q1|q2", 'ada|"[1, 2]"|"0,5; 1"', "bob|x|", ""]
    return end.join(row.replace("|", delimiter) for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("said", [False, True])
def test_any_usual_file_is_the_same_class(delimiter: str, end: str, encoding: str, said: bool) -> None:
    text = (f"sep={delimiter}{end}" if said else "") + as_csv(delimiter, end)
    notices: list[Notice] = []
    assert read(text.encode(encoding), notices=notices) == EXPECTED
    assert notices == []


@pytest.mark.parametrize("delimiter", ["|", ":", " "])
def test_what_the_first_line_says_divides_the_cells(delimiter: str) -> None:
    assert read(f"sep={delimiter}\n" + as_csv(delimiter, "\n")) == EXPECTED


@pytest.mark.parametrize(
    ("heading", "second", "delimiter"),
    [
        ("a,b,c", "1,2,3", ","),
        ("a;b, c, d, e;f", "1;2;3", ";"),  # commas in a heading, as Canvas's texts have them
        ("a\tf(x, y)\tg(x, y)", "1\t2, 3\t4", "\t"),
        ('"a;b;c;d",b', '"1;2",2', ","),
        ("a;b", "0,5;1,5", ";"),
        ("a", "1", ","),
        ("", "", ","),
        ("a;b;c", "", ";"),
        ('a;"b\n,,,,\n";c', "1;2;3", ";"),
    ],
)
def test_the_delimiter_is_the_commonest_of_the_heading_that_divides_the_next_row_alike(
    heading: str, second: str, delimiter: str
) -> None:
    written = [Line(number, text) for number, text in enumerate(f"{heading}\n{second}".split("\n"), 1)]
    found, lines = delimited(iter(written))
    assert found == delimiter
    assert list(lines) == written


def test_a_line_break_in_a_cell_is_a_space_of_the_answer_in_a_file_that_ends_its_lines_with_cr() -> None:
    assert read('student,q1,q2\rada,"2x\r+ 1",3\r')[0] == ("ada", "q1", "2x\n+ 1")


def test_bytes_of_older_windows_programs_are_read_where_that_is_said() -> None:
    data = "student;q1;q2\r\nMüller;½x;2\r\n".encode("windows-1252")
    with pytest.raises(UnusableError, match="0xFC is not UTF-8") as raised:
        read(data)
    assert "--encoding windows-1252" in (raised.value.notice.diagnostic.help or "")
    assert read(data, encoding="cp1252") == [("Müller", "q1", "½x"), ("Müller", "q2", "2")]


@pytest.mark.parametrize("make", [xlsx, ods])
def test_sheets_are_read_with_numbers_as_they_were_typed(make: object) -> None:
    pytest.importorskip("python_calamine", reason="the extra sheets is not installed")
    rows = [["Student", "Q1", "q2"], ["ada", 88.0, "2x"], ["bob", 0.25, ""], ["", "", ""]]
    data = make(rows)  # type: ignore[operator]
    assert read(data) == [("ada", "q1", "88"), ("ada", "q2", "2x"), ("bob", "q1", "0.25"), ("bob", "q2", None)]


@pytest.mark.parametrize(("cell", "text"), [(88.0, "88"), (0.1, "0.1"), (True, "TRUE"), (None, ""), (1e300, "1e+300")])
def test_a_cell_of_a_sheet_is_a_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def archive(**files: str) -> bytes:
    """An archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as found:
        for name, text in files.items():
            found.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (archive(a="student,q1"), "an archive of files, not XLSX or ODS"),
        (b"PK\x03\x04 and no more", "begins as an archive and cannot be opened"),
        (xlsx([])[:-40], "begins as an archive and cannot be opened"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "a file of an old Excel"),
        (xlsx([]), "the sheets are empty"),
    ],
)
def test_what_is_no_sheet_says_so(data: bytes, message: str) -> None:
    pytest.importorskip("python_calamine", reason="the extra sheets is not installed")
    with pytest.raises(UnusableError, match=message):
        read(data)


@pytest.mark.parametrize("blank", ["", " ", "-", " - ", "\N{NO-BREAK SPACE}"])
def test_blanks_are_missing(blank: str) -> None:
    assert read(f"student,q1,q2\nada,2x,{blank}\n")[1] == ("ada", "q2", None)
    line = f'{{"student": "ada", "q1": "2x", "q2": "{blank}"}}'
    assert read(line, form=Format.JSONL)[1] == ("ada", "q2", None)


def test_a_teacher_may_say_what_else_is_blank() -> None:
    plan = replace(PLAN, blanks=(*PLAN.blanks, "n/a"))
    assert read("student,q1,q2\nada,n/a,-x\n", plan_of_=plan) == [("ada", "q1", None), ("ada", "q2", "-x")]


@pytest.mark.parametrize(
    "head_", ["student,Q1,q2", "STUDENT,q1 ,Q2", "Student, q1,\N{NO-BREAK SPACE}Q2\N{NO-BREAK SPACE}"]
)
def test_case_and_spaces_of_headings_do_not_matter(head_: str) -> None:
    assert read(f"{head_}\nada,1,2\n") == [("ada", "q1", "1"), ("ada", "q2", "2")]


def test_no_break_spaces_of_a_name_are_spaces() -> None:
    notices: list[Notice] = []
    data = "student,q1,q2\nAda\N{NO-BREAK SPACE}Brandt,1,\nAda  Brandt,2,\n"
    assert read(data, notices=notices)[0] == ("Ada Brandt", "q1", "1")
    assert [each.diagnostic.message for each in notices] == ["Ada Brandt is listed a second time; the first row counts"]


KEY = """
[columns]
student = ["Vorname", "Nachname"]
q2 = "re:(?i)^aufgabe b"
[q1]
function = "x^2"
column = "4711"
[q2]
function = "x^3"
"""


def test_the_key_says_which_column_is_what() -> None:
    notices: list[Notice] = []
    data = "Nr;Nachname;Vorname;4711;Aufgabe B (2 Punkte);Klasse\n1;Brandt;Ada;2x;3x^2;8b\n"
    found = read(data, plan_of_=plan_of(KEY), notices=notices)
    assert found == [("Ada Brandt", "q1", "2x"), ("Ada Brandt", "q2", "3x^2")]
    assert [each.diagnostic.message for each in notices] == ["read over: 'Nr', 'Klasse'"]


def test_the_key_says_which_columns_of_a_long_file_are_what() -> None:
    plan = plan_of('[columns]\nstudent = "Wer"\nquestion = "Aufgabe"\nanswer = "Lösung"\n' + KEY.split("\n", 4)[-1])
    assert read("Wer;Aufgabe;Lösung\nada;4711;2x\n", plan_of_=plan)[0] == ("ada", "q1", "2x")
    line = '{"Wer": "ada", "aufgabe": "4711", "Lösung": "2x"}'
    assert read(line, plan_of_=plan, form=Format.JSONL)[0] == ("ada", "q1", "2x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[columns]\nq9 = "A"\n[q1]\nfunction = "x"', "the key has no question 'q9'"),
        ('[columns]\nstudent = 3.5\n[q1]\nfunction = "x"', "student names a column, or several"),
        ('[columns]\nstudent = ""\n[q1]\nfunction = "x"', "student names no column"),
        ('columns = 3\n[q1]\nfunction = "x"', "columns is a table"),
        ('[columns]\nanswer = ["a"]\n[q1]\nfunction = "x"', "answer is the name of one column"),
        ('[q1]\nfunction = "x"\ncolumn = "re:("', "this is no regular expression"),
        ('[q1]\nfunction = "x"\ncolumn = { a = 1 }', "column names a column, or several"),
        ('[q1]\nfunction = "x"\ninput = true', "input is a name or a number"),
        ('[q1]\nfunction = "x"\nquestion = 3', "question is the question in words"),
    ],
)
def test_what_a_key_says_wrongly_of_columns_is_told(text: str, message: str) -> None:
    with pytest.raises(KeyFaultError, match=re.escape(message)):
        read_key(text.encode())


def test_a_column_is_no_part_of_the_question() -> None:
    key = read_key(b'[q1]\nfunction = "x^2"\ncolumn = 7\ninput = 2\nquestion = "What?"')
    assert isinstance(key.questions["q1"], Question)
    assert (key.plan.questions[0].columns, key.plan.questions[0].input) == (("7",), "2")


@pytest.mark.parametrize(
    ("attempt", "answers"),
    [(None, ["1", "2"]), ("first", ["1", "2"]), ("last", ["3", None]), ("all", ["1", "2", "3", None])],
)
def test_of_several_rows_that_nothing_orders_the_first_counts(attempt: str | None, answers: list[str | None]) -> None:
    assert [each[2] for each in read("student,q1,q2\nada,1,2\nada,3,\n", attempt=attempt)] == answers


@pytest.mark.parametrize("times", [("2", "1"), ("2026-11-02 10:00", "2026-11-01 10:00"), ("10", "9")])
@pytest.mark.parametrize("heading", ["Attempt", "Timestamp", "submitted"])
def test_of_several_rows_that_a_column_orders_the_last_counts(times: tuple[str, str], heading: str) -> None:
    data = f"student,q1,q2,{heading}\nada,1,2,{times[0]}\nada,3,4,{times[1]}\nbob,5,6,1\n"
    assert [each[2] for each in read(data)] == ["1", "2", "5", "6"]
    assert [each[2] for each in read(data, attempt="first")] == ["3", "4", "5", "6"]
    assert [each[2] for each in read(data, attempt="last")] == ["1", "2", "5", "6"]


def test_where_times_can_be_read_in_two_ways_the_first_row_counts_and_that_is_told() -> None:
    notices: list[Notice] = []
    data = "student,q1,q2,timestamp\nada,1,2,3/12/26\nada,3,4,4/11/26\n"
    assert [each[2] for each in read(data, notices=notices)] == ["1", "2"]
    assert any("cannot be told by 'timestamp'" in each.diagnostic.message for each in notices)


def test_attempts_of_a_long_file_are_by_question() -> None:
    data = "student,question,answer,attempt\nada,q1,1,1\nada,q2,2,1\nada,q1,3,2\n"
    assert read(data) == [("ada", "q1", "3"), ("ada", "q2", "2")]
    assert read(data, attempt="all") == [("ada", "q1", "1"), ("ada (attempt 2)", "q1", "3"), ("ada", "q2", "2")]


def test_two_of_one_name_are_two_students_where_another_column_tells_them_apart() -> None:
    data = "student,e-mail,q1,q2\nAda,a@x,1,2\nAda,b@x,3,4\nada,A@X,5,6\nAda,A@X,7,8\n"
    assert [(student, answer) for student, _, answer in read(data)] == [
        ("Ada", "1"),
        ("Ada", "2"),
        ("Ada (b@x)", "3"),
        ("Ada (b@x)", "4"),
        ("ada", "5"),
        ("ada", "6"),
    ]


def test_rows_that_name_nobody_or_no_question_are_told() -> None:
    notices: list[Notice] = []
    data = "Username,Question ID,Question,Answer\nada,1,q1,2x\n,1,q1,x\nbob,,,7\nbob,2,other,8\nbob,2,q2,9\n"
    assert read(data, notices=notices) == [
        ("ada", "q1", "2x"),
        ("bob", "q2", "9"),
        ("ada", "q2", None),
        ("bob", "q1", None),
    ]
    assert [(each.line, each.diagnostic.message) for each in notices[1:]] == [
        (3, "nobody is named, so the row is not graded"),
        (4, "the row names no question, so its answer is not graded"),
        (5, "the key has no question 'other'"),
    ]


def test_rows_of_an_anonymous_export_are_students_which_is_told() -> None:
    notices: list[Notice] = []
    data = "section,section_id,submitted,1: q1,1.0,score\nA,1,x,2x,1.0,1\nA,1,x,3x,1.0,1\n"
    assert read(data, notices=notices)[:2] == [("row 2", "q1", "2x"), ("row 3", "q1", "3x")]
    assert [each.line for each in notices if "each row is a student" in each.diagnostic.message] == [2]


STACK = "Seed: 12; ans1: 2*x [score]; ans2: matrix([1,2],[3,4]) [valid]; prt1: # = 1 | prt1-1-T; prt2: !"


@pytest.mark.parametrize(
    ("cell", "wrapping", "name", "answer"),
    [
        (STACK, Wrapping.PLAIN, "ans1", "2*x"),
        (STACK, Wrapping.PLAIN, "ans2", "matrix([1,2],[3,4])"),
        (STACK, Wrapping.PLAIN, "ans3", None),
        ("Seed: 7; ans1: x; y [invalid]; prt1: !", Wrapping.PLAIN, "", "x; y"),
        ("Seed: 7; prt1: !", Wrapping.PLAIN, "", None),
        ("Seed: 7", Wrapping.PLAIN, "", None),
        ("2x", Wrapping.PLAIN, "ans1", "2x"),
        (r"[2x\, 3],4", Wrapping.CANVAS, "1", "[2x, 3]"),
        (r"[2x\, 3],4", Wrapping.CANVAS, "2", "4"),
        (r"[2x\, 3],4", Wrapping.CANVAS, "3", None),
        (r"[2x\, 3]", Wrapping.CANVAS, "", "[2x, 3]"),
        (r"\frac{1}{2\,x}", Wrapping.CANVAS, "", r"\frac{1}{2\,x}"),
        ("[1,2]", Wrapping.CANVAS, "", "[1,2]"),
        ("a=>2,b=>3,12.5", Wrapping.CANVAS, "", "12.5"),
        (r"[LaTeX: 2x\sin x] (https://canvas.example/equation_images/2x)", Wrapping.CANVAS, "", r"2x\sin x"),
        ('{"ans": "2x"}', Wrapping.PRAIRIELEARN, "", "2x"),
        ('{"a": "2x", "b": 3}', Wrapping.PRAIRIELEARN, "b", "3"),
        ('{"a": {"_type": "sympy", "_value": "x**2", "_variables": ["x"]}}', Wrapping.PRAIRIELEARN, "", "x**2"),
        ("2x", Wrapping.PRAIRIELEARN, "", "2x"),
        ("2x\t3", Wrapping.WEBWORK, "2", "3"),
        ("2x", Wrapping.WEBWORK, "", "2x"),
        ("2x\t3", Wrapping.WEBWORK, "5", None),
    ],
)
def test_what_is_wrapped_around_an_answer_is_taken_away(
    cell: str, wrapping: Wrapping, name: str, answer: str | None
) -> None:
    assert unwrapped(cell, wrapping, name) == answer


@pytest.mark.parametrize(
    ("cell", "wrapping"),
    [(STACK, Wrapping.PLAIN), ('{"a": "1", "b": "2"}', Wrapping.PRAIRIELEARN), ("1\t2", Wrapping.WEBWORK)],
)
def test_a_cell_of_several_answers_asks_the_key_which_is_meant(cell: str, wrapping: Wrapping) -> None:
    with pytest.raises(SeveralError, match="the key does not say which"):
        unwrapped(cell, wrapping, "")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("1", "10"),
        ("2026-11-03 09:00:00 UTC", "2026-11-03T10:00:00Z"),
        ("2026-11-03T09:00:00+02:00", "2026-11-03 08:00:00 UTC"),
        ("2026/11/03 9:05:12 AM GMT+1", "2026/11/03 1:05:12 PM GMT+1"),
        ("3 November 2026  9:00 AM", "3 November 2026  12:30 PM"),
        ("3. März 2026  09:00", "3. April 2026  08:00"),
        ("Tuesday, 3 November 2026, 9:00 AM", "Wednesday, 4 November 2026, 8:00 AM"),
        ("1793696400.5", "1793696401.25"),
    ],
)
def test_times_are_compared(earlier: str, later: str) -> None:
    first, second = moment(earlier), moment(later)
    assert first is not None
    assert second is not None
    assert first < second
    assert first[0] == second[0]


@pytest.mark.parametrize(
    "text", ["", "3/12/26 10:00", "soon", "32 November 2026 9:00", "2026-13-01 09:00", "3 Foo 2026 9:00"]
)
def test_what_is_no_sure_time_is_none(text: str) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("headings", "platform"),
    [
        ("Nom de famille,Prénom,Courriel,État,Commencé le,Terminé le,Temps,Note/10,00,Réponse 1,Réponse 2", "Moodle"),
        ("A,B,C,D,E,F,G,H/20,Vastaus 1,Vastaus 2", "Moodle"),
        ("A,B,C,D,E,F,G,H/20,Kysymys 1,Vastaus 1,Oikea 1,Kysymys 2,Vastaus 2,Oikea 2", "Moodle"),
        ("Surname,First name,Institution,Department,Email address,State,Started on,Grade/10.00,Response 1", "Moodle"),
        ("ID,Heure de début,Heure de fin,Adresse,Nom,f?,Points - f?,Feedback - f?", "Microsoft"),
        ("ID,Start time,Completion time,Email,Name,f?", "Microsoft"),
        ("UID,UIN,Group name,Usernames,Question,Submitted answer", "PrairieLearn"),
    ],
)
def test_platforms_are_known_in_other_languages_and_versions(headings: str, platform: str) -> None:
    cells = headings.replace("Note/10,00", "Note/10;00").split(",")
    found = recognised(head([each.replace(";", ",") for each in cells]))
    assert isinstance(found, Layout)
    assert platform in found.platform
    assert found.student or found.identity


@pytest.mark.parametrize(
    "headings",
    [
        "Name,Grade/10,Response 1,Comment",
        "Name,Response 1,Response 2",
        "ID,Name,A,B,C,D,E",
        "A,B,C,D,E,F,G,H/20,Kysymys 1,Vastaus 1",
        "name,id,1: text,comment",
        "Timestamp,Score,Name",
        "Username,Answer",
    ],
)
def test_what_is_like_a_platforms_file_and_is_not_is_not_claimed(headings: str) -> None:
    found = recognised(head(headings.split(",")))
    assert found is None
    assert not isinstance(found, Scores)


def test_a_question_is_found_by_its_number_only_where_the_platform_numbers_and_the_key_names_no_column() -> None:
    moodle = "Last name,First name,Email address,Status,Started,Completed,Duration,Grade/10.00,Response 1,Response 2"
    data = f"{moodle}\nB,A,a@b,x,,,,1,one,two\n"
    assert [each[2] for each in read(data)] == ["one", "two"]
    named = plan_of('[q1]\nfunction = "x"\ncolumn = "Response 2"\n[q3]\nfunction = "x"\ncolumn = "Response 9"\n')
    notices: list[Notice] = []
    assert [each[2] for each in read(data, plan_of_=named, notices=notices)] == ["two", None]
    assert [each.diagnostic.message for each in notices] == [
        "read as Moodle's quiz responses: q1 is 'Response 2'",
        "there is no column 'q3': all its answers are missing",
        "the key has no question 'Response 1'",
    ]


def test_of_several_problem_sets_the_first_is_counted_through_and_the_others_are_told() -> None:
    notices: list[Notice] = []
    rows = "ada,W3,1,2x\nada,W3,2,12\nada,W2,1,old\n"
    found = read(f"User ID,Set ID,Problem Number,Answers\n{rows}", notices=notices)
    assert found == [("ada", "q1", "2x"), ("ada", "q2", "12")]
    assert [each.diagnostic.message for each in notices[1:]] == ["the key has no question 'W2/1'"]
    named = plan_of('[q1]\nfunction = "x"\ncolumn = "W2/1"\n')
    assert read(f"User ID,Set ID,Problem Number,Answers\n{rows}", plan_of_=named) == [("ada", "q1", "old")]
