"""The check of what goes entry by entry: each entry is checked as the number that it is, all where they are few."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.calculus.elementwise import Entries, parts_of
from gradcli.calculus.evaluate import value_at
from gradcli.calculus.results import Check, Evaluation, Method, Numbers, Place, Values, Variables, worst_of
from gradcli.language.values import replace

if TYPE_CHECKING:
    from gradcli.calculus.numeric import EvaluateValue

MAX_CHECKED: Final = 128
"""Entries of an output that are all checked; of more, a sample."""
SAMPLED: Final = 16
SEED: Final = 0
"""Of the sample, so that the same question is always checked at the same entries."""
_SAMPLED: Final = {Method.EXACT: Method.EXACT_SAMPLED}


CheckNumber: TypeAlias = Callable[[Evaluation, "EvaluateValue"], Check]
"""The check of a question about numbers, by the value at other points."""


def check_entries(evaluation: Evaluation, values: Values, check_number: CheckNumber) -> Check:
    """The check of the diagonal of a Jacobian, entry by entry; `values` as in `check`."""
    parts = parts_of(evaluation.question, values)
    assert parts is not None
    places = _chosen(evaluation.value.shape)
    return _joined(evaluation, [(place, check_number(*_entry(evaluation, parts, place))) for place in places])


def _chosen(shape: Place) -> list[Place]:
    every = list(np.ndindex(shape))
    return every if len(every) <= MAX_CHECKED else sorted(random.Random(SEED).sample(every, SAMPLED))


def _entry(evaluation: Evaluation, parts: Entries, place: Place) -> tuple[Evaluation, EvaluateValue]:
    """What was found at an entry, and its value at other points."""
    question = parts.question_at(place)
    derivatives = {variables: np.asarray(array[place]) for variables, array in evaluation.derivatives.items()}
    entry = replace(evaluation, question=question, value=np.asarray(evaluation.value[place]), derivatives=derivatives)
    return entry, lambda point: value_at(question, point)


def _joined(evaluation: Evaluation, checks: Sequence[tuple[Place, Check]]) -> Check:
    """The checks of the entries as one: the worst of their verdicts, and all their numbers."""
    worst = worst_of([each for _, each in checks])
    concerned = sum(each.verdict is worst.verdict for _, each in checks)
    where = "" if concerned == evaluation.value.size else f" ({concerned} of {len(checks)} entries)"
    sampled = len(checks) < evaluation.value.size
    return replace(
        worst,
        method=_SAMPLED.get(worst.method, worst.method) if sampled and worst.method is not None else worst.method,
        reason=None if worst.reason is None else f"{worst.reason}{where}",
        entries=sum(each.entries for _, each in checks),
        of=evaluation.value.size * len(evaluation.derivatives),
        max_error=max([each.max_error for _, each in checks if each.max_error is not None], default=None),
        numbers=_numbers(evaluation, checks),
        certified=_certified(evaluation, checks),
        certified_value=_entries(evaluation, [(place, each.certified_value) for place, each in checks]),
        singular=frozenset((variables, at) for at, each in checks for variables, _ in each.singular),
    )


def _numbers(evaluation: Evaluation, checks: Sequence[tuple[Place, Check]]) -> Numbers | None:
    """The numbers to show: the engine's, where none is certified."""
    if all(each.numbers is None for _, each in checks):
        return None
    value = np.array(evaluation.value, copy=True)
    derivatives = {variables: np.array(array, copy=True) for variables, array in evaluation.derivatives.items()}
    texts: dict[tuple[Variables, Place], str] = {}
    for place, each in checks:
        if each.numbers is None:
            continue
        value[place] = each.numbers.value
        for variables, number in each.numbers.derivatives.items():
            derivatives[variables][place] = number
        texts.update({(variables, place): text for (variables, _), text in each.numbers.texts.items()})
    return Numbers(value, derivatives, texts)


def _certified(evaluation: Evaluation, checks: Sequence[tuple[Place, Check]]) -> dict[Variables, object]:
    """The derivatives as exact numbers in arrays; None where an entry was not checked."""
    return {
        variables: _entries(evaluation, [(place, each.certified.get(variables)) for place, each in checks])
        for variables in evaluation.derivatives
    }


def _entries(evaluation: Evaluation, known: Sequence[tuple[Place, Any]]) -> Any:
    """The exact numbers of entries in an array of the output's shape."""
    found = np.full(evaluation.value.shape, None, object)
    for place, number in known:
        if number is not None:
            found[place] = number[()]
    return found
