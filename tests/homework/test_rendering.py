"""The report in a real browser: nothing stands out of the page on a telephone, a screen or paper, in light and dark."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gradcli.homework.key import read_key
from gradcli.homework.records import AnswerOutcome, Graded, csv_record, header, read_records
from gradcli.homework.report import RecordIndex, write_report
from gradcli.homework.summary import Summary
from gradcli.streams.formats import Format
from tests.homework.chromium import PROGRAM, Measures, measured, printed

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here")

KEY = b"""
title = "A title of many words, and averyverylongwordwithoutanyspaceinwhichitcouldbebrokenanywhereatall"
[q1]
question = "Differentiate this product, and simplify what you get as far as you can."
function = "x^2 sin(x) + sqrt(x^2 + 1)/(x^4 + 3x^2 + 1) + e^(-x^2/2) ln(1 + x^2) - arctan(3x/(1 + x^2)) + x^7 - 5x^6"
[q2]
function = "(1 + 2x + 3x^2 + 4x^3 + 5x^4 + 6x^5 + 7x^6)^9 / (x sin(x) cos(x) tan(x) exp(x) sqrt(x) arctan(x) cosh(x))"
[q3]
function = "x^3 + x y^2"
wrt = ["x", "y"]
order = 2
[q4]
function = "sum(softmax(z, 0) * [1, 2, 3])"
at = { z = [0.123456789, 0.987654321, 0.192837465] }
"""
LONG = "the derivative's entry [0] is -0.33333; the answer gives 0.33333; needed to within 0.005; " * 3
STRIP = "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
ANSWERS = [
    ("q1", AnswerOutcome.CORRECT, "2x sin(x) + x^2 cos(x)", "2*x*sin(x) + x**2*cos(x)", "", ""),
    ("q2", AnswerOutcome.WRONG, 6 * r"\frac{x}{2}+", "+".join(20 * ["x*sin(x)*cos(x)*tan(x)*exp(x)/2"]), LONG, LONG),
    (
        "q3",
        AnswerOutcome.WRONG,
        "[[6x, 2y], [2y, 2x]]",
        "[[6*x, 2*y], [2*y, 2*x]]",
        "at x=1 …",
        "only the sign is wrong",
    ),
    ("q4", AnswerOutcome.UNREADABLE, STRIP, "", "what cannot be read: " + STRIP, ""),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of long formulas, long words and long reasons, and of a student who wrote next to nothing."""
    key = read_key(KEY)
    records = [
        Graded(f"{name} {STRIP[:60]}", question, outcome, 0, 1, "", answer, reading, why, (), likely)
        for name in ("Ada", "Bo", "Chi")
        for question, outcome, answer, reading, why, likely in ANSWERS
    ]
    records.append(Graded("Dan", "q3", AnswerOutcome.MISSING, 0, 1))
    stream = io.BytesIO(header(Format.CSV) + "".join(map(csv_record, records)).encode())
    summary, index = Summary(key), RecordIndex()
    for begins, graded in read_records(stream, Format.CSV):
        summary.add(graded)
        index.add(begins, graded)
    file = tmp_path_factory.mktemp("report") / "report.html"
    with file.open("w", encoding="utf-8") as text:
        write_report(text, summary, key, index.of(stream, Format.CSV), [STRIP])
    return file


@pytest.fixture(scope="module")
def screen(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Measures:
    """The page on a screen of 800 px, in light."""
    return measured(tmp_path_factory.mktemp("screen"), page, 800)


@pytest.mark.parametrize("width", [360, 800, 1200])
def test_nothing_stands_out_of_the_page(page: Path, tmp_path: Path, width: int) -> None:
    found = measured(tmp_path, page, width)
    assert width - 20 <= found.width <= width
    assert found.scrolls_to <= found.width
    assert found.standing_out == []


def test_formulas_are_drawn_and_not_spelled(screen: Measures) -> None:
    assert screen.formulas > 40
    assert screen.raised > 10  # a power is higher than nothing: the browser knows MathML


def test_the_page_is_light_or_dark_as_the_reader_has_it(screen: Measures, page: Path, tmp_path: Path) -> None:
    dark = measured(tmp_path, page, 800, dark=True)
    assert brightness(screen.paper) > 240 > 60 > brightness(screen.ink)
    assert brightness(dark.paper) < 40 < 200 < brightness(dark.ink)


def brightness(colour: str) -> float:
    """From 0 to 255, of `rgb(1, 2, 3)`."""
    parts = [int(each) for each in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    return sum(parts) / len(parts)


def test_no_page_is_printed_for_ten_words(page: Path, tmp_path: Path) -> None:
    characters = printed(tmp_path, page)
    assert len(characters) > 2
    assert min(characters) > 100
