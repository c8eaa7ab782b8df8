"""The value and the derivatives of an answer in exact form: fractions, roots, logarithms, multiples of pi.

What is certified as a fraction is that fraction. Of anything else SymPy says what it is at the exact point, in the
shortest of a few forms; that is read again as any text of our language is, evaluated in ball arithmetic, and kept only
where the ball meets the certified one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Unknown, formula_at
from gradcli.calculus.rationals import fraction_text
from gradcli.calculus.results import Check, Exact, Place, Question, Variables, entry_label
from gradcli.language import Note
from gradcli.language.values import frozen

if TYPE_CHECKING:
    from gradcli.calculus.elementwise import Entries

MAX_LENGTH: Final = 80
"""Characters of an exact value that is still of use to a reader."""
MAX_ENTRIES: Final = 100
"""Entries of an answer that SymPy is asked for."""


@frozen
class Asked:
    """Certified entries of an answer, and the question whose value or derivatives they are.

    `variables` are those of the answer; where the question itself has none, its value is the derivative by them. The
    entries are divided by `scale`. `place` is where they are in the answer, of which they are one entry.
    """

    question: Question
    variables: Variables
    certified: Any
    scale: int = 1
    place: Place = ()


def asked_of(question: Question, check: Check) -> list[Asked]:
    """What there is to be said exactly of a checked answer."""
    found = [] if check.certified_value is None else [Asked(question, (), check.certified_value)]
    found += [Asked(question, variables, entries) for variables, entries in check.certified.items() if variables]
    return found


def asked_of_entries(parts: Entries, check: Check) -> list[Asked]:
    """What there is to be said exactly of the entries of an answer that were checked as the questions of their own that
    they are."""
    values, found = check.certified_value, []
    for place, value in np.ndenumerate(np.asarray(values, object)):
        if value is None:
            continue
        question = parts.question_at(place)
        found.append(Asked(question, (), value, place=place))
        found += [Asked(question, each, entries[place], place=place) for each, entries in check.certified.items()]
    return found


def exact(parts: Sequence[Asked], *, full: bool = False) -> Exact:
    """The exact forms of entries; long ones are left out unless `full`."""
    texts: dict[tuple[Variables, Place], str] = {}
    reasons: dict[tuple[Variables, Place], str] = {}
    room: dict[Variables, int] = {}
    for part in parts:
        left: dict[Place, Any] = {}
        for place, number in np.ndenumerate(np.asarray(part.certified, object)):
            fraction = rational(number)
            if fraction is not None:
                texts[part.variables, (*part.place, *place)] = fraction_text(int(fraction.p), int(fraction.q))
            elif not (number is None or isinstance(number, Unknown)):
                left[place] = number
        most = room.get(part.variables, MAX_ENTRIES)
        room[part.variables] = most - len(left)
        found, why = _by_sympy(part, left, most)
        texts.update({(part.variables, (*part.place, *place)): text for place, text in found.items()})
        reasons.update({(part.variables, (*part.place, *place)): reason for place, reason in why.items()})
    lengths = {at: len(text) for at, text in texts.items() if len(text) > MAX_LENGTH and not full}
    return Exact({at: text for at, text in texts.items() if at not in lengths}, lengths, reasons)


def notes(found: Exact, function: str) -> tuple[Note, ...]:
    """What is to be said of the entries that have no exact form, each reason once."""
    by_reason: dict[str, list[str]] = {}
    for (variables, place), reason in found.reasons.items():
        by_reason.setdefault(reason, []).append(entry_label(variables, place, function))
    return tuple(Note(f"{_have(labels)} no exact form here: {reason}") for reason, labels in by_reason.items())


def _have(labels: Sequence[str]) -> str:
    return f"{labels[0]} and {len(labels) - 1} more have" if labels[1:] else f"{labels[0]} has"


def rational(number: Any) -> fmpq | None:
    """The fraction that a certified entry is; None where it is known as a ball."""
    if isinstance(number, fmpq):
        return number
    if isinstance(number, int):
        return fmpq(number)
    return numbers.rational_of(number) if isinstance(number, arb) else None


def _by_sympy(part: Asked, entries: Mapping[Place, Any], most: int) -> tuple[dict[Place, str], dict[Place, str]]:
    """The texts of entries that are no fractions, `most` of them, and why there are none of others."""
    if not entries:
        return {}, {}
    from gradcli.calculus.symbolic.exact import ExactForms

    texts: dict[Place, str] = {}
    reasons: dict[Place, str] = {}
    forms = ExactForms(part.question, part.variables, part.scale)
    for count, (place, number) in enumerate(entries.items()):
        if count >= most:
            reasons[place] = f"more than {MAX_ENTRIES} entries are no fractions"
            continue
        found = forms.at(place)
        if found.text is None:
            reasons[place] = found.reason
        elif not is_number(found.text, number, part.question):
            reasons[place] = "SymPy's form is not found to be the certified number"
        else:
            texts[place] = found.text
    return texts, reasons


def is_number(text: str, number: Any, question: Question) -> bool:
    """Whether a text in our language is, as far as balls tell, the certified number."""
    asked = formula_at(text, question)
    if asked is None or asked[1].value.size != 1:
        return False
    found = asked[1].value.ravel()[0]
    return not isinstance(found, Unknown) and numbers.overlap(found, number)
