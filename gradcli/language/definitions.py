"""Functions of one's own and primes: `f(x) = x^2 + 1`, `f(4)`, `f'(3)`, `sin'(x)`, `(x^2)'`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from gradcli.language import codes
from gradcli.language.calls import CallParser, is_minus_one
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.limits import MAX_DEPTH, MAX_EXPANSION, MAX_ORDER
from gradcli.language.names import kind_of, quoted, refusal
from gradcli.language.prefix import POWERS
from gradcli.language.scopes import CapturedError, Scope, TooDeepError, TooLargeError, levels_of
from gradcli.language.tokens import NAME, NUMBER, PRIME, SUPERSCRIPT
from gradcli.language.tree import (
    Call,
    Constant,
    Definition,
    Derivative,
    Expr,
    Name,
    Number,
    Span,
    Text,
)
from gradcli.language.values import replace
from gradcli.language.vocabulary import Signature

T = TypeVar("T")
Node = TypeVar("Node", bound=Expr)

_PRIMES: Final = {"″": 2, "‴": 3}
"""How many primes a character is, if not one."""


class DefinitionParser(CallParser):
    """The part of the parser that reads functions of one's own."""

    __slots__ = ()

    @property
    def scope(self) -> Scope:
        """What has been assigned so far."""
        if self.assigned_scope is None:
            self.assigned_scope = Scope()
        return self.assigned_scope

    # Definitions.

    def begins_definition(self, position: int) -> bool:
        """Whether `NAME(NAME, …) =` stands at the place."""
        if self.kinds[position] != NAME or self.texts[position + 1] != "(":
            return False
        place = position + 2
        while self.kinds[place] == NAME and self.texts[place + 1] == ",":
            place += 2
        return self.kinds[place] == NAME and self.texts[place + 1 : place + 3] == [")", "="]

    def definition(self) -> Definition:
        """The definition at the place, which can be called from here on."""
        start = self.position
        name = self.texts[start]
        self.check_bindable(start, "defined")
        parameters = self._parameters(start + 2)
        if name in self.known and name not in self.definitions:
            self.note(f"{name} is a function here: its value is not used", self.token_span(start))
        known, definitions, named = self.known, self.definitions, len(self.named)
        self.known = {*known, *parameters}
        self.definitions = {each: own for each, own in definitions.items() if each not in {*parameters, name}}
        self.scope.parameters, self.defining, self.height = frozenset(parameters), name, 0
        body = self.expression()
        self.known, self.definitions = known, definitions
        self.scope.parameters, self.defining = frozenset(), ""
        self.named[named:] = [each for each in self.named[named:] if each not in parameters]
        self.known.add(name)
        self.words |= {name}
        self.definitions[name] = Definition(name, parameters, body, self.span(start), self.token_span(start))
        return self.definitions[name]

    def forget(self, name: str) -> None:
        """Take a name that gets a value for no function any more."""
        if self.definitions.pop(name, None) is not None:
            self.words -= {name}

    def _parameters(self, first: int) -> tuple[str, ...]:
        """The parameters whose first one is at `first`; the place is put after the `=`."""
        found: list[str] = []
        self.position = first
        while True:
            self.check_bindable(self.position, "a parameter")
            name = self.texts[self.position]
            if name in found:
                message = f"{quoted(name)} is a parameter twice"
                self.fail(codes.DUPLICATE_BINDING, message, self.token_span(self.position))
            found.append(name)
            self.position += 2
            if self.texts[self.position - 1] == ")":
                self.position += 1
                return tuple(found)

    def check_bindable(self, position: int, verb: str) -> None:
        """Fail where the name at `position` cannot be given a value."""
        name = self.texts[position]
        kind = kind_of(name, self.vocabulary) if len(name) > 1 else None
        if kind is not None:
            raise DiagnosticError(refusal(name, kind, verb, self.token_span(position), self.source))

    def may_be_meant_as_function(self, name: str) -> bool:
        """Whether a variable may be meant as a function.

        It has the name of one, or its value is a formula with variables.
        """
        if name in {"f", "g", "h"}:
            return True
        return name in self.scope.assigned() and bool(self.scope.variables([Name(name)]))

    # Calls.

    def own(self) -> Expr:
        """What the name of a function of one's own begins, at the place."""
        start = self.position
        function = self.definitions[self.texts[start]]
        self.position += 1
        order = self.primes()
        place = self.position
        if not order and (self.texts[place] in POWERS or self.kinds[place] == SUPERSCRIPT):
            return self._own_power(start, function)
        if self.texts[place] != "(":
            self._without_brackets(start, function, order)
        arguments = self._own_arguments(start, function)
        return self._prime_of(start, function, order, arguments) if order else self._call_of(start, function, arguments)

    def recursive(self) -> NoReturn:
        """Fail at a call of the function whose body the place is in."""
        name = self.defining
        message = f"{name} calls itself"
        help_ = "a function calls only those that are defined before it"
        self.fail(codes.RECURSION, message, self.token_span(self.position), help_)

    def _call_of(self, start: int, function: Definition, arguments: list[Expr]) -> Expr:
        span = self.span(start)
        node = self.written_out(span, lambda: self.scope.applied(function, arguments))
        return replace(self.with_height(node, start), span=span)

    def of_parameters(self, function: Definition, span: Span) -> Expr:
        """A function of one's own, of its own parameters."""
        arguments = [Name(name, span) for name in function.parameters]
        return self.written_out(span, lambda: self.scope.applied(function, arguments))

    def _prime_of(self, start: int, function: Definition, order: int, arguments: list[Expr]) -> Derivative:
        span = self.span(start)
        if len(function.parameters) != 1:
            call = f"{function.name}({', '.join(function.parameters)})"
            message = f"a prime is for functions of one variable, and {function.name} has {len(function.parameters)}"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, f"write diff({call}, {function.parameters[0]})")
        point = arguments[0]
        node = self.written_out(span, lambda: self.scope.differentiated(function, order, point, span))
        self.in_order = False
        return self.with_height(node, start)

    def _own_arguments(self, start: int, function: Definition) -> list[Expr]:
        """The arguments in the brackets at the place, one for each parameter."""
        parameters = function.parameters
        signature = Signature(function.name, parameters, len(parameters))
        arguments: list[Expr] = []
        keywords = self.arguments(start, signature, arguments)
        self.check_count(start, signature, arguments, keywords)
        given = {**dict(zip(parameters, arguments, strict=False)), **{each.name: each.value for each in keywords}}
        for value in given.values():
            if isinstance(value, Constant | Text):
                message = f"{function.name} takes values, and this is none"
                self.fail(codes.EXPECTED_VALUE, message, value.span, f"write {function.name}(2)")
        return [given[name] for name in parameters]

    def _without_brackets(self, start: int, function: Definition, order: int) -> NoReturn:
        span = self.span(start)
        name = f"{function.name}{PRIME * order}"
        place = self.position
        help_ = f"write {name}({', '.join(function.parameters)})"
        if len(function.parameters) == 1 and self.kinds[place] in (NAME, NUMBER) and self.texts[place] != "at":
            help_ = f"write {name}({self.written(place)})"
        self.fail(codes.MISSING_ARGUMENT, f"{name} needs its argument in brackets", span, help_)

    def _own_power(self, start: int, function: Definition) -> Expr:
        """`f^2(x)` is f(x)^2; `f^{(2)}(x)` the second derivative."""
        name = function.name
        order, end = self._bracketed_order(self.position + 1)
        exponent = Number(str(order), float(order)) if order else self.function_exponent()
        span = Span(self.starts[start], self.ends[end if order else self.position - 1])
        if is_minus_one(exponent):
            message = f"{name}^-1 is not known: {name} is a function of your own"
            self.fail(codes.NO_INVERSE, message, span, f"write 1/{name}(x) for the reciprocal")
        if order and self.written(self.position + 1) == "(":
            help_ = f"write {name}{PRIME * order}(x) for the derivative, {name}(x)^{order} for the power"
            message = f"{quoted(self.source[span.start : span.end])} reads in two ways"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, help_)
        if order:
            self.position = end + 1
        if self.texts[self.position] != "(":
            self._without_brackets(start, function, 0)
        opened = self.position
        arguments = self._own_arguments(start, function)
        if order:
            return self._prime_of(start, function, order, arguments)
        value = self._call_of(start, function, arguments)
        inside = self.source[self.starts[opened] : self.ends[self.position - 1]]
        power = self.source[self.ends[start] : self.starts[opened]].strip()
        self.in_order = False
        reading = f"{name}{power}{inside} reads as {name}{inside}{power}"
        self.note(f"{reading}; write {name}({name}{inside}) for {name} applied twice", self.span(start))
        return self.raised(value, exponent, start, start)

    def _bracketed_order(self, place: int) -> tuple[int, int]:
        """The order of a derivative in `(3)` or `{(3)}` at a place, 0 where there is none; and where it ends."""
        braced = self.texts[place : place + 2] == ["(", "("]
        inner = place + braced
        closing = [")", ")"] if braced else [")"]
        if self.texts[inner : inner + 1] != ["("] or self.texts[inner + 2 : inner + 2 + len(closing)] != closing:
            return 0, place
        if self.kinds[inner + 1] != NUMBER or not self.texts[inner + 1].isdigit():
            return 0, place
        span = self.token_span(inner + 1)
        return self.checked_order(int(self.texts[inner + 1]), span), inner + 1 + len(closing)

    # Primes.

    def primes(self) -> int:
        """How many primes stand at the place; it is put behind them."""
        start = self.position
        count = 0
        while self.texts[self.position] == PRIME:
            count += _PRIMES.get(self.written(self.position), 1)
            self.position += 1
        return self.checked_order(count, self.span(start)) if count else 0

    def primed_function(self, first: int, name: int, signature: Signature) -> Expr:
        """`sin'(x)`, with the prime at the place."""
        shown = self.written(name)
        order = self.primes()
        if self.texts[self.position] != "(":
            primed = f"{shown}{PRIME * order}"
            message = f"{primed} needs its argument in brackets"
            self.fail(codes.MISSING_ARGUMENT, message, self.span(first), f"write {primed}(x)")
        arguments: list[Expr] = []
        keywords = self.arguments(name, signature, arguments)
        self.check_count(name, signature, arguments, keywords)
        span = self.span(first)
        if len(arguments) != 1 or keywords:
            message = f"a prime is for functions of one variable, and {shown} has {len(arguments) + len(keywords)} here"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, "write diff(…, x)")
        variable = "x"
        call = Call(signature.name, (Name(variable, span),), (), span, self.token_span(name))
        self.in_order = False
        node = self.written_out(span, lambda: self.scope.bound_alone(call, variable, order, arguments[0], span))
        return self.with_height(node, first)

    def primed(self, value: Expr, start: int) -> Expr:
        """`value`, which begins at the token `start`, with the primes at the place: the derivative of a bracket."""
        place = self.position
        order = self.primes()
        span = self.span(start)
        if self.texts[place - 1] != ")":
            self._no_function(value, span)
        self.check_operator(span)
        variables = self.variables_of(value)
        if len(variables) != 1:
            found = f"{len(variables)} variables" if variables else "no variable"
            message = f"a prime is for expressions of one variable, and this one has {found}"
            variable = variables[0] if variables else "x"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, f"write d/d{variable} ({self._source(value)})")
        if self.texts[self.position] == "(" and self.touches(self.position):
            variable = variables[0]
            help_ = f"write diff({self._source(value)}, {variable}, at=…) for the derivative there, * for a product"
            self.fail(codes.DERIVATIVE_NOTATION, "a bracket behind a prime reads in two ways", span, help_)
        self.grow(place)
        return self.derivative(value, variables[0], order, span)

    def _no_function(self, value: Expr, span: Span) -> NoReturn:
        """Fail at a prime behind something that is no function: `x'`, `A'`, `5'`."""
        text = self.source[span.start : span.end]
        shown = self.source[value.span.start : value.span.end]
        message = f"{text}: a prime is for functions, and {shown} is none here"
        help_ = f"write {shown}.T for the transpose, d/dx before it for a derivative"
        if isinstance(value, Name) and self.texts[self.position] == "(":
            parameter = "t" if shown == "x" else "x"
            help_ = f"say before what it is: {shown}({parameter}) = {parameter}^2; {text}(3)"
        elif isinstance(value, Number):
            help_ = "a derivative is written d/dx x^2, or f'(x) of a function f(x) = x^2"
        self.fail(codes.DERIVATIVE_NOTATION, message, span, help_)

    # What the parts of the parser that read derivatives share.

    def check_operator(self, span: Span) -> None:
        """Fail where no derivative by a variable of the text can be taken."""

    def derivative(self, value: Expr, variable: str, order: int, span: Span) -> Derivative:
        """The derivative of a value by a variable, where that stands."""
        node = self.written_out(span, lambda: self.scope.derivative(value, variable, order, span))
        if node.point is not None:
            self.in_order = False
        return self.with_height(node, self.position)

    def variables_of(self, *values: Expr) -> tuple[str, ...]:
        """The variables that values depend on, in order of first appearance: no constants."""
        found = self.scope.variables(values)
        return tuple(name for name in found if name in self.known or name not in self.vocabulary.constants)

    def checked_order(self, order: int, span: Span) -> int:
        """How often a derivative is taken. Fails where that is not at all, or too often."""
        if not 1 <= order <= MAX_ORDER:
            message = f"a derivative is taken 1 to {MAX_ORDER} times, not {order}"
            self.fail(codes.DERIVATIVE_NOTATION, message, span)
        return order

    def written_out(self, span: Span, made: Callable[[], T]) -> T:
        """What a scope writes out; a Diagnostic where it cannot."""
        try:
            return made()
        except TooLargeError:
            message = f"what is written out here has more than {MAX_EXPANSION:,} parts"
            self.fail(codes.TOO_LARGE, message, span, "functions are written out where they are called: nest them less")
        except TooDeepError:
            self._too_nested(span)
        except CapturedError as error:
            message = f"{quoted(error.name)} stands for something else here than where it is used"
            self.fail(codes.NAME, message, span, f"use another name for one of the two {error.name}")

    def with_height(self, node: Node, position: int) -> Node:
        """The node, counted with the levels below it."""
        levels = levels_of(node)
        if levels > MAX_DEPTH:
            self._too_nested(self.token_span(position))
        self.height = max(self.height, levels)
        return node

    def _too_nested(self, span: Span) -> NoReturn:
        message = f"nested deeper than {MAX_DEPTH} levels, with what is called or derived written out"
        self.fail(codes.TOO_DEEP, message, span, "nest functions less")

    def _source(self, value: Expr) -> str:
        text = self.source[value.span.start : value.span.end]
        return text if len(text) <= 40 else "…"
