"""What the streams can show: colour, width, and lines that are written again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from gradcli.render.characters import visible

if TYPE_CHECKING:
    from gradcli.language import Note
    from gradcli.render.text import Style, TableRow

_COLOURS: Final[dict[str, dict[str, Any]]] = {
    "value": {"bold": True},
    "derivative": {"fg": "cyan", "bold": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "doubtful": {"fg": "yellow"},
}
"""How a row of each style is painted, by the style's value: help is shown without importing what makes rows."""
_PAINTED_THROUGH: Final = ("good", "bad", "doubtful")
"""The styles whose text is painted, and not their label."""


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal that understands escape sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour what goes to the stream: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream)


def width() -> int:
    """The columns of the terminal, or what COLUMNS says; 80 where there is none."""
    if os.environ.get("COLUMNS", "").isdigit():
        return int(os.environ["COLUMNS"]) or 80
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def columns() -> int | None:
    """The columns that lines must fit in: those of the terminal, or what COLUMNS says; None where nobody reads them."""
    return width() if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else None


def shows(signs: str) -> bool:
    """Whether stdout can show these signs: its encoding has them, and the locale is none for ASCII alone, in which
    Python writes UTF-8 whatever the terminal makes of it."""
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    variables = os.environ
    if variables.get("PYTHONIOENCODING") or variables.get("PYTHONUTF8") == "1":
        return True
    locale = variables.get("LC_ALL") or variables.get("LC_CTYPE") or variables.get("LANG")
    return locale not in ("C", "POSIX")


def height() -> int:
    """The lines of the terminal; 24 where there is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or 24
    except (OSError, ValueError):
        return 24


def painted(line: str, style: Style) -> str:
    """A row's line with its label in the style's colour, where stdout takes colour."""
    if not wants_colour(sys.stdout):
        return line
    label, gap, rest = line.partition("  ")
    if style.value in _PAINTED_THROUGH:
        return label + gap + click.style(rest, **_COLOURS[style.value])
    return click.style(label, **_COLOURS[style.value]) + gap + rest


def write(text: str) -> None:
    """Write to stdout, now."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_object(value: dict[str, Any]) -> None:
    """Write a JSON object on a line of its own."""
    from gradcli.render.objects import to_json

    write(to_json(value) + "\n")


def write_painted(lines: Iterable[tuple[str, Style | None]]) -> None:
    """Write lines, each with its label in the colour of its style, if it has one."""
    write("".join((line if style is None else painted(line, style)) + "\n" for line, style in lines))


def write_rows(rows: Sequence[TableRow]) -> None:
    """Write rows as a table."""
    from gradcli.render.text import layout

    write_painted(zip(layout(rows), [row.style for row in rows], strict=True))


def say(notes: Iterable[Note]) -> None:
    """Write notes on stderr."""
    for note in notes:
        message(f"note:  {note.message}")


def message(text: str) -> None:
    """A message on stderr; `error:`, `note:` and `help:` are coloured where it is a terminal, and nothing else in it,
    which may be of a file or an argument, controls the terminal."""
    lines = visible(text).split("\n")
    if wants_colour(sys.stderr):
        lines = [_with_coloured_head(line) for line in lines]
    sys.stderr.write("\n".join(lines) + "\n")


def _with_coloured_head(line: str) -> str:
    head, colon, rest = line.partition(":")
    colour = {"error": "red", "note": "yellow", "help": "green"}.get(head)
    return line if colour is None else click.style(head + colon, fg=colour, bold=True) + rest
