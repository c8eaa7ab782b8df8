"""The tables of readings and refusals: what each text is read as, what is noted of it, and what is refused, and how."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.language import DiagnosticError, Note, parse, to_text
from gradcli.language.notes import written_out
from gradcli.operations import vocabulary

HERE = Path(__file__).parent
SEPARATOR = " => "
PROPOSED = "for the other reading"


def rows(name: str) -> list[tuple[str, ...]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(SEPARATOR)) for line in lines if line and not line.startswith("#")]


READINGS = rows("readings.txt")
REFUSALS = rows("refusals.txt")


def test_the_tables_are_large() -> None:
    assert len(READINGS) >= 500
    assert len(REFUSALS) >= 180
    assert len({text for text, *_ in READINGS}) == len(READINGS)


def proposal(note: Note) -> str | None:
    """What the note says to write for the other reading."""
    if PROPOSED not in note.message:
        return None
    return note.message.partition("; write ")[2].partition(f" {PROPOSED}")[0]


@pytest.mark.parametrize(("text", "reading", "noted"), READINGS, ids=[row[0] for row in READINGS])
def test_a_text_reads_as_it_should_and_what_people_differ_on_is_noted(text: str, reading: str, noted: str) -> None:
    parsed = parse(text, vocabulary())
    assert to_text(parsed.program) == reading
    found = [note.message if proposal(note) is None else f"write {proposal(note)}" for note in parsed.notes]
    assert " | ".join(found) == (noted if noted != "none" else "")


@pytest.mark.parametrize("text", [row[0] for row in READINGS if "write" in row[2]])
def test_what_a_note_proposes_gives_its_other_reading(text: str) -> None:
    for note in parse(text, vocabulary()).notes:
        proposed = proposal(note)
        if proposed is None:
            assert note.other is None
            continue
        assert note.span is not None
        pasted = text[: note.span.start] + proposed + text[note.span.end :]
        if note.message.endswith("of the whole"):
            pasted = proposed
        assert written_out(parse(pasted, vocabulary()).program) == note.other


@pytest.mark.parametrize(("text", "message"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_text_is_refused_with_its_message(text: str, message: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        parse(text, vocabulary())
    found = caught.value.diagnostic
    assert f"{found.code} {found.message}" == message
    assert 0 <= found.span.start <= found.span.end <= len(text)


PIECES = ["x", "y", "2", "3", "1", "(x+1)", "(2)", "sin x", "ln x", "cos 2", "sin (x+1)", "e^2", "e^x", "e^-x", "x^2"]
PIECES += ["x^1", "x^-1", "2^x", "√2", "√x", "sqrt x", "sin^-1 x", "sin^2 x", "|x|", "π", "x^T", "f(x)", "[1, 2]", "½"]
SEPARATORS = ["", " ", "*", " * ", "/", " / ", "·", " + ", "-", "^", "^-"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SEPARATORS)), min_size=2, max_size=5))
def test_whatever_is_noted_of_a_text_can_be_pasted_into_it(parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + separator for piece, separator in parts).rstrip(" */+-·^")
    try:
        notes = parse(text, vocabulary()).notes
    except DiagnosticError:
        return
    for note in notes:
        proposed = proposal(note)
        if proposed is None:
            continue
        assert note.span is not None
        pasted = text[: note.span.start] + proposed + text[note.span.end :]
        pasted = proposed if note.message.endswith("of the whole") else pasted
        assert written_out(parse(pasted, vocabulary()).program) == note.other
