"""What the names of a text stand for at a place, and derivatives by names whose values are written in the text.

A Derivative without a point is by a variable of the program, which its readers can vary.
By a name that is assigned, by a parameter of a function of one's own, and at a point, it is by a bound variable:
what depends on the name is then written out in the expression,
and the variable gets a name that nobody can write (`tree.bound_name`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Final

from gradcli.language.limits import MAX_DEPTH, MAX_EXPANSION
from gradcli.language.rewriting import children, has_derivatives, post_order, substituted, transformed
from gradcli.language.tree import BOUND, Definition, Derivative, Expr, Name, Negation, Power, Span, bound_name
from gradcli.language.values import frozen, replace

PARAMETER: Final = ":"
"""What ends the name of a parameter where a function is applied. It is no part of any name that a text can hold."""
_APART: Final = '"'
"""What ends a bound name that is kept apart for a moment."""
_LEAST: Final = 10
"""What a call or a bound derivative costs at least, in nodes."""
_FREE: Final = -1
"""The version of a name that nothing above assigns."""
_ARGUMENT: Final = -2
"""The version of a name that is a parameter's."""


class TooLargeError(Exception):
    """What is written out would have more nodes than a text may."""


class TooDeepError(Exception):
    """What is written out would be nested deeper than a text may."""


