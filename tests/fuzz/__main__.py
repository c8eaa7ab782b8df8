"""`python -m tests.fuzz --minutes 60 --seed 1`: tries inputs at random, and says how to repeat what fails."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from functools import partial

from tests.fuzz.cases import Case
from tests.fuzz.making import KINDS, made
from tests.fuzz.shrinking import shrunk
from tests.fuzz.supervised import Runner

AS_PROCESS = 150
"""Of so many cases one runs as a process of its own."""


def main() -> int:
    """Try inputs; 1 where something failed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to go on (1)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same inputs (0)")
    parser.add_argument("--only", default="", metavar="KINDS", help=f"only some of {','.join(KINDS)}")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin with the input of this number (0)")
    given = parser.parse_args()
    kinds = [kind for kind in given.only.split(",") if kind]
    if not set(kinds) <= KINDS.keys():
        parser.error(f"--only takes some of {','.join(KINDS)}")
    return _Search(given.seed, kinds).go_on(given.first, given.minutes * 60)


class _Search:
    """One run: what failed so far, each way to fail once."""

    def __init__(self, seed: int, kinds: list[str]) -> None:
        self.seed, self.kinds = seed, kinds
        self.failed: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.runner = Runner()

    def go_on(self, number: int, seconds: float) -> int:
        """Try one input after the other; the exit status."""
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                self._try(number)
                number += 1
        finally:
            self.runner.close()
            tried = ", ".join(f"{count} {kind}" for kind, count in sorted(self.tried.items()))
            print(f"seed {self.seed}: {sum(self.tried.values())} inputs ({tried}), {len(self.failed)} ways to fail")
            for way, count in self.failed.most_common():
                print(f"  {count} times: {way}")
        return 1 if self.failed else 0

    def _try(self, number: int) -> None:
        case = made(self.seed, number, self.kinds)
        self.tried[case.kind] += 1
        as_process = number % AS_PROCESS == 0
        complaints, trace = self.runner.broken(case, as_process=as_process)
        for complaint in complaints:
            way = _way(complaint)
            self.failed[f"{case.kind}: {way}"] += 1
            if self.failed[f"{case.kind}: {way}"] > 1:
                continue
            print(f"\n== input {number} of seed {self.seed}: {case.kind}: {complaint}", flush=True)
            if "no end" not in complaint and "died" not in complaint and not as_process:
                case = shrunk(case, partial(self._fails, way))
            print(case.command())
            if trace:
                print(trace)
            sys.stdout.flush()

    def _fails(self, way: str, case: Case) -> bool:
        return any(_way(complaint) == way for complaint in self.runner.broken(case)[0])


def _way(complaint: str) -> str:
    """What complaints of one kind share."""
    return complaint.partition(":")[0]


if __name__ == "__main__":
    sys.exit(main())
