"""Ranges of points, `start:stop:step`, as what stands in a binding: both ends in, each point exact."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NoReturn

from gradcli.language import codes
from gradcli.language.diagnostics import Diagnostic, DiagnosticError
from gradcli.language.limits import MAX_POINTS
from gradcli.language.printer import to_text
from gradcli.language.rewriting import children, post_order
from gradcli.language.tree import Call, Expr, Name, Negation, Number, Power, Product, Range, Sum

_CONSTANTS: Final = {"pi": math.pi, "e": math.e, "tau": math.tau}
_ROUNDING: Final = 1e-9
"""How far the number of steps may be from a whole one by rounding, where the ends are no fractions."""


def check(span: Range, source: str) -> None:
    """Fail where a range has no points, or too many. Raises DiagnosticError."""
    start = _plain(span.start, source)
    stop = _plain(span.stop, source)
    step = _step(span, source)
    first, last = to_text(span.start), to_text(span.stop)
    if step == 0:
        help_ = f"write {first}:{last}:{'' if stop >= start else '-'}1"
        _fail("a range with a step of 0 has no end", span.step or span.stop, source, help_)
    if -1 < (stop - start) / step < 1:
        _fail_large(span, source)
    if (stop > start) != (step > 0):
        written = "a step of 1" if span.step is None else f"a step of {to_text(span.step)}"
        opposite = "-1" if span.step is None else to_text(Negation(span.step)).removeprefix("--")
        help_ = f"write {first}:{last}:{opposite}"
        if span.step is None and stop:
            help_ += f", or ({first}/{last}) for a quotient"
        _fail(f"{written} does not lead from {first} to {last}", span, source, help_)
    if _count(start, stop, step) > MAX_POINTS:
        _fail(f"a range has at most {MAX_POINTS:,} points", span, source, "take a larger step")


def _fail_large(span: Range, source: str) -> NoReturn:
    first, last = to_text(span.start), to_text(span.stop)
    if span.step is None:
        message = f"a step of 1 is larger than the range from {first} to {last}"
        _fail(message, span, source, f"write start:stop:step, as in {first}:{last}:({last}-{first})/10")
    step = to_text(span.step)
    message = f"the step {step} is larger than the range from {first} to {last}"
    _fail(message, span, source, f"the step comes last: write {first}:{step}:{last}")


def one_wanted(span: Range, source: str) -> Diagnostic:
    """What is said of a range where one point is wanted."""
    message = f"{span.name} is a range of points, and one value is wanted here"
    return Diagnostic(codes.RANGE, message, span.span, source, f"write {span.name}={to_text(span.start)}")


def count(span: Range) -> int:
    """How many points a range has that is checked."""
    return _count(_plain(span.start, ""), _plain(span.stop, ""), _step(span, ""))


def check_together(given: Sequence[Range], source: str) -> None:
    """Fail where ranges have too many points together. Raises DiagnosticError."""
    total = 1
    for each in given:
        total *= count(each)
        if total > MAX_POINTS:
            message = f"these ranges have more than {MAX_POINTS:,} points together"
            _fail(message, each, source, "every combination is a point: take larger steps")


def points(span: Range) -> Iterator[str]:
    """The points of a range that is checked, each as a text that reads as its exact value."""
    start, step = _plain(span.start, ""), _step(span, "")
    for number in range(count(span)):
        if isinstance(start, Fraction) and isinstance(step, Fraction):
            yield _fraction_text(start + number * step)
        else:
            by = "1" if span.step is None else to_text(span.step)
            yield f"{to_text(span.start)} + {number}*({by})" if number else to_text(span.start)


def combinations(ranges: Sequence[Range]) -> Iterator[tuple[str, ...]]:
    """The points of several ranges: every combination, the last range running fastest."""
    if not ranges:
        yield ()
        return
    first, *others = ranges
    for point in points(first):
        for rest in combinations(others):
            yield (point, *rest)


def plain_value(expression: Expr) -> Fraction | float | None:
    """The value of an expression of numbers and constants, as a fraction where it is one; None of anything else."""
    values: dict[int, Fraction | float] = {}
    for node in post_order(expression):
        below = [values.get(id(child)) for child in children(node)]
        given = [each for each in below if each is not None]
        value = _calculated(node, given) if len(given) == len(below) else None
        if value is None or not math.isfinite(value):
            return None
        values[id(node)] = value
    return values[id(expression)]


def _calculated(node: Expr, below: list[Fraction | float]) -> Fraction | float | None:
    try:
        match node:
            case Number():
                return Fraction(node.text) if len(node.text) <= 30 and abs(node.value) < 1e30 else node.value
            case Name():
                return _CONSTANTS.get(node.name)
            case Negation():
                return -below[0]
            case Sum(terms=terms):
                signed = [-each if term.negative else each for term, each in zip(terms, below, strict=True)]
                return sum(signed[1:], signed[0])
            case Product(factors=factors) if {factor.operator for factor in factors} <= {"*", "/"}:
                value = below[0]
                for factor, each in zip(factors[1:], below[1:], strict=True):
                    value = value * each if factor.operator == "*" else value / each
                return value
            case Power():
                return math.pow(*below)
            case Call(function="sqrt", arguments=(_,)):
                return math.sqrt(below[0])
            case _:
                return None
    except (ValueError, ArithmeticError):
        return None


def _plain(expression: Expr, source: str) -> Fraction | float:
    value = plain_value(expression)
    if value is None:
        _fail("a range is between numbers", expression, source, "write x=0:1:0.1: start, stop and step")
    return value


def _step(span: Range, source: str) -> Fraction | float:
    return Fraction(1) if span.step is None else _plain(span.step, source)


def _count(start: Fraction | float, stop: Fraction | float, step: Fraction | float) -> int:
    steps = (stop - start) / step
    return math.floor(steps if isinstance(steps, Fraction) else steps + _ROUNDING) + 1


def _fraction_text(value: Fraction) -> str:
    """The value as a decimal where it is one, else as a quotient."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.normalize():f}" if Fraction(exact) == value else f"{value.numerator}/{value.denominator}"


def _fail(message: str, where: Expr | Range, source: str, help_: str) -> NoReturn:
    raise DiagnosticError.about(codes.RANGE, message, source, help_, where.span)