class CapturedError(Exception):
    """What is to be written out has a name that would be captured: it stands for something else here."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@frozen
class _OwnFunction:
    """A function of one's own as it is applied, in place of whose parameters the body has names that nobody can write.

    `counts` are how often each stands in the body, `free` the other names in it. `function` is kept for its identity.
    """

    function: Definition
    parameters: tuple[str, ...]
    body: Expr
    size: int
    counts: tuple[int, ...]
    free: frozenset[str]
    has_derivatives: bool


def _own(function: Definition) -> _OwnFunction:
    names = {name: Name(f"{name}{PARAMETER}") for name in function.parameters}
    body = substituted(function.body, names)
    parameters = tuple(name.name for name in names.values())
    size = size_of(body)
    counts = tuple(_size_with(body, {name: 2}) - size for name in parameters)
    free = free_names(body).difference(parameters)
    return _OwnFunction(function, parameters, body, size, counts, free, has_derivatives(body))


class Scope:
    """The names that have been assigned above a place, each with every value that it had, and the parameters there.

    `spent` counts the nodes that have been written out so far, which is what bounds them.
    """

    __slots__ = ("_functions", "_names", "_values", "_versions", "parameters", "spent")

    def __init__(self) -> None:
        self._values: list[Expr] = []
        self._names: dict[int, frozenset[str]] = {}
        self._versions: dict[str, list[int]] = {}
        self._functions: dict[int, _OwnFunction] = {}
        self.parameters: frozenset[str] = frozenset()
        self.spent = 0

    def assign(self, name: str, value: Expr) -> None:
        """Give a name a value from here on."""
        self._versions.setdefault(name, []).append(len(self._values))
        self._values.append(value)

    def has(self, name: str) -> bool:
        """Whether the name stands for a value that is written in the text, or for an argument."""
        return name in self._versions or name in self.parameters

    def assigned(self) -> Set[str]:
        """The names that have been assigned."""
        return self._versions.keys()

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and all that their values depend on."""
        names = frozenset(names)
        return names if not self._values else names.union(*map(self._names_in, self._reachable(names)))

    def derivative(self, expression: Expr, variable: str, order: int, span: Span) -> Derivative:
        """The derivative of an expression by a name, where that stands. Raises as `bound` does."""
        if self.has(variable):
            return self.bound(expression, variable, order, Name(variable, span), span)
        return Derivative(expression, variable, order, None, span)

    def bound(self, expression: Expr, variable: str, order: int, point: Expr, span: Span) -> Derivative:
        """The derivative by a variable of the expression's own, at a point.

        Raises TooLargeError, TooDeepError and CapturedError.
        """
        expression = self._written_out(expression, variable)
        free = self.reached(free_names(expression) - {variable})
        return _bound(Derivative(expression, variable, order, point, span), free)

    def applied(self, function: Definition, arguments: Sequence[Expr]) -> Expr:
        """The function's body with the arguments in place of the parameters. Raises as `bound` does."""
        own = self._own(function)
        for name in own.free & self.parameters:
            raise CapturedError(name)
        given = dict(zip(own.parameters, arguments, strict=True))
        sizes = [size_of(value) for value in arguments]
        more = sum(count * (size - 1) for count, size in zip(own.counts, sizes, strict=True))
        self.spend(_LEAST + own.size + more)
        if not own.has_derivatives:
            found = substituted(own.body, given)
            return self.canonical(found) if any(map(has_derivatives, arguments)) else found
        body = transformed(own.body, lambda node: self._settled(node, given))
        self.spend(_size_with(body, dict(zip(own.parameters, sizes, strict=True))))
        return self.canonical(substituted(body, given))

    def _own(self, function: Definition) -> _OwnFunction:
        found = self._functions.get(id(function))
        if found is None:
            found = self._functions[id(function)] = _own(function)
        return found

    def differentiated(self, function: Definition, order: int, point: Expr, span: Span) -> Derivative:
        """The derivative of a function of one variable, at a point. Raises as `bound` does."""
        (parameter,) = function.parameters
        hidden, self.parameters = self.parameters, self.parameters | {parameter}
        try:
            value = self.applied(function, [Name(parameter, span)])
        finally:
            self.parameters = hidden
        return self.bound_alone(value, parameter, order, point, span)

    def bound_alone(self, expression: Expr, variable: str, order: int, point: Expr, span: Span) -> Derivative:
        """The derivative at a point by a variable that is the expression's alone, whatever has its name elsewhere."""
        hidden, self.parameters = self.parameters, self.parameters | {variable}
        try:
            return self.bound(expression, variable, order, point, span)
        finally:
            self.parameters = hidden

    def variables(self, expressions: Iterable[Expr]) -> tuple[str, ...]:
        """The names without a value that expressions depend on, in order of first appearance."""
        found: dict[str, None] = {}
        here = len(self._values)
        bound = {
            each.variable for one in expressions for each in post_order(one) if type(each) is Derivative and each.point
        }
        stack = [(each.name, here) for one in expressions for each in post_order(one) if type(each) is Name]
        stack = [each for each in reversed(stack) if each[0] not in bound]
        seen: set[tuple[str, int]] = set()
        while stack:
            name, before = stack.pop()
            version = self._version(name, before)
            if (name, version) in seen:
                continue
            seen.add((name, version))
            if version < 0:
                found[name] = None
            else:
                names = [each.name for each in post_order(self._values[version]) if type(each) is Name]
                stack.extend((each, version) for each in reversed(names) if not each.endswith(BOUND))
        return tuple(found)

    def canonical(self, expression: Expr) -> Expr:
        """The expression with the names of its bound variables as if it were read from its text."""
        return transformed(expression, self._canonical)

    def _canonical(self, node: Expr) -> Expr:
        if not isinstance(node, Derivative) or node.point is None:
            return node
        return _bound(node, self.reached(free_names(node.expression) - {node.variable}))

    def _settled(self, node: Expr, given: Mapping[str, Expr]) -> Expr:
        """A derivative in a body, bound where its variable is assigned by now, or an argument depends on it."""
        if not isinstance(node, Derivative) or node.point is not None:
            return node
        depends = self.has(node.variable)
        for name in free_names(node.expression) & given.keys():
            depends = depends or node.variable in self.reached(free_names(given[name]))
        return self._bound_here(node) if depends else node

    def _bound_here(self, node: Derivative) -> Derivative:
        """A derivative by a variable of the program as one at a point: where that stands."""
        return self.bound(node.expression, node.variable, node.order, Name(node.variable, node.span), node.span)

    def _written_out(self, expression: Expr, variable: str) -> Expr:
        """The expression with the values of all names in it that depend on the variable in their places."""
        target = self._version(variable, len(self._values))
        done: dict[int, Expr] = {}
        sizes: dict[int, int] = {}
        for serial in sorted(self._reachable(free_names(expression))):
            below = {name: self._version(name, serial) for name in self._names_in(serial)}
            if below.get(variable) == target or not done.keys().isdisjoint(below.values()):
                value = self._values[serial]
                self.spend(1)
                sizes[serial] = _size_with(value, {name: sizes[each] for name, each in below.items() if each in done})
                if sizes[serial] > MAX_EXPANSION:
                    raise TooLargeError
                done[serial] = self._replaced(value, below, done, variable)
        below = {name: self._version(name, len(self._values)) for name in free_names(expression)}
        self.spend(_LEAST + _size_with(expression, {name: sizes[each] for name, each in below.items() if each in done}))
        expression = self._replaced(expression, below, done, variable)
        if levels_of(expression) > MAX_DEPTH:
            raise TooDeepError
        return self.canonical(expression)

    def _replaced(self, value: Expr, below: Mapping[str, int], done: Mapping[int, Expr], variable: str) -> Expr:
        """The value with the names whose versions are done replaced.

        Its derivatives are bound where the variable matters.
        """
        for name, version in below.items():
            if version not in done and version != self._version(name, len(self._values)):
                raise CapturedError(name)
        is_plain = not has_derivatives(value)
        value = substituted(value, {name: done[version] for name, version in below.items() if version in done})
        if is_plain:
            return value
        return transformed(value, lambda node: self._without_free(node, variable))

    def _without_free(self, node: Expr, variable: str) -> Expr:
        """A derivative, bound where its expression has the variable."""
        if not isinstance(node, Derivative) or node.point is not None:
            return node
        if node.variable != variable and variable not in free_names(node.expression):
            return node
        return self._bound_here(node)

    def _names_in(self, serial: int) -> frozenset[str]:
        found = self._names.get(serial)
        if found is None:
            found = self._names[serial] = free_names(self._values[serial])
        return found

    def _version(self, name: str, before: int) -> int:
        """The number of the value that a name has before the one with a given number."""
        versions = self._versions.get(name)
        if before == len(self._values) and name in self.parameters:
            return _ARGUMENT
        if versions is None:
            return _FREE
        place = bisect_left(versions, before)
        return versions[place - 1] if place else _FREE

    def _reachable(self, names: Collection[str]) -> set[int]:
        """The numbers of the values that the names depend on here."""
        found: set[int] = set()
        stack = [version for name in names if (version := self._version(name, len(self._values))) >= 0]
        while stack:
            serial = stack.pop()
            if serial in found:
                continue
            found.add(serial)
            below = self._names_in(serial)
            self.spend(len(below))
            stack.extend(version for name in below if (version := self._version(name, serial)) >= 0)
        return found

    def spend(self, nodes: int) -> None:
        """Count nodes that are written out. Raises TooLargeError where they are too many."""
        self.spent += nodes
        if self.spent > MAX_EXPANSION:
            raise TooLargeError


