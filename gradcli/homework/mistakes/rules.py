"""What the tables of mistakes are made of: mal-rules, which take the place of right ones, and misreadings.

A mal-rule (the word is Sleeman's, "Assessing aspects of competence in basic algebra", 1982) is a wrong rule that people
apply consistently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from gradcli.calculus.steps import Application, simplified
from gradcli.calculus.steps.trees import filled
from gradcli.language import Expr
from gradcli.language.sentences import Excerpt, Sentence, filled_in
from gradcli.language.tree import Name
from gradcli.language.values import frozen

LISTS: Final = (
    "response trees of the STACK Calculus Refresher; Siyepu, International Journal of STEM Education 2:16 (2015); "
    "the lists of common errors by Schilling and Schechter; calculusconcepts.com; APEX Calculus 2.4 and 2.5"
)
MATHMISTAKES: Final = "mathmistakes.info, common calculus mistakes"
TOH: Final = "Toh et al. (2021), on degrees and radians"
"""Where the typical mistakes were collected from."""

Wrong: TypeAlias = Callable[[Application, str], Expr | None]
"""What comes out of an application, by the variable of that name; None where the mistake cannot be made."""
Pieces: TypeAlias = Callable[[Application, str], Mapping[str, Expr]]


def parts_of(given: Application, variable: str) -> Mapping[str, Expr]:
    """The pieces that messages speak of: `f` and `g` with `df` and `dg`, or the inner function `u` with `du`; `x`."""
    found = {"whole": given.expression, "x": Name(variable)}
    for names, values in ((("f", "g"), given.parts), (("df", "dg"), given.derivatives)):
        found.update(zip(names, values, strict=False))
    for name, values in (("u", given.parts), ("du", given.derivatives)):
        if values:
            found[name] = values[0]
    return found


@frozen
class MalRule:
    """A mistake with the rules in whose place it stands, and what it makes of what they are applied to.

    `message` says what is wrong in the teacher's words; `{du}` and its like stand for pieces of the expression, which
    `pieces` gives.
    """

    mistake: str
    replaces: tuple[str, ...]
    apply: Wrong
    message: str
    source: str = LISTS
    pieces: Pieces = parts_of

    def said(self, given: Application, variable: str) -> Sentence:
        """The message about an application."""
        return _about(self.message, self.pieces(given, variable))


def formula(text: str, when: Callable[[Application], bool] = lambda given: True) -> Wrong:
    """A wrong result that is written as a formula of the pieces that `parts_of` gives."""
    return lambda given, variable: filled(text, parts_of(given, variable)) if when(given) else None


@frozen
class Misreading:
    """A part of the function taken for something else, which is then differentiated rightly.

    `rewrite` gives what a node is taken for, None where the mistake cannot be made; it is told which names are
    differentiated by. `{was}` and `{became}` in `message` are the two.
    """

    mistake: str
    rewrite: Callable[[Expr, frozenset[str]], Expr | None]
    message: str
    source: str = LISTS

    def said(self, was: Expr, became: Expr) -> Sentence:
        """The message about a node."""
        return _about(self.message, {"was": was, "became": became})


def _about(message: str, pieces: Mapping[str, Expr]) -> Sentence:
    """A message with its pieces, simplified."""
    simple = {name: Excerpt(simplified(piece)) for name, piece in pieces.items() if f"{{{name}}}" in message}
    return filled_in(message, simple)
