"""The tree read entry by entry: every expression becomes a NumPy array of elements.

`max(x, dim)` and its like are their values, without the indices, as in the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.dependence import Past
from gradcli.calculus.entries.arithmetic import Arithmetic, Element, Entries, NoForm, Value, scalar
from gradcli.language import tree
from gradcli.operations import OPERATIONS


class Reading:
    """Reads expressions in an environment of named arrays, and remembers what each sub-expression became."""

    def __init__(self, arithmetic: Arithmetic, environment: Mapping[str, Value]) -> None:
        self.arithmetic = arithmetic
        self.environment = dict(environment)
        self._seen: dict[int, tuple[tree.Expr, Value]] = {}
        self._start: Mapping[str, Value] = {}
        self._assigned: list[tuple[tree.Assignment, Value]] = []
        self._past: Past[Value] | None = None

    def program(self, program: tree.Program) -> Entries:
        """The value of a program.

        Raises NoForm where it has none.
        """
        for binding in program.bindings:
            if binding.name not in self.environment:
                self.environment[binding.name] = self.value(binding.value)
        self._start, self._assigned = dict(self.environment), []
        for assignment in program.assignments:
            value = self.environment[assignment.name] = self.value(assignment.value)
            self._assigned.append((assignment, value))
        return self.entries(program.result)

    @property
    def past(self) -> Past[Value]:
        """What was assigned so far, for derivatives by what that depends on."""
        return Past.of(self._start, self._assigned) if self._past is None else self._past

    def elsewhere(self, environment: Mapping[str, Value], past: Past[Value]) -> Reading:
        """A reading where names have other values, which they came to by another past; it remembers with this one."""
        other = Reading(self.arithmetic, environment)
        other._seen, other._past = self._seen, past
        return other

    def seen(self, expression: tree.Expr) -> Entries | None:
        """What `expression` (this very node) became, None if it was not read."""
        found = self._seen.get(id(expression))
        return None if found is None else _as_entries(found[1])

    def expressions(self) -> Iterator[tuple[tree.Expr, Entries]]:
        """Everything that was read, innermost first."""
        for expression, value in self._seen.values():
            yield expression, _as_entries(value)

    def entries(self, expression: tree.Expr) -> Entries:
        """The entries of a tensor-valued expression."""
        return _as_entries(self.value(expression))

    def value(self, expression: tree.Expr) -> Value:
        """The entries of an expression, or its element where it has no dimensions."""
        reader = READERS.get(type(expression))
        if reader is None:
            raise NoForm(f"{type(expression).__name__.lower()} has no formula")
        result = reader(self, expression)
        self._seen[id(expression)] = (expression, result)
        return result

    def elementwise(self, function: Callable[..., Element], *operands: Value) -> Value:
        """`function` of the operands' entries, broadcast."""
        for operand in operands:
            if type(operand) is np.ndarray:
                break
        else:
            return function(*operands)
        arrays = [_as_entries(operand) for operand in operands]
        if all(array.ndim == 0 for array in arrays):
            return function(*[array[()] for array in arrays])
        return np.frompyfunc(function, len(arrays), 1)(*arrays)

    def entrywise(self, function: Callable[..., Element], *operands: Value) -> Entries:
        """The same, always as entries."""
        return _as_entries(self.elementwise(function, *operands))

    def apply(self, name: str, *operands: Value) -> Value:
        """The function `name`, entry by entry."""
        return self.elementwise(partial(self.arithmetic.apply, name), *operands)

    # One method for each node

    def _number(self, node: tree.Number) -> Value:
        return self.arithmetic.literal(node.text, node.value)

    def _constant(self, node: tree.Constant) -> Value:
        if node.value is None:
            raise NoForm("None has no formula")
        return self.arithmetic.number(float(node.value))

    def _name(self, node: tree.Name) -> Value:
        found = self.environment.get(node.name)
        if found is not None:
            return found
        if node.name not in CONSTANTS:
            raise NoForm(f"{node.name} has no value")
        return self.arithmetic.constant(node.name)

    def _negation(self, node: tree.Negation) -> Value:
        return self.elementwise(self.arithmetic.negative, self.value(node.operand))

    def _sum(self, node: tree.Sum) -> Value:
        negative = self.arithmetic.negative
        signed = [
            self.elementwise(negative, self.value(term.value)) if term.negative else self.value(term.value)
            for term in node.terms
        ]
        for value in signed:
            if type(value) is np.ndarray:
                break
        else:
            return self.arithmetic.add(signed)
        arrays = [_as_entries(value) for value in signed]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        columns = [np.broadcast_to(array, shape).ravel() for array in arrays]
        flat = np.empty(columns[0].size, object)
        for at, summands in enumerate(zip(*columns, strict=True)):
            flat[at] = self.arithmetic.add(summands)
        return flat.reshape(shape)

    def _product(self, node: tree.Product) -> Value:
        factors = node.factors
        if all([factor.operator == "*" for factor in factors]):  # noqa: C419 (a list is quicker)
            return self.elementwise(self._multiplied, *[self.value(factor.value) for factor in factors])
        result = self.value(factors[0].value)
        for factor in factors[1:]:
            result = self._times(result, factor.operator, self.value(factor.value))
        return result

    def _multiplied(self, *factors: Element) -> Element:
        return self.arithmetic.multiply(factors)

    def _times(self, left: Value, operator: str, right: Value) -> Value:
        if operator == "*":
            return self.elementwise(self._multiplied, left, right)
        if operator == "/":
            return self.elementwise(self.arithmetic.divide, left, right)
        if operator == "@":
            from gradcli.calculus.entries.tensors import matrix_product

            return matrix_product(self, _as_entries(left), _as_entries(right))
        if operator == "%":
            return self.apply("remainder", left, right)
        return self.apply("floor", self.elementwise(self.arithmetic.divide, left, right))

    def _power(self, node: tree.Power) -> Value:
        if isinstance(node.base, tree.Name) and node.base.name == "e" and "e" not in self.environment:
            return self.apply("exp", self.value(node.exponent))
        return self.elementwise(self.arithmetic.power, self.value(node.base), self.value(node.exponent))

    def _comparison(self, node: tree.Comparison) -> Value:
        compare = partial(self.arithmetic.compare, node.operator)
        return self.elementwise(compare, self.value(node.left), self.value(node.right))

    def _call(self, node: tree.Call) -> Value:
        from gradcli.calculus.entries.arguments import Arguments
        from gradcli.calculus.entries.builders import BUILDERS

        operation = OPERATIONS.get(node.function)
        if operation is None or operation.symbolic is None:
            raise NoForm(f"{node.function} has no formula")
        builder = BUILDERS.get(operation.symbolic)
        if builder is None and not node.keywords:
            return self.apply(operation.symbolic, *[self.value(argument) for argument in node.arguments])
        arguments = Arguments(self, operation, node)
        if builder is not None:
            try:
                return builder(self, arguments)
            except (IndexError, ValueError) as error:  # shapes and dimensions that do not fit
                raise NoForm(f"{node.function} cannot be read entry by entry: {error}") from error
        return self.apply(operation.symbolic, *[arguments.tensor(name) for name in arguments.in_order()])

    def _derivative(self, node: tree.Derivative) -> Value:
        from gradcli.calculus.entries.derivatives import derivative

        return derivative(self, node)

    def _attribute(self, node: tree.Attribute) -> Value:
        if node.name == "data":
            return self.apply("detach", self.value(node.value))
        raise NoForm(f".{node.name} has no formula")

    def _index(self, node: tree.Index) -> Value:
        value = self.entries(node.value)
        key = tuple(self._key(item) for item in node.items)
        try:
            picked = value[key]
        except (IndexError, ValueError) as error:
            raise NoForm(f"an index that does not fit: {error}") from error
        return picked[()] if isinstance(picked, np.ndarray) and not picked.ndim else picked

    def _key(self, item: tree.IndexItem) -> Any:
        if isinstance(item, tree.Slice):
            parts = (item.lower, item.upper, item.step)
            return slice(*(None if part is None else self.integer(part) for part in parts))
        if isinstance(item, tree.IndexEllipsis):
            return ...
        if isinstance(item, tree.Constant):
            return item.value
        if isinstance(item, tree.Comparison):
            return self._numbers(item).astype(bool)
        numbers = self._numbers(item)
        return int(numbers) if numbers.ndim == 0 else numbers.astype(int)

    def _tensor(self, node: tree.TensorLiteral) -> Value:
        elements = [self.entries(element) for element in node.elements]
        try:
            return np.stack(elements) if elements else np.empty(0, object)
        except ValueError as error:
            raise NoForm(f"a ragged tensor: {error}") from error

    # Arguments that are numbers and not tensors

    def integer(self, expression: tree.Expr) -> int:
        """A size, dimension or index."""
        numbers = self._numbers(expression)
        if numbers.size != 1 or numbers.flat[0] != int(numbers.flat[0]):
            raise NoForm("an argument that is not an integer")
        return int(numbers.flat[0])

    def real(self, expression: tree.Expr) -> float:
        """A number that no variable has a say in."""
        numbers = self._numbers(expression)
        if numbers.size != 1:
            raise NoForm("an argument that is not a number")
        return float(numbers.flat[0])

    def _numbers(self, expression: tree.Expr) -> NDArray[np.float64]:
        entries = self.entries(expression)
        return np.array([self.arithmetic.real(entry) for entry in entries.ravel()], np.float64).reshape(entries.shape)


def _as_entries(value: Value) -> Entries:
    return value if type(value) is np.ndarray else scalar(value)


CONSTANTS = frozenset({"pi", "e", "tau", "inf", "nan"})
READERS: Mapping[type, Callable[[Reading, Any], Value]] = {
    tree.Number: Reading._number,
    tree.Constant: Reading._constant,
    tree.Name: Reading._name,
    tree.Negation: Reading._negation,
    tree.Sum: Reading._sum,
    tree.Product: Reading._product,
    tree.Power: Reading._power,
    tree.Comparison: Reading._comparison,
    tree.Call: Reading._call,
    tree.Attribute: Reading._attribute,
    tree.Index: Reading._index,
    tree.TensorLiteral: Reading._tensor,
    tree.Derivative: Reading._derivative,
}
