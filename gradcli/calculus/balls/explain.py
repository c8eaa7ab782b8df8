"""Why a float of the engine is not the certified number: its rules, run once more in exact arithmetic, tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
from flint import arb, ctx

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Cause, Unknown, bits_for, plain
from gradcli.calculus.balls.element import NoBalls
from gradcli.calculus.balls.engine import run
from gradcli.calculus.balls.numbers import Number, Undecided
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.branches import untaken_branches
from gradcli.calculus.entries import NoForm
from gradcli.calculus.results import Evaluation, Place, Variables

PRECISIONS: Final = (128, 256, 512, 1024, 2048, 4096, 8192)
PLAIN_BITS: Final = 53
LEAST: Final = arb(2) ** -1075
"""Half the smallest double."""
CLOSE: Final = 1e-4
"""The relative difference of a float from the certified number that is left to rounding."""
FAINT: Final = arb(2) ** -40
"""What is that much smaller than a float has nothing to do with it."""


class CauseFinder:
    """The engine's rules in exact arithmetic, run when first asked for."""

    def __init__(self, evaluation: Evaluation, singular: frozenset[tuple[Variables, Place]], digits: int) -> None:
        self._evaluation, self._singular = evaluation, singular
        self._narrow = bits_for(digits)
        self._runs: list[Mapping[Variables, Any] | None] = []

    def of(self, variables: Variables, position: Place, certified: Number, engine: float) -> Cause:
        """The cause of the difference of an entry; the variables of the value are ()."""
        exact = self._exact(variables, position, certified, engine)
        if exact is None and not self._runs:
            return self._by_plain_balls(variables, position, certified, engine)
        if exact is None:
            return self._unless_wrong(variables, position, certified, engine)
        if not numbers.is_finite(exact):
            cause = self._of_nan(variables, position, certified, engine)
            # What balls do not know is not known to be wrong.
            return Cause.UNKNOWN if cause is Cause.WRONG and not numbers.ball(exact).is_nan() else cause
        if not numbers.overlap(exact, certified):
            return Cause.SINGULAR if (variables, position) in self._singular else Cause.WRONG
        if numbers.is_narrow(exact) or _is_all(exact, certified, engine):
            return Cause.ROUNDING
        return self._unless_wrong(variables, position, certified, engine)

    def exact_text(self, variables: Variables, position: Place) -> str | None:
        """The number that the engine's rules give in exact arithmetic, to 17 digits."""
        runs = [run for run in self._runs if run is not None]
        if not runs:
            return None
        number = runs[-1][variables][position]
        return numbers.to_text(number, 17) if numbers.is_finite(number) else "nan"

    def _exact(self, variables: Variables, position: Place, certified: Number, engine: float) -> Number | None:
        """The entry by the engine's rules, to as many bits as decide, or as there are; None where they do not run on
        balls."""
        found: Number | None = None
        for made in self._rising():
            found = made[variables][position]
            if not numbers.is_finite(found):
                continue
            if not numbers.overlap(found, certified) or numbers.accuracy(found) >= self._narrow:
                return found
            if _is_all(found, certified, engine):
                return found
        return found

    def _rising(self) -> Iterator[Mapping[Variables, Any]]:
        """The runs at rising precision, none where the engine's rules have no form on balls."""
        for at, bits in enumerate(PRECISIONS):
            if at == len(self._runs):
                try:
                    self._runs.append(self._run(bits))
                except NoBalls:
                    return
            made = self._runs[at]
            if made is not None:
                yield made

    def _run(self, bits: int) -> Mapping[Variables, Any] | None:
        """The value, under (), and the derivatives; None where the balls are too wide to decide something."""
        question = self._evaluation.question
        with ctx.workprec(bits):
            point = exact_values(question)
        try:
            found = run(question, point, bits)
        except Undecided:
            return None
        return {(): found.value, **found.derivatives}

    def _of_nan(self, variables: Variables, position: Place, certified: Number, engine: float) -> Cause:
        """The cause where the engine's rules give no number in exact arithmetic, either."""
        if (variables, position) in self._singular:
            return Cause.SINGULAR
        if not variables or not math.isnan(engine):
            return Cause.UNKNOWN
        taken = float(self._untaken[variables][position])
        if not math.isfinite(taken):
            return Cause.WRONG
        return Cause.CONVENTION if numbers.relative_difference(taken, certified) <= CLOSE else Cause.UNKNOWN

    @cached_property
    def _untaken(self) -> Mapping[Variables, Any]:
        """The engine's floats, with 0 from branches that are not taken."""
        return untaken_branches(self._evaluation.question)

    @cached_property
    def _plain(self) -> Mapping[Variables, Any]:
        shapes = {variables: np.shape(array) for variables, array in self._evaluation.derivatives.items()}
        try:
            return plain(self._evaluation.question, shapes, PLAIN_BITS)
        except NoForm:
            return {}

    def _by_plain_balls(self, variables: Variables, position: Place, certified: Number, engine: float) -> Cause:
        """Whether floats may differ by as much as the ball of 53 bits is wide; a ball wider than its value explains
        nothing."""
        found = self._plain.get(variables)
        number = None if found is None else found[position]
        if number is None or isinstance(number, Unknown) or not math.isfinite(engine) or numbers.accuracy(number) < 1:
            return Cause.UNKNOWN
        return Cause.ROUNDING if numbers.overlap(number, arb(engine)) else Cause.WRONG

    def _unless_wrong(self, variables: Variables, position: Place, certified: Number, engine: float) -> Cause:
        """The same where exact arithmetic runs and does not decide: rules that it does not refute are not refuted by
        floats."""
        cause = self._by_plain_balls(variables, position, certified, engine)
        return Cause.UNKNOWN if cause is Cause.WRONG else cause


def _is_all(exact: Number, certified: Number, engine: float) -> bool:
    """Whether a ball that is not narrow leaves nothing of a float's difference from the certified number: that is 0
    and the ball far narrower than the float, or what may be between the two no float can hold."""
    ball = numbers.ball(exact)
    if numbers.is_zero(certified) and bool(ball.rad() < abs(arb(engine)) * FAINT):
        return True
    return bool((ball - numbers.ball(certified)).abs_upper() < LEAST)
