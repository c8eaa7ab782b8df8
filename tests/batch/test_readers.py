"""Streams of bytes to tasks: what is read, and what is said of what cannot be read."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.batch.readers import read
from gradcli.batch.task import Entry, Task, Value
from gradcli.streams import codes
from gradcli.streams.encodings import encoding_of
from gradcli.streams.formats import Format, format_of
from gradcli.streams.lines import MAX_LINE, lines


def tasks(data: bytes, form: Format = Format.TEXT, expression: str | None = None) -> list[Task]:
    return list(read(io.BytesIO(data), "f", form, expression))


def entries(data: bytes, form: Format = Format.TEXT, expression: str | None = None) -> list[Entry | None]:
    return [task.entry for task in tasks(data, form, expression)]


def faults(data: bytes, form: Format = Format.TEXT) -> list[tuple[int, str] | None]:
    """The line and code of each fault, None for what is read."""
    return [task.diagnostic and (task.line, task.diagnostic.code) for task in tasks(data, form)]


def test_the_extension_tells_the_format() -> None:
    names = ["a.txt", "a.CSV", "a.jsonl", "a.ndjson", "a", "-"]
    expected = [Format.TEXT, Format.CSV, Format.JSONL, Format.JSONL, Format.TEXT, Format.TEXT]
    assert [format_of(name) for name in names] == expected


def test_text_has_a_problem_on_a_line_but_for_blank_ones_and_comments() -> None:
    data = b"# a comment\n\nx^2 at x=3\n   # another\n \t \ny at y=1 # m\n"
    assert [(task.number, task.line, task.entry) for task in tasks(data)] == [
        (0, 3, Entry("x^2 at x=3")),
        (1, 6, Entry("y at y=1 # m")),
    ]


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\r\n"])
def test_an_empty_file_has_no_problems(form: Format, data: bytes) -> None:
    assert tasks(data, form) == []


@pytest.mark.parametrize(
    "data", [b"x\ny\n", b"x\r\ny\r\n", b"x\ry\r", b"x\ry", b"x\ny", b"\xef\xbb\xbfx\r\ny", b"\xef\xbb\xbfx\ny\n\n"]
)
def test_line_ends_byte_order_mark_and_a_missing_last_newline_make_no_difference(data: bytes) -> None:
    assert entries(data) == [Entry("x"), Entry("y")]


def test_bytes_that_are_not_utf8_are_an_error_where_they_stand() -> None:
    found = tasks(b"x\ny + \xff\xfe\n\xc3\xa9\n")
    assert [task.entry for task in found] == [Entry("x"), None, Entry("é")]
    fault = found[1].diagnostic
    assert fault is not None
    assert (found[1].line, fault.code, fault.span.start, fault.span.end) == (2, codes.NOT_UTF8, 4, 6)
    assert fault.source == "y + \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(("encoding", "said"), [("utf-16", "utf-8"), ("utf-16-be", "utf-8"), ("cp1253", "cp1253")])
def test_other_encodings_are_read(encoding: str, said: str) -> None:
    texts = [f"{letter} + {number}" for number, letter in enumerate("αβγ" * 20_000)]
    data = "\r\n".join(texts).encode(encoding)
    found = read(io.BytesIO(data), "f", Format.TEXT, encoding=said)
    assert [task.entry for task in found] == [Entry(text) for text in texts]


def test_bytes_that_are_not_in_the_encoding_are_an_error_where_they_stand() -> None:
    found = list(read(io.BytesIO(b"\xb5 + \x81\nx\n"), "f", Format.TEXT, encoding="cp1252"))
    fault = found[0].diagnostic
    assert fault is not None
    assert (fault.message, fault.span.start) == ("the byte 0x81 is no character in cp1252", 4)
    assert fault.source == "µ + \N{REPLACEMENT CHARACTER}"
    assert found[1].entry == Entry("x")


@pytest.mark.parametrize("name", ["none", "hex", "rot13", "cp037", "undefined", "idna", "unicode_escape", ""])
def test_what_is_no_encoding_of_texts_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no encoding of texts"):
        encoding_of(name)


@given(st.binary(max_size=40), st.sampled_from(["utf-8", "utf-16", "utf-32", "cp1252", "utf-16-le", "gb18030"]))
def test_any_bytes_are_lines_in_any_encoding(data: bytes, encoding: str) -> None:
    for mark in (b"", b"\xff\xfe", b"\x00\x00\xfe\xff"):
        found = list(lines(io.BytesIO(mark + data), encoding=encoding_of(encoding)))
        assert [line.number for line in found] == list(range(1, len(found) + 1))


def test_a_nul_is_left_to_the_language_and_is_no_end_of_anything() -> None:
    assert entries(b"x\0y\nz\n") == [Entry("x\0y"), Entry("z")]
    assert entries(b'expr,x\n"x\0y",1\nz,2\n', Format.CSV) == [
        Entry("x\0y", (Value("x", "1", 7),), shared=True),
        Entry("z", (Value("x", "2", 3),), shared=True),
    ]


class Endless(io.RawIOBase):
    """A line of `size` bytes, then a short one; never more than a piece of it in memory."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.rest = b"\nx^2\n"
        self.largest = 0

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0
        self.largest = max(self.largest, size)
        if self.left:
            piece = min(self.left, size)
            self.left -= piece
            return b"x" * piece
        line, newline, self.rest = self.rest.partition(b"\n")
        return line + newline


