"""Certified numbers: the value and the derivatives of a program at a point, as balls that are narrow.

The program is read on duals (or, for higher orders, on Taylor series) at rising precision until every entry is known to
60 bits. Where something switches exactly at the point, or a derivative is not finite there, germs from both sides say
whether there is a derivative all the same. Numbers are what is written: 0.1 is 1/10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from flint import ctx, fmpq
from numpy.typing import NDArray

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import EXTRA, BallArithmetic
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.functions import constant_of
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.balls.point import exact_entries, exact_values
from gradcli.calculus.balls.sample import choose
from gradcli.calculus.balls.series import Series
from gradcli.calculus.entries import Entries, NoForm, Reading
from gradcli.calculus.entries.arithmetic import each_entry
from gradcli.calculus.results import Place, Question, Request, Variables
from gradcli.language import expressions, tree, walk
from gradcli.language.tree import Expr
from gradcli.language.values import frozen

FIRST_BITS: Final = 128
PROOF_BITS: Final = 256
"""The precision from which a ball around zero is asked whether it is zero."""
CAP: Final = 512
"""Bits up to which the precision rises, besides those that the sizes of the numbers ask for."""
MOST_BITS: Final = 8_192
GUARD: Final = 64
"""Bits of working precision beyond those that are asked for."""
MAX_GERMS: Final = 64
"""Entries at which germs are looked at."""
ONE, ZERO = fmpq(1), fmpq(0)
Direction: TypeAlias = tuple[tuple[str, Place, int], ...]
"""Entries of variables, and whether each grows (1) or falls (-1)."""


@frozen
class Unknown:
    """Why an entry has no certified number."""

    reason: str


class Cause(Enum):
    """Why the engine's float is not the certified number."""

    ROUNDING = "rounding"
    """Its rules give the certified number: rounding, overflow or underflow took it."""
    CONVENTION = "convention"
    """A zero cotangent times a derivative that is not finite: the branch that was not taken."""
    SINGULAR = "singular"
    """The chain rule has no value, at a tie or where a derivative is not finite, while the whole has a derivative."""
    WRONG = "wrong"
    """Its rules give another number."""
    UNKNOWN = "unknown"


WIDE: Final = "its sign or size cannot be told"
JUMP: Final = Unknown("a jump")
KINK: Final = Unknown("a kink")
SWITCHES: Final = Unknown("a derivative in it does not exist here")
Entry: TypeAlias = Any
"""A Number that is narrow, an Unknown, or None where the entry is not in the sample."""


@frozen
class Certified:
    """The certified value, and the derivatives by the keys of an Evaluation: arrays of entries.

    `sampled` says that some entries were left out; `singular` are those at which the chain rule has no value and the
    derivative has one; `reading` knows the numbers of the sub-expressions, None where the program could not be read at
    the point.
    """

    value: NDArray[Any]
    derivatives: Mapping[Variables, NDArray[Any]]
    sampled: bool
    singular: frozenset[tuple[Variables, Place]]
    reading: Reading | None

    def value_of(self, expression: Expr) -> NDArray[np.float64] | None:
        """The floats nearest to the numbers of a sub-expression, None where they are not known."""
        entries = None if self.reading is None else self.reading.seen(expression)
        if entries is None:
            return None
        floats = [numbers.nearest_float(constant_of(each)) for each in entries.flat]
        return np.array(floats, np.float64).reshape(entries.shape)


def certify(question: Question, shapes: Mapping[Variables, Place], digits: int = 17) -> Certified:
    """The certified answer to a question; `shapes` are those of the derivatives. Raises NoForm."""
    search = _Search(question, shapes, bits_for(digits))
    for bits, is_last in search.precisions():
        with ctx.workprec(bits):
            search.advance(is_last)
        if not search.is_done and bits >= PROOF_BITS:
            search.prove_zeros()
        if search.is_done:
            break
    return search.result()


def bits_for(digits: int) -> int:
    """The bits that a number must be known to for so many decimal digits of it to be shown."""
    return numbers.NARROW if digits <= 17 else math.ceil(digits * math.log2(10)) + 16


