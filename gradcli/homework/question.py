"""A question: what is differentiated, what form the answer takes, and how exact it must be."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

import numpy as np

from gradcli.calculus import evaluate
from gradcli.calculus.results import Array
from gradcli.engine import dtypes
from gradcli.homework.asked import (
    DerivativeOptions,
    Form,
    ImplicitCurve,
    PointOnCurve,
    asked_derivative,
    point_on_curve,
)
from gradcli.homework.mathematics import exact
from gradcli.language import (
    DiagnosticError,
    Expr,
    Note,
    Parsed,
    Program,
    did_you_mean,
    for_name,
    free_names,
    parse,
    rewriting,
    walk,
)
from gradcli.language.conventions import Conventions
from gradcli.language.names import DIFFERENTIATED, name_of, unused_note, values_by_name, variables_of
from gradcli.language.tree import Comparison
from gradcli.language.values import field, frozen
from gradcli.operations import CONSTANTS, vocabulary

MAX_SIZE: Final = 20_000
"""Parts of a function, each assigned name written out."""
MAX_ORDER: Final = 8
DECIMAL_COMMA: Final = "decimal_comma"
KEYS: Final = (
    "function",
    "answer",
    "wrt",
    "of",
    "partial",
    "order",
    "form",
    "at",
    "tolerance",
    "domain",
    "points",
    "mistakes",
    "latex",
    "readings",
    DECIMAL_COMMA,
)
BAD: Final = "H102"
STRICT: Final = "strict"
KIND: Final = "kind"
MEASURES: Final = ("abs", "rel", "digits")
DEFAULT_RELATIVE: Final = 1e-6
"""How exact a number must be where the question does not say."""


@frozen
class Tolerance:
    """How far an answer may be off: absolutely, relatively, or so that it has some significant digits right; the most
    generous of what is given."""

    absolute: float | None = None
    relative: float | None = None
    digits: int | None = None

    def allowed(self, expected: Array) -> Array:
        """About the largest difference that is still right, for each entry."""
        size = np.abs(np.asarray(expected, np.float64))
        allowed = np.full(size.shape, self.absolute or 0.0)
        if self.relative is not None:
            allowed = np.maximum(allowed, self.relative * size)
        if self.digits is not None:
            with np.errstate(all="ignore"):
                last = 10.0 ** (np.floor(np.log10(size)) - self.digits + 1)
            half = np.where(size > 0, 0.5 * last, 0.0)
            allowed = np.maximum(allowed, half)
        return allowed

    @property
    def given(self) -> bool:
        """Whether the question says anything."""
        return any(each is not None for each in (self.absolute, self.relative, self.digits))


@frozen
class Question:
    """A question, read.

    `expression` is the function with its named parts written out, or the expected answer where `form` is VALUE.
    `names` are its variables, `wrt` those that it is differentiated by. `at` is empty where the answer is a formula;
    `exact` has the expressions that its values were given as, where there are such. `notes` are for whoever asks:
    readings that people differ on, and values that the function does not use.
    `domain` holds conditions besides the function's own domain. `points` is what a right answer earns, `messages` the
    teacher's own words for mistakes, by rule.
    """

    source: str
    expression: Expr
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    form: Form = Form.DERIVATIVE
    order: int = 1
    at: Mapping[str, Array] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=Tolerance)
    domain: tuple[Expr, ...] = ()
    points: float = 1.0
    messages: Mapping[str, str] = field(default_factory=dict)
    latex: bool | None = None
    notes: tuple[Note, ...] = ()
    exact: Mapping[str, Expr] = field(default_factory=dict)
    kind: bool = False
    """Whether an answer counts that is right only as others would read it."""
    curve: ImplicitCurve | None = None
    """Where the question is about; everywhere where None."""
    decimal_comma: bool = False
    """Whether 0,5 is a half, in the question and in its answers."""


def read_question(table: Mapping[str, Any]) -> Question:
    """The question that a table of a key describes: the keys are those of KEYS, the values as TOML has them.

    Raises DiagnosticError for a key that does not exist or a value that means nothing.
    """
    _check_keys(table, KEYS, "a question")
    source = _text(table, "function") or _text(table, "answer")
    if source is None or ("function" in table and "answer" in table):
        which = "both a function and an answer" if source else "neither a function nor an answer"
        raise DiagnosticError.about(BAD, f"the question has {which}", "", 'write function = "x^2", or answer = "2x"')
    return make_question(
        source,
        is_answer="answer" in table,
        wrt=_names(table, "wrt"),
        of=_text(table, "of"),
        partial=_names(table, "partial") or (),
        order=_order(table.get("order", 1)),
        form=_text(table, "form"),
        at={name: _array(name, value) for name, value in _table(table, "at").items()},
        tolerance=_tolerance(_table(table, "tolerance")),
        domain=_texts(table, "domain"),
        points=_number(table, "points", 1.0),
        messages={rule: str(text) for rule, text in _table(table, "mistakes").items()},
        latex=table.get("latex"),
        kind=_is_kind(table),
        decimal_comma=_is_true(table, DECIMAL_COMMA),
    )


def make_question(
    source: str,
    *,
    is_answer: bool = False,
    wrt: Sequence[str] | str | None = None,
    of: str | None = None,
    partial: Sequence[str] | str = (),
    order: int = 1,
    form: str | None = None,
    at: Mapping[str, Array] | None = None,
    tolerance: Tolerance | None = None,
    domain: Sequence[str] = (),
    points: float = 1.0,
    messages: Mapping[str, str] | None = None,
    latex: bool | None = None,
    exact_at: Mapping[str, Expr] | None = None,
    kind: bool = False,
    decimal_comma: bool = False,
) -> Question:
    """The question about a function, or about an expected answer; names may be written as anybody writes them (`θ`).

    `exact_at` has the expressions that values of `at` were given as, where there are such; with `decimal_comma` 0,5 is
    a half. Raises DiagnosticError.
    """
    given = values_by_name((at or {}).items(), vocabulary())
    conventions = Conventions(decimal_comma=decimal_comma, equation=of is not None)
    parsed = parse(source, vocabulary(), given, conventions)
    values = {**_bound(parsed, given), **given}
    occurring = free_names(parsed.program, CONSTANTS, values)
    options = DerivativeOptions(
        wrt if wrt is None else _plain(wrt) if isinstance(wrt, str) else variables_of(wrt, vocabulary()),
        None if of is None else _plain(of),
        tuple(_plain(name) for name in ((partial,) if isinstance(partial, str) else partial)),
        order,
        form,
        is_answer,
    )
    asked = asked_derivative(source, exact(written_out(parsed.program, source)), occurring, options, values)
    _check_values(source, occurring, values)
    values |= {name: np.asarray(0.0) for name in asked.names if values and name not in values}
    unused = tuple(name for name in values if name not in asked.names)
    here = {name: value for name, value in values.items() if name in asked.names}
    exactly = {each.name: each.value for each in parsed.program.bindings} | dict(exact_at or {})
    point = PointOnCurve(here, {name: each for name, each in exactly.items() if name in asked.names})
    if asked.curve is not None and here:
        point = point_on_curve(asked.curve, point.values, point.exact, source)
    return Question(
        source,
        asked.expression,
        asked.names,
        asked.wrt,
        asked.form,
        asked.order,
        point.values,
        tolerance or Tolerance(),
        tuple(_condition(text, asked.names) for text in domain),
        points,
        dict(messages or {}),
        latex,
        (*parsed.notes, *asked.notes, *point.notes, *map(unused_note, unused)),
        point.exact,
        kind,
        asked.curve,
        decimal_comma,
    )


def _plain(name: str) -> str:
    """The name of a variable, however it is written."""
    return name_of(name, vocabulary(), DIFFERENTIATED)


def _bound(parsed: Parsed, given: Collection[str]) -> dict[str, Array]:
    """The values that a function's text has after `at`. Raises DiagnosticError where others are given besides."""
    for binding in parsed.program.bindings:
        if binding.name in given:
            message = f"{binding.name} is given twice"
            raise DiagnosticError.about("H105", message, parsed.source, "give it one value", binding.name_span)
    return {each.name: evaluate.constant(each.value, dtypes.float64) for each in parsed.program.bindings}


