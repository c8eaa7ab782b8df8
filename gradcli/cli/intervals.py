"""What the operands of a picture are: expressions, values, and ranges."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language import DiagnosticError, parse_binding
from gradcli.language.codes import NOT_CONSTANT
from gradcli.operations import vocabulary

_BINDING: Final = re.compile(r"\s*[^\W\d]\w*\s*=(?!=)")
_BETWEEN: Final = re.compile(r":|\.\.")


def sorted_operands(operands: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """The expressions, the values and the ranges among operands, of which the first is an expression."""
    texts, values, ranges = list(operands[:1]), [], []
    for operand in operands[1:]:
        if not _BINDING.match(operand) or _is_equation(operand):
            texts.append(operand)
        elif _BETWEEN.search(operand):
            ranges.append(operand)
        else:
            values.append(operand)
    return texts, values, ranges


def _is_equation(operand: str) -> bool:
    """Whether what looks like a value depends on a variable, as `y = x^2` does."""
    if ";" in operand or "\n" in operand:
        return True
    if _BETWEEN.search(operand):
        return False
    try:
        parse_binding(operand, vocabulary())
    except DiagnosticError as error:
        return error.diagnostic.code == NOT_CONSTANT
    return False
