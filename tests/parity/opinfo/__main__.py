"""`python -m tests.parity.opinfo`: runs all samples of torch's table of operations on the engine, and counts the misses
by dtype and by kind."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.parity.opinfo import listing
from tests.parity.opinfo.cases import DTYPES, ERRORS, operations
from tests.parity.opinfo.compare import Kind
from tests.parity.opinfo.run import Report, run

_OPERATIONS = operations()


def main() -> int:
    """Run what was asked for; 1 where something misses that is not listed, or the other way round."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.opinfo", description=__doc__)
    parser.add_argument("--op", action="append", metavar="NAME", help="only this operation (more than once for more)")
    parser.add_argument("--dtype", action="append", choices=[*DTYPES, ERRORS], help="only this dtype, or the errors")
    parser.add_argument("--list", action="store_true", help="list the misses, each with what differs")
    parser.add_argument("--third", action="store_true", help="only the third that CI runs")
    parser.add_argument("--write", action="store_true", help="write the list of misses anew, keeping its reasons")
    parser.add_argument("-j", type=int, default=2, metavar="N", help="in so many processes (2)")
    given = parser.parse_args()
    names = [name for name in _OPERATIONS if not given.op or name in given.op or name.split(".")[-1] in given.op]
    dtypes = given.dtype or [*DTYPES, ERRORS]
    start = time.monotonic()
    whole = Report()
    with ProcessPoolExecutor(given.j, mp_context=get_context("fork")) as pool:
        for report in pool.map(_run, names, [dtypes] * len(names), [given.third] * len(names)):
            whole.right += report.right
            whole.misses |= report.misses
            whole.left_out |= report.left_out
    if given.list:
        for case, miss in whole.misses.items():
            print(f"{case}: {miss.kind.value}: {miss.detail}"[:400].replace("\n", "\\n"))
    if given.write:
        if given.op or given.dtype or given.third:
            parser.error("--write takes the whole")
        listing.write(names, {str(case): miss.kind.value for case, miss in whole.misses.items()})
    _print_table(whole, dtypes)
    print(f"{len(names)} operations, {time.monotonic() - start:.0f} s")
    return _compared_with_list(whole)


def _compared_with_list(report: Report) -> int:
    """Say what is not as the list has it; 1 where something is."""
    known = listing.reasons()
    new = [str(case) for case in report.misses if str(case) not in known]
    right = [str(case) for case in report.right if str(case) in known]
    for said, cases in (("misses, and is not listed", new), ("is listed, and does not miss", right)):
        for case in cases[:20]:
            print(f"{case} {said}")
        if len(cases) > 20:
            print(f"… and {len(cases) - 20} more")
    return 1 if new or right else 0


def _run(name: str, dtypes: list[str], third: bool) -> Report:
    import torch

    torch.set_num_threads(1)
    return run(_OPERATIONS[name], dtypes, lambda case: case.in_ci or not third)


def _print_table(report: Report, dtypes: list[str]) -> None:
    right = Counter(case.dtype for case in report.right)
    missed = Counter(case.dtype for case in report.misses)
    print(f"{'':10}{'cases':>8}{'right':>8}{'of 100':>9}  misses")
    for dtype in dtypes:
        kinds = Counter(miss.kind for case, miss in report.misses.items() if case.dtype == dtype)
        _print_row(dtype, right[dtype], missed[dtype], kinds)
    _print_row("all", right.total(), missed.total(), Counter(miss.kind for miss in report.misses.values()))
    print(f"left out: {len(report.left_out)} cases")


def _print_row(name: str, right: int, missed: int, kinds: Counter[Kind]) -> None:
    told = ", ".join(f"{count} {kind.name.lower()}" for kind, count in kinds.most_common())
    print(f"{name:10}{right + missed:8}{right:8}{100 * right / max(right + missed, 1):9.2f}  {told}")


if __name__ == "__main__":
    sys.exit(main())
