"""Rows of XLSX and ODS, by python-calamine (the extra `sheets`), which is imported for such a file alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Final

from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen
from gradcli.streams.csv_rows import Row

ZIP: Final = b"PK"
"""What XLSX and ODS begin with."""
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
MAX_UNPACKED: Final = 500_000_000
"""The bytes that a sheet may have when it is unpacked: some thousand times a class."""

NO_READER: Final = "H132"
BAD_SHEET: Final = "H133"


class SheetError(Exception):
    """A sheet that cannot be read; `diagnostic` says why."""

    def __init__(self, code: str, message: str, help_: str) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, Span(0, 0), "", help_)


@frozen
class Sheet:
    """The first sheet with anything in it, its rows, and the names of the others that have."""

    name: str
    rows: tuple[Row, ...]
    others: tuple[str, ...]


def read_sheet(stream: BinaryIO) -> Sheet:
    """The sheet in an XLSX or ODS file. A row's line is its number in the sheet. Raises SheetError."""
    data = stream.read()
    _check(data)
    try:
        from python_calamine import CalamineError, load_workbook
    except ModuleNotFoundError:
        raise SheetError(NO_READER, "XLSX and ODS need python-calamine", "pip install 'gradcli[sheets]'") from None
    try:
        book = load_workbook(io.BytesIO(data))
        filled = {}
        for name in book.sheet_names:
            rows = tuple(_rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            if rows:
                filled[name] = rows
    except (CalamineError, ValueError, OSError) as error:
        raise SheetError(BAD_SHEET, f"the sheet cannot be read: {error}", "save it as CSV (UTF-8)") from None
    if not filled:
        raise SheetError(BAD_SHEET, "the sheets are empty", "is this the file of answers?")
    first, *others = filled
    return Sheet(first, filled[first], tuple(others))


def _check(data: bytes) -> None:
    """Raises SheetError where it is another archive, or one that would fill the memory."""
    unpack = "unpack it, and give the file with the answers"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.infolist()
    except zipfile.BadZipFile:
        raise SheetError(BAD_SHEET, "this begins as an archive and cannot be opened", "is it whole?") from None
    names = {each.filename for each in inside}
    if not names & {"[Content_Types].xml", "mimetype", "content.xml"}:
        raise SheetError(BAD_SHEET, "this is an archive of files, not XLSX or ODS", unpack)
    if sum(each.file_size for each in inside) > MAX_UNPACKED:
        raise SheetError(
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
