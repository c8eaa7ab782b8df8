"""Critical points as a table, as lines for machines, as CSV and as a JSON object."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, Final

from flint import fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.critical.extremes import Extreme
from gradcli.calculus.critical.found import CriticalPoint, Doubt, Nature, Remaining
from gradcli.language import Note
from gradcli.language.values import frozen
from gradcli.render.numbers import DEFAULT_DIGITS, FLOAT_DIGITS, number_text, plain
from gradcli.render.numbers import exact_text as round_trip_text
from gradcli.render.objects import SCHEMA
from gradcli.render.text import Style
from gradcli.stationary import Criticals

ZERO_BITS: Final = 80
"""A number that holds zero and is narrower than two to the power of minus this is shown as zero."""
NARROW: Final = 1e-4
"""An interval that is narrower, relative to the range, is shown as a number."""
TINY: Final = 1e-9
NEAREST: Final = 25
"""Digits from which the nearest float is taken."""
MOST_ROWS: Final = 12
"""Intervals of one kind that are told one by one."""


@frozen
class StyledLine:
    """One line of text, with the style of what it says."""

    text: str
    style: Style


def decimal(number: Any, digits: int) -> str:
    """A number to so many digits; 0 where nothing tells it from that."""
    if not numbers.is_finite(number):
        return "nan"
    ball = numbers.ball(number)
    if ball.contains(0) and (ball.is_zero() or numbers.exponent_of(ball.rad()) < -ZERO_BITS):
        return "0"
    text: str = numbers.to_text(number, digits)
    return text


def _coordinate(number: Any, digits: int) -> str:
    """A number to so many digits, and exactly where it is a fraction or a multiple of pi that is not seen at once."""
    text, exact = decimal(number, digits), exact_text(number)
    return text if exact is None or exact == text else f"{text} = {exact}"


def exact_text(number: Any) -> str | None:
    """A fraction, or a multiple of pi, as it is written; None of any other number, and of short decimals."""
    if isinstance(number, numbers.PiMultiple):
        above, below = int(number.multiple.p), int(number.multiple.q)
        sign, times = "-" if above < 0 else "", "" if abs(above) == 1 else f"{abs(above)}*"
        return f"{sign}{times}pi" + ("" if below == 1 else f"/{below}")
    if not isinstance(number, fmpq):
        return None
    return str(number) if any(number.q % prime == 0 for prime in (3, 7, 11, 13)) else None


def kind_of(point: CriticalPoint) -> str:
    """The kind of a point in words."""
    if point.is_kink:
        return f"{point.nature.value} (kink)"
    if point.nature is Nature.DEGENERATE:
        return "degenerate, undecided"
    if point.is_degenerate and point.nature is Nature.SADDLE:
        return "saddle (degenerate)"
    return str(point.nature.value)


def proof_of(point: CriticalPoint) -> str:
    """What is proved of a point."""
    return "proved" if point.is_alone else "proved, perhaps not alone"


def lines(found: Criticals, width: int) -> list[StyledLine]:
    """The table of points, folded where it is wider than the terminal, and what else is said of the range."""
    said = [*_table(found, rows(found), width), *remarks(found)]
    return [StyledLine(folded, each.style) for each in said for folded in _folded(each.text, width)]


def rows(found: Criticals) -> list[list[str]]:
    """For each point its coordinates, the value, its kind, and what is proved of it."""
    digits = found.digits or DEFAULT_DIGITS
    return [
        [
            *(_coordinate(each, digits) for each in point.at),
            decimal(point.value, digits),
            kind_of(point),
            proof_of(point),
        ]
        for point in found.findings.points
    ]


def remarks(found: Criticals) -> list[StyledLine]:
    """What there is to say of the range below the table of points, however long each line is."""
    digits = found.digits or DEFAULT_DIGITS
    said = []
    if not found.findings.points and not found.findings.plateaus and found.is_complete:
        where = " elsewhere" if found.findings.remaining else ""
        said.append(StyledLine(f"no critical point{where} in {_range_text(found)} (proved)", Style.GOOD))
    said += [StyledLine(each, Style.VALUE) for each in _plateaus(found)]
    for word, extreme in (("least", found.least), ("greatest", found.greatest)):
        if extreme is not None:
            said.append(StyledLine(_extreme_text(word, extreme, found, digits), Style.VALUE))
    return [*said, *(StyledLine(each, Style.DOUBTFUL) for each in _doubts(found, (Doubt.UNRESOLVED, Doubt.UNSEARCHED)))]


def notes(found: Criticals) -> list[Note]:
    """What is said beside the table: where the function is not defined, or jumps."""
    return [*found.notes, *(Note(each) for each in _doubts(found, (Doubt.UNDEFINED, Doubt.JUMP)))]


def _table(found: Criticals, rows: Sequence[Sequence[str]], width: int) -> list[StyledLine]:
    if not rows:
        return []
    head = [*found.names, "f", "kind", ""]
    columns = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    if sum(columns) + 2 * (len(columns) - 1) <= width:
        texts = ["  ".join(cell.ljust(size) for cell, size in zip(row, columns, strict=True)) for row in [head, *rows]]
        return [
            StyledLine(texts[0].rstrip(), Style.DERIVATIVE),
            *(StyledLine(text.rstrip(), Style.VALUE) for text in texts[1:]),
        ]
    folded = []
    label = max(map(len, head[:-2]))
    for row in rows:
        folded.append(StyledLine(f"{row[-2]}, {row[-1]}", Style.DERIVATIVE))
        folded += [
            StyledLine(f"  {name.ljust(label)}  {cell}", Style.VALUE)
            for name, cell in zip(head, row[:-2], strict=False)
        ]
    return folded


def _folded(text: str, width: int) -> list[str]:
    import textwrap

    if len(text) <= width or "  " in text.strip():
        return [text]
    held = text.replace(" = ", "\0=\0")
    wrapped = textwrap.wrap(
        held, max(width, 20), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in wrapped]


def _point_text(found: Criticals, at: Sequence[Any], digits: int) -> str:
    return ", ".join(f"{name} = {decimal(each, digits)}" for name, each in zip(found.names, at, strict=True))


def _extreme_text(word: str, extreme: Extreme, found: Criticals, digits: int) -> str:
    places = [_point_text(found, each, digits) for each in extreme.at]
    places += [f"{_point_text(found, each, digits)} (end)" for each in extreme.ends]
    shown = places[:4] + ([f"{len(places) - 4} more"] if len(places) > 4 else [])
    where = f" at {'; '.join(shown)}" if shown else ""
    return f"{word} value {decimal(extreme.value, digits)}{where} (proved)"


def _interval_text(name: str, low: Any, high: Any, scale: float) -> str:
    """`x from 0 to 1`; `x = 1` of one that is narrow beside the range of that scale."""
    first, last = float(low), float(high)
    if last - first < NARROW * scale:
        places = max(0, math.floor(-math.log10(max(last - first, 1e-300))))
        return f"{name} = {number_text(round((first + last) / 2, min(places, 300)))}"
    return f"{name} from {number_text(_near(first, scale))} to {number_text(_near(last, scale))}"


def _near(end: float, scale: float) -> float:
    """An end, or zero where it is that beside the range."""
    return 0.0 if abs(end) < TINY * scale else end


def _box_text(found: Criticals, box: Sequence[tuple[Any, Any]]) -> str:
    scales = [float(numbers.ball(high) - low) for low, high in found.ranges.values()]
    return ", ".join(
        _interval_text(name, numbers.ball(low).mid(), numbers.ball(high).mid(), scale)
        for name, (low, high), scale in zip(found.names, box, scales, strict=True)
    )


def _range_text(found: Criticals) -> str:
    ends = {name: [number_text(float(numbers.ball(end))) for end in each] for name, each in found.ranges.items()}
    return ", ".join(f"{name} from {low} to {high}" for name, (low, high) in ends.items())


def _plateaus(found: Criticals) -> list[str]:
    digits = found.digits or DEFAULT_DIGITS
    plateaus = found.findings.plateaus
    shown = plateaus if len(plateaus) <= MOST_ROWS else plateaus[: MOST_ROWS - 1]
    texts = [f"constant: f = {decimal(each.value, digits)} for {_box_text(found, each.box)}" for each in shown]
    if len(shown) < len(plateaus):
        texts.append(f"and constant on {len(plateaus) - len(shown)} more intervals (--json lists them)")
    return texts


_WORDS: Final = {
    Doubt.UNDEFINED: "not defined, or without a derivative, near",
    Doubt.JUMP: "a jump near",
    Doubt.UNRESOLVED: "unresolved near",
    Doubt.UNSEARCHED: "not searched to the end:",
}


def _doubts(found: Criticals, doubts: Sequence[Doubt]) -> list[str]:
    texts: list[str] = []
    for doubt in doubts:
        boxes = [each for each in found.findings.remaining if each.doubt is doubt]
        if len(boxes) > MOST_ROWS or (doubt is Doubt.UNSEARCHED and len(boxes) > 1):
            whole = _around(boxes)
            texts.append(f"{_WORDS[doubt]} {_box_text(found, whole)} ({len(boxes)} parts of it)")
        elif doubt in (Doubt.UNDEFINED, Doubt.JUMP) and boxes:
            texts.append(f"{_WORDS[doubt]} {'; '.join(_box_text(found, each.box) for each in boxes)}")
        else:
            texts += [
                f"{_WORDS[doubt]} {_box_text(found, each.box)}{f': {each.hint}' if each.hint else ''}" for each in boxes
            ]
    return texts


def _around(boxes: Sequence[Remaining]) -> list[tuple[Any, Any]]:
    return [
        (min(each.box[at][0] for each in boxes), max(each.box[at][1] for each in boxes))
        for at in range(len(boxes[0].box))
    ]


def quiet_lines(found: Criticals) -> list[str]:
    """The coordinates of each point, a point on a line."""
    return [" ".join(_machine_text(each, found.digits) for each in point.at) for point in found.findings.points]


def _machine_text(number: Any, digits: int | None) -> str:
    """A number to so many digits; the shortest text that reads back as the nearest float where there are none."""
    return round_trip_text(float(decimal(number, NEAREST))) if digits is None else decimal(number, digits)


def csv_text(found: Criticals) -> str:
    """A row for each point: its coordinates, value and kind, and what is proved."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*found.names, "f", "kind", "proof"])
    for point in found.findings.points:
        cells = [_machine_text(each, found.digits) for each in (*point.at, point.value)]
        writer.writerow([*cells, kind_of(point), proof_of(point)])
    return stream.getvalue()


