"""Where a program has no derivative at its point: kinks, jumps and the edges of domains, by the vocabulary's own table.

Numbers only: neither the engine nor SymPy is asked. What a sub-expression is worth comes from the caller.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.calculus.results import COMPARISONS, Question, Values
from gradcli.language import expressions, parse, to_text, tree, walk
from gradcli.language.diagnostics import Note
from gradcli.language.rewriting import transformed
from gradcli.operations import OPERATIONS, Operation, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[Any]"

JUMPS = frozenset({"sign", "floor", "ceil", "round", "trunc", "frac", "fmod", "remainder", "heaviside"})
DIVISIONS = frozenset({"/", "//", "%"})
TIES = frozenset({"max", "min", "amax", "amin"})
OF_INTEREST = frozenset({
    name for name, operation in OPERATIONS.items() if operation.domain or operation.kinks or operation.name in TIES
})  # fmt: skip
"""The functions that have kinks, jumps or an edge of their domain."""
CONVENTIONS: Mapping[str, str] = {
    "abs": "0",
    "sign": "0",
    "relu": "0",
    "relu6": "0",
    "norm": "0",
    "leaky_relu": "the slope below",
    "maximum": "half to each side",
    "minimum": "half to each side",
    "clamp": "the slope inside",
    "floor": "0",
    "ceil": "0",
    "round": "0",
    "trunc": "0",
    "heaviside": "0",
    "l1_loss": "0",
}
"""What torch gives where there is no derivative."""


def kink_notes(question: Question, values: Values, among: Sequence[tree.Expr] | None = None) -> tuple[Note, ...]:
    """A note for each sub-expression that is on a kink or a jump, or outside its domain, at the point of `question`.

    `among` are those that may be, from one who knows: calls of functions `OF_INTEREST`, comparisons, products with a
    division, powers whose exponents are not `smooth_exponent`s.
    """
    if among is not None and (not among or not any(True for each in among for _ in _messages(each, values))):
        return ()
    notes: dict[str, Note] = {}
    for whole in expressions(question.program):
        for expression in reversed(list(walk(whole))):  # innermost first
            for message in _messages(expression, values):
                notes.setdefault(message, Note(message, expression.span))
    return tuple(notes.values())


def product_notes(question: Question, values: Values, source: str) -> tuple[Note, ...]:
    """A note for each product without a sign, or with a dot, of tensors that have a matrix product: `A x` multiplies
    entry by entry, as `*` does, and elsewhere it is `A @ x`."""
    if not any(array.ndim for array in question.point.values()):
        return ()
    notes: list[Note] = []
    for whole in expressions(question.program):
        for node in walk(whole):
            other = _matrix_product(node, values, source) if isinstance(node, tree.Product) else None
            if other is None:
                continue
            text = to_text(other)
            message = f"{to_text(node)} multiplies entry by entry; write {text} for the product of matrices and vectors"
            notes.append(Note(message, node.span, _replaced(question.program, node, other)))
    return tuple(notes)


def _replaced(program: tree.Program, old: tree.Expr, new: tree.Expr) -> tree.Expr | None:
    """The one expression of a program with another part; None where there are several."""
    if program.assignments:
        return None
    return transformed(program.result, lambda node: new if node == old else node)


def _matrix_product(node: tree.Product, values: Values, source: str) -> tree.Product | None:
    """The product with `@` wherever factors stand side by side whose matrix product exists; None where none do."""
    factors, changed = [node.factors[0]], False
    shape = _shape(node.factors[0].value, values)
    for before, factor in zip(node.factors, node.factors[1:], strict=False):
        right = _shape(factor.value, values)
        product = _matmul_shape(shape, right)
        if factor.operator == "*" and product is not None and _without_sign(before.value, factor.value, source):
            factors.append(tree.Factor(factor.value, "@"))
            shape, changed = product, True
        else:
            factors.append(factor)
            shape = shape if right == () else right if shape == () else None
    return tree.Product(tuple(factors), node.span) if changed else None


def _shape(node: tree.Expr, values: Values) -> tuple[int, ...] | None:
    value = values(node)
    return None if value is None else value.shape


def _matmul_shape(left: tuple[int, ...] | None, right: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The shape of the matrix product of two vectors or matrices; None where there is none."""
    if not left or not right or len(left) > 2 or len(right) > 2 or left[-1] != right[0]:
        return None
    return (*left[:-1], *right[1:])


def _without_sign(left: tree.Expr, right: tree.Expr, source: str) -> bool:
    """Whether two factors stand side by side, or with a dot between them."""
    return not set(source[left.span.end : right.span.start]) & set("*×")


