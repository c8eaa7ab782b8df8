"""Executes programs: what they print comes out through a callback, as soon as it is there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import numpy as np

from gradcli import engine
from gradcli.calculus.evaluate import Failure
from gradcli.engine import dtypes
from gradcli.language.diagnostics import Note
from gradcli.language.statements import ParsedScript
from gradcli.language.tree import Span
from gradcli.program.execution import Execution
from gradcli.program.statements import StatementCompiler


class Interpreter(Execution):
    """Executes programs one after the other on the same variables."""

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