def _exact_object(found: Criticals, point: CriticalPoint) -> dict[str, Any]:
    exact = {name: exact_text(each) for name, each in zip(found.names, point.at, strict=True)}
    known = {name: text for name, text in exact.items() if text is not None}
    return {"exact": known} if known else {}


def criticals_object(found: Criticals) -> dict[str, Any]:
    """All of it as a JSON object."""
    digits = found.digits

    def number(value: Any) -> Any:
        if digits is not None and digits > FLOAT_DIGITS:
            return decimal(value, digits)
        return plain(float(decimal(value, NEAREST)))

    def place(at: Sequence[Any]) -> dict[str, Any]:
        return {name: number(each) for name, each in zip(found.names, at, strict=True)}

    def box(ends: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
        return {name: [number(low), number(high)] for name, (low, high) in zip(found.names, ends, strict=True)}

    made: dict[str, Any] = {
        "schema": SCHEMA,
        "expr": found.reading,
        "range": box(list(found.ranges.values())),
        "points": [
            {
                "at": place(point.at),
                **_exact_object(found, point),
                "value": number(point.value),
                "kind": point.nature.value,
                "kink": point.is_kink,
                "degenerate": point.is_degenerate,
                "proved": True,
                "alone": point.is_alone,
            }
            for point in found.findings.points
        ],
        "constant": [{"range": box(each.box), "value": number(each.value)} for each in found.findings.plateaus],
        "remaining": [
            {"range": box(each.box), "reason": each.doubt.value, **({"hint": each.hint} if each.hint else {})}
            for each in found.findings.remaining
        ],
        "complete": found.is_complete,
    }
    for word, extreme in (("least", found.least), ("greatest", found.greatest)):
        if extreme is not None:
            places = [place(each) for each in (*extreme.at, *extreme.ends)]
            made[word] = {"value": number(extreme.value), "at": places}
    made["warnings"] = [note.message for note in notes(found)]
    return made
