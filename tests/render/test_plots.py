"""Pictures, drawn: in braille and letters, in colour or none, in files; and their points for machines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from functools import cache
from io import StringIO
from xml.etree import ElementTree

import pytest

from gradcli.curves import Descent, Plot, PlotWish, history, sample
from gradcli.render.plots.canvas import Canvas, Pen
from gradcli.render.plots.data import csv_text, plot_object
from gradcli.render.plots.files import PictureKind, drawn
from gradcli.render.plots.frame import Frame, tick_text
from gradcli.render.plots.terminal import Look, terminal

ASCII = Look(48, 16, braille=False)
BRAILLE = Look(48, 16)
ESCAPE = re.compile(r"\x1b\[\d*m")


def svg(picture: Plot) -> str:
    return drawn(picture, PictureKind.SVG).decode()


def plot(*texts: str, wish: PlotWish | None = None, **ranges: Sequence[float]) -> Plot:
    return sample(texts, {name: (low, high) for name, (low, high) in ranges.items()}, None, wish)


PARABOLA = """\
   |*                     :                    *
   |***                   :               +++***
   |  ****                :           ++++****
   |     ****             :       +++++****
   |        *****         :   +++++*****
 0 |------------********************------------
   |                 +++++:
   |             +++++    :
   |         +++++        :
   |     +++++            :
   |++++++                :
   |+                     :
   ++----------+----------+---------+----------+
   -2         -1          0         1          2
****  f = x**2
++++  f'
"""

POLE = """\
    |                     :*
    |                     :**
  5 |                     : *
    |                     : **
    |                     :  ***
    |                     :    ***********
  0 |*******-----------------------------*******
    |      ***********    :
    |                ***  :
    |                  ** :
 -5 |                   * :
    |                   **:
    |                    *:
    ++---------+----------+----------+---------+
    -2        -1          0          1         2
****  f = 1/x
"""

KINK = """\
 2 ┤⠦⣄⡀                   ┊                  ⢀⣠⠴
   │  ⠉⠳⢤⣀                ┊               ⣀⡤⠞⠉
   │     ⠈⠙⠢⣄⡀            ┊           ⢀⣠⠔⠋⠁
   │         ⠉⠓⠦⣄         ⠒⠒⠂ ⠒⠒⠂ ⠒⣲●⠚⠛⠒⠂ ⠒⠒⠂ ⠒⠒
   │            ⠈⠙⠲⢤⣀     ┊    ⣀⡤⠖⠋⠁
   │                ⠈⠓⠦⣄⡀ ┊⢀⣠⠴⠚⠁
 0 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄⢉⠳○⠉┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
   │                ⢀⠠⠐⠈  ┊
   │             ⢀⠐⠈      ┊
   │⠤⠤⠄ ⠤⠤⠄ ⠤⢤⠤⠐⠬⠤⠄ ⠤⠤⠄ ⠤⠤⠄
   └┬──────────┬──────────┬─────────┬──────────┬
   -2         -1          0         1          2
⠤⠤⠤⠤⠤ f = |x|
⠤⠤⠄ ⠤ f'
⠄⠄⠄⠄⠄ tangent at x=1: y = x
○     kink of f at x = 0
"""

CONTOURS = """\
  2 |       gggggfffffffffffffffffffggggg
    | ggggggofffeeeeeeedddddddeeeeeeeffffgggggg
    |ggfffeee*dddccccccccbbbccccccccddddeeefffgg
    |eeedddccc*bbbbbaaaaaaaaaaaaabbbbbccccdddeee
    |edddcc bbb***aa      :      aaaa bbb ccddde
  0 |-d--c--b---a-********@---------a---b--c--d-
    |edddcc bbb aaaa      :      aaaa bbb ccddde
    |eeedddccccbbbbbaaaaaaaaaaaaabbbbbccccdddeee
    |ggfffeeeddddccccccccbbbccccccccddddeeefffgg
    | ggggggffffeeeeeeedddddddeeeeeeeffffgggggg
 -2 |       gggggfffffffffffffffffffggggg
    +-------+-------------+-------------+-------
           -2             0             2      x
