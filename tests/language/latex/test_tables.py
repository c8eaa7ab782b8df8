"""What LaTeX reads as, and what is refused: two tables, each with a line for every text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcli.language import DiagnosticError, parse, to_text
from gradcli.operations import vocabulary

HERE = Path(__file__).parent


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table: the columns stand between ` || `."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            yield [column.strip() for column in f"{line} ".split(" || ")]


@pytest.mark.parametrize("row", list(rows("readings.txt")), ids=lambda row: row[0])
def test_a_text_reads_as_what_it_typesets(row: list[str]) -> None:
    text, tree, *note = row
    parsed = parse(text, vocabulary())
    assert to_text(parsed.program) == tree
    messages = [each.message for each in parsed.notes]
    assert len(messages) == len(note)
    assert not note or note[0] in messages[0]


@pytest.mark.parametrize("row", list(rows("editors.txt")), ids=lambda row: f"{row[0]}: {row[1]}")
def test_what_editors_and_programs_write_is_read(row: list[str]) -> None:
    _, text, tree = row
    assert to_text(parse(text, vocabulary()).program) == tree


@pytest.mark.parametrize("row", list(rows("refusals.txt")), ids=lambda row: row[0])
def test_a_text_that_is_none_is_refused_where_it_stands(row: list[str]) -> None:
    text, message, caret, *help_ = row
    with pytest.raises(DiagnosticError) as caught:
        parse(text, vocabulary())
    diagnostic = caught.value.diagnostic
    assert message in diagnostic.message
    assert diagnostic.source == text
    assert text[diagnostic.span.start : diagnostic.span.end] == caret
    assert not help_ or help_[0] in (diagnostic.help or "")


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(list(rows("readings.txt"))) >= 250
    assert len(list(rows("refusals.txt"))) >= 90
