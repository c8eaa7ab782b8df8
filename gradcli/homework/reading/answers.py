"""Reading an answer, in our own tolerant language or LaTeX: the expression in it, and what else it may be.

What is no answer, or cannot be read to its end, is a Diagnostic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from gradcli.homework.mathematics import names_of
from gradcli.homework.reading.conditions import Conditioned, without_conditions
from gradcli.homework.reading.spellings import spelled
from gradcli.homework.reading.surroundings import number_in, unwrapped, without_markup, without_number
from gradcli.homework.reading.text import Written, outside
from gradcli.homework.reading.vectors import (
    as_shape,
    entries,
    unit_names,
    with_lists,
    with_plain_brackets,
    with_separators,
)
from gradcli.language import DiagnosticError, Expr, Note, Parsed, Span, codes, for_name, parse, tree, walk
from gradcli.language.conventions import KEYBOARD, Conventions
from gradcli.language.habits import Habit
from gradcli.language.readings import other_readings
from gradcli.language.sentences import Sentence
from gradcli.language.values import frozen, replace
from gradcli.operations import OPERATIONS, vocabulary

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
NOT_CARRIED_OUT_MESSAGE: Final = "the derivative is not carried out"
SEVERAL_MESSAGE: Final = "an answer is one expression, and these are several"
MAX_LENGTH: Final = 10_000
"""Characters of an answer."""

LONGEST_NAME: Final = 40
"""Characters of a name that a message shows."""

MOST_SHOWN: Final = 9
"""Entries of a shape that a message spells out."""

MOST_EXTRA: Final = 5
"""Variables that an answer may have beside the question's."""

UNKNOWN_NAME: Final = "A204"

FUNCTION: Final = "A205"

SHAPE: Final = "A207"

REFUSED_CATEGORIES: Final = frozenset({"creation", "shape"})

REFUSED: Final = frozenset({"outer", "diag", "argmax", "argmin"})
"""Functions that no derivative needs, and that make tensors of any size, or random numbers."""

EXAMPLE: Final = "write the derivative alone, as in 2x sin(x) + x^2 cos(x)"
"""What is said of an answer that cannot be read where nothing better is known."""

_CALCULATED: Final = frozenset({tree.Number, tree.Sum, tree.Product, tree.Power, tree.Negation})
"""What any answer may have."""

_MATHEMATICAL: Final = frozenset({"nan", "inf"})

_GREEK: Final = frozenset({
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "rho", "sigma", "upsilon", "phi", "chi", "psi", "omega"),
})  # fmt: skip
"""Letters by their names, which may be constants that only the answer has."""


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
class Answer:
    """An answer, read: `reading` is it in plain ASCII; `extra_names` are variables that the question does not have.

    `written` is the text that the expression's spans belong to, read by `conventions`, and `variants` are further ones
    that the answer may stand for; where `doubts` says what is written in two ways, the first is no better than they.
    """

    text: str
    expression: Expr
    reading: Sentence
    extra_names: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    written: Written = Written("", ())
    conventions: Conventions = KEYBOARD
    variants: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def is_missing(text: str) -> bool:
    """Whether a text only says that there is no answer: a dash, a question mark, `n/a`."""
    return _BLANK.fullmatch(text.strip()) is not None


def read_answer(
    text: str,
    names: Sequence[str],
    *,
    latex: bool | None = None,
    shape: tuple[int, ...] = (),
    decimal_comma: bool = False,
) -> Answer:
    """The answer that a text writes, `names` being the question's variables and `shape` the answer's.

    `latex` says how it is written, None that the text itself shows it; with `decimal_comma` 0,5 is a half. What is
    another notation for a list of the shape is read as such. Raises DiagnosticError for whatever is no answer.
    """
    try:
        return _AnswerReader(text, names, shape, decimal_comma, latex).answer()
    except DiagnosticError as error:
        if error.diagnostic.help is not None:
            raise
        raise DiagnosticError(replace(error.diagnostic, help=_example(shape) if shape else EXAMPLE)) from None


