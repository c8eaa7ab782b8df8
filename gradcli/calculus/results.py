"""What is asked of a tree and what comes out, as values: the common language of evaluate, symbolic, crosscheck and
problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli.language.diagnostics import Note
from gradcli.language.tree import Expr, Program
from gradcli.language.values import field, frozen

Array: TypeAlias = NDArray[np.generic]
Variables: TypeAlias = tuple[str, ...]
"""The variables of a partial derivative, in order: ("x",) is df/dx, ("x", "y") is d²f/dx dy, ("x", "x", "x") is
d³f/dx³."""
Values: TypeAlias = Callable[[Expr], "Array | None"]
"""What a sub-expression (this very node of the tree) is worth at the point; None where that is not known."""


class Request(Enum):
    """Which derivative is asked for."""

    GRADIENT = "grad"
    """Of a scalar output: one tensor of each variable's shape (order 1), or the pure partial derivative of order n."""
    VJP = "vjp"
    """Cotangent times Jacobian: one tensor of each variable's shape."""
    JACOBIAN = "jacobian"
    """One tensor of shape output.shape + variable.shape for each variable."""
    HESSIAN = "hessian"
    """Of a scalar output: one tensor of shape x.shape + y.shape for each pair of variables."""


@frozen
class Question:
    """A program with everything that decides its answer.

    `point` gives every free variable its value (arrays of the working dtype); `wrt` names the variables to
    differentiate by.
    `cotangent` has the output's shape and is given for VJP only. `order` is above 1 for GRADIENT only. `exact` has
    the expressions that values were given as, where these are more than decimals: pi/4, 1/3.
    """

    program: Program
    point: Mapping[str, Array]
    wrt: tuple[str, ...]
    request: Request = Request.GRADIENT
    order: int = 1
    cotangent: Array | None = None
    exact: Mapping[str, Expr] = field(default_factory=dict)


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
    """How the two witnesses compare."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"


class Method(Enum):
    """How the second witness came to its numbers."""

    SYMBOLIC = "symbolic"
    """SymPy's derivative of every entry."""
    SYMBOLIC_SAMPLED = "symbolic-sampled"
    """SymPy's derivative of some entries, the others held at their numbers."""
    CHAIN = "chain"
    """SymPy's derivative of every operation, joined by the chain rule in numbers."""
    NUMERIC = "numeric"
    """Finite differences, where SymPy has no form."""


@frozen
class Check:
    """The cross-check's outcome.

    `entries` of `of` derivative entries were compared; `max_error` is the largest relative error among them.
    `reason` says why
    where the verdict is undecided or differs.
    """

    verdict: Verdict
    method: Method | None = None
    entries: int = 0
    of: int = 0
    max_error: float | None = None
    reason: str | None = None


@frozen
class Formulas:
    """SymPy's derivatives as plain text in our language, where they are short enough to be of use."""

    derivatives: Mapping[Variables, str] = field(default_factory=dict)
