"""The report is one file, safe to open whatever is in names and answers; Gradescope's file is as it asks for."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser

import pytest

from gradcli.homework.gradescope import results_json
from gradcli.homework.key import Key, read_key
from gradcli.homework.records import AnswerOutcome, Graded, csv_record, header, read_records
from gradcli.homework.report import RecordIndex, write_report
from gradcli.homework.summary import Summary, counts_text, summary_text
from gradcli.streams.formats import Format
from tests.samples.homework_class import FOLDER

KEY = b"""
title = "A <b>bold</b> title"
[q1]
function = "x^2 sin(x)"
points = 2
[q2]
answer = "2x"
"""
EVIL = "<script>alert('1')</script><img src=http://a/b onerror=x>&\"'"
RECORDS = [
    Graded("ada", "q2", AnswerOutcome.CORRECT, 1, 1, "proved", "2x", "2*x"),
    Graded(
        "ada",
        "q1",
        AnswerOutcome.WRONG,
        0,
        2,
        "counterexample",
        "2x cos(x)",
        "2*x*cos(x)",
        "at x=1 …",
        ("product",),
        "f' g'",
    ),
    Graded(EVIL, "q1", AnswerOutcome.UNREADABLE, 0, 2, answer=EVIL, reads_as=EVIL, explanation=EVIL, likely=EVIL),
    Graded(EVIL, "q2", AnswerOutcome.MISSING, 0, 1),
    Graded("bob\N{RIGHT-TO-LEFT OVERRIDE}\x00", "q1", AnswerOutcome.WRONG, 0, 2, mistakes=("product", "sign")),
]
VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """The elements of a page: their names and attributes, the words outside of styles, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def report(records: list[Graded], notices: tuple[str, ...] = (), key_data: bytes = KEY) -> str:
    """The report on these records."""
    key = read_key(key_data)
    stream = io.BytesIO(header(Format.CSV) + "".join(map(csv_record, records)).encode())
    summary, index = Summary(key), RecordIndex()
    for begins, graded in read_records(stream, Format.CSV):
        summary.add(graded)
        index.add(begins, graded)
    file = io.StringIO()
    write_report(file, summary, key, index.of(stream, Format.CSV), notices)
    return file.getvalue()


@pytest.fixture(scope="module")
def text() -> str:
    return report(RECORDS, (EVIL,))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_all_elements_are_closed(page: Page) -> None:
    assert page.open == []
    assert page.tags[0] == ("html", {"lang": "en"})


def test_nothing_runs_and_nothing_is_loaded(page: Page, text: str) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "b"}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    policy = next(each["content"] for each in page.named("meta") if "http-equiv" in each)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_names_and_answers_are_shown_as_they_were_written(page: Page) -> None:
    words = "".join(page.words)
    assert words.count(EVIL) >= 6
    assert "bob\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" in words
    assert "\x00" not in words
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in words
    assert "A <b>bold</b> title" in words


def test_each_student_has_a_section_with_the_answers_in_the_keys_order(page: Page, text: str) -> None:
    sections = page.named("section")
    assert [each["id"] for each in sections] == ["student-1", "student-2", "student-3"]
    links = [each["href"] for each in page.named("a")]
    assert links == ["#s2q1", "#student-1", "#student-2", "#student-3"]
    ada = text[text.index('id="student-1"') : text.index('id="student-2"')]
    assert ada.index('id="s1q1"') < ada.index("<mi>cos</mi>") < ada.index('id="s1q2"')
    assert "1 of 3" in ada


def test_an_answer_is_typeset_as_it_was_read_with_the_right_one_where_it_is_wrong(text: str) -> None:
    ada = text[text.index('id="s1q1"') : text.index('id="s1q2"')]
    given, right = ada[ada.index("<dt>answer") : ada.index("<dt>right")], ada[ada.index("<dt>right") :]
    assert "<mi>sin</mi>" not in given
    assert given.count("<mi>cos</mi>") == right.count("<mi>cos</mi>") == right.count("<mi>sin</mi>") == 1
    assert "at x=1 …" in ada
    assert "f&#39; g&#39;" in ada
    correct = text[text.index('id="s1q2"') : text.index('id="student-2"')]
    assert "<dt>right" not in correct


def test_what_needs_a_persons_eye_is_listed_with_its_place(page: Page, text: str) -> None:
    look = text[text.index("For a person to look at") : text.index("<h2>Students</h2>")]
    assert look.count("<li") == 1
    assert 'href="#s2q1"' in look
    assert "unreadable" in look
    assert [each["id"] for each in page.named("article")] == ["s1q1", "s1q2", "s2q1", "s2q2", "s3q1"]


def test_of_very_many_answers_to_look_at_the_first_are_listed() -> None:
    records = [Graded(f"s{n}", "q1", AnswerOutcome.UNDECIDED, 0, 2, answer="x", explanation="time") for n in range(305)]
    records += [Graded("s304", "q2", AnswerOutcome.UNREADABLE, 0, 1, answer="(", explanation="open")]
    look = report(records)
    look = look[look.index("For a person to look at") : look.index("<h2>Students</h2>")]
    assert look.count("<li") == 301
    assert "and 5 more" in look
    assert look.index("undecided</span>") < look.index("unreadable</span>")


