"""The engine's derivatives compared, entry by entry, with SymPy's.

An entry agrees where it is within a few units in the last place. Where it is not, the reading is repeated with a symbol
for every operation's rounding error, and the derivative is computed again with these at random (stochastic arithmetic):
what moves the derivative by that much cannot be held against the engine. Only a difference beyond that is called one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

from gradcli.calculus.notes import kink_notes
from gradcli.calculus.outcomes import Outcome, agrees, conclude, differs, undecided
from gradcli.calculus.results import Array, Check, Evaluation, Method, Request, Values
from gradcli.calculus.symbolic.derive import Entry, derive, row_name
from gradcli.calculus.symbolic.elements import Numerals
from gradcli.calculus.symbolic.limits import NoSymbolicForm
from gradcli.calculus.symbolic.numbers import Undefined, Value, evaluate, evaluate_once
from gradcli.language import expressions, to_text, tree, walk

UNITS = 64
"""Units in the last place that are rounding without further question."""
DRAWS = 8
"""How often the rounding errors are drawn."""
MARGIN = 32
"""How many times the largest observed effect of rounding still counts as rounding."""
NORMWISE = 1_024
"""Units in the last place of the largest entry beside an entry (for a zero, of its natural size) that are rounding:
sums of large terms leave what is small or zero with the rounding of what cancelled."""
ELIMINATION_MARGIN = 4_096
"""The same where the engine eliminates (LU) what the formula expands into minors: its rounding grows with the
condition number."""
ELIMINATING = frozenset({"det", "inverse", "solve"})
INPUT_MARGIN = 4_096
"""The same where only the inputs' rounding could be tried."""
SHAKEN_ROWS = 4
"""Of how many variables' entries the rounding is tried, where SymPy's formulas are too many to try all."""
ROUGH = 1e-6
"""The relative difference that an entry must have to be called wrong where its rounding could not be tried."""
HELD_AT_FLOATS = 1e-9
"""Relative accuracy of the second witness itself, where it holds most entries at floats."""
DIGITS = 40
SEED = 0


def compare(evaluation: Evaluation, values: Values | None = None) -> Check:
    """The check of every entry that the derivation made. Raises NoSymbolicForm."""
    return _Comparison(evaluation, values).check()


