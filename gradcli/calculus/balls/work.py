"""What a calculation on balls may still take, so that none goes on without end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from gradcli.calculus.balls.element import NoBalls

MAX_WORK: Final = 20_000_000
"""Products of coefficients of series that a calculation of high order may take: about a second."""
FIRST_BITS: Final = 512
"""Precision from which a product costs more."""
OPERATION: Final = 100
"""What an operation on arrays, or on series, takes besides, in such products."""
ELEMENT: Final = 30
"""What an operation on a ball takes."""


class Work:
    """The measure of the one calculation that runs at a time; one without bound where `left` is None."""

    left: ClassVar[int | None] = None

    @staticmethod
    @contextmanager
    def bounded(bits: int) -> Iterator[None]:
        """Bound what is calculated within it, with so many bits."""
        Work.left = MAX_WORK * FIRST_BITS // max(FIRST_BITS, bits)
        try:
            yield
        finally:
            Work.left = None

    @staticmethod
    def spend(products: int) -> None:
        """Take from what is left. Raises NoBalls where that is nothing."""
        if Work.left is not None:
            Work.left -= products
            if Work.left < 0:
                raise NoBalls("there is too much to calculate")
