"""Right answers as students type them are recognised, and wrong ones are not, however they are written."""

from __future__ import annotations

import pytest

from gradcli.homework import Judgement, Verdict
from tests.homework.spellings import Spelling, is_good, judged, spellings

RECOGNISED = 0.97
"""The share of right answers that must be correct, or undecided with both readings said."""
Rows = list[tuple[Spelling, Judgement]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return list(judged(spellings()))


def test_right_answers_are_recognised_however_students_write_them(rows: Rows) -> None:
    right = [(row, judgement) for row, judgement in rows if row.is_right]
    assert len(right) >= 500
    wrong = [(row, judgement) for row, judgement in right if judgement.verdict is Verdict.WRONG]
    assert not wrong, wrong
    missed = [(row, judgement) for row, judgement in right if not is_good(judgement)]
    assert len(missed) <= (1 - RECOGNISED) * len(right), missed


def test_wrong_answers_are_not_correct_however_students_write_them(rows: Rows) -> None:
    wrong = [(row, judgement) for row, judgement in rows if not row.is_right]
    assert len(wrong) >= 300
    for row, judgement in wrong:
        assert judgement.verdict in (Verdict.WRONG, Verdict.UNREADABLE), (row, judgement)


def test_what_cannot_be_read_is_shown_where_it_stands_with_what_to_write(rows: Rows) -> None:
    for row, judgement in rows:
        if judgement.problem is not None:
            assert judgement.problem.source == row.answer
            assert judgement.problem.span.end <= len(row.answer) + 1
            assert judgement.problem.help, (row, judgement)