f = x**2 + 3*y**2
a 2  b 4  c 6  d 8  e 10  f 12  g 14
****  gradient descent, lr 0.1, 20 steps (o s...
"""


def test_a_parabola_with_its_slope_in_letters() -> None:
    assert terminal(plot("x^2", x=(-2, 2)), ASCII) == PARABOLA


def test_a_pole_in_letters() -> None:
    assert terminal(plot("1/x", x=(-2, 2), wish=PlotWish(order=0)), ASCII) == POLE


def test_a_kink_and_a_tangent_in_braille() -> None:
    assert terminal(plot("abs(x)", x=(-2, 2), wish=PlotWish(tangents=(1.0,))), BRAILLE) == KINK


def test_contours_in_letters() -> None:
    wish = PlotWish(descent=Descent({"x": -2.0, "y": 1.5}, 0.1, 20))
    assert terminal(plot("x^2 + 3y^2", x=(-3, 3), y=(-2, 2), wish=wish), ASCII) == CONTOURS


PICTURES = {
    "curves": lambda: plot("sin(x)", "cos(x)", x=(0, 6), wish=PlotWish(2, (1.0,))),
    "poles": lambda: plot("tan(x)", x=(-5, 5)),
    "surface": lambda: plot("x^2 - y^2", x=(-2, 2), y=(-2, 2), wish=PlotWish(descent=Descent({"x": 1.0, "y": 0.1}))),
    "equation": lambda: plot("x^2 + y^2 = 1", x=(-2, 2), y=(-2, 2)),
    "history": lambda: history([10.0**-k for k in range(20)]),
    "constant": lambda: plot("5", x=(0, 1)),
    "large": lambda: plot("1e299*x", x=(-1, 1)),
    "small": lambda: plot("1e-299*x", x=(-1, 1)),
}


@cache
def picture_of(name: str) -> Plot:
    return PICTURES[name]()


@pytest.mark.parametrize("width", [40, 120])
@pytest.mark.parametrize("name", PICTURES)
def test_lines_are_as_wide_and_as_many_as_asked_for(name: str, width: int) -> None:
    picture = picture_of(name)
    for braille in (False, True):
        lines = terminal(picture, Look(width, 20, braille)).splitlines()
        assert max(map(len, lines)) <= width
        assert len(lines) <= 20


@pytest.mark.parametrize("name", PICTURES)
def test_without_braille_all_is_ascii(name: str) -> None:
    assert terminal(picture_of(name), Look(60, 20, braille=False, colour=True)).isascii()


@pytest.mark.parametrize("name", PICTURES)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    picture = picture_of(name)
    for braille in (False, True):
        coloured = terminal(picture, Look(60, 20, braille, colour=True))
        plain = terminal(picture, Look(60, 20, braille))
        assert [line.rstrip() for line in ESCAPE.sub("", coloured).splitlines()] == plain.splitlines()
        assert "\x1b[" in coloured
        assert "\x1b" not in plain


def test_curves_are_told_apart_without_colour() -> None:
    picture = plot("x", "x + 1", "x + 2", x=(0, 1), wish=PlotWish(order=0))
    for braille in (False, True):
        legend = terminal(picture, Look(60, 20, braille)).splitlines()[-3:]
        assert len({line[:5] for line in legend}) == 3


def test_long_formulas_are_cut_in_the_legend() -> None:
    line = terminal(plot(" + ".join(f"sin({k} x)" for k in range(2, 20)), x=(0, 1)), ASCII).splitlines()[-2]
    assert len(line) <= 48
    assert line.endswith("...")


def test_a_line_of_dots_is_clipped_at_the_frame() -> None:
    canvas = Canvas(4, 2, braille=False)
    canvas.line([-1e6, 1e6], [0.0, 0.0], Pen("*"))
    canvas.line([0.5, 0.5], [2.0, 3.0], Pen("+"))
    canvas.line([float("nan"), 1.0], [0.5, 1.0], Pen("+"))
    assert [[letter for letter, _ in canvas.cells(row)] for row in range(2)] == [[""] * 4, ["*"] * 4]


def test_a_line_to_a_pole_reaches_the_frame_from_both_sides() -> None:
    for ends in ([0.0, 1e17], [1e17, 0.0]):
        canvas = Canvas(1, 4, braille=False)
        canvas.line([0.4, 0.6], ends, Pen("*"))
        assert [canvas.cells(row)[0][0] for row in range(4)] == ["*"] * 4


def test_dashes_leave_dots_out() -> None:
    canvas = Canvas(8, 1, braille=True)
    canvas.line([0.0, 1.0], [0.0, 0.0], Pen("*", (2, 2)))
    assert [letter for letter, _ in canvas.cells(0)] == ["⣀", ""] * 4


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.30000000000000004, 0.1, "0.3"),
        (-2.0, 1.0, "-2"),
        (0.0, 1.0, "0"),
        (20000.0, 5000.0, "20000"),
        (2e300, 1e300, "2e300"),
        (1e-7, 1e-7, "1e-7"),
        (1.25, 0.05, "1.25"),
        (1500.0, 500.0, "1500"),
    ],
)
def test_ticks_say_what_tells_them_apart(value: float, step: float, text: str) -> None:
    assert tick_text(value, step) == text


def test_decades_are_the_ticks_of_logarithms() -> None:
    labels = Frame(history([10.0**-k for k in range(9)])).ticks_up(9)
    assert "1e-4" in labels
    assert labels["1e-4"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "head"),
    [(PictureKind.PNG, b"\x89PNG\r\n\x1a\n"), (PictureKind.PDF, b"%PDF-"), (PictureKind.SVG, b"<?xml")],
)
def test_a_file_is_of_its_kind_and_the_same_each_time(kind: PictureKind, head: bytes) -> None:
    picture = plot("abs(x)", x=(-1, 1))
    content = drawn(picture, kind)
    assert content.startswith(head)
    assert drawn(picture, kind) == content


def paths_in(text: str, colour: str) -> list[str]:
    """The outlines of the lines of a colour in an SVG, outside its legend."""
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    axes = next(group for group in root.iter(f"{space}g") if group.get("id") == "axes_1")
    lines = [group for group in axes if (group.get("id") or "").startswith("line2d")]
    return [
        path.get("d") or ""
        for group in lines
        for path in group.iter(f"{space}path")
        if colour in (path.get("style") or "")
    ]


def test_the_lines_of_an_svg_are_the_curves_in_pieces() -> None:
    (curve,) = paths_in(svg(plot("1/x", x=(-2, 2), wish=PlotWish(order=0))), "#1f5fa8")
    assert curve.count("M") == 2


@pytest.mark.slow
def test_the_line_of_an_svg_is_whole_where_the_curve_is() -> None:
    (whole,) = paths_in(svg(plot("x^2", x=(-2, 2), wish=PlotWish(order=0))), "#1f5fa8")
    assert whole.count("M") == 1


@pytest.mark.parametrize(
    "name", [name if name == "surface" else pytest.param(name, marks=pytest.mark.slow) for name in PICTURES]
)
def test_every_picture_is_drawn_to_a_file(name: str) -> None:
    assert ElementTree.fromstring(svg(picture_of(name))).tag.endswith("svg")


def test_json_has_the_samples_the_breaks_and_the_kinks() -> None:
    found = json.loads(json.dumps(plot_object(plot("abs(x) + floor(x)", x=(-0.5, 1.5), wish=PlotWish(2, (0.25,))))))
    (one,) = found["functions"]
    assert found["schema"] == 2
    assert (found["variable"], found["range"]) == ("x", {"x": [-0.5, 1.5]})
    assert one["expr"] == "abs(x) + floor(x)"
    assert one["breaks"]["0"] == [0, 1]
    assert "kinks" not in one
    assert len(one["x"]) == len(one["value"]) == len(one["derivatives"]["2"])
    assert found["tangents"][0]["equation"] == "y = x"


def test_json_of_contours_has_the_grid_and_the_lines() -> None:
    found = plot_object(plot("x^2 + y^2", x=(-1, 1), y=(-2, 2)))
    assert found["range"] == {"x": [-1, 1], "y": [-2, 2]}
    assert len(found["values"]) == len(found["y"])
    assert len(found["values"][0]) == len(found["x"])
    assert all(len(point) == 2 for contour in found["contours"] for line in contour["lines"] for point in line)


def test_csv_has_a_gap_where_the_pen_is_lifted() -> None:
    rows = list(csv.reader(StringIO(csv_text(plot("sign(x - 0.5)", x=(-1, 1))))))
    assert rows[0] == ["x", "f", "df/dx"]
    gap = next(index for index, row in enumerate(rows) if row[1:] == ["", ""])
    assert rows[gap][0] == "0.5"
    assert (rows[gap - 1][1], rows[gap + 1][1]) == ("-1", "1")


def test_csv_of_several_functions_says_which() -> None:
    rows = list(csv.reader(StringIO(csv_text(plot("x", "x^2", x=(0, 1))))))
    assert {row[0] for row in rows[1:]} == {"x", "x**2"}


def test_csv_of_two_variables_has_a_row_for_each_point() -> None:
    picture = plot("x + 10y", x=(0, 1), y=(0, 1), wish=PlotWish(points=10))
    rows = list(csv.reader(StringIO(csv_text(picture))))
    assert rows[0] == ["x", "y", "f"]
    assert [float(each) for each in rows[-1]] == [1, 1, 11]
