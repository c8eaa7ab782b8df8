"""A file's bytes as rows: CSV with any usual delimiter, or a sheet; and how they were read.

XLSX and ODS are read by python-calamine (the extra `sheets`), which is imported for such a file alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from gradcli.homework.classfile.layout import Layout
from gradcli.homework.classfile.roster import Notice, UnusableError
from gradcli.language.values import frozen
from gradcli.streams import codes
from gradcli.streams.csv_rows import COMMA, MAX_ROW_LINES, Row, rows
from gradcli.streams.encodings import MARKS, UTF8, wide_encoding
from gradcli.streams.lines import Line, lines, undecodable

ZIP: Final = b"PK"
"""What XLSX and ODS begin with."""
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
MAX_UNPACKED: Final = 500_000_000
"""The bytes that a sheet may have when it is unpacked: some thousand times a class."""

NO_READER: Final = "H132"
BAD_SHEET: Final = "H133"


@frozen
class Sheet:
    """The first sheet with anything in it, its rows, and the names of the others that have."""

    name: str
    rows: tuple[Row, ...]
    others: tuple[str, ...]


def read_sheet(stream: BinaryIO) -> Sheet:
    """The sheet in an XLSX or ODS file. A row's line is its number in the sheet. Raises UnusableError."""
    data = stream.read()
    _check(data)
    try:
        from python_calamine import CalamineError, load_workbook
    except ModuleNotFoundError:
        raise UnusableError.about(
            NO_READER, "XLSX and ODS need python-calamine", "pip install 'gradcli[sheets]'"
        ) from None
    try:
        book = load_workbook(io.BytesIO(data))
        filled = {}
        for name in book.sheet_names:
            rows = tuple(_rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            if rows:
                filled[name] = rows
    except (CalamineError, ValueError, OSError) as error:
        raise UnusableError.about(BAD_SHEET, f"the sheet cannot be read: {error}", "save it as CSV (UTF-8)") from None
    if not filled:
        raise UnusableError.about(BAD_SHEET, "the sheets are empty", "is this the file of answers?")
    first, *others = filled
    return Sheet(first, filled[first], tuple(others))


def _check(data: bytes) -> None:
    """Raises UnusableError where it is another archive, or one that would fill the memory."""
    unpack = "unpack it, and give the file with the answers"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.infolist()
    except zipfile.BadZipFile:
        raise UnusableError.about(BAD_SHEET, "this begins as an archive and cannot be opened", "is it whole?") from None
    names = {each.filename for each in inside}
    if not names & {"[Content_Types].xml", "mimetype", "content.xml"}:
        raise UnusableError.about(BAD_SHEET, "this is an archive of files, not XLSX or ODS", unpack)
    if sum(each.file_size for each in inside) > MAX_UNPACKED:
        raise UnusableError.about(
            BAD_SHEET, f"the sheet has more than {MAX_UNPACKED:,} bytes", "save the answers as CSV (UTF-8)"
        )


def _rows(cells: list[list[Any]]) -> Iterator[Row]:
    for number, row in enumerate(cells, 1):
        texts = [cell_text(each) for each in row]
        if any(texts):
            yield Row(number, texts, ", ".join(texts))


def cell_text(cell: Any) -> str:
    """A cell as it would be typed: 88 for the float 88.0, times as ISO 8601 writes them."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell) if isinstance(cell, (str, int, date, time, timedelta)) else ""


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
        raise UnusableError.about(BAD_SHEET, message, help_)
    if start.startswith(ZIP):
        sheet = read_sheet(stream)
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
    """What of the next row stands outside of quotes; its lines are put aside. Blank lines are skipped."""
    text = ""
    for line in islice(source, MAX_ROW_LINES):
        taken.append(line)
        text += line.text + "\n"
        if text.count('"') % 2 == 0 and text.strip():
            break
    return _QUOTED.sub("", text)
