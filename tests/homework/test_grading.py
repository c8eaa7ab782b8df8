"""A class is graded in order, each answer by itself: what one does costs that one only."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework import Judge, Verdict
from gradcli.homework.classfile.roster import Submission
from gradcli.homework.grading import AnswerLimits, Result, grade, graded
from gradcli.homework.key import read_key
from gradcli.homework.records import AnswerOutcome, Graded, csv_record, header, read_record, read_records
from gradcli.streams.formats import Format
from gradcli.streams.here import Here
from gradcli.streams.workers import Workers
from tests.samples.homework_class import FOLDER, FORMS, UNREADABLE

KEY = b"""
title = "Two questions"
[q1]
function = "x^2 sin(x)"
points = 2
[q2]
function = "x^3"
at = { x = 2 }
"""
LIMITS = AnswerLimits(10.0, 500)
KILLER = "this one kills"
"""An answer that ends its worker, where `graded_by_the_killed` does the work."""


def submissions(answers: Iterable[str | None], question: str = "q1") -> list[Submission]:
    return [Submission(number, f"s{number}", question, answer, number + 2) for number, answer in enumerate(answers)]


def here(answers: Iterable[str | None], question: str = "q1", form: Format = Format.JSONL) -> list[Result]:
    return list(grade(submissions(answers, question), KEY, form, Here(), LIMITS))


def objects(results: Iterable[Result]) -> list[dict[str, object]]:
    return [json.loads(result.text) for result in results]


def graded_by_the_killed(tasks: Sequence[Submission], /, key: bytes, form: Format) -> list[Result]:
    """What workers do, but for the answer that is their death."""
    if any(task.answer == KILLER for task in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return graded(tasks, key, form)


@pytest.fixture(scope="module")
def worker() -> Iterator[Workers]:
    """A worker with little time and memory."""
    workers = Workers(1, timeout=20.0, memory=500)
    yield workers
    workers.shutdown(wait=False, cancel_futures=True)


def test_each_answer_has_the_documented_object() -> None:
    results = here(["2x sin(x) + x^2 cos(x)", "2x cos(x)", "2x +", None])
    assert [result.outcome for result in results] == [
        AnswerOutcome.CORRECT,
        AnswerOutcome.WRONG,
        AnswerOutcome.UNREADABLE,
        AnswerOutcome.MISSING,
    ]
    right, wrong, unreadable, missing = objects(results)
    assert right == {
        "schema": 2,
        "student": "s0",
        "question": "q1",
        "answer": "2x sin(x) + x^2 cos(x)",
        "reads_as": "2*x*sin(x) + x**2*cos(x)",
        "verdict": "correct",
        "evidence": "proved",
        "samples": right["samples"],
        "points": 2,
        "of": 2,
    }
    assert wrong["verdict"] == "wrong"
    assert wrong["evidence"] == "counterexample"
    assert wrong["counterexample"]["at"] == {"x": 1.0}  # type: ignore[index]
    assert wrong["explanation"] == "at x=1 the derivative is 2.2232; the answer gives 1.0806"
    assert (wrong["points"], wrong["of"]) == (0, 2)
    assert unreadable["error"]["code"] == "E101"  # type: ignore[index]
    assert missing == {
        "schema": 2,
        "student": "s3",
        "question": "q1",
        "verdict": "missing",
        "points": 0,
        "of": 2,
    }


def test_answers_to_a_question_that_cannot_be_calculated_are_undecided() -> None:
    key = b'[q1]\nfunction = "ones(2, 3) @ x"\nat = { x = [1, 2] }\n'
    (result,) = objects(grade(submissions(["1"]), key, Format.JSONL, Here(), LIMITS))
    assert result["verdict"] == "undecided"
    assert "the question cannot be calculated" in str(result["explanation"])


def test_the_teachers_own_words_replace_the_rules() -> None:
    key = read_key(b'[q1]\nfunction = "x^2"\nmistakes = { "integrated" = "see chapter 3" }\n')
    assert key.questions["q1"].messages == {"integrated": "see chapter 3"}


HOSTILE = [
    "9**9**9",
    "9^9^9^9^9",
    "x" + 3000 * "!",
    100_000 * "(",
    5_000 * "(" + "x" + 5_000 * ")",
    2_000 * "-" + "x",
    "x^" * 3_000 + "x",
    "+".join(5_000 * ["x"]),
    "__import__('os').system('touch /tmp/gradcli-was-here')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "open('/etc/passwd').read()",
    "exec('1')",
    "lambda: x",
    "1" + 9_000 * "0",
    "1e999999999",
    "gamma(gamma(gamma(x)))",
    "2^2^2^2^2^2^2^2^x",
    "ѕin(х)",
    "x\x00y",
    "\x1b[2J\x1b[H",
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    r"\input{/etc/passwd}",
    r"\write18{rm -rf}",
    r"\def\a{\a\a}\a",
    r"\frac" * 3_000,
    "zeros(100000, 100000)",
    "[" * 500 + "x" + "]" * 500,
    "sum(" * 400 + "x" + ")" * 400,
    "exp(" * 300 + "x" + ")" * 300,
]


def test_hostile_answers_are_judged_and_the_others_with_them(worker: Workers) -> None:
    answers = [answer for each in HOSTILE for answer in (each, "x(2 sin x + x cos x)")]
    results = list(grade(submissions(answers), KEY, Format.JSONL, worker, LIMITS))
    assert [result.outcome for result in results[1::2]] == len(HOSTILE) * [AnswerOutcome.CORRECT]
    assert all(result.outcome is not AnswerOutcome.CORRECT for result in results[::2])
    assert not os.path.exists("/tmp/gradcli-was-here")
    for result in results:
        json.loads(result.text)


def test_an_answer_that_kills_its_worker_is_the_only_one_that_suffers(worker: Workers) -> None:
    answers = ["x(2 sin x + x cos x)", "2x", KILLER, "2x sin x + x^2 cos x"]
    found = list(grade(submissions(answers), KEY, Format.JSONL, worker, LIMITS, work=graded_by_the_killed))
    assert [each.outcome for each in found] == [
        AnswerOutcome.CORRECT,
        AnswerOutcome.WRONG,
        AnswerOutcome.UNDECIDED,
        AnswerOutcome.CORRECT,
    ]
    reason = json.loads(found[2].text)["reason"]
    assert reason == "this ended the process that calculated it, twice: ended by SIGKILL"


def graded_without_end(tasks: Sequence[Submission], /, key: bytes, form: Format) -> list[Result]:
    """What workers do, but for an answer that never comes to its end."""
    while any(task.answer == KILLER for task in tasks):
        pass
    return graded(tasks, key, form)


def graded_greedily(tasks: Sequence[Submission], /, key: bytes, form: Format) -> list[Result]:
    """What workers do, but for an answer that wants all memory."""
    if any(task.answer == KILLER for task in tasks):
        bytearray(10**12)
    return graded(tasks, key, form)


def test_an_answer_without_end_is_the_only_one_that_suffers() -> None:
    workers = Workers(1, timeout=8.0, memory=500, modules=("gradcli.homework.grading",))
    try:
        answers = ["2x", KILLER, "3x"]
        limits = AnswerLimits(8.0, 500)
        found = list(grade(submissions(answers), KEY, Format.JSONL, workers, limits, work=graded_without_end))
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
    assert [each.outcome for each in found] == [AnswerOutcome.WRONG, AnswerOutcome.UNDECIDED, AnswerOutcome.WRONG]
    assert json.loads(found[1].text)["reason"] == "this took longer than 8 s"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_an_answer_that_wants_all_memory_is_the_only_one_that_suffers(worker: Workers) -> None:
    answers = ["2x", KILLER, "3x"]
    found = list(grade(submissions(answers), KEY, Format.JSONL, worker, LIMITS, work=graded_greedily))
    assert [each.outcome for each in found] == [AnswerOutcome.WRONG, AnswerOutcome.UNDECIDED, AnswerOutcome.WRONG]
    assert json.loads(found[1].text)["reason"] == "this needed more memory than the limit of 500 MB"


class Counted:
    """Submissions without end, which counts how many were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[Submission]:
        while True:
            self.taken += 1
            yield Submission(self.taken, f"s{self.taken}", "q2", str(self.taken % 7), self.taken)


