"""What decides the records of a batch, beside its input."""

from __future__ import annotations

from hashlib import blake2b

from gradcli.language.values import frozen
from gradcli.streams.formats import Format


@frozen
class BatchSettings:
    """How problems are solved and written.

    `wrt`, `order` and `dtype` are for problems that do not say. `sample` is the share of the problems that is checked
    (from 0, none, to 1, all), drawn by `seed` and the problem's number alone. `formulas` asks for the derivatives as
    formulas, `full` for long ones, too. `columns` are the variables that have a column each in CSV; all other
    derivatives share one.
    """

    to: Format = Format.TEXT
    wrt: tuple[str, ...] | None = None
    order: int = 1
    dtype: str = "float64"
    digits: int | None = None
    sample: float = 1.0
    seed: int = 0
    formulas: bool = False
    columns: tuple[str, ...] = ()
    full: bool = False

    def checks(self, number: int) -> bool:
        """Whether the problem with this number is among those that are checked."""
        if self.sample in (0.0, 1.0):
            return self.sample == 1.0
        drawn = blake2b(f"{self.seed} {number}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn) < self.sample * 2**64
