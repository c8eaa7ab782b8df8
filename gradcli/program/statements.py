"""Statements of a program, compiled to closures that take and return nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final, TypeAlias

from gradcli.calculus.evaluate import Failure
from gradcli.engine.tensor import Tensor
from gradcli.language.script import (
    Assign,
    AugmentedAssign,
    ExpressionStatement,
    For,
    If,
    Statement,
    Target,
    Unpacking,
    With,
)
from gradcli.language.tree import Attribute, Call, Expr, Index, Name, Span, TensorLiteral
from gradcli.program import values, vocabulary
from gradcli.program.execution import Execution
from gradcli.program.expressions import ExpressionCompiler, Thunk, index_items
from gradcli.program.failures import CAUGHT, described, located

Action: TypeAlias = Callable[[], None]
Store: TypeAlias = Callable[[Any], None]


class StatementCompiler(ExpressionCompiler):
    """Compiles the statements of one program for an execution."""

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution.variables, execution.show)
        self.execution = execution
        self.bindings: dict[str, Any] = execution.variables
        self.blocks = 0

    def statements(self, block: Iterable[Statement]) -> list[Action]:
        """The closures that execute a block."""
        return [self._statement(statement) for statement in block]

    def _statement(self, statement: Statement) -> Action:
        """A closure that tells the execution where it is, and executes the statement."""
        execution, span = self.execution, statement.span
        try:
            execute = _COMPILERS[type(statement)](self, statement)
        except RecursionError as error:
            raise located(error, span) from None

        def run() -> None:
            execution.place = span
            try:
                execute()
            except CAUGHT as error:
                raise located(error, span) from error

        return run

    def block(self, statements: tuple[Statement, ...]) -> list[Action]:
        """The closures of a block within a statement."""
        self.blocks += 1
        actions = self.statements(statements)
        self.blocks -= 1
        return actions


def _expression(compiler: StatementCompiler, statement: ExpressionStatement) -> Action:
    value, echo = compiler.compile(statement.value), compiler.execution.echo
    if _is_silent(statement.value, in_block=compiler.blocks > 0):
        return value

    def run() -> None:
        result = value()
        if result is not None:
            echo(result)

    return run


def _is_silent(node: Expr, *, in_block: bool) -> bool:
    """Whether an expression is there for its effect: `manual_seed(0)`, and in a block `x.grad.zero_()`."""
    return isinstance(node, Call) and (node.function == "manual_seed" or (in_block and node.function.endswith("_")))


def _assign(compiler: StatementCompiler, statement: Assign) -> Action:
    value = compiler.compile(statement.value)
    stores = [_store(compiler, target) for target in statement.targets]
    if len(stores) == 1:
        store = stores[0]
        return lambda: store(value())

    def run() -> None:
        result = value()
        for store in stores:
            store(result)

    return run


def _store(compiler: StatementCompiler, target: Target | Unpacking) -> Store:
    """The closure that gives a target its value."""
    match target:
        case Name(name=name):
            bindings = compiler.bindings
            return lambda value: bindings.__setitem__(name, value)
        case Unpacking():
            return _unpack(compiler, target)
        case Attribute():
            owner = compiler.compile(target.value)
            return lambda value: _set_attribute(owner(), target, value)
        case Index():
            owner, items = compiler.compile(target.value), index_items(compiler, target)
            return lambda value: _set_item(owner(), items(), target.span, value)


def _unpack(compiler: StatementCompiler, target: Unpacking) -> Store:
    bindings, names = compiler.bindings, [name.name for name in target.names]

    def store(value: Any) -> None:
        try:
            parts = list(islice(iter(value), len(names) + 1))
        except CAUGHT as error:
            raise located(error, target.span) from error
        if len(parts) != len(names):
            count = "more" if len(parts) > len(names) else str(len(parts))
            raise Failure("E332", f"{len(names)} names are assigned, and there are {count} values", target.span)
        bindings.update(zip(names, parts, strict=True))

    return store


def _set_attribute(owner: Any, target: Attribute, value: Any) -> None:
    try:
        vocabulary.assign_attribute(owner, target.name, value)
    except AttributeError:
        raise Failure("E331", f"{described(owner)} has no attribute {target.name} to assign", target.span) from None
    except CAUGHT as error:
        raise located(error, target.span) from error


def _set_item(owner: Any, items: Any, span: Span, value: Any) -> None:
    if not isinstance(owner, (Tensor, list)):
        raise Failure("E302", f"no entry of {described(owner)} can be assigned", span)
    try:
        owner[items] = value
        values.checked(owner)
    except CAUGHT as error:
        raise located(error, span) from error


def _augmented(compiler: StatementCompiler, statement: AugmentedAssign) -> Action:
    target, span = statement.target, statement.span
    value = compiler.compile(statement.value)
    in_place, on_tensors = values.IN_PLACE[statement.operator], values.TENSORS[statement.operator]
    on_numbers = values.NUMBERS[statement.operator]

    def updated(old: Any) -> Any:
        by = value()
        try:
            if type(old) is Tensor:
                return in_place(old, by)
            return on_tensors(old, by) if type(by) is Tensor else on_numbers(old, by)
        except CAUGHT as error:
            raise located(error, span) from error

    match target:
        case Name(name=name):
            bindings, old = compiler.bindings, compiler.compile(target)
            return lambda: bindings.__setitem__(name, updated(old()))
        case Attribute():
            return _update_attribute(compiler, target, updated)
        case Index():
            return _update_item(compiler, target, updated)


def _update_attribute(compiler: StatementCompiler, target: Attribute, updated: Callable[[Any], Any]) -> Action:
    owner = compiler.compile(target.value)

    def run() -> None:
        of = owner()
        try:
            old = vocabulary.attribute(of, target.name)
        except AttributeError:
            raise Failure("E331", f"{described(of)} has no attribute {target.name}", target.span) from None
        _set_attribute(of, target, updated(old))

    return run


def _update_item(compiler: StatementCompiler, target: Index, updated: Callable[[Any], Any]) -> Action:
    owner, items = compiler.compile(target.value), index_items(compiler, target)

    def run() -> None:
        of, at = owner(), items()
        if not isinstance(of, (Tensor, list)):
            raise Failure("E302", f"no entry of {described(of)} can be assigned", target.span)
        try:
            old = of[at]
        except CAUGHT as error:
            raise located(error, target.span) from error
        _set_item(of, at, target.span, updated(old))

    return run


def _for(compiler: StatementCompiler, statement: For) -> Action:
    node, span = statement.iterable, statement.iterable.span
    iterable = compiler.as_list(node) if isinstance(node, TensorLiteral) else compiler.compile(node)
    store = _store(compiler, statement.target)
    actions = compiler.block(statement.body)
    spend, cost = compiler.execution.spend, max(len(actions), 1)

    def run() -> None:
        for value in _iterated(iterable(), span):
            spend(cost, span)
            store(value)
            for action in actions:
                action()

    return run


def _iterated(value: Any, span: Span) -> Any:
    try:
        return iter(value)
    except CAUGHT as error:
        failure = located(error, span)
        failure.help = failure.help or "repeat for numbers, range(3), a list or a tensor's rows"
        raise failure from error


def _with(compiler: StatementCompiler, statement: With) -> Action:
    mode = vocabulary.MODES[statement.mode]
    argument: Thunk | None = None if statement.argument is None else _truth(compiler, statement.argument)
    actions = compiler.block(statement.body)

    def run() -> None:
        with mode() if argument is None else mode(argument()):
            for action in actions:
                action()

    return run


def _if(compiler: StatementCompiler, statement: If) -> Action:
    test = _truth(compiler, statement.test)
    body, otherwise = compiler.block(statement.body), compiler.block(statement.otherwise)

    def run() -> None:
        for action in body if test() else otherwise:
            action()

    return run


def _truth(compiler: StatementCompiler, node: Expr) -> Thunk:
    """The closure of an expression where True or False is wanted."""
    value = compiler.compile(node)

    def holds() -> bool:
        found = value()
        try:
            return bool(found)
        except CAUGHT as error:
            raise located(error, node.span) from error

    return holds


_COMPILERS: Final[dict[type, Callable[[StatementCompiler, Any], Action]]] = {
    ExpressionStatement: _expression,
    Assign: _assign,
    AugmentedAssign: _augmented,
    For: _for,
    With: _with,
    If: _if,
}