def free_names(expression: Expr) -> frozenset[str]:
    """The names in an expression that are not bound in it, those of the variables of its derivatives included."""
    names: set[str] = set()
    bound: set[str] = set()
    for node in post_order(expression):
        if type(node) is Name:
            names.add(node.name)
        elif type(node) is Derivative:
            (names if node.point is None else bound).add(node.variable)
    return frozenset(names - bound)


def size_of(expression: Expr) -> int:
    """The number of nodes of a tree."""
    return _size_with(expression, {})


def levels_of(expression: Expr) -> int:
    """The levels of brackets, signs, powers and calls that the text of a tree may have at most."""
    levels: dict[int, int] = {}
    for node in post_order(expression):
        below = children(node)
        own = 2 if isinstance(node, Power | Negation) else 1 if below else 0
        levels[id(node)] = own + max((levels[id(child)] for child in below), default=0)
    return levels[id(expression)]


def _size_with(expression: Expr, sizes: Mapping[str, int]) -> int:
    """The number of nodes of a tree in which some names are trees of these sizes."""
    found: dict[int, int] = {}
    for node in post_order(expression):
        if type(node) is Name:
            found[id(node)] = sizes.get(node.name, 1)
        else:
            found[id(node)] = 1 + sum(found[id(child)] for child in children(node))
    return found[id(expression)]


def _bound(node: Derivative, free: Collection[str]) -> Derivative:
    """The derivative with the name of its variable as the text of it has it: another one than those that are `free`
    in its expression, and apart from those that are bound in it."""
    plain = node.variable.rstrip(BOUND)
    taken = {name.rstrip(BOUND) for name in free}
    if plain in taken:
        numbered = (f"{plain}_{number}" for number in range(1, len(taken) + 2))
        plain = next(name for name in numbered if name not in taken)
    derivatives = [each for each in post_order(node.expression) if type(each) is Derivative]
    name = bound_name(plain, {each.variable for each in derivatives if each.point is not None})
    if name == node.variable:
        return node
    return replace(node, expression=_renamed(node.expression, node.variable, name), variable=name)


def _renamed(expression: Expr, old: str, new: str) -> Expr:
    """The expression with a name that is free in it called otherwise."""
    if not any(_binds(each, old) for each in post_order(expression)):
        return transformed(expression, lambda node: _name_changed(node, old, new))
    apart = f"{old}{_APART}"
    expression = transformed(expression, lambda node: _rebound(node, old, apart))
    expression = transformed(expression, lambda node: _name_changed(node, old, new))
    return transformed(expression, lambda node: _rebound(node, apart, old))


def _binds(node: Expr, name: str) -> bool:
    return isinstance(node, Derivative) and node.point is not None and node.variable == name


def _rebound(node: Expr, old: str, new: str) -> Expr:
    """A derivative that binds a name, with that called otherwise."""
    if not isinstance(node, Derivative) or not _binds(node, old):
        return node
    expression = transformed(node.expression, lambda each: _name_changed(each, old, new))
    return replace(node, expression=expression, variable=new)


def _name_changed(node: Expr, old: str, new: str) -> Expr:
    return replace(node, name=new) if isinstance(node, Name) and node.name == old else node
