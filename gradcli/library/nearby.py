"""`gradcli.taylor` and `gradcli.tangent`: what a function looks like near a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from gradcli import local
from gradcli.language import to_text
from gradcli.language.values import replace
from gradcli.library.arguments import Names, Value, bindings, names_of, refuse_unused, text_of, whole_number
from gradcli.library.guard import guarded
from gradcli.library.reprs import cut, pretty, shown
from gradcli.library.solving import CheckVerdict, digits_of, dtype_of, without_exact_numbers
from gradcli.problem import MOST_ORDER, Problem
from gradcli.render.local import Presentation
from gradcli.render.spelling import Spelling
from gradcli.render.text import layout

if TYPE_CHECKING:
    from gradcli.library.expressions import Expression

Found = TypeVar("Found", local.Taylor, local.Tangent)


def taylor(
    text: str | Expression,
    n: int,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    digits: int | None = None,
    exact: bool = False,
    dtype: Literal["float64", "float32"] = "float64",
    **values: Value,
) -> TaylorPolynomial:
    """The Taylor polynomial of order `n` of an expression at a point, 0 where none is given.

    Keywords, or the mapping `at`, are the point; `wrt` are the variables to expand in. The coefficients are certified;
    `exact` writes them in exact form where they have one.

    Raises DiagnosticError where there is none; TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> series = gradcli.taylor("cos(x)", 4)
        >>> series
        TaylorPolynomial('1 - x**2/2 + x**4/24', order=4)
        >>> print(series)
        taylor  1 - x**2/2 + x**4/24 + O(x**5)
        check   agrees with SymPy
        >>> series.coefficients[2,], series.expression(x=1)
        (-0.5, 0.5416666666666666)
    """
    order = whole_number(n, "n", MOST_ORDER, 0)
    problem = _problem(text, at, values, wrt, digits, dtype)
    with guarded():
        refuse_unused(problem, values, taylor)
        return TaylorPolynomial(local.taylor(problem, order), problem.digits, exact)


def tangent(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    of: str | None = None,
    digits: int | None = None,
    exact: bool = False,
    dtype: Literal["float64", "float32"] = "float64",
    **values: Value,
) -> TangentLine:
    """The tangent to the graph of an expression at a point (a plane of two variables), or to the curve of an equation.

    Keywords, or the mapping `at`, are the point. `of` is the variable that an equation gives; `exact` writes the
    numbers in exact form where they have one.

    Raises DiagnosticError where there is none; TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> line = gradcli.tangent("x^2", x=3)
        >>> line
        TangentLine('y = 6*x - 9')
        >>> line.slope["x"], line.constant
        (6.0, -9.0)
        >>> gradcli.tangent("x^2 + y^2 = 25", x=3, y=4).equation
        'y = -3*x/4 + 25/4'
    """
    problem = _problem(text, at, values, wrt, digits, dtype)
    with guarded():
        refuse_unused(problem, values, tangent)
        return TangentLine(local.tangent(replace(problem, of=of)), problem.digits, exact)


def _problem(
    text: str | Expression,
    at: Mapping[str, Value] | None,
    values: Mapping[str, Value],
    wrt: Names,
    digits: int | None,
    dtype: str,
) -> Problem:
    return Problem(
        text_of(text),
        bindings(at, values),
        None if wrt is None else names_of(wrt, "wrt"),
        dtype=dtype_of(dtype),
        digits=digits_of(digits, check=True),
    )


class _Nearby(Generic[Found]):
    """What is shown of what was `found` near a point, in how many digits and whether exactly."""

    def __init__(self, found: Found, digits: int | None = None, exact: bool = False) -> None:
        self._found: Found = replace(found, checked=without_exact_numbers(found.checked))
        self._digits, self._exact = digits, exact

    @property
    def check(self) -> CheckVerdict | None:
        """What the check says to what was calculated, of the worst of it."""
        found = self._found.checked.check
        return None if found is None else CheckVerdict(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it."""
        return tuple(note.message for note in self._found.notes)

    def _written(self, spelling: Spelling = Spelling.PYTHON) -> Presentation:
        return Presentation(self._found, spelling, self._digits, self._exact)

    def latex(self) -> str:
        """What was found in LaTeX, a polynomial with the order of what is left out."""
        return self._written(Spelling.LATEX).whole

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        return self._written().object

    def __str__(self) -> str:
        return "\n".join(layout(self._written().rows))

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._found, self._digits, self._exact)

    def _repr_latex_(self) -> str:
        from gradcli.library.display import latex_math

        return latex_math(self.latex())


class TaylorPolynomial(_Nearby[local.Taylor]):
    """What came of `gradcli.taylor`: the `polynomial` in plain ASCII, an `expression` that can be called, and its
    `coefficients` by their powers.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    @property
    def polynomial(self) -> str:
        """The polynomial in plain ASCII, without the order of what is left out."""
        return self._written().text

    @property
    def expression(self) -> Expression:
        """The polynomial as an Expression."""
        from gradcli.library.expressions import Expression

        return Expression(self.polynomial)

    @property
    def order(self) -> int:
        """The order."""
        return self._found.order

    @property
    def at(self) -> dict[str, str]:
        """The point, by variable, as it was given."""
        pairs = zip(self._found.variables, self._found.centre, strict=True)
        return {name: to_text(centre) for name, centre in pairs}

    @property
    def coefficients(self) -> dict[tuple[int, ...], float]:
        """The coefficient of each product of powers of the distances from the point: `{(2,): -0.5}` says -(x-a)^2/2."""
        return {term.powers: term.coefficient.value for term in self._found.terms}

    def __repr__(self) -> str:
        at = "" if all(each == "0" for each in self.at.values()) else f", at={shown(self.at)}"
        return f"TaylorPolynomial({cut(self.polynomial)!r}, order={self.order}{at})"


class TangentLine(_Nearby[local.Tangent]):
    """What came of `gradcli.tangent`: its `equation` in plain ASCII, the `slope` by each variable, and the `constant`.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    @property
    def equation(self) -> str:
        """The equation in plain ASCII: `y = 6*x - 9`."""
        return self._written().text

    @property
    def slope(self) -> dict[str, float]:
        """The slope by each variable; of a vertical tangent the factors of the variables."""
        return {name: each.value for name, each in zip(self._found.variables, self._found.slopes, strict=True)}

    @property
    def constant(self) -> float:
        """The height at the origin; of a vertical tangent the right side."""
        return self._found.constant.value

    @property
    def vertical(self) -> bool:
        """Whether the tangent is parallel to the axis of the heights."""
        return self._found.height is None

    def __repr__(self) -> str:
        return f"TangentLine({cut(self.equation)!r})"
