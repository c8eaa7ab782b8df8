"""Functions with the critical points that they are known to have."""

from __future__ import annotations

from math import e, pi, sqrt
from typing import Final

WELL: Final = "minimum"
PEAK: Final = "maximum"
PASS: Final = "saddle"
FLEX: Final = "inflection"
V: Final = "minimum (kink)"
ROOF: Final = "maximum (kink)"
LEVEL: Final = "saddle (degenerate)"

ONE: Final[list[tuple[str, str, list[tuple[float, str]]]]] = [
    ("x^2", "x=-3:3", [(0, WELL)]),
    ("-x^2", "x=-3:3", [(0, PEAK)]),
    ("x^3", "x=-3:3", [(0, FLEX)]),
    ("x^4", "x=-3:3", [(0, WELL)]),
    ("-x^6", "x=-3:3", [(0, PEAK)]),
    ("x^5 + 1", "x=-3:3", [(0, FLEX)]),
    ("x^10", "x=-3:3", [(0, WELL)]),
    ("x^3 - 3x", "x=-2:2", [(-1, PEAK), (1, WELL)]),
    ("x^3 + x", "x=-2:2", []),
    ("2x + 1", "x=-2:2", []),
    ("x^4 - 2x^2", "x=-2:2", [(-1, WELL), (0, PEAK), (1, WELL)]),
    ("3x^5 - 5x^3", "x=-2:2", [(-1, PEAK), (0, FLEX), (1, WELL)]),
    ("(x-1/3)^2", "x=0:1", [(1 / 3, WELL)]),
    ("(x-1/3)^4 (x+2)", "x=-3:1", [(-23 / 15, PEAK), (1 / 3, WELL)]),
    ("x^2 - 2", "x=0:1", [(0, WELL)]),
    ("x^2", "x=-1:0", [(0, WELL)]),
    ("x^3", "x=0:1", [(0, FLEX)]),
    ("x^2", "x=1:2", []),
    ("(x-1)(x-2)(x-3)", "x=0:4", [(2 - 1 / sqrt(3), PEAK), (2 + 1 / sqrt(3), WELL)]),
    ("sin(x)", "x=0:2pi", [(pi / 2, PEAK), (3 * pi / 2, WELL)]),
    ("cos(x)", "x=0:2pi", [(0, PEAK), (pi, WELL), (2 * pi, PEAK)]),
    ("sin(x)^2", "x=-1:2", [(0, WELL), (pi / 2, PEAK)]),
    ("sin(x)^3", "x=-1:2", [(0, FLEX), (pi / 2, PEAK)]),
    ("cos(x)^4", "x=1:4", [(pi / 2, WELL), (pi, PEAK)]),
    ("x - sin(x)", "x=-1:1", [(0, FLEX)]),
    ("x + sin(x)", "x=0:4", [(pi, FLEX)]),
    ("cos(x) + x^2/2", "x=-2:2", [(0, WELL)]),
    ("tan(x)", "x=-1:1", []),
    ("tan(x) - 2x", "x=-1:1", [(-pi / 4, PEAK), (pi / 4, WELL)]),
    ("e^x", "x=-5:5", []),
    ("e^x - x", "x=-2:2", [(0, WELL)]),
    ("x e^(-x)", "x=-2:5", [(1, PEAK)]),
    ("x^2 e^(-x)", "x=-1:5", [(0, WELL), (2, PEAK)]),
    ("exp(-x^2)", "x=-3:3", [(0, PEAK)]),
    ("cosh(x)", "x=-3:3", [(0, WELL)]),
    ("tanh(x)", "x=-3:3", []),
    ("log(x)", "x=0.1:5", []),
    ("x log(x)", "x=0.1:5", [(1 / e, WELL)]),
    ("log(x)/x", "x=0.5:9", [(e, PEAK)]),
    ("x^x", "x=0.1:2", [(1 / e, WELL)]),
    ("sqrt(x) - x", "x=0.1:1", [(0.25, PEAK)]),
    ("sqrt(1 - x^2)", "x=-0.9:0.9", [(0, PEAK)]),
    ("sqrt(1 + x^2)", "x=-3:3", [(0, WELL)]),
    ("atan(x)", "x=-3:3", []),
    ("log(1 + x^2)", "x=-3:3", [(0, WELL)]),
    ("x/(1 + x^2)", "x=-3:3", [(-1, WELL), (1, PEAK)]),
    ("1/(1 + x^2)", "x=-3:3", [(0, PEAK)]),
    ("x + 1/x", "x=-3:3", [(-1, PEAK), (1, WELL)]),
    ("1/x", "x=-1:1", []),
    ("x^2/(x - 1)", "x=-1:4", [(0, PEAK), (2, WELL)]),
    ("1/(x^2 - 1)", "x=-3:3", [(0, PEAK)]),
    ("gamma(x)", "x=0.5:4", [(1.4616321449683622, WELL)]),
    ("lgamma(x)", "x=0.5:4", [(1.4616321449683622, WELL)]),
    ("erf(x)", "x=-2:2", []),
    ("sigmoid(x)(1 - sigmoid(x))", "x=-2:2", [(0, PEAK)]),
    ("|x|", "x=-1:1", [(0, V)]),
    ("-|x - 1/3|", "x=-1:1", [(1 / 3, ROOF)]),
    ("|x| + x/2", "x=-1:1", [(0, V)]),
    ("|x| + 2x", "x=-1:1", []),
    ("|x|^3", "x=-1:1", [(0, WELL)]),
    ("x |x|", "x=-1:1", [(0, FLEX)]),
    ("|x^2 - 2|", "x=-2:2", [(-sqrt(2), V), (0, PEAK), (sqrt(2), V)]),
    ("||x| - 1|", "x=-2:2", [(-1, V), (0, ROOF), (1, V)]),
    ("|sin(x)|", "x=1:4", [(pi / 2, PEAK), (pi, V)]),
    ("max(x, -x, x^2)", "x=-2:2", [(0, V)]),
    ("max(sin(x), cos(x))", "x=0.5:2", [(pi / 4, V), (pi / 2, PEAK)]),
    ("min(x^2, (x - 2)^2)", "x=-1:3", [(0, WELL), (1, ROOF), (2, WELL)]),
    ("relu(x) - x/2", "x=-1:1", [(0, V)]),
    ("relu(x)", "x=-1:1", []),
    ("where(x < 0, x^2, x^4)", "x=-1:1", [(0, WELL)]),
    ("where(x < 0, x^2, 1 - x)", "x=-1:1", []),
    ("floor(x)", "x=-1.5:1.5", []),
    ("sinc(x)", "x=-1:1", [(0, PEAK)]),
    ("sin(x)^2 + cos(x)^2", "x=-1:1", []),
    ("min(x^2, x^2)", "x=-1:1", [(0, WELL)]),
    ("x^2 + sign(x)^2", "x=-1:1", []),
    ("x^2 at x=-1:1", "", [(0, WELL)]),
    ("y = x^2 - 1; y^2", "x=-2:2", [(-1, WELL), (0, PEAK), (1, WELL)]),
    # Near misses: what only looks like a multiple zero, or a zero.
    ("x^2 + 1e-20", "x=-1:1", [(0, WELL)]),
    ("x^4 + 1e-30x^2", "x=-1:1", [(0, WELL)]),
    ("x^3 + 1e-20x", "x=-1:1", []),
    ("|x| + 1.000001x", "x=-1:1", []),
    ("(x-1)^2 (x-1-1e-9)^2", "x=0:2", [(1, WELL), (1 + 5e-10, PEAK), (1 + 1e-9, WELL)]),
    ("(x^2 + 2x + 1) - (x + 1)^2 + x^2", "x=-1:1", [(0, WELL)]),
    ("(1 - cos(x))/x^2", "x=1:5", []),
]
"""An expression, its range, and its critical points with their kinds."""

