"""Operators of differentiation, as a text writes them: `d/dx e`, `∂²/∂x∂y`, `dy/dx`, `diff(e, x)`, `grad(e)`, `∇f`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from gradcli.language import codes, fields
from gradcli.language.characters import SUPERSCRIPTS
from gradcli.language.definitions import DefinitionParser
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import DIFFERENTIATED, GREEK_NAMES, kind_of, quoted, refusal
from gradcli.language.prefix import POWERS
from gradcli.language.printer import to_text
from gradcli.language.scopes import free_names, size_of
from gradcli.language.tokens import NAME, NUMBER, SUPERSCRIPT
from gradcli.language.tree import Expr, Factor, Name, Number, Product, Span, TensorLiteral
from gradcli.language.values import frozen
from gradcli.language.vocabulary import Signature

_DIFF: Final = frozenset({"diff", "derivative", "Derivative", "D"})
OPERATORS: Final = frozenset({*_DIFF, *fields.OPERATORS})
"""The names that are operators before a bracket, where nothing is bound to them."""
_OF_WHAT: Final = "write what is differentiated behind it, as in d/dx (x^2)"


@frozen
class _Operator:
    """An operator as read: the variables, outermost first, each with its order.

    `function` is what stands above the bar, and `end` the position behind it all.
    """

    variables: tuple[tuple[str, int], ...]
    function: str | None
    end: int


class OperatorParser(DefinitionParser):
    """The part of the parser that reads operators of differentiation."""

    __slots__ = ()

    # d/dx and ∂/∂x.

    def derivative_at(self, position: int) -> Expr | None:
        """The derivative whose operator (`d/dx`, `dy/dx`) begins with the name at the place; None where it is none."""
        if self.texts[position] != "d":
            if self.texts[position + 1] != "/":
                return None
        elif self.texts[self._power(position + 1)[1]] == "(":
            return self._differential_of_bracket(position)
        operator = self._ratio(position)
        if operator is None:
            return None
        return self._operated(position, operator)

    def partial(self) -> Expr:
        """The derivative that begins with the `∂` at the place."""
        position = self.position
        order, place = self._power(position + 1)
        if self.texts[place] == "(":
            node = self._differential_of_bracket(position)
            if node is not None:
                return node
        operator = self._partial_ratio(position, order, place)
        if operator is None:
            message = "∂ is the sign of a derivative, and this is none"
            help_ = "write ∂/∂x (x y), or ∂²/∂x∂y (x y)"
            self.fail(codes.DERIVATIVE_NOTATION, message, self.token_span(position), help_)
        return self._operated(position, operator)

    def _ratio(self, position: int) -> _Operator | None:
        """`d/dx`, `dy/dx`, `d^2y/dx^2` at a position; None where these are quotients, or something else."""
        above = self.texts[position]
        order, place = self._power(position + 1) if above == "d" else (1, position + 1)
        function = above[1:] or None
        if order > 1 and self.kinds[place] == NAME and self.texts[place] != "at":
            function, place = self.texts[place], place + 1
        below = self.texts[place + 1 : place + 2]
        if self.texts[place : place + 1] != ["/"] or not below or below[0][0:1] != "d" or len(below[0]) < 2:
            return None
        variable = below[0][1:]
        if self._is_quotient(position, above, place + 1, function):
            return None
        found, end = self._power(place + 2)
        self._check_orders(position, order, found, end)
        return _Operator(((variable, order),), function, end)

    def _is_quotient(self, position: int, above: str, below: int, function: str | None) -> bool:
        """Whether `d/dx` is a quotient: both names are bound, or one looks like no differential."""
        denominator = self.texts[below]
        if above in self.known and denominator in self.known:
            span = Span(self.starts[position], self.ends[below])
            text = self.source[span.start : span.end]
            if len(self.notes) < MAX_NOTES:
                self.note(f"{text} reads as a quotient, since {above} and {denominator} have values here", span)
            return True
        if function is not None and self._has_value(function):
            return False
        is_differential = self._is_variable(denominator[1:], below)
        if above != "d":
            is_differential = is_differential and _is_letter(function or "")
        return not is_differential

    def _is_variable(self, name: str, position: int) -> bool:
        """Whether what stands behind a `d` is a variable: a letter, perhaps numbered, or a name that occurs."""
        if not name[:1].isalpha():
            return False
        return _is_letter(name) or name in self.known or name in self._written()

    def _written(self) -> frozenset[str]:
        """The texts of all tokens; found once for a text."""
        if self.written_once is None or self.written_once[0] is not self.texts:
            self.written_once = self.texts, frozenset(self.texts)
        return self.written_once[1]

    def _partial_ratio(self, position: int, order: int, place: int) -> _Operator | None:
        """`∂/∂x`, `∂²f/∂x∂y`, whose sign is at a position and whose power ends at a place."""
        function = None
        if self.kinds[place] == NAME:
            function, place = self.texts[place], place + 1
        if self.texts[place : place + 2] != ["/", "∂"]:
            return None
        variables: list[tuple[str, int]] = []
        place += 1
        while self.texts[place] == "∂" and self.kinds[place + 1] == NAME:
            variable = self.texts[place + 1]
            found, place = self._power(place + 2)
            self.checked_order(found, self.token_span(place - 1))
            variables.append((variable, found))
        if not variables:
            return None
        self._check_orders(position, order, sum(found for _, found in variables), place)
        return _Operator(tuple(variables), function, place)

    def _power(self, place: int) -> tuple[int, int]:
        """The order that a power at a place writes (1 where there is none), and the position behind it."""
        if self.kinds[place] == SUPERSCRIPT:
            raised = self.written(place).translate(SUPERSCRIPTS)
            return (int(raised) if raised.isdigit() else 1), place + 1
        if self.texts[place] not in POWERS:
            return 1, place
        grouped = self.texts[place + 1] == "("
        number = place + 1 + grouped
        if self.kinds[number] != NUMBER or not self.texts[number].isdigit():
            return 1, place
        if grouped and self.texts[number + 1] != ")":
            return 1, place
        return int(self.texts[number]), number + 1 + grouped

    def _check_orders(self, position: int, above: int, below: int, end: int) -> None:
        span = Span(self.starts[position], self.ends[end - 1])
        self.checked_order(above, span)
        if above != below:
            message = f"the order is {above} above the bar, and {below} below it"
            help_ = "write the same order above and below, as in d^2/dx^2"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, help_)

    def _operated(self, position: int, operator: _Operator) -> Expr:
        """The derivative whose operator begins at a position."""
        span = self._checked_span(position, operator)
        self.position = operator.end
        if operator.function is not None:
            return self._of_function(position, operator.function, operator, span)
        start = self.position
        if not self.starts_operand(start) and self.texts[start] != "-":
            self.fail(codes.DERIVATIVE_NOTATION, f"{self._text(span)} of what?", span, _OF_WHAT)
        self.descend(position)
        value = self.product()
        self.ascend(position)
        node = self._derived(value, operator.variables, self.span(position))
        if isinstance(value, Product) and self.texts[start] == "(" and self.touches(start):
            self._note_bracket(start, value, operator.variables, node, position)
        return node

    def _checked_span(self, position: int, operator: _Operator) -> Span:
        """The span of an operator that begins at a position. Fails where it is not by variables."""
        span = Span(self.starts[position], self.ends[operator.end - 1])
        self.check_operator(span)
        for variable, _ in operator.variables:
            self._check_variable(variable, span)
        return span

    def _derived(self, value: Expr, variables: Sequence[tuple[str, int]], span: Span) -> Expr:
        """The derivatives of a value by variables, the last one first."""
        for variable, order in reversed(variables):
            if variable not in self.scope.reached(free_names(value)) and len(self.notes) < MAX_NOTES:
                self.note(f"{self._text(value.span)} does not depend on {variable}: its derivative is 0", span)
            value = self.derivative(value, variable, order, span)
        return value

    def _note_bracket(
        self, start: int, value: Product, variables: Sequence[tuple[str, int]], node: Expr, position: int
    ) -> None:
        """A note for `d/dx(x^2) y`, where the bracket touches the operator and does not hold all that follows."""
        closing = self.closing(start)
        if closing + 1 >= self.position or len(self.notes) >= MAX_NOTES:
            return
        first, *others = value.factors
        notes = len(self.notes)
        inner = self._derived(first.value, variables, first.value.span)
        del self.notes[notes:]
        other = to_text(Product((Factor(inner), *others)))
        span = self.span(position)
        self.note(f"{self._text(span)} reads as {to_text(node)}; write {other} for the other reading", span)

    def _of_function(self, position: int, function: str, operator: _Operator, span: Span) -> Expr:
        """`dy/dx` and `∂²f/∂x∂y`: of what is assigned or defined above."""
        text = self._text(span)
        defined = self.definitions.get(function)
        if defined is not None:
            missing = [name for name, _ in operator.variables if name not in defined.parameters]
            if missing:
                call = f"{function}({', '.join(defined.parameters)})"
                message = f"{text}: {call} has no variable {missing[0]}"
                self.fail(codes.DERIVATIVE_NOTATION, message, span, f"write d{function}/d{defined.parameters[0]}")
            value = self.of_parameters(defined, span)
            self.named.extend(defined.parameters)
        elif self.scope.has(function):
            value = Name(function, span)
            self.named.append(function)
        else:
            help_ = f"write {function} = … before it, separated by a semicolon"
            if "∂" not in text:
                help_ += f"; or d/d{operator.variables[0][0]} and what is differentiated"
            self.fail(codes.DERIVATIVE_NOTATION, f"{text}: nothing above says what {function} is", span, help_)
        self.grow(position)
        return self._derived(value, operator.variables, span)

    def _differential_of_bracket(self, position: int) -> Expr | None:
        """`d(x^2)/dx`, `∂²(x y)/∂x∂y`; None where no operator closes the bracket."""
        sign = self.texts[position]
        order, opened = self._power(position + 1)
        closing = self.closing(opened)
        below = self.texts[closing + 1 : closing + 3]
        if len(below) < 2 or below[0] != "/" or below[1][:1] != sign:
            return None
        if sign == "∂":
            operator = self._partial_ratio(position, order, closing + 1)
        elif not self._is_variable(below[1][1:], closing + 2) or {sign, below[1]} <= self.known:
            return None
        else:
            found, end = self._power(closing + 3)
            self._check_orders(position, order, found, end)
            operator = _Operator(((below[1][1:], order),), None, end)
        if operator is None:
            return None
        span = self._checked_span(position, operator)
        self.position = opened
        value = self.group()
        self.position = operator.end
        self.grow(position)
        return self._derived(value, operator.variables, span)

    def closing(self, opened: int) -> int:
        """The position of the bracket that closes the one at a position; the end of the text where none does."""
        return self.of_brackets()[0].get(opened, len(self.texts) - 1)

    def of_brackets(self) -> tuple[dict[int, int], set[int]]:
        """Where each bracket is closed, and the brackets with a comma of their own; found once for a text."""
        if self.brackets is None or self.brackets[0] is not self.texts:
            closings: dict[int, int] = {}
            with_comma: set[int] = set()
            opened: list[int] = []
            for position, text in enumerate(self.texts):
                if text in ("(", "["):
                    opened.append(position)
                elif text in (")", "]") and opened:
                    closings[opened.pop()] = position
                elif text == "," and opened:
                    with_comma.add(opened[-1])
            self.brackets = self.texts, closings, with_comma
        return self.brackets[1:]

    def _check_variable(self, variable: str, span: Span) -> None:
        """Fail where a name cannot be differentiated by."""
        kind = kind_of(variable, self.vocabulary)
        if kind is not None:
            raise DiagnosticError(refusal(variable, kind, DIFFERENTIATED, span, self.source))
        is_argument = variable in self.scope.parameters
        if variable in self.definitions:
            message = f"{quoted(variable)} is a function of your own, and no variable"
            self.fail(codes.DERIVATIVE_NOTATION, message, span)
        if variable in self.vocabulary.constants and variable not in self.known and not is_argument:
            message = f"{quoted(variable)} is a constant here, and no variable"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, f"give {variable} a value, as in … at {variable}=2")

    def _has_value(self, name: str) -> bool:
        return name in self.definitions or self.scope.has(name)

    def _text(self, span: Span) -> str:
        text = self.source[span.start : span.end]
        return text if len(text) <= 60 else f"{text[:59]}…"

    # diff(e, x), grad(e) and the others that are written as functions.

    def begins_operator(self, position: int) -> bool:
        """Whether the name of an operator at a position is one there: a bracket follows, and nothing else has the name.

        `D` has a comma in its bracket besides.
        """
        name = self.texts[position]
        if self.texts[position + 1] != "(" or name in self.known:
            return False
        return name != "D" or position + 1 in self.of_brackets()[1]

    def operator(self) -> Expr:
        """The operator at the place, applied to its arguments."""
        start = self.position
        name = self.texts[start]
        self.position += 1
        arguments: list[Expr] = []
        named = len(self.named)
        if name in _DIFF:
            signature = Signature(name, ("expression", "variable"), 1, ("at",), variadic=True)
        else:
            signature = fields.OPERATORS[name]
        keywords = self.arguments(start, signature, arguments)
        span = self.span(start)
        self.check_operator(span)
        self.check_count(start, signature, arguments, keywords)
        self.in_order = False
        if name in _DIFF:
            return self._diff(start, arguments, keywords[0].value if keywords else None, span)
        node = self._of_field(name, arguments, named, span)
        return self.with_height(node, start)

    def _diff(self, start: int, arguments: list[Expr], point: Expr | None, span: Span) -> Expr:
        expression, *rest = arguments
        name = self.texts[start]
        variables = self._diff_variables(name, expression, rest, span)
        if point is None:
            return self._derived(expression, tuple(reversed(variables)), span)
        if len(variables) != 1:
            message = "a derivative at a point is by one variable"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, f"write {name}({name}(…, x), y, at=2)")
        ((variable, order),) = variables
        node = self.written_out(span, lambda: self.scope.bound(expression, variable, order, point, span))
        return self.with_height(node, start)

    def _diff_variables(self, name: str, value: Expr, rest: list[Expr], span: Span) -> list[tuple[str, int]]:
        """What `diff` differentiates by, in the order of the text: `x`, `x, 2`, `(x, 2)`, `x, y`."""
        if not rest:
            return [(self._only_variable(name, value, span), 1)]
        variables: list[tuple[str, int]] = []
        for each in rest:
            if isinstance(each, Name):
                self._check_variable(each.name, each.span)
                variables.append((each.name, 1))
            elif isinstance(each, Number) and variables and variables[-1][1] == 1:
                variables[-1] = (variables[-1][0], self._order(each))
            elif isinstance(each, TensorLiteral) and len(each.elements) == 2 and isinstance(each.elements[0], Name):
                self._check_variable(each.elements[0].name, each.span)
                variables.append((each.elements[0].name, self._order(each.elements[1])))
            else:
                message = f"{name} is by a variable, and {self._text(each.span)} is none"
                self.fail(codes.DERIVATIVE_NOTATION, message, each.span, f"write {name}(x^2, x)")
        return variables

    def _only_variable(self, name: str, value: Expr, span: Span) -> str:
        variables = self.variables_of(value)
        if len(variables) != 1:
            found = f"has the variables {', '.join(variables)}" if variables else "has no variable"
            message = f"{name} by what? {self._text(value.span)} {found}"
            variable = variables[0] if variables else "x"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, f"write {name}({self._text(value.span)}, {variable})")
        return variables[0]

    def _order(self, value: Expr) -> int:
        if not isinstance(value, Number) or not value.text.isdigit():
            message = f"the order of a derivative is a whole number, and {self._text(value.span)} is none"
            self.fail(codes.DERIVATIVE_NOTATION, message, value.span, "write diff(x^4, x, 2)")
        return self.checked_order(int(value.text) if len(value.text) < 9 else 10**9, value.span)

    def _of_field(self, name: str, arguments: list[Expr], named: int, span: Span) -> Expr:
        """An operator of vector calculus, applied."""
        signature = fields.OPERATORS[name]
        place = len(signature.parameters) - 1
        given = arguments[place] if len(arguments) > place else None
        variables = self._field_variables(signature.name, arguments[0], given, span)
        for variable in variables:
            self._check_variable(variable, span)
        self.named[named:] = [*self.named[named:], *variables]
        count = len(variables) ** (2 if signature.name == "hessian" else 1)
        self.written_out(span, lambda: self.scope.spend(count * size_of(arguments[0])))
        try:
            node, remark = fields.applied(signature.name, arguments, variables, self._differentiate(span), span)
        except fields.FieldError as error:
            self.fail(codes.DERIVATIVE_NOTATION, str(error), span, fields.HELP[signature.name])
        if remark and len(self.notes) < MAX_NOTES:
            self.note(f"{self._text(span)}: {remark}", span)
        return node

    def _differentiate(self, span: Span) -> Callable[[Expr, str, int], Expr]:
        def differentiated(value: Expr, variable: str, order: int) -> Expr:
            return self.written_out(span, lambda: self.scope.derivative(value, variable, order, span))

        return differentiated

    def _field_variables(self, name: str, value: Expr, given: Expr | None, span: Span) -> tuple[str, ...]:
        """The variables of an operator of vector calculus: those given, or all of the value in order."""
        if given is None:
            variables = self.variables_of(value)
            if not variables:
                message = f"{name} by what? {self._text(value.span)} has no variable"
                self.fail(codes.DERIVATIVE_NOTATION, message, span, fields.HELP[name])
            return self._ordered(name, variables, span)
        elements = given.elements if isinstance(given, TensorLiteral) else (given,)
        for each in elements:
            if not isinstance(each, Name):
                message = f"{name} is by a list of variables, and {self._text(each.span)} is none"
                self.fail(codes.DERIVATIVE_NOTATION, message, each.span, fields.HELP[name])
        names = tuple(each.name for each in elements if isinstance(each, Name))
        if not names or len(set(names)) < len(names):
            message = f"{name} is by a list of variables, each once"
            self.fail(codes.DERIVATIVE_NOTATION, message, given.span, fields.HELP[name])
        return names

    def _ordered(self, name: str, variables: tuple[str, ...], span: Span) -> tuple[str, ...]:
        """The variables that nobody listed, as they appear; those of a field's components by the alphabet."""
        by_name = tuple(sorted(variables))
        if by_name == variables or name == "laplacian":
            return variables
        found = by_name if name in fields.OF_COMPONENTS else variables
        how = "by the alphabet" if found is by_name else "as they appear"
        if len(self.notes) < MAX_NOTES:
            listed = ", ".join(found)
            message = f"{self._text(span)} is by {listed} in this order, {how}; another order is written as a list"
            self.note(message, span)
        return found

    # ∇.

    def nabla(self) -> Expr:
        """What begins with the `∇` at the place: `∇f`, `∇²f`, `∇·F`, `∇×F`."""
        start = self.position
        order, self.position = self._power(start + 1)
        name = {1: "grad", 2: "laplacian"}.get(order, "")
        sign = self.written(self.position) if order == 1 and self.texts[self.position] == "*" else ""
        if sign:
            name = {"·": "div", "⋅": "div", "×": "curl"}.get(sign, "")
            self.position += 1
        if not name or not (self.kinds[self.position] == NAME or self.texts[self.position] in ("(", "[")):
            span = self.span(start)
            message = f"{self._text(span)} of what?"
            self.fail(codes.DERIVATIVE_NOTATION, message, span, "write ∇(x^2 y), or ∇f of an f above")
        place, named = self.position, len(self.named)
        self.descend(start)
        value = self._function_of_variables() or self.operand()
        self.ascend(start)
        span = self.span(start)
        self.check_operator(span)
        self.in_order = False
        return self.with_height(self._of_field(name, [value], named, span), place)

    def _function_of_variables(self) -> Expr | None:
        """The own function at the place, of its parameters, where it stands without brackets."""
        position = self.position
        function = self.definitions.get(self.texts[position])
        if function is None or self.texts[position + 1] == "(":
            return None
        self.position += 1
        return self.of_parameters(function, self.token_span(position))


def _is_letter(name: str) -> bool:
    """Whether a name is one letter, perhaps numbered: `x`, `theta`, `x1`."""
    plain = name.rstrip("0123456789").rstrip("_")
    return len(plain) == 1 or plain in GREEK_NAMES
