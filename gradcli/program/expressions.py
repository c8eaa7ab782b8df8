"""Expressions of a program, compiled once to closures, so that a loop pays for its arithmetic and little else.

A closure takes no arguments: it reads the program's variables and gives the value. It raises Failure, located at the
expression at fault.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

from gradcli.calculus import composites
from gradcli.calculus.evaluate import AS_THEY_ARE, CONSTANTS, INTEGER_SETTINGS, MAX_ELEMENTS, Failure
from gradcli.engine.tensor import Tensor
from gradcli.language import for_name
from gradcli.language.tree import (
    Attribute,
    Call,
    Comparison,
    Constant,
    Derivative,
    Equation,
    Expr,
    Index,
    IndexEllipsis,
    IndexItem,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Slice,
    Sum,
    TensorLiteral,
    Text,
)
from gradcli.operations import OPERATIONS
from gradcli.program import values, vocabulary
from gradcli.program.failures import CAUGHT, GRAD_IS_NONE, ValueTooLargeError, described, located
from gradcli.program.vocabulary import Addition

Thunk: TypeAlias = Callable[[], Any]

_LISTS: Final = frozenset({*INTEGER_SETTINGS, "data", "tensors", "values"})
"""Parameters that take a list as it is, of numbers or of tensors."""


TOO_LARGE: Final = f"a tensor may have at most {MAX_ELEMENTS:,} elements here"


class ExpressionCompiler:
    """Compiles expressions that read `variables`; `show` is what `print` does."""

    def __init__(self, variables: MutableMapping[str, Any], show: Callable[..., None]) -> None:
        self.variables = variables
        self.show = show

    def compile(self, node: Expr) -> Thunk:
        """The closure that calculates an expression."""
        compiled: Thunk = _COMPILERS[type(node)](self, node)
        return compiled

    def as_list(self, node: Expr) -> Thunk:
        """The closure of an expression where a list is wanted: one in brackets stays a list."""
        if not isinstance(node, TensorLiteral):
            return self.compile(node)
        elements = [self.as_list(element) for element in node.elements]
        return lambda: [element() for element in elements]


def _number(compiler: ExpressionCompiler, node: Number) -> Thunk:
    value = int(node.text) if node.text.isdigit() else node.value
    return lambda: value


def _constant(compiler: ExpressionCompiler, node: Constant | Text) -> Thunk:
    value = node.value
    return lambda: value


def _name(compiler: ExpressionCompiler, node: Name) -> Thunk:
    variables, name = compiler.variables, node.name
    constant = CONSTANTS.get(name, vocabulary.DTYPES.get(name))
    if constant is not None:
        return lambda: variables.get(name, constant)

    def value() -> Any:
        try:
            return variables[name]
        except KeyError:
            help_ = for_name(name, variables, OPERATIONS) or f"give it one: {name} = …"
            raise Failure("E201", f"{name} has no value", node.span, help_) from None

    return value


def _negation(compiler: ExpressionCompiler, node: Negation) -> Thunk:
    operand = compiler.compile(node.operand)

    def value() -> Any:
        number = operand()
        try:
            return -number
        except CAUGHT as error:
            raise located(error, node.span) from error

    return value


def _sum(compiler: ExpressionCompiler, node: Sum) -> Thunk:
    spans = [term.value.span for term in node.terms]
    operators = ["-" if term.negative else "+" for term in node.terms]
    return _folded([compiler.compile(term.value) for term in node.terms], operators, spans)


def _product(compiler: ExpressionCompiler, node: Product) -> Thunk:
    spans = [factor.value.span for factor in node.factors]
    operators: list[str] = [factor.operator for factor in node.factors]
    return _folded([compiler.compile(factor.value) for factor in node.factors], operators, spans)


def _folded(operands: list[Thunk], operators: list[str], spans: list[Any]) -> Thunk:
    """The operands combined from left to right; a failure is located at what was combined so far."""
    first = operands[0]
    steps = [
        (operand, values.TENSORS[symbol], values.NUMBERS[symbol], span)
        for operand, symbol, span in zip(operands[1:], operators[1:], spans[1:], strict=True)
    ]

    def value() -> Any:
        total = first()
        for operand, on_tensors, on_numbers, span in steps:
            right = operand()
            try:
                if type(total) is Tensor or type(right) is Tensor:
                    total = on_tensors(total, right)
                else:
                    total = on_numbers(total, right)
            except CAUGHT as error:
                raise located(error, spans[0].to(span)) from error
        return total

    return value


def _power(compiler: ExpressionCompiler, node: Power) -> Thunk:
    return _binary(compiler, node.base, node.exponent, operator.pow, values.NUMBERS["**"], node)


def _comparison(compiler: ExpressionCompiler, node: Comparison) -> Thunk:
    compare = values.COMPARISONS[node.operator]
    return _binary(compiler, node.left, node.right, compare, compare, node)


def _binary(
    compiler: ExpressionCompiler,
    left: Expr,
    right: Expr,
    on_tensors: values.Operator,
    on_numbers: values.Operator,
    node: Expr,
) -> Thunk:
    first, second = compiler.compile(left), compiler.compile(right)

    def value() -> Any:
        a, b = first(), second()
        try:
            if type(a) is Tensor or type(b) is Tensor:
                return on_tensors(a, b)
            return on_numbers(a, b)
        except CAUGHT as error:
            raise located(error, node.span) from error

    return value


def _literal(compiler: ExpressionCompiler, node: TensorLiteral) -> Thunk:
    elements = compiler.as_list(node)

    def value() -> Any:
        try:
            return values.literal(elements())
        except CAUGHT as error:
            raise located(error, node.span) from error

    return value


def _attribute(compiler: ExpressionCompiler, node: Attribute) -> Thunk:
    owner, name = compiler.compile(node.value), node.name

    def value() -> Any:
        of = owner()
        try:
            return vocabulary.attribute(of, name)
        except AttributeError:
            raise Failure("E331", f"{described(of)} has no attribute {name}", node.span) from None
        except CAUGHT as error:
            raise located(error, node.span) from error

    return value


def index_items(compiler: ExpressionCompiler, node: Index) -> Thunk:
    """The closure of what stands in an index's brackets, as Python hands it to the tensor."""
    items = [_index_item(compiler, item) for item in node.items]
    if len(items) == 1:
        return items[0]
    return lambda: tuple([item() for item in items])


