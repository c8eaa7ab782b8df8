"""The two witnesses agree on random expressions over the whole vocabulary, to the first and to the second order."""

from __future__ import annotations

from collections import Counter

import pytest

from gradcli.calculus.results import Request, Verdict
from gradcli.problem import DiagnosticError, Problem, Solution, solve
from tests.calculus.generator import Generator, operations_to_cover

CHUNKS = 10
FIRST_ORDER = 150
SECOND_ORDER = 60


def solved(seed: int, request: Request) -> tuple[str, Solution, set[str]]:
    generator = Generator(seed)
    text = generator.scalar(3 if request is Request.GRADIENT else 2)
    point = generator.point()
    try:
        return text, solve(Problem(text, point, request=request), formulas=False), generator.used
    except DiagnosticError as error:
        raise AssertionError(f"{text}: {error.diagnostic.message}") from error


def tally(seeds: range, request: Request) -> Counter[Verdict]:
    """Solve the expressions of the seeds; none may differ."""
    found: Counter[Verdict] = Counter()
    for seed in seeds:
        text, solution, _ = solved(seed, request)
        assert solution.check is not None
        assert solution.check.verdict is not Verdict.DIFFERS, (text, solution.check.reason)
        found[solution.check.verdict] += 1
    return found


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engine_and_sympy_agree_to_the_first_order(chunk: int) -> None:
    found = tally(range(chunk * FIRST_ORDER, (chunk + 1) * FIRST_ORDER), Request.GRADIENT)
    assert found[Verdict.AGREES] >= 0.9 * (FIRST_ORDER - found[Verdict.SKIPPED])


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engine_and_sympy_agree_to_the_second_order(chunk: int) -> None:
    first = 1_000_000 + chunk * SECOND_ORDER
    found = tally(range(first, first + SECOND_ORDER), Request.HESSIAN)
    assert found[Verdict.AGREES] >= 0.9 * (SECOND_ORDER - found[Verdict.SKIPPED])


def test_there_are_two_thousand_expressions_and_they_use_the_whole_vocabulary() -> None:
    assert CHUNKS * (FIRST_ORDER + SECOND_ORDER) >= 2000
    used: set[str] = set()
    for seed in range(CHUNKS * FIRST_ORDER):
        generator = Generator(seed)
        generator.scalar(3)
        used |= generator.used
    assert operations_to_cover() <= used, operations_to_cover() - used
