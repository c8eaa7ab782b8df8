"""What a function looks like near a point: its Taylor polynomial, and the tangent to its graph or to a curve.

Each derivative is one Problem, calculated and checked as any other; what is made of them here (divided by factorials,
moved to the origin) is made of the certified numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.asked import placed
from gradcli.calculus.implicit import difference, mixed_derivative
from gradcli.calculus.results import Array, Question, Request, Variables, Verdict
from gradcli.language import DiagnosticError, Expr, Note, Program, to_text
from gradcli.language.tree import Equation, Factor, Name, Negation, Number, Product, Sum, Term
from gradcli.language.values import field, frozen, replace
from gradcli.problem import Found, Problem, Solution, read, solve

if TYPE_CHECKING:
    from gradcli.calculus.balls.numbers import Number as Certified
    from gradcli.calculus.exact import Asked

MOST_TERMS: Final = 100
"""Terms of a Taylor polynomial of several variables."""
BITS: Final = 256
"""Bits with which certified numbers are calculated, besides those that the digits to be shown ask for."""
HEIGHTS: Final = ("y", "z", "w", "u", "v", "t")
"""Names for the value of a function where its graph is spoken of, the usual ones first."""
SMALL_STEPS: Final = (20, 40, 60)
"""Binary exponents of the distances at which it is asked whether a slope grows beyond all bounds."""
STEEP: Final = 20.0
"""A slope that is steep so near to a point, even where it grows as a logarithm does."""


@frozen
class LocalNumber:
    """A number: the nearest float, its decimals where no float holds it, and its exact form where known and short."""

    value: float
    text: str | None = None
    exact: str | None = None


@frozen
class TaylorTerm:
    """A coefficient and, for each variable, the power of its distance from the centre."""

    powers: tuple[int, ...]
    coefficient: LocalNumber


@frozen
class Taylor:
    """A Taylor polynomial: `centre` has the values of the `variables` as expressions.

    `checked` is the Solution with the worst verdict of those that the coefficients come from.
    """

    program: Program
    variables: tuple[str, ...]
    centre: tuple[Expr, ...]
    order: int
    terms: tuple[TaylorTerm, ...]
    checked: Solution
    notes: tuple[Note, ...] = ()


@frozen
class Tangent:
    """A tangent line or plane: `height` = slopes · variables + constant, where the height is the value of a function.

    Of a curve or a surface that an equation gives, `height` is the variable that depends on the others; None where the
    tangent is parallel to its axis: then slopes · variables = constant.
    """

    program: Program
    variables: tuple[str, ...]
    slopes: tuple[LocalNumber, ...]
    constant: LocalNumber
    height: str | None
    checked: Solution
    notes: tuple[Note, ...] = field(default=())


def taylor(problem: Problem, order: int) -> Taylor:
    """The Taylor polynomial of a function at the values of its variables, of all or of those to differentiate by, 0
    where none has one. Raises DiagnosticError where there is none, or too much of it."""
    problem = _with_centre(problem)
    found = read(problem)
    _refuse_tensors(found, "a Taylor polynomial")
    if isinstance(found.parsed.program.result, Equation):
        raise found.fault("E361", "an equation has no Taylor polynomial", "ask for --order or --tangent")
    names = found.wrt
    if not names:
        raise found.fault("E361", "there is no variable", "name one, as in gradcli 'sin(x)' --taylor 5")
    orders = [each for count in range(order + 1) for each in combinations_with_replacement(names, count)]
    if len(names) > 1 and len(orders) > MOST_TERMS:
        message = f"a polynomial of {len(orders):,} terms: {MOST_TERMS} are the most in several variables"
        raise found.fault("E361", message, "ask for a lower order, or name the variables: --wrt x")
    terms: list[TaylorTerm] = []
    solutions: list[Solution] = []
    for variables in orders:
        solution = _solved(problem, variables)
        solutions.append(solution)
        scale = math.prod(math.factorial(variables.count(name)) for name in names)
        coefficient = _coefficient(found, solution, variables, scale, order)
        terms.append(TaylorTerm(tuple(variables.count(name) for name in names), coefficient))
    centre = tuple(_centre(found, name) for name in names)
    notes = tuple(dict.fromkeys(note for solution in solutions[:1] for note in solution.notes))
    return Taylor(found.parsed.program, names, centre, order, tuple(terms), _worst(solutions), notes)


def tangent(problem: Problem) -> Tangent:
    """The tangent to a function's graph at a point, or to an equation's curve. Raises DiagnosticError."""
    problem = _with_dependent(problem)
    found = read(problem)
    if found.is_open or not found.wrt:
        names = " ".join(f"{name}=…" for name in found.names) or "x=…"
        raise found.fault("E363", "a tangent needs a point", f"give the variables values: {names}")
    _refuse_tensors(found, "a tangent")
    if found.of is not None:
        return _of_curve(found)
    solution = solve(replace(problem, request=Request.GRADIENT, order=1), formulas=False)
    question = _question(found, solution)
    numbers = _certified(solution)
    height = next(name for name in HEIGHTS if name not in found.names)
    if not all(_is_known(numbers.get((name,))) for name in found.wrt) or not _is_known(numbers.get(())):
        return _vertical(found, solution, height)
    return _plane(found, question, solution, numbers, found.wrt, height)


# The numbers


def _solved(problem: Problem, variables: Variables) -> Solution:
    """The Problem of one derivative, solved and checked."""
    if not variables:
        return solve(replace(problem, wrt=None), formulas=False)
    if len(set(variables)) == 1:
        return solve(replace(problem, wrt=variables[:1], order=len(variables)), formulas=False)
    return solve(replace(problem, wrt=None, partial=variables), formulas=False)


def _certified(solution: Solution) -> dict[Variables, Certified]:
    """The certified numbers of scalar derivatives, and of the value."""
    check = solution.check
    if check is None:
        return {}
    found = {variables: _single(entries) for variables, entries in check.certified.items()}
    if check.certified_value is not None:
        found[()] = _single(check.certified_value)
    return found


def _single(entries: Any) -> Any:
    return entries.ravel()[0] if entries.size == 1 else None


def _is_known(number: Any) -> bool:
    from gradcli.calculus.balls.certify import Unknown

    return number is not None and not isinstance(number, Unknown)


def _coefficient(found: Found, solution: Solution, variables: Variables, scale: int, order: int) -> LocalNumber:
    """A derivative over its factorials. Raises DiagnosticError where there is no such derivative."""
    number = _certified(solution).get(variables)
    if number is None or not _is_known(number):
        plain = solution.numbers.derivatives[variables] if variables else solution.numbers.value
        if solution.check is not None and solution.check.verdict is not Verdict.UNDECIDED and np.isfinite(plain).all():
            return LocalNumber(float(plain.ravel()[0]) / scale)
        where = " ".join(f"{name}={to_text(_centre(found, name))}" for name in found.wrt)
        reason = (solution.check and solution.check.reason) or "a derivative does not exist here"
        raise found.fault("E362", f"there is no Taylor polynomial of order {order} at {where}: {reason}", None)
    from flint import fmpq

    from gradcli.calculus.exact import Asked, rational

    fraction = rational(number)
    with _precise(found):
        number = (number if fraction is None else fraction) / fmpq(scale)
    if len(set(variables)) == 1:  # derivatives of lower order are remembered
        order, point = len(variables), found.point
        question = Question(found.parsed.program, point, variables[:1], Request.GRADIENT, order, None, found.exact)
        return _with_form(found, number, Asked(question, variables, _entry(number), scale))
    expression = found.parsed.program.result
    if variables:
        expression = mixed_derivative(expression, variables).expression
    question = Question(replace(found.parsed.program, result=expression), found.point, (), exact=found.exact)
    return _with_form(found, number, Asked(question, (), _entry(number), scale))


def _entry(number: Certified) -> Any:
    """A number as the entries of a scalar."""
    entry = np.empty((), object)
    entry[()] = number
    return entry


def _as_coefficient(found: Found, number: Certified, expression: Expr) -> LocalNumber:
    """A certified number, which is the value of an expression at the point."""
    from gradcli.calculus.exact import Asked

    question = Question(replace(found.parsed.program, result=expression), found.point, (), exact=found.exact)
    return _with_form(found, number, Asked(question, (), _entry(number)))


def _with_form(found: Found, number: Certified, asked: Asked) -> LocalNumber:
    from gradcli.calculus.balls import numbers
    from gradcli.calculus.exact import exact

    value = float(numbers.nearest_float(number))
    text = numbers.to_text(number, found.problem.digits or 6) if _needs_text(found, value, number) else None
    return LocalNumber(value, text, exact([asked]).texts.get((asked.variables, ())))


def _needs_text(found: Found, value: float, number: Certified) -> bool:
    """Whether no float shows a number as it is wanted."""
    from gradcli.calculus.balls import numbers

    small = not math.isfinite(value) or (abs(value) < float(np.finfo(float).smallest_normal))
    return (found.problem.digits or 0) > 15 or (small and not numbers.is_zero(number))


def _precise(found: Found) -> Any:
    """The precision at which certified numbers are calculated with, so that none of their digits is lost."""
    from flint import ctx

    return ctx.workprec(BITS + 4 * (found.problem.digits or 0))


def _worst(solutions: Sequence[Solution]) -> Solution:
    """The solution whose verdict is to be shown: the last where all agree."""
    order = (Verdict.DIFFERS, Verdict.UNDECIDED, Verdict.CORRECTED, Verdict.SKIPPED, Verdict.AGREES)
    checked = [each for each in solutions if each.check is not None] or list(solutions)
    return min(reversed(checked), key=lambda each: order.index(each.check.verdict) if each.check else 0)


# The point


def _with_centre(problem: Problem) -> Problem:
    """The problem with 0 for the variables of the polynomial that have no value.

    These are the variables to expand in, or all of them where none has a value.
    """
    found = read(replace(problem, wrt=None, bindings={}))
    given = {*problem.bindings, *(each.name for each in found.parsed.program.bindings)}
    wanted = problem.wrt if problem.wrt is not None else () if given & set(found.names) else found.names
    zero = {name: Number("0", 0.0) for name in wanted if name not in given and name in found.names}
    return replace(problem, bindings={**problem.bindings, **zero}) if zero else problem


def _with_dependent(problem: Problem) -> Problem:
    """The problem of an equation, whose last variable depends on the others where nothing else is said."""
    from gradcli.language import parse
    from gradcli.language.conventions import KEYBOARD
    from gradcli.operations import CONSTANTS, vocabulary

    if problem.of is not None:
        return problem
    parsed = parse(problem.text, vocabulary(), problem.bindings, KEYBOARD)
    if not isinstance(parsed.program.result, Equation):
        return problem
    from gradcli.language import free_names

    bound = {*problem.bindings, *(each.name for each in parsed.program.bindings)}
    names = sorted(free_names(parsed.program, CONSTANTS, dict.fromkeys(bound, None)))
    return replace(problem, of=names[-1], wrt=None) if len(names) > 1 else problem


def _centre(found: Found, name: str) -> Expr:
    """The value of a variable as an expression."""
    given = found.exact.get(name)
    return _literal(float(found.point[name])) if given is None else given


def _literal(value: float) -> Expr:
    size = Number(repr(abs(value)).removesuffix(".0"), abs(value))
    return Negation(size) if value < 0 else size


def _refuse_tensors(found: Found, what: str) -> None:
    for name in found.names:
        if np.ndim(found.point.get(name, 0)):
            raise found.fault("E361", f"{what} is of numbers, and {name} is a tensor", "give it one number")


def _question(found: Found, solution: Solution) -> Question:
    assert solution.evaluation is not None
    return solution.evaluation.question


# Tangents


def _plane(
    found: Found,
    question: Question,
    solution: Solution,
    numbers: Mapping[Variables, Certified],
    names: Sequence[str],
    height: str,
) -> Tangent:
    """The tangent to a graph: f(a) + f'(a) (x - a), written as a slope and a constant."""
    from gradcli.calculus.balls.point import exact_values

    with _precise(found):
        at = exact_values(question)
    result = found.parsed.program.result
    constant, moved = numbers[()], [Term(result)]
    slopes = []
    for name in names:
        slope = mixed_derivative(result, (name,)).expression
        slopes.append(_as_coefficient(found, numbers[name,], slope))
        with _precise(found):
            constant = constant - numbers[name,] * at[name]
        moved.append(Term(Product((Factor(slope), Factor(_centre(found, name)))), negative=True))
    rest = _as_coefficient(found, _narrow(constant), Sum(tuple(moved)))
    return Tangent(found.parsed.program, tuple(names), tuple(slopes), rest, height, solution, solution.notes)