def _index_item(compiler: ExpressionCompiler, item: IndexItem) -> Thunk:
    if isinstance(item, IndexEllipsis):
        return lambda: ...
    if isinstance(item, Slice):
        lower, upper, step = (_bound(compiler, each) for each in (item.lower, item.upper, item.step))
        return lambda: slice(lower(), upper(), step())
    return compiler.as_list(item)


def _bound(compiler: ExpressionCompiler, node: Expr | None) -> Thunk:
    return (lambda: None) if node is None else compiler.compile(node)


def _index(compiler: ExpressionCompiler, node: Index) -> Thunk:
    owner, items = compiler.compile(node.value), index_items(compiler, node)

    def value() -> Any:
        of, at = owner(), items()
        if not isinstance(of, (Tensor, tuple, list, str, range)):
            raise Failure("E302", f"{described(of)} cannot be indexed", node.span)
        try:
            return of[at]
        except CAUGHT as error:
            raise located(error, node.span) from error

    return value


# Calls.


def _call(compiler: ExpressionCompiler, node: Call) -> Thunk:
    if node.function == "tuple":
        elements = [compiler.compile(argument) for argument in node.arguments]
        return lambda: _tuple([element() for element in elements], node)
    addition = vocabulary.additions().get(node.function)
    if addition is None:
        return _operation_call(compiler, node)
    call = compiler.show if node.function == "print" else addition.call
    thunks = [
        compiler.as_list(each) if _takes_list(addition, i) else compiler.compile(each)
        for i, each in enumerate(node.arguments)
    ]
    keywords = {each.name: compiler.compile(each.value) for each in node.keywords}
    return _applied(node, call, thunks, keywords, addition)


def _tuple(elements: list[Any], node: Call) -> Any:
    try:
        return values.checked(tuple(elements))
    except CAUGHT as error:
        raise located(error, node.span) from error


def _takes_list(addition: Addition, position: int) -> bool:
    parameters = addition.parameters
    return bool(parameters) and parameters[min(position, len(parameters) - 1)] in _LISTS


def _applied(
    node: Call,
    call: Callable[..., Any],
    arguments: list[Thunk],
    keywords: dict[str, Thunk],
    addition: Addition | None = None,
) -> Thunk:
    """The call as a closure; its result is no larger than a tensor may be."""
    owner = addition.owner if addition else ()

    def value() -> Any:
        given = [argument() for argument in arguments]
        named = {name: keyword() for name, keyword in keywords.items()} if keywords else keywords
        if owner and not isinstance(given[0], owner):
            _refuse_owner(node, given[0])
        try:
            result = call(*given, **named)
        except CAUGHT as error:
            raise located(error, node.span) from error
        if type(result) is Tensor and result.numel() > MAX_ELEMENTS:
            raise Failure("E304", TOO_LARGE, node.span)
        return result

    return value


def _refuse_owner(node: Call, owner: Any) -> None:
    help_ = GRAD_IS_NONE if owner is None else None
    raise Failure("E331", f"{described(owner)} has no method {node.function}", node.span, help_)


