"""What a running program keeps: its variables, where it is, how far it may go, and where its prints go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gradcli.calculus.evaluate import Failure
from gradcli.language.diagnostics import Note
from gradcli.language.tree import NOWHERE, Span
from gradcli.language.values import frozen
from gradcli.program import vocabulary

MAX_STEPS: Final = 1_000_000
"""How many statements a program executes at most, unless it is told otherwise: loops end."""


@frozen
class Output:
    """Something that a program printed.

    `text` is what `end` closes; `values` are what was printed, and `span` is the statement's. `echoed` is true of the
    value of an expression that stands alone.
    """

    text: str
    end: str
    values: tuple[Any, ...]
    span: Span
    echoed: bool


class Execution:
    """The state of programs that are executed one after the other on the same variables.

    `emit` gets what they print, `warn` the engine's warnings, each once for a statement. Floating-point literals are of
    `dtype` ("float32", "float64"); `max_steps` statements are executed at most.
    """

    def __init__(
        self,
        emit: Callable[[Output], None],
        warn: Callable[[Note], None],
        *,
        dtype: str = "float32",
        max_steps: int = MAX_STEPS,
    ) -> None:
        self.emit = emit
        self.warn = warn
        self.dtype = vocabulary.DTYPES[dtype]
        self.max_steps = max_steps
        self.steps = 0
        self.variables: dict[str, Any] = {}
        self.place: Span = NOWHERE

    def spend(self, steps: int, span: Span) -> None:
        """Count executed statements. Raises Failure where they are more than the limit."""
        self.steps += steps
        if self.steps > self.max_steps:
            message = f"the program has executed {self.max_steps:,} statements, and that is the limit"
            raise Failure("E330", message, span, f"repeat less often, or allow more: --max-steps {10 * self.max_steps}")

    def show(self, *values: Any, sep: str | None = None, end: str | None = None) -> None:
        """`print`. Raises TypeError where `sep` or `end` is no string."""
        for name, given in (("sep", sep), ("end", end)):
            if not isinstance(given, str | None):
                raise TypeError(f"{name} must be None or a string, not {type(given).__name__}")
        text = (" " if sep is None else sep).join(map(str, values))
        self.emit(Output(text, "\n" if end is None else end, values, self.place, echoed=False))

    def echo(self, value: Any) -> None:
        """Print the value of an expression that stands alone, as Python's prompt does."""
        self.emit(Output(repr(value), "\n", (value,), self.place, echoed=True))
