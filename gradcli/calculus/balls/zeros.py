"""Zeros that are proved: no precision narrows the ball around a number that is zero, and the identity prover may.

The program is written out entry by entry, as one expression of scalars for each entry of its output. These are
differentiated by the rules that one learns, and what comes out is proved to be zero where the entries of the variables
have the values that they have.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq

from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.balls.point import exact_entries, exact_values
from gradcli.calculus.balls.trees import TreeArithmetic
from gradcli.calculus.entries import Entries, NoForm, Reading
from gradcli.calculus.identity.proof import is_zero
from gradcli.calculus.results import Entry, Place, Question, Request, Variables
from gradcli.calculus.steps import Unexplained, explain
from gradcli.calculus.steps.derivatives import CHOICES
from gradcli.calculus.steps.trees import ONE, ZERO, Sizes, names_in
from gradcli.language.rewriting import transformed
from gradcli.language.tree import NOWHERE, Call, Comparison, Expr, Name, Program

MAX_PARTS: Final = 6_000
"""Sub-expressions, written out, of what is differentiated and of what is proved to be zero."""
MAX_WORK: Final = 32_000
"""Those of everything that is proved for one question, which takes about a second."""
MAX_ENTRIES: Final = 1_000
"""Entries of all variables together."""
MAX_PROOFS: Final = 128
"""Proofs that are tried for one question."""
MAX_FAILURES: Final = 4
"""Proofs that may fail before no more are tried."""
BITS: Final = 256
"""The precision at which comparisons are decided."""
GIVEN_UP: Final = (NoForm, Tie, Undecided, RecursionError)
Asked: TypeAlias = tuple[Place | None, tuple[str, ...]]
"""An entry of the output, None for the scalar that is differentiated, and the names of what it is differentiated by."""


class ZeroProver:
    """Proves that entries of the value or of the derivatives that a question asks for are zero."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._names: dict[Entry, str] = {}
        self._values: dict[str, Number | Expr] = {}
        self._numbers: dict[str, Number] = {}
        self._derivatives: dict[Asked, Expr | None] = {}
        self._proved: dict[Asked, bool] = {}
        self._sizes = Sizes()
        self._work = 0
        self._output: Entries | None = None
        with suppress(*GIVEN_UP), ctx.workprec(BITS):
            self._output = self._written_out()

    def is_proved_zero(self, variables: Variables, position: Place) -> bool:
        """Whether an entry of the derivative by these variables is proved to be zero; of the value where there are
        none. False means that it is not known."""
        if self._output is None:
            return False
        output, entries = self._question.entry(variables, position)
        # Where the rules reach, the order of the variables does not matter.
        key = output, tuple(sorted(self._names[entry] for entry in entries))
        if key not in self._proved:
            failures = sum(not proved for proved in self._proved.values())
            if len(self._proved) >= MAX_PROOFS or failures >= MAX_FAILURES or self._work >= MAX_WORK:
                return False
            self._proved[key] = self._is_zero(key)
        return self._proved[key]

    def _is_zero(self, asked: Asked) -> bool:
        formula = self._derivative(asked)
        if formula is None or self._is_long(formula):
            return False
        self._work += self._sizes.of(formula)
        values: dict[str, Expr | Fraction] = {}
        for name in names_in(formula) & self._values.keys():
            value = self._values[name]
            if isinstance(value, arb):  # an infinity
                return False
            values[name] = _fraction(value) if isinstance(value, fmpq) else value
        with ctx.workprec(BITS):
            settled = transformed(formula, self._settled)
        return is_zero(settled, values)

    def _settled(self, node: Expr) -> Expr:
        """A node of a formula that is not differentiated any more: what is detached is what it is, and what compares
        two numbers that can be told apart is decided."""
        if isinstance(node, Comparison):
            holds = self._holds(node)
            return node if holds is None else ONE if holds else ZERO
        if not isinstance(node, Call):
            return node
        if node.function == "detach":
            return node.arguments[0]
        if node.function not in CHOICES or len(node.arguments) != 2:
            return node
        first, second = node.arguments
        is_first = self._holds(Comparison(first, CHOICES[node.function], second))
        return node if is_first is None else first if is_first else second

    def _holds(self, comparison: Comparison) -> bool | None:
        try:
            return bool(Reading(BallArithmetic(), self._numbers).value(comparison))
        except GIVEN_UP:
            return None

    def _derivative(self, asked: Asked) -> Expr | None:
        """The derivative by the rules that one learns; None where they do not reach, or it grows too long."""
        if asked not in self._derivatives:
            output, names = asked
            before = self._derivative((output, names[:-1])) if names else self._scalar(output)
            self._derivatives[asked] = (
                self._differentiated(before, names[-1]) if names and before is not None else before
            )
        return self._derivatives[asked]

    def _differentiated(self, formula: Expr, name: str) -> Expr | None:
        if self._is_long(formula):
            return None
        try:
            return explain(Program((), formula, (), NOWHERE), name).result
        except Unexplained:
            return None

    def _is_long(self, formula: Expr) -> bool:
        return self._sizes.of(formula) > MAX_PARTS

    # Writing the program out

    def _written_out(self) -> Entries:
        """The output, entry by entry; every entry of a variable has a name of its own. Raises NoForm."""
        question = self._question
        if sum(np.size(values) for values in question.point.values()) > MAX_ENTRIES:
            raise NoForm("too many entries to be written out")
        environment: dict[str, Entries] = {}
        fixed: dict[str, Number] = {}
        for variable, values in exact_values(question).items():
            entries = np.asarray(values, object)
            given = question.exact.get(variable)
            exact = entries if given is None else Reading(TreeArithmetic({}), {}).entries(given)
            environment[variable] = np.empty(entries.shape, object)
            for place, number in np.ndenumerate(entries):
                name = f"v{len(self._names)}"
                self._names[variable, place] = name
                self._values[name] = exact[place]
                environment[variable][place] = Name(name)
                self._numbers[name] = number
                if variable not in question.wrt:
                    fixed[name] = number
        return Reading(TreeArithmetic(fixed), environment).program(question.program)

    def _scalar(self, place: Place | None) -> Expr | None:
        """An entry of the output, or what is differentiated: the output itself, or its weighted sum. None where that
        grows too long."""
        output = self._output
        assert output is not None
        if place is not None:
            entry: Expr = output[place]
            return entry
        question, arithmetic = self._question, TreeArithmetic({})
        terms = list(output.ravel())
        try:
            if question.request is Request.VJP and question.cotangent is not None:
                weights = np.ravel(exact_entries(np.broadcast_to(question.cotangent, output.shape)))
                numbers = [arithmetic.number(_fraction(weight)) for weight in weights]
                terms = [arithmetic.multiply(pair) for pair in zip(numbers, terms, strict=True)]
            return arithmetic.add(terms)
        except NoForm:
            return None


def _fraction(number: Number) -> Fraction:
    """The exact number. Raises NoForm for an infinity."""
    if isinstance(number, arb):
        raise NoForm("a number that is not finite")
    return Fraction(int(number.p), int(number.q))
