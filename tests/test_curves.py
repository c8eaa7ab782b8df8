"""Pictures as values: which variables are axes, what is refused, tangents, descents, histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from gradcli.curves import Descent, Plot, PlotWish, history, sample
from gradcli.language import DiagnosticError
from gradcli.language.tree import Number


def plot(
    *texts: str, wish: PlotWish | None = None, at: Mapping[str, float] | None = None, **ranges: Sequence[float]
) -> Plot:
    values = {name: Number(repr(value), value) for name, value in (at or {}).items()}
    return sample(texts, {name: (low, high) for name, (low, high) in ranges.items()}, values, wish)


def refusal(*texts: str, **keywords: object) -> str:
    with pytest.raises(DiagnosticError) as caught:
        plot(*texts, **keywords)  # type: ignore[arg-type]
    found = caught.value.diagnostic
    assert found.help
    return f"{found.code} {found.message}; {found.help}"


def test_a_curve_for_each_derivative_of_each_expression() -> None:
    found = plot("sin(x)", "x^2", x=(0, 1), wish=PlotWish(order=2))
    assert [curve.label for curve in found.curves] == ["f1", "f1'", "f1''", "f2", "f2'", "f2''"]
    assert [curve.formula for curve in found.curves if curve.formula] == ["sin(x)", "x**2"]


def test_order_0_is_the_function_alone_with_its_kinks() -> None:
    (curve,) = plot("abs(x)", x=(-1, 1), wish=PlotWish(order=0)).curves
    assert curve.kinks == ((0.0, pytest.approx(0.0, abs=1e-12)),)


def test_runs_have_no_point_outside_the_range_and_no_break_within() -> None:
    first, second = plot("1/(x - 1/3)", x=(-2, 2)).curves[0].runs
    assert (first[0, 0], second[0, -1]) == (-2, 2)
    assert first[0, -1] < 1 / 3 < second[0, 0]
    assert (np.diff(first[1]) < 0).all()
    assert (np.diff(second[1]) < 0).all()


def test_breaks_are_the_places_themselves() -> None:
    assert plot("floor(x)", x=(-1.5, 2.5)).curves[0].breaks == (-1, 0, 1, 2)


def test_a_range_that_is_chosen_is_noted() -> None:
    found = plot("x^3 - 3x")
    assert found.x_range == (-3, 3)
    assert [note.message for note in found.notes] == ["the range is chosen: x=-3:3"]


def test_ranges_and_values_may_stand_in_the_text() -> None:
    found = plot("a x^2 at x=0:3, a=2")
    assert found.x_range == (0, 3)
    assert found.samples[0][1, -1] == 18


def test_values_of_other_variables_are_used_and_those_of_none_noted() -> None:
    found = plot("a x", at={"a": 3.0, "b": 1.0}, x=(0, 1))
    assert found.samples[0][1, -1] == 3
    assert any(note.message.startswith("'b' ") for note in found.notes)


def test_tensors_are_values_too() -> None:
    found = sample(["sum(w x)"], {"x": (0, 1)}, {"w": np.array([1.0, 2.0])})
    assert found.samples[0][:, -1].tolist() == [1, 3, 3]


def test_an_assignment_is_what_it_assigns() -> None:
    assert plot("y = x^2", x=(0, 2)).samples[0][1, -1] == 4


def test_an_expression_without_variables_is_a_line() -> None:
    found = plot("5", x=(0, 1))
    assert [run[1].tolist() for run in found.curves[0].runs] == [[5.0] * found.samples[0].shape[1]]


def test_a_function_without_values_beside_one_that_has_some_is_noted() -> None:
    found = plot("sqrt(-1 - x^2)", "x", x=(0, 1))
    assert found.curves[0].runs == ()
    assert any("sqrt" in note.message for note in found.notes)


@pytest.mark.parametrize(
    ("texts", "keywords", "expected"),
    [
        (("x y z",), {}, "E346 a picture has at most two variables, and there are 3: x, y, z; give the others values"),
        (("a b c x",), {"x": (0, 1)}, "a=1 b=1 c=1"),
        (("x^2",), {"t": (0, 1)}, "E346 t has a range, and occurs nowhere"),
        (("x^2",), {"at": {"x": 3.0}}, "E346 x has one value"),
        (("sqrt(x)",), {"x": (-2, -1)}, "E347 sqrt(x) has no value to draw on x=-2:-1"),
        (("log(x y)",), {"x": (-2, -1), "y": (1, 2)}, "E347 log(x*y) has no value"),
        (("[x, x^2]",), {"x": (0, 1)}, "E345 the output has shape (2,)"),
        (("x y", "x"), {}, "E346 several expressions goes with one variable"),
        (("x y",), {"wish": PlotWish(tangents=(1.0,))}, "E346 a tangent goes with one variable"),
        (("abs(x)",), {"wish": PlotWish(tangents=(0.0,))}, "E348 there is no tangent at x=0: abs(x) has a kink"),
        (("1/x",), {"wish": PlotWish(tangents=(0.0,))}, "E348 there is no tangent at x=0: 1/x has no value"),
        (("sqrt(x)",), {"wish": PlotWish(tangents=(0.0,))}, "E348 there is no tangent"),
        (("x^2",), {"wish": PlotWish(descent=Descent({"y": 1.0}))}, "E349 a descent starts at a value of x"),
        (("2*x + * 3",), {}, "E101"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_hint(
    texts: tuple[str, ...], keywords: dict[str, object], expected: str
) -> None:
    if expected.startswith("E101"):
        with pytest.raises(DiagnosticError):
            plot(*texts)
        return
    assert expected in refusal(*texts, **keywords)


@pytest.mark.parametrize(
    ("text", "at", "equation"),
    [
        ("x^2", 1, "2*x - 1"),
        ("x^2", 0, "0"),
        ("x^3", 1, "3*x - 2"),
        ("x", 2, "x"),
        ("-x", 2, "-x"),
        ("5", 2, "5"),
        ("sin(x)", 0, "x"),
        ("exp(x)", 0, "x + 1"),
    ],
)
def test_a_tangent_has_its_equation(text: str, at: float, equation: str) -> None:
    (tangent,) = plot(text, x=(-1, 3), wish=PlotWish(tangents=(at,))).tangents
    assert tangent.equation == equation


def test_tangents_touch_each_expression() -> None:
    found = plot("x^2", "x^3", x=(0, 2), wish=PlotWish(tangents=(1.0,)))
    assert [(each.label, each.slope) for each in found.tangents] == [
        ("tangent to f1 at x=1", 2),
        ("tangent to f2 at x=1", 3),
    ]


def test_a_descent_goes_down_the_gradient() -> None:
    path = plot("x^2 + 3y^2", wish=PlotWish(descent=Descent({"x": 4.0, "y": 2.0}, 0.1, 3))).path
    assert path is not None
    assert pytest.approx(np.array([[4, 2], [3.2, 0.8], [2.56, 0.32], [2.048, 0.128]])) == path.points.T


def test_a_descent_along_a_curve_has_its_heights() -> None:
    path = plot("x^2", wish=PlotWish(descent=Descent({"x": 4.0}, 0.25, 2))).path
    assert path is not None
    assert path.points.tolist() == [[4, 2, 1], [16, 4, 1]]


def test_a_descent_that_leaves_or_stands_still_ends() -> None:
    away = plot("-x^4", x=(-1, 1), wish=PlotWish(descent=Descent({"x": 2.0}, 1.0, 1000))).path
    still = plot("x^2", wish=PlotWish(descent=Descent({"x": 0.0}, 0.1, 1000))).path
    assert away is not None
    assert still is not None
    assert away.points.shape[1] < 20
    assert still.points.shape[1] == 1
    assert [each.label.endswith(", diverged") for each in (away, still)] == [True, False]


def test_a_path_that_is_known_is_taken_and_ranges_go_around_it() -> None:
    found = plot("x^2 + y^2", wish=PlotWish(path=[(10, 20), (5, 8), (1, 2)]))
    assert found.path is not None
    assert found.path.points.tolist() == [[10, 5, 1], [20, 8, 2]]
    assert found.x_range[0] < 1 < 10 < found.x_range[1]
    assert found.y_range[0] < 2 < 20 < found.y_range[1]


def test_the_first_range_is_the_axis_across() -> None:
    assert plot("x^2 + y", y=(0, 1), x=(2, 3)).names == ("y", "x")


def test_two_variables_have_contours_and_gradients() -> None:
    surface = plot("x^2 + y^2", x=(-2, 2), y=(-2, 2)).surface
    assert surface is not None
    assert len(surface.contours) > 3
    assert surface.arrows.dx == pytest.approx(2 * surface.arrows.x)


def test_an_equation_is_its_curve() -> None:
    found = plot("x^2 + y^2 = 25", x=(-6, 6), y=(-6, 6))
    assert found.surface is not None
    assert found.title == "x**2 + y**2 = 25"
    (circle,) = found.surface.contours
    (line,) = circle.lines
    assert np.hypot(*line) == pytest.approx(np.full(line.shape[1], 5.0))


def test_a_history_that_falls_far_is_shown_by_logarithms() -> None:
    assert history([1e3, 1.0, 1e-3]).logarithmic
    assert not history([3.0, 2.0, 1.0]).logarithmic
    assert not history([1e6, 1.0, 0.0]).logarithmic
    assert not history([1e6, 1.0, -1.0]).logarithmic


def test_a_history_without_numbers_is_refused() -> None:
    for values in ([], [np.nan, np.inf]):
        with pytest.raises(ValueError, match="no values"):
            history(values)


def test_a_history_of_one_value_is_a_picture() -> None:
    assert history([2.0]).x_range == (0, 1)
