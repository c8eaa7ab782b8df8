"""How formulas are written: as Python has them, as on paper, or in LaTeX. All of them read back to the same tree."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from gradcli.calculus.results import Variables
from gradcli.language import Diagnostic, DiagnosticError, parse, to_text
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
    if spelling is Spelling.PYTHON:
        return solution
    if solution.exact is not None:
        exact = {at: respelled(text, (), spelling) for at, text in solution.exact.texts.items()}
        solution = replace(solution, exact=replace(solution.exact, texts=exact))
    if not formulas.derivatives:
        return solution
    names = solution.wrt if solution.evaluation is None else tuple(solution.evaluation.question.point)
    texts = {variables: respelled(text, names, spelling) for variables, text in formulas.derivatives.items()}
    return replace(solution, formulas=replace(formulas, derivatives=texts))


def latex_lines(solution: Solution) -> list[str]:
    """The derivatives' formulas in LaTeX, as a textbook sets them. Raises DiagnosticError where one is missing."""
    from gradcli.render.latex import to_textbook

    formulas = solution.formulas
    asked = formulas.lengths if solution.evaluation is None else solution.evaluation.derivatives
    missing = [variables for variables in asked if variables not in formulas.derivatives]
    if missing or not formulas.derivatives:
        raise DiagnosticError(_no_formula(solution, missing))
    names = tuple(solution.wrt if solution.evaluation is None else solution.evaluation.question.point)
    trees = [parse(text, vocabulary(), names).program.result for text in formulas.derivatives.values()]
    return [to_textbook(tree) for tree in trees]


def _no_formula(solution: Solution, missing: Sequence[Variables]) -> Diagnostic:
    """Why there is nothing to set in LaTeX."""
    formulas, span = solution.formulas, solution.program.result.span
    length = next((formulas.lengths[variables] for variables in missing if variables in formulas.lengths), None)
    if not solution.wrt:
        reason, help_text = "there is no variable", "name a variable, as in gradcli 'x^2' --latex"
    elif length is not None:
        reason, help_text = f"it has {length:,} characters", "--full prints it"
    else:
        reason, help_text = formulas.reason or "something switches at this point", None
    return Diagnostic(
        "E360", f"there is no formula of the derivative: {reason}", span, solution.problem.text, help_text
    )


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