class _AnswerReader:
    """Reads one answer to a question with these variables, and of this shape."""

    def __init__(
        self, text: str, names: Sequence[str], shape: tuple[int, ...], decimal_comma: bool, latex: bool | None
    ) -> None:
        self._text, self._names, self._shape, self._decimal_comma = text, names, shape, decimal_comma
        self._known = frozenset(names)
        if shape and (len(shape) == 1 or max(shape) > 1 == min(shape)):
            self._known |= unit_names(max(shape), names)
        self._conventions = Conventions(self._known, decimal_comma, answer=True, latex=latex)

    def answer(self) -> Answer:
        """The answer. Raises DiagnosticError."""
        text, names = self._text, self._names
        if len(text) > MAX_LENGTH:
            message = f"the answer is {len(text)} characters long, and the limit is {MAX_LENGTH}"
            span = Span(MAX_LENGTH, MAX_LENGTH + 1)
            raise DiagnosticError.about(NO_ANSWER, message, text[: MAX_LENGTH + 1], span=span)
        self._check_given(text)
        conditioned = self._unwrapped(_without_markup(text))
        bare = conditioned.written
        if self._decimal_comma:
            bare = bare.substituted(_BARE_COMMA, "0,")
        self._check_given(bare.text)
        self._check_differential(bare)
        found = spelled(bare, names, bool(self._shape))
        texts = [self._listed(each) for each in (found.written, *found.others)]
        texts += self._apart(found.written)
        unnumbered = without_number(found.written, frozenset(names))
        texts += [] if unnumbered is None else [self._listed(unnumbered)]
        try:
            written, parsed = self._first_readable(texts)
        except DiagnosticError:
            self._check_several(bare)
            raise
        expression = as_shape(parsed.program.result, self._shape, names)
        may_have_none = conditioned.has_pieces or "cases}" in written.text
        try:
            check_answer(expression, written.text, names, may_have_none)
        except DiagnosticError as error:
            span = written.original(error.diagnostic.span)
            raise DiagnosticError(replace(error.diagnostic, span=span, source=text)) from None
        extra_names = _extra_names(expression, names)
        if len(extra_names) > MOST_EXTRA:
            message = f"the question has none of {', '.join(map(_shortened, extra_names[:MOST_EXTRA]))} …"
            raise DiagnosticError.about(UNKNOWN_NAME, message, text, f"it has {', '.join(names)}")
        told = [f"{each.strip()} is noted, and not judged" for each in conditioned.conditions]
        notes = self._notes(written, [*told, *found.notes], parsed)
        variants = tuple(each.text for each in texts[1:])
        reading = Sentence(expression)
        return Answer(text, expression, reading, extra_names, notes, written, self._conventions, variants, found.doubts)

    def _check_given(self, text: str) -> None:
        if is_missing(text):
            raise DiagnosticError.about(
                NO_ANSWER, "there is no answer", self._text, "write the derivative, as in 2x sin(x)"
            )

    def _unwrapped(self, written: Written) -> Conditioned:
        """The answer alone, and where it is said to hold."""
        known, is_list = frozenset(self._names), bool(self._shape)
        written = unwrapped(written, known, is_list)
        conditioned = without_conditions(with_plain_brackets(written) if is_list else written)
        if conditioned.written.text == written.text or conditioned.has_pieces:
            return conditioned
        return replace(conditioned, written=unwrapped(conditioned.written, known, is_list))

    def _check_differential(self, written: Written) -> None:
        """Fail where an answer ends in dx."""
        found = _DIFFERENTIAL.search(written.text) if "d" in written.text or "ⅆ" in written.text else None
        name = "" if found is None else found[1].lstrip("\\")
        if found is None or name not in self._names or "d" in self._names or "d" + found[1] in self._names:
            return
        span = written.original(Span(*found.span()))
        message = f"d{name} is a differential, and the derivative has none"
        raise DiagnosticError.about(DIFFERENTIAL, message, self._text, "leave it out", span)

    def _listed(self, written: Written) -> Written:
        """The text with lists for vectors, where one is asked for."""
        return with_lists(written, self._shape, self._decimal_comma) if self._shape else written

    def _apart(self, written: Written) -> list[Written]:
        """The text of a list with commas for the blanks between its entries, if it may be meant so."""
        apart = with_separators(written, self._shape)
        return [] if apart.text == written.text else [self._listed(apart)]

    def _first_readable(self, texts: Sequence[Written]) -> tuple[Written, Parsed]:
        """The first text that can be read, as read. Raises DiagnosticError, about the first one, where none can."""
        failure: DiagnosticError | None = None
        for written in texts:
            try:
                return written, self._parsed(written)
            except DiagnosticError as error:
                failure = failure or error
        assert failure is not None, "there is a text"
        raise failure

    def _parsed(self, written: Written) -> Parsed:
        """The program of a text. Raises DiagnosticError, located in what was written at first."""
        try:
            found = parse(written.text, vocabulary(), self._known, self._conventions)
        except DiagnosticError as error:
            self._check_equation(written)
            fault = replace(error.diagnostic, span=written.original(error.diagnostic.span), source=self._text)
            if fault.code == codes.DERIVATIVE_NOTATION:
                fault = replace(fault, code=NOT_CARRIED_OUT, message=NOT_CARRIED_OUT_MESSAGE, help=CARRY_OUT)
            raise DiagnosticError(fault) from None
        program = found.program
        if program.bindings:
            span = written.original(program.bindings[0].span)
            raise DiagnosticError.about(
                EQUATION, "an answer binds no values", self._text, "write only the answer", span
            )
        named = [each.span.start for each in program.assignments] + [each.span.start for each in program.definitions]
        if named:
            span = written.original(Span(named[0], len(written.text)))
            raise DiagnosticError.about(SEVERAL, SEVERAL_MESSAGE, self._text, "write only the answer", span)
        if "=" in written.text and not any(type(node) is tree.Call and node.keywords for node in walk(program.result)):
            self._check_equation(written)
        return found

    def _check_equation(self, written: Written) -> None:
        """Fail where a text has an equals sign outside brackets: with several, or a label, it would not be left."""
        found = next(_outside(_EQUALS, written), None) if "=" in written.text else None
        if found is not None:
            span = written.original(Span(*found.span()))
            help_ = f"write only what stands right of it: {written.text[found.end() :].strip()[:60]}"
            raise DiagnosticError.about(EQUATION, "an equation is no answer", self._text, help_, span)

    def _check_several(self, written: Written) -> None:
        """Fail where an answer that cannot be read is more than one."""
        found = _SEVERAL.search(written.text)
        if found is not None and found.start() in set(outside(written.text)):
            span = written.original(Span(*found.span()))
            raise DiagnosticError.about(SEVERAL, SEVERAL_MESSAGE, self._text, "write only the one that is right", span)

    def _notes(self, written: Written, told: Sequence[str], parsed: Parsed) -> tuple[Note, ...]:
        """What is noted of conditions and spellings, of the number of the part, and by the parser."""
        notes = [Note(each) for each in told]
        number = number_in(self._text.strip())
        if number and written.original(Span(0, 1)).start >= self._text.index(number) + len(number):
            notes.append(Note(f"{number} is read as the number of the part"))
        notes += [
            replace(each, span=None if each.span is None else written.original(each.span)) for each in parsed.notes
        ]
        return tuple(notes)


