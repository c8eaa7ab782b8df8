"""Rows of CSV, cells as in RFC 4180, whatever is in them.

A row that cannot be read is one fault: after a quote that is never closed reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen
from gradcli.streams import codes
from gradcli.streams.lines import MAX_LINE, Line

COMMA: Final = ","
MAX_ROW_LINES: Final = 1_000
"""The lines of one row: a quote that is open for longer was never meant to be."""


def written(cells: Iterable[str]) -> str:
    """A row with its line's end (LF). A cell with any part of a CRLF in it is put in quotes, a lone CR included."""
    stream = StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n") + "\n"


@frozen
class Row:
    """The cells of a row that begins at `line`; `text` is as written. `fault` says why there are no cells."""

    line: int
    cells: Sequence[str]
    text: str
    fault: Diagnostic | None = None


def rows(source: Iterable[Line], delimiter: str = COMMA) -> Iterator[Row]:
    """The rows that are not blank; `delimiter` stands between their cells.

    Bytes that are not UTF-8 are lone surrogates in them (see `lines.undecodable`).
    """
    csv.field_size_limit(MAX_LINE)
    feed = _Feed(iter(source))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
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
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            fault = _bad_row(str(error), feed.taken[0].text)
        text = "\n".join(line.text for line in feed.taken)
        fault = feed.taken[0].fault or fault
        if fault is not None or any(cells):
            yield Row(feed.taken[0].number, cells, text, fault)


def cell_span(row: Row, index: int, delimiter: str = COMMA) -> Span:
    """Where a cell's text stands in the row's, without its quotes."""
    text = row.text
    start = 0
    while True:
        end = _cell_end(text, start, delimiter)
        if index == 0 or end >= len(text):
            break
        index, start = index - 1, end + 1
    quoted = text[start : start + 1] == '"'
    return Span(start + quoted, max(end - quoted, start + quoted))


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


def _bad_row(error: str, text: str) -> Diagnostic:
    if "unexpected end" in error:
        message, help_ = "a quote is never closed", "write a quote in a cell twice, and quotes around the cell"
    else:
        message, help_ = f"the row cannot be read: {error}", "write a quote in a cell twice, and quotes around the cell"
    start = max(text.find('"'), 0)
    return Diagnostic(codes.BAD_CSV, message, Span(start, len(text)), text, help_)


def _cell_end(text: str, start: int, delimiter: str) -> int:
    """Where the cell at `start` ends."""
    if text[start : start + 1] == '"':
        start += 1
        while (start := text.find('"', start) + 1) and text[start : start + 1] == '"':
            start += 1
    end = text.find(delimiter, start)
    return len(text) if end < 0 else end
