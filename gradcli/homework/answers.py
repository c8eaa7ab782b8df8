"""Reading an answer: our own tolerant language, or LaTeX. What cannot be read to its end is a Diagnostic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from gradcli.homework.domains import names as names_of
from gradcli.homework.interpretation import (
    CARRY_OUT,
    DIFFERENTIAL,
    EQUATION,
    NO_ANSWER,
    NOT_CARRIED_OUT,
    interpreted,
    is_missing,
    refuse,
)
from gradcli.homework.notations import as_shape
from gradcli.homework.shapes import entries
from gradcli.homework.written import Written
from gradcli.language import (
    Diagnostic,
    DiagnosticError,
    Expr,
    Note,
    Span,
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

MAX_LENGTH: Final = 10_000
"""Characters of an answer."""

LONGEST_NAME: Final = 40
"""Characters of a name that a message shows."""
MOST_SHOWN: Final = 9
"""Entries of a shape that a message spells out."""
MAX_STRANGERS: Final = 5
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
    """An answer, read: `reading` is it in plain ASCII; `strangers` are variables that the question does not have.

    `written` is the text that the expression's spans belong to, read by `conventions`, and `variants` are further ones
    that the answer may stand for; where `doubts` says what is written in two ways, the first is no better than they.
    """

    text: str
    expression: Expr
    reading: Sentence
    strangers: tuple[str, ...]
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
    strangers = _strangers(expression, names)
    if len(strangers) > MAX_STRANGERS:
        message = f"the question has none of {', '.join(map(shortened, strangers[:MAX_STRANGERS]))} …"
        refuse(text, UNKNOWN_NAME, message, Span(0, len(text)), f"it has {', '.join(names)}")
    return Answer(
        text,
        expression,
        Sentence(expression),
        strangers,
        found.notes,
        found.written,
        found.conventions,
        found.variants,
        found.doubts,
    )


def _strangers(expression: Expr, names: Sequence[str]) -> tuple[str, ...]:
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
                replace(answer, expression=expression, reading=reading, strangers=_strangers(expression, names)),
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

__all__ = [
    "Answer",
    "another_shape",
    "fitted",
    "is_missing",
    "read_answer",
]
