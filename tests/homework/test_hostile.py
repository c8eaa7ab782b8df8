"""Hostile answers: each gets a verdict, none is right, and nothing is run, read or kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradcli.homework import Judge, Verdict, make_question
from gradcli.homework.wording import judgement_object
from gradcli.render.diagnostics import diagnostic_text
from tests.homework.hostile import ANSWERS, CODE, LATEX

JUDGES = {
    "formula": lambda: Judge(make_question("x^2")),
    "gradient": lambda: Judge(make_question("x^2 y", wrt=["x", "y"])),
    "number": lambda: Judge(make_question("x^3", at={"x": np.array(1.7)})),
}


def test_there_are_200_hostile_answers() -> None:
    assert len(set(ANSWERS)) >= 200


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind == "formula" else pytest.mark.slow) for kind in JUDGES]
)
def test_a_hostile_answer_gets_a_verdict_and_is_not_right_nor_spoils_the_next(kind: str) -> None:
    judge = JUDGES[kind]()
    fresh = judge.judge("(x+1)^2 - x^2 - 1")
    for answer in ANSWERS:
        judgement = judge.judge(answer)
        assert judgement.verdict is not Verdict.CORRECT, (answer[:80], judgement)
        text = json.dumps(judgement_object(judgement, answer), allow_nan=False)
        assert len(text) < 1_000_000
        if judgement.problem is not None:
            assert len(diagnostic_text(judgement.problem)) < 2_000, answer[:80]
    assert judge.judge("(x+1)^2 - x^2 - 1") == fresh


def test_code_and_typesetting_commands_are_unreadable_or_wrong_and_touch_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    judge = JUDGES["formula"]()
    for answer in [*CODE, *LATEX]:
        assert judge.judge(answer).verdict in (Verdict.UNREADABLE, Verdict.WRONG), answer
    assert list(tmp_path.iterdir()) == []
    assert dict(os.environ) == before


PEAK = """
import resource
from gradcli.homework import Judge, make_question
from tests.homework.hostile import LARGE
judge = Judge(make_question("x^2"))
judge.judge("cos(x) + 1")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for answer in LARGE:
    judge.judge(answer)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_memory_stays_small_for_large_answers() -> None:
    pytest.importorskip("resource", reason="this system does not tell how much memory a process used")
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, cwd=root, check=True, text=True)
    assert int(ran.stdout) < 150_000
