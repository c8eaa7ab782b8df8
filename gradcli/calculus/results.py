"""What is asked of a tree and what comes out, as values: the common language of evaluate, symbolic, crosscheck and
problem."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.language.diagnostics import Note
from gradcli.language.tree import Expr, Program
from gradcli.language.values import field, frozen, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.generic]"
Variables: TypeAlias = tuple[str, ...]
"""The variables of a partial derivative, in order: ("x",) is df/dx, ("x", "y") is d²f/dx dy, ("x", "x", "x") is
d³f/dx³."""
Place: TypeAlias = tuple[int, ...]
"""The position of an entry in an array."""
Entry: TypeAlias = tuple[str, Place]
"""A variable, and the position of an entry in it."""
Values: TypeAlias = Callable[[Expr], "Array | None"]
"""What a sub-expression (this very node of the tree) is worth at the point; None where that is not known."""


COMPARISONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
"""The comparisons of the language, of whatever Python compares."""


class Request(Enum):
    """Which derivative is asked for."""

    GRADIENT = "grad"
    """Of a scalar output: one tensor of each variable's shape (order 1), or the pure partial derivative of order n."""
    VJP = "vjp"
    """Cotangent times Jacobian: one tensor of each variable's shape."""
    JACOBIAN = "jacobian"
    """One tensor of shape output.shape + variable.shape for each variable."""
    DIAGONAL = "diagonal"
    """Of an output that goes entry by entry: the Jacobian's diagonal, a tensor of the output's shape for each variable,
    or the derivatives of order n of its entries."""
    HESSIAN = "hessian"
    """Of a scalar output: one tensor of shape x.shape + y.shape for each pair of variables."""


@frozen
class Question:
    """A program with everything that decides its answer.

    `point` gives every free variable its value (arrays of the working dtype); `wrt` names the variables to
    differentiate by.
    `cotangent` has the output's shape and is given for VJP only. `order` is above 1 for GRADIENT only. `exact` has
    the expressions that values were given as, where these are more than decimals: pi/4, 1/3. `label` is what the value
    is called where it is spoken of.
    """

    program: Program
    point: Mapping[str, Array]
    wrt: tuple[str, ...]
    request: Request = Request.GRADIENT
    order: int = 1
    cotangent: Array | None = None
    exact: Mapping[str, Expr] = field(default_factory=dict)
    label: str = "f"

    def entry(self, variables: Variables, place: Place) -> tuple[Place | None, list[Entry]]:
        """What an entry of a derivative is: the place in the output, None where that is one number, and the entries of
        variables that it is by."""
        if not variables:
            return place, []
        rank = np.ndim(self.point[variables[0]])
        if self.request is Request.JACOBIAN:
            split = len(place) - rank
            return place[:split], [(variables[0], place[split:])]
        if self.request is Request.HESSIAN:
            return None, [(variables[0], place[:rank]), (variables[1], place[rank:])]
        return None, [(name, place) for name in variables]


@frozen
class Evaluation:
    """The engine's answer: numbers, and the name of the node that made the value (None where nothing is
    differentiable)."""

    question: Question
    value: Array
    grad_fn: str | None
    derivatives: Mapping[Variables, Array]
    notes: tuple[Note, ...] = ()


class Verdict(Enum):
    """How the engine's numbers compare with the certified ones."""

    AGREES = "agrees"
    CORRECTED = "corrected"
    """The engine's rules are right, and its floats are not: the certified number is shown."""
    DIFFERS = "differs"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"


class Method(Enum):
    """How the second witness came to its numbers."""

    EXACT = "exact"
    """SymPy's derivative of every operation, joined by the chain rule in ball arithmetic: every entry."""
    EXACT_SAMPLED = "exact-sampled"
    """The same for some of the entries."""
    NUMERIC = "numeric"
    """Finite differences, where there is no form."""


CLOSE: Final = 1e-9
"""The difference of a float64 from the certified number, relative to that, which is not spoken of."""
CLOSE_SINGLE: Final = 1e-4
"""The same of a float32."""


