"""Formulas of a report, typeset: MathML where a formula fits on a telephone, text that can be broken otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from gradcli.homework.key import Key
from gradcli.homework.question import Form
from gradcli.homework.solutions import solution
from gradcli.homework.submissions import printable
from gradcli.language import DiagnosticError, Expr, parse
from gradcli.language.sentences import split_at_marks
from gradcli.operations import vocabulary
from gradcli.render.mathml import parts
from gradcli.render.numbers import exact_array_text
from gradcli.render.paper import to_paper

WIDEST: Final = 34
"""How many characters wide a piece that cannot be broken may be, for a page 360 pixels wide."""
LONGEST: Final = 2_000
"""The characters of a formula that is typeset."""
READ: Final = 600
"""The characters of a right answer that is shown."""
REMEMBERED: Final = 5_000
_WORDS: Final[Mapping[Form, str]] = {
    Form.HESSIAN: "all second derivatives",
    Form.PARTIAL: "the mixed partial derivative",
    Form.IMPLICIT: "the implicit derivative",
    Form.GRADIENT: "the gradient",
    Form.JACOBIAN: "the Jacobian",
}


class Typesetter:
    """What a report shows of a key's questions and of answers to them; each formula is set once."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.texts = {each.name: each.text for each in key.plan.questions}
        self.function = lru_cache(None)(self._function)
        self.right = lru_cache(None)(self._right)
        self.reading = lru_cache(REMEMBERED)(self._reading)
        self.said = lru_cache(REMEMBERED)(self._said)

    def words(self, name: str) -> str:
        """What is asked about the function, in words: `the second derivative by x`."""
        question = self.key.questions[name]
        if question.form is Form.VALUE:
            return "the value" if question.at else "the expected answer"
        order = {1: "", 2: "second ", 3: "third "}.get(question.order, f"{question.order}th ")
        what = _WORDS.get(question.form, f"the {order}derivative")
        of = "" if question.curve is None else f" of {question.curve.of}"
        return f"{what}{of} by {', '.join(question.wrt)}"

    def link(self, name: str) -> str:
        """What stands between those words and the function, or the equation: `of`, `where`."""
        return "of" if self.key.questions[name].curve is None else "where"

    def at(self, name: str) -> str:
        """The point that is asked about: ` at x=2`, empty where there is none."""
        point = self.key.questions[name].at
        at = ", ".join(f"{each}={exact_array_text(value)}" for each, value in point.items())
        return f" at {at}" if at else ""

    def shown(self, name: str) -> Iterator[Markup]:
        """The formulas that stand beside every answer to a question."""
        yield self.function(name)
        right = self.right(name)
        if right is not None:
            yield right

    def _function(self, name: str) -> Markup:
        """The function in question; nothing where the expected answer is all that the key has."""
        question = self.key.questions[name]
        if question.form is Form.VALUE:
            return Markup()
        return typeset(question.expression) if question.curve is None else text_code(question.source)

    def _right(self, name: str) -> Markup | None:
        """The right answer, None where there is none to show, or one that nobody would read."""
        found = solution(self.key.questions[name])
        shown = None if found is None else typeset(found)
        return None if shown is None or len(shown.striptags()) > READ else shown

    def _said(self, name: str, text: str) -> Markup:
        """A sentence on an answer, with marks around its formulas; these are set."""
        found = Markup()
        for piece, is_formula in split_at_marks(text):
            formula = self.reading(name, piece) if is_formula else None
            found += printable(piece) if formula is None else formula
        return found

    def _reading(self, name: str, text: str) -> Markup | None:
        """A formula in our own language, about a question's variables; None where it is none."""
        if not text or len(text) > LONGEST:
            return None
        try:
            expression = parse(text, vocabulary(), self.key.questions[name].names).program.result
        except DiagnosticError:
            return None
        return typeset(expression)


def typeset(expression: Expr) -> Markup:
    """A formula, which may be broken between the terms of a sum."""
    found = parts(expression)
    if any(part.width > WIDEST for part in found):
        return text_code(to_paper(expression))
    return Markup('<span class="formula">{}</span>').format(Markup("<wbr>").join(Markup(part.markup) for part in found))


def text_code(text: str) -> Markup:
    """A text as it was typed."""
    return Markup("<code>{}</code>").format(printable(text))
