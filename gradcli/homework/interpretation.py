"""What an answer's text says: the expression in it, and what else it may be; or why it is no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NoReturn

from gradcli.homework.conditions import Conditioned, without_conditions
from gradcli.homework.labels import number_in, without_number
from gradcli.homework.notations import as_shape, unit_names, with_lists, with_plain_brackets, with_separators
from gradcli.homework.spellings import Spelled, spelled
from gradcli.homework.wrappings import unwrapped, without_markup
from gradcli.homework.written import Written, outside
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Parsed, Span, codes, parse, walk
from gradcli.language.conventions import Conventions
from gradcli.language.tree import Call
from gradcli.language.values import frozen, replace
from gradcli.operations import vocabulary

NO_ANSWER: Final = "A201"
EQUATION: Final = "A202"
DIFFERENTIAL: Final = "A203"
SEVERAL: Final = "A206"
NOT_CARRIED_OUT: Final = "A208"
"""The answer asks for a derivative, or another limit, instead of giving it."""
MARKUP: Final = "A209"
"""The formula is in tags that are not read."""
MOST_EQUAL: Final = 8
"""Signs of equality in one answer."""
CARRY_OUT: Final = "write what comes out of it, without d/dx and primes"

_BLANK: Final = re.compile(
    r"[\s?.,;:_*\-–—−‐‑]*|n\s*/\s*a|n\.?a\.?|none|null|nothing|blank|empty"
    r"|no (?:answer|response)(?: (?:entered|given))?"
    r"|k\.?\s*a\.?|keine antwort|(?:i )?(?:do not|don'?t|dont) know|idk|weiß nicht|\(no answer\)|\[no answer\]",
    re.IGNORECASE,
)
_DIFFERENTIAL: Final = re.compile(
    r"(?:(?<=[\s)\]}0-9])|(?<=\\[,;: !])|(?<=[a-zA-Z0-9]))"
    r"(?:\\(?:mathrm|text|operatorname)\s*\{\s*d\s*\}|\\differentialD|ⅆ|d)\s*"
    r"(\\?[^\W\d_]+[0-9]?)\s*\Z"
)
_SEVERAL: Final = re.compile(
    r"\s(or|oder|ou|and|und|resp\.)\s|\\text\s*\{\s*(or|oder|and|und)\s*\}|\\(lor|vee|pm|mp)(?![A-Za-z])|±"
)
_BARE_COMMA: Final = re.compile(r"(?:(?<=[-+*/(=^;\[])|\A)\s*,(?=\d)")
"""The decimal comma of `,5`."""
_EQUALS: Final = re.compile(r"(?<![=<>!])=(?!=)")


@frozen
class Interpretation:
    """What an answer's text says.

    `written` is the text in our language that the expression's spans belong to, read by `conventions`. `variants` are
    further texts that it may stand for; where there are `doubts`, the first is no better than they. `may_have_none`
    says that the expression has no value, nan, where none of the cases holds that it tells apart.
    """

    written: Written
    expression: Expr
    conventions: Conventions
    variants: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    may_have_none: bool = False


def is_missing(text: str) -> bool:
    """Whether a text only says that there is no answer: a dash, a question mark, `n/a`."""
    return _BLANK.fullmatch(text.strip()) is not None


def interpreted(
    text: str,
    names: Sequence[str],
    *,
    latex: bool | None = None,
    shape: tuple[int, ...] = (),
    decimal_comma: bool = False,
) -> Interpretation:
    """What an answer to a question with these variables, and of this shape, says. Raises DiagnosticError."""
    known = frozenset(names)
    if is_missing(text):
        refuse(text, NO_ANSWER, "there is no answer", Span(0, len(text)), "write the derivative, as in 2x sin(x)")
    written = _without_markup(text)
    conditioned = _unwrapped(written, known, bool(shape))
    written = conditioned.written
    if decimal_comma:
        written = written.substituted(_BARE_COMMA, "0,")
    if is_missing(written.text):
        refuse(text, NO_ANSWER, "there is no answer", Span(0, len(text)), "write the derivative, as in 2x sin(x)")
    _check_differential(written, text, names)
    reader = _Reader(text, names, shape, decimal_comma, latex)
    found = spelled(written, names, bool(shape))
    first, *others = [reader.listed(each) for each in (found.written, *found.others)]
    others += reader.apart(found.written)
    unnumbered = without_number(found.written, known)
    others += [] if unnumbered is None else [reader.listed(unnumbered)]
    try:
        first, parsed = reader.first_readable((first, *others))
    except DiagnosticError:
        _check_several(written, text)
        raise
    notes = [Note(f"{each.strip()} is noted, and not judged") for each in conditioned.conditions]
    notes += [Note(each) for each in found.notes]
    number = number_in(text.strip())
    if number and first.original(Span(0, 1)).start >= text.index(number) + len(number):
        notes.append(Note(f"{number} is read as the number of the part"))
    notes += [replace(each, span=None if each.span is None else first.original(each.span)) for each in parsed.notes]
    return Interpretation(
        first,
        as_shape(parsed.program.result, shape, names),
        reader.conventions,
        tuple(each.text for each in others),
        found.doubts,
        tuple(notes),
        conditioned.has_pieces or "cases}" in first.text,
    )


def _unwrapped(written: Written, known: frozenset[str], is_list: bool) -> Conditioned:
    """The answer alone, and where it is said to hold."""
    written = unwrapped(written, known, is_list)
    conditioned = without_conditions(with_plain_brackets(written) if is_list else written)
    if conditioned.written.text == written.text or conditioned.has_pieces:
        return conditioned
    return replace(conditioned, written=unwrapped(conditioned.written, known, is_list))


class _Reader:
    """The language, for the answers to one question."""

    def __init__(
        self, text: str, names: Sequence[str], shape: tuple[int, ...], decimal_comma: bool, latex: bool | None
    ) -> None:
        self._text, self._shape, self._decimal_comma = text, shape, decimal_comma
        self._names = frozenset(names)
        if shape and (len(shape) == 1 or max(shape) > 1 == min(shape)):
            self._names |= unit_names(max(shape), names)
        self.conventions = Conventions(self._names, decimal_comma, answer=True, latex=latex)

    def listed(self, written: Written) -> Written:
        """The text with lists for vectors, where one is asked for."""
        return with_lists(written, self._shape, self._decimal_comma) if self._shape else written

    def apart(self, written: Written) -> list[Written]:
        """The text of a list with commas for the blanks between its entries, if it may be meant so."""
        apart = with_separators(written, self._shape)
        return [] if apart.text == written.text else [self.listed(apart)]

    def first_readable(self, texts: Sequence[Written]) -> tuple[Written, Parsed]:
        """The first text that can be read, as read. Raises DiagnosticError, about the first one, where none can."""
        failure: DiagnosticError | None = None
        for written in texts:
            try:
                return written, self.parsed(written)
            except DiagnosticError as error:
                failure = failure or error
        assert failure is not None, "there is a text"
        raise failure

    def parsed(self, written: Written) -> Parsed:
        """The program of a text. Raises DiagnosticError, located in what was written at first."""
        try:
            found = parse(written.text, vocabulary(), self._names, self.conventions)
        except DiagnosticError as error:
            self._check_equation(written)
            raise _relocated(error.diagnostic, written, self._text) from None
        program = found.program
        if program.bindings:
            span = written.original(program.bindings[0].span)
            refuse(self._text, EQUATION, "an answer binds no values", span, "write only the answer")
        named = [each.span.start for each in program.assignments] + [each.span.start for each in program.definitions]
        if named:
            message = "an answer is one expression, and these are several"
            span = written.original(Span(named[0], len(written.text)))
            refuse(self._text, SEVERAL, message, span, "write only the answer")
        if "=" in written.text and not any(type(node) is Call and node.keywords for node in walk(program.result)):
            self._check_equation(written)
        return found

    def _check_equation(self, written: Written) -> None:
        """Fail where a text has an equals sign outside brackets: with several, or a label, it would not be left."""
        if "=" not in written.text:
            return
        places = set(outside(written.text))
        found = next((each for each in _EQUALS.finditer(written.text) if each.start() in places), None)
        if found is not None:
            span = written.original(Span(*found.span()))
            help_ = f"write only what stands right of it: {written.text[found.end() :].strip()[:60]}"
            refuse(self._text, EQUATION, "an equation is no answer", span, help_)


def equal_terms(text: str) -> tuple[str, ...]:
    """The terms that a text without a label says to be equal, as in `3(4) = 12`; none where it says no such thing."""
    try:
        written = _without_markup(text)
    except DiagnosticError:
        return ()
    places = set(outside(written.text))
    signs = [each.span() for each in _EQUALS.finditer(written.text) if each.start() in places]
    if not 0 < len(signs) <= MOST_EQUAL:
        return ()
    starts = (0, *(end for _, end in signs))
    ends = (*(start for start, _ in signs), len(written.text))
    return tuple(written.text[start:end] for start, end in zip(starts, ends, strict=True))


def _without_markup(text: str) -> Written:
    """The text without its tags. Fails where a formula is in tags that are not read."""
    try:
        return without_markup(Written.of(text))
    except DiagnosticError as error:
        found = error.diagnostic
        refuse(text, MARKUP, found.message, Span(0, len(text)), found.help)


def _check_differential(written: Written, text: str, names: Sequence[str]) -> None:
    """Fail where an answer ends in dx."""
    if "d" not in written.text and "ⅆ" not in written.text:
        return
    found = _DIFFERENTIAL.search(written.text)
    if found is None or found[1].lstrip("\\") not in names or "d" in names or "d" + found[1] in names:
        return
    span = written.original(Span(*found.span()))
    name = found[1].lstrip("\\")
    refuse(text, DIFFERENTIAL, f"d{name} is a differential, and the derivative has none", span, "leave it out")


def _check_several(written: Written, text: str) -> None:
    """Fail where an answer that cannot be read is more than one."""
    found = _SEVERAL.search(written.text)
    if found is None or found.start() not in set(outside(written.text)):
        return
    message = "an answer is one expression, and these are several"
    refuse(text, SEVERAL, message, written.original(Span(*found.span())), "write only the one that is right")


def _relocated(diagnostic: Diagnostic, written: Written, text: str) -> DiagnosticError:
    """A fault in our own notation as one in what was written, with what to write where nothing better is known."""
    found = replace(diagnostic, span=written.original(diagnostic.span), source=text)
    if found.code == codes.DERIVATIVE_NOTATION:
        found = replace(found, code=NOT_CARRIED_OUT, message="the derivative is not carried out", help=CARRY_OUT)
    return DiagnosticError(found)


def refuse(text: str, code: str, message: str, span: Span, help: str | None = None) -> NoReturn:  # noqa: A002
    """Raise the Diagnostic."""
    raise DiagnosticError(Diagnostic(code, message, span, text, help))


__all__ = ["Interpretation", "Spelled", "interpreted", "is_missing", "refuse"]
