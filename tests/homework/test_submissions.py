"""What students handed in is read as it comes; whatever is odd in it is told, and nothing else suffers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.classfile.plan import Plan, Sought
from gradcli.homework.classfile.roster import Notice, Submission, UnusableError, printable
from gradcli.homework.submissions import check_encoding, read_submissions
from gradcli.streams.formats import Format

QUESTIONS = Plan((Sought("q1"), Sought("q2")))


def read(text: str | bytes, form: Format = Format.CSV) -> tuple[list[Submission], list[Notice]]:
    """The submissions in a text, and what was told."""
    notices: list[Notice] = []
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return list(read_submissions(io.BytesIO(data), form, QUESTIONS, notices.append)), notices


def plain(text: str | bytes, form: Format = Format.CSV) -> list[tuple[str, str, str | None]]:
    """Who answered what, and how."""
    return [(each.student, each.question, each.answer) for each in read(text, form)[0]]


def told(text: str | bytes, form: Format = Format.CSV) -> list[str]:
    """What was told, with the lines."""
    return [f"{each.line}: {each.diagnostic.message}" for each in read(text, form)[1]]


EXPECTED = [("ada", "q1", "2x"), ("ada", "q2", "93"), ("bob", "q1", "x"), ("bob", "q2", None)]
SAME = {
    "long": (Format.CSV, "student,question,answer\nada,q1,2x\nada,q2,93\nbob,q1,x\n"),
    "wide": (Format.CSV, "student,q1,q2\nada,2x,93\nbob,x,\n"),
    "wide, another order": (Format.CSV, "q2,student,q1\n93,ada,2x\n,bob,x\n"),
    "long, another order": (Format.CSV, "answer,student,question\n2x,ada,q1\n93,ada,q2\nx,bob,q1\n"),
    "head in capitals": (Format.CSV, "Student, Question ,ANSWER\nada,q1,2x\nada,q2,93\nbob,q1,x\n"),
    "windows": (Format.CSV, "\ufeffstudent,q1,q2\r\nada,2x,93\r\n\r\nbob,x,\r\n"),
    "no last newline": (Format.CSV, "student,q1,q2\nada,2x,93\nbob,x,"),
    "JSON, long": (
        Format.JSONL,
        '{"student": "ada", "question": "q1", "answer": "2x"}\n\n{"student": "ada", "question": "q2", "answer": 93}\n'
        '{"student": "bob", "question": "q1", "answer": "x"}',
    ),
    "JSON, wide": (
        Format.JSONL,
        '{"student": "ada", "q1": "2x", "q2": 93}\n{"student": "bob", "q1": "x", "q2": null}\n',
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_long_and_wide_say_the_same(name: str) -> None:
    form, text = SAME[name]
    assert plain(text, form) == EXPECTED
    assert told(text, form) == []


def test_submissions_are_numbered_and_know_their_lines() -> None:
    found, _ = read("student,question,answer\nada,q1,2x\nbob,q2,93\n")
    assert [(each.number, each.student, each.line) for each in found] == [
        (0, "ada", 2),
        (1, "bob", 3),
        (2, "ada", 0),
        (3, "bob", 0),
    ]


def test_a_comma_in_quotes_and_a_tensor_in_json_are_one_answer() -> None:
    assert plain('student,q1,q2\nada,"[1,2]","[[1,2],[3,4]]"\n')[0][2] == "[1,2]"
    assert plain('{"student": "ada", "q1": [1, 2.5]}', Format.JSONL)[0][2] == "[1, 2.5]"


@pytest.mark.parametrize(
    ("text", "message", "answers"),
    [
        ("student,q1,q2,q3\nada,1,2,3\n", "1: the key has no question 'q3'", ["1", "2"]),
        ("student,question,answer\nada,q1,1\nada,q11,2\n", "3: the key has no question 'q11'", ["1", None]),
        ("student,q1\nada,1\n", "1: there is no column 'q2': all its answers are missing", ["1", None]),
        ("student,q1,q2\nada,1,2\nada,3,4\n", "3: ada is listed a second time; the first row counts", ["1", "2"]),
        (
            "student,question,answer\nada,q1,1\nada,q1,2\n",
            "3: ada has answered q1 before; the first answer counts",
            ["1", None],
        ),
        ("student,q1,q2\nada,1\n", "2: the row has 2 cells, and the header 3", ["1", None]),
        ("student,q1,q2\nada,[1,2],3\n", "2: the row has 4 cells, and the header 3", ["", ""]),
        ("student,q1,q2\n ,1,2\nada,1,2\n", "2: nobody is named, so the row is not graded", ["1", "2"]),
        ("student,q1,q2,q1\nada,1,2,3\n", "1: there are two columns 'q1'; the first one counts", ["1", "2"]),
        ("student,question,answer,room\nada,q1,1,12\n", "1: the column 'room' is read over", ["1", None]),
        ('student,q1,q2\nada,1,"2\nbob,1,2\n', "2: a quote is never closed", ["1", "2"]),
        (f"student,q1,q2\n{201 * 'a'},1,2\nada,1,2\n", "2: the name has 201 characters", ["1", "2"]),
    ],
)
def test_what_is_odd_in_csv_is_told_and_the_rest_is_read(text: str, message: str, answers: list[str | None]) -> None:
    assert any(each.startswith(message) for each in told(text)), told(text)
    assert [each[2] for each in plain(text)] == answers


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"student": "eve", "q1"', "1: this is not JSON"),
        ("[1, 2]", "1: there is no JSON object on the line"),
        ("3", "1: there is no JSON object on the line"),
        ('{"q1": "x"}', "1: nobody is named, so the line is not graded"),
        ('{"student": null, "q1": "x"}', "1: nobody is named"),
        ('{"student": "eve", "answer": "x"}', "1: no question is named"),
        ('{"student": "eve", "question": ["q1"], "answer": "x"}', "1: no question is named"),
        ('{"student": "eve", "q3": "x"}', "1: the key has no question 'q3'"),
        ('{"student": "eve", "question": "q1", "answer": "x", "mail": "e@f"}', "1: the field 'mail' is read over"),
        (100_000 * "[", "1: the JSON is nested too deeply"),
        ('{"student": "eve", "q1": ' + 5000 * "9" + "}", "1: a number has too many digits"),
        (f'{{"student": "eve", "q1": "{2_000_100 * "x"}"}}', "1: the line has 2,000,1"),
    ],
)
def test_what_is_odd_in_json_is_told_and_the_rest_is_read(line: str, message: str) -> None:
    text = f'{line}\n{{"student": "ada", "q1": "1", "q2": "2"}}\n'
    assert told(text, Format.JSONL)[0].startswith(message)
    assert ("ada", "q1", "1") in plain(text, Format.JSONL)


def test_of_a_field_that_is_there_twice_the_first_counts() -> None:
    text = '{"student": "ada", "q1": "1", "q1": "2"}'
    assert told(text, Format.JSONL) == ["1: 'q1' is there twice; the first one counts"]
    assert plain(text, Format.JSONL)[0] == ("ada", "q1", "1")


def test_an_answer_in_json_that_is_no_text_is_a_fault_of_that_answer() -> None:
    first, second = read('{"student": "ada", "q1": true, "q2": "x"}', Format.JSONL)[0]
    assert first.fault is not None
    assert second.fault is None


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("who,q1\nada,1\n", "there is no column student", "begin with student,question,answer"),
        ("student,question\nada,q1\n", "there is no column answer", "begin with"),
        ("student,answer\nada,1\n", "there is no column question", "begin with"),
        ("student,a,b\nada,1,2\n", "no column is a question of the key", "begin with"),
        (
            "",
            "there is nobody to grade: no row names a student and answers a question of the key",
            "the file of answers",
        ),
        ("student,q1,q2\n", "there is nobody to grade: no row names a student", "the file of answers"),
        ("student,question,answer\nada,q7,x\n", "there is nobody to grade", "the file of answers"),
        (b"student,q1,q2\nM\xfcller,1,2\n", "the byte 0xFC is not UTF-8", "--encoding windows-1252"),
        (b"student,q1,q2\nada,2x\xb2,2\n", "the byte 0xB2 is not UTF-8", "--encoding windows-1252"),
    ],
)
def test_a_header_that_says_nothing_cannot_be_used(text: str | bytes, message: str, help_: str) -> None:
    with pytest.raises(UnusableError) as raised:
        read(text)
    assert raised.value.notice.diagnostic.message.startswith(message)
    assert help_ in (raised.value.notice.diagnostic.help or "")


@pytest.mark.parametrize("text", ["", "\n\n", '{"student": "ada", "q7": "x"}\n'])
def test_json_of_nobody_cannot_be_used_either(text: str) -> None:
    with pytest.raises(UnusableError, match="there is nobody to grade"):
        read(text, Format.JSONL)


UMLAUTS = "student,q1,q2\nMüller,1,2\nMöller,3,4\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-8"),
        ("utf-32", "utf-8"),
        ("windows-1252", "windows-1252"),
        ("mac-roman", "mac-roman"),
        ("utf-16", "windows-1252"),  # its mark says more
        ("utf-8-sig", "windows-1252"),
        ("utf-16-le", "utf-16-le"),
        ("shift_jis", "shift_jis"),
    ],
)
def test_students_whose_names_differ_in_an_umlaut_are_two(encoding: str, said: str) -> None:
    text = UMLAUTS if encoding != "shift_jis" else UMLAUTS.replace("Müller", "村上").replace("Möller", "村下")
    found = list(read_submissions(io.BytesIO(text.encode(encoding)), Format.CSV, QUESTIONS, never, encoding=said))
    assert [each.answer for each in found] == ["1", "2", "3", "4"]
    names = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert [each.student for each in found[::2]] == names


def never(notice: Notice) -> None:
    raise AssertionError(notice)


@pytest.mark.parametrize(
    ("data", "encoding", "line", "message"),
    [
        (UMLAUTS.encode("windows-1252"), "utf-8", 2, "the byte 0xFC is not UTF-8"),
        (UMLAUTS.encode() + b"M\xdfller,1,2\n", "utf-8", 4, "the byte 0xDF is not UTF-8"),
        (b"student,q1\neve,\x81\n", "cp1252", 2, "the byte 0x81 is no character in cp1252"),
        (UMLAUTS.encode("utf-16")[:-1], "utf-8", 3, "this is no character in utf-16"),
    ],
)
def test_bytes_that_are_no_text_stop_the_run_where_they_are(
    data: bytes, encoding: str, line: int, message: str
) -> None:
    with pytest.raises(UnusableError, match=message) as raised:
        check_encoding(io.BytesIO(data), encoding)
    assert raised.value.notice.line == line
    with pytest.raises(UnusableError, match=message):
        list(read_submissions(io.BytesIO(data), Format.CSV, QUESTIONS, lambda notice: None, encoding=encoding))


def test_a_lone_surrogate_in_json_spoils_its_own_answer_only() -> None:
    found, _ = read(r'{"student": "ada", "q1": "\ud800", "q2": "2x"}', Format.JSONL)
    assert [each.fault is None for each in found] == [False, True]
    for each in found:
        assert each.answer is not None
        each.answer.encode()


def test_an_answer_that_is_too_long_is_cut_and_is_a_fault() -> None:
    found, _ = read("student,q1,q2\nada," + 100_000 * "(" + ",2\n")
    assert found[0].fault is not None
    assert "100,000 characters" in found[0].fault.message
    assert len(found[0].answer or "") < 300
    assert found[1].fault is None


def test_names_are_made_printable() -> None:
    found, notices = read("student,q1,q2\nad\x1b[31ma,1,2\n")
    assert found[0].student == "ad\N{REPLACEMENT CHARACTER}[31ma"
    assert len(notices) == 1


def test_students_whose_names_look_alike_are_two() -> None:
    names = ["a\x01", "a\x02", "a\N{REPLACEMENT CHARACTER}", "a\x02"]
    found, notices = read(
        "student,question,answer\n" + "".join(f"{name},q{1 + (n > 2)},{n}\n" for n, name in enumerate(names))
    )
    assert [(each.student, each.question, each.answer) for each in found if each.answer] == [
        ("a\N{REPLACEMENT CHARACTER}", "q1", "0"),
        ("a\N{REPLACEMENT CHARACTER} (1)", "q1", "1"),
        ("a\N{REPLACEMENT CHARACTER} (2)", "q1", "2"),
        ("a\N{REPLACEMENT CHARACTER} (1)", "q2", "3"),
    ]
    assert len(notices) == 4


def test_joiners_are_part_of_names_and_what_turns_text_around_is_not() -> None:
    assert printable("می\N{ZERO WIDTH NON-JOINER}خواهم") == "می\N{ZERO WIDTH NON-JOINER}خواهم"
    assert printable("a\N{RIGHT-TO-LEFT OVERRIDE}b\x00") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


class Endless(io.RawIOBase):
    """A file of students without end, which counts the lines that are taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def readline(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        self.taken += 1
        return b"student,q1,q2\n" if self.taken == 1 else b"s%d,1,2\n" % self.taken


def test_reading_is_lazy() -> None:
    file = Endless()
    found: Iterator[Submission] = read_submissions(file, Format.CSV, QUESTIONS, lambda notice: None)  # type: ignore[arg-type]
    for _ in range(101):
        next(found)
    assert file.taken <= 60


@given(st.binary(max_size=80), st.sampled_from([Format.CSV, Format.JSONL]))
def test_any_bytes_are_read(data: bytes, form: Format) -> None:
    for head in (b"", b"student,q1,q2\nada,", b"student,question,answer\n"):
        try:
            found, notices = read(head + data, form)
        except UnusableError as error:
            found, notices = [], [error.notice]
        seen = [(each.student, each.question) for each in found]
        assert len(seen) == len(set(seen))
        assert all(notice.diagnostic.message for notice in notices)
        json.dumps([each.answer for each in found], ensure_ascii=False).encode()