def _narrow(number: Certified) -> Certified:
    """A number with what cancelled to zero as zero."""
    from gradcli.calculus.balls import numbers

    ball = numbers.ball(number)
    tiny = bool(ball.contains(0)) and bool(ball.rad() < 1e-15)
    return number if not tiny else numbers.decimal("0")


def _vertical(found: Found, solution: Solution, height: str) -> Tangent:
    """The tangent to a graph whose slope grows beyond all bounds. Raises DiagnosticError where there is none."""
    where = " ".join(f"{name}={to_text(_centre(found, name))}" for name in found.names)
    value = solution.numbers.value
    if len(found.names) == 1 and np.isfinite(value).all() and value.size == 1:
        sides = _steep_sides(found, float(value.ravel()[0]))
        if sides:
            from gradcli.calculus.balls.point import exact_values

            with _precise(found):
                at = exact_values(_question(found, solution))[found.names[0]]
            constant = _as_coefficient(found, at, Name(found.names[0]))
            side = "" if len(sides) == 2 else f", from the {'right' if sides[0] > 0 else 'left'} alone"
            note = Note(f"the tangent is vertical: the slope grows beyond all bounds{side}")
            one = LocalNumber(1.0, exact="1")
            return Tangent(found.parsed.program, found.names, (one,), constant, None, solution, (note,))
    reason = (solution.check and solution.check.reason) or "the derivative does not exist here"
    raise found.fault("E362", f"there is no tangent at {where}: {reason}", None)


