"""What became of each compared entry, and what follows for the whole."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.calculus.results import Check, Method, Variables, Verdict
from gradcli.language.values import frozen


@frozen
class Outcome:
    """One entry: `error` is relative where it was compared; `reason` says why where it does not agree."""

    verdict: Verdict
    error: float | None = None
    reason: str | None = None


def agrees(error: float) -> Outcome:
    """The entry agrees but for rounding."""
    return Outcome(Verdict.AGREES, error)


def undecided(reason: str) -> Outcome:
    """Nothing can be said about the entry."""
    return Outcome(Verdict.UNDECIDED, None, reason)


def differs(variables: Variables, position: tuple[int, ...], engine: float, witness: float, who: str) -> Outcome:
    """The entry is wrong."""
    size = abs(engine - witness)
    error = size / abs(witness) if witness else size
    where = f"[{', '.join(map(str, position))}]" if position else ""
    name = f"d/d{' d'.join(variables)}{where}"
    return Outcome(Verdict.DIFFERS, error, f"{name} is {engine:.17g} by the engine and {witness:.17g} by {who}")


def conclude(outcomes: Sequence[Outcome], of: int, method: Method) -> Check:
    """One wrong entry makes the whole wrong, one doubtful entry doubtful; entries count where they were decided."""
    decided = [outcome for outcome in outcomes if outcome.verdict in (Verdict.AGREES, Verdict.DIFFERS)]
    errors = [outcome.error for outcome in decided if outcome.error is not None]
    for verdict in (Verdict.DIFFERS, Verdict.UNDECIDED):
        found = next((outcome for outcome in outcomes if outcome.verdict is verdict), None)
        if found is not None:
            return Check(verdict, method, len(decided), of, max(errors, default=None), found.reason)
    return Check(Verdict.AGREES, method, len(decided), of, max(errors, default=None))
