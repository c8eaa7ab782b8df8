"""What a file's cells are, and what running them gives: the values that the rooms of replay hand each other."""

from __future__ import annotations

from typing import Final

from gradcli.language.values import frozen

EXIT: Final = "ended the program"
"""How the process ends where a cell asks for it (`exit()`); other ends come over it."""


@frozen
class CellFailure:
    """The exception that ended a cell: its class's name and its text."""

    name: str
    text: str

    @property
    def last_line(self) -> str:
        """The last line of the traceback."""
        return f"{self.name}: {self.text}" if self.text else self.name


@frozen
class CellOutputs:
    """What a cell shows: its streams, what it displays as text (its last expression among it), and its exception.

    `pictures` names what it shows that has no text to compare: `image`, `html`, …
    """

    stdout: str = ""
    stderr: str = ""
    displays: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    failure: CellFailure | None = None

    @property
    def text(self) -> str:
        """What is shown on stdout, displays after prints."""
        printed = self.stdout if not self.stdout or self.stdout.endswith("\n") else self.stdout + "\n"
        return printed + "".join(f"{display}\n" for display in self.displays)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown at all."""
        return not (self.text.strip() or self.stderr.strip() or self.pictures or self.failure)


@frozen
class Cell:
    """A code cell: its place among them (from 1), its source, and what the file says it showed.

    `recorded` is None where the file says nothing of it: a cell that was not run, a program without expected output.
    """

    number: int
    source: str
    recorded: CellOutputs | None = None
    execution_count: int | None = None


@frozen
class Document:
    """A file's cells. A script is run as Python runs a program: it shows what it prints, no last expressions."""

    file: str
    cells: tuple[Cell, ...]
    is_script: bool = False
    is_python_2: bool = False


@frozen
class CellOutcome:
    """What became of a cell.

    `needs` are the modules that it could not import, `skipped` the magic commands that were left out, `reads` the names
    that it takes from cells before it, `writes` those that it binds, and `unbound` the ones of them that it did not
    come to bind. `ended` tells, in words, how the process ended in it, where it did.
    """

    outputs: CellOutputs
    needs: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
    ended: str | None = None