@pytest.mark.parametrize("form", [Format.TEXT, Format.JSONL])
def test_a_line_of_100_megabytes_is_one_error_and_is_never_held(form: Format) -> None:
    stream = Endless(100_000_000)
    found = list(read(stream, "f", form))  # type: ignore[arg-type]
    assert found[0].diagnostic is not None
    assert found[0].diagnostic.code == codes.LINE_TOO_LONG
    assert "100,000,001 bytes" in found[0].diagnostic.message
    assert (found[1].line, len(found)) == (2, 2)
    assert stream.largest <= MAX_LINE + 2


def test_a_line_of_the_greatest_length_is_read() -> None:
    longest = b"x" * MAX_LINE
    assert [line.text for line in lines(io.BytesIO(longest + b"\ny\n"))] == [longest.decode(), "y"]
    assert [line.text for line in lines(io.BytesIO(longest))] == [longest.decode()]


def test_reading_is_lazy() -> None:
    class Slow(io.BytesIO):
        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return super().readline(size)

    stream = Slow(b"x\ny\nz\n")
    found = read(stream, "f", Format.TEXT)
    next(found)
    assert stream.asked == 1


def test_bytes_are_counted_as_they_are_read() -> None:
    sizes: list[int] = []
    list(read(io.BytesIO(b"x\r\n\ny"), "f", Format.TEXT, count=sizes.append))
    assert sizes == [3, 1, 1]


def test_csv_has_a_column_for_each_variable_and_for_each_field() -> None:
    data = b'id,expr,x,y,wrt,vjp,order,dtype,request\na,x^2 y,2,"[1,2]",x,,2,float32,\nb,x,3,,,"[1,2]",,,vjp\n'
    assert [(task.id, task.line, task.column) for task in tasks(data, Format.CSV)] == [("a", 2, 3), ("b", 3, 3)]
    assert entries(data, Format.CSV) == [
        Entry("x^2 y", (Value("x", "2", 9), Value("y", "[1,2]", 12)), ("x",), None, 2, None, "float32", True),
        Entry("x", (Value("x", "3", 5),), None, "vjp", None, Value("vjp", "[1,2]", 10), None, True),
    ]


def test_csv_of_points_alone_takes_the_expression_from_outside() -> None:
    assert entries(b"x,y\n1,2\n3,\n", Format.CSV, "x y") == [
        Entry("x y", (Value("x", "1", 1), Value("y", "2", 3)), shared=True),
        Entry("x y", (Value("x", "3", 1),), shared=True),
    ]


def test_a_cell_may_have_quotes_and_line_ends_in_it() -> None:
    data = b'id,expr,x\n"say ""a""","y = x^2\r\ny + 1",2\nb,x,1\n'
    found = tasks(data, Format.CSV)
    assert [(task.id, task.line, task.column) for task in found] == [('say "a"', 2, 14), ("b", 4, 3)]
    assert found[0].entry == Entry("y = x^2\ny + 1", (Value("x", "2", 8, below=1),), shared=True)


def test_a_ragged_row_is_an_error_and_the_next_is_read() -> None:
    data = b"expr,x\nx,1,2\nx\nx,1\n\n,\n"
    assert faults(data, Format.CSV) == [(2, codes.RAGGED_ROW), (3, codes.RAGGED_ROW), None]


def test_a_quote_that_is_never_closed_costs_its_line_only() -> None:
    data = b'expr,x\n"x^2,1\nx,1\nx,2\n"y"z,1\n\xff,1\nx,3\n'
    assert faults(data, Format.CSV) == [
        (2, codes.BAD_CSV),
        None,
        None,
        (5, codes.BAD_CSV),
        (6, codes.NOT_UTF8),
        None,
    ]


