"""How formulas are written: as Python has them, as on paper, or in LaTeX. All of them read back to the same tree."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from gradcli.language import DiagnosticError, parse, to_text
from gradcli.language.sentences import Writer, split_at_marks
from gradcli.language.values import replace
from gradcli.operations import vocabulary
from gradcli.problem import Solution


class Spelling(Enum):
    """A way to write formulas, by the name that `--style` takes."""

    PYTHON = "python"
    """`2*x*sin(3*x)`: plain ASCII, every sign written."""
    PAPER = "paper"
    """`2x sin(3x)`, in Unicode."""
    LATEX = "latex"

    @property
    def write(self) -> Writer:
        """What writes an expression so."""
        if self is Spelling.PYTHON:
            return to_text
        if self is Spelling.PAPER:
            from gradcli.render.paper import to_paper

            return to_paper
        from gradcli.render.latex import to_latex

        return to_latex


def spelled(solution: Solution, spelling: Spelling) -> Solution:
    """The solution with its formulas written so; one that is too long or too deep for our language stays as it is."""
    formulas = solution.formulas
    if spelling is Spelling.PYTHON or not formulas.derivatives:
        return solution
    names = solution.wrt if solution.evaluation is None else tuple(solution.evaluation.question.point)
    texts = {variables: respelled(text, names, spelling) for variables, text in formulas.derivatives.items()}
    return replace(solution, formulas=replace(formulas, derivatives=texts))


def respelled(text: str, names: Sequence[str], spelling: Spelling) -> str:
    """A formula in plain ASCII, with `names` for variables, in another spelling."""
    try:
        return spelling.write(parse(text, vocabulary(), tuple(names)).program.result)
    except DiagnosticError:
        return text


def sentence_respelled(text: str, names: Sequence[str], spelling: Spelling) -> str:
    """A sentence with marks around its formulas, in another spelling and without the marks."""
    pieces = split_at_marks(text)
    return "".join(respelled(piece, names, spelling) if is_formula else piece for piece, is_formula in pieces)
