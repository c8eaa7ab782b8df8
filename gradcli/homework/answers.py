"""Reading an answer: our own tolerant language, or LaTeX. What cannot be read to its end is a Diagnostic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

from gradcli.homework.domains import names as names_of
from gradcli.homework.notations import Written, as_shape, with_lists
from gradcli.homework.rewriting import rewritten
from gradcli.language import (
    Diagnostic,
    DiagnosticError,
    Expr,
    Note,
    Span,
    children,
    codes,
    for_name,
    parse,
    to_text,
    walk,
)
from gradcli.language.conventions import Conventions
from gradcli.language.dialects import is_latex
from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
    Constant,
    Factor,
    Index,
    Name,
    Negation,
    Power,
    Product,
    Sum,
    TensorLiteral,
    Term,
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

NO_ANSWER: Final = "A201"
EQUATION: Final = "A202"
DIFFERENTIAL: Final = "A203"
UNKNOWN_NAME: Final = "A204"
FUNCTION: Final = "A205"
SEVERAL: Final = "A206"
SHAPE: Final = "A207"

REFUSED_CATEGORIES: Final = frozenset({"creation", "shape"})
REFUSED: Final = frozenset({"outer", "diag", "argmax", "argmin"})
"""Functions that no derivative needs, and that make tensors of any size, or random numbers."""

_MATHEMATICAL: Final = frozenset({"nan", "inf"})


@frozen
class Answer:
    """An answer, read: `reading` is it in plain ASCII; `strangers` are variables that the question does not have.

    `plain` is the text that the expression's spans belong to: for another notation of a list, the list."""

    text: str
    expression: Expr
    reading: str
    strangers: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    plain: str = ""


def read_answer(text: str, names: Sequence[str], *, latex: bool | None = None, shape: tuple[int, ...] = ()) -> Answer:
    """The answer that a text writes, `names` being the question's variables and `shape` the answer's.

    `latex` says how it is written, None that the text itself shows it. What is another notation for a list of the
    shape is read as such. Raises DiagnosticError for whatever is no answer.
    """
    if len(text) > MAX_LENGTH:
        message = f"the answer is {len(text)} characters long, and the limit is {MAX_LENGTH}"
        raise DiagnosticError(Diagnostic(NO_ANSWER, message, Span(MAX_LENGTH, MAX_LENGTH + 1), text[: MAX_LENGTH + 1]))
    if not text.strip() or not text.strip(" ?.-–—"):
        _refuse(text, NO_ANSWER, "there is no answer", Span(0, len(text)))
    expression, notes, written = _read(text, names, is_latex(text) if latex is None else latex, bool(shape))
    try:
        check_answer(expression, written.text, names)
    except DiagnosticError as error:
        raise _relocated(error.diagnostic, written, text) from None
    expression = as_shape(expression, shape, names)
    if "E" in text and _has_euler(expression, names):
        expression, notes = _with_euler(expression), (*notes, Note("E reads as e"))
    strangers = tuple(name for name in names_of(expression) if name not in names)
    if len(strangers) > MAX_STRANGERS:
        message = f"the question has none of {', '.join(map(shortened, strangers[:MAX_STRANGERS]))} …"
        _refuse(text, UNKNOWN_NAME, message, Span(0, len(text)), f"it has {', '.join(names)}")
    return Answer(text, expression, to_text(expression), strangers, notes, written.text)


def check_answer(expression: Expr, text: str, names: Sequence[str]) -> None:
    """Raises DiagnosticError for an expression that is no answer to a question of these variables."""
    if isinstance(expression, Comparison):
        _refuse(text, EQUATION, "an equation is no answer", expression.span, "write only one side of it")
    for node in walk(expression):
        match node:
            case Name():
                _check_name(node, text, names)
            case Call():
                _check_call(node, text)
            case Attribute(name=name):
                _refuse(text, FUNCTION, f".{name} means nothing in an answer", node.span)
            case Index(items=items) if any(isinstance(item, Constant) for item in items):
                _refuse(text, FUNCTION, "an answer needs no new dimensions", node.span)
            case Text() | Constant():
                _refuse(text, FUNCTION, "an answer is made of numbers, names and functions", node.span)
            case _:
                pass


