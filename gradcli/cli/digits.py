"""How many digits may be asked for, and when."""

from __future__ import annotations

from typing import Final

import click

from gradcli.cli.program import Misuse

FLOAT_DIGITS: Final = 17
"""Significant digits that floats have at most; more are certified, or not shown."""
MOST_DIGITS: Final = 1_000
Digits: Final = click.IntRange(1, MOST_DIGITS)


def refuse_unchecked(digits: int | None) -> None:
    """Raise Misuse where more digits are asked for than floats have: without the check none are certified."""
    if digits is not None and digits > FLOAT_DIGITS:
        raise Misuse(
            f"--digits {digits} needs the check: without it there are floats alone, which have {FLOAT_DIGITS} digits",
            f"leave out --no-check, or ask for {FLOAT_DIGITS} digits at most",
        )
