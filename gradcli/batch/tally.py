"""How many of what: the counts of a run, its summary, and its exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gradcli.batch.task import Status
from gradcli.render.numbers import counted


class Tally:
    """Counts results by their status."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self.counts = Counter(counts or {})

    def add(self, status: Status) -> None:
        """Count a result."""
        self.counts[status.value] += 1

    def __getitem__(self, status: Status) -> int:
        return self.counts[status.value]

    def as_dict(self) -> dict[str, int]:
        """The counts by status, for the journal."""
        return dict(self.counts)

    @property
    def total(self) -> int:
        """All results."""
        return self.counts.total()

    def summary(self, sample: float, seed: int) -> str:
        """One line; of a sample, how many were checked."""
        parts = [
            _part(self[Status.AGREES], "agrees with the check", "agree with the check"),
            _part(self[Status.CORRECTED], "corrected"),
            _part(self[Status.DIFFERS], "DIFFERS from the check", "DIFFER from the check"),
            _part(self[Status.UNDECIDED], "undecided"),
            _part(self[Status.UNCHECKED], "unchecked"),
            _part(self[Status.FAILED], "failed"),
        ]
        text = counted(self.total, "problem")
        shown = ", ".join(part for part in parts if part)
        if 0 < sample < 1:
            shown += f" (a sample of {100 * sample:g} % was checked, drawn with seed {seed})"
        return f"{text}: {shown}" if shown else text

    def is_bad(self, status: Status, *, strict: bool) -> bool:
        """Whether a result with this status means that something is wrong."""
        return status in (Status.FAILED, Status.DIFFERS) or (strict and status is Status.UNDECIDED)

    def exit_status(self, *, strict: bool) -> int:
        """0 where all is right as far as is known, 1 where something is wrong."""
        return int(any(self[status] for status in Status if self.is_bad(status, strict=strict)))


def _part(count: int, one: str, many: str | None = None) -> str:
    return "" if not count else f"{count:,} {one if count == 1 else many or one}"
