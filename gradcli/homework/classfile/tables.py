"""A file's bytes as rows: CSV with any usual delimiter, or a sheet; and how they were read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, Final

from gradcli.homework.classfile.layout import Layout
from gradcli.homework.classfile.notices import Notice, UnusableError
from gradcli.homework.classfile.sheets import BAD_SHEET, OLD_EXCEL, ZIP, SheetError, read_sheet
from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen
from gradcli.streams import codes
from gradcli.streams.csv_rows import COMMA, MAX_ROW_LINES, Row, rows
from gradcli.streams.encodings import MARKS, UTF8, wide_encoding
from gradcli.streams.lines import Line, lines, undecodable

DELIMITERS: Final = {COMMA: "a comma", ";": "a semicolon", "\t": "a TAB"}
SEEN: Final = 64
_SAID: Final = re.compile(r'"?sep=(.)"?[,;\t]*')
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')


@frozen
class Rows:
    """The rows of a file; `delimiter` stands between their cells (a comma where they come from a sheet).

    `how` says in words how they were read, `notes` what there is to say beside. `layout` is None where the headings are
    to tell.
    """

    rows: Iterator[Row]
    delimiter: str
    how: tuple[str, ...]
    notes: tuple[str, ...] = ()
    layout: Layout | None = None


def begins(stream: BinaryIO, size: int) -> bytes:
    """The first bytes of a stream, which stay in it; none where that cannot be had."""
    if stream.seekable():
        place = stream.tell()
        data = stream.read(size)
        stream.seek(place)
        return data
    peek = getattr(stream, "peek", None)
    return b"" if peek is None else bytes(peek(size)[:size])


def is_sheet(stream: BinaryIO) -> bool:
    """Whether a stream is XLSX or ODS, or another archive."""
    return begins(stream, len(ZIP)) == ZIP


def table(stream: BinaryIO, encoding: str, count: Callable[[int], None]) -> Rows:
    """The rows of CSV, XLSX or ODS; `count` is told how many bytes are read. Raises UnusableError."""
    start = begins(stream, SEEN)
    if start.startswith(OLD_EXCEL):
        message, help_ = "this is a file of an old Excel (.xls)", "save it as XLSX, or as CSV (UTF-8)"
        raise UnusableError(Notice(1, Diagnostic(BAD_SHEET, message, Span(0, 0), "", help_)))
    if start.startswith(ZIP):
        try:
            sheet = read_sheet(stream)
        except SheetError as error:
            raise UnusableError(Notice(1, error.diagnostic)) from None
        notes = [f"the sheet {sheet.name!r} is read, and not {', '.join(map(repr, sheet.others))}"] * bool(sheet.others)
        return Rows(iter(sheet.rows), COMMA, (f"the sheet {sheet.name!r}",), tuple(notes))
    found = decodable(lines(stream, count, encoding))
    delimiter, found = delimited(found)
    how = (encoding_words(start, encoding), f"cells are separated by {DELIMITERS.get(delimiter, repr(delimiter))}")
    return Rows(rows(found, delimiter), delimiter, how)


def decodable(source: Iterable[Line]) -> Iterator[Line]:
    """The lines. Raises UnusableError at bytes that are no text."""
    for line in source:
        fault = line.fault or undecodable(line.text)
        if fault is not None and fault.code == codes.NOT_UTF8:
            raise UnusableError(Notice(line.number, fault))
        yield line


def encoding_words(start: bytes, encoding: str) -> str:
    """What the text that begins so is in: `utf-16, by its mark`."""
    if start.startswith(b"\xef\xbb\xbf"):
        return f"{UTF8}, by its mark"
    marked = next((name for mark, name in MARKS if start.startswith(mark)), None)
    return f"{marked}, by its mark" if marked else wide_encoding(start, encoding) or encoding


def delimited(source: Iterator[Line]) -> tuple[str, Iterator[Line]]:
    """What stands between the cells of these lines, and the lines.

    A line `sep=;` says so and is left out. Otherwise it is the commonest of comma, semicolon and TAB in the heading
    that divides the second row into as many cells; where there is no such one, the commonest in the heading. Rows
    without any of them are titles.
    """
    first = next(source, None)
    if first is None:
        return COMMA, source
    said = _SAID.fullmatch(first.text)
    if said is not None:
        return said[1], source
    source = chain([first], source)
    taken: list[Line] = []
    heading = _record(source, taken)
    while len(taken) < SEEN and not any(each in heading for each in DELIMITERS) and (below := _record(source, taken)):
        heading = below
    second = _record(source, taken)
    counts = {each: heading.count(each) for each in DELIMITERS}
    fitting = [each for each in DELIMITERS if counts[each] and counts[each] == second.count(each)]
    best = max(fitting or DELIMITERS, key=lambda each: counts[each])
    return best, chain(taken, source)


def _record(source: Iterator[Line], taken: list[Line]) -> str:
    """What of the next row stands outside of quotes; its lines are put aside. Blank lines are read over."""
    text = ""
    for line in islice(source, MAX_ROW_LINES):
        taken.append(line)
        text += line.text + "\n"
        if text.count('"') % 2 == 0 and text.strip():
            break
    return _QUOTED.sub("", text)
