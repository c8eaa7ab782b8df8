"""What people give in Python for an expression, for values and for names, as the calculations take it."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.language import DiagnosticError, Expr, did_you_mean, free_names, parse, parse_binding
from gradcli.language.conventions import KEYBOARD
from gradcli.language.names import normalised, values_by_name
from gradcli.language.tree import Range
from gradcli.operations import CONSTANTS, vocabulary
from gradcli.problem import ABOUT_A_VARIABLE, Problem
from gradcli.render.numbers import exact_text

if TYPE_CHECKING:
    from gradcli.calculus.results import Array

Value: TypeAlias = Any
"""A number, a text as on the command line (`"pi/4"`), nested lists of numbers, an array or a tensor."""
Numeric: TypeAlias = "float | np.ndarray[Any, np.dtype[Any]]"
"""A number, or an array of numbers."""
Names: TypeAlias = "str | Iterable[str] | None"
"""Names of variables: `"x"`, `"x,y"` or `["x", "y"]`."""
EXACT: Final = (Fraction, Decimal)
"""Numbers that are taken as they are, not as floats."""
_BETWEEN: Final = re.compile(r":|\.\.")
LARGEST_WHOLE: Final = 2**53
"""Whole numbers up to it are floats exactly."""


class Formula:
    """What `str()` gives the text of an expression of: an Expression, which this is the base of."""


def text_of(expression: object, what: str = "the expression") -> str:
    """The text of an expression, given as one or as an Expression. Raises TypeError."""
    if isinstance(expression, (str, Formula)):
        return str(expression)
    raise TypeError(f"{what} is a text, as in 'x^2 y', and not {described(expression)}")


def described(value: object) -> str:
    """A value's type with its article, for messages: `an int`."""
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def names_of(given: Names, what: str) -> tuple[str, ...]:
    """Names given as `"x"`, `"x,y"` or a sequence of such; none where None. Raises TypeError."""
    if given is None:
        return ()
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, Iterable):
        raise TypeError(f"{what} names variables, as in {what}='x' or {what}=['x', 'y'], and is {described(given)}")
    found: list[str] = []
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{what} names variables, as in {what}=['x', 'y'], and {text!r} is {described(text)}")
        found += [name for name in text.split(",") if name.strip()]
    return tuple(found)


def whole_number(value: object, what: str, most: int, least: int = 1) -> int:
    """A whole number within bounds. Raises TypeError, ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{what} is a whole number, and not {described(value)}")
    if not least <= value <= most:
        raise ValueError(f"{what} is from {least} to {most:,}, and not {value}")
    return int(value)


def bindings(at: Mapping[str, Value] | None, values: Mapping[str, Value]) -> dict[str, Array | Expr]:
    """The values of variables, by the names as the language reads them: those of `at`, and those by keyword.

    Texts and fractions are expressions, exact as they stand; a float is the shortest decimal that reads as it, so that
    0.1 is a tenth. Raises TypeError, ValueError (of which DiagnosticError is one).
    """
    return {name: _value(name, value) for name, value in _by_name(at, values).items()}


def bindings_and_ranges(
    at: Mapping[str, Value] | None, values: Mapping[str, Value]
) -> tuple[dict[str, Array | Expr], dict[str, str]]:
    """The same where some are ranges, which are given as `(low, high)` or as a text, `"0:2pi"`: those as the command
    line has them, `x=0:2pi`. Raises TypeError, ValueError."""
    given, ranges = _by_name(at, values), {}
    for name, value in given.items():
        if isinstance(value, tuple):
            ranges[name] = range_text(name, value)
        elif isinstance(value, str) and _BETWEEN.search(value):
            ranges[name] = f"{name}={value}"
    return {name: _value(name, value) for name, value in given.items() if name not in ranges}, ranges


def range_text(name: str, ends: Value) -> str:
    """A range as the command line has it, of two ends or of a text. Raises TypeError."""
    if isinstance(ends, str):
        return f"{name}={ends}"
    if not isinstance(ends, Sequence) or len(ends) != 2:
        raise TypeError(f"the range of {name} has two ends, as in (-2, 2), and is {ends!r}")
    return f"{name}={_end_text(name, ends[0])}:{_end_text(name, ends[1])}"


def _end_text(name: str, end: Value) -> str:
    if isinstance(end, (str, *EXACT)):
        return str(end)
    return exact_text(float(_number(end, f"an end of the range of {name}")))


def number_of(value: Value, what: str) -> float:
    """A finite number, given as one or as a text. Raises TypeError, ValueError."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    if isinstance(value, (str, *EXACT)):
        value = evaluate.constant(_written("value", str(value)), dtypes.float64)
    number = float(_number(value, what))
    if not math.isfinite(number):
        raise ValueError(f"{what} is a finite number, and not {number}")
    return number


