"""Pictures in files, by Matplotlib's figures: PNG, SVG and PDF, the same bytes for the same picture."""

from __future__ import annotations

import warnings
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.curves import Floats, Path, Plot, Surface
from gradcli.curves.readings import number as number_text
from gradcli.render.plots.frame import Frame, formula_text, kinks_text, line_text, title_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#222222"
FAINT: Final = "#c9ced6"
COLOURS: Final = ("#1f5fa8", "#d1495b", "#2f8f5b", "#8a5fb5", "#c9771a", "#157f8c", "#6b6b6b", "#b03a8c")
DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1, 1.6)), (0, (6, 2, 1.2, 2)))
PATH: Final = "#d1495b"
TANGENT: Final = "#c9771a"
INCHES: Final = {False: (7.0, 4.4), True: (6.2, 5.6)}
"""The size of a picture, and of one with contours."""
DOTS: Final = 150
"""Dots of a PNG to an inch."""
SHORT: Final = 3
"""Lines of a legend that is put over the picture."""
PRIME: Final = "\u2032"
ARROWS: Final = "#9aa3b0"
SHORTENED: Final = 0.25
"""The power of a gradient's length that is its arrow's."""
LABELLED: Final = 12
"""Points of a line of contours below which there is no room for its level."""


class PictureKind(Enum):
    """A kind of file, by the end of its name."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


METADATA: Final[dict[PictureKind, dict[str, None]]] = {
    PictureKind.PNG: {"Software": None},
    PictureKind.SVG: {"Date": None},
    PictureKind.PDF: {"CreationDate": None, "Producer": None, "Creator": None},
}


def drawn(plot: Plot, kind: PictureKind) -> bytes:
    """The content of a file with the picture. Raises ImportError where Matplotlib is not installed."""
    import matplotlib
    from matplotlib.figure import Figure

    settings = {"svg.hashsalt": "gradcli", "font.family": "DejaVu Sans", "axes.unicode_minus": True}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that the font has not
        figure = Figure(figsize=INCHES[plot.surface is not None], layout="constrained", facecolor="white")
        axes = figure.subplots()
        _prepare(axes, plot)
        if plot.surface is not None:
            _draw_surface(axes, plot, plot.surface)
        _draw_curves(axes, plot)
        if plot.path is not None:
            _draw_path(axes, plot.path)
        _explain(figure, axes, plot)
        content = BytesIO()
        figure.savefig(content, format=kind.value, dpi=DOTS, metadata=METADATA[kind])
    return content.getvalue()


def _explain(figure: Figure, axes: Axes, plot: Plot) -> None:
    """The legend: beside the curves where it is short, else below them."""
    count = len(axes.get_legend_handles_labels()[0])
    style: dict[str, Any] = {"fontsize": 9, "edgecolor": FAINT, "fancybox": False, "labelcolor": INK}
    if count > SHORT or (count and plot.surface is not None):
        figure.legend(loc="outside lower center", ncols=2, frameon=False, **style)
    elif count:
        axes.legend(framealpha=0.9, **style)


def _prepare(axes: Axes, plot: Plot) -> None:
    """The axes, before anything is drawn."""
    axes.set_xlim(*plot.x_range)
    if plot.logarithmic:
        axes.set_yscale("log")
        low, high = plot.y_range
        axes.set_ylim(low / (high / low) ** 0.05, high * (high / low) ** 0.05)
    else:
        axes.set_ylim(*plot.y_range)
    axes.set_xlabel(plot.names[0], color=INK)
    axes.set_ylabel(plot.names[1], color=INK, rotation=0 if len(plot.names[1]) < 3 else 90)
    axes.tick_params(colors=INK, labelsize=9)
    for spine in axes.spines.values():
        spine.set_color(FAINT)
    if plot.surface is not None:
        axes.set_title(title_text(plot, paper=True), fontsize=11, color=INK)
        return
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(color=FAINT, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    frame = Frame(plot)
    if frame.zero_up is not None:
        axes.axhline(0, color=INK, linewidth=0.8)
    if frame.zero_across is not None:
        axes.axvline(0, color=INK, linewidth=0.8)


def _draw_curves(axes: Axes, plot: Plot) -> None:
    for number, curve in enumerate(plot.curves):
        colour = COLOURS[number % len(COLOURS)]
        formula = formula_text(plot, curve.formula, paper=True)
        label = f"{curve.label} = {formula}" if formula else curve.label
        if not curve.runs:
            continue
        gap = [[np.nan], [np.nan]]
        points = _within(plot, np.concatenate([np.append(run, gap, axis=1) for run in curve.runs], axis=1))
        axes.plot(
            *points,
            color=colour,
            linestyle=DASHES[number % len(DASHES)],
            linewidth=1.6 if curve.order else 1.9,
            label=label.replace("'", PRIME),
            zorder=4 - curve.order / 10,  # the function over its slopes
        )
        if curve.kinks:
            words = kinks_text(curve, plot.names[0]).replace("'", PRIME)
            _points(axes, np.array(curve.kinks).T, colour, hollow=True, label=words)
    for number, tangent in enumerate(plot.tangents):
        ends = np.array(plot.x_range)
        heights = tangent.slope * ends + tangent.intercept
        label = line_text(plot, tangent, paper=True)
        dashes = DASHES[(number + 3) % len(DASHES)]
        axes.plot(ends, heights, color=TANGENT, linewidth=1.2, linestyle=dashes, label=label, zorder=3)
        _points(axes, np.array([[tangent.x], [tangent.y]]), TANGENT)


def _points(axes: Axes, at: Floats, colour: str, *, hollow: bool = False, label: str | None = None) -> None:
    face = "white" if hollow else colour
    axes.plot(*at, "o", color=colour, markerfacecolor=face, markersize=5.5, zorder=8, label=label)


def _within(plot: Plot, points: Floats) -> Floats:
    """The points with heights that are far away brought nearer: renderers know no numbers like 1e16."""
    low, high = plot.y_range
    height = high - low
    return np.array([points[0], np.clip(points[1], low - 20 * height, high + 20 * height)])


def _draw_surface(axes: Axes, plot: Plot, surface: Surface) -> None:
    from matplotlib import colormaps

    shades = colormaps["viridis"](np.linspace(0.05, 0.85, max(len(surface.contours), 2)))
    several = len(surface.contours) > 1
    for colour, contour in zip(shades, surface.contours, strict=False):
        for line in contour.lines:
            axes.plot(*line, color=colour, linewidth=1.3 if several else 1.9, zorder=3)
        longest = max(contour.lines, key=lambda line: line.shape[1])
        if several and longest.shape[1] > LABELLED:
            _write_level(axes, contour.level, longest[:, longest.shape[1] // 3], colour)
    width, height = (high - low for low, high in (plot.x_range, plot.y_range))
    axes.set_aspect("equal" if 0.5 <= width / height <= 2 else "auto")
    if not surface.is_equation:
        _draw_arrows(axes, surface)


def _write_level(axes: Axes, level: float, place: Floats, colour: Any) -> None:
    from matplotlib.patheffects import withStroke

    axes.text(
        float(place[0]),
        float(place[1]),
        number_text(level),
        color=colour,
        fontsize=8,
        ha="center",
        va="center",
        path_effects=[withStroke(linewidth=3, foreground="white")],
        clip_on=True,
        zorder=6,
    )


def _draw_arrows(axes: Axes, surface: Surface) -> None:
    """The gradients, the longer ones shortened so that all can be seen."""
    arrows = surface.arrows
    length = np.hypot(arrows.dx, arrows.dy)
    if not length.any():
        return
    with np.errstate(all="ignore"):
        shown = np.where(length > 0, (length / length.max()) ** SHORTENED / length, 0.0)
    axes.quiver(
        arrows.x,
        arrows.y,
        arrows.dx * shown,
        arrows.dy * shown,
        color=ARROWS,
        angles="xy",
        scale_units="width",
        scale=26,
        width=0.0028,
        headwidth=4,
        zorder=2,
    )
    axes.plot([], [], color=ARROWS, linestyle="none", marker=r"$\rightarrow$", markersize=10, label="gradient")


def _draw_path(axes: Axes, path: Path) -> None:
    axes.plot(*path.points, "-", color=PATH, marker=".", markersize=4, linewidth=1.2, label=path.label, zorder=7)
    _points(axes, path.points[:, :1], PATH, hollow=True)
    _points(axes, path.points[:, -1:], PATH)
