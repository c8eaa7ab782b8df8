"""The expressions of a picture as they are read: which of their names are its axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import numpy as np

from gradcli.calculus.evaluate import Failure
from gradcli.calculus.implicit import difference
from gradcli.calculus.sampling.functions import Floats, Function
from gradcli.calculus.sampling.scale import Span as Interval
from gradcli.language import Diagnostic, DiagnosticError, Note, free_names, parse, to_text
from gradcli.language.names import unused_note
from gradcli.language.ranges import plain_value
from gradcli.language.tree import Equation
from gradcli.language.values import frozen, replace
from gradcli.operations import CONSTANTS, vocabulary
from gradcli.problem import Found, Problem, read

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.language import Expr

T = TypeVar("T")
ANY: Final = np.asarray(1.0)
"""The value of a variable that has a range, where one is wanted."""


@frozen
class CurveReading:
    """One expression; of an `equation`, which is as it was read, the difference of its sides, zero on its curve."""

    found: Found
    equation: str | None = None

    @property
    def text(self) -> str:
        """The expression in plain ASCII, as it was read."""
        program = self.found.parsed.program
        return to_text(replace(program, bindings=(), ranges=()) if program.assignments else program.result)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be said of how it was read."""
        return self.found.parsed.notes

    @property
    def bound(self) -> set[str]:
        """The names that the text itself gives a value."""
        return {binding.name for binding in self.found.parsed.program.bindings}

    def function(self, names: tuple[str, ...]) -> Function:
        """The function of these variables, all others being fixed."""
        fixed = {name: value for name, value in self.found.point.items() if name not in names}
        return Function.of_numbers(self.found.parsed.program, names, fixed)

    def located(self, run: Callable[[], T]) -> T:
        """What comes of a calculation, whose failure is located in the expression. Raises DiagnosticError."""
        try:
            return run()
        except Failure as failure:
            raise failure.diagnostic(self.found.parsed.source) from failure

    def derivatives(self, function: Function) -> Callable[[Floats, int], Floats]:
        """The function's values and derivatives, whose failures are located."""
        return lambda points, order: self.located(lambda: function.derivatives(points, order))

    def refuse(self, code: str, message: str, help_: str) -> NoReturn:
        """Say what cannot be drawn of it. Raises DiagnosticError."""
        source = self.found.parsed.source
        raise DiagnosticError(Diagnostic.of_whole(code, message, source, help_))


def read_all(
    texts: Sequence[str], ranges: Mapping[str, Interval], bindings: Mapping[str, Array | Expr]
) -> list[CurveReading]:
    """The expressions, with any values for the variables that have none. Raises DiagnosticError."""
    return [_read(text, {**bindings, **dict.fromkeys(ranges, ANY)}) for text in texts]


def _read(text: str, given: Mapping[str, Array | Expr]) -> CurveReading:
    parsed = parse(text, vocabulary(), given)
    equation = None
    if isinstance(parsed.program.result, Equation) and not parsed.program.assignments:
        equation = to_text(parsed.program.result)
        text = to_text(difference(parsed.program.result))
        parsed = parse(text, vocabulary(), given)
    bound = {binding.name: ANY for binding in parsed.program.bindings}
    names = free_names(parsed.program, CONSTANTS, {**given, **bound})
    free: dict[str, Array | Expr] = {name: ANY for name in names if name not in bound}
    return CurveReading(read(Problem(text, {**free, **given}, shared=True)), equation)


def variables(readings: Sequence[CurveReading], bindings: Mapping[str, Array | Expr]) -> tuple[str, ...]:
    """The names that have no value, which are the axes."""
    names = [name for each in readings for name in each.found.names if name not in bindings and name not in each.bound]
    return tuple(dict.fromkeys(names))


def ranges_in(readings: Sequence[CurveReading]) -> dict[str, Interval]:
    """The ranges that the texts themselves bind, after `at`."""
    found: dict[str, Interval] = {}
    for each in readings:
        for span in each.found.parsed.program.ranges:
            low, high = (plain_value(end) for end in (span.start, span.stop))
            if low is not None and high is not None:
                found[span.name] = (float(low), float(high))
    return found


def unused(readings: Sequence[CurveReading], bindings: Mapping[str, Array | Expr]) -> list[Note]:
    """Notes on the values that no expression uses."""
    names = {name for each in readings for name in each.found.names}
    return [unused_note(name, None) for name in bindings if name not in names]


def check_names(readings: Sequence[CurveReading], names: tuple[str, ...], ranges: Mapping[str, Interval]) -> None:
    """Fail where there are too many variables, none with a range, or a range of none. Raises DiagnosticError."""
    first = readings[0]
    stray = next((name for name in ranges if names and name not in names), None)
    if len(names) > 2:
        kept = [name for name in names if name in ranges][:2] or names[:1]
        others = " ".join(f"{name}=1" for name in names if name not in kept)
        message = f"a picture has at most two variables, and there are {len(names)}: {', '.join(names)}"
        first.refuse("E346", message, f"give the others values, as in {others}")
    if stray is not None:
        help_ = f"the variables are {', '.join(names)}; for the range of the heights write --y LOW:HIGH"
        first.refuse("E346", f"{stray} has a range, and occurs nowhere", help_)
    if not names and first.found.names and not ranges:
        name = first.found.names[0]
        first.refuse("E346", f"{name} has one value, and a plot needs a range of them", f"write {name}=-5:5")


def number(value: float) -> str:
    """A number as messages and labels have it."""
    text = f"{value:.6g}"
    return "0" if text == "-0" else text


def interval_text(name: str, span: Interval) -> str:
    """A range as one writes it: x=-5:5."""
    return f"{name}={number(span[0])}:{number(span[1])}"
