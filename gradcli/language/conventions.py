"""Who writes a text, and what may be taken for granted of it: a person at a keyboard who can be asked, or a student."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language.values import frozen

_LATEX: Final = re.compile(r"\\(?:[A-Za-z(\[,;!:{|%]|\\)|\$.*\$|_\{|\{,\}", re.DOTALL)


@frozen
class Conventions:
    """How a text is read where that depends on where it comes from.

    `names` are all names that the text can have, as those of a question are for an answer; None where they are unknown.
    Where they are known, letters that run together are split into them (`2xsinx`), since nobody can ask the author.
    `decimal_comma` reads `0,5` as 0.5.
    `answer` allows what is written in answers alone: `x:2` for x/2, names of functions in other languages, `y' = …`.
    `latex` says whether the text is LaTeX; None that the text itself shows it.
    `equation` reads a last statement `NAME = …`, whose name nothing above assigns, as an equation and no assignment:
    it is asked how one variable depends on another (`--of`).
    """

    names: frozenset[str] | None = None
    decimal_comma: bool = False
    answer: bool = False
    latex: bool | None = None
    equation: bool = False


KEYBOARD: Final = Conventions()
"""Of texts whose author is there to be asked."""


def is_latex(text: str) -> bool:
    """Whether a text is written in LaTeX, or in MathML, which is read as LaTeX.

    LaTeX has commands, a pair of dollar signs, indices in braces, or a decimal comma in braces.
    Braces alone are brackets in either way to write, and show nothing.
    """
    if ("\\" in text or "$" in text or "{" in text) and _LATEX.search(text) is not None:
        return True
    return "<math" in text and "</math" in text