def test_a_line_too_long_inside_a_quoted_cell_is_an_error_of_its_own() -> None:
    data = b'expr,x\n"x\n' + b"y" * (MAX_LINE + 10) + b"\nx,1\n"
    assert faults(data, Format.CSV) == [(2, codes.BAD_CSV), (3, codes.LINE_TOO_LONG), None]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"x,y", "no column expr"),
        (b"expr,x,x", "two columns 'x'"),
        (b"expr,my note", "neither a field nor a variable"),
        (b"expr,", "neither a field nor a variable"),
        (b"expr,sin", "is a function"),
        (b"expr,\xff", "not UTF-8"),
    ],
)
def test_a_bad_header_is_one_error_for_the_file(header: bytes, message: str) -> None:
    found = tasks(header + b"\n1,2\n3,4\n", Format.CSV)
    assert len(found) == 1
    assert found[0].diagnostic is not None
    assert message in found[0].diagnostic.message


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (b"x,0,,,", 3, "order takes a whole number from 1 to 50"),
        (b"x,two,,,", 3, "order takes"),
        (b"x,,float16,,", 4, "dtype takes one of float64, float32"),
        (b"x,,,hesian,", 5, "request takes one of"),
        (b"x,,,vjp,", 5, "needs a vector"),
        (b'x,,,grad,"[1]"', 5, "takes no vector"),
        (b",1,,,", 1, "no expression"),
    ],
)
def test_a_bad_field_of_a_row_is_located_in_its_cell(row: bytes, column: int, message: str) -> None:
    (found,) = tasks(b"expr,order,dtype,request,vjp\n" + row + b"\n", Format.CSV)
    assert found.diagnostic is not None
    assert found.diagnostic.span.start + 1 == column
    assert message in found.diagnostic.message


def test_json_lines_are_objects_with_the_documented_fields() -> None:
    data = (
        b'{"id": 7, "expr": "x^2", "at": {"x": [1, "2/3", "nan"]}, "wrt": "x", "vjp": [1, 2, 3], "dtype": "float32"}\n'
        b'\n{"expr": "x", "wrt": ["x", "y"], "order": 2, "request": "grad"}\n'
    )
    assert [(task.id, task.line, task.column) for task in tasks(data, Format.JSONL)] == [("7", 1, 20), (None, 3, 11)]
    assert entries(data, Format.JSONL) == [
        Entry("x^2", (Value("x", [1, "2/3", "nan"]),), ("x",), "vjp", None, Value("vjp", [1, 2, 3]), "float32"),
        Entry("x", (), ("x", "y"), "grad", 2),
    ]


def test_an_unknown_field_is_named_with_its_neighbour() -> None:
    (found,) = tasks(b'{"expr": "x", "vpj": [1]}\n', Format.JSONL)
    fault = found.diagnostic
    assert fault is not None
    assert (fault.code, fault.message, fault.help) == (
        codes.UNKNOWN_FIELD,
        "there is no field 'vpj'",
        "did you mean vjp?",
    )
    assert fault.source[fault.span.start : fault.span.end] == '"vpj"'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"expr": "x"', codes.BAD_JSON),
        (b"x^2", codes.BAD_JSON),
        (b'["x"]', codes.BAD_JSON),
        (b"[" * 100_000, codes.BAD_JSON),
        (b'{"expr": ' + b"9" * 5000 + b"}", codes.BAD_JSON),
        (b'{"expr": "x\0"}', codes.BAD_JSON),
        (b'{"expr": "\xff"}', codes.NOT_UTF8),
        (b'{"expr": "x", "expr": "y"}', codes.BAD_FIELD),
        (b'{"at": {"x": 1, "x": 2}, "expr": "x"}', codes.BAD_FIELD),
        (b'{"at": {"x": 1}}', codes.NO_EXPRESSION),
        (b'{"expr": 3}', codes.BAD_FIELD),
        (b'{"expr": "x", "at": [1]}', codes.BAD_FIELD),
        (b'{"expr": "x", "at": {"x": null}}', codes.BAD_FIELD),
        (b'{"expr": "x", "at": {"x": [1, true]}}', codes.BAD_FIELD),
        (b'{"expr": "x", "wrt": 1}', codes.BAD_FIELD),
        (b'{"expr": "x", "order": 1.5}', codes.BAD_FIELD),
        (b'{"expr": "x", "order": true}', codes.BAD_FIELD),
        (b'{"expr": "x", "id": [1]}', codes.BAD_FIELD),
    ],
)
def test_a_bad_object_is_an_error_and_the_next_is_read(line: bytes, code: str) -> None:
    assert faults(line + b'\n{"expr": "x"}\n', Format.JSONL) == [(1, code), None]


