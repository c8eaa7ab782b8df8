"""`gradcli.solve`: value and derivatives of an expression, and whether they are right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from gradcli.calculus.results import Check, Request, Variables
from gradcli.language.values import replace
from gradcli.library.arguments import (
    Names,
    Numeric,
    Value,
    array_of,
    bindings,
    names_of,
    refuse_unused,
    text_of,
    whole_number,
)
from gradcli.library.guard import guarded
from gradcli.library.reprs import WIDTH, cut, pretty, shown
from gradcli.problem import DTYPES, MOST_DIGITS, MOST_ORDER, Problem, Solution
from gradcli.problem import solve as solve_problem
from gradcli.render.numbers import FLOAT_DIGITS, exact_array_text

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.library.expressions import Expression

Asked: TypeAlias = Literal["grad", "vjp", "jacobian", "hessian"]
REQUESTS: Final = ("grad", "vjp", "jacobian", "hessian")


def solve(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    order: int = 1,
    vjp: Value = None,
    request: Asked = "grad",
    partial: Names = (),
    of: str | None = None,
    dtype: Literal["float64", "float32"] = "float64",
    digits: int | None = None,
    check: bool = True,
    formulas: bool = True,
    exact: bool = False,
    **values: Value,
) -> Calculation:
    """The value of an expression and its derivatives at a point, checked against certified numbers.

    `text` is a formula or a small program. Keywords give its variables their values: numbers, texts as on the command
    line (`"pi/4"`, `"1/3"`, exact as they stand), lists, arrays or tensors. A variable that is called like an option
    (`order`) gets its value in the mapping `at`. Without values there are formulas alone.

    `wrt` are the variables to differentiate by, all where None; `order` is that of the derivative. `request` is `grad`,
    `jacobian` or `hessian`; `vjp` weights a tensor output. `partial="x,y"` asks for a mixed partial derivative, and
    `of` for that of one variable of an equation. `digits` significant digits are certified, up to 1,000; with `exact`
    the numbers come in exact form, too. Without `check` there are the engine's floats alone, and without `formulas`
    SymPy is not needed.

    Raises DiagnosticError, a ValueError that says where in the text something is wrong; TypeError and ValueError for
    arguments that mean nothing.

        >>> import gradcli
        >>> s = gradcli.solve("x^2 y", x=3, y=2)
        >>> s
        Calculation('x**2*y', value=18.0, grad={'x': 12.0, 'y': 9.0}, check='agrees')
        >>> s.derivative
        {'x': '2*x*y', 'y': 'x**2'}
        >>> print(gradcli.solve("sin(x)", x="pi/3", digits=30))
        f      0.866025403784438646763723170753   SinBackward0
        df/dx  0.5                                = cos(x)
        check  agrees with SymPy
        >>> gradcli.solve("x^3 y^2").derivative["y"]
        '2*x**3*y'
        >>> gradcli.solve("sum(x^2)", x=[1, 2, 3]).grad["x"]
        array([2., 4., 6.])
        >>> gradcli.solve("x^2", x=[1, 2, 3]).diagonal["x"]
        array([2., 4., 6.])
        >>> gradcli.solve("sin(x)", x="pi/4", exact=True).exact
        {'value': 'sqrt(2)/2', 'grad': {'x': 'sqrt(2)/2'}}
    """
    if exact and not check:
        raise ValueError("exact=True needs the check: only what is checked is said exactly")
    asked = _request(request, vjp, order)
    problem = Problem(
        text_of(text),
        bindings(at, values),
        None if wrt is None else names_of(wrt, "wrt"),
        asked,
        whole_number(order, "order", MOST_ORDER),
        None if vjp is None else array_of(vjp, "vjp"),
        dtype_of(dtype),
        digits_of(digits, check=check),
        of=_name(of),
        partial=names_of(partial, "partial"),
    )
    with guarded():
        refuse_unused(problem, values, solve)
        return Calculation(solve_problem(problem, check=check, formulas=check and formulas, exact=exact))


def _request(request: object, vjp: Value, order: object) -> Request:
    if request not in REQUESTS:
        raise ValueError(f"request is one of {', '.join(map(repr, REQUESTS))}, and not {request!r}")
    if vjp is not None and request not in ("grad", "vjp"):
        raise ValueError(f"vjp and request={request!r} exclude each other")
    if request == "vjp" and vjp is None:
        raise ValueError("request='vjp' needs the vector: vjp=[…], one number for each entry of the output")
    asked = Request.VJP if vjp is not None else Request(request)
    if asked is not Request.GRADIENT and order != 1:
        raise ValueError(f"order={order} is of gradients, and {asked.value} is asked for")
    return asked


def dtype_of(dtype: object) -> str:
    """The name of a precision. Raises ValueError."""
    if dtype not in DTYPES:
        raise ValueError(f"dtype is one of {', '.join(map(repr, DTYPES))}, and not {dtype!r}")
    return str(dtype)


def digits_of(digits: object, *, check: bool) -> int | None:
    """The digits to show, None for as many as are usual. Raises TypeError, ValueError."""
    if digits is None:
        return None
    number = whole_number(digits, "digits", MOST_DIGITS)
    if number > FLOAT_DIGITS and not check:
        raise ValueError(f"digits={number} needs the check: floats have {FLOAT_DIGITS} digits at most")
    return number


def _name(of: object) -> str | None:
    if of is not None and not isinstance(of, str):
        raise TypeError(f"of is the name of a variable, and not {of!r}")
    return of


def without_exact_numbers(solution: Solution) -> Solution:
    """A solution that can be pickled."""
    return solution if solution.check is None else replace(solution, check=solution.check.plain)


class CheckVerdict(str):
    """What the check found, as a text: `agrees`, `corrected`, `differs`, `undecided` or `skipped`.

    It is true where the numbers are right: `agrees` and `corrected` (the engine's floats were not, and the certified
    numbers are what is shown). `method` says how it was found, `entries` of `of` derivative entries were compared,
    `max_error` is the largest relative difference of the engine's numbers, `reason` says why, where that is not plain.

        >>> import gradcli
        >>> check = gradcli.solve("x^2", x=3).check
        >>> check, check.method, bool(check)
        ('agrees', 'exact', True)
    """

    method: str | None
    entries: int
    of: int
    max_error: float | None
    reason: str | None

    def __new__(cls, check: Check) -> CheckVerdict:
        """The verdict of a check."""
        found = super().__new__(cls, check.verdict.value)
        found.method = None if check.method is None else check.method.value
        found.entries, found.of, found.max_error, found.reason = check.entries, check.of, check.max_error, check.reason
        found._check = check.plain
        return found

    _check: Check

    def __bool__(self) -> bool:
        return self in ("agrees", "corrected")

    def __reduce__(self) -> tuple[Any, ...]:
        return CheckVerdict, (self._check,)


class Calculation:
    """What came of `gradcli.solve`: `value`, the derivatives as numbers (`grad`, or what else was asked for), the same
    as formulas (`derivative`), and what the `check` says of the numbers.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = without_exact_numbers(solution)

    @property
    def expression(self) -> str:
        """The expression in plain ASCII, as it was read."""
        return self._solution.reading

    @property
    def value(self) -> Numeric | None:
        """The value: a float, or an array of the output's shape. None where the variables have no values, and of an
        equation. It is the certified number where the check found one."""
        if self._solution.evaluation is None or self._solution.of is not None:
            return None
        return _plain(self._solution.numbers.value)

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the value, () of a number."""
        evaluation = self._solution.evaluation
        return None if evaluation is None else evaluation.value.shape

    @property
    def grad(self) -> dict[str, Numeric]:
        """The gradient by each variable, of the variable's shape; of a higher order the pure partial derivatives, and
        of an equation the implicit ones. Raises AttributeError where other derivatives were asked for, or none are
        there because the variables have no values."""
        return cast("dict[str, Numeric]", self._derivatives("grad"))

    @property
    def vjp(self) -> dict[str, Numeric]:
        """The vector times the Jacobian, of each variable's shape. Raises AttributeError as `grad` does."""
        return cast("dict[str, Numeric]", self._derivatives("vjp"))

    @property
    def jacobian(self) -> dict[str, Numeric]:
        """The Jacobian by each variable, of the output's shape and then the variable's. Raises as `grad` does."""
        return cast("dict[str, Numeric]", self._derivatives("jacobian"))

    @property
    def diagonal(self) -> dict[str, Numeric]:
        """The Jacobian's diagonal, of an output that goes entry by entry. Raises AttributeError as `grad` does."""
        return cast("dict[str, Numeric]", self._derivatives("diagonal"))

    @property
    def hessian(self) -> dict[str, dict[str, Numeric]]:
        """The second derivatives, by one variable and then by another. Raises AttributeError as `grad` does."""
        return cast("dict[str, dict[str, Numeric]]", self._derivatives("hessian"))

    @property
    def partial(self) -> dict[str, Numeric]:
        """The mixed partial derivative, by its variables: `{"x,y": …}`. Raises AttributeError as `grad` does."""
        return cast("dict[str, Numeric]", self._derivatives("partial"))

    @property
    def derivative(self) -> dict[str, Any]:
        """The formulas of the derivatives in plain ASCII, without long ones (see `Expression.derivative`)."""
        return self._by_variable(self._solution.formulas.derivatives)

    @property
    def exact(self) -> dict[str, Any]:
        """The numbers in exact form where `exact` asked for them: `value`, and the derivatives as they are called
        (`grad`). Those of a tensor are nested lists, with None for an entry that has none."""
        from gradcli.render.objects import exact_object

        solution = self._solution
        found: dict[str, Any] = {} if solution.exact is None else exact_object(solution.exact.texts, solution)
        return found

    @property
    def check(self) -> CheckVerdict | None:
        """What the check found; None where there was none."""
        check = self._solution.check
        return None if check is None else CheckVerdict(check)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it: a kink, a reading on which people differ."""
        return tuple(note.message for note in self._solution.notes)

    def decimal(self, *variables: str) -> str:
        """The value as a decimal, or the derivative by these variables, with as many digits as were asked for.

        It is exact where floats are not: beyond 17 digits, and outside their range.

            >>> import gradcli
            >>> gradcli.solve("sqrt(x)", x=2, digits=30).decimal("x")
            '0.353553390593273762200422181052'
            >>> gradcli.solve("e^x", x=1000).decimal()
            '1.97007e+434'
        """
        if self._solution.evaluation is None:
            raise ValueError("there are no numbers: the variables have no values")
        numbers = self._solution.numbers
        found = {(): numbers.value, **numbers.derivatives}
        if variables not in found:
            known = ", ".join(repr(",".join(each)) for each in numbers.derivatives) or "none"
            raise KeyError(f"there is no derivative by {', '.join(variables)}; there are those by {known}")
        return exact_array_text(found[variables], self._solution.problem.digits, numbers.texts_of(variables))

    @cached_property
    def _lines(self) -> str:
        from gradcli.render.text import check_row, layout, rows

        check = check_row(self._solution)
        table = rows(self._solution, self._solution.problem.digits, WIDTH - 8)
        return "\n".join(layout(table if check is None else [*table, check]))

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        from gradcli.render.objects import solution_object

        return solution_object(self._solution)

    def _derivatives(self, asked: str) -> Any:
        solution = self._solution
        there = "partial" if solution.problem.partial else solution.request.value
        if solution.evaluation is None:
            raise AttributeError(f"there is no {asked}: the variables have no values; .derivative has the formulas")
        if there != asked:
            raise AttributeError(f"there is no {asked}: the derivatives are in .{there}")
        return self._by_variable({key: _plain(each) for key, each in solution.numbers.derivatives.items()})

    def _by_variable(self, derivatives: Mapping[Variables, Any]) -> dict[str, Any]:
        from gradcli.render.objects import by_variable

        return by_variable(dict(derivatives), self._solution)

    def __str__(self) -> str:
        return self._lines

    def __repr__(self) -> str:
        solution = self._solution
        parts = [repr(cut(self.expression))]
        if solution.evaluation is not None:
            if solution.of is None:
                parts.append(f"value={shown(self.value)}")
            there = "partial" if solution.problem.partial else solution.request.value
            if solution.numbers.derivatives:
                parts.append(f"{there}={shown(self._derivatives(there))}")
        elif solution.formulas.derivatives:
            parts.append(f"derivative={shown(self.derivative)}")
        if solution.check is not None:
            parts.append(f"check={str(self.check)!r}")
        return f"Calculation({', '.join(parts)})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Calculation, (self._solution,)

    def _repr_latex_(self) -> str:
        from gradcli.library.display import calculation_latex

        return calculation_latex(self._solution)

    def _repr_html_(self) -> str:
        from gradcli.library.display import calculation_html

        return calculation_html(self._solution)


def _plain(array: Array) -> Numeric:
    """An array as people want it: a number where it is one, else a copy of their own."""
    return cast("Numeric", array.copy() if array.ndim else array.item())
