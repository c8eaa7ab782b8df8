"""Draws terminal.svg, the README's picture: real commands and their real output.

python docs/terminal.py

Each glyph stands in the middle of its own cell, by coordinates of its own:
renderers differ in their fonts, in the widths of these, and in whether they heed `textLength` or lists of coordinates.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COMMANDS = [
    "gradcli 'x^2 sin(x)' x=2",
    "gradcli check 'x + arctan(2x)' '1 + 1/(1 + 4x^2)'",
    "gradcli explain 'x^2 sin(3x)'",
    "gradcli plot 'x^3 - 3x' x=-2:2 --height 12",
    "gradcli minimize '(1 - x)^2 + 100(y - x^2)^2' x=-1.2 y=1",
]
COLUMNS = 80
CELL = (9, 19)
"""The width and height of a glyph's cell, in pixels."""
MARGIN = (18, 46)
"""Left, right and below the text, and above it."""
PAPER, INK = "#1e2227", "#d5d8dc"
COLOURS = [
    (0x00, 0x00, 0x00),
    (0xE8, 0x6F, 0x6F),
    (0x8F, 0xC9, 0x7A),
    (0xE5, 0xC0, 0x6B),
    (0x7A, 0xA6, 0xE0),
    (0xC5, 0x8F, 0xD8),
    (0x6F, 0xC3, 0xCF),
    (0xD5, 0xD8, 0xDC),
]
"""A terminal's eight colours, black first."""
GREY = (0x7C, 0x83, 0x8D)
THEME = TerminalTheme((0x1E, 0x22, 0x27), (0xD5, 0xD8, 0xDC), COLOURS, [GREY, *COLOURS[1:]])
"""The paper, the ink, and the colours twice: the second black is bright, a grey."""


def screen(command: str) -> Text:
    """What a terminal shows for a command, the command included."""
    finished = subprocess.run(
        [sys.executable, "-m", "gradcli", *shlex.split(command)[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return Text.assemble(("$ ", "bold green"), (command, "bold"), "\n", Text.from_ansi(finished.stdout.rstrip()), "\n")


def drawn(text: Text) -> str:
    """The picture of a terminal that shows a text."""
    console = Console(width=COLUMNS, color_system="standard", force_terminal=True)
    lines = list(text.split("\n"))
    width, height = 2 * MARGIN[0] + COLUMNS * CELL[0], MARGIN[1] + len(lines) * CELL[1] + MARGIN[0]
    picture = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="gradcli in a terminal">',
        "<style>text { font-family: 'DejaVu Sans Mono', 'Fira Code', Menlo, Consolas, monospace; font-size: 15px;"
        " text-anchor: middle }</style>",
        f'<rect width="{width}" height="{height}" rx="9" fill="{PAPER}"/>',
        *(f'<circle cx="{22 + 20 * i}" cy="20" r="6" fill="{each}"/>' for i, each in enumerate(_BUTTONS)),
    ]
    for row, line in enumerate(lines):
        assert line.cell_len <= COLUMNS, f"a line is longer than the terminal: {line.plain}"
        column = 0
        for segment in line.render(console, end=""):
            picture += _run(segment.text, segment.style or Style(), column, MARGIN[1] + (row + 0.5) * CELL[1])
            column += len(segment.text)
    return "\n".join([*picture, "</svg>", ""])


_BUTTONS = ("#e86f6f", "#e5c06b", "#8fc97a")


def _run(text: str, style: Style, column: int, y: float) -> list[str]:
    """The glyphs of one style, which begin in a column."""
    glyphs = "".join(
        f'<text x="{MARGIN[0] + (column + place + 0.5) * CELL[0]:g}" y="{y:g}">{escape(glyph)}</text>'
        for place, glyph in enumerate(text)
        if glyph != " "
    )
    if not glyphs:
        return []
    colour = INK if style.color is None else style.color.get_truecolor(THEME).hex
    weight = ' font-weight="bold"' if style.bold else ""
    return [f'<g fill="{colour}"{weight}>{glyphs}</g>']


def main() -> None:
    """Run the commands and write the picture."""
    text = Text("\n").join(screen(command) for command in COMMANDS)
    text.rstrip()
    Path(__file__).with_name("terminal.svg").write_text(drawn(text), encoding="utf-8")


if __name__ == "__main__":
    main()