def _steep_sides(found: Found, value: float) -> list[int]:
    """The sides from which the slope grows beyond all bounds while the function goes to its value."""
    name, sides = found.names[0], []
    for side in (1, -1):
        slopes, near = [], value
        for exponent in SMALL_STEPS:
            step = Product((Factor(Number("2", 2.0)), Factor(Number(str(2**exponent), 2.0**exponent), "/")))
            moved = Sum((Term(_centre(found, name)), Term(step, negative=side < 0)))
            solution = _nearby(found, {name: moved})
            if solution is None:
                break
            slopes.append(abs(float(solution.numbers.derivatives[name,].ravel()[0])))
            near = float(solution.numbers.value.ravel()[0])
        if len(slopes) == len(SMALL_STEPS) and _grows(slopes) and abs(near - value) < 1e-3 * (1 + abs(value)):
            sides.append(side)
    return sides


def _grows(slopes: Sequence[float]) -> bool:
    first, second, third = slopes
    return all(map(math.isfinite, slopes)) and third > STEEP and third - second > 0.5 * (second - first) > 0


def _nearby(found: Found, point: Mapping[str, Expr]) -> Solution | None:
    """The solution at another point; None where there is none."""
    program = replace(found.parsed.program, bindings=())
    try:
        solution = solve(Problem(to_text(program), point), formulas=False)
    except DiagnosticError:
        return None
    known = solution.check is not None and solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED)
    return solution if known else None


