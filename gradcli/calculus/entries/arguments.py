"""The arguments of a call, matched to the parameters of its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.calculus.entries.arithmetic import NoForm
from gradcli.language import tree
from gradcli.operations import Operation

if TYPE_CHECKING:
    from gradcli.calculus.entries.arithmetic import Entries
    from gradcli.calculus.entries.reading import Reading


class Arguments:
    """Positional and keyword arguments by parameter name; read only when asked for."""

    def __init__(self, reading: Reading, operation: Operation, call: tree.Call) -> None:
        self._reading = reading
        self._operation = operation
        positional = call.arguments
        names = operation.parameters
        if len(positional) > len(names) and not operation.variadic:
            raise NoForm(f"too many arguments for {operation.name}")
        self.given: dict[str, tree.Expr] = dict(zip(names, positional, strict=False))
        self.rest: tuple[tree.Expr, ...] = positional[len(names) - 1 :] if operation.variadic else ()
        self.given.update({keyword.name: keyword.value for keyword in call.keywords})

    def in_order(self) -> list[str]:
        """The names of what was given, as the operation has them. Raises NoForm where one before the last is not
        given."""
        names = list(self._operation.parameters[: len(self.given)])
        if set(names) != set(self.given):
            raise NoForm(f"{self._operation.name} without a setting before another")
        return names

    def has(self, name: str) -> bool:
        """Whether `name` was given and is not None."""
        return name in self.given and self.given[name] != tree.Constant(None)

    def tensor(self, name: str) -> Entries:
        """A tensor argument."""
        if name not in self.given:
            raise NoForm(f"{self._operation.name} needs {name}")
        return self._reading.entries(self.given[name])

    def tensors(self, name: str) -> list[Entries]:
        """A list of tensors, possibly of different shapes."""
        expression = self.given[name]
        if not isinstance(expression, tree.TensorLiteral):
            return list(self._reading.entries(expression))
        return [self._reading.entries(element) for element in expression.elements]

    def integer(self, name: str, default: int) -> int:
        """A dimension or size."""
        return self._reading.integer(self.given[name]) if self.has(name) else default

    def integers(self, name: str) -> tuple[int, ...] | None:
        """One or several dimensions; None where not given."""
        return self._integers(self.given[name]) if self.has(name) else None

    def sizes(self) -> tuple[int, ...]:
        """The variadic arguments, or the one list that stands for them."""
        if len(self.rest) == 1:
            return self._integers(self.rest[0])
        return tuple(self._reading.integer(expression) for expression in self.rest)

    def flag(self, name: str, default: bool = False) -> bool:
        """True or False."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, tree.Constant) and isinstance(value.value, bool):
            return value.value
        return self._reading.integer(value) != 0

    def text(self, name: str, default: str) -> str:
        """A quoted string."""
        value = self.given.get(name)
        return value.value if isinstance(value, tree.Text) else default

    def number(self, name: str, default: float) -> float:
        """A number that is no tensor."""
        return self._reading.real(self.given[name]) if self.has(name) else default

    def is_flag(self, name: str) -> bool:
        """Whether `name` is True or False."""
        value = self.given.get(name)
        return isinstance(value, tree.Constant) and isinstance(value.value, bool)

    def is_whole(self, name: str) -> bool:
        """Whether `name` is written as a whole number."""
        value = self.given.get(name)
        number = value.operand if isinstance(value, tree.Negation) else value
        return isinstance(number, tree.Number) and number.value.is_integer()

    def _integers(self, expression: tree.Expr) -> tuple[int, ...]:
        if isinstance(expression, tree.TensorLiteral):
            return tuple(self._reading.integer(element) for element in expression.elements)
        return (self._reading.integer(expression),)
