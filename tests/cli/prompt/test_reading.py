"""Which lines belong together, where they come from, and what is no text."""

from __future__ import annotations

from io import BytesIO

import pytest

from gradcli.cli.prompt import reading
from gradcli.cli.prompt.reading import Typed, UnreadableError, apart, entries, goes_on


def read(data: bytes) -> list[tuple[int, str]]:
    return [(entry.line, entry.text) for entry in entries(BytesIO(data))]


class Keyboard:
    """Gives lines, and remembers whether it was told that they go on."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.told: list[bool] = []

    def __call__(self, is_more: bool) -> str:
        self.told.append(is_more)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


@pytest.mark.parametrize("text", ["(1 +", "[1, 2,\n3", "x + \\", "f(x) = {", "sum([1, 2]  # not ) here"])
def test_open_brackets_and_a_backslash_go_on(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize("text", ["(1 + 2)", "x)", ":load f(", "x # (", "a \\\\", ""])
def test_whole_statements_do_not_go_on(text: str) -> None:
    assert not goes_on(text)


def test_typed_lines_are_joined_and_the_prompt_says_that_they_are() -> None:
    keyboard = Keyboard("sum([1,", "2])", "x + \\", "y")
    typed = Typed(keyboard)
    assert [typed.next(), typed.next(), typed.next()] == ["sum([1,\n2])", "x +  y", None]
    assert keyboard.told == [False, True, False, True, False]


def test_an_empty_line_ends_a_statement_that_is_not_whole() -> None:
    assert Typed(Keyboard("(x", "")).next() == "(x"


def test_pasted_lines_are_statements_of_their_own() -> None:
    typed = Typed(Keyboard("x = 3\n:vars\n(x\n+ 1)"))
    assert [typed.next() for _ in range(4)] == ["x = 3", ":vars", "(x\n+ 1)", None]


def test_an_interrupt_forgets_what_was_pasted() -> None:
    def interrupted(is_more: bool) -> str:
        if is_more:
            raise KeyboardInterrupt
        return "(x\n+"

    typed = Typed(interrupted)
    with pytest.raises(KeyboardInterrupt):
        typed.next()
    typed._ask = Keyboard("y")
    assert typed.next() == "y"


def test_statements_of_a_file_have_the_number_of_their_first_line() -> None:
    assert read(b"x = 3\n\nsum([1,\n2])\r\nx^2") == [(1, "x = 3"), (2, ""), (3, "sum([1,\n2])"), (5, "x^2")]


def test_a_bracket_that_nobody_closes_costs_its_own_line_alone() -> None:
    assert read(b"(x\ny\nz\n") == [(1, "(x"), (2, "y"), (3, "z")]
    assert read(b"(x\ny\n\nz\n") == [(1, "(x"), (2, "y"), (3, ""), (4, "z")]


def test_many_unclosed_brackets_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_LINES", 3)
    assert len(read(b"(x\n" * 50)) == 50


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbfx") == [(1, "x")]


def test_what_is_no_text_is_said_with_its_line() -> None:
    with pytest.raises(UnreadableError, match="line 2 is not UTF-8: its byte 3 cannot be read"):
        read(b"x\nab\xff\n")
    with pytest.raises(UnreadableError, match="line 1 is no text: there is a NUL byte"):
        read(b"\x7fELF\x00\x01\n")


def test_a_line_that_is_too_long_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 4)
    assert read(b"x" * 100 + b"\ny\n") == [(1, "xxxxx"), (2, "y")]


def test_statements_are_separated_outside_brackets() -> None:
    assert apart("x = 3; [1;2]\ny # a; b\n\nz") == ["x = 3", "[1;2]", "y", "z"]
