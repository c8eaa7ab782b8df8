"""Derivatives and functions of one's own, as a text writes them: `d/dx e`, `diff(e, x)`, `f'(3)`, `f(x) = …`."""

from __future__ import annotations

from typing import NoReturn

from gradcli.language import characters, codes
from gradcli.language.calls import CallParser
from gradcli.language.characters import DERIVATIVE_HELP
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.tree import Expr, Span


class OperatorParser(CallParser):
    """The part of the parser that reads operators of differentiation."""

    __slots__ = ()

    def derivative_at(self, position: int) -> Expr | None:
        """The derivative whose operator (`d/dx`, `dy/dx`) begins with the name at the place; None where it is none."""
        above, below = self.texts[position], self.texts[position + 2 : position + 3]
        if self.texts[position + 1] != "/" or not below or below[0][:1] != "d" or len(below[0]) < 2:
            return None
        if len(above) <= 2 and len(below[0]) == 2 and above not in self.known and below[0] not in self.known:
            span = Span(self.starts[position], self.ends[position + 2])
            message = f"{self.source[span.start : span.end]} is not read as a derivative"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, DERIVATIVE_HELP)
        return None

    def prime(self, position: int) -> NoReturn:
        """What `'` at `position` makes of the value before it."""
        span = Span(self.starts[position], self.starts[position] + 1)
        raise DiagnosticError(characters.derivative_sign(self.source, span))