@frozen
class Numbers:
    """The numbers of an answer as they are shown: the certified ones, and the engine's where none is certified.

    `texts` has the decimals of entries that no number of the dtype holds, or of which more digits are asked for than
    floats have; the variables of the value are ().
    """

    value: Array
    derivatives: Mapping[Variables, Array]
    texts: Mapping[tuple[Variables, Place], str] = field(default_factory=dict)

    def texts_of(self, variables: Variables) -> Mapping[Place, str]:
        """The decimals of entries of one derivative, or of the value."""
        if not self.texts:
            return {}
        return {place: text for (of, place), text in self.texts.items() if of == variables}


@frozen
class Check:
    """The cross-check's outcome.

    `entries` of `of` derivative entries were compared; `max_error` is the largest relative difference of the engine's
    numbers from the certified ones. `reason` says why, where the verdict is neither agrees nor skipped. `numbers` are
    those to show, None where these are the engine's. `certified` has the derivatives as exact numbers, or the value
    where none are asked for, and `singular` says at which of them the chain rule has no value. `digits` are those to
    which finite differences agree. `certified_value` has the value as exact numbers, too.
    """

    verdict: Verdict
    method: Method | None = None
    entries: int = 0
    of: int = 0
    max_error: float | None = None
    reason: str | None = None
    numbers: Numbers | None = None
    certified: Mapping[Variables, Any] = field(default_factory=dict, compare=False)
    singular: frozenset[tuple[Variables, Place]] = field(default=frozenset(), compare=False)
    digits: int | None = None
    certified_value: Any = field(default=None, compare=False)

    @property
    def plain(self) -> Check:
        """The same without the exact numbers, which are there to be compared, and which cannot be pickled."""
        return replace(self, certified={}, certified_value=None)


@frozen
class Exact:
    """The value (its variables are ()) and the derivatives of an answer in exact form, entry by entry, as plain text in
    our language: `7/4`, `-sqrt(2)/2`. Each was found to be the certified number.

    `lengths` are the characters of those that are left out because they are long; `reasons` say why others are.
    """

    texts: Mapping[tuple[Variables, Place], str] = field(default_factory=dict)
    lengths: Mapping[tuple[Variables, Place], int] = field(default_factory=dict)
    reasons: Mapping[tuple[Variables, Place], str] = field(default_factory=dict)


class Shape(Enum):
    """A form of formulas that can be asked for, by SymPy's names."""

    SIMPLIFY = "simplify"
    EXPAND = "expand"
    FACTOR = "factor"
    TOGETHER = "together"


@frozen
class Formulas:
    """SymPy's derivatives as plain text in our language.

    `lengths` are the characters of those that are left out because they are long; `reason` says why others are.
    `notes` are for the reader.
    """

    derivatives: Mapping[Variables, str] = field(default_factory=dict)
    lengths: Mapping[Variables, int] = field(default_factory=dict)
    reason: str | None = None
    notes: tuple[Note, ...] = ()


def entry_label(variables: Variables, position: Place = (), function: str = "f") -> str:
    """What an entry of the value or of a derivative is called: `f`, `df/dx[0, 1]`, `d2f/dxdy`, `dy/dx`; the function is
    what is differentiated."""
    where = f"[{', '.join(map(str, position))}]" if position else ""
    order = len(variables)
    if order == 0:
        return f"{function}{where}"
    if order == 1:
        return f"d{function}/d{variables[0]}{where}"
    below = f"d{variables[0]}{order}" if len(set(variables)) == 1 else "".join(f"d{name}" for name in variables)
    return f"d{order}{function}/{below}{where}"


WORST_FIRST: Final = (Verdict.DIFFERS, Verdict.UNDECIDED, Verdict.CORRECTED)


def worst_of(checks: Sequence[Check]) -> Check:
    """The first of the checks that has the worst verdict."""
    order = (*WORST_FIRST, Verdict.SKIPPED, Verdict.AGREES)
    return min(checks, key=lambda each: order.index(each.verdict))
