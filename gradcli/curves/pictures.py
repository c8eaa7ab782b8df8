"""What a picture shows, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gradcli.calculus.sampling.contours import Arrows, Contour, Grid
from gradcli.calculus.sampling.functions import Floats
from gradcli.calculus.sampling.scale import Span
from gradcli.language import Note
from gradcli.language.values import field, frozen

STEPS: Final = 50
RATE: Final = 0.1


@frozen
class Curve:
    """A function, or a derivative of it, over a range.

    `runs` are the pieces that are drawn without lifting the pen, each of shape (2, n): x and y. `order` is that of the
    derivative, 0 for the function, and `function` the number of the expression. `kinks` are the points, (x, y), at
    which it is whole and has no one slope, and `breaks` the places at which it has a pole or a jump.
    """

    label: str
    formula: str
    runs: tuple[Floats, ...]
    order: int = 0
    function: int = 0
    kinks: tuple[tuple[float, float], ...] = ()
    breaks: tuple[float, ...] = ()


@frozen
class TangentMark:
    """The line that touches the curve of an expression at (x, y), with its equation: y = slope*x + intercept."""

    label: str
    equation: str
    x: float
    y: float
    slope: float
    intercept: float
    function: int = 0


@frozen
class Surface:
    """A function of two variables: its heights on a grid, its contours, and its gradients at some points.

    `is_equation` says that it is the difference of the sides of an equation, whose curve is the contour at 0.
    """

    grid: Grid
    contours: tuple[Contour, ...]
    arrows: Arrows
    is_equation: bool = False


@frozen
class Path:
    """The points of a descent, of shape (2, n), from its start."""

    points: Floats
    label: str


@frozen
class Plot:
    """A picture: what is drawn between `x_range` and `y_range`, whose axes have these `names`.

    `logarithmic` is whether heights are shown by their logarithms. `samples` are, for each function of one variable,
    the points at which it was calculated, of shape (2 + order, n): x, the value, the derivatives.
    """

    names: tuple[str, str]
    x_range: Span
    y_range: Span
    curves: tuple[Curve, ...] = ()
    tangents: tuple[TangentMark, ...] = ()
    surface: Surface | None = None
    path: Path | None = None
    title: str = ""
    logarithmic: bool = False
    notes: tuple[Note, ...] = ()
    samples: tuple[Floats, ...] = field(default=())


@frozen
class Descent:
    """A gradient descent to be drawn: from where, how large its steps are in parts of the gradient, and how many."""

    start: Mapping[str, float]
    rate: float = RATE
    steps: int = STEPS


@frozen
class PlotWish:
    """What is to be drawn besides the functions.

    `order` is that of the highest derivative. `tangents` are values of the variable. `path` are the points of a descent
    that is known already. `vertical` is the range of heights, where that is not to be found. `points` are the samples
    that are at least taken of a curve, None for as many as are usual.
    """

    order: int = 1
    tangents: tuple[float, ...] = ()
    descent: Descent | None = None
    path: Sequence[Sequence[float]] | None = None
    vertical: Span | None = None
    points: int | None = None
