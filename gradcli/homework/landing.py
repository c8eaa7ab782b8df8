"""A question's point on the curve of its equation: moved there where its values are rounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from gradcli.calculus.balls.curve import OffCurve, on_curve, tangent_fault
from gradcli.calculus.results import Array, Question
from gradcli.homework.aims import Curve
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Span
from gradcli.language.tree import NOWHERE, Program
from gradcli.language.values import frozen

DIGITS: Final = 17
"""Significant digits to which a coordinate is moved."""


@frozen
class Landed:
    """A point on the curve: the values, those of them that are exact, and a note where one was moved."""

    values: Mapping[str, Array]
    exact: Mapping[str, Expr]
    notes: tuple[Note, ...] = ()


def landed(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr], source: str) -> Landed:
    """The point on a curve that values mean: as they are, or with one moved by at most half a unit of its last written
    digit. Raises DiagnosticError where the point is farther off."""
    for name, value in values.items():
        if np.ndim(value):
            raise _fault(
                f"an implicit derivative is at a point of numbers, and {name} has shape {np.shape(value)}", source
            )
    try:
        moved = on_curve(_question(curve, values, exact), (curve.of, curve.by), DIGITS)
    except OffCurve as off:
        raise _fault(off.message, source) from None
    if moved.name is None:
        return Landed(values, exact)
    message = f"the point was moved onto the curve: {moved.name} = {moved.after} for {moved.before}"
    return Landed(moved.question.point, moved.question.exact, (Note(message),))


def fault_of_tangent(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> str | None:
    """Why the curve has no slope at a point; None where it has one, or that is not known."""
    return tangent_fault(_question(curve, values, exact), curve.by, curve.of)


def _question(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> Question:
    point = {name: np.asarray(value, np.float64) for name, value in values.items()}
    return Question(Program((), curve.zero, (), NOWHERE), point, (), exact=exact)


def _fault(message: str, source: str) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic("H109", message, Span(0, len(source)), source, "give values that satisfy the equation")
    )


__all__ = ["Landed", "fault_of_tangent", "landed"]