def test_any_bytes_are_tasks_with_an_entry_or_a_diagnostic() -> None:
    for data in _strange():
        for form in Format:
            for task in tasks(data, form, "x"):
                assert (task.entry is None) != (task.diagnostic is None)


def _strange() -> Iterator[bytes]:
    pieces = [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"{",
        b"x",
        b'"expr"',
        b"\xef\xbb\xbf",
        b"[1,2]",
        b"\xed\xa0\x80",
    ]
    state = 1
    for _ in range(400):
        data = b""
        for _ in range(12):
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
            data += pieces[state >> 16 & 0xFF and (state >> 16) % len(pieces)]
        yield data


@pytest.mark.parametrize(
    ("data", "expression", "said"),
    [
        (b"expr,x,zz\nx^2,3,1\nx,4,2\n", None, ["zz"]),
        (b"expr,x,zz\nx^2,3,1\nx zz,4,2\n", None, []),
        (b"expr,x,zz\nx^2,3,\nx,4,\n", None, []),  # no value is given
        ("expr,θ,x₁,zz\nθ^2,1,2,3\nx1,1,2,3\n".encode(), None, ["zz"]),
        (b"x,zz,y,w\n3,1,2,0\n4,,2,0\n", "y x", ["zz", "w"]),
        (b"expr,x,y\ny = 3x; y^2,1,2\n", None, ["y"]),  # the program gives y a value of its own
        (b"expr,x,dim\nx.sum(dim=0),1,2\n", None, ["dim"]),
        (b"expr,x,zz\nzz + (,3,1\nx,4,2\n", None, []),  # what it was to use cannot be told
        (b"expr,x,wrt,zz\n", None, []),
        (b"expr,zz\n", None, []),
    ],
)
def test_a_column_that_no_expression_uses_is_said_once_a_file(
    data: bytes, expression: str | None, said: list[str]
) -> None:
    heard: list[str] = []
    list(read(io.BytesIO(data), "f", Format.CSV, expression, say=heard.append))
    assert heard == [f"the column {name} is used by no expression" for name in said]


def test_names_are_read_as_an_expression_reads_them_whatever_the_format() -> None:
    csv = entries("expr,θ,ｘ₁,wrt\nθ x1,1,2,ϑ\n".encode(), Format.CSV)
    jsonl = entries('{"expr": "θ x1", "at": {"θ": 1, "𝑥1": 2}, "wrt": ["theta", "θ"]}'.encode(), Format.JSONL)
    for entry in (csv[0], jsonl[0]):
        assert entry is not None
        assert ([value.name for value in entry.values], entry.wrt) == (["theta", "x1"], ("theta",))


@pytest.mark.parametrize(
    ("line", "code", "start", "message"),
    [
        ('{"expr": "x", "at": {"1x": 3}}', "E119", 21, "'1x' is no name"),
        ('{"expr": "sin(x)", "at": {"sin": 1.5, "x": 2}}', "E119", 26, "'sin' is a function, and cannot be bound"),
        ('{"expr": "x", "at": {"x": 3, "bool": 2}}', "E119", 29, "'bool' is a dtype"),
        ('{"expr": "x", "at": {"θ": 3, "theta": 2}}', "E122", 29, "theta is given twice: θ and theta are one name"),
        ('{"expr": "x", "at": {"\\u0445": 3}}', "E106", 21, "CYRILLIC SMALL LETTER HA"),
        ('{"expr": "x", "at": {"x": 3}, "wrt": "sin"}', "E119", 30, "cannot be differentiated by"),
        ('{"expr": "x", "at": {"x": 3}, "wrt": ["x y"]}', "E119", 30, "'x y' is no name"),
    ],
)
def test_a_key_that_is_no_name_of_a_variable_is_refused_where_it_stands(
    line: str, code: str, start: int, message: str
) -> None:
    (task,) = tasks(line.encode(), Format.JSONL)
    assert task.diagnostic is not None
    assert (task.diagnostic.code, task.diagnostic.span.start) == (code, start)
    assert message in task.diagnostic.message
    assert task.diagnostic.help
