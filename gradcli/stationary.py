"""The door to critical points: a Problem and ranges go in, Criticals or a located Diagnostic come out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, free_names, parse, to_text
from gradcli.language.names import quoted, unused_note
from gradcli.language.suggestions import for_name
from gradcli.language.tree import Equation, Number, Range
from gradcli.language.values import frozen
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary
from gradcli.problem import Problem

if TYPE_CHECKING:
    from gradcli.calculus.critical.extremes import Extreme
    from gradcli.calculus.critical.found import Findings, Interval

DEFAULT: Final = (-10, 10)
"""The range of a variable for which none is given."""
MOST_VARIABLES: Final = 6
BITS: Final = 192
"""The precision of a search in one variable; one in several has less, as it looks at more boxes."""
SPACE_BITS: Final = 128
EXTREMES: Final = 0.25
"""The share of the time for the least and the greatest value."""


@frozen
class Criticals:
    """The critical points of a function in a closed range.

    `ranges` has the two ends of each of the `names`. `least` and `greatest` are the values of the function in the
    whole of it, None where they are not proved to be taken at a point that was found.
    """

    problem: Problem
    reading: str
    names: tuple[str, ...]
    ranges: Mapping[str, Interval]
    findings: Findings
    least: Extreme | None
    greatest: Extreme | None
    notes: tuple[Note, ...]
    digits: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all critical points are found and proved."""
        from gradcli.calculus.critical.found import Doubt, Nature

        open_ = any(each.doubt in (Doubt.UNRESOLVED, Doubt.UNSEARCHED) for each in self.findings.remaining)
        points = self.findings.points
        return not open_ and all(each.is_alone and each.nature is not Nature.DEGENERATE for each in points)


def critical(
    problem: Problem, ranges: Sequence[Range], *, digits: int | None = None, seconds: float = 8.0
) -> Criticals:
    """All critical points of a function in a closed range, each proved or said not to be.

    The problem's bindings are parameters; variables without a range have the usual one. The search ends after so many
    `seconds` with what it has found. Raises DiagnosticError where there is nothing to search.
    """
    return _CriticalSearch(problem, ranges, digits).answer(seconds)