SEVERAL: Final[list[tuple[str, str, list[tuple[tuple[float, ...], str]]]]] = [
    ("x^2 + y^2", "x=-2:2 y=-2:2", [((0, 0), WELL)]),
    ("-x^2 - 3y^2", "x=-2:2 y=-2:2", [((0, 0), PEAK)]),
    ("x y", "x=-2:2 y=-2:2", [((0, 0), PASS)]),
    ("x^2 - y^2", "x=0:2 y=-2:2", [((0, 0), PASS)]),
    ("x + y", "x=-2:2 y=-2:2", []),
    ("x^3 - 3x + y^2", "x=-2:2 y=-2:2", [((-1, 0), PASS), ((1, 0), WELL)]),
    ("x^4 + y^4 - 4x y + 1", "x=-2:2 y=-2:2", [((-1, -1), WELL), ((0, 0), PASS), ((1, 1), WELL)]),
    ("(1-x)^2 + 100(y-x^2)^2", "x=-2:2 y=-1:3", [((1, 1), WELL)]),
    ("x y e^(-x-y)", "x=0.5:3 y=0.5:3", [((1, 1), PEAK)]),
    ("sin(x) + cos(y)", "x=0:3 y=2:4", [((pi / 2, pi), PASS)]),
    ("x^2 + y^2 + z^2 - x y z", "x=-1:1 y=-1:1 z=-1:1", [((0, 0, 0), WELL)]),
]
"""The same of several variables."""
