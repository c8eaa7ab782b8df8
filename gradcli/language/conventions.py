"""Who writes a text, and what may be taken for granted of it: a person at a keyboard who can be asked, or a student."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language.values import frozen

_LATEX: Final = re.compile(r"\\(?:[A-Za-z(\[,;!:{|%]|\\)|\$.*\$|_\{|\{,\}", re.DOTALL)


@frozen
class Conventions:
    """How a text is read where that depends on where it comes from.

    `names` are all names that the text can have, where these are known and its author cannot be asked, as those of a
    question are for an answer: letters run together are split into them (`2xsinx`). `decimal_comma` reads `0,5` as 0.5.
    `answer` allows what is written in answers alone: `x:2` for x/2, names of functions in other languages, `y' = …`.
    `latex` says that a text is LaTeX, or that it is not; None that the text itself shows it.
    `equation` reads `NAME = …`, where that is the last statement and nothing above assigns the name, as an equation and
    no assignment: where it is asked how one variable depends on another (`--of`).
    """

    names: frozenset[str] | None = None
    decimal_comma: bool = False
    answer: bool = False
    latex: bool | None = None
    equation: bool = False


KEYBOARD: Final = Conventions()
"""Of texts whose author is there to be asked."""


def is_latex(text: str) -> bool:
    """Whether a text is written in LaTeX: it has commands, a pair of dollar signs, indices in braces, or a decimal
    comma in braces; and MathML, which is read as LaTeX.

    Braces alone are brackets in either dialect, and show nothing.
    """
    if ("\\" in text or "$" in text or "{" in text) and _LATEX.search(text) is not None:
        return True
    return "<math" in text and "</math" in text
