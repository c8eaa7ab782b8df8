"""What can be wrong or worth saying about a text, as data; `render.diagnostics` makes it into text."""

from __future__ import annotations

from gradcli.language.tree import Expr, Span
from gradcli.language.values import frozen


@frozen
class Diagnostic:
    """A located message.

    `code` is stable (`E101`); `message` is one line without a full stop; `span` is where in `source`; `help` is what to
    write instead, if anything is known.
    """

    code: str
    message: str
    span: Span
    source: str
    help: str | None = None

    @classmethod
    def of_whole(cls, code: str, message: str, source: str, help_: str | None = None) -> Diagnostic:
        """A message about the whole of a text."""
        return cls(code, message, Span(0, len(source)), source, help_)


class DiagnosticError(ValueError):
    """Raised by whatever cannot go on; carries the Diagnostic, and says what is wrong and where, over several lines."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)  # its argument, so that a copy from another process is the same
        self.diagnostic = diagnostic

    @classmethod
    def about(
        cls, code: str, message: str, source: str, help_: str | None = None, span: Span | None = None
    ) -> DiagnosticError:
        """The error located in a text: at a span of it, or as a whole."""
        return cls(Diagnostic(code, message, Span(0, len(source)) if span is None else span, source, help_))

    def __str__(self) -> str:
        from gradcli.language.located import diagnostic_lines  # needed where somebody reads it

        return "\n".join(diagnostic_lines(self.diagnostic))


@frozen
class Note:
    """Something that the reader of a result should know (a reading that people differ on, a kink); never an error.

    `span` is where in the source, or None where the note is about the whole. `other` is what the whole text is in
    the other reading of which the note speaks, where it speaks of one: its value, with what it assigns written out."""

    message: str
    span: Span | None = None
    other: Expr | None = None
