"""Which of the two ways to write formulas a text is written in."""

from __future__ import annotations

import re
from typing import Final

_LATEX: Final = re.compile(r"\\(?:[A-Za-z(\[,;!:{|%]|\\)|\$.*\$|_\{|\{,\}", re.DOTALL)


def is_latex(text: str) -> bool:
    """Whether a text is written in LaTeX: it has commands, a pair of dollar signs, indices in braces, or a decimal
    comma in braces; and MathML, which is read as LaTeX.

    Braces alone are brackets in either dialect, and show nothing.
    """
    if "<math" in text and "</math" in text:
        return True
    return ("\\" in text or "$" in text or "{" in text) and _LATEX.search(text) is not None
