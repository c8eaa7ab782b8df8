"""Answers by hand, over the curriculum: no right one is called wrong, and no wrong one right."""

from __future__ import annotations

import pytest

from gradcli.homework import Evidence, Verdict
from tests.homework.pairs import blocks, everything, subjects

PROVED = {"domains": 0.9}
"""The share of equal answers that must be proved, and not only found to agree: all, but for maxima and branches."""


@pytest.mark.parametrize("subject", subjects())
def test_equal_answers_are_correct_and_unequal_ones_have_a_counterexample(subject: str) -> None:
    evidence = []
    for block in blocks(subject):
        judge = block.judge()
        for answer in block.equal:
            judgement = judge.judge(answer)
            assert judgement.verdict is Verdict.CORRECT, (block.text, answer, judgement)
            evidence.append(judgement.evidence)
        for answer in block.unequal:
            judgement = judge.judge(answer)
            assert judgement.verdict is Verdict.WRONG, (block.text, answer, judgement)
            assert judgement.counterexample is not None or judgement.reason is not None, (block.text, answer)
    assert evidence.count(Evidence.PROVED) >= PROVED.get(subject, 1.0) * len(evidence)


def test_there_are_400_pairs_of_each_sort() -> None:
    assert sum(len(block.equal) for block in everything()) >= 400
    assert sum(len(block.unequal) for block in everything()) >= 400