def _operation_call(compiler: ExpressionCompiler, node: Call) -> Thunk:
    """A call of the vocabulary that programs share with expressions."""
    operation = OPERATIONS[node.function]
    names = operation.parameters
    arguments = [
        _argument(compiler, names[min(i, len(names) - 1)], argument, operation.name, i)
        for i, argument in enumerate(node.arguments)
    ]
    keywords = {
        each.name: _argument(compiler, each.name, each.value, operation.name, len(names)) for each in node.keywords
    }
    function = composites.function(operation.name)
    if operation.category == "creation":
        function = _bounded(operation.name, function)
    on_numbers = vocabulary.NUMERIC.get(operation.name)
    if on_numbers is not None:
        function = _of_numbers_too(function, on_numbers)
    return _applied(node, function, arguments, keywords)


def _argument(compiler: ExpressionCompiler, parameter: str, node: Expr, function: str, position: int) -> Thunk:
    """The closure of an argument: lists and settings are handed on, whatever else is to be a tensor becomes one."""
    if parameter in INTEGER_SETTINGS:
        sizes = compiler.as_list(node)
        return lambda: _sizes(sizes())
    if parameter in _LISTS:
        listed = compiler.as_list(node)
        return lambda: _bounded_range(listed(), node)
    thunk = compiler.compile(node)
    if parameter in AS_THEY_ARE or function in vocabulary.NUMERIC:
        return thunk

    def tensor() -> Any:
        value = thunk()
        if type(value) is Tensor:
            return value
        try:
            return values.as_tensor(value)
        except CAUGHT as error:
            raise located(error, node.span) from error

    return tensor


def _bounded_range(value: Any, node: Expr) -> Any:
    """The data of a tensor; a range of which nobody could make one is a Failure."""
    if type(value) is range and value[values.MAX_ITEMS :]:
        raise Failure("E304", values.TOO_MANY, node.span)
    return value


def _sizes(value: Any) -> Any:
    """Sizes, dimensions and counts: a tensor or list of them as a tuple."""
    if isinstance(value, Tensor):
        value = value.tolist()
    return tuple(value) if isinstance(value, list) else value


_COUNTS: Final[Mapping[str, Callable[..., float]]] = {
    "arange": lambda start, end=None, step=1: (start if end is None else end - start) / step,
    "linspace": lambda start, end, steps: steps,
    "full": lambda size, *_: _count((size,)),
    **dict.fromkeys(("zeros", "ones", "rand", "randn", "empty", "eye"), lambda *sizes: _count(sizes)),
}
"""How many elements the functions that make tensors of a size are asked for."""


def _count(sizes: tuple[Any, ...]) -> float:
    counts: list[int] = [n for size in sizes for n in (size if isinstance(size, tuple) else (size,))]
    return math.prod(counts)


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes tensors, and none that is larger than a tensor may be."""
    count = _COUNTS.get(name)
    if count is None:
        return function

    def call(*sizes: Any, **keywords: Any) -> Any:
        if sizes and count(*sizes) > MAX_ELEMENTS:
            raise ValueTooLargeError(TOO_LARGE)
        return function(*sizes, **keywords)

    return call


def _of_numbers_too(function: Callable[..., Any], on_numbers: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is Python's where no tensor takes part: `abs(-3)` is 3."""

    def call(x: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(x, (int, float)) and all(isinstance(each, (int, float)) for each in arguments):
            return on_numbers(x, *arguments, **keywords)
        return function(values.as_tensor(x), *arguments, **keywords)

    return call


def _derivative(compiler: ExpressionCompiler, node: Derivative) -> Thunk:
    if node.point is None:  # statements have another meaning for what names depend on, and the parser refuses it
        raise Failure("E303", "a program takes derivatives by functions and by backward()", node.span)
    inner, point, variables = compiler.compile(node.expression), compiler.compile(node.point), compiler.variables

    def value() -> Any:
        from gradcli.program.derivatives import derivative  # most programs have none

        return derivative(node, inner, point, variables)

    return value


def _equation(compiler: ExpressionCompiler, node: Equation) -> Thunk:
    raise Failure("E314", "an equation has no value", node.span, "to compare two values write ==")


_COMPILERS: Final[dict[type, Callable[[ExpressionCompiler, Any], Thunk]]] = {
    Number: _number,
    Constant: _constant,
    Text: _constant,
    Name: _name,
    Negation: _negation,
    Sum: _sum,
    Product: _product,
    Power: _power,
    Comparison: _comparison,
    Call: _call,
    Attribute: _attribute,
    Index: _index,
    TensorLiteral: _literal,
    Derivative: _derivative,
    Equation: _equation,
}