def entries(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    """The shape and the entries of an answer; a list of lists has two dimensions. One entry where it is no list, or
    one of unequal rows.

    What is done to a list is done to its entries: 2*[x, y] has the entries 2*x and 2*y.
    """
    if not isinstance(expression, TensorLiteral):
        return _entries_of_lists(expression)
    parts = [entries(element) for element in expression.elements]
    inner = parts[0][0] if parts else ()
    if any(shape != inner for shape, _ in parts):  # nothing of a shape
        return (), (expression,)
    return (len(parts), *inner), tuple(entry for _, found in parts for entry in found)


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


def _entries_of_lists(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    lists = [entries(each) for each in _outermost_lists(expression)]
    if not lists or len({shape for shape, _ in lists}) != 1:
        return (), (expression,)
    shape = lists[0][0]
    count = len(lists[0][1])
    return shape, tuple(_with_entry(expression, place) for place in range(count))


def _outermost_lists(expression: Expr) -> Iterator[TensorLiteral]:
    if isinstance(expression, TensorLiteral):
        yield expression
    elif isinstance(expression, (Sum, Product, Negation, Power)):
        for child in children(expression):
            yield from _outermost_lists(child)


def _with_entry(expression: Expr, place: int) -> Expr:
    """The expression with one entry in the place of each list."""
    match expression:
        case TensorLiteral():
            return entries(expression)[1][place]
        case Sum(terms=terms):
            return replace(
                expression, terms=tuple(Term(_with_entry(each.value, place), each.negative) for each in terms)
            )
        case Product(factors=factors):
            parts = tuple(Factor(_with_entry(each.value, place), each.operator) for each in factors)
            return replace(expression, factors=parts)
        case Negation(operand=operand):
            return replace(expression, operand=_with_entry(operand, place))
        case Power(base=base, exponent=exponent):
            return replace(expression, base=_with_entry(base, place), exponent=_with_entry(exponent, place))
        case _:
            return expression


def _has_euler(expression: Expr, names: Sequence[str]) -> bool:
    """Whether E^x is written for e^x: E is no variable of the question, and neither is e."""
    if "E" in names or "e" in names:
        return False
    return any(isinstance(node, Power) and node.base == Name("E") for node in walk(expression))


def _with_euler(expression: Expr) -> Expr:
    def change(node: Expr) -> Expr:
        is_power = isinstance(node, Power) and node.base == Name("E")
        return replace(node, base=Name("e", node.base.span)) if is_power and isinstance(node, Power) else node

    return rewritten(expression, change)


def _read(text: str, names: Sequence[str], latex: bool, is_list: bool) -> tuple[Expr, tuple[Note, ...], Written]:
    """The expression, and the text in our own notation that its spans belong to."""
    try:
        written = with_lists(text) if is_list and not latex else Written(text, tuple(range(len(text))))
        return (*_read_written(written, text, names, latex), written)
    except DiagnosticError as error:
        if error.diagnostic.code == codes.DERIVATIVE_NOTATION:  # whose help speaks of functions to differentiate
            raise DiagnosticError(replace(error.diagnostic, help="write only the answer")) from None
        raise


def _read_written(written: Written, text: str, names: Sequence[str], latex: bool) -> tuple[Expr, tuple[Note, ...]]:
    try:
        parsed = parse(written.text, vocabulary(), names, Conventions(frozenset(names), latex=latex))
    except DiagnosticError as error:
        raise _relocated(error.diagnostic, written, text) from None
    program = parsed.program
    if program.bindings:
        _refuse(text, EQUATION, "an answer binds no values", program.bindings[0].span, "write only the answer")
    if program.assignments:
        span = Span(program.assignments[0].span.start, len(text))
        _refuse(text, SEVERAL, "an answer is one expression, and these are several", span, "write only the answer")
    equals = re.search(r"(?<![=<>!])=(?!=)", text)
    if equals and not any(isinstance(node, Call) and node.keywords for node in walk(program.result)):
        help_ = f"write only what stands right of it: {text[equals.end() :].strip()[:60]}"
        _refuse(text, EQUATION, "an equation is no answer", Span(equals.start(), equals.end()), help_)
    return program.result, parsed.notes


def _relocated(diagnostic: Diagnostic, written: Written, text: str) -> DiagnosticError:
    """A fault in our own notation as one in what was written."""
    return DiagnosticError(replace(diagnostic, span=written.original(diagnostic.span), source=text))


def _check_name(node: Name, text: str, names: Sequence[str]) -> None:
    name = node.name
    if name in names or name in ("pi", "e", "tau"):
        return
    if name in _MATHEMATICAL:
        _refuse(text, NO_ANSWER, f"{name} is no number", node.span)
    if len(name) == 2 and name[0] == "d" and name[1:] in names:
        message = f"{name} is a differential, and the derivative has none"
        _refuse(text, DIFFERENTIAL, message, node.span, "leave it out")
    twin = next((each for each in names if each.casefold() == name.casefold()), None)
    if twin is not None:
        _refuse(text, UNKNOWN_NAME, f"{name} is not {twin}", node.span, f"did you mean {twin}?")
    if len(name) == 1 or name[1:].replace("_", "").isdigit() or name in _GREEK:
        return
    hint = for_name(name, tuple(names), tuple(OPERATIONS)) or f"the question has {', '.join(names) or 'no variables'}"
    _refuse(
        text, UNKNOWN_NAME, f"{shortened(name)} is neither a function nor a variable of the question", node.span, hint
    )


def _check_call(node: Call, text: str) -> None:
    operation = OPERATIONS[node.function]
    if node.function != "tensor" and (operation.category in REFUSED_CATEGORIES or node.function in REFUSED):
        _refuse(text, FUNCTION, f"{node.function} is no function for an answer", node.name_span)


def _refuse(text: str, code: str, message: str, span: Span, help: str | None = None) -> NoReturn:  # noqa: A002
    raise DiagnosticError(Diagnostic(code, message, span, text, help))


_GREEK: Final = frozenset({
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "rho", "sigma", "upsilon", "phi", "chi", "psi", "omega"),
})  # fmt: skip
"""Letters by their names, which may be constants that only the answer has."""