def written_out(program: Program, source: str) -> Expr:
    """The result of a program with every assigned name replaced by what it stands for. Raises DiagnosticError."""
    result = rewriting.written_out(program, MAX_SIZE)
    if result is None:
        message = f"the function has more than {MAX_SIZE} parts when it is written out"
        raise DiagnosticError.about("H103", message, source)
    return result


def _check_values(source: str, names: tuple[str, ...], values: Mapping[str, Array]) -> None:
    for name in names:
        if values and name not in values:
            others = f"{', '.join(values)} {'has' if len(values) == 1 else 'have'}"
            help_ = for_name(name, tuple(values)) or f"give it one: {name}=…"
            raise DiagnosticError.about("H105", f"{name} has no value, and {others}", source, help_)


def _condition(text: str, names: tuple[str, ...]) -> Expr:
    parsed = parse(text, vocabulary(), names)
    condition = parsed.program.result
    if not any(isinstance(node, Comparison) for node in walk(condition)):
        raise DiagnosticError.about("H106", "a condition compares two sides", text, "write it as in y > 0")
    for name in free_names(parsed.program, CONSTANTS, names):
        if name not in names:
            message, help_ = f"{name} does not occur in the function", f"its variables: {', '.join(names)}"
            raise DiagnosticError.about("H106", message, text, help_)
    return condition


