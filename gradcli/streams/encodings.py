"""What the bytes of a text mean.

A text is UTF-8 unless it is said to be something else: a guess would spoil names. Only what cannot be anything else is
recognised, a byte order mark, and the zeros between the letters of UTF-16.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

UTF8: Final = "utf-8"
MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, longer ones first, since one begins like another."""
WIDE: Final = ("utf-16", "utf-32")
"""Encodings in which a line's end is more than one byte."""
PIECE: Final = 1 << 16
SEEN: Final = 64
"""The bytes in which UTF-16 is looked for: a quarter of them or more are zeros, at even places only or at odd ones."""
SAVE_OR_SAY: Final = "save it as UTF-8, or say what it is: --encoding windows-1252 is that of older Windows programs"
"""What to do about bytes that are not UTF-8."""

_QUOTED: Final = re.compile(rb'"[^"]*("|$)')
_LONE_RETURN: Final = re.compile(rb"\r(?![\n\r]|$)")
_LETTERS: Final = bytes([*range(0x20, 0x5C), *range(0x5D, 0x7F), 0x09, 0x0A, 0x0D])
_SAMPLE: Final = _LETTERS + rb"\u0041.xn--mnchen-3ya"
"""The characters that the language is made of, and what means something else in encodings of other things."""


def encoding_of(name: str) -> str:
    """The encoding with this name, in Python's words. Raises ValueError where there is none in which texts are."""
    try:
        found = codecs.lookup(name).name
        if found.startswith(WIDE) or _SAMPLE.decode(found) == _SAMPLE.decode("ascii"):
            return found
    except (LookupError, ValueError):
        pass
    raise ValueError(f"{name!r} is no encoding of texts that is known here")


def wide_encoding(head: bytes, encoding: str) -> str | None:
    """The encoding of a text that begins so, if a line's end is more than one byte in it; None otherwise.

    A byte order mark says more than `encoding`, which is what the text is in without one.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if encoding.startswith(WIDE):
        return encoding if encoding.endswith(("-le", "-be")) else f"{encoding}-le"
    zeros = [place % 2 for place, byte in enumerate(head[:SEEN]) if not byte]
    if encoding == UTF8 and len(zeros) > 1 and 4 * len(zeros) >= len(head[:SEEN]) and len(set(zeros)) == 1:
        return "utf-16-le" if zeros[0] else "utf-16-be"
    return None


def narrowed(head: bytes, rest: BinaryIO, encoding: str) -> BinaryIO:
    """A stream in a wide encoding as UTF-8; `head` has been read of it already.

    What is no text in that encoding is no UTF-8 either.
    """
    return cast("BinaryIO", io.BufferedReader(_Narrowed(head, rest, encoding), PIECE))


def ends_with_returns(head: bytes) -> bool:
    """Whether the lines of a text that begins so end with CR alone: there is one outside of quotes."""
    return b"\r" in head and _LONE_RETURN.search(_QUOTED.sub(b"", head)) is not None


def with_newlines(head: bytes, rest: BinaryIO) -> BinaryIO:
    """A stream whose lines end with CR, or with anything else, as one whose lines end with LF; `head` has been read."""
    return cast("BinaryIO", io.BufferedReader(_WithNewlines(head, rest), PIECE))


class _Mended(io.RawIOBase):
    """Bytes that are made of others, piece by piece."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest
        self._ready = b""
        self._ended = False

    def mended(self, data: bytes) -> bytes:
        """What a piece becomes; the last one is empty. Sets `_ended` where nothing comes after it."""
        raise NotImplementedError

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer, or its beginning."""
        while not self._ready and not self._ended:
            data = self._head or self._rest.read(PIECE)
            self._head = b""
            self._ended = not data
            self._ready = self.mended(data)
        room = memoryview(buffer)
        size = min(len(room), len(self._ready))
        room[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


class _Narrowed(_Mended):
    """Bytes in one encoding, decoded and encoded again."""

    def __init__(self, head: bytes, rest: BinaryIO, encoding: str) -> None:
        super().__init__(head, rest)
        # A lone half of a character passes, and is what UTF-8 does not have: the reader of lines sees it.
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")

    def mended(self, data: bytes) -> bytes:
        """The piece in UTF-8."""
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:  # half a character at the end, or a number that is none
            text, self._ended = "\udcff", True
        return text.encode(UTF8, "surrogatepass")


class _WithNewlines(_Mended):
    """Bytes with LF for CR and CRLF."""

    _kept = b""

    def mended(self, data: bytes) -> bytes:
        """The piece; a CR at its end waits for what comes next."""
        data = self._kept + data
        self._kept = b"\r" if data.endswith(b"\r") and not self._ended else b""
        return data[: len(data) - len(self._kept)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
