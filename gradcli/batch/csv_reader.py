"""CSV to Tasks: a header, then a problem in each row.

Columns are `expr`, one for each variable, and any of `id`, `wrt`, `of`, `partial`, `vjp`, `order`, `dtype` and
`request`. An empty cell
says nothing. Cells are as in RFC 4180; a value is a number or a tensor in the language. A row that cannot be read is
one error: after a quote that is never closed reading goes on with the next line. A column of values that no row's
expression uses is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from gradcli.batch.fields import TaskFieldError, entry_of
from gradcli.batch.task import Entry, Task, Value
from gradcli.language import Diagnostic, DiagnosticError, free_names, parse
from gradcli.language.names import name_of, normalised
from gradcli.operations import CONSTANTS, vocabulary
from gradcli.streams import codes
from gradcli.streams.csv_rows import Row, cell_span, rows
from gradcli.streams.lines import Line, undecodable

SETTINGS: Final = ("id", "expr", "wrt", "of", "partial", "vjp", "order", "dtype", "request")


def csv_tasks(
    source: Iterable[Line], file: str, expression: str | None, say: Callable[[str], None] = lambda message: None
) -> Iterator[Task]:
    """The problems of a CSV file; `expression` is for rows that have none. An empty file has no problems.

    `say` is told at the end of each column of values that no expression uses.
    """
    found = rows(source)
    header = next(found, None)
    if header is None:
        return
    columns = _columns(header, expression)
    if isinstance(columns, Diagnostic):
        yield Task(0, file, header.line, diagnostic=columns)
        return
    usage = _Usage(columns)
    for row in found:
        task = _task(row, columns, file, expression)
        if usage.unseen and task.entry is not None:
            usage.see(task.entry)
        yield task
    for name in usage.unused():
        say(f"the column {name} is used by no expression")


class _Usage:
    """Which columns of values the expressions use: `unseen` are those of which that has not been seen."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.unseen = {name for name in columns if name not in SETTINGS}
        self.given: dict[str, None] = {}

    def see(self, entry: Entry) -> None:
        """Look at a problem."""
        text = entry.text
        names = [value.name for value in entry.values if value.name in self.unseen]
        self.given.update(dict.fromkeys(names))
        if any(name in text for name in names) or (names and not text.isascii()):
            self.unseen -= _names_in(text, tuple([value.name for value in entry.values]))

    def unused(self) -> list[str]:
        """The columns with values that no problem seen used."""
        return [name for name in self.given if name in self.unseen]


@lru_cache(maxsize=64)
def _names_in(text: str, given: tuple[str, ...]) -> frozenset[str]:
    """The names that an expression uses; all that are given where it cannot be read, which is said elsewhere."""
    try:
        return frozenset(free_names(parse(text, vocabulary(), given).program, CONSTANTS, given))
    except DiagnosticError:
        return frozenset(given)


def _columns(header: Row, expression: str | None) -> list[str] | Diagnostic:
    """The names of the columns, or what is wrong with them."""
    fault = undecodable(header.text) or header.fault
    if fault is not None:
        return fault
    names = []
    for index, cell in enumerate(header.cells):
        span = cell_span(header, index)
        name = normalised(cell)
        if name not in SETTINGS:
            try:
                name = name_of(cell, vocabulary())
            except DiagnosticError as error:
                message = f"the column {cell!r} is neither a field nor a variable: {error.diagnostic.message}"
                help_ = f"name it after a variable, or one of {', '.join(SETTINGS)}"
                return Diagnostic(codes.BAD_HEADER, message, span, header.text, help_)
        if name in names:
            return Diagnostic(codes.BAD_HEADER, f"there are two columns {name!r}", span, header.text, "keep one")
        names.append(name)
    if "expr" not in names and expression is None:
        message = "there is no column expr"
        help_ = "begin with a line such as expr,x,y; or give one expression for all rows with --expr"
        return Diagnostic.of_whole(codes.BAD_HEADER, message, header.text, help_)
    return names


def _task(row: Row, columns: list[str], file: str, expression: str | None) -> Task:
    fault = undecodable(row.text) or row.fault
    if fault is not None:
        return Task(0, file, row.line, diagnostic=fault)
    if len(row.cells) != len(columns):
        message = f"the row has {len(row.cells)} cells, and the header {len(columns)}"
        help_ = 'a cell with a comma in it, such as a tensor, stands in quotes: "[1,2]"'
        fault = Diagnostic.of_whole(codes.RAGGED_ROW, message, row.text, help_)
        return Task(0, file, row.line, diagnostic=fault)
    cells = {name: index for index, name in enumerate(columns) if row.cells[index].strip()}
    name = row.cells[cells["id"]] if "id" in cells else None
    try:
        entry = _entry(row, cells, expression)
    except TaskFieldError as error:
        span = cell_span(row, cells[error.field])
        return Task(
            0, file, row.line, name, diagnostic=Diagnostic(error.code, error.message, span, row.text, error.help)
        )
    if not entry.text:
        message = "the row has no expression"
        fault = Diagnostic.of_whole(codes.NO_EXPRESSION, message, row.text, "fill the column expr")
        return Task(0, file, row.line, name, diagnostic=fault)
    column = cell_span(row, cells["expr"]).start + 1 if "expr" in cells else 1
    return Task(0, file, row.line, name, entry, column=column)


def _entry(row: Row, cells: dict[str, int], expression: str | None) -> Entry:
    """The problem in a row. Raises TaskFieldError."""
    written = {name: row.cells[index] for name, index in cells.items()}
    values = tuple(_value(row, name, index) for name, index in cells.items() if name not in SETTINGS)
    vjp = _value(row, "vjp", cells["vjp"]) if "vjp" in cells else None
    return entry_of(written, written.get("expr") or expression or "", values, vjp, shared=True)


def _value(row: Row, name: str, index: int) -> Value:
    start = cell_span(row, index).start
    begins = row.text.rfind("\n", 0, start) + 1
    return Value(name, row.cells[index], start - begins + 1, row.text.count("\n", 0, start))
