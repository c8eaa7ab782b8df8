"""What a question aims at: which derivative of what, by which variables, and the form of the answer.

A question's point on the curve of its equation: moved there where its values are rounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Final, NoReturn

import numpy as np

from gradcli.calculus.balls.curve import OffCurve, on_curve, tangent_fault
from gradcli.calculus.implicit import MAX_ORDER, difference, implicit_derivative
from gradcli.calculus.results import Array, Question
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Span, did_you_mean
from gradcli.language.tree import NOWHERE, Equation, Program
from gradcli.language.values import frozen

PLAIN: Final = ("x", "y")
"""An equation in these gives dy/dx where the question says nothing else."""
MAX_PARTIAL: Final = 8
"""Variables that a mixed partial derivative may be by."""


class Form(Enum):
    """What shape the answer takes."""

    DERIVATIVE = "derivative"
    """By one variable: of the output's shape."""
    PARTIAL = "mixed partial derivative"
    """By one variable after another: of the output's shape."""
    IMPLICIT = "implicit derivative"
    """Of one variable by another, along the curve of an equation."""
    GRADIENT = "gradient"
    """By several variables: a list."""
    JACOBIAN = "jacobian"
    """Of a list of outputs by several variables: a row for each output."""
    HESSIAN = "hessian"
    """All second derivatives."""
    VALUE = "value"
    """No derivative: the answer is compared with a given expression."""


NAMED: Final = {each.value: each for each in (Form.DERIVATIVE, Form.GRADIENT, Form.JACOBIAN, Form.HESSIAN)}
"""The forms that a question may name; the others follow from what else it says."""


@frozen
class Curve:
    """The curve of an equation, on which `zero` is 0, and which variable depends there on which: `of` on `by`."""

    equation: Equation
    by: str
    of: str

    @property
    def zero(self) -> Expr:
        """The difference of the equation's sides."""
        return difference(self.equation)


@frozen
class Wishes:
    """What a question says of its derivative, None and empty where it says nothing."""

    wrt: Sequence[str] | str | None = None
    of: str | None = None
    partial: Sequence[str] = ()
    order: int = 1
    form: str | None = None
    is_answer: bool = False


@frozen
class Aim:
    """What is asked: the derivative of `expression` by `wrt`.

    `names` are all variables. `notes` say what the question may not have meant.
    """

    expression: Expr
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    form: Form
    order: int = 1
    curve: Curve | None = None
    notes: tuple[Note, ...] = ()


def aim(source: str, expression: Expr, names: tuple[str, ...], wishes: Wishes, valued: Collection[str]) -> Aim:
    """What a question about an expression with these names asks; `valued` are those that have values at its point.

    Raises DiagnosticError for wishes that contradict each other, or the expression.
    """
    if isinstance(expression, Equation):
        return _implicit(source, expression, names, wishes)
    if wishes.of is not None:
        _refuse("H108", f"{wishes.of} depends on another variable only where there is an equation", source, EQUATION)
    if wishes.is_answer:
        return Aim(expression, names or _of_a_constant(wishes), (), Form.VALUE)
    if wishes.partial:
        return _partial(source, expression, names, wishes)
    names = names or _of_a_constant(wishes)
    wrt, form = _variables(source, names, wishes, valued)
    return _with_strangers(Aim(expression, names, wrt, form, wishes.order))


EQUATION: Final = 'write function = "x^2 + y^2 = 25"'


def _with_strangers(found: Aim) -> Aim:
    """The aim with variables that do not occur in the function, and a note that its derivative by them is 0."""
    extra_names = tuple(dict.fromkeys(name for name in found.wrt if name not in found.names))
    notes = [Note(f"{name} does not occur in the function: the derivative by {name} is 0") for name in extra_names]
    return Aim(
        found.expression,
        (*found.names, *extra_names),
        found.wrt,
        found.form,
        found.order,
        found.curve,
        (*found.notes, *notes),
    )


def _of_a_constant(wishes: Wishes) -> tuple[str, ...]:
    """The variables of a function that has none, such as e^2: those that it is differentiated by, or x."""
    wrt = wishes.wrt or wishes.partial
    return ("x",) if not wrt else (wrt,) if isinstance(wrt, str) else tuple(dict.fromkeys(wrt))


def _partial(source: str, expression: Expr, names: tuple[str, ...], wishes: Wishes) -> Aim:
    if wishes.wrt is not None or wishes.order != 1 or wishes.form is not None:
        message = "a mixed partial derivative is by the variables of partial, and needs no wrt, order or form"
        _refuse("H108", message, source, 'write partial = ["x", "y"] alone; ["x", "x"] is the second derivative')
    if len(wishes.partial) > MAX_PARTIAL:
        _refuse("H108", f"partial has more than {MAX_PARTIAL} variables", source)
    wrt = tuple(wishes.partial)
    names = names or _of_a_constant(wishes)
    if len(set(wrt)) == 1:
        return _with_strangers(Aim(expression, names, wrt[:1], Form.DERIVATIVE, len(wrt)))
    return _with_strangers(Aim(expression, names, wrt, Form.PARTIAL))


