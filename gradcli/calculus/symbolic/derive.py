"""Derivatives of a program, entry by entry, as SymPy expressions."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import sympy

from gradcli.calculus.results import Array, Question, Request, Variables
from gradcli.calculus.symbolic.elements import Arithmetic, Element, Numerals, as_expression, exact_float
from gradcli.calculus.symbolic.limits import (
    MAX_DIFFERENTIATIONS,
    MAX_ENTRIES,
    MAX_EXACT_ELEMENTS,
    MAX_SYMBOLS,
    MAX_WORK,
    SAMPLED_OUTPUTS,
    SAMPLED_SYMBOLS,
    NoSymbolicForm,
    tree_size,
)
from gradcli.calculus.symbolic.reading import Entries, Reading
from gradcli.language.values import frozen

Position: TypeAlias = tuple[int, ...]
SEED = 0
"""Of the sample, so that the same question is always checked at the same entries."""


@frozen
class Entry:
    """One entry of one derivative array, as an expression."""

    variables: Variables
    position: Position
    expression: Any


@frozen
class Derivation:
    """The entries of the derivatives that were made.

    `of` is how many there are in all; `values` maps the symbols to their numbers; `errors` are the symbols of
    rounding errors (for a shaken reading); `reading` remembers every sub-expression.
    """

    entries: tuple[Entry, ...]
    of: int
    values: Mapping[Any, float]
    reading: Reading
    errors: tuple[Any, ...] = ()


@dataclass(slots=True)
class _Symbols:
    """Which entries of which variables are symbols."""

    of_variable: dict[str, dict[Position, Any]] = field(default_factory=dict)
    values: dict[Any, float] = field(default_factory=dict)


def derive(
    question: Question, single: bool = False, shaken: bool = False, rows: frozenset[str] | None = None
) -> Derivation:
    """What `question` asks for, by SymPy.

    `single` rounds the program's numbers to float32 as the engine does. `shaken` gives every operation a symbol for its
    rounding error. `rows` picks the entries by the names of the symbols that are differentiated by first. Raises
    NoSymbolicForm where there is no form, or none of a size worth having.
    """
    size = sum(np.asarray(question.point[name]).size for name in question.point)
    numerals = Numerals.FLOAT if size > MAX_EXACT_ELEMENTS else Numerals.BINARY
    arithmetic = Arithmetic(numerals, shaken=shaken, single=single)
    chooser = random.Random(SEED)
    symbols = _choose(question, chooser)
    try:
        environment = {name: _environment_entry(name, question, symbols, arithmetic) for name in question.point}
        reading = Reading(arithmetic, environment)
        output = reading.program(question.program)
        of, entries = _entries(question, output, symbols, chooser, rows)
        return Derivation(tuple(entries), of, symbols.values, reading, tuple(arithmetic.errors))
    except NoSymbolicForm:
        raise
    except RecursionError as error:
        raise NoSymbolicForm("the formula is too deep for SymPy") from error
    except Exception as error:  # whatever SymPy may throw at a formula it does not like
        raise NoSymbolicForm(f"SymPy failed: {type(error).__name__}") from error


def _choose(question: Question, chooser: random.Random) -> _Symbols:
    """Symbols for all entries of the variables where they are few, for a sample of each where they are many."""
    symbols = _Symbols()
    sizes = {name: np.asarray(question.point[name]).size for name in question.wrt}
    total = sum(sizes.values())
    few = total <= (math.isqrt(MAX_ENTRIES) if question.request is Request.HESSIAN else MAX_SYMBOLS)
    for name, size in sizes.items():
        values = np.asarray(question.point[name])
        chosen = range(size) if few else sorted(chooser.sample(range(size), min(size, SAMPLED_SYMBOLS)))
        symbols.of_variable[name] = {}
        for flat in chosen:
            position = tuple(int(at) for at in np.unravel_index(flat, values.shape))
            symbol = sympy.Symbol(name if values.ndim == 0 else f"{name}{list(position)}", real=True)
            symbols.of_variable[name][position] = symbol
            symbols.values[symbol] = float(values[position])
    return symbols


def _environment_entry(name: str, question: Question, symbols: _Symbols, arithmetic: Arithmetic) -> Entries:
    values = np.asarray(question.point[name])
    flat = np.empty(values.size, object)
    if arithmetic.numerals is Numerals.FLOAT:
        flat[:] = values.astype(np.float64).ravel().tolist()
    else:
        flat[:] = [exact_float(float(value)) for value in values.ravel()]
    entries: Entries = flat.reshape(values.shape)
    for position, symbol in symbols.of_variable.get(name, {}).items():
        entries[position] = symbol
    return entries


def _entries(
    question: Question, output: Entries, symbols: _Symbols, chooser: random.Random, rows: frozenset[str] | None
) -> tuple[int, Iterator[Entry] | list[Entry]]:
    sizes = {name: np.asarray(question.point[name]).size for name in question.wrt}
    if question.request is Request.JACOBIAN:
        return output.size * sum(sizes.values()), _jacobian(question, output, symbols, chooser)
    target = _weighted(output, question.cotangent) if question.request is Request.VJP else _scalar(output)
    if question.request is Request.HESSIAN:
        return sum(sizes.values()) ** 2, _hessian(question, target, symbols, rows)
    return sum(sizes.values()), _gradient(question, target, symbols, rows)


def _scalar(output: Entries) -> Any:
    if output.size != 1:
        raise NoSymbolicForm("the output is not a scalar")
    return as_expression(output.ravel()[0])


def _weighted(output: Entries, cotangent: Array | None) -> Any:
    weights = np.ones(output.shape) if cotangent is None else np.broadcast_to(np.asarray(cotangent), output.shape)
    pairs = zip(weights.ravel(), output.ravel(), strict=True)
    terms = [sympy.Mul(exact_float(float(weight)), entry) for weight, entry in pairs if not isinstance(entry, float)]
    return sympy.Add(*terms)


def _gradient(question: Question, target: Any, symbols: _Symbols, rows: frozenset[str] | None) -> list[Entry]:
    entries = []
    chosen = [symbol for name in question.wrt for symbol in symbols.of_variable[name].values()]
    affordable = set(_affordable(chosen, [target] * len(chosen)) if rows is None else _named(chosen, rows))
    derivatives = gradient(target, [symbol for symbol in chosen if symbol in affordable])
    for name in question.wrt:
        for position, symbol in symbols.of_variable[name].items():
            if symbol not in affordable:
                continue
            expression = derivatives[symbol]
            for _ in range(question.order - 1):
                expression = gradient(expression, [symbol])[symbol]
            entries.append(Entry((name,) * question.order, position, expression))
    return entries


def _hessian(question: Question, target: Any, symbols: _Symbols, rows: frozenset[str] | None) -> list[Entry]:
    chosen = [(name, at, symbol) for name in question.wrt for at, symbol in symbols.of_variable[name].items()]
    only = [symbol for _, _, symbol in chosen]
    first = gradient(target, only if rows is None else _named(only, rows))
    if rows is None:
        kept = _affordable(only, [sympy.Tuple(*[first[symbol]] * len(only)) for symbol in only])
    else:
        kept = list(first)
    second = {symbol: gradient(first[symbol], only) for symbol in kept}
    return [
        Entry((row, column), (*row_at, *column_at), second[row_symbol][column_symbol])
        for (row, row_at, row_symbol), (column, column_at, column_symbol) in product(chosen, chosen)
        if row_symbol in second
    ]


def row_name(question: Question, entry: Entry) -> str:
    """The name of the symbol that an entry is differentiated by first; empty for a Jacobian, which is made whole."""
    if question.request is Request.JACOBIAN:
        return ""
    name = entry.variables[0]
    rank = np.asarray(question.point[name]).ndim
    return f"{name}{list(entry.position[:rank])}" if rank else name


def _named(symbols: Sequence[Any], names: frozenset[str]) -> list[Any]:
    return [symbol for symbol in symbols if symbol.name in names]


def _affordable(symbols: Sequence[Any], formulas: Sequence[Any]) -> list[Any]:
    """The symbols, or as many of them, at random, as leave the formulas to differentiate by them within MAX_WORK;
    one at least."""
    work = MAX_WORK
    kept: list[int] = []
    for index in random.Random(SEED).sample(range(len(symbols)), len(symbols)):
        work -= tree_size(formulas[index])
        if work < 0 and kept:
            break
        kept.append(index)
    return [symbols[index] for index in sorted(kept)]


def _jacobian(question: Question, output: Entries, symbols: _Symbols, chooser: random.Random) -> Iterator[Entry]:
    places: list[Any] = list(np.ndindex(output.shape))
    chosen = [symbol for name in question.wrt for symbol in symbols.of_variable[name].values()]
    if len(places) * len(chosen) > MAX_ENTRIES:
        places = sorted(chooser.sample(places, min(len(places), SAMPLED_OUTPUTS)))
    for place in places:
        derivatives = gradient(as_expression(output[place]), chosen)
        for name in question.wrt:
            for position, symbol in symbols.of_variable[name].items():
                yield Entry((name,), (*place, *position), derivatives[symbol])


def gradient(expression: Element, symbols: Sequence[Any]) -> dict[Any, Any]:
    """The derivative by each symbol; a term is differentiated only by the symbols that it holds."""
    wanted = set(symbols)
    parts: dict[Any, list[Any]] = {symbol: [] for symbol in symbols}
    remaining = MAX_DIFFERENTIATIONS
    for term in sympy.Add.make_args(as_expression(expression)):
        coefficient, rest = term.as_coeff_Mul()
        for symbol in rest.free_symbols & wanted:
            remaining -= 1
            if remaining < 0:
                raise NoSymbolicForm("the formula is too large for SymPy")
            parts[symbol].append(sympy.Mul(coefficient, rest.diff(symbol)))
    return {symbol: sympy.Add(*terms) for symbol, terms in parts.items()}
