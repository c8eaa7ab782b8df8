"""The tree read by the engine: numbers, the recorded graph, and gradients by running it backward."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from gradcli import engine
from gradcli.calculus import composites
from gradcli.calculus.dependence import Past, goes_by_entry
from gradcli.calculus.notes import OF_INTEREST, smooth_exponent
from gradcli.calculus.results import COMPARISONS, Array, Question, Values, Variables
from gradcli.engine import dtypes
from gradcli.engine.node import Node
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import to_text, tree, walk
from gradcli.language.diagnostics import Diagnostic, DiagnosticError, Note
from gradcli.operations import OPERATIONS

CONSTANTS: Final = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
DTYPES: Final = {
    "float32": dtypes.float32,
    "float64": dtypes.float64,
    "int64": dtypes.int64,
    "bool": dtypes.bool_,
}

_DEPRECATED: Final = "is deprecated"
"""What torch's warnings say of names that it will change, which is nothing to say of a formula: `x.T` of a vector."""
MAX_ELEMENTS: Final = 100_000_000
"""The most elements that a tensor of a calculation may have."""

INTEGER_SETTINGS: Final = frozenset({
    *("dim", "dim0", "dim1", "dims", "start_dim", "end_dim", "shape", "size", "repeats", "shifts", "n", "m", "steps"),
    *("diagonal", "seed", "correction", "kernel_size", "stride", "padding", "dilation", "groups", "divisor_override"),
    "normalized_shape",
})  # fmt: skip
"""Parameters that take whole numbers: sizes, dimensions, counts."""
SETTINGS: Final = frozenset({
    *INTEGER_SETTINGS,
    *("alpha", "beta", "threshold", "negative_slope", "p", "start", "end", "step", "delta", "min_val", "max_val"),
    *("keepdim", "unbiased", "reduction", "approximate", "log_target", "dtype", "requires_grad", "fill_value"),
    *("equation", "eps", "ceil_mode", "count_include_pad"),
})  # fmt: skip
"""Parameters that are no operands: nothing is differentiated by them, so no variable may stand there."""
AS_THEY_ARE: Final = SETTINGS | frozenset(("exponent", "min", "max", "base", "data", "tensors"))
"""Parameters that are handed on as they are; all others are tensors."""


MAX_NODES: Final = 20_000
"""Nodes of a recorded graph beyond which it is not differentiated once more inside an expression: each pass makes it
some three times as large."""
MAX_ENTRIES: Final = 1_000
"""Entries of a tensor that are differentiated one by one."""


class Failure(Exception):  # noqa: N818 (an outcome, not a fault)
    """A calculation that cannot be done; `span` is the expression at fault, and `values` has what sub-expressions were
    worth until then."""

    def __init__(self, code: str, message: str, span: tree.Span, help: str | None = None) -> None:  # noqa: A002 (Diagnostic's word)
        super().__init__(message)
        self.code, self.message, self.span, self.help = code, message, span, help
        self.values: Values = lambda _: None

    def diagnostic(self, source: str) -> DiagnosticError:
        """The failure located in its source."""
        return DiagnosticError(Diagnostic(self.code, self.message, self.span, source, self.help))