def test_the_question_stands_in_the_keys_words_where_it_has_some() -> None:
    key = KEY.replace(b"[q2]\n", b'[q2]\nquestion = "What is <2x>?"\n')
    words = report(RECORDS, key_data=key)
    assert words.count("What is &lt;2x&gt;?") == 3
    assert "the derivative by x" in words


def test_the_bars_are_as_wide_as_the_shares(page: Page) -> None:
    widths = [float(str(each["style"])[7:-1]) for each in page.named("i") if "style" in each]
    assert widths == [66.667, 33.333, 50.0, 50.0]
    labels = [each["aria-label"] for each in page.named("span") if "aria-label" in each]
    assert labels == ["2 wrong, 1 unreadable", "1 correct, 1 missing"]


def test_a_reading_is_shown_where_it_says_more_than_the_answer(text: str) -> None:
    assert "2*x*cos(x)" not in text
    latex = Graded("ada", "q2", AnswerOutcome.WRONG, 0, 1, answer=r"\frac{x}{2}", reads_as="x/2")
    shown = report([latex])
    assert "<mfrac><mi>x</mi><mn>2</mn></mfrac>" in shown
    assert r"written <code>\frac{x}{2}</code>" in shown


def test_a_student_begins_a_page_and_answers_are_not_broken_in_print(text: str) -> None:
    printed = text[text.index("@media print") :]
    assert "break-before: page" in printed
    assert "break-inside: avoid" in printed


def test_a_short_sheet_shares_its_page_and_a_page_that_would_stay_nearly_empty_goes_on() -> None:
    short = [Graded(f"s{n}", "q2", AnswerOutcome.CORRECT, 1, 1, "proved", "2x", "2*x") for n in range(60)]
    pages = report(short).count('class="student page"')
    assert 1 <= pages <= 6
    long = " ".join(200 * ["because"])
    whole = [Graded(f"s{n}", "q1", AnswerOutcome.WRONG, 0, 2, answer="x", explanation=long + long) for n in range(6)]
    assert report(whole).count('class="student page"') == 6


def test_an_empty_class_has_a_report() -> None:
    page = Page(report([]))
    assert page.open == []
    assert page.named("section") == []
    assert "0 students" in "".join(page.words)


def test_the_sample_report_is_whole() -> None:
    page = Page((FOLDER / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert len(page.named("section")) == 40
    assert len(page.named("article")) == 40 * 20
    assert len(page.named("math")) > 2_000


def summary(records: list[Graded]) -> tuple[Key, Summary]:
    key = read_key(KEY)
    found = Summary(key)
    for graded in records:
        found.add(graded)
    return key, found


def test_the_summary_counts_outcomes_and_mistakes() -> None:
    _, found = summary(RECORDS)
    assert summary_text(found) == (
        "A <b>bold</b> title\n"
        "question   correct  wrong  unreadable  undecided  missing  commonest mistakes\n"
        "q1         0 (0 %)      2           1          0        0  product (2), sign (1)\n"
        "q2        1 (50 %)      0           0          0        1\n"
        "all       1 (20 %)      2           1          0        1  product (2), sign (1)\n"
        "3 students, mean 0.33 of 3 points\n"
    )
    assert counts_text(found.overall.outcomes) == "5 answers: 1 correct, 2 wrong, 1 unreadable, 1 missing"


def test_formulas_in_sentences_are_typeset_and_what_is_none_is_left() -> None:
    said = "it reads as `1/2*x`, in `asin(x)`; <b> and `2*` are none"
    record = Graded("ada", "q1", AnswerOutcome.WRONG, 0, 2, explanation=said, likely="the factor `theta` is lost")
    page = report([record])
    assert "<mi>arcsin</mi>" in page
    assert "<mi>θ</mi>" in page
    assert "`" not in "".join(Page(page).words)
    assert "&lt;b&gt; and 2* are none" in page


def test_gradescopes_file_has_a_test_for_each_question() -> None:
    content = json.loads(results_json("Week 3", RECORDS[:2], {"q1": ("x",), "q2": ("x",)}))
    assert content["score"] == 1
    assert content["output"] == "Week 3"
    assert content["tests"] == [
        {
            "name": "q2",
            "name_format": "text",
            "score": 1,
            "max_score": 1,
            "status": "passed",
            "output": "correct\nanswer: 2x\nread as: 2x",
            "output_format": "text",
        },
        {
            "name": "q1",
            "name_format": "text",
            "score": 0,
            "max_score": 2,
            "status": "failed",
            "output": "wrong: at x=1 …\nanswer: 2x cos(x)\nread as: 2x cos(x)\nlikely: f' g'",
            "output_format": "text",
        },
    ]


def test_what_is_undecided_is_left_to_the_teacher() -> None:
    undecided = Graded("ada", "q1", AnswerOutcome.UNDECIDED, 0, 2, explanation="too deep for `x**2`")
    content = json.loads(results_json("", [undecided], {"q1": ("x",)}))
    assert content["output"] == "an answer could not be decided: the teacher is to look"
    assert re.match("undecided: too deep for x²", content["tests"][0]["output"])
