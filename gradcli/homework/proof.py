"""The expensive proof: SymPy's simplification, in a process that is stopped when it takes too long or too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gradcli.language import Expr

if TYPE_CHECKING:
    from gradcli.streams.workers import Workers

SECONDS: Final = 4.0
"""How long one simplification may take."""
MEGABYTES: Final = 1_000
"""How much memory it may take."""


class Simplification:
    """Proves by `sympy.simplify`, in one worker process that starts when it is first needed. A context manager."""

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._workers: Workers | None = None

    def __call__(self, expression: Expr, answer: Expr, names: Sequence[str]) -> bool:
        """Whether SymPy simplifies the difference to zero. False means that it is not known."""
        from gradcli.calculus.symbolic.formula import simplifies_to_zero
        from gradcli.streams.workers import Workers

        if self._workers is None:
            self._workers = Workers(1, self._seconds, self._megabytes, (simplifies_to_zero.__module__,))
        try:
            return self._workers.submit(simplifies_to_zero, expression, answer, tuple(names)).result()
        except Exception:  # too long, too large, or whatever SymPy raises at a formula: nothing is proved
            return False

    def close(self) -> None:
        """Stop the process."""
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)
            self._workers = None

    def __enter__(self) -> Simplification:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
