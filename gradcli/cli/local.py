"""`--taylor` and `--tangent`: what a function looks like at a point, in the place of its numbers."""

from __future__ import annotations

from gradcli.calculus.results import Verdict
from gradcli.cli import terminal
from gradcli.cli.calculation import CalculationOptions
from gradcli.cli.limits import limited
from gradcli.cli.options import Shown
from gradcli.local import Tangent, Taylor, tangent, taylor
from gradcli.problem import Problem
from gradcli.render.local import Presentation
from gradcli.render.spelling import Spelling


def show(problem: Problem, what: Shown, way: CalculationOptions, *, as_json: bool, quiet: bool) -> int:
    """Write the Taylor polynomial or the tangent; the exit status. Raises DiagnosticError."""
    found: Taylor | Tangent
    with limited(way.limits, problem.text, as_json=as_json):
        found = taylor(problem, what.taylor) if what.taylor is not None else tangent(problem)
    written = Presentation(found, Spelling(way.style.style), problem.digits, what.exact)
    if as_json:
        terminal.write_object(written.object)
    elif quiet:
        terminal.write(written.text + "\n")
    else:
        terminal.say(found.notes)
        terminal.write_rows(written.rows)
    verdict = None if found.checked.check is None else found.checked.check.verdict
    return int(verdict is Verdict.DIFFERS or (way.strict and verdict is Verdict.UNDECIDED))
