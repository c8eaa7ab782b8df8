"""What a question asks: which derivative of what, by which variables, in which form; and where on a curve."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Final

import numpy as np

from gradcli.calculus import results
from gradcli.calculus.balls.curve import OffCurve, on_curve, tangent_fault
from gradcli.calculus.implicit import MAX_ORDER, difference, implicit_derivative
from gradcli.calculus.results import Array
from gradcli.language import DiagnosticError, Expr, Note, did_you_mean
from gradcli.language.tree import NOWHERE, Equation, Program
from gradcli.language.values import frozen, replace

PLAIN: Final = ("x", "y")
"""An equation in these gives dy/dx where the question says nothing else."""
DIGITS: Final = 17
"""Significant digits to which a coordinate is moved."""
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
class ImplicitCurve:
    """The curve of an equation, on which `zero` is 0, and which variable depends there on which: `of` on `by`."""

    equation: Equation
    by: str
    of: str

    @property
    def zero(self) -> Expr:
        """The difference of the equation's sides."""
        return difference(self.equation)


@frozen
class DerivativeOptions:
    """What a question says of its derivative, None and empty where it says nothing."""

    wrt: Sequence[str] | str | None = None
    of: str | None = None
    partial: Sequence[str] = ()
    order: int = 1
    form: str | None = None
    is_answer: bool = False

    @property
    def by(self) -> tuple[str, ...] | None:
        """The variables of `wrt`."""
        return None if self.wrt is None else (self.wrt,) if isinstance(self.wrt, str) else tuple(self.wrt)


@frozen
class AskedDerivative:
    """What is asked: the derivative of `expression` by `wrt`.

    `names` are all variables. `notes` say what the question may not have meant.
    """

    expression: Expr
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    form: Form
    order: int = 1
    curve: ImplicitCurve | None = None
    notes: tuple[Note, ...] = ()


def asked_derivative(
    source: str, expression: Expr, names: tuple[str, ...], options: DerivativeOptions, valued: Collection[str]
) -> AskedDerivative:
    """What a question about an expression with these names asks; `valued` are those that have values at its point.

    Raises DiagnosticError for options that contradict each other, or the expression.
    """
    if isinstance(expression, Equation):
        return _implicit(source, expression, names, options)
    if options.of is not None:
        message = f"{options.of} depends on another variable only where there is an equation"
        raise DiagnosticError.about(CONTRADICTION, message, source, EQUATION)
    names = names or tuple(dict.fromkeys(options.by or options.partial)) or ("x",)
    if options.is_answer:
        return AskedDerivative(expression, names, (), Form.VALUE)
    if options.partial:
        return _partial(source, expression, names, options)
    wrt, form = _variables(source, names, options, valued)
    return _with_all_names(AskedDerivative(expression, names, wrt, form, options.order))


CONTRADICTION: Final = "H108"
VARIABLES: Final = "H104"
EQUATION: Final = 'write function = "x^2 + y^2 = 25"'


def _with_all_names(found: AskedDerivative) -> AskedDerivative:
    """With variables that do not occur in the function, and a note that its derivative by them is 0."""
    others = tuple(dict.fromkeys(name for name in found.wrt if name not in found.names))
    notes = [Note(f"{name} does not occur in the function: the derivative by {name} is 0") for name in others]
    return replace(found, names=(*found.names, *others), notes=(*found.notes, *notes))


def _partial(source: str, expression: Expr, names: tuple[str, ...], options: DerivativeOptions) -> AskedDerivative:
    if options.wrt is not None or options.order != 1 or options.form is not None:
        message = "a mixed partial derivative is by the variables of partial, and needs no wrt, order or form"
        help_ = 'write partial = ["x", "y"] alone; ["x", "x"] is the second derivative'
        raise DiagnosticError.about(CONTRADICTION, message, source, help_)
    if len(options.partial) > MAX_PARTIAL:
        raise DiagnosticError.about(CONTRADICTION, f"partial has more than {MAX_PARTIAL} variables", source)
    wrt = tuple(options.partial)
    is_by_one = len(set(wrt)) == 1
    found = (wrt[:1], Form.DERIVATIVE, len(wrt)) if is_by_one else (wrt, Form.PARTIAL)
    return _with_all_names(AskedDerivative(expression, names, *found))


