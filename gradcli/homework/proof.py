"""Proving that an answer is the derivative: by polynomials, which is quick, or by SymPy's simplification.

That runs in a process that is stopped when it takes too long or too much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from gradcli.homework.sampling.reference import Reference
from gradcli.language import Expr

if TYPE_CHECKING:
    from gradcli.streams.workers import Workers

SECONDS: Final = 4.0
"""How long one simplification may take."""
MEGABYTES: Final = 1_000
"""How much memory it may take."""


Proof: TypeAlias = Callable[[Expr, Expr, Sequence[str]], bool]
"""The expensive proof: whether an answer equals a formula; it may take its time, and gives up by itself."""


def is_identity(reference: Reference, entry: int, expression: Expr) -> bool:
    """Whether polynomials show that the expression is an entry of the derivative; False means that it is not known."""
    prover = reference.provers[entry]
    return prover is not None and prover.proves(expression)


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