def formula_at(text: str, question: Question) -> tuple[Question, Certified] | None:
    """A formula in our own language as a question at the point of another, and its value; None where it has none."""
    from gradcli.language import DiagnosticError, parse
    from gradcli.operations import vocabulary

    try:
        program = parse(text, vocabulary(), tuple(question.point)).program
    except DiagnosticError:  # longer or deeper than the language takes
        return None
    asked = Question(program, question.point, (), exact=question.exact)
    try:
        return asked, certify(asked, {})
    except NoForm:
        return None


def plain(question: Question, shapes: Mapping[Variables, Place], bits: int) -> Mapping[Variables, NDArray[Any]]:
    """The balls of the derivatives at one precision, however wide: None where none was found. Raises NoForm."""
    search = _Search(question, shapes, numbers.NARROW)
    with ctx.workprec(bits):
        search.advance(is_last=True)
    return search.found


class _Search:
    """The entries found so far, and what is left to find."""

    def __init__(self, question: Question, shapes: Mapping[Variables, Place], narrow: int) -> None:
        self.question, self.narrow = question, narrow
        self.sample = choose(question)
        self.value: NDArray[Any] | None = None
        self.found: dict[Variables, NDArray[Any]] = {
            variables: np.empty(shape, object) for variables, shape in shapes.items()
        }
        self.missing = set(self.sample.entries(shapes))
        self._wanted = len(self.missing)
        self._reading: Reading | None = None
        self._singular: set[tuple[Variables, Place]] = set()
        self._asked_for_zeros = self._was_last = self._switches = False
        self._zeros: list[Place] = []
        self._germs: dict[tuple[Any, ...], list[Number] | Unknown] = {}

    @property
    def is_done(self) -> bool:
        return not self.missing and self.value is not None and all(map(self._is_known, self.value.flat))

    def precisions(self) -> Iterator[tuple[int, bool]]:
        """The working precisions to try, and whether each is the last."""
        bits, is_last = FIRST_BITS if self.narrow <= numbers.NARROW else self.narrow + GUARD, False
        while True:
            yield bits, is_last
            if is_last:
                return
            most = min(MOST_BITS, max(CAP, self.narrow + GUARD) + 4 * self._largest_exponent())
            bits = max(bits, min(2 * bits, most))
            is_last = bits >= most

    def advance(self, is_last: bool) -> None:
        """Look for what is missing, at the present precision. What two balls cannot tell apart counts as equal where
        the precision is the last."""
        self._was_last = is_last
        self._germs.clear()
        if not self._has_finite_inputs:
            return
        try:
            self._differentiate()
        except Undecided:
            return
        except Tie:
            self._evaluate()
        if not self._is_defined:  # it may be, where its derivatives are not
            self._evaluate()
        if self._is_defined:
            for variables, position in [each for each in sorted(self.missing) if not self._is_bounded(*each)][
                :MAX_GERMS
            ]:
                self._by_germs(variables, position)

    def _is_bounded(self, variables: Variables, position: Place) -> bool:
        """Whether the chain rule has a value for an entry, which only is not known well enough."""
        known = self.found[variables][position]
        return known is not None and not isinstance(known, Unknown) and numbers.is_finite(known)

    def prove_zeros(self) -> None:
        """Ask, once, whether what is missing and may be zero is zero."""
        if self._asked_for_zeros or self.value is None:
            return
        from gradcli.calculus.balls.zeros import ZeroProver  # the rules and the prover, which few questions need

        self._asked_for_zeros = True
        prover = ZeroProver(self.question)
        for place, value in np.ndenumerate(self.value):
            if not self._is_known(value) and _may_be_zero(value) and prover.is_proved_zero((), place):
                self.value[place] = ZERO
                self._zeros.append(place)
        for variables, position in sorted(self.missing):
            if _may_be_zero(self.found[variables][position]) and prover.is_proved_zero(variables, position):
                self._enter(variables, position, ZERO)

    def _evaluate(self) -> None:
        """The value alone, whatever switches at the point; there is none where a derivative in it does."""
        try:
            self._keep(self._read(BallArithmetic(), {}))
        except (Tie, Undecided) as error:
            self.value = None
            self._switches = isinstance(error, Tie)

    def _keep(self, output: Entries) -> None:
        """Keep the output as the value."""
        self.value = each_entry(constant_of, output)
        for place in self._zeros:
            self.value[place] = ZERO

    @property
    def _is_defined(self) -> bool:
        return self.value is not None and all(numbers.is_finite(each) for each in self.value.flat)

    def result(self) -> Certified:
        """What was found; entries that were not are Unknown."""
        for variables, position in self.missing:
            self.found[variables][position] = Unknown(self._why_missing(variables, position))
        of = sum(array.size for array in self.found.values())
        value = np.full((), None, object) if self.value is None else self.value
        singular = frozenset(self._singular)
        return Certified(each_entry(self._known_or_why, value), self.found, self._wanted < of, singular, self._reading)

    def _known_or_why(self, number: Number | None) -> Entry:
        if number is not None and self._is_known(number):
            return number
        if not self._has_finite_inputs:
            return Unknown("an input is not finite")
        if number is None and self._switches:
            return SWITCHES
        return Unknown(_about(number) if number is None or numbers.is_finite(number) else _why_not_finite(number))

    def _why_missing(self, variables: Variables, position: Place) -> str:
        if not self._has_finite_inputs:
            return "an input is not finite"
        if self.value is not None and not self._is_defined:
            return next(_why_not_finite(each) for each in self.value.flat if not numbers.is_finite(each))
        if self.value is None and self._switches:
            return SWITCHES.reason
        known = self.found[variables][position]
        return known.reason if isinstance(known, Unknown) else _about(known)

    @cached_property
    def _has_finite_inputs(self) -> bool:
        values = {name: np.asarray(each) for name, each in self.question.point.items()}
        infinite = {
            name
            for name, each in values.items()
            if not (math.isfinite(each) if each.ndim == 0 else np.isfinite(each).all())
        }
        return not infinite or infinite.isdisjoint(_names(self.question.program))

    def _is_known(self, number: Any) -> bool:
        return numbers.accuracy(number) >= self.narrow

    def _largest_exponent(self) -> int:
        reading = self._reading
        entries = [] if reading is None else [each for _, array in reading.expressions() for each in array.ravel()]
        return max((abs(numbers.exponent_of(constant_of(each))) for each in entries), default=0)

    # Reading the program

    def _read(self, arithmetic: BallArithmetic, moving: Mapping[str, Mapping[Place, Any]]) -> Entries:
        """The output where some entries of variables are elements that carry derivatives."""
        environment = exact_values(self.question)
        for name, elements in moving.items():
            if () in elements:
                environment[name] = elements[()](environment[name])
                continue
            entries = environment[name] = environment[name].copy()
            for position, element in elements.items():
                entries[position] = element(entries[position])
        reading = self._reading = Reading(arithmetic, environment)
        try:
            return reading.program(self.question.program)
        except (Tie, Undecided, NoForm):
            raise
        except RecursionError as error:
            raise NoForm("the program is too deep to be certified") from error
        except (IndexError, KeyError, TypeError, ValueError) as error:  # shapes and settings that are not read
            raise NoForm(f"the program cannot be read entry by entry: {error}") from error

    def _outputs(self, output: Entries) -> list[tuple[Place, Any]]:
        """What is differentiated: the scalar, the weighted sum, or each entry for a Jacobian."""
        if self.question.request is Request.JACOBIAN:
            return [(place, output[place]) for place in self.sample.outputs(output.shape)]
        if self.question.request is not Request.VJP:
            if output.size != 1:
                raise NoForm("the output is not a scalar")
            return [((), output.ravel()[0])]
        cotangent = self.question.cotangent
        weights = np.ones(output.shape) if cotangent is None else np.broadcast_to(cotangent, output.shape)
        pairs = zip(np.ravel(exact_entries(weights)), output.ravel(), strict=True)
        total: Any = ZERO
        for weight, entry in pairs:
            total = total + entry * weight
        return [((), total)]

    # Derivatives

    def _differentiate(self) -> None:
        if not self.missing:
            self._evaluate()
        elif self.question.order > 1:
            self._by_series()
        else:
            self._by_duals(2 if self.question.request is Request.HESSIAN else 1)

    def _by_duals(self, order: int) -> None:
        places = self.sample.places
        moving: dict[str, dict[Place, Any]] = {}
        for number, (name, position) in enumerate(places):
            moving.setdefault(name, {})[position] = lambda value, number=number: Dual(value, {number: ONE}, order)
        output = self._read(BallArithmetic(weight=1 + len(places) // 8), moving)
        self._keep(output)
        for place, entry in self._outputs(output):
            if not numbers.is_finite(entry.value if isinstance(entry, Dual) else entry):
                continue  # a variable that has no say in what is undefined has no derivative of 0
            slopes = entry.slopes if isinstance(entry, Dual) else {}
            for number, (name, position) in enumerate(places):
                slope = slopes.get(number, ZERO)
                if order == 1:
                    self._enter((name,), (*place, *position), slope)
                    continue
                second = slope.slopes if isinstance(slope, Dual) else {}
                for other, (column, column_position) in enumerate(places):
                    self._enter((name, column), (*position, *column_position), second.get(other, ZERO))

    def _by_series(self) -> None:
        order = self.question.order
        for name, position in self.sample.places:
            output = self._along({name: {position: 1}}, order + 1, germ=False)
            terms = output.terms if isinstance(output, Series) else [output] + [ZERO] * order
            if len(terms) > order and numbers.is_finite(terms[0]):
                self._enter((name,) * order, position, terms[order] * math.factorial(order))

    def _along(self, steps: Mapping[str, Mapping[Place, int]], count: int, *, germ: bool, output: Place = ()) -> Any:
        """The output as a series in t along a direction, to `count` terms."""
        rest = [ZERO] * (count - 2)
        moving = {
            name: {
                position: lambda value, step=step: Series([value, fmpq(step), *rest], germ)
                for position, step in positions.items()
            }
            for name, positions in steps.items()
        }
        entries = self._read(BallArithmetic(weight=1 + count * count // 4), moving)
        if not germ:
            self._keep(entries)
        return dict(self._outputs(entries))[output]

    def _enter(self, variables: Variables, position: Place, number: Number) -> None:
        """Enter an entry, which is missing no longer if it is known."""
        if (variables, position) in self.missing:
            self.found[variables][position] = number
            if self._is_known(number):
                self.missing.discard((variables, position))

    # Germs

    def _by_germs(self, variables: Variables, position: Place) -> None:
        """Look at an entry from both sides of the point."""
        order = self.question.order
        output, entries = self.question.entry(variables, position)
        if self.question.request is Request.HESSIAN:
            self._mixed_germ(variables, position, *entries)
        else:
            self._enter_germ(variables, position, self._germ(((*entries[0], 1),), order, output or ()), order)

    def _enter_germ(self, variables: Variables, position: Place, germ: list[Number] | Unknown, order: int) -> None:
        if isinstance(germ, Unknown):
            self._give_up(variables, position, germ)
        else:
            self._singular.add((variables, position))
            self._enter(variables, position, germ[order] * math.factorial(order))

    def _give_up(self, variables: Variables, position: Place, why: Unknown) -> None:
        """Enter why there is no derivative; a jump or kink that was seen is there at every precision."""
        self.found[variables][position] = why
        if why in (JUMP, KINK):
            self.missing.discard((variables, position))

    def _mixed_germ(
        self, variables: Variables, position: Place, first: tuple[str, Place], second: tuple[str, Place]
    ) -> None:
        """A mixed second derivative by polarization, from those along both variables, their sum and their
        difference."""
        along, across, back = (*first, 1), (*second, 1), (*second, -1)
        if first == second:
            self._enter_germ(variables, position, self._germ((along,), 2), 2)
            return
        directions: tuple[Direction, ...] = ((along,), (across,), (along, across), (along, back))
        germs = [self._germ(direction, 2) for direction in directions]
        for germ in germs:
            if isinstance(germ, Unknown):
                self._give_up(variables, position, germ)
                return
        own, other, both, apart = (germ[2] for germ in germs if not isinstance(germ, Unknown))
        is_one = _same(both - own - other, own + other - apart, self._was_last)
        if not is_one:
            self._give_up(variables, position, Unknown(WIDE) if is_one is None else KINK)
            return
        self._singular.add((variables, position))
        self._enter(variables, position, both - own - other)

    def _germ(self, direction: Direction, order: int, output: Place = ()) -> list[Number] | Unknown:
        """The coefficients of the output along a direction, where they are the same from both sides."""
        key = (direction, order, output)
        if key not in self._germs:
            self._germs[key] = self._two_sided(direction, order, output)
        return self._germs[key]

    def _two_sided(self, direction: Direction, order: int, output: Place) -> list[Number] | Unknown:
        sides = []
        for step in (1, -1):
            steps: dict[str, dict[Place, int]] = {}
            for name, position, sign in direction:
                steps.setdefault(name, {})[position] = step * sign
            try:
                series = self._along(steps, order + 1 + EXTRA, germ=True, output=output)
            except (Undecided, Tie):
                return Unknown(WIDE)
            terms = series.terms if isinstance(series, Series) else [series] + [ZERO] * order
            if len(terms) <= order:
                return Unknown("too much cancels here")
            sides.append([term if step > 0 or at % 2 == 0 else -term for at, term in enumerate(terms[: order + 1])])
        assert self.value is not None
        return _one_of(sides, dict(self._outputs(self.value))[output], self._was_last)


def _why_not_finite(number: Number) -> str:
    return "not defined here" if numbers.ball(number).is_nan() else "too large to be certified"


def _may_be_zero(number: Any) -> bool:
    """Whether a ball holds zero and is bounded."""
    if number is None or isinstance(number, Unknown):
        return False
    size = numbers.ball(number)
    return bool(size.is_finite()) and bool(size.contains(0))


def _names(program: tree.Program) -> set[str]:
    """The names that occur in a program."""
    parts = (part for expression in expressions(program) for part in walk(expression))
    return {part.name for part in parts if isinstance(part, tree.Name)}


def _about(number: Number | None) -> str:
    """What little is known of a number that is not known."""
    if number is None:
        return WIDE
    size = numbers.ball(number)
    if not size.is_finite():
        return "no finite derivative"
    if not size.contains(0):
        return "only some digits are certain"
    return f"0 to within {numbers.to_text(size.abs_upper(), 1)}, and not proved to be 0"


def _one_of(sides: Sequence[list[Number]], value: Number, is_last: bool) -> list[Number] | Unknown:
    """The coefficients that both sides share with the value at the point, or why there are none."""
    right, left = sides
    if not all(numbers.is_finite(each) for each in (right[0], left[0])):
        return Unknown("not defined nearby")
    at_point = _same(right[0], left[0], is_last), _same(right[0], value, is_last)
    if False in at_point:
        return JUMP
    if not all(numbers.is_finite(each) for each in (*right, *left)):
        return Unknown("no finite derivative")
    pairs = [_same(a, b, is_last) for a, b in zip(right, left, strict=True)]
    if False in pairs:
        return KINK
    return Unknown(WIDE) if None in (*at_point, *pairs) else right


def _same(left: Number, right: Number, is_last: bool) -> bool | None:
    """Whether two numbers are one; None where that cannot be told yet. What no precision tells apart counts as one."""
    difference = left - right
    if numbers.is_zero(difference):
        return True
    if not numbers.ball(difference).contains(0):
        return False
    return True if is_last else None
