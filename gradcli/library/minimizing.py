"""`gradcli.minimize`: a minimum, and what it is."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from gradcli.language.names import values_by_name
from gradcli.language.values import replace
from gradcli.library.arguments import (
    Names,
    Numeric,
    Value,
    array_of,
    bindings,
    described,
    names_of,
    refuse_unused,
    text_of,
    whole_number,
)
from gradcli.library.guard import guarded
from gradcli.library.reprs import WIDTH, cut, pretty, shown
from gradcli.library.solving import CheckVerdict
from gradcli.minimum import RATES, TOLERANCE, Algorithm, Minimum, Moment, SearchPlan
from gradcli.minimum import minimize as sought
from gradcli.operations import vocabulary
from gradcli.problem import Problem
from gradcli.render import minima
from gradcli.render.text import layout

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.library.expressions import Expression

MethodName: TypeAlias = Literal["bfgs", "lbfgs", "sgd", "momentum", "adam"]
MOST_STEPS = 10_000_000


def minimize(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    method: MethodName | None = None,
    lr: float | None = None,
    steps: int | None = None,
    tol: float = TOLERANCE,
    bounds: Mapping[str, tuple[Value, Value]] | None = None,
    data: Mapping[str, Value] | str | os.PathLike[str] | None = None,
    maximize: bool = False,
    check: bool = True,
    history: bool = False,
    **values: Value,
) -> Optimum:
    """The minimum of an expression that is found from a start, and what it is: certified, with the Hessian's
    eigenvalues.

    Keywords, or the mapping `at`, give each variable its start. `wrt` are those to vary, all where None. `method` is
    BFGS where None (L-BFGS for many variables); `lr` is the step length of `sgd`, `momentum` and `adam`. `bounds` are
    `{"x": (0, 5)}`, None where there is none. `data` are arrays that the expression has names for, or a CSV file of
    such columns. With `history` the steps are kept.

    Raises DiagnosticError where a variable has no start, or the function no value there; TypeError and ValueError for
    arguments that mean nothing.

        >>> import gradcli
        >>> found = gradcli.minimize("(x - 3)^2 + y^2", x=0, y=1)
        >>> found
        Optimum(at={'x': 3.0, 'y': 0.0}, value=0.0, kind='minimum', reason='converged')
        >>> found.eigenvalues, bool(found)
        ((2.0, 2.0), True)
        >>> gradcli.minimize("x^3", x=1).reason
        'unbounded'
    """
    problem = Problem(text_of(text), bindings(at, values), None if wrt is None else names_of(wrt, "wrt"))
    plan = SearchPlan(
        _method(method),
        _rate(lr, method),
        None if steps is None else whole_number(steps, "steps", MOST_STEPS),
        _tolerance(tol),
        _bounds(bounds or {}),
        maximize,
        _data(data),
        check,
    )
    moments: list[Moment] = []
    with guarded():
        refuse_unused(problem, values, minimize)
        return Optimum(sought(problem, plan, moments.append if history else None), tuple(moments))


def _method(method: object) -> Algorithm | None:
    if method is None:
        return None
    names = [way.value for way in Algorithm]
    if method not in names:
        raise ValueError(f"method is one of {', '.join(map(repr, names))}, and not {method!r}")
    return Algorithm(method)


def _rate(lr: float | None, method: object) -> float | None:
    if lr is None:
        return None
    if method not in RATES:
        raise ValueError(f"lr goes with method={', '.join(map(repr, RATES))}: {method or 'bfgs'} finds its own steps")
    rate = float(array_of(lr, "lr"))
    if not 0 < rate < math.inf:
        raise ValueError(f"lr is a number above 0, such as 0.01, and not {lr}")
    return rate


def _tolerance(tol: float) -> float:
    found = float(array_of(tol, "tol"))
    if not 0 <= found < math.inf:
        raise ValueError(f"tol is a number from 0 up, such as 1e-8, and not {tol}")
    return found


def _bounds(given: Mapping[str, tuple[Value, Value]]) -> dict[str, tuple[float, float]]:
    """The lowest and the highest value by variable. Raises TypeError, DiagnosticError."""
    if not isinstance(given, Mapping):
        raise TypeError(f"bounds are a mapping, as in bounds={{'x': (0, 5)}}, and not {described(given)}")
    found = {}
    for name, ends in values_by_name(given.items(), vocabulary()).items():
        if isinstance(ends, str) or not hasattr(ends, "__len__") or len(ends) != 2:
            raise TypeError(f"the bounds of {name} are two numbers, as in (0, 5), and not {ends!r}")
        low, high = ends
        found[name] = (_end(low, name, -math.inf), _end(high, name, math.inf))
    return found


def _end(value: Value, name: str, otherwise: float) -> float:
    return otherwise if value is None else float(array_of(value, f"a bound of {name}"))


def _data(data: Mapping[str, Value] | str | os.PathLike[str] | None) -> dict[str, Array]:
    """The columns of the data. Raises TypeError, ValueError, OSError."""
    if data is None:
        return {}
    if isinstance(data, Mapping):
        given = values_by_name(data.items(), vocabulary())
        return {name: array_of(value, f"the data {name}") for name, value in given.items()}
    from gradcli.columns import NoColumnsError, columns_of

    try:
        return dict(columns_of(os.fspath(data)))
    except NoColumnsError as error:
        raise ValueError(f"{os.fspath(data)}: {error}") from None


class Optimum:
    """What came of `gradcli.minimize`; it is true where what was sought was found.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    def __init__(self, found: Minimum, history: tuple[Moment, ...] = ()) -> None:
        check = None if found.check is None else found.check.plain
        self._found = replace(found, check=check)
        self.history = history
        """The start and every step, where they were asked for: `step`, `value`, `slope`, `at`."""

    @property
    def at(self) -> dict[str, Numeric]:
        """The point, by variable."""
        return _numbers(self._found.at)

    @property
    def value(self) -> float:
        """The value there."""
        return float(self._found.value)

    @property
    def grad(self) -> dict[str, Numeric]:
        """The gradient there."""
        return _numbers(self._found.grad)

    @property
    def kind(self) -> str | None:
        """What the point is: `minimum`, `maximum`, `saddle`, `degenerate`, `kink`, `edge` or `bound`.

        None where the search did not end at a stationary point.
        """
        return self._found.kind

    @property
    def reason(self) -> str:
        """Why the search ended: `converged`, `flat`, `bound`, `kink`, `edge`, `falling`, `unbounded`, `pole`,
        `jumps`, `diverged`, `limit` or `stalled`."""
        return self._found.reason.value

    @property
    def message(self) -> str:
        """The same in a sentence."""
        return minima.reason_text(self._found)

    @property
    def steps(self) -> int:
        """The steps taken."""
        return self._found.steps

    @property
    def evaluations(self) -> int:
        """How often value and gradient were calculated."""
        return self._found.evaluations

    @property
    def eigenvalues(self) -> tuple[float, ...]:
        """The Hessian's eigenvalues at the point; none where they were not looked at."""
        return self._found.eigenvalues

    @property
    def check(self) -> CheckVerdict | None:
        """What the check says to value and gradient; None where there was none."""
        return None if self._found.check is None else CheckVerdict(self._found.check)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it."""
        return tuple(note.message for note in self._found.notes)

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        return minima.minimum_object(self._found)

    def __bool__(self) -> bool:
        return self._found.is_found

    def __str__(self) -> str:
        return "\n".join(layout(minima.rows(self._found, None, WIDTH - 8)))

    def __repr__(self) -> str:
        kind = "" if self.kind is None else f", kind={self.kind!r}"
        return f"Optimum(at={cut(shown(self.at))}, value={self.value!r}{kind}, reason={self.reason!r})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Optimum, (self._found, self.history)

    def _repr_html_(self) -> str:
        from gradcli.library.display import optimum_html

        return optimum_html(self._found)


def _numbers(arrays: Mapping[str, Array]) -> dict[str, Numeric]:
    return {name: cast("Numeric", each.copy() if each.ndim else each.item()) for name, each in arrays.items()}