class Evaluator:
    """Evaluates trees on the engine. `values` remembers the value of every sub-expression by the node's identity, and
    `of_interest` those on which there may be a note."""

    def __init__(self, variables: Mapping[str, Tensor], dtype: dtypes.dtype, *, remember: bool = False) -> None:
        self.variables = dict(variables)
        self.dtype = dtype
        self.values: dict[int, Any] | None = {} if remember else None
        self.of_interest: list[tree.Expr] = []
        self._start: Mapping[str, Tensor] = {}
        self._assigned: list[tuple[tree.Assignment, Tensor]] = []
        self._past: Past[Tensor] | None = None

    def run(self, program: tree.Program) -> Tensor:
        """The value of the program's result. Raises Failure."""
        self._start, self._assigned, self._past = dict(self.variables), [], None
        for assignment in program.assignments:
            value = self.variables[assignment.name] = self.numbers(assignment.value)
            self._assigned.append((assignment, value))
        return self.numbers(program.result)

    @property
    def past(self) -> Past[Tensor]:
        """What was assigned so far, for derivatives by what that depends on."""
        return Past.of(self._start, self._assigned) if self._past is None else self._past

    @contextmanager
    def elsewhere(self, variables: Mapping[str, Tensor], past: Past[Tensor]) -> Iterator[None]:
        """Within it names have other values, which they came to by another past."""
        before = self.variables, self._past
        self.variables, self._past = dict(variables), past
        try:
            yield
        finally:
            self.variables, self._past = before

    def numbers(self, node: tree.Expr) -> Tensor:
        """The value of an expression that must be a number or a tensor. Raises Failure where it is anything else
        (`None`, a text, a dtype, what `manual_seed` gives)."""
        value = self.visit(node)
        if not isinstance(value, (Tensor, bool, int, float)):
            raise Failure("E302", f"{to_text(node)} is neither a number nor a tensor", node.span)
        return self.tensor(value)

    def tensor(self, value: Any) -> Tensor:
        """A value as a Tensor of the working dtype (Tensors keep theirs)."""
        if isinstance(value, Tensor):
            return value
        if isinstance(value, bool):
            return wrap(np.bool_(value))
        with np.errstate(all="ignore"):
            return wrap(self.dtype.scalar(value), self.dtype)

    def number(self, literal: tree.Number) -> Any:
        """A literal as a number."""
        return literal.value

    def constant(self, name: str) -> Any:
        """What a name means that no variable has: a number, a dtype, None where it means nothing."""
        return CONSTANTS.get(name, DTYPES.get(name))

    def visit(self, node: tree.Expr) -> Any:
        """The value of a sub-expression: a Tensor, or a Python number where no tensor takes part."""
        if type(node) is tree.Number:
            return self.number(node)
        visitor = _VISITORS[type(node)]
        try:
            value = visitor(self, node)
        except Failure:
            raise
        except RecursionError:
            raise Failure("E305", "the expression is nested too deeply to calculate", node.span) from None
        except MemoryError:
            raise Failure("E304", "this needs more memory than there is", node.span) from None
        except (RuntimeError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
            message = str(error).splitlines()[0] if str(error) else repr(error)
            raise Failure("E301", message, node.span, _hint(node)) from error
        if self.values is not None:
            self.values[id(node)] = value
        return value

    def value_of(self, node: tree.Expr) -> Array | None:
        """The remembered value of a sub-expression as an array, None where it was not evaluated or is no number."""
        if self.values is None:
            return None
        value = node.value if isinstance(node, tree.Number) else self.values.get(id(node))
        if isinstance(value, Tensor):
            return np.asarray(value._array)
        return np.asarray(value) if isinstance(value, (bool, int, float)) else None


def _hint(node: tree.Expr) -> str | None:
    """What may have been meant: `mean(1, 2, 3)` takes 2 and 3 for a dimension and a switch."""
    if not isinstance(node, tree.Call) or len(node.arguments) < 2:
        return None
    operation = OPERATIONS[node.function]
    if operation.category == "reduction" and "dim" in operation.parameters:
        return f"{node.function} takes one tensor, as in {node.function}([1, 2, 3]), and along which dimension"
    return None


def _constant(evaluator: Evaluator, node: tree.Constant | tree.Text) -> Any:
    return node.value


def _name(evaluator: Evaluator, node: tree.Name) -> Any:
    found = evaluator.variables.get(node.name)
    if found is not None:
        return found
    meaning = evaluator.constant(node.name)
    if meaning is not None:
        return meaning
    raise Failure("E201", f"{node.name} has no value", node.span, f"give it one: {node.name}=…")


def _negation(evaluator: Evaluator, node: tree.Negation) -> Any:
    return -evaluator.visit(node.operand)


def _sum(evaluator: Evaluator, node: tree.Sum) -> Any:
    terms = iter(node.terms)
    first = next(terms)
    total = evaluator.visit(first.value)
    for term in terms:
        value = evaluator.visit(term.value)
        try:
            total = total - value if term.negative else total + value
        except RuntimeError as error:
            raise Failure("E301", str(error), first.value.span.to(term.value.span)) from error
    return total


_PLAIN: Final[frozenset[type]] = frozenset((bool, int, float))
"""Python's own numbers: those of another kind follow IEEE 754 themselves."""


def _numbers(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operator that follows IEEE 754 on Python numbers, too: 1/0 is inf, 9^9^9 is inf, (-8)^(1/3) is nan."""

    def apply(a: Any, b: Any) -> Any:
        plain = a.__class__ in _PLAIN and b.__class__ in _PLAIN
        if not plain:
            return operation(a, b)
        with np.errstate(all="ignore"):
            return float(operation(np.float64(a), np.float64(b)))

    return apply


_PRODUCT: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "/": _numbers(lambda a, b: a / b),
    "//": _numbers(lambda a, b: _floored_quotient(a, b)),
    "%": _numbers(lambda a, b: _remainder(a, b)),
    "@": lambda a, b: _matrix_product(a, b),
}
_power_of: Final = _numbers(lambda a, b: a**b)


def _remainder(a: Any, b: Any) -> Any:
    """`a % b`; of a number too, for which torch's operator has no derivative."""
    if isinstance(b, Tensor) and not isinstance(a, Tensor):
        return engine.remainder(engine.full_like(b.detach(), a), b)
    return a % b


def _floored_quotient(a: Any, b: Any) -> Any:
    """`a // b` with the slope 0 that it has almost everywhere, where torch's operator has none."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return engine.div(a, b, rounding_mode="floor")
    return a // b


def _matrix_product(a: Any, b: Any) -> Any:
    if not isinstance(a, Tensor) or not isinstance(b, Tensor):
        raise ValueError("@ multiplies matrices and vectors, and one side is a number; write * for numbers")
    return a @ b


def _product(evaluator: Evaluator, node: tree.Product) -> Any:
    factors = iter(node.factors)
    first = next(factors)
    total = evaluator.visit(first.value)
    divides = False
    for factor in factors:
        value = evaluator.visit(factor.value)
        try:
            if factor.operator == "*":
                total = total * value
            else:
                divides = True
                total = _PRODUCT[factor.operator](total, value)
        except (RuntimeError, ValueError) as error:
            raise Failure("E301", str(error), first.value.span.to(factor.value.span)) from error
    if divides:
        evaluator.of_interest.append(node)
    return total


def _power(evaluator: Evaluator, node: tree.Power) -> Any:
    if not smooth_exponent(node.exponent):
        evaluator.of_interest.append(node)
    return _power_of(evaluator.visit(node.base), evaluator.visit(node.exponent))


def _comparison(evaluator: Evaluator, node: tree.Comparison) -> Any:
    evaluator.of_interest.append(node)
    return evaluator.tensor(COMPARISONS[node.operator](evaluator.visit(node.left), evaluator.visit(node.right)))


def _whole(value: Any, span: tree.Span) -> Any:
    """A setting that must be whole: floats that are whole become ints, also within lists."""
    if isinstance(value, Tensor):
        value = value.tolist()
    if isinstance(value, list):
        return tuple(_whole(each, span) for each in value)
    if isinstance(value, float):
        if not value.is_integer():
            raise Failure("E302", f"a whole number is needed here, not {value:g}", span)
        return int(value)
    return value


def _call(evaluator: Evaluator, node: tree.Call) -> Any:
    if node.function in OF_INTEREST:
        evaluator.of_interest.append(node)
    operation = OPERATIONS[node.function]
    names = operation.parameters
    if names == ("x",) and len(node.arguments) == 1 and not node.keywords and operation.category != "creation":
        return _first_value(
            composites.function(operation.name)(_operand(evaluator, evaluator.visit(node.arguments[0])))
        )
    last = names[-1] if names else ""
    positional = [
        _argument(evaluator, names[i] if i < len(names) else last, argument, operation.name)
        for i, argument in enumerate(node.arguments)
    ]
    keywords = {each.name: _argument(evaluator, each.name, each.value, operation.name) for each in node.keywords}
    if operation.category == "creation":
        _bound_size(positional, node)
        if operation.name not in ("tensor", "zeros_like", "ones_like", "manual_seed"):
            keywords.setdefault("dtype", evaluator.dtype)
    result = composites.function(operation.name)(*positional, **keywords)
    return _first_value(result)


def _first_value(result: Any) -> Any:
    """The values of an operation that also gives indices (`max(x, dim)`)."""
    return getattr(result, "values", result) if isinstance(result, tuple) else result


def _bound_size(sizes: list[Any], node: tree.Call) -> None:
    counts = [
        each for size in sizes for each in (size if isinstance(size, tuple) else (size,)) if isinstance(each, int)
    ]
    if math.prod(counts) > MAX_ELEMENTS or max(counts, default=0) > MAX_ELEMENTS:
        raise Failure("E304", f"a tensor may have at most {MAX_ELEMENTS:,} elements here", node.span)


def _argument(evaluator: Evaluator, parameter: str, argument: tree.Expr, function: str) -> Any:
    operand = function in ("max", "min") or parameter not in SETTINGS
    if parameter == "equation" and not isinstance(argument, tree.Text):
        help_ = "write them in quotes: einsum('ij,jk->ik', A, B)"
        raise Failure("E302", "einsum begins with its subscripts", argument.span, help_)
    if not operand:
        _refuse_variables(parameter, argument)
    if parameter == "tensors" and isinstance(argument, tree.TensorLiteral):
        return [evaluator.tensor(evaluator.visit(element)) for element in argument.elements]
    value = evaluator.visit(argument)
    if parameter in INTEGER_SETTINGS:
        whole = not operand or (isinstance(value, float) and value.is_integer())
        return _whole(value, argument.span) if whole else value
    if not operand and isinstance(value, Tensor):
        return _setting(value, parameter, argument.span)
    if parameter in AS_THEY_ARE:
        return value
    return _operand(evaluator, value)


def _setting(value: Tensor, parameter: str, span: tree.Span) -> Any:
    """The number of a setting that was written as a tensor of one entry."""
    if value.numel() != 1:
        raise Failure("E302", f"{parameter} takes a number, not a tensor of shape {tuple(value.shape)}", span)
    return value.item()


def _operand(evaluator: Evaluator, value: Any) -> Any:
    """A value as operations take it: numbers as Tensors."""
    return evaluator.tensor(value) if isinstance(value, (bool, int, float)) else value


def _refuse_variables(parameter: str, argument: tree.Expr) -> None:
    for part in walk(argument):
        if isinstance(part, tree.Name) and part.name not in CONSTANTS and part.name not in DTYPES:
            raise Failure(
                "E302", f"{parameter} is a setting, and {part.name} is a variable", argument.span, "write a number"
            )


def _attribute(evaluator: Evaluator, node: tree.Attribute) -> Any:
    raise Failure("E303", f"{node.name} is for programs (gradcli run), not for one expression", node.span)


def _slice(evaluator: Evaluator, node: tree.Slice) -> slice:
    bounds = (node.lower, node.upper, node.step)
    return slice(*[None if each is None else _whole(evaluator.visit(each), each.span) for each in bounds])


def _index_item(evaluator: Evaluator, item: Any) -> Any:
    if isinstance(item, tree.Slice):
        return _slice(evaluator, item)
    if isinstance(item, tree.IndexEllipsis):
        return ...
    value = evaluator.visit(item)
    if isinstance(value, Tensor):
        if value.dtype is dtypes.bool_ or not value.dtype.is_floating_point:
            return value
        array = value._array
        if not np.all(array == np.floor(array)):
            raise Failure("E302", "an index must be a whole number", item.span)
        return wrap(np.asarray(array.astype(np.int64)))
    return _whole(value, item.span)


def _index(evaluator: Evaluator, node: tree.Index) -> Any:
    value = evaluator.visit(node.value)
    if not isinstance(value, Tensor):
        raise Failure("E302", "a number cannot be indexed", node.span)
    items = tuple(_index_item(evaluator, item) for item in node.items)
    return value[items if len(items) > 1 else items[0]]


def _literal(evaluator: Evaluator, node: tree.TensorLiteral) -> Any:
    elements = [evaluator.visit(element) for element in node.elements]
    if any(isinstance(element, Tensor) for element in elements):
        return engine.stack([evaluator.tensor(element) for element in elements])
    return wrap(evaluator.dtype.array(elements), evaluator.dtype)


# A derivative inside an expression is a recorded backward pass, which the gradient of the whole goes on through. The
# variable gets a tensor of its own there, made from the one that it has, and whatever depends on it is calculated once
# more from that: so the derivative is the same whether the variable requires a gradient or not, and one by a bound
# variable is taken in the same way.


def _derivative(evaluator: Evaluator, node: tree.Derivative) -> Tensor:
    """The value of a derivative, recorded. Raises Failure where it has no shape, or grows too large."""
    if node.point is None and node.variable not in evaluator.variables:
        zero: Tensor = engine.zeros_like(evaluator.numbers(node.expression).detach())
        return zero
    start = evaluator.numbers(tree.Name(node.variable, node.span) if node.point is None else node.point)
    if not start.dtype.is_floating_point:
        raise Failure("E302", f"{to_text(tree.Name(node.variable))} is no number here", node.span)
    with engine.enable_grad():
        variable = own(start)
        value = _value_by(evaluator, node, variable)
        return recorded_derivative(node, value, variable, evaluator.past)


def recorded_derivative(node: tree.Derivative, value: Tensor, variable: Tensor, past: Past[Any]) -> Tensor:
    """The derivative of a recorded value by a variable, as often as the node says; it requires a gradient where it
    depends on anything that does, and that is not the variable. Raises Failure."""
    way = _way(node, value, variable, past)
    for _ in range(node.order):
        _check_size(node, value)
        value = way(value, variable)
    return value if _depends_on_others(value, variable) else value.detach()


def own(start: Tensor) -> Tensor:
    """A tensor of the same value that nothing else was made from."""
    if start.requires_grad:
        copy: Tensor = engine.clone(start)
        return copy
    leaf = wrap(start._array, start.dtype)
    leaf._requires_grad = True
    return leaf


def _value_by(evaluator: Evaluator, node: tree.Derivative, variable: Tensor) -> Tensor:
    """The value of what is differentiated, made from the tensor of the variable."""

    def evaluate(expression: tree.Expr, names: Mapping[str, Tensor], past: Past[Tensor]) -> Tensor:
        with evaluator.elsewhere(names, past):
            return evaluator.numbers(expression)

    if node.point is not None:
        return evaluate(node.expression, {**evaluator.variables, node.variable: variable}, evaluator.past)
    moved, past = evaluator.past.with_moved(node.variable, variable, evaluate)
    return evaluate(node.expression, {**evaluator.variables, **moved}, past)


def _way(node: tree.Derivative, value: Tensor, variable: Tensor, past: Past[Any]) -> Callable[[Tensor, Tensor], Tensor]:
    """How a value of this shape is differentiated by the variable. Raises Failure where it has no derivative that is
    one tensor of the shape of either."""
    if not variable.shape:
        return _by_number if value.shape else recorded_gradient
    if value.numel() == 1 and node.order == 1:
        return recorded_gradient
    if value.shape == variable.shape and goes_by_entry(node, past):
        return recorded_gradient
    raise Failure("E313", *_shapeless(node, value.shape, variable.shape))


def _shapeless(node: tree.Derivative, value: Collection[int], variable: Collection[int]) -> tuple[str, Any, str]:
    """What is said of a derivative that is no tensor of the shape of either."""
    name = node.variable.rstrip(tree.BOUND)
    of = f"the value has shape {tuple(value)}" if value else "the value is one number"
    what = "the derivative" if node.order == 1 else f"the derivative of order {node.order}"
    message = f"{what} by {name} of shape {tuple(variable)} is no tensor of that shape: {of}"
    help_text = f"differentiate a scalar once, or what depends on {name} entry by entry"
    return message, node.span, help_text


def recorded_gradient(value: Tensor, variable: Tensor) -> Tensor:
    """The recorded gradient: of a number, or of what goes entry by entry."""
    return gradients(value, [variable], ones(value), create_graph=True)[0]


def _by_number(value: Tensor, variable: Tensor) -> Tensor:
    """The derivative of every entry by a number."""
    entries = [recorded_gradient(entry, variable) for entry in value.flatten()]
    return engine.stack(entries).reshape(value.shape) if entries else value


def _check_size(node: tree.Derivative, value: Tensor) -> None:
    if is_made_by_more(value, MAX_NODES) or value.numel() > MAX_ENTRIES:
        message = f"the derivative of order {node.order} is too large to be calculated inside an expression"
        raise Failure("E307", message, node.span, "--order calculates high derivatives of a whole expression")


def is_made_by_more(value: Tensor, nodes: int) -> bool:
    """Whether more than so many nodes made a value."""
    found = (each for each in _reached(value) if isinstance(each, Node))
    return any(count >= nodes for count, _ in enumerate(found))


def _depends_on_others(value: Tensor, variable: Tensor) -> bool:
    """Whether the derivative depends on what requires a gradient outside, too."""
    return any(isinstance(each, Tensor) and each is not variable for each in _reached(value))


def _reached(value: Tensor) -> Iterator[Node | Tensor]:
    """The nodes and leaves that a value was made from, each once."""
    stack: list[Node | Tensor | None] = [value._node]
    seen: set[int] = set()
    while stack:
        target = stack.pop()
        if target is None or id(target) in seen:
            continue
        seen.add(id(target))
        yield target
        if isinstance(target, Node):
            stack.extend(target.edges)


def _equation(evaluator: Evaluator, node: tree.Equation) -> Any:
    raise Failure("E314", "an equation has no value", node.span, "to compare two values write ==")


_VISITORS: Final[dict[type, Callable[[Evaluator, Any], Any]]] = {
    tree.Constant: _constant,
    tree.Text: _constant,
    tree.Name: _name,
    tree.Negation: _negation,
    tree.Sum: _sum,
    tree.Product: _product,
    tree.Power: _power,
    tree.Comparison: _comparison,
    tree.Call: _call,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.TensorLiteral: _literal,
    tree.Derivative: _derivative,
    tree.Equation: _equation,
}


def constant(expr: tree.Expr, dtype: dtypes.dtype) -> Array:
    """The value of an expression without variables, as a binding has it. Raises Failure."""
    with silence():
        return np.asarray(Evaluator({}, dtype).numbers(expr)._array)


def value_at(question: Question, point: Mapping[str, Array]) -> Array:
    """The program's value at another point, without any gradient: what finite differences ask for. Raises Failure."""
    dtype = _working_dtype(question)
    leaves = {name: wrap(np.asarray(value, dtype.numpy)[()], dtype) for name, value in point.items()}
    with silence(), engine.no_grad():
        return np.asarray(Evaluator(leaves, dtype).run(question.program)._array)


@contextmanager
def silence() -> Iterator[None]:
    """Within it nobody is warned: of floats that overflow, nor by the engine."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _working_dtype(question: Question) -> dtypes.dtype:
    for value in question.point.values():
        return dtypes.OF_NUMPY[value.dtype]
    return dtypes.float64


def notes_of(caught: Iterable[warnings.WarningMessage]) -> tuple[Note, ...]:
    """What the engine warned of, as notes."""
    texts = (" ".join(str(warning.message).split()) for warning in caught)
    return tuple(Note(text) for text in texts if _DEPRECATED not in text)


def evaluator_of(question: Question) -> tuple[Evaluator, dict[str, Tensor]]:
    """An evaluator at the point of a question, and the leaves of the variables to differentiate by."""
    dtype = _working_dtype(question)
    variables = {name: wrap(value.copy() if value.ndim else value[()], dtype) for name, value in question.point.items()}
    leaves = {name: variables[name] for name in question.wrt}
    for leaf in leaves.values():
        leaf._requires_grad = True
    return Evaluator(variables, dtype, remember=True), leaves


def name_of_node(value: Tensor) -> str | None:
    """The name of the node that made a value, None where nothing was recorded."""
    return None if value._node is None else type(value._node).__name__


def gradients(value: Tensor, leaves: list[Tensor], cotangent: Tensor | None, **keywords: Any) -> list[Tensor]:
    """The vector-Jacobian products, zeros where a variable takes no part."""
    if not value.requires_grad or not leaves:
        return [wrap(leaf.dtype.zeros(leaf._array.shape), leaf.dtype) for leaf in leaves]
    found = engine.grad([value], leaves, [cotangent], allow_unused=True, materialize_grads=True, **keywords)
    return [each for each in found if each is not None]


def as_array(tensor: Tensor) -> Array:
    """The values of a Tensor."""
    return np.asarray(tensor._array)


def collected(leaves: Mapping[str, Tensor]) -> Iterator[tuple[Variables, Array]]:
    """The gradients that arrived at the leaves, zeros where a variable takes no part."""
    for name, leaf in leaves.items():
        gradient = leaf.dtype.zeros(leaf._array.shape) if leaf._grad is None else leaf._grad._array
        yield (name,), np.asarray(gradient)


def ones(value: Tensor) -> Tensor:
    """Ones of a Tensor's shape and dtype: what a backward pass begins with."""
    return wrap(value.dtype.ones(value._array.shape), value.dtype)