class _Comparison:
    """The comparison of one evaluation, and what several entries ask for, made at most once."""

    def __init__(self, evaluation: Evaluation, values: Values | None) -> None:
        self._evaluation = evaluation
        self._single = evaluation.value.dtype == np.float32
        precision: np.finfo[Any] = np.finfo(np.float32 if self._single else np.float64)
        self._epsilon, self._largest = float(precision.eps), float(precision.max)
        self._smallest = float(precision.smallest_normal)
        self._derivation = derive(evaluation.question, self._single)
        self._point = {symbol: mpmath.mpf(value) for symbol, value in self._derivation.values.items()}
        self._values = values if values is not None else self._witnessed
        self._exact: list[Value] = []
        self._shaken_rows: set[str] = set()
        self._shaken_expressions: dict[Any, Any] = {}
        self._errors: tuple[Any, ...] = ()

    def check(self) -> Check:
        entries = self._derivation.entries
        sampled = len(entries) < self._derivation.of or self._derivation.reading.arithmetic.numerals is Numerals.FLOAT
        self._exact = [evaluate(entry.expression, self._point) for entry in entries]
        outcomes = [self._outcome(index, entry) for index, entry in enumerate(entries)]
        method = Method.SYMBOLIC_SAMPLED if sampled else Method.SYMBOLIC
        return conclude(outcomes, self._derivation.of, method)

    def _outcome(self, index: int, entry: Entry) -> Outcome:
        array = self._evaluation.derivatives.get(entry.variables)
        if array is None:
            return undecided(f"the engine gives no derivative by {', '.join(entry.variables)}")
        engine, exact = float(np.asarray(array)[entry.position]), self._exact[index]
        if self._undefined_value:
            return undecided(self._undefined_value)
        if isinstance(exact, Undefined):
            return undecided(self._why_undefined(exact.reason))
        if mpmath.isinf(exact):
            same = math.isinf(engine) and (engine > 0) == (exact > 0)
            return agrees(0.0) if same else undecided(self._why_undefined("the derivative is infinite"))
        if self._within(engine, exact):
            return agrees(_relative(engine, exact))
        largest = self._scale(entry, exact) if exact == 0 else max(self._beside(entry), default=0.0)
        if math.isfinite(engine) and abs(engine - exact) <= NORMWISE * self._epsilon * largest:
            return agrees(_relative(engine, exact, largest))
        return self._doubtful(index, entry, engine, exact)

    def _within(self, engine: float, exact: Any) -> bool:
        if math.isnan(engine):
            return False
        if abs(exact) > self._largest:
            return math.isinf(engine) and bool((engine > 0) == (exact > 0))
        if math.isinf(engine):
            return False
        if abs(exact) < self._smallest:
            return abs(engine) <= 2 * self._smallest
        return bool(abs(engine - exact) <= UNITS * self._epsilon * abs(exact))

    def _doubtful(self, index: int, entry: Entry, engine: float, exact: Any) -> Outcome:
        if not math.isfinite(engine):
            kinks = self._kinks
            if kinks:
                return undecided(kinks)
        else:
            explained = self._explained(index, entry, engine, exact)
            if explained is not None:
                return explained
        beyond = self._beyond_floats
        if beyond is not None:
            return undecided(beyond)
        return differs(entry.variables, entry.position, engine, float(exact), "SymPy")

    def _explained(self, index: int, entry: Entry, engine: float, exact: Any) -> Outcome | None:
        noise = self._noise(index)
        if noise is None:
            return undecided(self._kinks or "the point is within rounding of a kink or of the edge of a domain")
        scale = self._scale(entry, exact)
        if abs(engine - exact) > noise:
            size = max(scale, 1.0) if self._eliminates else 0.0 if self._shaken(entry) is not None else scale
            if abs(engine - exact) <= ROUGH * size:
                return undecided(f"rounding may explain {engine:.17g} where SymPy has {float(exact):.17g}")
            return None
        if noise <= math.sqrt(self._epsilon) * scale:
            return agrees(_relative(engine, exact, scale))
        return undecided(f"cancellation: rounding alone may change {engine:.6g} by {float(noise):.1g}")

    def _noise(self, index: int) -> Any | None:
        """How far rounding may move an entry; None where it may move it out of its domain or over a kink."""
        floor = 0.0
        entry = self._derivation.entries[index]
        if self._derivation.reading.arithmetic.numerals is Numerals.FLOAT:
            floor = HELD_AT_FLOATS * max(self._beside(entry))
        shaken = self._shaken(entry)
        if shaken is not None:
            expression, margin = shaken, ELIMINATION_MARGIN if self._eliminates else MARGIN
            draws = [self._with_errors(generator) for generator in _generators()]
        else:
            expression, margin = entry.expression, INPUT_MARGIN
            draws = [self._with_moved_inputs(generator) for generator in _generators()]
        values: list[Any] = [evaluate_once(expression, draw, DIGITS) for draw in draws]
        if any(isinstance(value, Undefined) for value in values):
            return None
        exact: Any = self._exact[index]
        return max(margin * max(abs(value - exact) for value in values), floor)

    def _with_errors(self, generator: random.Random) -> Mapping[Any, Any]:
        size = self._epsilon
        return {**self._point, **{error: mpmath.mpf(generator.uniform(-size, size)) for error in self._errors}}

    def _with_moved_inputs(self, generator: random.Random) -> Mapping[Any, Any]:
        size = self._epsilon
        return {symbol: value * (1 + generator.uniform(-size, size)) for symbol, value in self._point.items()}

    def _shaken(self, entry: Entry) -> Any | None:
        """The entry's formula with a symbol for every rounding error, None where it is too large or many were made."""
        key = (entry.variables, entry.position)
        question = self._evaluation.question
        row = row_name(question, entry)
        if row not in self._shaken_rows:
            self._shaken_rows.add(row)
            if len(self._shaken_rows) <= SHAKEN_ROWS:
                try:
                    derivation = derive(question, self._single, shaken=True, rows=frozenset({row}))
                except NoSymbolicForm:
                    return None
                self._errors = derivation.errors
                self._shaken_expressions.update(
                    {(one.variables, one.position): one.expression for one in derivation.entries}
                )
        return self._shaken_expressions.get(key)

    @cached_property
    def _eliminates(self) -> bool:
        program = self._evaluation.question.program
        parts = (part for expression in expressions(program) for part in walk(expression))
        return any(isinstance(part, tree.Call) and part.function in ELIMINATING for part in parts)

    def _scale(self, entry: Entry, exact: Any) -> float:
        """The size that a derivative has here: of the entries beside it, and of value over variable."""
        outputs = np.abs(np.asarray(self._evaluation.value, np.float64))
        size = max([1.0, *(abs(float(value)) for value in self._derivation.values.values())])
        natural = float(np.max(outputs, initial=0.0)) / size ** len(entry.variables)
        return max([abs(float(exact)), *self._beside(entry), natural if math.isfinite(natural) else 0.0])

    def _beside(self, entry: Entry) -> list[float]:
        """The sizes of the entries of the same derivative; of a Hessian all, each by the sizes of its variables."""
        hessian = self._evaluation.question.request is Request.HESSIAN
        own = self._weight(entry)
        sizes = []
        for other, value in zip(self._derivation.entries, self._exact, strict=True):
            if isinstance(value, Undefined) or abs(value) >= self._largest:
                continue
            if other.variables == entry.variables:
                sizes.append(abs(float(value)))
            elif hessian:
                sizes.append(abs(float(value)) * self._weight(other) / own)
        return sizes

    def _weight(self, entry: Entry) -> float:
        """The product of the sizes of an entry's variables: derivatives times these are of one unit."""
        sizes = [float(np.max(np.abs(self._evaluation.question.point[name]), initial=0.0)) for name in entry.variables]
        return math.prod(size or 1.0 for size in sizes)

    # Reasons

    @cached_property
    def _undefined_value(self) -> str:
        """Why the value is no number, where the vocabulary's table says why; then its derivative means nothing."""
        return self._kinks if np.any(np.isnan(np.asarray(self._evaluation.value, np.float64))) else ""

    def _why_undefined(self, reason: str) -> str:
        return self._kinks or f"not defined here: {reason}"

    @cached_property
    def _kinks(self) -> str:
        try:
            return "; ".join(note.message for note in kink_notes(self._evaluation.question, self._values))
        except NoSymbolicForm:
            return ""

    @cached_property
    def _beyond_floats(self) -> str | None:
        """The first sub-expression whose numbers, or whose squares, the floats cannot hold."""
        largest, smallest = math.sqrt(self._largest), math.sqrt(self._smallest)
        precision = "float32" if self._single else "float64"
        for expression, entries in self._derivation.reading.expressions():
            for value in self._computed(entries):
                if value is not None and value != 0 and not smallest < abs(value) < largest:
                    size = "too large" if abs(value) >= largest else "too small"
                    return f"{to_text(expression)} is {size} for {precision}: {mpmath.nstr(value, 3)}"
        return None

    def _computed(self, entries: Any) -> Iterator[Any]:
        for entry in entries.ravel():
            if isinstance(entry, float):
                yield entry if math.isfinite(entry) else None
                continue
            value = evaluate_once(entry, self._point, DIGITS)
            yield None if isinstance(value, Undefined) else value

    def _witnessed(self, expression: tree.Expr) -> Array | None:
        """The second witness's own value of a sub-expression."""
        entries = self._derivation.reading.seen(expression)
        if entries is None:
            return None
        numbers = [math.nan if value is None else float(value) for value in self._computed(entries)]
        return np.array(numbers).reshape(entries.shape)


def _generators() -> Iterator[random.Random]:
    return (random.Random(SEED + draw) for draw in range(DRAWS))


def _relative(engine: float, exact: Any, scale: float = 0.0) -> float:
    if math.isinf(engine) or engine == exact:
        return 0.0
    size = max(abs(float(exact)), scale)
    return float(abs(engine - exact)) / size if size else 0.0
