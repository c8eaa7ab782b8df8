"""A few hundred inputs at random, the same every time; `python -m tests.fuzz` tries more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gradcli.operations import TABLE
from tests.fuzz.cases import Case
from tests.fuzz.expressions import Expressions
from tests.fuzz.making import KINDS, made
from tests.fuzz.promises import broken
from tests.fuzz.running import Outcome, run_as_process, run_here
from tests.fuzz.shrinking import shrunk

SEED = 11
NUMBERS = {"notebooks": 3, "classes": 20, "checks": 25, "explanations": 30}
"""How many inputs there are of a kind, where not MANY: those that start processes or ask SymPy take longer."""
MANY = 60


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_at_random_keep_the_promises(kind: str, tmp_path: Path) -> None:
    for number in range(NUMBERS.get(kind, MANY)):
        case = made(SEED, number, [kind])
        outcome = run_here(case, tmp_path)
        assert not broken(case, outcome), f"{outcome.trace}\n{case.command()}"


@pytest.mark.parametrize("kind", ["expressions", "programs", "batches"])
def test_a_process_answers_as_the_same_call_in_this_one(kind: str, tmp_path: Path) -> None:
    case = made(SEED, 0, [kind])
    here, there = run_here(case, tmp_path), run_as_process(case, tmp_path)
    assert not broken(case, there)
    assert (there.status, there.out) == (here.status, here.out)


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert [made(1, number) for number in range(50)] == [made(1, number) for number in range(50)]
    assert made(1, 7) != made(2, 7)


def test_expressions_reach_the_whole_vocabulary() -> None:
    make = Expressions(random.Random(0))
    text = " ".join(make.expression(2) for _ in range(6_000))
    missing = [each.name for each in TABLE if not any(f"{name}" in text for name in (each.name, *each.aliases))]
    assert missing == []


GOOD = '{"schema": 2, "expr": "x", "value": 1.0}\n'


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (Outcome(0, GOOD, ""), ""),
        (Outcome(2, '{"schema": 2, "error": {"message": "no"}}\n', ""), ""),
        (Outcome(3, GOOD, ""), "the exit status is 3"),
        (Outcome(0, GOOD.replace("1.0", "NaN"), ""), "the output is not JSON"),
        (Outcome(0, GOOD * 2, ""), "there are 2 objects"),
        (Outcome(0, "f  1\n", ""), "the output is not JSON"),
        (Outcome(0, '{"value": 1.0}\n', ""), "an object has no schema"),
        (Outcome(2, GOOD, ""), "status 2 and the object do not go together"),
        (Outcome(2, "", "error: gradcli failed on this; that is a bug in gradcli\n"), "a bug in gradcli"),
        (Outcome(2, "", ""), "status 2 and not a word"),
        (
            Outcome(0, GOOD, "/lib/gradcli/calculus/evaluate.py:3: UserWarning: std()\n"),
            "a message tells of our source",
        ),
        (Outcome(0, GOOD, "note:  \x1b[31m\n"), "a message controls the terminal"),
        (Outcome(None, "", "", "ValueError in calculus/evaluate.py, run"), "ValueError in calculus/evaluate.py"),
    ],
)
def test_a_broken_promise_is_found(outcome: Outcome, complaint: str) -> None:
    found = broken(Case("expressions", ("x", "x=1", "--json")), outcome)
    assert found == [] if not complaint else found[0].startswith(complaint)


def test_a_batch_that_loses_a_problem_is_found() -> None:
    case = Case("batches", ("batch", "-", "--from", "jsonl", "--to", "jsonl"), b"", records=2)
    assert broken(case, Outcome(0, GOOD, "")) == ["of 2 problems there are 1 records"]


def test_what_fails_is_made_small_and_can_be_repeated() -> None:
    case = Case("programs", ("run", "-", "--json"), b"x = 1\ny = 2\nprint(x)\n")
    small = shrunk(case, lambda each: b"print" in each.stdin and "run" in each.arguments)
    assert small.command() == "printf %s print | gradcli run"
    assert Case("programs", ("run", "-"), b"a'\n\xff").command() == "printf %s $'a\\x27\\x0a\\xff' | gradcli run -"
    assert Case("archives", files={"archive.pt": b"\0"}).command().startswith("echo AA== | base64 -d > archive.pt\n")