def _implicit(source: str, equation: Equation, names: tuple[str, ...], options: DerivativeOptions) -> AskedDerivative:
    given, message, help_ = options.by or (), "", None
    if options.is_answer or options.partial or options.form is not None:
        message, help_ = "of an equation, only the derivative of one variable by another is asked", EQUATION
    elif len(given) > 1:
        message, help_ = "an implicit derivative is by one variable", 'name it: wrt = "x"'
    elif options.order > MAX_ORDER:
        message = f"an implicit derivative has at most the order {MAX_ORDER}"
    if message:
        raise DiagnosticError.about(CONTRADICTION, message, source, help_)
    by, of = _dependence(source, names, given[0] if given else None, options.of)
    found = implicit_derivative(equation, by, of, options.order)
    curve = ImplicitCurve(equation, by, of)
    return AskedDerivative(found.expression, names, (by,), Form.IMPLICIT, options.order, curve)


def _dependence(source: str, names: tuple[str, ...], by: str | None, of: str | None) -> tuple[str, str]:
    """Which variable is differentiated by, and which depends on it."""
    for name in (by, of):
        if name is not None and name not in names:
            message = f"{name} does not occur in the equation"
            raise DiagnosticError.about(VARIABLES, message, source, f"its variables: {', '.join(names) or 'none'}")
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
    raise DiagnosticError.about(CONTRADICTION, message, source, 'name them: wrt = "x" and of = "y" (--wrt x --of y)')


def _variables(
    source: str, names: tuple[str, ...], options: DerivativeOptions, valued: Collection[str]
) -> tuple[tuple[str, ...], Form]:
    """What is differentiated by, and the form of the answer."""
    given, form, message, help_ = options.by, _named(options.form), "", None
    chosen = names if given is None else given
    if form is None:
        form = Form.DERIVATIVE if len(chosen) == 1 else Form.HESSIAN if options.order == 2 else Form.GRADIENT
    if form is Form.DERIVATIVE and len(chosen) > 1:
        message, help_ = "a derivative is by one variable", f'name it: wrt = "{chosen[0]}"'
    elif given is None and len(chosen) > 1 and form is Form.GRADIENT and not valued and options.form is None:
        message = f"the function has the variables {', '.join(names)}, and the question names none"
        help_ = f"say by which to differentiate: {', '.join(names)}, or a list of them"
    elif options.order > 1 and form in (Form.JACOBIAN, Form.GRADIENT):
        message = f"a {form.value} is of the first order"
    if message:
        raise DiagnosticError.about(VARIABLES, message, source, help_)
    return chosen, form


def _named(form: str | None) -> Form | None:
    if form is None or form in NAMED:
        return None if form is None else NAMED[form]
    help_ = did_you_mean(form, NAMED) or f"write {', '.join(NAMED)}"
    raise DiagnosticError.about("H102", f"there is no form {form!r}", form, help_)


@frozen
class PointOnCurve:
    """A point on the curve: the values, those of them that are exact, and a note where one was moved."""

    values: Mapping[str, Array]
    exact: Mapping[str, Expr]
    notes: tuple[Note, ...] = ()


def point_on_curve(
    curve: ImplicitCurve, values: Mapping[str, Array], exact: Mapping[str, Expr], source: str
) -> PointOnCurve:
    """The point on a curve that values mean: as they are, or with one moved by at most half a unit of its last written
    digit. Raises DiagnosticError where the point is farther off."""
    message = ""
    for name, value in values.items():
        if np.ndim(value):
            message = f"an implicit derivative is at a point of numbers, and {name} has shape {np.shape(value)}"
            break
    else:
        try:
            moved = on_curve(_question(curve, values, exact), (curve.of, curve.by), DIGITS)
        except OffCurve as off:
            message = off.message
    if message:
        raise DiagnosticError.about("H109", message, source, "give values that satisfy the equation")
    if moved.name is None:
        return PointOnCurve(values, exact)
    note = Note(f"the point was moved onto the curve: {moved.name} = {moved.after} for {moved.before}")
    return PointOnCurve(moved.question.point, moved.question.exact, (note,))


def fault_of_tangent(curve: ImplicitCurve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> str | None:
    """Why the curve has no slope at a point; None where it has one, or that is not known."""
    return tangent_fault(_question(curve, values, exact), curve.by, curve.of)


def _question(curve: ImplicitCurve, values: Mapping[str, Array], exact: Mapping[str, Expr]) -> results.Question:
    point = {name: np.asarray(value, np.float64) for name, value in values.items()}
    return results.Question(Program((), curve.zero, (), NOWHERE), point, (), exact=exact)
