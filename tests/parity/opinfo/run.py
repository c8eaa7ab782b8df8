"""Runs cases, and says which of them miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.parity.opinfo.cases import DTYPES, ERRORS, Case, Operation, cases_of
from tests.parity.opinfo.compare import Miss, compared
from tests.parity.opinfo.convert import OutOfScopeError


@dataclass(slots=True)
class Report:
    """What came out of some cases."""

    right: list[Case] = field(default_factory=list)
    misses: dict[Case, Miss] = field(default_factory=dict)
    left_out: dict[Case, str] = field(default_factory=dict)
    """Cases that are none for the engine, by what it leaves out."""


def run(
    operation: Operation, dtypes: Iterable[str] = (*DTYPES, ERRORS), chosen: Callable[[Case], bool] = lambda case: True
) -> Report:
    """Run the cases of an operation that are `chosen`."""
    report = Report()
    for dtype in dtypes:
        for case, sample in cases_of(operation, dtype):
            if not chosen(case):
                continue
            try:
                miss = compared(operation, case, sample)
            except OutOfScopeError as error:
                report.left_out[case] = str(error)
                continue
            if miss is None:
                report.right.append(case)
            else:
                report.misses[case] = miss
    return report