def test_no_more_is_held_in_memory_than_is_read_ahead() -> None:
    source = Counted()
    results = grade(source, KEY, Format.CSV, Here(), LIMITS)
    done = 0
    ahead = []
    for done, _ in enumerate(results, 1):
        ahead.append(source.taken - done)
        if done == 20_000:
            break
    results.close()
    assert done == 20_000
    assert max(ahead) < 2_000


def test_classmates_who_write_the_same_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    judge = Judge.judge

    def counted(self: Judge, text: str, *, latex: bool | None = None) -> object:
        asked.append(text)
        return judge(self, text, latex=latex)

    monkeypatch.setattr(Judge, "judge", counted)
    key = KEY + b"# judged once\n"
    found = list(grade(submissions(50 * ["12", "11"], "q2"), key, Format.CSV, Here(), LIMITS))
    assert asked == ["12", "11"]
    assert [each.outcome for each in found] == 50 * [AnswerOutcome.CORRECT, AnswerOutcome.WRONG]


def test_more_spaces_make_no_other_answer_and_faults_stand_where_they_were_written() -> None:
    right, wide, bad = objects(here(["2x sin x + x^2 cos x", "  2x sin x  +   x^2 cos x ", "  2x   + * 3"]))
    assert wide == {**right, "student": "s1", "answer": "  2x sin x  +   x^2 cos x "}
    assert bad["error"]["column"] == 10  # type: ignore[index]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "-2x", "'-2x", "''", "@x", "+", "\t=x", "-5", "-1e3", "'-5", '"', "a,b", "a\r\nb", "\r", "\n=x", "\x00"]
)