class _CriticalSearch:
    def __init__(self, problem: Problem, ranges: Sequence[Range], digits: int | None) -> None:
        self._problem, self._digits = problem, digits
        bound = (*problem.bindings, *[each.name for each in ranges])
        self._parsed = parse(problem.text, vocabulary(), bound)
        self._program = self._parsed.program
        if isinstance(self._program.result, Equation):
            left, right = to_text(self._program.result.left), to_text(self._program.result.right)
            self._fail(
                "E359", "an equation has no critical points", f"of the difference of its sides: '{left} - ({right})'"
            )
        self._ranges = self._all_ranges(ranges)
        self._notes: list[Note] = list(self._parsed.notes)
        self._names = self._variables()

    def _all_ranges(self, given: Sequence[Range]) -> dict[str, Range]:
        found = {each.name: each for each in given}
        for each in self._program.ranges:
            if each.name in found:
                self._fail("E203", f"{each.name} is given twice", "give it one range", each)
            found[each.name] = each
        fixed = {*self._problem.bindings, *[each.name for each in self._program.bindings]}
        for name in fixed & found.keys():
            self._fail("E203", f"{name} is given twice", "give it one value or one range")
        return found

    def _variables(self) -> tuple[str, ...]:
        """The variables to search over, in order of first appearance."""
        fixed = {*self._problem.bindings, *[each.name for each in self._program.bindings]}
        free = free_names(self._program, CONSTANTS, {*fixed, *self._ranges})
        found = tuple(name for name in free if name not in fixed)
        idle = tuple(name for name in self._ranges if name not in found)
        self._notes += [unused_note(name, what="range") for name in idle]
        self._notes += [unused_note(name) for name in self._problem.bindings if name not in free]
        if not found and not idle:
            self._fail("E356", "there is no variable to search over", "write x=-2:2 for a range of a variable x")
        if idle and found and not any(name in self._ranges for name in found):
            hint = for_name(idle[0], found, tuple(OPERATIONS)) or f"its variables: {', '.join(found)}"
            self._fail("E357", f"{quoted(idle[0])} does not occur in the expression", hint)
        if len(found) > MOST_VARIABLES:
            message = f"there are {len(found)} variables, and a search takes at most {MOST_VARIABLES}"
            self._fail("E358", message, f"give some a value: {found[-1]}=1")
        return found or idle[:1]

    def _fail(self, code: str, message: str, help_: str, where: Any = None) -> NoReturn:
        span = self._program.result.span if where is None else where.span
        raise DiagnosticError(Diagnostic(code, message, span, self._parsed.source, help_))

    def answer(self, seconds: float) -> Criticals:
        """The points. Raises DiagnosticError."""
        from gradcli.calculus.balls.formula import precision
        from gradcli.calculus.critical.extremes import extreme
        from gradcli.calculus.critical.landscape import Landscape, NotOneNumberError
        from gradcli.calculus.critical.line import LineSearch
        from gradcli.calculus.critical.space import SpaceSearch
        from gradcli.calculus.entries import NoForm

        bits = SPACE_BITS if len(self._names) > 1 else BITS
        start = time.monotonic()

        def over(share: float) -> Callable[[], bool]:
            return lambda: time.monotonic() - start > share * seconds

        with precision(max(bits, int(3.33 * (self._digits or 0)) + 96)):
            ends = [self._ends(name) for name in self._names]
            landscape = Landscape(self._program, self._names, self._given())
            try:
                search: LineSearch | SpaceSearch
                if len(ends) == 1:
                    search = LineSearch(landscape, *ends[0], over(1 - EXTREMES), self._is_constant)
                else:
                    search = SpaceSearch(landscape, ends, over(1 - EXTREMES))
                findings = search.run()
            except NotOneNumberError as refused:
                self._fail("E359", str(refused), "reduce it, as in sum(...) or mean(...)")
            except NoForm as refused:
                self._fail("E359", f"there is nothing to search: {refused.reason}", "gradcli minimize needs no proof")
            if not landscape.is_defined:
                self._fail("E359", "the function is defined nowhere in this range", "try another range: x=-2:2")
            least, greatest = (extreme(landscape, ends, findings, sign, over(1)) for sign in (1, -1))
        return Criticals(
            self._problem,
            to_text(self._program.result if not self._program.assignments else self._program),
            self._names,
            dict(zip(self._names, ends, strict=True)),
            findings,
            least,
            greatest,
            tuple(self._notes),
            self._digits,
        )

    def _is_constant(self) -> bool:
        """Whether the derivative by the rules is proved to be zero wherever it is defined."""
        from gradcli.calculus.identity.proof import Prover
        from gradcli.calculus.steps import Unexplained, explain
        from gradcli.calculus.steps.trees import ZERO

        try:
            derivative = explain(self._program, self._names[0]).result
        except (Unexplained, RecursionError):
            return False
        return Prover(ZERO).proves(derivative)

    def _given(self) -> dict[str, Any]:
        """The values of the parameters, exactly."""
        from gradcli.calculus.balls.point import exact_entries

        return {
            name: self._exact(value) if isinstance(value, Expr) else exact_entries(value)
            for name, value in self._problem.bindings.items()
        }

    def _ends(self, name: str) -> Interval:
        """The two ends of a variable's range. Raises DiagnosticError where there is none between them."""
        given = self._ranges.get(name)
        if given is None:
            self._notes.append(Note(f"the range is chosen: {name}={DEFAULT[0]}:{DEFAULT[1]}"))
            given = Range(name, Number(str(DEFAULT[0]), DEFAULT[0]), Number(str(DEFAULT[1]), DEFAULT[1]))
        first, last = to_text(given.start), to_text(given.stop)
        source = f"{name}={first}:{last}"
        if given.step is not None:
            self._refuse(
                f"{source}:{to_text(given.step)}",
                "a range to search has two ends and no step",
                f"write {source}",
            )
        low, high = self._exact(given.start), self._exact(given.stop)
        from gradcli.calculus.balls.numbers import ball

        for end in (low, high):
            if not _is_number(end):
                self._refuse(source, "a range is between two numbers, which are finite", "write x=-2:2")
        if ball(low) > ball(high):
            self._refuse(source, f"the range from {first} to {last} is reversed", f"write {name}={last}:{first}")
        if not ball(low) < ball(high):
            self._refuse(source, f"the range from {first} to {last} is empty", f"write {name}={first}:{first}+1")
        return low, high

    def _refuse(self, source: str, message: str, help_: str) -> NoReturn:

        raise DiagnosticError(Diagnostic.of_whole("E355", message, source, help_))

    def _exact(self, expression: Expr) -> Any:
        from gradcli.calculus.balls.arithmetic import BallArithmetic
        from gradcli.calculus.entries import NoForm, Reading

        try:
            return Reading(BallArithmetic(), {}).value(expression)
        except NoForm:
            return None


def _is_number(value: Any) -> bool:
    from flint import arb, fmpq

    return isinstance(value, fmpq) or (isinstance(value, arb) and bool(value.is_finite()))


__all__ = ["Criticals", "critical"]
