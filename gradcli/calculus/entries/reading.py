"""The tree read entry by entry: every expression becomes a NumPy array of elements.

`max(x, dim)` and its kin are their values, without the indices, as in the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.entries.arithmetic import Arithmetic, Element, Entries, NoForm, scalar
from gradcli.language import tree
from gradcli.operations import OPERATIONS


class Reading:
    """Reads expressions in an environment of named arrays, and remembers what each sub-expression became."""

    def __init__(self, arithmetic: Arithmetic, environment: Mapping[str, Entries]) -> None:
        self.arithmetic = arithmetic
        self.environment = dict(environment)
        self._seen: dict[int, tuple[tree.Expr, Entries]] = {}

    def program(self, program: tree.Program) -> Entries:
        """The value of a program.

        Raises NoForm where it has none.
        """
        for binding in program.bindings:
            if binding.name not in self.environment:
                self.environment[binding.name] = self.entries(binding.value)
        for assignment in program.assignments:
            self.environment[assignment.name] = self.entries(assignment.value)
        return self.entries(program.result)

    def seen(self, expression: tree.Expr) -> Entries | None:
        """What `expression` (this very node) became, None if it was not read."""
        found = self._seen.get(id(expression))
        return None if found is None else found[1]

    def expressions(self) -> list[tuple[tree.Expr, Entries]]:
        """Everything that was read, innermost first."""
        return list(self._seen.values())

    def entries(self, expression: tree.Expr) -> Entries:
        """The entries of a tensor-valued expression."""
        reader = READERS.get(type(expression))
        if reader is None:
            raise NoForm(f"{type(expression).__name__.lower()} has no formula")
        result = reader(self, expression)
        self._seen[id(expression)] = (expression, result)
        return result

    def elementwise(self, function: Callable[..., Element], *operands: Entries) -> Entries:
        """`function` of the operands' entries, broadcast."""
        if all(operand.ndim == 0 for operand in operands):
            return scalar(function(*(operand[()] for operand in operands)))
        result: Entries = np.frompyfunc(function, len(operands), 1)(*operands)
        return result

    def apply(self, name: str, *operands: Entries) -> Entries:
        """The function `name`, entry by entry."""
        return self.elementwise(lambda *entries: self.arithmetic.apply(name, *entries), *operands)

    def call(self, name: str, arguments: tuple[tree.Expr, ...]) -> Entries:
        """A function on positional arguments."""
        return self.entries(tree.Call(name, arguments))

    def number(self, value: float) -> Entries:
        """A constant as a 0-dimensional array."""
        return scalar(self.arithmetic.number(value))

    # One method for each node

    def _number(self, node: tree.Number) -> Entries:
        return scalar(self.arithmetic.literal(node.text, node.value))

    def _constant(self, node: tree.Constant) -> Entries:
        if node.value is None:
            raise NoForm("None has no formula")
        return self.number(float(node.value))

    def _name(self, node: tree.Name) -> Entries:
        found = self.environment.get(node.name)
        if found is not None:
            return found
        if node.name not in CONSTANTS:
            raise NoForm(f"{node.name} has no value")
        return scalar(self.arithmetic.constant(node.name))

    def _negation(self, node: tree.Negation) -> Entries:
        return self.elementwise(self.arithmetic.negative, self.entries(node.operand))

    def _sum(self, node: tree.Sum) -> Entries:
        terms = [self.entries(term.value) for term in node.terms]
        signed = [
            self.elementwise(self.arithmetic.negative, value) if term.negative else value
            for term, value in zip(node.terms, terms, strict=True)
        ]
        if all(value.ndim == 0 for value in signed):
            return scalar(self.arithmetic.add([value[()] for value in signed]))
        shape = np.broadcast_shapes(*(value.shape for value in signed))
        columns = [np.broadcast_to(value, shape).ravel() for value in signed]
        flat = np.empty(columns[0].size, object)
        for at, summands in enumerate(zip(*columns, strict=True)):
            flat[at] = self.arithmetic.add(summands)
        return flat.reshape(shape)

    def _product(self, node: tree.Product) -> Entries:
        if all(factor.operator == "*" for factor in node.factors):
            factors = [self.entries(factor.value) for factor in node.factors]
            return self.elementwise(lambda *each: self.arithmetic.multiply(each), *factors)
        result = self.entries(node.factors[0].value)
        for factor in node.factors[1:]:
            result = self._times(result, factor.operator, self.entries(factor.value))
        return result

    def _times(self, left: Entries, operator: str, right: Entries) -> Entries:
        from gradcli.calculus.entries.tensors import matrix_product

        arithmetic = self.arithmetic
        if operator == "*":
            return self.elementwise(lambda a, b: arithmetic.multiply((a, b)), left, right)
        if operator == "/":
            return self.elementwise(arithmetic.divide, left, right)
        if operator == "@":
            return matrix_product(self, left, right)
        if operator == "%":
            return self.apply("remainder", left, right)
        return self.apply("floor", self.elementwise(arithmetic.divide, left, right))

    def _power(self, node: tree.Power) -> Entries:
        if isinstance(node.base, tree.Name) and node.base.name == "e" and "e" not in self.environment:
            return self.apply("exp", self.entries(node.exponent))
        return self.elementwise(self.arithmetic.power, self.entries(node.base), self.entries(node.exponent))

    def _comparison(self, node: tree.Comparison) -> Entries:
        left, right = self.entries(node.left), self.entries(node.right)
        return self.elementwise(lambda a, b: self.arithmetic.compare(node.operator, a, b), left, right)

    def _call(self, node: tree.Call) -> Entries:
        from gradcli.calculus.entries.arguments import Arguments
        from gradcli.calculus.entries.tensors import BUILDERS

        operation = OPERATIONS.get(node.function)
        if operation is None or operation.symbolic is None:
            raise NoForm(f"{node.function} has no formula")
        arguments = Arguments(self, operation, node)
        builder = BUILDERS.get(operation.symbolic)
        if builder is not None:
            return builder(self, arguments)
        return self.apply(operation.symbolic, *(arguments.tensor(name) for name in arguments.given))

    def _attribute(self, node: tree.Attribute) -> Entries:
        if node.name == "data":
            return self.apply("detach", self.entries(node.value))
        raise NoForm(f".{node.name} has no formula")

    def _index(self, node: tree.Index) -> Entries:
        value = self.entries(node.value)
        key = tuple(self._key(item) for item in node.items)
        try:
            picked = value[key]
        except (IndexError, ValueError) as error:
            raise NoForm(f"an index that does not fit: {error}") from error
        return picked if isinstance(picked, np.ndarray) else scalar(picked)

    def _key(self, item: tree.IndexItem) -> Any:
        if isinstance(item, tree.Slice):
            parts = (item.lower, item.upper, item.step)
            return slice(*(None if part is None else self.integer(part) for part in parts))
        if isinstance(item, tree.Ellipsis):
            return ...
        if isinstance(item, tree.Constant):
            return item.value
        if isinstance(item, tree.Comparison):
            return self._numbers(item).astype(bool)
        numbers = self._numbers(item)
        return int(numbers) if numbers.ndim == 0 else numbers.astype(int)

    def _tensor(self, node: tree.TensorLiteral) -> Entries:
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


CONSTANTS = frozenset({"pi", "e", "tau", "inf", "nan"})
READERS: Mapping[type, Callable[[Reading, Any], Entries]] = {
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
}
