"""What a text may also mean: `sin x (1 + x)` the sine of a product, `1/2x` 1/(2x), `e^-2x` e^(-2x).

Where the language's own reading makes an answer wrong, and another makes it right, only its author knows what is meant.
The parser knows the places (`ambiguities`), and reads the text again as others would.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Final

from gradcli.language.conventions import KEYBOARD, Conventions
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.habits import RECIPROCAL, RUN_TOGETHER, Ambiguity, Choice, Habit
from gradcli.language.notes import written_out
from gradcli.language.parser import reread, segmentations
from gradcli.language.tree import Expr, Program
from gradcli.language.values import frozen, replace
from gradcli.language.vocabulary import Vocabulary

MOST_PLACES: Final = 4
"""Places of which all choices are tried; of more, each by itself, each habit throughout, and all."""
MOST_READINGS: Final = 64
"""Readings of one text that are tried beyond those."""


@frozen
class Reading:
    """What a text may also mean, with what it assigns written out, and the habits by which it does."""

    expression: Expr
    habits: frozenset[Habit]


def other_readings(
    text: str, vocabulary: Vocabulary, variables: Collection[str] = (), conventions: Conventions = KEYBOARD
) -> Iterator[Reading]:
    """What a text may also mean, the simplest first: every way to take it apart, and every habit.

    Raises DiagnosticError where it means nothing.
    """
    seen: list[Program] = []
    for tokens in segmentations(text, vocabulary, variables, conventions):
        read = partial(reread, text, vocabulary, variables, conventions, tokens)
        try:
            own, places = read()
        except DiagnosticError:  # it is taken apart so that it means nothing
            continue
        if seen and own not in seen:
            yield from _reading(own, frozenset({RUN_TOGETHER}))
        further = frozenset({RUN_TOGETHER} if seen else ())
        seen.append(own)
        tried: set[frozenset[Choice]] = {frozenset()}
        for chosen in _choices(places):
            for reading in _read(read, chosen, places, seen, tried):
                yield replace(reading, habits=reading.habits | further)


def by_habits(
    text: str, vocabulary: Vocabulary, variables: Collection[str] = (), conventions: Conventions = KEYBOARD
) -> Iterator[Reading]:
    """The readings of a question by someone who has one habit throughout, or all of them.

    That sin^-1 is the inverse function is for the question to say: who reads it as 1/sin makes a mistake.
    """
    readings = [
        each for each in other_readings(text, vocabulary, variables, conventions) if RECIPROCAL not in each.habits
    ]
    seen: list[frozenset[Habit]] = []
    for reading in reversed(readings):  # of the same habits, that at the most places
        if reading.habits not in seen:
            seen.append(reading.habits)
            yield reading


def _read(
    read: Callable[..., tuple[Program, list[Ambiguity]]],
    chosen: frozenset[Choice],
    known: Collection[Ambiguity],
    seen: list[Program],
    tried: set[frozenset[Choice]],
) -> Iterator[Reading]:
    """The reading by these choices, if it is a new one, and those at places that only come up in it."""
    if chosen in tried:
        return
    tried.add(chosen)
    try:
        program, places = read(chosen=chosen)
    except DiagnosticError:  # it means something in the first reading only
        return
    if program not in seen:
        seen.append(program)
        yield from _reading(program, frozenset(habit for _, habit in chosen))
    before = {each.choice for each in known}
    for place in places:
        if place.choice not in before and len(tried) < MOST_READINGS:
            yield from _read(read, chosen | {place.choice}, [*known, *places], seen, tried)


def _reading(program: Program, habits: frozenset[Habit]) -> Iterator[Reading]:
    expression = written_out(program)
    if expression is not None:
        yield Reading(expression, habits)


def _choices(places: Sequence[Ambiguity]) -> Iterator[frozenset[Choice]]:
    chosen = list(dict.fromkeys(each.choice for each in places))
    if len(chosen) <= MOST_PLACES:
        for count in range(1, len(chosen) + 1):
            yield from map(frozenset, combinations(chosen, count))
        return
    yield from (frozenset({each}) for each in chosen[:MOST_READINGS])
    for habit in dict.fromkeys(habit for _, habit in chosen):
        yield frozenset(each for each in chosen if each[1] == habit)
    yield frozenset(chosen)
