"""What an answer's text says: the expression in it, and what else it may be; or why it is no answer.

Reading an answer: our own tolerant language, or LaTeX. What cannot be read to its end is a Diagnostic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

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
from gradcli.language import (
    Diagnostic,
    DiagnosticError,
    Expr,
    Note,
    Parsed,
    Span,
    codes,
    for_name,
    parse,
    walk,
)
from gradcli.language.conventions import KEYBOARD, Conventions
from gradcli.language.habits import Habit
from gradcli.language.readings import other_readings
from gradcli.language.sentences import Sentence
from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
    Constant,
    Derivative,
    Index,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
    Text,
)
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
_CALCULATED: Final = frozenset({Number, Sum, Product, Power, Negation})
"""What any answer may have."""
_MATHEMATICAL: Final = frozenset({"nan", "inf"})


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
        return _read(text, names, latex, shape, decimal_comma)
    except DiagnosticError as error:
        if error.diagnostic.help is not None:
            raise
        raise DiagnosticError(replace(error.diagnostic, help=_example(shape) if shape else EXAMPLE)) from None


def _read(text: str, names: Sequence[str], latex: bool | None, shape: tuple[int, ...], decimal_comma: bool) -> Answer:
    if len(text) > MAX_LENGTH:
        message = f"the answer is {len(text)} characters long, and the limit is {MAX_LENGTH}"
        raise DiagnosticError(Diagnostic(NO_ANSWER, message, Span(MAX_LENGTH, MAX_LENGTH + 1), text[: MAX_LENGTH + 1]))
    found = interpreted(text, names, latex=latex, shape=shape, decimal_comma=decimal_comma)
    expression = found.expression
    try:
        check_answer(expression, found.written.text, names, found.may_have_none)
    except DiagnosticError as error:
        span = found.written.original(error.diagnostic.span)
        raise DiagnosticError(replace(error.diagnostic, span=span, source=text)) from None
    extra_names = _extra_names(expression, names)
    if len(extra_names) > MOST_EXTRA:
        message = f"the question has none of {', '.join(map(shortened, extra_names[:MOST_EXTRA]))} …"
        refuse(text, UNKNOWN_NAME, message, Span(0, len(text)), f"it has {', '.join(names)}")
    return Answer(
        text,
        expression,
        Sentence(expression),
        extra_names,
        found.notes,
        found.written,
        found.conventions,
        found.variants,
        found.doubts,
    )


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
    if isinstance(expression, Comparison):
        refuse(text, EQUATION, "an equation is no answer", expression.span, "write only one side of it")
    for node in walk(expression):
        if type(node) in _CALCULATED:
            continue
        match node:
            case Name(name="nan") if may_have_none:
                pass
            case Name():
                _check_name(node, text, names)
            case Derivative():
                refuse(text, NOT_CARRIED_OUT, "the derivative is not carried out", node.span, CARRY_OUT)
            case Call():
                _check_call(node, text)
            case Attribute(name=name):
                refuse(text, FUNCTION, f".{name} means nothing in an answer", node.span)
            case Index(items=items) if any(isinstance(item, Constant) for item in items):
                refuse(text, FUNCTION, "an answer needs no new dimensions", node.span)
            case Text() | Constant():
                refuse(text, FUNCTION, "an answer is made of numbers, names and functions", node.span)
            case _:
                pass


def fitted(answer: Answer, shape: tuple[int, ...]) -> tuple[Expr, ...]:
    """The entries of an answer. Raises DiagnosticError where it has another shape than the question asks."""
    found, parts = entries(answer.expression)
    if found != shape:
        raise another_shape(answer, found, shape)
    return parts


def another_shape(answer: Answer, found: tuple[int, ...], shape: tuple[int, ...]) -> DiagnosticError:
    """The fault of an answer that has another shape than the question asks, with what would be read."""
    message = f"the answer {_shape_text(found)}, and the question asks for {_asked_text(shape)}"
    return DiagnosticError(Diagnostic(SHAPE, message, Span(0, len(answer.text)), answer.text, _example(shape)))


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


def shortened(name: str) -> str:
    """A name as a message can show it."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def _check_name(node: Name, text: str, names: Sequence[str]) -> None:
    name = node.name
    if name in names or name in ("pi", "e", "tau"):
        return
    if name in _MATHEMATICAL:
        refuse(text, NO_ANSWER, f"{name} is no number", node.span)
    if len(name) == 2 and name[0] == "d" and name[1:] in names:
        message = f"{name} is a differential, and the derivative has none"
        refuse(text, DIFFERENTIAL, message, node.span, "leave it out")
    twin = next((each for each in names if each.casefold() == name.casefold()), None)
    if twin is not None:
        refuse(text, UNKNOWN_NAME, f"{name} is not {twin}", node.span, f"did you mean {twin}?")
    if len(name) == 1 or name[1:].replace("_", "").isdigit() or name in _GREEK:
        return
    hint = for_name(name, tuple(names), tuple(OPERATIONS)) or f"the question has {', '.join(names) or 'no variables'}"
    refuse(
        text, UNKNOWN_NAME, f"{shortened(name)} is neither a function nor a variable of the question", node.span, hint
    )


def _check_call(node: Call, text: str) -> None:
    operation = OPERATIONS[node.function]
    if node.function != "tensor" and (operation.category in REFUSED_CATEGORIES or node.function in REFUSED):
        refuse(text, FUNCTION, f"{node.function} is no function for an answer", node.name_span)


_GREEK: Final = frozenset({
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "rho", "sigma", "upsilon", "phi", "chi", "psi", "omega"),
})  # fmt: skip
"""Letters by their names, which may be constants that only the answer has."""