def _implicit(source: str, equation: Equation, names: tuple[str, ...], wishes: Wishes) -> Aim:
    if wishes.is_answer or wishes.partial or wishes.form is not None:
        _refuse("H108", "of an equation, only the derivative of one variable by another is asked", source, EQUATION)
    if wishes.wrt is not None and not isinstance(wishes.wrt, str) and len(wishes.wrt) > 1:
        _refuse("H108", "an implicit derivative is by one variable", source, 'name it: wrt = "x"')
    if wishes.order > MAX_ORDER:
        _refuse("H108", f"an implicit derivative has at most the order {MAX_ORDER}", source)
    by = wishes.wrt if wishes.wrt is None or isinstance(wishes.wrt, str) else wishes.wrt[0]
    by, of = _dependence(source, names, by, wishes.of)
    found = implicit_derivative(equation, by, of, wishes.order)
    curve = Curve(equation, by, of)
    return Aim(found.expression, names, (by,), Form.IMPLICIT, wishes.order, curve)


def _dependence(source: str, names: tuple[str, ...], by: str | None, of: str | None) -> tuple[str, str]:
    """Which variable is differentiated by, and which depends on it."""
    for name in (by, of):
        if name is not None and name not in names:
            message = f"{name} does not occur in the equation"
            _refuse("H104", message, source, f"its variables: {', '.join(names) or 'none'}")
    if by is None and of is None and set(PLAIN) <= set(names):
        return PLAIN
    left = [name for name in names if name not in (by, of)]
    if by is not None and of is not None and by != of:
        return by, of
    if len(names) == 2 and (by is None) != (of is None):
        return (by or left[0]), (of or left[0])
    if by is not None and of is None and by == "x" and "y" in names:
        return PLAIN
    message = f"the equation has the variables {', '.join(names)}, and does not say which depends on which"
    return _refuse("H108", message, source, 'name them: wrt = "x" and of = "y" (--wrt x --of y)')


def _variables(
    source: str, names: tuple[str, ...], wishes: Wishes, valued: Collection[str]
) -> tuple[tuple[str, ...], Form]:
    """What is differentiated by, and the form of the answer."""
    wrt, form = wishes.wrt, _named(wishes.form)
    given = (wrt,) if isinstance(wrt, str) else None if wrt is None else tuple(wrt)
    chosen = given if given is not None else names
    if form is None:
        form = Form.DERIVATIVE if len(chosen) == 1 else Form.HESSIAN if wishes.order == 2 else Form.GRADIENT
    if form is Form.DERIVATIVE and len(chosen) > 1:
        _refuse("H104", "a derivative is by one variable", source, f'name it: wrt = "{chosen[0]}"')
    if given is None and len(chosen) > 1 and form is Form.GRADIENT and not valued and wishes.form is None:
        message = f"the function has the variables {', '.join(names)}, and the question names none"
        _refuse("H104", message, source, f"say by which to differentiate: {', '.join(names)}, or a list of them")
    if wishes.order > 1 and form in (Form.JACOBIAN, Form.GRADIENT):
        _refuse("H104", f"a {form.value} is of the first order", source)
    return chosen, form


def _named(form: str | None) -> Form | None:
    if form is None or form in NAMED:
        return None if form is None else NAMED[form]
    return _refuse("H102", f"there is no form {form!r}", form, did_you_mean(form, NAMED) or f"write {', '.join(NAMED)}")


def _refuse(code: str, message: str, source: str, help_: str | None = None) -> NoReturn:
    raise DiagnosticError(Diagnostic(code, message, Span(0, len(source)), source, help_))


DIGITS: Final = 17
"""Significant digits to which a coordinate is moved."""


@frozen
class Landed:
    """A point on the curve: the values, those of them that are exact, and a note where one was moved."""

    values: Mapping[str, Array]
    exact: Mapping[str, Expr]
    notes: tuple[Note, ...] = ()


def landed(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr], source: str) -> Landed:
    """The point on a curve that values mean: as they are, or with one moved by at most half a unit of its last written
    digit. Raises DiagnosticError where the point is farther off."""
    for name, value in values.items():
        if np.ndim(value):
            raise _fault(
                f"an implicit derivative is at a point of numbers, and {name} has shape {np.shape(value)}", source
            )
    try:
        moved = on_curve(_question(curve, values, exact), (curve.of, curve.by), DIGITS)
    except OffCurve as off:
        raise _fault(off.message, source) from None
    if moved.name is None:
        return Landed(values, exact)
    message = f"the point was moved onto the curve: {moved.name} = {moved.after} for {moved.before}"
    return Landed(moved.question.point, moved.question.exact, (Note(message),))


def fault_of_tangent(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> str | None:
    """Why the curve has no slope at a point; None where it has one, or that is not known."""
    return tangent_fault(_question(curve, values, exact), curve.by, curve.of)


def _question(curve: Curve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> Question:
    point = {name: np.asarray(value, np.float64) for name, value in values.items()}
    return Question(Program((), curve.zero, (), NOWHERE), point, (), exact=exact)


def _fault(message: str, source: str) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic("H109", message, Span(0, len(source)), source, "give values that satisfy the equation")
    )
