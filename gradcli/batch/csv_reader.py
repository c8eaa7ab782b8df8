"""CSV to Tasks: a header, then a problem in each row.

Columns are `expr`, one for each variable, and any of `id`, `wrt`, `vjp`, `order`, `dtype` and `request`. An empty cell
says nothing. Cells are as in RFC 4180; a value is a number or a tensor in the language. A row that cannot be read is
one error: after a quote that is never closed reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gradcli.batch import codes
from gradcli.batch.fields import FieldError, names_of, order_of, request_of, single_dtype
from gradcli.batch.lines import MAX_LINE, Line, undecodable
from gradcli.batch.task import Entry, Task, Value
from gradcli.language import Diagnostic, DiagnosticError, Span, parse_binding
from gradcli.language.values import frozen
from gradcli.operations import vocabulary

MAX_ROW_LINES: Final = 1_000
"""The lines of one row: a quote that is open for longer was never meant to be."""
SETTINGS: Final = ("id", "expr", "wrt", "vjp", "order", "dtype", "request")


def csv_tasks(source: Iterable[Line], file: str, expression: str | None) -> Iterator[Task]:
    """The problems of a CSV file; `expression` is for rows that have none. An empty file has no problems."""
    rows = _rows(source)
    header = next(rows, None)
    if header is None:
        return
    columns = _columns(header, expression)
    if isinstance(columns, Diagnostic):
        yield Task(0, file, header.line, diagnostic=columns)
        return
    for row in rows:
        yield _task(row, columns, file, expression)


@frozen
class Row:
    """The cells of a row that begins at `line`; `text` is as written. `fault` says why there are no cells."""

    line: int
    cells: Sequence[str]
    text: str
    fault: Diagnostic | None = None


class _Feed:
    """Physical lines for the csv module, and which of them it took for the row that it is at."""

    def __init__(self, source: Iterator[Line]) -> None:
        self.source = source
        self.again: deque[Line] = deque()
        self.taken: list[Line] = []
        self.size = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_ROW_LINES or self.size > MAX_LINE:
            raise StopIteration
        line = self.again.popleft() if self.again else next(self.source)
        if self.taken and line.fault is not None:
            self.again.appendleft(line)
            raise StopIteration
        self.taken.append(line)
        self.size += len(line.text)
        return line.text + "\n"

    def begin(self) -> None:
        """Begin a row."""
        self.taken, self.size = [], 0

    def give_back(self) -> None:
        """Have all lines but the first of the row read again."""
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _rows(source: Iterable[Line]) -> Iterator[Row]:
    """The rows that are not blank."""
    csv.field_size_limit(MAX_LINE)
    feed = _Feed(iter(source))
    reader = csv.reader(feed, strict=True)
    while True:
        feed.begin()
        fault = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            feed.give_back()
            reader = csv.reader(feed, strict=True)
            fault = _bad_row(str(error), feed.taken[0].text)
        text = "\n".join(line.text for line in feed.taken)
        fault = feed.taken[0].fault or undecodable(text) or fault
        if fault is not None or any(cells):
            yield Row(feed.taken[0].number, cells, text, fault)


def _bad_row(error: str, text: str) -> Diagnostic:
    if "unexpected end" in error:
        message, help_ = "a quote is never closed", "write a quote in a cell twice, and quotes around the cell"
    else:
        message, help_ = f"the row cannot be read: {error}", "write a quote in a cell twice, and quotes around the cell"
    start = max(text.find('"'), 0)
    return Diagnostic(codes.BAD_CSV, message, Span(start, len(text)), text, help_)


def _columns(header: Row, expression: str | None) -> list[str] | Diagnostic:
    """The names of the columns, or what is wrong with them."""
    if header.fault is not None:
        return header.fault
    names = []
    for index, cell in enumerate(header.cells):
        span = _cell_span(header, index)
        name = cell.strip()
        if name not in SETTINGS:
            try:
                name = parse_binding(f"{name}=0", vocabulary()).name
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
        return Diagnostic(codes.BAD_HEADER, message, Span(0, len(header.text)), header.text, help_)
    return names


def _task(row: Row, columns: list[str], file: str, expression: str | None) -> Task:
    if row.fault is not None:
        return Task(0, file, row.line, diagnostic=row.fault)
    if len(row.cells) != len(columns):
        message = f"the row has {len(row.cells)} cells, and the header {len(columns)}"
        help_ = 'a cell with a comma in it, such as a tensor, stands in quotes: "[1,2]"'
        fault = Diagnostic(codes.RAGGED_ROW, message, Span(0, len(row.text)), row.text, help_)
        return Task(0, file, row.line, diagnostic=fault)
    cells = {name: index for index, name in enumerate(columns) if row.cells[index].strip()}
    name = row.cells[cells["id"]] if "id" in cells else None
    try:
        entry = _entry(row, cells, expression)
    except FieldError as error:
        span = _cell_span(row, cells[error.field])
        return Task(
            0, file, row.line, name, diagnostic=Diagnostic(error.code, error.message, span, row.text, error.help)
        )
    if not entry.text:
        message = "the row has no expression"
        fault = Diagnostic(codes.NO_EXPRESSION, message, Span(0, len(row.text)), row.text, "fill the column expr")
        return Task(0, file, row.line, name, diagnostic=fault)
    column = _cell_span(row, cells["expr"]).start + 1 if "expr" in cells else 1
    return Task(0, file, row.line, name, entry, column=column)


def _entry(row: Row, cells: dict[str, int], expression: str | None) -> Entry:
    """The problem in a row. Raises FieldError."""
    written = {name: row.cells[index] for name, index in cells.items()}
    values = tuple(_value(row, name, index) for name, index in cells.items() if name not in SETTINGS)
    vjp = written.get("vjp")
    return Entry(
        written.get("expr") or expression or "",
        values,
        names_of(written.get("wrt")),
        request_of(written.get("request"), vjp is not None),
        order_of(written.get("order")),
        None if vjp is None else _value(row, "vjp", cells["vjp"]),
        single_dtype(written.get("dtype")),
    )


def _value(row: Row, name: str, index: int) -> Value:
    start = _cell_span(row, index).start
    begins = row.text.rfind("\n", 0, start) + 1
    return Value(name, row.cells[index], start - begins + 1, row.text.count("\n", 0, start))


def _cell_span(row: Row, index: int) -> Span:
    """Where a cell's text stands in the row's, without its quotes."""
    text = row.text
    start = 0
    while True:
        end = _cell_end(text, start)
        if index == 0 or end >= len(text):
            break
        index, start = index - 1, end + 1
    quoted = text[start : start + 1] == '"'
    return Span(start + quoted, max(end - quoted, start + quoted))


def _cell_end(text: str, start: int) -> int:
    """Where the cell at `start` ends."""
    if text[start : start + 1] == '"':
        start += 1
        while (start := text.find('"', start) + 1) and text[start : start + 1] == '"':
            start += 1
    end = text.find(",", start)
    return len(text) if end < 0 else end
