"""Values in reprs, which stay on a line."""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np

WIDTH: Final = 80
"""Columns of what `str()` gives."""
MOST_ENTRIES: Final = 12
"""Entries of an array that a repr shows; of a larger one it has the shape."""
LONGEST: Final = 60
"""Characters of a text in a repr."""


def cut(text: str) -> str:
    """A text, or its beginning."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def shown(value: Any) -> str:
    """A value in a repr."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {shown(each)}" for name, each in value.items()) + "}"
    if isinstance(value, np.ndarray):
        return f"<array {value.shape}>" if value.size > MOST_ENTRIES else repr(value.tolist())
    return repr(cut(value)) if isinstance(value, str) else repr(value)


class Notable(Protocol):
    """What has something to be said beside it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say."""


def pretty(result: Notable, printer: Any, cycle: bool) -> None:
    """What IPython shows in a terminal (`_repr_pretty_`).

    A result by itself is shown as the command prints it, with its notes below; inside something else it is its repr.
    """
    is_alone = len(printer.stack) == 1 and not cycle
    said = [str(result), *(f"note:  {note}" for note in result.notes)]
    printer.text("\n".join(said) if is_alone else repr(result))