def _of_curve(found: Found) -> Tangent:
    """The tangent to the curve or surface of an equation, by the gradient of the difference of its sides."""
    assert found.of is not None
    assert isinstance(found.parsed.program.result, Equation)
    place, notes = placed(found)
    names = (*found.wrt, found.of)
    program = replace(found.parsed.program, result=difference(found.parsed.program.result), bindings=())
    bindings: dict[str, Array | Expr] = {name: place.exact.get(name, place.point[name]) for name in found.names}
    inner = replace(found.problem, text=to_text(program), bindings=bindings, wrt=names, of=None)
    zero = read(inner)
    solution = solve(inner, formulas=False)
    numbers = _certified(solution)
    if not all(_is_known(numbers.get((name,))) for name in names):
        reason = (solution.check and solution.check.reason) or "a derivative does not exist here"
        raise found.fault("E362", f"there is no tangent here: {reason}", None)
    from gradcli.calculus.balls import numbers as balls

    if all(balls.is_zero(numbers[name,]) for name in names):
        raise found.fault("E362", "there is no one tangent here: all partial derivatives of the equation are 0", None)
    made = _of_gradient(zero, solution, numbers, found.of, notes)
    if not notes:
        return made
    slopes = tuple(replace(each, exact=None) for each in made.slopes)  # at a point that was moved nothing is exact
    return replace(made, slopes=slopes, constant=replace(made.constant, exact=None))


def _of_gradient(
    zero: Found,
    solution: Solution,
    numbers: Mapping[Variables, Certified],
    of: str,
    notes: tuple[Note, ...],
) -> Tangent:
    """The tangent whose normal is a gradient, solved for `of` where that is possible."""
    from gradcli.calculus.balls import numbers as balls
    from gradcli.calculus.balls.point import exact_values

    with _precise(zero):
        at = exact_values(_question(zero, solution))
    names = [name for name in zero.wrt if name != of]
    result = zero.parsed.program.result
    across = mixed_derivative(result, (of,)).expression
    solved = not balls.is_zero(numbers[of,])
    if not solved and len(names) == 1:  # F_x (x - a) = 0
        name = names[0]
        constant = _as_coefficient(zero, at[name], Name(name))
        note = Note("the tangent is vertical: the derivative of the equation by " + of + " is 0")
        one = LocalNumber(1.0, exact="1")
        return Tangent(zero.parsed.program, (name,), (one,), constant, None, solution, (*notes, note))
    slopes, terms = [], [Term(Name(of))] if solved else []
    total = at[of] if solved else balls.decimal("0")
    for name in names:
        along = mixed_derivative(result, (name,)).expression
        slope: Expr = along
        number = numbers[name,]
        if solved:
            slope = Negation(Product((Factor(along), Factor(across, "/"))))
            with _precise(zero):
                number = -numbers[name,] / numbers[of,]
        slopes.append(_as_coefficient(zero, number, slope))
        with _precise(zero):
            total = total - number * at[name] if solved else total + number * at[name]
        terms.append(Term(Product((Factor(slope), Factor(Name(name)))), negative=solved))
    whole = Sum(tuple(terms)) if len(terms) > 1 else terms[0].value
    constant = _as_coefficient(zero, _narrow(total), whole)
    height = of if solved else None
    return Tangent(zero.parsed.program, tuple(names), tuple(slopes), constant, height, solution, notes)
