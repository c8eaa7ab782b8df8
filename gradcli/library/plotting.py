"""`gradcli.plot`: functions and their derivatives over a range, as a picture."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.curves import Curve, Descent, Plot, PlotWish, sample
from gradcli.curves import TangentMark as Touching
from gradcli.curves.intervals import interval
from gradcli.language.names import values_by_name
from gradcli.language.values import replace
from gradcli.library.arguments import (
    Value,
    bindings_and_ranges,
    described,
    number_of,
    range_text,
    refuse_unused,
    text_of,
    whole_number,
)
from gradcli.library.files import ending_of, write
from gradcli.library.guard import guarded
from gradcli.library.reprs import cut, pretty
from gradcli.operations import vocabulary
from gradcli.problem import Problem

if TYPE_CHECKING:
    from gradcli.language import Note
    from gradcli.library.expressions import Expression

Operand: TypeAlias = "str | Expression | Mapping[str, Value]"
MOST_ORDER: Final = 9
MOST_STEPS: Final = 100_000
LEAST_POINTS: Final = 10
MOST_POINTS: Final = 100_000
ENDINGS: Final = {f".{each}": each for each in ("png", "svg", "pdf", "csv", "json")}


def plot(
    *texts: Operand,
    order: int = 1,
    tangent: Value = None,
    descent: Mapping[str, Value] | None = None,
    lr: float | None = None,
    steps: int | None = None,
    heights: Value = None,
    points: int | None = None,
    **values: Value,
) -> Picture:
    """The picture of functions and their derivatives over a range; of one function of two variables its contours, with
    gradients; of an equation its curve.

    Keywords give a variable its range, `x=(-2, 2)` or `x="0:2pi"`, and all others a value; a mapping after the texts
    does so for variables that are called like an option. Without a range one is chosen. `order` is that of the highest
    derivative, 0 for the functions alone. `tangent` is where one is drawn, or several such places; `descent` where a
    gradient descent begins, with its `lr` and `steps`; `heights` is the range of the heights, and `points` the samples
    to begin with.

    Raises DiagnosticError, also where nothing is to be seen; TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> picture = gradcli.plot("1/(x - 1/2)", x=(-2, 2))
        >>> picture
        Picture('1/(x - 1/2)', x=(-2, 2), curves=['f', "f'"])
        >>> picture.curves[0].breaks
        (0.5,)
        >>> gradcli.plot("x^2", x=(-1, 3), tangent=1).tangents[0].slope
        2.0
    """
    expressions, at = _operands(texts)
    given, written = bindings_and_ranges(at, values)
    notes: list[Note] = []
    ranges = {}
    for text in written.values():
        name, ranges[name], said = interval(text)
        notes += said
    wish = PlotWish(
        whole_number(order, "order", MOST_ORDER, 0),
        _places(tangent),
        _descent(descent, lr, steps),
        vertical=None if heights is None else interval(range_text("heights", heights))[1],
        points=None if points is None else whole_number(points, "points", MOST_POINTS, LEAST_POINTS),
    )
    with guarded():
        all_names = {**given, **dict.fromkeys(ranges, np.ones(()))}
        first, *others = (Problem(text, all_names) for text in expressions)
        refuse_unused(first, values, plot, *others)
        made = sample(expressions, ranges, given, wish)
        return Picture(replace(made, notes=(*made.notes, *notes)), tuple(expressions))


def _operands(given: Sequence[Operand]) -> tuple[list[str], Mapping[str, Value] | None]:
    """The texts, and the mapping after them. Raises TypeError."""
    at = given[-1] if given and isinstance(given[-1], Mapping) else None
    texts = given if at is None else given[:-1]
    expressions = [text_of(each) for each in texts if not isinstance(each, Mapping)]
    if len(expressions) < len(texts):
        raise TypeError("the mapping of names to values comes after the expressions")
    if not expressions:
        raise TypeError("there is no expression to draw: plot('x^3 - 3x', x=(-2, 2))")
    return expressions, at


def _places(tangent: Value) -> tuple[float, ...]:
    """Where tangents are asked for. Raises TypeError, ValueError."""
    if tangent is None:
        return ()
    several = isinstance(tangent, (list, tuple)) or (isinstance(tangent, np.ndarray) and tangent.ndim == 1)
    return tuple(number_of(each, "a tangent's place") for each in (tangent if several else [tangent]))


def _descent(start: Mapping[str, Value] | None, lr: float | None, steps: int | None) -> Descent | None:
    """The descent that is asked for. Raises TypeError, ValueError."""
    if start is None:
        if lr is not None or steps is not None:
            raise ValueError("lr and steps are of a descent: say where it begins, as in descent={'x': 1}")
        return None
    if not isinstance(start, Mapping):
        raise TypeError(f"descent is where it begins, as in descent={{'x': 1}}, and not {described(start)}")
    named = values_by_name(start.items(), vocabulary())
    plain = Descent({name: number_of(each, f"the start of {name}") for name, each in named.items()})
    rate = plain.rate if lr is None else number_of(lr, "lr")
    if rate <= 0:
        raise ValueError(f"lr is a number above 0, such as 0.1, and not {lr}")
    return Descent(plain.start, rate, plain.steps if steps is None else whole_number(steps, "steps", MOST_STEPS))


class Picture:
    """What came of `gradcli.plot`: the `curves` with their breaks and kinks, `tangents`, and the descent's `path`.

    `str()` is the picture that the command prints, `to_dict()` the object that it prints with `--json`; `save(path)`
    writes a file. Notebooks show it where Matplotlib is installed (the extra `plot`).
    """

    def __init__(self, plot: Plot, texts: tuple[str, ...]) -> None:
        self._plot, self._texts = plot, texts

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The functions and their derivatives: `label`, `formula`, `order`, `breaks`, `kinks`, and `runs`, the pieces
        that are drawn without lifting the pen, each of shape (2, n). None of a function of two variables."""
        return self._plot.curves

    @property
    def tangents(self) -> tuple[Touching, ...]:
        """The tangents: `x`, `y`, `slope`, `intercept`."""
        return self._plot.tangents

    @property
    def path(self) -> np.ndarray[Any, np.dtype[np.float64]] | None:
        """The points of the descent, one in a row; None where none was asked for."""
        return None if self._plot.path is None else self._plot.path.points.T.copy()

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """The range of each variable."""
        plot = self._plot
        spans = [plot.x_range] if plot.surface is None else [plot.x_range, plot.y_range]
        return {name: (float(low), float(high)) for name, (low, high) in zip(plot.names, spans, strict=False)}

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it: a range that was chosen."""
        return tuple(note.message for note in self._plot.notes)

    def text(self, width: int = 80, height: int = 23, *, braille: bool = True, colour: bool = False) -> str:
        """The picture as lines of so many columns, in braille or in letters alone, with colour or without."""
        from gradcli.render.plots.terminal import Look, terminal

        return terminal(self._plot, Look(width, height, braille, colour)).rstrip("\n")

    def svg(self) -> str:
        """The picture as SVG. Raises ImportError where Matplotlib is not installed."""
        return self._content("svg").decode()

    def csv(self) -> str:
        """The samples as CSV."""
        return self._content("csv").decode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file, as its name says: .png .svg .pdf .csv .json.

        What is there is replaced when the file is whole. Raises ValueError where the name says nothing, ImportError
        where a picture needs Matplotlib, OSError where the file cannot be written.
        """
        name, form = ending_of(path, ENDINGS)
        content = self._content(form)
        write(name, content)

    def _content(self, form: str) -> bytes:
        from gradcli.render.plots.data import csv_text

        if form == "json":
            from gradcli.render.objects import to_json

            return (to_json(self.to_dict()) + "\n").encode()
        if form == "csv":
            return csv_text(self._plot).encode()
        try:
            from gradcli.render.plots.files import PictureKind, drawn

            return drawn(self._plot, PictureKind(form))
        except ModuleNotFoundError as absent:
            if (absent.name or "").partition(".")[0] != "matplotlib":
                raise
            raise ImportError("a picture needs Matplotlib: pip install 'gradcli[plot]'", name="matplotlib") from None

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        from gradcli.render.plots.data import plot_object

        return plot_object(self._plot)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        parts = [", ".join(repr(cut(each)) for each in self._texts)]
        parts += [f"{name}=({low:.6g}, {high:.6g})" for name, (low, high) in self.ranges.items()]
        if self.curves:
            parts.append(f"curves={[each.label for each in self.curves]}")
        return f"Picture({', '.join(parts)})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Picture, (self._plot, self._texts)

    def _repr_svg_(self) -> str | None:
        try:
            return self.svg()
        except ImportError:
            return None

    def _repr_html_(self) -> str | None:
        from gradcli.library.display import picture_html

        svg = self._repr_svg_() if self.notes else None
        return None if svg is None else picture_html(svg, self.notes)