def _messages(expression: tree.Expr, values: Values) -> Iterable[str]:
    messages = _MESSAGES.get(type(expression))
    return () if messages is None else messages(expression, values)


def smooth_exponent(exponent: tree.Expr) -> bool:
    """Whether a power with this exponent has a value and a derivative everywhere."""
    return isinstance(exponent, tree.Number) and exponent.value >= 1 and exponent.value.is_integer()


def _of_call(call: tree.Call, values: Values) -> Iterator[str]:
    if call.function not in OF_INTEREST:
        return
    operation = OPERATIONS[call.function]
    expressions = dict(zip(operation.parameters, call.arguments, strict=False))
    expressions.update({keyword.name: keyword.value for keyword in call.keywords})
    known = {name: _numbers(expression, values) for name, expression in expressions.items()}
    parameters = {name: value for name, value in known.items() if value is not None}
    if not all(value.size for value in parameters.values()):  # there is no entry of which something is to be said
        return
    if operation.domain is not None:
        yield from _outside(call, operation, parameters)
    for kink in operation.kinks:
        yield from _at_kink(call, operation, kink, parameters)
    if operation.name in TIES:
        yield from _ties(call, operation, parameters, values)


def _outside(call: tree.Call, operation: Operation, parameters: Mapping[str, Numbers]) -> Iterator[str]:
    inside = _evaluate(operation.domain or "", operation, parameters)
    if inside is None or (bool(inside) if inside.ndim == 0 else np.all(inside)):
        return
    outside = ~np.asarray(inside, bool)
    arguments = [_shown(value, outside) for value in parameters.values()]
    what = "its argument is" if len(arguments) == 1 else "its arguments are"
    yield f"{to_text(call)} is undefined: {what} {' and '.join(arguments)}{_share(outside)}"


def _at_kink(call: tree.Call, operation: Operation, kink: str, parameters: Mapping[str, Numbers]) -> Iterator[str]:
    distance = _evaluate(kink, operation, parameters)
    if distance is None or (distance != 0 if distance.ndim == 0 else np.all(distance != 0)):
        return
    here = np.asarray(distance == 0)
    event = "jumps" if operation.name in JUMPS else "has a kink"
    first = next(iter(parameters.values()))
    at = f" at {_shown(first, here)}" if np.shape(first) == here.shape else ""
    convention = CONVENTIONS.get(operation.name)
    tail = f"; torch's convention gives {convention}" if convention is not None else ""
    yield f"{to_text(call)} {event}{at}{_share(here)}{tail}"


def _ties(call: tree.Call, operation: Operation, parameters: Mapping[str, Numbers], values: Values) -> Iterator[str]:
    value = parameters.get("x")
    if value is None:
        return
    if operation.name in ("max", "min") and _is_of_operands(call, value, parameters.get("dim")):
        operands = [_numbers(each, values) for each in call.arguments]
        if all(each is not None for each in operands) and _tie(operation.name, operands):
            sides = (
                "both sides" if len(operands) == 2 else f"the {'largest' if operation.name == 'max' else 'smallest'}"
            )
            yield f"{to_text(call)} has a kink: {sides} are equal"
        return
    dim = parameters.get("dim")
    axis = int(dim) if dim is not None and dim.ndim == 0 else None
    if value.size < 2:
        return
    extreme = (np.max if operation.name in ("max", "amax") else np.min)(value, axis=axis, keepdims=True)
    count = int(np.max(np.sum(value == extreme, axis=axis)))
    if count > 1:
        yield f"{to_text(call)} has a kink: {count} entries tie"


def _is_of_operands(call: tree.Call, value: Numbers, dim: Numbers | None) -> bool:
    """Whether max or min is of operands, entry by entry, and not of a tensor along a dimension: as `composites` has
    it."""
    _, *more = call.arguments
    if not more:
        return False
    if len(more) > 1 and not (isinstance(more[1], tree.Constant) and isinstance(more[1].value, bool)):
        return True
    written = more[0].operand if isinstance(more[0], tree.Negation) else more[0]
    is_number = isinstance(written, tree.Number) and dim is not None and dim == np.round(dim)
    return value.ndim == 0 or not is_number


def _tie(name: str, operands: Sequence[Any]) -> bool:
    """Whether in some entry more than one operand has the extreme value."""
    columns = np.stack(np.broadcast_arrays(*operands))
    extreme = (np.max if name == "max" else np.min)(columns, axis=0)
    return bool(np.any(np.sum(columns == extreme, axis=0) > 1))


def _of_division(product: tree.Product, values: Values) -> Iterator[str]:
    for factor in product.factors:
        value = _numbers(factor.value, values) if factor.operator in DIVISIONS else None
        if value is not None and (value == 0 if value.ndim == 0 else np.any(value == 0)):
            yield f"division by zero: {to_text(factor.value)} is 0{_share(value == 0)}"


