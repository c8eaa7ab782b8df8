"""What comes of an answer, as values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from gradcli.calculus.results import Array
from gradcli.language import Diagnostic
from gradcli.language.values import field, frozen


class Verdict(Enum):
    """What is said of an answer."""

    CORRECT = "correct"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    UNDECIDED = "undecided"


class Evidence(Enum):
    """What a verdict rests on."""

    PROVED = "proved"
    """The answer and the derivative are the same expression, written differently."""
    AGREES = "agrees"
    """They agree at every point that was tried, or within the tolerance."""
    COUNTEREXAMPLE = "counterexample"
    """They differ at the point that is shown, or in shape."""


@frozen
class Counterexample:
    """A point at which the answer differs from the derivative.

    `at` gives the variables' values, empty where there are none. A number that no float holds is its decimal, and one
    of which little is known its bounds in words. `given` is None where the answer has no value there.
    `entry` is the position in a tensor answer, None where the answer is one number. `difference` is given minus
    expected, where both as floats look alike.
    """

    at: Mapping[str, float]
    expected: float | str
    given: float | str | None
    entry: tuple[int, ...] | None = None
    difference: float | str | None = None


@frozen
class Mistake:
    """A typical mistake that explains a wrong answer: the rule's name, a sentence, and the place in the function.

    Where they have formulas, `message` and `where` are Sentences, which write them in any style.
    """

    rule: str
    message: str
    where: str | None = None


@frozen
class Judgement:
    """The verdict on one answer, and why.

    `reading` is the answer in plain ASCII, None where it could not be read; then `problem` says why. `points` is at how
    many points the answer was held against the derivative. `reason` is one line on what a counterexample does not show:
    why nothing could be decided, how shapes differ, where the answer is right. `remarks` are mentioned beside any
    verdict. Where they have formulas, all of these are Sentences, which write them in any style.
    """

    verdict: Verdict
    reading: str | None = None
    evidence: Evidence | None = None
    points: int = 0
    counterexample: Counterexample | None = None
    reason: str | None = None
    remarks: tuple[str, ...] = ()
    problem: Diagnostic | None = None
    mistakes: tuple[Mistake, ...] = field(default_factory=tuple)


__all__ = ["Array", "Counterexample", "Evidence", "Judgement", "Mistake", "Verdict"]
