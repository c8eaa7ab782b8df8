"""Formulas in the form that the user asks for, made by a process that is stopped when it takes too long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gradcli.calculus.results import Formulas, Question, Shape, entry_label
from gradcli.language import Note

if TYPE_CHECKING:
    from gradcli.calculus.results import Variables
    from gradcli.calculus.symbolic.shapes import Shaped

SECONDS: Final = 5.0
"""How long SymPy may take for one form."""
MEGABYTES: Final = 1_000


class Reshaping:
    """Puts formulas into a form; those for which that takes more than `seconds` stay the shortest of a few forms."""

    def __init__(self, shape: Shape, seconds: float = SECONDS, megabytes: int = MEGABYTES, *, full: bool) -> None:
        self._shape, self._seconds, self._megabytes, self._full = shape, seconds, megabytes, full

    def __call__(self, question: Question, shortest: Formulas) -> Formulas:
        """The formulas in the form, with notes on what went wrong."""
        from gradcli.calculus.symbolic.limits import MAX_FORMULA_LENGTH

        name = self._shape.value
        try:
            made = self._made(question)
        except TimeoutError:
            return _noted(shortest, f"SymPy's {name} takes more than {self._seconds:g} s")
        except Exception:  # too large, or whatever SymPy raises at a formula: the shortest form is there
            return _noted(shortest, f"SymPy's {name} finds nothing")
        texts = {variables: each.text for variables, each in made.items()}
        lengths: dict[Variables, int] = {}
        if not self._full:
            lengths = {variables: len(text) for variables, text in texts.items() if len(text) > MAX_FORMULA_LENGTH}
        if self._shape is Shape.SIMPLIFY:  # its best may be longer than what is there
            known = shortest.derivatives
            made = {of: each for of, each in made.items() if of not in known or len(each.text) < len(known[of])}
        kept = {of: texts[of] for of in made if of not in lengths}
        left = {of: length for of, length in shortest.lengths.items() if of not in kept}
        derivatives = {of: text for of, text in shortest.derivatives.items() if of not in lengths}
        notes = tuple(_domain_notes(made, name))
        return Formulas({**derivatives, **kept}, {**left, **lengths}, shortest.reason, notes)

    def _made(self, question: Question) -> dict[Variables, Shaped]:
        from gradcli.calculus.symbolic.shapes import shaped
        from gradcli.streams.workers import Workers

        workers = Workers(1, self._seconds, self._megabytes, (shaped.__module__,))
        try:
            return workers.submit(shaped, question, self._shape).result()
        finally:
            workers.shutdown(wait=False, cancel_futures=True)


def _noted(shortest: Formulas, reason: str) -> Formulas:
    note = Note(f"{reason}: shown is the shortest of a few forms")
    return Formulas(shortest.derivatives, shortest.lengths, shortest.reason, (note,))


def _domain_notes(made: dict[Variables, Shaped], name: str) -> Iterator[Note]:
    for variables, each in made.items():
        if each.elsewhere:
            yield Note(
                f"the formula of {entry_label(variables)} by SymPy's {name} may have a value where the derivative has"
                " none, or the other way round"
            )
