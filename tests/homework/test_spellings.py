"""Right answers as students type them are recognised, and wrong ones are not, however they are written."""

from __future__ import annotations

from gradcli.homework import Verdict
from tests.homework.spellings import is_good, judged, spellings

RECOGNISED = 0.97
"""The share of right answers that must be correct, or undecided with both readings said."""


def test_right_answers_are_recognised_however_students_write_them() -> None:
    rows = list(judged(row for row in spellings() if row.is_right))
    wrong = [(row, judgement) for row, judgement in rows if judgement.verdict is Verdict.WRONG]
    assert not wrong, wrong
    missed = [(row, judgement) for row, judgement in rows if not is_good(judgement)]
    assert len(missed) <= (1 - RECOGNISED) * len(rows), missed


def test_wrong_answers_are_not_correct_however_students_write_them() -> None:
    for row, judgement in judged(row for row in spellings() if not row.is_right):
        assert judgement.verdict in (Verdict.WRONG, Verdict.UNREADABLE), (row, judgement)


def test_what_cannot_be_read_is_shown_where_it_stands_with_what_to_write() -> None:
    for row, judgement in judged(spellings()):
        if judgement.problem is not None:
            assert judgement.problem.source == row.answer
            assert judgement.problem.span.end <= len(row.answer) + 1
            assert judgement.problem.help, (row, judgement)


def test_there_are_500_right_answers_and_300_wrong_ones() -> None:
    rows = list(spellings())
    assert sum(row.is_right for row in rows) >= 500
    assert sum(not row.is_right for row in rows) >= 300