def _check_keys(table: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    for key in table:
        if key not in known:
            help_ = did_you_mean(key, known) or f"{what} may have {', '.join(known)}"
            raise DiagnosticError.about("H101", f"{what} has no {key!r}", key, help_)


def _check(is_right: bool, message: str, value: Any, help_: str | None = None) -> None:
    """Raises DiagnosticError for a value of another kind than its key has."""
    if not is_right:
        raise DiagnosticError.about(BAD, message, str(value), help_)


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    _check(value is None or isinstance(value, str), f"{key} is a text", value, f'write {key} = "…"')
    return cast("str | None", value)


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, ())
    if isinstance(value, str):
        return (value,)
    are_texts = isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
    _check(are_texts, f"{key} is a list of texts", value, f'write {key} = ["y > 0"]')
    return tuple(value)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    _check(isinstance(value, Mapping), f"{key} is a table", value, f"write {key} = {{ … }}")
    return cast("Mapping[str, Any]", value)


def _names(table: Mapping[str, Any], key: str) -> Sequence[str] | str | None:
    value = table.get(key)
    return value if value is None or isinstance(value, str) else _texts(table, key)


def _is_true(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    _check(isinstance(value, bool), f"{key} is true or false", value, f"write {key} = true")
    return bool(value)


def _is_kind(table: Mapping[str, Any]) -> bool:
    value = table.get("readings", STRICT)
    help_ = f'write readings = "{KIND}" where answers count that are right only as others would read them'
    _check(value in (STRICT, KIND), f"readings is {STRICT!r} or {KIND!r}", value, help_)
    return bool(value == KIND)


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _order(value: Any) -> int:
    _check(_is_whole(value, MAX_ORDER), f"order is a whole number from 1 to {MAX_ORDER}", value)
    return int(value)


def _number(table: Mapping[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    _check(is_number and math.isfinite(value) and value >= 0, f"{key} is a number that is not negative", value)
    return float(value)


def _tolerance(table: Mapping[str, Any]) -> Tolerance:
    _check_keys(table, MEASURES, "a tolerance")
    digits = table.get("digits")
    _check(digits is None or _is_whole(digits, 15), "digits is a whole number from 1 to 15", digits)
    absolute, relative = (_number(table, key, 0.0) if key in table else None for key in ("abs", "rel"))
    return Tolerance(absolute, relative, digits)


def _array(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError, OverflowError):
        message = f"the value of {name} is neither a number nor a tensor with equal rows"
        raise DiagnosticError.about("H105", message, str(value)) from None