def _without_markup(text: str) -> Written:
    """The text without its tags. Fails where a formula is in tags that are not read."""
    try:
        return without_markup(Written.of(text))
    except DiagnosticError as error:
        raise DiagnosticError.about(MARKUP, error.diagnostic.message, text, error.diagnostic.help) from None


def _outside(pattern: re.Pattern[str], written: Written) -> Iterator[re.Match[str]]:
    """The matches outside brackets."""
    places = set(outside(written.text))
    return (each for each in pattern.finditer(written.text) if each.start() in places)


def equal_terms(text: str) -> tuple[str, ...]:
    """The terms that a text without a label says to be equal, as in `3(4) = 12`; none where it says no such thing."""
    try:
        written = _without_markup(text)
    except DiagnosticError:
        return ()
    signs = [each.span() for each in _outside(_EQUALS, written)]
    if not 0 < len(signs) <= MOST_EQUAL:
        return ()
    starts = (0, *(end for _, end in signs))
    ends = (*(start for start, _ in signs), len(written.text))
    return tuple(written.text[start:end] for start, end in zip(starts, ends, strict=True))


def _extra_names(expression: Expr, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names_of(expression) if name not in names)


def other_answers(
    answer: Answer, names: Sequence[str], shape: tuple[int, ...] = ()
) -> Iterator[tuple[Answer, frozenset[Habit]]]:
    """What an answer's text may also say, the simplest first, and the habits by which people read it so."""
    known = answer.conventions.names or frozenset(names)
    seen = {answer.reading}
    for text, habits, expression in _others(answer, known):
        expression = as_shape(expression, shape, names)
        reading = Sentence(expression)
        if reading not in seen and _is_answer(expression, text, names):
            seen.add(reading)
            yield (
                replace(answer, expression=expression, reading=reading, extra_names=_extra_names(expression, names)),
                habits,
            )


def _others(answer: Answer, known: frozenset[str]) -> Iterator[tuple[str, frozenset[Habit], Expr]]:
    """The expressions that an answer's texts stand for, but for the first."""
    for text in answer.variants:
        try:
            yield text, frozenset(), parse(text, vocabulary(), known, answer.conventions).program.result
        except DiagnosticError:
            continue
    for text in (answer.written.text, *answer.variants):
        try:
            for reading in other_readings(text, vocabulary(), known, answer.conventions):
                yield text, reading.habits, reading.expression
        except DiagnosticError:
            continue


def _is_answer(expression: Expr, text: str, names: Sequence[str]) -> bool:
    """Whether another reading of an answer could be one."""
    try:
        check_answer(expression, text, names, may_have_none=True)
    except DiagnosticError:
        return False
    return True


