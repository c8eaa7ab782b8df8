"""Executes programs: what they print comes out through a callback, as soon as it is there."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

import numpy as np

from gradcli import engine
from gradcli.calculus.evaluate import Failure
from gradcli.engine import dtypes
from gradcli.language.diagnostics import Note
from gradcli.language.statements import ParsedScript
from gradcli.language.tree import NOWHERE, Span
from gradcli.language.values import frozen
from gradcli.program import vocabulary
from gradcli.program.statements import StatementCompiler

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


class Interpreter:
    """Executes programs one after the other on the same variables.

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

    def run(self, parsed: ParsedScript) -> None:
        """Execute a program. Raises DiagnosticError where it cannot go on; what was printed before is out."""
        try:
            actions = StatementCompiler(self).statements(parsed.script.statements)
            with self._session():
                for action in actions:
                    action()
        except Failure as failure:
            raise failure.diagnostic(parsed.source) from failure

    @contextmanager
    def _session(self) -> Iterator[None]:
        """The engine as a program has it, and as it was when the program is over."""
        dtype, recording = dtypes.get_default_dtype(), engine.is_grad_enabled()
        dtypes.set_default_dtype(self.dtype)
        seen: set[tuple[str, Span]] = set()

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            text = " ".join(str(message).split())
            if (text, self.place) not in seen:
                seen.add((text, self.place))
                self.warn(Note(text, self.place))

        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("always")
                warnings.simplefilter("ignore", RuntimeWarning)
                warnings.showwarning = show
                yield
        finally:
            dtypes.set_default_dtype(dtype)
            engine.set_grad_enabled(recording)

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