@given(st.lists(st.builds(Graded, TEXTS, TEXTS, st.sampled_from(AnswerOutcome), answer=TEXTS, likely=TEXTS,
                          points=st.floats(0, 9), of=st.floats(0, 9), explanation=TEXTS), max_size=4))  # fmt: skip
def test_records_of_csv_are_read_back_as_they_were(found: list[Graded]) -> None:
    import io

    stream = io.BytesIO(header(Format.CSV) + "".join(csv_record(each) for each in found).encode())
    places = list(read_records(stream, Format.CSV))
    assert [graded for _, graded in places] == found
    assert [read_record(stream, Format.CSV, begins) for begins, _ in places] == found


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-2x", "@SUM(A1)", "\t=x", "\r=x", "'=x", '=HYPERLINK("http://a")'])
def test_no_cell_is_a_formula_for_a_spreadsheet(cell: str) -> None:
    text = csv_record(Graded(cell, "q1", AnswerOutcome.WRONG, 0.0, 1.0, answer=cell))
    assert f"'{cell[0]}" in text
    assert not any(each.lstrip('"').startswith(("=", "+", "@", "\t", "\r", "-")) for each in text.split(","))


def test_no_record_controls_the_terminal_that_shows_it() -> None:
    answer = "2x\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}\nx\x07"
    (cells,) = here([answer], form=Format.CSV)
    assert not set(cells.text) & set("\x1b\x07\N{RIGHT-TO-LEFT OVERRIDE}")
    (content,) = here([answer], form=Format.JSONL)
    assert "\x1b" not in content.text
    assert json.loads(content.text)["answer"] == answer


@pytest.mark.parametrize("cell", ["-5", "+3.5", "-1e-3", "7"])
def test_numbers_stay_numbers(cell: str) -> None:
    assert f",{cell}," in csv_record(Graded("ada", "q1", AnswerOutcome.WRONG, 0.0, 1.0, answer=cell))


@pytest.mark.parametrize("question", FORMS)
def test_the_forms_of_the_sample_class_are_judged_as_they_were_written(question: str) -> None:
    judge = Judge(read_key((FOLDER / "key.toml").read_bytes()).questions[question])
    forms = FORMS[question]
    expected = {
        **dict.fromkeys(forms.right, Verdict.CORRECT),
        **dict.fromkeys(forms.wrong, Verdict.WRONG),
        **dict.fromkeys(forms.doubtful, Verdict.UNDECIDED),
        **dict.fromkeys(forms.shapeless, Verdict.UNREADABLE),
        **dict.fromkeys(UNREADABLE, Verdict.UNREADABLE),
    }
    assert {text: judge.judge(text).verdict for text in expected} == expected
