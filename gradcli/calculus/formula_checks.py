"""The formulas that may be shown beside certified numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Unknown, formula_at
from gradcli.calculus.notes import kink_notes
from gradcli.calculus.results import Check, Formulas, Place, Question, Request, Verdict, entry_label
from gradcli.language.values import replace


def with_formulas(found: Check, formulas: Formulas, question: Question) -> tuple[Check, Formulas]:
    """The check, which differs where SymPy's formula of the whole gives another number than the operations' formulas
    joined, and the formulas: without those that do not hold at this point, where something switches."""
    if question.request is not Request.DIAGONAL:
        return _compared(found, formulas, question)
    places = _checked_places(found)  # of a long list these are few
    few = _at_places(question, places, np.shape(found.certified_value))
    if few is None:
        return _compared(found, formulas, question)
    rank: dict[Place, Place] = {place: (count,) for count, place in enumerate(places)}
    where = _indices(places)
    certified = {variables: exact[where] for variables, exact in found.certified.items()}
    singular = frozenset((variables, rank[place]) for variables, place in found.singular)
    checked, kept = _compared(replace(found, certified=certified, singular=singular), formulas, few)
    return replace(found, verdict=checked.verdict, reason=checked.reason), kept


def _checked_places(found: Check) -> list[Place]:
    exact = np.asarray(found.certified_value, object)
    known = np.frompyfunc(lambda each: each is not None, 1, 1)(exact).astype(bool)
    return [tuple(int(each) for each in place) for place in np.argwhere(known)]


def _at_places(question: Question, places: Sequence[Place], shape: Place) -> Question | None:
    """The question with, of each tensor, the entries at these places in a list; None where it has others, or some that
    are given as expressions."""
    tensors = [name for name, value in question.point.items() if np.ndim(value)]
    if not places or any(question.point[name].shape != shape or name in question.exact for name in tensors):
        return None
    where = _indices(places)
    return replace(question, point={**question.point, **{name: question.point[name][where] for name in tensors}})


def _indices(places: Sequence[Place]) -> tuple[NDArray[np.intp], ...]:
    return tuple(np.array(places).T)


def _compared(found: Check, formulas: Formulas, question: Question) -> tuple[Check, Formulas]:
    """The same, at each entry of what was certified."""
    kept = dict(formulas.derivatives)
    for variables, text in formulas.derivatives.items() if found.certified else ():
        asked = formula_at(text, question)
        if asked is None:
            continue
        formula, certified = asked
        exact = found.certified[variables]
        if certified.value.shape not in ((), exact.shape):  # the derivative could not be read here
            continue
        value = np.broadcast_to(certified.value, exact.shape)
        for place in np.ndindex(exact.shape):
            shown, number = exact[place], value[place]
            if shown is None or isinstance(shown, Unknown) or isinstance(number, Unknown):
                continue
            if numbers.overlap(number, shown):
                continue
            if (variables, place) in found.singular or kink_notes(formula, certified.value_of):
                kept.pop(variables, None)
                continue
            label = entry_label(variables, (), question.label)
            reason = (
                f"{label} is {numbers.to_text(shown, 17)} by the operations' derivatives, and"
                f" {numbers.to_text(number, 17)} by the formula of the whole"
            )
            return replace(found, verdict=Verdict.DIFFERS, reason=reason), formulas
    return found, formulas if len(kept) == len(formulas.derivatives) else replace(formulas, derivatives=kept)
