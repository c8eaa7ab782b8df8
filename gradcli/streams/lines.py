"""Streams of bytes as lines of text, whatever is in them."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen
from gradcli.streams import codes
from gradcli.streams.encodings import SAVE_OR_SAY, UTF8, ends_with_returns, narrowed, wide_encoding, with_newlines

MAX_LINE: Final = 2_000_000
"""The bytes of one line. A longer one is skipped to its end, without being held in memory, and is one error."""
SHOWN: Final = 60
"""How much of a line that is too long is shown."""

_UNDECODED: Final = re.compile("[\udc80-\udcff]+")


@frozen
class Line:
    """A line without its end; `number` counts from 1.

    Bytes that are not UTF-8 are lone surrogates in `text` (see `undecodable`). `fault` says why there is no text.
    """

    number: int
    text: str
    fault: Diagnostic | None = None


def lines(stream: BinaryIO, count: Callable[[int], None] = lambda size: None, encoding: str = UTF8) -> Iterator[Line]:
    """The lines of a stream, as they come; `count` is told the bytes of each, as they are in UTF-8.

    Lines end with LF or CRLF, or all with CR, the last one with or without; a byte order mark is skipped.
    `encoding` is one that `encoding_of` knows, of a text that does not say by its first bytes that it is in UTF-16 or
    UTF-32.
    """
    number, wide = 0, None
    while data := stream.readline(MAX_LINE + 2):
        number += 1
        if number == 1:
            wide = wide_encoding(data, encoding)
            if wide is not None:
                stream, encoding = narrowed(data, stream, wide), UTF8
                data = stream.readline(MAX_LINE + 2)
            elif data.startswith(BOM_UTF8):
                encoding = UTF8
            data = data.removeprefix(BOM_UTF8)
            if ends_with_returns(data):
                stream = with_newlines(data, stream)
                data = stream.readline(MAX_LINE + 2)
        count(len(data))
        if len(data) > MAX_LINE and not data.endswith(b"\n"):
            yield Line(number, "", _too_long(data, _skip_to_end(stream, count) + len(data)))
        else:
            yield _line(number, data.removesuffix(b"\n").removesuffix(b"\r"), encoding, wide)


def _line(number: int, data: bytes, encoding: str, wide: str | None) -> Line:
    """The line; `wide` is what the stream was in before it was narrowed."""
    escapes = encoding == UTF8 and wide is None
    try:
        return Line(number, data.decode(encoding, "surrogateescape" if escapes else "strict"))
    except UnicodeDecodeError as error:
        what = f"the byte 0x{data[error.start]:02X}" if wide is None else "this"
        message = f"{what} is no character in {wide or encoding}"
        shown = data.decode(encoding, "replace")
        start = len(data[: error.start].decode(encoding, "replace"))
        help_ = "is it what the file was saved in? --encoding says so; or is the file not whole?"
        return Line(number, "", Diagnostic(codes.NOT_UTF8, message, Span(start, start + 1), shown, help_))


def undecodable(text: str) -> Diagnostic | None:
    """What is wrong with a text that has bytes in it that are not UTF-8; None where it has none."""
    if text.isascii():
        return None
    found = _UNDECODED.search(text)
    if found is None:
        return None
    byte = ord(found[0][0]) - 0xDC00
    shown = _UNDECODED.sub(lambda each: "\N{REPLACEMENT CHARACTER}" * len(each[0]), text)
    return Diagnostic(codes.NOT_UTF8, f"the byte 0x{byte:02X} is not UTF-8", Span(*found.span()), shown, SAVE_OR_SAY)


def _skip_to_end(stream: BinaryIO, count: Callable[[int], None]) -> int:
    """Skip the rest of a line; how many bytes that were."""
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
    return Diagnostic.of_whole(codes.LINE_TOO_LONG, message, shown, "write one problem on a line")
