"""The right answer to a question, to be shown: a formula, or what it is worth where a point is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.calculus.balls.certify import Unknown
from gradcli.homework.contrast import shown
from gradcli.homework.numeric import PointReference
from gradcli.homework.question import Question
from gradcli.homework.reference import Reference
from gradcli.language import DiagnosticError, Expr
from gradcli.language.tree import Number, TensorLiteral

DIGITS: Final = 7
"""Significant digits of a number; a question that asks for more is told more."""
MOST_ENTRIES: Final = 36
"""The entries of a tensor that are shown."""


def solution(question: Question) -> Expr | None:
    """The right answer; None where there is no formula for it, or it is too large to be shown."""
    try:
        if question.at:
            return _numbers(PointReference(question), max(DIGITS, (question.tolerance.digits or 0) + 2))
        reference = Reference(question)
    except DiagnosticError:
        return None
    trees = [tree for tree in reference.trees if tree is not None]
    if len(trees) < len(reference.trees) or len(trees) > MOST_ENTRIES:
        return None
    return _nested(trees, reference.shape)


def _numbers(reference: PointReference, digits: int) -> Expr | None:
    if reference.certified.size > MOST_ENTRIES:
        return None
    entries = []
    for found in reference.certified.ravel():
        if found is None or isinstance(found, Unknown):
            return None
        value: Any = shown(found)
        if isinstance(value, str):
            return None
        entries.append(Number(_decimal(value, digits), value))
    return _nested(entries, reference.shape)


def _decimal(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{float(text)!r}"


def _nested(entries: Sequence[Expr], shape: tuple[int, ...]) -> Expr:
    """Entries as lists of lists, in the shape of the answer."""
    if not shape:
        return entries[0]
    size = int(np.prod(shape[1:], dtype=int))
    rows = [entries[start : start + size] for start in range(0, len(entries), size)]
    return TensorLiteral(tuple(_nested(row, shape[1:]) for row in rows))
