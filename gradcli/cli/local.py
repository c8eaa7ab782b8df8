"""`--taylor` and `--tangent`: what a function looks like at a point, in the place of its numbers."""

from __future__ import annotations

from gradcli.calculus.results import Verdict
from gradcli.cli import terminal
from gradcli.cli.calculation import Way
from gradcli.cli.limits import limited
from gradcli.cli.options import Shown
from gradcli.local import Tangent, Taylor, tangent, taylor
from gradcli.problem import Problem
from gradcli.render import local
from gradcli.render.diagnostics import note_text
from gradcli.render.objects import to_json
from gradcli.render.spelling import Spelling
from gradcli.render.text import layout


def show(problem: Problem, what: Shown, way: Way, *, as_json: bool, quiet: bool) -> int:
    """Write the Taylor polynomial or the tangent; the exit status. Raises DiagnosticError."""
    found: Taylor | Tangent
    with limited(way.limits, problem.text, as_json=as_json):
        found = taylor(problem, what.taylor) if what.taylor is not None else tangent(problem)
    _write(found, problem.digits, Spelling(way.style.style), exact=what.exact, as_json=as_json, quiet=quiet)
    verdict = None if found.checked.check is None else found.checked.check.verdict
    return int(verdict is Verdict.DIFFERS or (way.strict and verdict is Verdict.UNDECIDED))


def _write(
    found: Taylor | Tangent, digits: int | None, spelling: Spelling, *, exact: bool, as_json: bool, quiet: bool
) -> None:
    if as_json:
        if isinstance(found, Taylor):
            made = local.taylor_object(found, spelling, digits, exact=exact)
        else:
            made = local.tangent_object(found, spelling, digits, exact=exact)
        terminal.write(to_json(made) + "\n")
        return
    if quiet:
        if isinstance(found, Taylor):
            text = spelling.write(local.polynomial(found, digits, exact=exact))
        else:
            text = spelling.write(local.tangent_equation(found, digits, exact=exact))
        terminal.write(text + "\n")
        return
    for note in found.notes:
        terminal.message(note_text(note))
    if isinstance(found, Taylor):
        rows = local.taylor_rows(found, spelling, digits, exact=exact)
    else:
        rows = local.tangent_rows(found, spelling, digits, exact=exact)
    lines = zip(layout(rows), rows, strict=True)
    terminal.write("".join(terminal.painted(line, row.style) + "\n" for line, row in lines))