def _of_power(power: tree.Power, values: Values) -> Iterator[str]:
    if smooth_exponent(power.exponent):
        return
    base, exponent = _numbers(power.base, values), _numbers(power.exponent, values)
    if base is None or exponent is None or (base.ndim == 0 and base > 0):
        return
    base, exponent = np.broadcast_arrays(base, exponent)
    whole = exponent == np.round(exponent)
    negative, zero = (base < 0) & ~whole, base == 0
    if np.any(negative):
        shown = f"{_shown(base, negative)}{_share(negative)}"
        yield f"{to_text(power)} is undefined: its base is {shown} and its exponent {_shown(exponent, negative)}"
    if np.any(zero & (exponent < 0)):
        yield f"division by zero: {to_text(power.base)} is 0 in {to_text(power)}"
    elif np.any(zero & ~whole & (exponent < 1)):
        yield f"{to_text(power)} has a kink at 0"
    elif np.any(zero) and any(isinstance(part, tree.Name) for part in walk(power.exponent)):
        yield f"{to_text(power)} has no derivative by its exponent where its base is 0"


def _of_comparison(comparison: tree.Comparison, values: Values) -> Iterator[str]:
    left, right = _numbers(comparison.left, values), _numbers(comparison.right, values)
    if left is None or right is None or not any(isinstance(part, tree.Name) for part in walk(comparison)):
        return
    if np.any(left == right):
        yield f"{to_text(comparison)} switches here: both sides are {_shown(left, np.asarray(left == right))}"


_MESSAGES: Final[Mapping[type, Callable[[Any, Values], Iterator[str]]]] = {
    tree.Call: _of_call,
    tree.Product: _of_division,
    tree.Power: _of_power,
    tree.Comparison: _of_comparison,
}
"""What is to be said of a sub-expression, by its kind."""


def _numbers(expression: tree.Expr, values: Values) -> Numbers | None:
    if isinstance(expression, tree.Number):
        return np.asarray(expression.value)
    value = values(expression)
    return None if value is None else np.asarray(value)


def _shown(value: Numbers, here: Numbers) -> str:
    broadcast = np.broadcast_to(value, here.shape) if value.size == 1 or value.shape == here.shape else value
    chosen = broadcast[here] if broadcast.shape == here.shape else broadcast.ravel()
    number = float(chosen.ravel()[0]) + 0.0
    return f"{number:.6g}"


def _share(here: Numbers) -> str:
    count = int(np.count_nonzero(here))
    return f" ({count} of {here.size} entries)" if here.size > 1 else ""


# The table's own small language, on numbers

OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"*": operator.mul, "/": operator.truediv}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": np.abs,
    "round": np.round,
    "floor": np.floor,
    "sin": np.sin,
    "cos": np.cos,
    "sum": np.sum,
    "max": np.max,
    "min": np.min,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
}


@cache
def _parsed(text: str, names: tuple[str, ...]) -> tree.Expr:
    """`text` where `names` are variables, whatever functions are called so (clamp's `min`)."""
    return parse(text, vocabulary(), names).program.result


def _evaluate(text: str, operation: Operation, parameters: Mapping[str, Numbers]) -> Numbers | None:
    """A domain or kink of the table on numbers; None where a parameter is not known or shapes do not fit."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(computed(_parsed(text, operation.parameters), parameters, FUNCTIONS.__getitem__))
    except (KeyError, ValueError, TypeError):
        return None


def computed(formula: tree.Expr, names: Mapping[str, Any], function: Callable[[str], Callable[..., Any]]) -> Any:
    """What a formula of the vocabulary is worth: of numbers, names, signs, +, -, *, /, comparisons and functions.
    Raises KeyError where a name has no value, TypeError of anything else."""

    def of(part: tree.Expr) -> Any:
        return computed(part, names, function)

    match formula:
        case tree.Number(text=text, value=value):
            return int(text) if text.isdecimal() else value
        case tree.Name(name=name):
            return names[name]
        case tree.Negation(operand=operand):
            return -of(operand)
        case tree.Sum(terms=(first, *rest)):
            return reduce(lambda u, by: u - of(by.value) if by.negative else u + of(by.value), rest, of(first.value))
        case tree.Product(factors=(first, *rest)):
            return reduce(lambda u, by: OPERATORS[by.operator](u, of(by.value)), rest, of(first.value))
        case tree.Comparison(left=left, operator=symbol, right=right):
            return COMPARISONS[symbol](of(left), of(right))
        case tree.Call(function=name, arguments=arguments):
            return function(name)(*[of(each) for each in arguments])
        case _:
            raise TypeError(type(formula).__name__)
