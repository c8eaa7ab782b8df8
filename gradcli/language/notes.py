"""What to say of a text that others read differently: both readings, and what to write for the other one.

Both are trees of the whole text. The note quotes where they part.
It proposes what gives the other tree when it is written in the place of the quotation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from gradcli.language import rewriting
from gradcli.language.diagnostics import DiagnosticError, Note
from gradcli.language.habits import SPLIT_EXPONENT, WIDE_DIVISOR, Ambiguity, Choice
from gradcli.language.limits import MAX_NOTES, MAX_REREAD
from gradcli.language.printer import to_text
from gradcli.language.quoting import balanced, shortened
from gradcli.language.rewriting import children, rebuilt
from gradcli.language.tree import Expr, Factor, Name, Number, Power, Product, Program, Span
from gradcli.language.values import frozen, replace

if TYPE_CHECKING:
    from gradcli.language.script import Script

LONGEST_PROPOSAL: Final = 200
"""Characters of a proposal; nobody would type a longer one."""
MOST_NODES: Final = 10_000
"""Nodes of a program's result with what is assigned written out."""


@frozen
class Parting:
    """Where two readings part: what the quoted span is in each, in plain ASCII."""

    span: Span
    own: str
    other: str


def notes_on_readings(
    source: str,
    program: Program,
    ambiguities: Sequence[Ambiguity],
    read: Callable[[Collection[Choice]], tuple[Program | None, list[Ambiguity]]],
    means: Callable[..., bool],
) -> Iterator[Note]:
    """The notes on where others read a text differently than as `program`, each with their reading of the whole.

    `read` gives the program of those who follow some habits, and the ambiguities that come up in it.
    `means` says whether another text is read as a program.
    """
    known = {each.choice for each in ambiguities}
    seen = [program]
    for choice in _noted(ambiguities, source):
        chosen = {choice} if choice[1] != SPLIT_EXPONENT else {each for each in known if each[1] == SPLIT_EXPONENT}
        other, further = read(chosen)
        widened = {each.choice for each in further if each.habit == WIDE_DIVISOR} - known
        if widened:  # sin x/2y: whoever ends the argument before the slash has all of 2y below it
            other, _ = read({*chosen, *widened})
        if other is not None and other not in seen:
            seen.append(other)
            own = _expressions(program)
            note = note_on_expressions(source, own, _expressions(other), partial(means, reading=other), other)
            if note is not None:
                yield replace(note, other=written_out(other))


def notes_on_script(
    source: str, script: Script, ambiguities: Sequence[Ambiguity], read: Callable[..., Script]
) -> Iterator[Note]:
    """The notes on where others read the text of a program of several statements differently than as `script`.

    `read` is the program of a text by the habits chosen at some places. It raises DiagnosticError.
    """

    def means(text: str, other: Script) -> bool:
        try:
            return read(text) == other
        except DiagnosticError:
            return False

    for choice in _noted(ambiguities, source):
        try:
            other = read(source, {choice})
        except DiagnosticError:  # nobody can read it so
            continue
        note = note_on_expressions(source, script.expressions(), other.expressions(), partial(means, other=other))
        if note is not None:
            yield note


def _noted(ambiguities: Sequence[Ambiguity], source: str) -> list[Choice]:
    """The choices of which something is said: as many as the source can be read again for."""
    most = min(MAX_NOTES, max(1, MAX_REREAD // len(source)))
    return list(dict.fromkeys(each.choice for each in ambiguities if each.is_noted))[:most]


def note_on_expressions(
    source: str, own: Sequence[Expr], other: Sequence[Expr], means: Callable[[str], bool], whole: Program | None = None
) -> Note | None:
    """The note on where the expressions of a text are others for some; None where they are the same.

    `whole` is the program in their reading, where there is one.
    """
    for first, second in zip(own, other, strict=False):
        if first != second:
            return Note(*_message(source, _parting(source, first, second), whole, means))
    return None


def written_out(program: Program) -> Expr | None:
    """The result of a program with every assigned name replaced by what it stands for; None where that is long."""
    return rewriting.written_out(program, MOST_NODES) if program.assignments else program.result


def _expressions(program: Program) -> list[Expr]:
    """All expressions of a program: what its functions are, what is assigned, the result, and what is bound."""
    bodies = [each.body for each in program.definitions]
    assigned = [each.value for each in program.assignments]
    return [*bodies, *assigned, program.result, *[each.value for each in program.bindings]]


def _message(source: str, found: Parting, other: Program | None, means: Callable[[str], bool]) -> tuple[str, Span]:
    span = found.span
    reading = f"{shortened(source[span.start : span.end])} reads as {shortened(found.own)}"
    for proposal in (found.other, f"({found.other})"):
        if len(proposal) <= LONGEST_PROPOSAL and means(source[: span.start] + proposal + source[span.end :]):
            return f"{reading}; write {proposal} for the other reading", span
    whole = "" if other is None else to_text(other)
    if whole and len(whole) <= LONGEST_PROPOSAL and means(whole):
        return f"{reading}; write {whole} for the other reading of the whole", span
    return f"{reading}; others read {shortened(found.other)}", span


def _parting(source: str, own: Expr, other: Expr) -> Parting:
    """The smallest part of two trees that holds all the difference between them."""
    while True:
        below = children(own), children(other)
        if type(own) is not type(other) or len(below[0]) != len(below[1]):
            break
        different = [place for place, (a, b) in enumerate(zip(*below, strict=True)) if a != b]
        if len(different) != 1 or rebuilt(other, below[0]) != own:
            break
        own, other = below[0][different[0]], below[1][different[0]]
    if isinstance(own, Name) and isinstance(other, Product):
        return Parting(own.span, "one name", f"({to_text(other)})")
    if isinstance(own, Product) or isinstance(other, Product):
        return _of_products(source, own, other)
    return Parting(balanced(source, own.span), to_text(own), to_text(other))


def _of_products(source: str, own: Expr, other: Expr) -> Parting:
    """Where two products part, without the factors before and behind that are in both."""
    first, second = _factors(own), _factors(other)
    start = _alike(first, second)
    end = _alike(first[start:][::-1], second[start:][::-1])
    start = min(start, len(first) - 1, len(second) - 1)
    while start > 0 and (first[start].operator != "*" or second[start].operator != "*" or end == len(first) - start):
        start -= 1
    end = min(end, len(first) - start - 1, len(second) - start - 1)
    differing = _alike(first[start:], second[start:])
    span = Span(
        first[start].value.span.start if start else own.span.start,
        first[-1 - end].value.span.end if end else own.span.end,
    )
    parts, others = first[start : len(first) - end], second[start : len(second) - end]
    return Parting(balanced(source, span), _grouped(parts, differing + 1), to_text(_product(others)))


def _factors(node: Expr) -> list[Factor]:
    return list(node.factors) if isinstance(node, Product) else [Factor(node)]


def _alike(first: Sequence[Factor], second: Sequence[Factor]) -> int:
    """How many factors two lists of them begin with alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )


def _product(factors: Sequence[Factor]) -> Expr:
    first = Factor(factors[0].value)
    return first.value if len(factors) == 1 else Product((first, *factors[1:]))


def _grouped(factors: Sequence[Factor], count: int) -> str:
    """A product as it is read: `(1/2)*x`, where the other reading has another first group."""
    head, rest = factors[:count], factors[count:]
    text = to_text(_product(head))
    if not rest:
        return text
    if len(head) > 1 or isinstance(head[0].value, Power):
        text = f"({text})"
    return text + to_text(Product((Factor(Number("1", 1.0)), *rest)))[1:]