def check_answer(expression: Expr, text: str, names: Sequence[str], may_have_none: bool = False) -> None:
    """Raises DiagnosticError for an expression that is no answer to a question of these variables.

    `may_have_none` is whether it may say that there is no value, as one in pieces does.
    """
    if isinstance(expression, tree.Comparison):
        message, side = "an equation is no answer", "write only one side of it"
        raise DiagnosticError.about(EQUATION, message, text, side, expression.span)
    for node in walk(expression):
        found = None if type(node) in _CALCULATED else _fault(node, names, may_have_none)
        if found is not None:
            code, message, help_ = found
            raise DiagnosticError.about(
                code, message, text, help_, node.name_span if type(node) is tree.Call else node.span
            )


Fault: TypeAlias = "tuple[str, str, str | None] | None"
"""The code, the message, and what to write instead, of what an answer may not have."""


def _fault(node: Expr, names: Sequence[str], may_have_none: bool) -> Fault:
    match node:
        case tree.Name(name=name):
            return None if name == "nan" and may_have_none else _fault_of_name(name, names)
        case tree.Derivative():
            return NOT_CARRIED_OUT, NOT_CARRIED_OUT_MESSAGE, CARRY_OUT
        case tree.Call(function=name) if name != "tensor" and (
            OPERATIONS[name].category in REFUSED_CATEGORIES or name in REFUSED
        ):
            return FUNCTION, f"{name} is no function for an answer", None
        case tree.Attribute(name=name):
            return FUNCTION, f".{name} means nothing in an answer", None
        case tree.Index(items=items) if any(isinstance(item, tree.Constant) for item in items):
            return FUNCTION, "an answer needs no new dimensions", None
        case tree.Text() | tree.Constant():
            return FUNCTION, "an answer is made of numbers, names and functions", None
        case _:
            return None


def _fault_of_name(name: str, names: Sequence[str]) -> Fault:
    if name in names or name in ("pi", "e", "tau"):
        return None
    if name in _MATHEMATICAL:
        return NO_ANSWER, f"{name} is no number", None
    if len(name) == 2 and name[0] == "d" and name[1:] in names:
        return DIFFERENTIAL, f"{name} is a differential, and the derivative has none", "leave it out"
    alike = next((each for each in names if each.casefold() == name.casefold()), None)
    if alike is not None:
        return UNKNOWN_NAME, f"{name} is not {alike}", f"did you mean {alike}?"
    if len(name) == 1 or name[1:].replace("_", "").isdigit() or name in _GREEK:
        return None
    hint = for_name(name, tuple(names), tuple(OPERATIONS)) or f"the question has {', '.join(names) or 'no variables'}"
    return UNKNOWN_NAME, f"{_shortened(name)} is neither a function nor a variable of the question", hint


def _shortened(name: str) -> str:
    """A name as a message can show it."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def fitted(answer: Answer, shape: tuple[int, ...]) -> tuple[Expr, ...]:
    """The entries of an answer. Raises DiagnosticError where it has another shape than the question asks."""
    found, parts = entries(answer.expression)
    if found != shape:
        raise another_shape(answer, found, shape)
    return parts


def another_shape(answer: Answer, found: tuple[int, ...], shape: tuple[int, ...]) -> DiagnosticError:
    """The fault of an answer that has another shape than the question asks, with what would be read."""
    message = f"the answer {_shape_text(found)}, and the question asks for {_asked_text(shape)}"
    return DiagnosticError.about(SHAPE, message, answer.text, _example(shape))


def _shape_text(shape: tuple[int, ...]) -> str:
    if not shape:
        return "is one expression"
    if len(shape) == 1:
        return f"is a list of {shape[0]}" if shape[0] else "is an empty list"
    return f"has {' by '.join(map(str, shape))} entries"


def _asked_text(shape: tuple[int, ...]) -> str:
    if not shape:
        return "one expression"
    return f"a list of {shape[0]}" if len(shape) == 1 else f"{' by '.join(map(str, shape))} entries"


def _example(shape: tuple[int, ...]) -> str | None:
    """What would be read."""
    if not shape:
        return "write it without a list"
    if math.prod(shape) > MOST_SHOWN or len(shape) > 2:
        return "write nested lists: [[a, b], [c, d]] has two rows"
    letters = iter("abcdefghi")
    rows = [f"[{', '.join(next(letters) for _ in range(shape[-1]))}]" for _ in range(math.prod(shape[:-1]))]
    return f"write {rows[0] if len(shape) == 1 else '[' + ', '.join(rows) + ']'}"
