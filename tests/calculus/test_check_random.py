"""On random expressions at random points no verdict is wrong: no false `differs`, no false `agrees`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pytest

from gradcli.calculus.results import Request, Variables, Verdict
from gradcli.problem import DiagnosticError, Problem, Solution, solve
from tests.calculus.certified import Entry
from tests.calculus.expressions import Expression, Maker, TooLarge, uncovered
from tests.calculus.generator import Generator, operations_to_cover
from tests.calculus.oracle import NoDerivative, Oracle, is_right

CHUNK = 50
FIRST_ORDER, SECOND_ORDER = 5_000, 1_000
QUICK_FIRST, QUICK_SECOND = 100, 20
MOST_UNDECIDED = 0.05
"""Of the answers that the oracle knows."""
RISING = (
    (80, ("1e-40", "1e-50"), 700),
    (400, ("1e-400", "1e-420"), 2_500),
    (1_300, ("1e-1300", "1e-1320"), 5_000),
)
"""Digits, steps and most digits of the oracle: the finer ones where the first give no derivative, or another one."""


def asked(seed: int, request: Request) -> tuple[Expression, dict[str, str]]:
    maker = Maker(seed)
    expression = maker.expression(4 if request is Request.GRADIENT else 3)
    return expression, maker.point()


def true(expression: Expression, point: dict[str, str], variables: Variables, rise: int) -> object:
    """The true number; None where there is none. Raises TooLarge."""
    oracle = Oracle(lambda *numbers: expression.value(dict(zip(point, numbers, strict=True))), point, *RISING[rise])
    try:
        return oracle.derivative(*variables) if variables else oracle.value()
    except NoDerivative:
        return None


def answered(expression: Expression, point: dict[str, str], request: Request) -> Solution | None:
    """What gradcli says; None where there is no answer at a point that is not finite."""
    at = ", ".join(f"{name}={value}" for name, value in point.items())
    try:
        return solve(Problem(f"{expression.text} at {at}", request=request, digits=17), formulas=False)
    except DiagnosticError as error:
        if not all(math.isfinite(float(value)) for value in point.values()):
            return None
        raise AssertionError(f"{expression.text} at {at}: {error.diagnostic.message}") from error


def keys(solution: Solution) -> Iterator[Variables]:
    yield ()
    yield from solution.numbers.derivatives


def judged(seed: int, request: Request) -> str:
    """What became of one expression: an AssertionError where the verdict is wrong."""
    expression, point = asked(seed, request)
    solution = answered(expression, point, request)
    if solution is None:
        return "not finite"
    assert solution.check is not None
    verdict, said = solution.check.verdict, f"seed {seed}: {expression.text} at {point}: {solution.check.reason}"
    assert verdict is not Verdict.DIFFERS, said
    if not all(math.isfinite(float(value)) for value in point.values()):
        unused = all(math.isfinite(float(point[name])) for name in solution.wrt)
        assert unused or verdict in (Verdict.UNDECIDED, Verdict.SKIPPED), said
        return "not finite"
    try:
        numbers = {variables: true(expression, point, variables, 0) for variables in keys(solution)}
        if verdict in (Verdict.AGREES, Verdict.CORRECTED):
            for variables, number in numbers.items():
                assert _stands(expression, point, variables, number, solution), (said, variables, number)
    except TooLarge:
        return "too large"
    return verdict.value if None not in numbers.values() else f"{verdict.value} without a derivative"


def _stands(
    expression: Expression, point: dict[str, str], variables: Variables, number: object, solution: Solution
) -> bool:
    """Whether the oracle, in the end, has the number that is shown."""
    shown = Entry(variables, (), number).shown(solution, 17)
    if number is not None and is_right(shown, number):
        return True
    return any(
        finer is not None and is_right(shown, finer)
        for finer in (true(expression, point, variables, rise) for rise in range(1, len(RISING)))
    )


def tally(seeds: range, request: Request) -> Counter[str]:
    return Counter(judged(seed, request) for seed in seeds)


def assert_mostly_decided(found: Counter[str]) -> None:
    known = sum(found[verdict.value] for verdict in Verdict)
    assert known >= 0.4 * sum(found.values()), found
    assert found[Verdict.UNDECIDED.value] <= MOST_UNDECIDED * known, found


@pytest.mark.parametrize("first", range(0, QUICK_FIRST, CHUNK))
def test_no_verdict_on_a_gradient_is_wrong(first: int) -> None:
    tally(range(first, first + CHUNK), Request.GRADIENT)


@pytest.mark.parametrize("first", range(0, QUICK_SECOND, CHUNK // 5))
def test_no_verdict_on_a_hessian_is_wrong(first: int) -> None:
    tally(range(1_000_000 + first, 1_000_000 + first + CHUNK // 5), Request.HESSIAN)


@pytest.mark.slow
def test_five_thousand_gradients() -> None:
    assert_mostly_decided(tally(range(FIRST_ORDER), Request.GRADIENT))


@pytest.mark.slow
def test_a_thousand_hessians() -> None:
    assert_mostly_decided(tally(range(1_000_000, 1_000_000 + SECOND_ORDER), Request.HESSIAN))


def test_every_operation_on_scalars_is_in_a_random_expression() -> None:
    assert not uncovered()


# Tensors: the whole vocabulary, at ordinary points.


def verdict_on_tensors(seed: int, request: Request) -> Verdict:
    generator = Generator(seed)
    text = generator.scalar(3 if request is Request.GRADIENT else 2)
    solution = solve(Problem(text, generator.point(), request=request), formulas=False)
    assert solution.check is not None
    assert solution.check.verdict is not Verdict.DIFFERS, (seed, text, solution.check.reason)
    return solution.check.verdict


@pytest.mark.parametrize("chunk", range(5))
def test_the_whole_vocabulary_agrees_at_ordinary_points(chunk: int) -> None:
    found = Counter(verdict_on_tensors(seed, Request.GRADIENT) for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK))
    assert found[Verdict.UNDECIDED] <= 0.1 * CHUNK, found


@pytest.mark.parametrize("chunk", range(2))
def test_the_whole_vocabulary_agrees_to_the_second_order(chunk: int) -> None:
    first = 1_000_000 + chunk * CHUNK
    found = Counter(verdict_on_tensors(seed, Request.HESSIAN) for seed in range(first, first + CHUNK))
    assert found[Verdict.UNDECIDED] <= 0.1 * CHUNK, found


def test_random_tensors_use_the_whole_vocabulary() -> None:
    used: set[str] = set()
    for seed in range(1_500):
        generator = Generator(seed)
        generator.scalar(3)
        used |= generator.used
    assert operations_to_cover() <= used, operations_to_cover() - used