def _number(value: Value, what: str) -> Array:
    array = array_of(value, what)
    if array.ndim:
        raise TypeError(f"{what} is a number, and not an array of shape {array.shape}")
    return array


def _by_name(at: Mapping[str, Value] | None, values: Mapping[str, Value]) -> dict[str, Value]:
    """What is given, by the names as the language reads them. Raises TypeError, ValueError."""
    if at is not None and not isinstance(at, Mapping):
        raise TypeError(f"the point is a mapping of names to values, as in {{'x': 3}}, and not {described(at)}")
    for name in at or {}:
        if not isinstance(name, str):
            raise TypeError(f"the point is a mapping of names to values, and {name!r} is {described(name)}")
    return values_by_name(chain((at or {}).items(), values.items()), vocabulary())


def _value(name: str, value: Value) -> Array | Expr:
    if isinstance(value, str):
        return _written(name, value)
    if isinstance(value, EXACT) or type(value).__module__.split(".")[0] == "sympy":
        return _written(name, str(value))
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        return _written(name, str(value))
    return array_of(value, f"the value of {name}")


def _written(name: str, text: str) -> Expr:
    """A value as it is written. Raises DiagnosticError."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    source = f"{name}={text}"
    binding = parse_binding(source, vocabulary())
    if isinstance(binding, Range):
        from gradcli.language.ranges import one_wanted

        raise DiagnosticError(one_wanted(binding, source))
    try:
        evaluate.constant(binding.value, dtypes.float64)
    except evaluate.Failure as failure:
        raise failure.diagnostic(source) from failure
    return binding.value


def array_of(value: Value, what: str) -> Array:
    """A number, nested lists, an array or a tensor as an array of float64. Raises TypeError, ValueError."""
    from gradcli.engine import Tensor

    if isinstance(value, Tensor):
        value = value.detach().numpy()
    if value is None or isinstance(value, (str, bytes, Mapping, set)):
        raise TypeError(f"{what} is a number or an array of numbers, and not {described(value)}")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{what} is no array: its rows differ in length") from None
    if array.dtype.kind == "c":
        raise TypeError(f"{what} is complex, and gradcli calculates with real numbers")
    if array.dtype.kind in "biuf":
        return np.array(array, np.float64)
    try:
        return np.array(array.tolist(), np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is a number or an array of numbers, and not {described(value)}") from None


def refuse_unused(
    problem: Problem, values: Mapping[str, Value], function: Callable[..., Any], *others: Problem
) -> None:
    """Raise TypeError where a keyword is neither a variable of a problem's text (or of another's) nor an option: a slip
    of the hand would otherwise go unnoticed. Raises DiagnosticError where a text cannot be read."""
    if not values:
        return
    names, used = _names_and_used(problem)
    for other in others:
        more, also = _names_and_used(other)
        names, used = tuple(dict.fromkeys((*names, *more))), used | also
    for name in values:
        if normalised(name) not in used:
            near = did_you_mean(name, [*inspect.signature(function).parameters, *names])
            message = f"{function.__name__}() got {name}=…, which is neither an option nor a variable of the expression"
            there = ", ".join(names) or "none"
            raise TypeError(f"{message} (its variables: {there})" + (f"; {near}" if near else ""))


def _names_and_used(problem: Problem) -> tuple[tuple[str, ...], set[str | None]]:
    """The variables of a problem's text, and all names that stand in it or are asked for."""
    given = values_by_name(((name, None) for name in problem.bindings), vocabulary())
    conventions = KEYBOARD if problem.of is None else ABOUT_A_VARIABLE
    parsed = parse(problem.text, vocabulary(), given, conventions)
    names = free_names(parsed.program, CONSTANTS, given)
    asked = {*(problem.wrt or ()), *problem.partial, *filter(None, [problem.of])}
    return names, {
        *names,
        *parsed.mentioned,
        *(each.name for each in parsed.program.definitions),
        *map(normalised, asked),
    }
