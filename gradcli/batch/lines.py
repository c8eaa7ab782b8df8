"""Streams of bytes as lines of text, whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from gradcli.batch import codes
from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen

MAX_LINE: Final = 2_000_000
"""The bytes of one line. A longer one is skipped to its end, without being held in memory, and is one error."""
SHOWN: Final = 60
"""How much of a line that is too long is shown."""

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UNDECODED: Final = re.compile("[\udc80-\udcff]+")


@frozen
class Line:
    """A line without its end; `number` counts from 1.

    Bytes that are not UTF-8 are lone surrogates in `text` (see `undecodable`). `fault` says why there is no text.
    """

    number: int
    text: str
    fault: Diagnostic | None = None


def lines(stream: BinaryIO, count: Callable[[int], None] = lambda size: None) -> Iterator[Line]:
    """The lines of a stream, as they come; `count` is told the bytes of each.

    Lines end with LF or CRLF, the last one with or without; a byte order mark is read over. A stream in UTF-16 is one
    line with a fault.
    """
    number = 0
    while data := stream.readline(MAX_LINE + 2):
        number += 1
        count(len(data))
        if number == 1 and data.startswith(_UTF16):
            yield Line(1, "", _not_utf8("the file is in UTF-16, not UTF-8", "save it as UTF-8"))
            return
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if len(data) > MAX_LINE and not data.endswith(b"\n"):
            yield Line(number, "", _too_long(data, _skip_to_end(stream, count) + len(data)))
            continue
        text = data.decode("utf-8", "surrogateescape")
        yield Line(number, text.removesuffix("\n").removesuffix("\r"))


def undecodable(text: str) -> Diagnostic | None:
    """What is wrong with a text that has bytes in it that are not UTF-8; None where it has none."""
    if text.isascii():
        return None
    found = _UNDECODED.search(text)
    if found is None:
        return None
    byte = ord(found[0][0]) - 0xDC00
    shown = _UNDECODED.sub(lambda each: "\N{REPLACEMENT CHARACTER}" * len(each[0]), text)
    return Diagnostic(
        codes.NOT_UTF8, f"the byte 0x{byte:02X} is not UTF-8", Span(*found.span()), shown, "save the file as UTF-8"
    )


def _skip_to_end(stream: BinaryIO, count: Callable[[int], None]) -> int:
    """Read over the rest of a line; how many bytes that were."""
    size = 0
    while data := stream.readline(MAX_LINE):
        size += len(data)
        count(len(data))
        if data.endswith(b"\n"):
            break
    return size


def _too_long(data: bytes, size: int) -> Diagnostic:
    shown = data[:SHOWN].decode("utf-8", "replace") + "…"
    message = f"the line has {size:,} bytes, and {MAX_LINE:,} is the limit"
    return Diagnostic(codes.LINE_TOO_LONG, message, Span(0, len(shown)), shown, "write one problem on a line")


def _not_utf8(message: str, help_: str) -> Diagnostic:
    return Diagnostic(codes.NOT_UTF8, message, Span(0, 0), "", help_)
