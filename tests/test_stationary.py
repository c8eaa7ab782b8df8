"""Critical points: each found exactly once and with the right kind, and none claimed that is not there."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from gradcli.calculus.balls import numbers
from gradcli.calculus.critical.found import Doubt
from gradcli.language import DiagnosticError, parse_interval
from gradcli.language.tree import Binding, Expr, Range
from gradcli.operations import vocabulary
from gradcli.problem import Problem
from gradcli.render.criticals import kind_of
from gradcli.stationary import Criticals, critical
from tests.critical_points import FLEX, LEVEL, ONE, PEAK, SEVERAL, WELL, V

CLOSE = 1e-12


def found(text: str, operands: str = "", *, seconds: float = 60.0, digits: int | None = None) -> Criticals:
    ranges: list[Range] = []
    values: dict[str, Expr] = {}
    for operand in operands.split():
        read = parse_interval(operand, vocabulary())
        if isinstance(read, Binding):
            values[read.name] = read.value
        else:
            ranges.append(read)
    return critical(Problem(text, values), ranges, seconds=seconds, digits=digits)


def points(criticals: Criticals) -> list[tuple[tuple[float, ...], str]]:
    return [
        (tuple(float(numbers.ball(each).mid()) for each in point.at), kind_of(point))
        for point in criticals.findings.points
    ]


def agree(got: Sequence[tuple[tuple[float, ...], str]], expected: Sequence[tuple[tuple[float, ...], str]]) -> None:
    assert [kind for _, kind in got] == [kind for _, kind in expected], got
    for (at, _), (known, _) in zip(got, expected, strict=True):
        assert all(abs(a - b) <= CLOSE * (1 + abs(b)) for a, b in zip(at, known, strict=True)), (at, known)


@pytest.mark.parametrize(("text", "operands", "expected"), ONE, ids=[f"{text} {where}" for text, where, _ in ONE])
def test_each_point_of_one_variable_is_found_once_with_its_kind(
    text: str, operands: str, expected: list[tuple[float, str]]
) -> None:
    criticals = found(text, operands)
    agree(points(criticals), [((at,), kind) for at, kind in expected])
    assert criticals.is_complete


@pytest.mark.parametrize(("text", "operands", "expected"), SEVERAL, ids=[text for text, _, _ in SEVERAL])
def test_each_point_of_several_variables_is_found_once_with_its_kind(
    text: str, operands: str, expected: list[tuple[tuple[float, ...], str]]
) -> None:
    criticals = found(text, operands)
    agree(points(criticals), expected)
    assert criticals.is_complete


def test_himmelblaus_function_has_nine_points() -> None:
    criticals = found("(x^2+y-11)^2+(x+y^2-7)^2", "x=-5:5 y=-5:5")
    kinds = [kind for _, kind in points(criticals)]
    assert (kinds.count(WELL), kinds.count(PEAK), kinds.count("saddle")) == (4, 1, 4)
    assert criticals.is_complete
    assert ((3.0, 2.0), WELL) in points(criticals)


def test_the_camel_with_six_humps_has_fifteen_points() -> None:
    criticals = found("(4-2.1x^2+x^4/3)x^2+x y+(-4+4y^2)y^2", "x=-3:3 y=-2:2")
    kinds = [kind for _, kind in points(criticals)]
    assert (kinds.count(WELL), kinds.count(PEAK), kinds.count("saddle")) == (6, 2, 7)
    assert criticals.is_complete
    assert criticals.least is not None
    assert abs(float(criticals.least.value) + 1.0316284534898774) < 1e-15
    assert len(criticals.least.at) == 2


def test_the_monkey_saddle_is_degenerate() -> None:
    [(at, kind)] = points(found("x^3 - 3x y^2", "x=-2:2 y=-2:2"))
    assert (at, kind) == ((0.0, 0.0), LEVEL)


def test_a_multiple_zero_at_no_simple_number_is_said_to_be_unresolved() -> None:
    criticals = found("(x^2-2)^3", "x=-2:2")
    agree(points(criticals), [((0.0,), WELL)])
    assert [each.doubt for each in criticals.findings.remaining] == [Doubt.UNRESOLVED] * 2
    assert not criticals.is_complete


def test_what_is_constant_is_an_interval_and_no_points() -> None:
    criticals = found("relu(x)", "x=-1:2")
    [plateau] = criticals.findings.plateaus
    assert [float(end) for end in plateau.box[0]] == [-1.0, 0.0]
    assert not criticals.findings.points
    assert len(found("floor(x)", "x=0:3.5").findings.plateaus) == 4
    below, above = found("sign(x)", "x=-1:2").findings.plateaus
    assert [float(each.value) for each in (below, above)] == [-1, 1]
    assert [float(end) for each in (below, above) for end in each.box[0]] == [-1, 0, 0, 2]
    assert len(found("3 + 0 x", "x=0:1").findings.plateaus) == 1


def test_a_function_is_proved_constant_where_only_an_identity_tells() -> None:
    [plateau] = found("sin(x)^2 + cos(x)^2", "x=-1:1").findings.plateaus
    assert [float(end) for end in plateau.box[0]] == [-1.0, 1.0]
    assert abs(float(plateau.value) - 1) < 1e-30


def test_kinks_that_no_precision_tells_apart_are_not_taken_for_one() -> None:
    criticals = found("2x + 1.5|x-1/3| - 1.5|x-1/3-1e-70|", "x=-1:1")
    assert not criticals.is_complete
    assert not criticals.findings.points


def test_what_is_detached_is_no_constant() -> None:
    assert not found("detach(x)", "x=-1:1").findings.plateaus


def test_a_cusp_is_said_not_to_be_resolved() -> None:
    criticals = found("cbrt(x^2)", "x=-1:1")
    [left] = criticals.findings.remaining
    assert "minimum" in left.hint
    assert not criticals.is_complete
    assert found("cbrt(x)", "x=-1:1").is_complete


def test_poles_are_no_points_and_are_told() -> None:
    criticals = found("1/(x^2 - 1)", "x=-3:3")
    near = [round(float(each.box[0][0]), 6) for each in criticals.findings.remaining]
    assert near == [-1.0, 1.0]
    assert {each.doubt for each in criticals.findings.remaining} == {Doubt.UNDEFINED}


def test_points_that_accumulate_end_with_the_time_and_say_where_nothing_was_searched() -> None:
    criticals = found("sin(1/x)", "x=-1:1", seconds=0.4)
    assert not criticals.is_complete
    assert any(each.doubt is Doubt.UNSEARCHED for each in criticals.findings.remaining)
    for (at,), kind in points(criticals):
        turns = 1 / at / 3.141592653589793 - 0.5
        assert abs(turns - round(turns)) < 1e-9
        assert kind == (PEAK if round(turns) % 2 == 0 else WELL)


def test_the_least_and_greatest_value_are_those_of_points_or_ends() -> None:
    criticals = found("x^3 - 3x", "x=-2:3")
    assert criticals.least is not None
    assert criticals.greatest is not None
    assert float(criticals.least.value) == -2.0
    assert [float(each[0]) for each in (*criticals.least.at, *criticals.least.ends)] == [1.0, -2.0]
    assert float(criticals.greatest.value) == 18.0
    assert criticals.greatest.at == ()


def test_no_least_value_is_claimed_where_there_is_a_pole_or_a_jump_below() -> None:
    assert found("1/x", "x=-1:1").least is None
    assert found("where(x < 0, x^2, x - 1)", "x=-1:1").least is None
    assert found("x - where(x > 1/2, 1, 0)", "x=-1:1").greatest is None


def test_parameters_are_exact() -> None:
    criticals = found("x^4 - a x^2", "x=-3:3 a=2")
    agree(points(criticals), [((-1.0,), WELL), ((0.0,), PEAK), ((1.0,), WELL)])
    assert criticals.findings.points[2].at[0] == 1


def test_coordinates_are_certain_to_as_many_digits_as_are_asked_for() -> None:
    criticals = found("cos(x) + x/2", "x=0:1", digits=60)
    digits = numbers.to_text(criticals.findings.points[0].at[0], 60)
    assert digits == "0.523598775598298873077107230546583814032861566562517636829157"


def test_a_zero_is_not_claimed_twice_where_boxes_meet() -> None:
    for low in range(-9, 0):
        agree(points(found("x^2", f"x={low}:7")), [((0.0,), WELL)])
        agree(points(found("|x|", f"x={low}:7")), [((0.0,), V)])


def polynomial(roots: Sequence[int], scale: int) -> str:
    """The primitive of scale (x - r1)(x - r2)…, whose critical points are the roots."""
    coefficients = [scale]
    for root in roots:
        coefficients = [a - root * b for a, b in zip([*coefficients, 0], [0, *coefficients], strict=True)]
    degree = len(roots)
    terms = [f"({c}) x^{degree - at + 1}/{degree - at + 1}" for at, c in enumerate(coefficients) if c]
    return " + ".join(terms)


def expected(roots: Sequence[int], scale: int) -> list[tuple[tuple[float, ...], str]]:
    kinds = []
    for root in sorted(set(roots)):
        if roots.count(root) % 2 == 0:
            kinds.append(((float(root),), FLEX))
            continue
        rising = (scale > 0) == (sum(other > root for other in roots) % 2 == 0)
        kinds.append(((float(root),), WELL if rising else PEAK))
    return kinds


def check_polynomial(generator: random.Random) -> None:
    roots = [generator.randint(-6, 6) for _ in range(generator.randint(1, 5))]
    scale = generator.choice((-2, -1, 1, 3))
    criticals = found(polynomial(roots, scale), "x=-7:7")
    agree(points(criticals), expected(roots, scale))
    assert criticals.is_complete


def test_polynomials_have_the_points_that_their_derivatives_were_made_with() -> None:
    generator = random.Random(12)
    for _ in range(5):
        check_polynomial(generator)


@pytest.mark.slow
def test_many_polynomials_have_the_points_that_their_derivatives_were_made_with() -> None:
    generator = random.Random(13)
    for _ in range(400):
        check_polynomial(generator)


@pytest.mark.parametrize(
    ("text", "operands", "code"),
    [
        ("x^2", "x=2:-2", "E355"),
        ("x^2", "x=1:1", "E355"),
        ("x^2", "x=0:1:0.1", "E355"),
        ("x^2", "x=-inf:inf", "E355"),
        ("x^2", "x=0:nan", "E355"),
        ("x^2 + y^2 = 1", "", "E359"),
        ("3", "", "E356"),
        ("x^2", "y=0:1", "E357"),
        ("a + b + c + d + k + m + n", "", "E358"),
        ("log(x)", "x=-2:-1", "E359"),
        ("nan x", "x=-2:1", "E359"),
        ("sqrt(x) + sqrt(-1 - x)", "x=-3:3", "E359"),
        ("[x, x^2]", "x=0:1", "E359"),
        ("x^2", "x=0:1 x=2", "E203"),
    ],
)
def test_what_cannot_be_searched_is_refused(text: str, operands: str, code: str) -> None:
    with pytest.raises(DiagnosticError) as refused:
        found(text, operands)
    assert refused.value.diagnostic.code == code
    assert refused.value.diagnostic.help
