"""Functions applied: calls, methods, names without brackets, and whether the arguments fit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NoReturn

from gradcli.language import codes, suggestions
from gradcli.language.literals import LiteralParser
from gradcli.language.names import CONSTANTS, GREEK_NAMES, RESERVED, quoted
from gradcli.language.tokens import NAME, NUMBER, PRIME, SUPERSCRIPT
from gradcli.language.tree import Attribute, Call, Expr, Factor, Keyword, Negation, Number, Power, Product, Span
from gradcli.language.vocabulary import ATTRIBUTES, Signature

POWERS: Final = frozenset({"**", "^"})
OPENERS: Final = frozenset({"(", "[", "|", "√", "∛", "∂", "∇"})
MODULES: Final = frozenset({"torch", "F", "nn", "autograd"})
OTHER_MODULES: Final = frozenset(
    {"math", "np", "numpy", "sp", "sympy", "scipy", "tf", "jnp", "jax", "cmath", "os", "sys"}
)
WORDS: Final = frozenset({*CONSTANTS, *RESERVED, *MODULES, *OTHER_MODULES, "at"})
"""Names with a meaning of their own."""
_SUBMODULES: Final = frozenset({"nn", "functional", "special", "linalg", "autograd"})
_OTHERWISE: Final = {"linalg.norm": "norm(x, p) takes all entries; torch.linalg.norm of a matrix is another number"}
"""Functions of submodules that are not what the vocabulary has by their name."""


class CallParser(LiteralParser):
    """The part of the parser that applies functions."""

    __slots__ = ()

    def operand(self) -> Expr:
        """A signed power; the whole parser has it."""
        raise NotImplementedError

    def starts_operand(self, position: int) -> bool:
        """Whether the token begins a value."""
        kind = self.kinds[position]
        if kind == NAME:
            return self.texts[position] != "at"
        return kind == NUMBER or self.texts[position] in OPENERS

    def is_function(self, position: int) -> bool:
        """Whether the token is a function's name or root sign."""
        text = self.texts[position]
        if self.kinds[position] == NAME:
            return self.signature_at(position) is not None
        return text in ("√", "∛")

    def signature_at(self, position: int) -> Signature | None:
        """The function that the name at `position` is, if it is one and no variable has the name.

        The name of a Greek letter is one only before a bracket: `gamma(x)`, but `gamma x` is a product.
        """
        name = self.texts[position]
        signature = None if name in self.known else self.vocabulary.function(name)
        if signature is not None and name in GREEK_NAMES and self.texts[position + 1] != "(":
            return None
        return signature

    def function(self, first: int, signature: Signature) -> Expr:
        """What a function's name at the place begins; `first` is where the text of it starts (`torch.sin` at
        `torch`)."""
        name = self.position
        if first == name and self.texts[name] in GREEK_NAMES:
            self.applied.append(name)
        self.position += 1
        text = self.texts[self.position]
        if text == "(":
            return self._call(first, name, signature)
        if text == PRIME:
            return self.primed_function(first, name, signature)
        if text in POWERS or self.kinds[self.position] == SUPERSCRIPT:
            return self._function_power(first, name, signature)
        return self._prefix(first, name, signature)

    def _call(self, first: int, name: int, signature: Signature) -> Call:
        arguments: list[Expr] = []
        keywords = self.arguments(name, signature, arguments)
        self.check_count(name, signature, arguments, keywords)
        return Call(signature.name, tuple(arguments), keywords, self.span(first), self.token_span(name))

    def arguments(self, name: int, signature: Signature, arguments: list[Expr]) -> tuple[Keyword, ...]:
        """The arguments in the brackets at the place, put after those that are in `arguments` already; the keywords."""
        opened = self.position
        self.descend(opened)
        bars, rows, height = self.bars, self.rows, self.height
        self.bars = self.rows = self.height = 0
        self.position += 1
        keywords: list[Keyword] = []
        while self.texts[self.position] != ")":
            if self.kinds[self.position] == NAME and self.texts[self.position + 1] == "=":
                keywords.append(self._keyword(name, signature, arguments, keywords))
            else:
                start = self.argument = self.position
                arguments.append(self.expression())
                if keywords:
                    message = "an argument without a name follows one with a name"
                    self.fail(codes.KEYWORD, message, self.span(start), "put it before the named ones")
            if self.texts[self.position] != ",":
                break
            self.position += 1
        self.close(opened, ")")
        self.depth -= 1
        self.bars, self.rows, self.height = bars, rows, max(height, self.height)
        self.grow(opened)
        return tuple(keywords)

    def _keyword(self, name: int, signature: Signature, arguments: list[Expr], keywords: list[Keyword]) -> Keyword:
        place = self.position
        keyword = self.texts[place]
        takes = (*signature.parameters, *signature.keywords)
        span = self.token_span(place)
        if keyword not in takes:
            help_ = suggestions.did_you_mean(keyword, takes) or _listed(takes)
            message = f"{self.texts[name]} has no argument {quoted(keyword)}"
            self.fail(codes.KEYWORD, message, span, help_)
        if keyword in signature.parameters[: len(arguments)] or any(keyword == given.name for given in keywords):
            self.fail(codes.KEYWORD, f"the argument {quoted(keyword)} is given twice", span)
        self.position += 2
        self.argument = self.position
        value = self.expression()
        return Keyword(keyword, value, self.span(place))

    def check_count(
        self, name: int, signature: Signature, arguments: list[Expr], keywords: tuple[Keyword, ...]
    ) -> None:
        """Fail unless the function takes that many arguments."""
        least, most = signature.required, len(signature.parameters)
        if least <= len(arguments) <= most:
            return
        given = {keyword.name for keyword in keywords}
        missing = [parameter for parameter in signature.parameters[len(arguments) : least] if parameter not in given]
        if not missing and (signature.variadic or len(arguments) <= most):
            return
        count = str(most) if least == most else f"{least} to {most}"
        if signature.variadic:
            count = f"at least {least}"
        noun = "argument" if count in ("1", "at least 1") else "arguments"
        total = len(arguments) + sum(keyword.name in signature.parameters for keyword in keywords)
        message = f"{self.texts[name]} takes {count} {noun}, got {total}"
        parameters = ", ".join(signature.parameters) + (", ..." if signature.variadic else "")
        span = self.span(name)
        self.fail(codes.ARGUMENT_COUNT, message, span, f"write {signature.name}({parameters})" if parameters else None)

    def _prefix(self, first: int, name: int, signature: Signature) -> Call:
        """`sin 2x`: the function takes the product that follows."""
        start = self.position
        text = self.texts[start]
        shown = self.written(name)
        signed = text == "-"
        if not signed and not self.starts_operand(start):
            help_ = suggestions.for_name(shown, self.known) or f"write {shown}(x)"
            self.fail(codes.MISSING_ARGUMENT, f"{shown} needs an argument", self.token_span(name), help_)
        if not signature.prefix:
            message = f"{shown} needs brackets around its argument"
            self.fail(codes.MISSING_ARGUMENT, message, self.token_span(name), f"write {shown}(...)")
        argument = self._prefix_argument(first, signature)
        self.check_count(name, signature, [argument], ())
        call = Call(signature.name, (argument,), (), self.span(first), self.token_span(name))
        if signed and not self.touches(start + 1):
            self.note_signed_argument(first, call)
        return call

    def _prefix_argument(self, first: int, signature: Signature) -> Expr:
        """The product at the place, up to the next function."""
        start = self.position
        self.descend(start)
        factors = [Factor(self.operand())]
        explicit = False
        while True:
            position = self.position
            text = self.texts[position]
            if text in ("*", "/"):
                if self._function_after_signs(position + 1):
                    break
                explicit = True
                self.position += 1
                factors.append(Factor(self.operand(), "*" if text == "*" else "/"))
            elif self.implicit_product() and not self.is_function(position):
                factors.append(Factor(self.operand()))
            else:
                break
        if explicit:
            self.note_prefix_argument(first, signature.name, factors)
        self.depth -= 1
        self.grow(start)
        return factors[0].value if len(factors) == 1 else Product(tuple(factors), self.span(start))

    def _function_after_signs(self, position: int) -> bool:
        while self.texts[position] in ("+", "-"):
            position += 1
        return self.is_function(position)

    def implicit_product(self) -> bool:
        """Whether the token at the place, after a value, begins a further factor without an operator between."""
        position = self.position
        kind = self.kinds[position]
        if kind == NAME:
            if self.texts[position] == "at":
                return False
            self._check_number_suffix(position)
            return True
        text = self.texts[position]
        if text == "|":
            return self.bars == 0
        if text in OPENERS:
            return True
        if kind == NUMBER:
            self.expected_operator()
        return False

    def _check_number_suffix(self, position: int) -> None:
        """Fail for `0x10` and its kin, which would read as a product."""
        if self.kinds[position - 1] != NUMBER or not self.touches(position):
            return
        before, name = self.texts[position - 1], self.texts[position]
        if before == "0" and len(name) > 1 and name[0] in "xXbBoO" and name[1].isdigit():
            span = Span(self.starts[position - 1], self.ends[position])
            message = f"{quoted(before + name)} is not a decimal number"
            self.fail(
                codes.MALFORMED_NUMBER, message, span, f"write the number in decimal digits, or 0*{name} for a product"
            )

    def _function_power(self, first: int, name: int, signature: Signature) -> Expr:
        """`sin^2 x` is sin(x)^2, and `sin^-1 x` the inverse function."""
        exponent = self.function_exponent()
        self.in_order = False
        inverse = (
            isinstance(exponent, Negation) and isinstance(exponent.operand, Number) and exponent.operand.value == 1
        )
        applied = self._inverse(name, signature) if inverse else signature
        if self.texts[self.position] == "(":
            call = self._call(first, name, applied)
        else:
            call = self._prefix(first, name, applied)
        if inverse:
            self.note_inverse(first, signature.name, call)
            return call
        self.grow(name)
        self.grow(name)  # for the brackets that its ASCII form may need
        return Power(call, exponent, self.span(first))

    def primed_function(self, first: int, name: int, signature: Signature) -> Expr:
        """A function with a prime behind its name; the whole parser has it."""
        raise NotImplementedError

    def function_exponent(self) -> Expr:
        """The exponent behind a function's name, with its sign `^` or raised, at the place."""
        if self.kinds[self.position] == SUPERSCRIPT:
            self.position += 1
            return self.superscript(self.position - 1)
        self.position += 1
        start = self.position
        negative = self.texts[start] == "-"
        if negative:
            self.position += 1
        exponent = self._bare_exponent()
        return Negation(exponent, self.span(start)) if negative else exponent

    def _bare_exponent(self) -> Expr:
        position = self.position
        if self.texts[position] == "(":
            self.descend(position)
            bars, self.bars = self.bars, 0
            self.position += 1
            inner = self.expression()
            self.close(position, ")")
            self.bars = bars
            self.depth -= 1
            self.grow(position)
            return inner
        if self.kinds[position] == NUMBER:
            return self.number()
        if self.kinds[position] != NAME or self.texts[position] == "at" or self.is_function(position):
            self.expected_value()
        return self.variable()

    def variable(self) -> Expr:
        """The variable at the place; the parser has it."""
        raise NotImplementedError

    def _inverse(self, name: int, signature: Signature) -> Signature:
        inverse = self.functions.get(signature.inverse) if signature.inverse else None
        if inverse is None:
            shown = self.written(name)
            message = f"{shown} has no inverse function here"
            self.fail(codes.NO_INVERSE, message, self.token_span(name), f"write 1/{shown}(x) for the reciprocal")
        return inverse

    def qualified(self) -> Expr:
        """`torch.sin(x)` and `F.relu(x)`: the function behind the module's name."""
        first = self.position
        while self.texts[self.position + 1] == "." and self.kinds[self.position + 2] == NAME:
            self.position += 2
            name = self.texts[self.position]
            if name not in _SUBMODULES or self.texts[self.position + 1] != ".":
                break
        place = self.position
        name = self.texts[place]
        signature = self.functions.get(name)
        otherwise = _OTHERWISE.get(f"{self.texts[place - 2]}.{name}")
        if otherwise is not None:
            message = f"{self.texts[place - 2]}.{name} is not in the vocabulary"
            self.fail(codes.UNKNOWN_FUNCTION, message, self.token_span(place), otherwise)
        if signature is not None and not signature.attribute:
            return self.function(first, signature)
        if place == first or name not in self.vocabulary.constants:
            message = f"{self.texts[first]} has no function {quoted(name)} here"
            help_ = suggestions.did_you_mean(name, self.functions)
            self.fail(codes.UNKNOWN_FUNCTION, message, self.token_span(place), help_)
        return self.variable()

    def other_module(self) -> NoReturn:
        """Fail for `np.sin(x)`."""
        module, name = self.texts[self.position], self.texts[self.position + 2]
        message = f"functions are written without {quoted(module + '.')}"
        span = Span(self.starts[self.position], self.ends[self.position + 1])
        self.fail(codes.UNKNOWN_FUNCTION, message, span, f"write {name}(...)" if name in self.functions else None)

    def unknown_function(self) -> NoReturn:
        """Fail for a call of a name that is neither a function nor a variable."""
        name = self.texts[self.position]
        span = self.token_span(self.position)
        help_ = suggestions.for_function(name, self.functions, self.known)
        self.fail(codes.UNKNOWN_FUNCTION, f"unknown function {quoted(name)}", span, help_)

    def member(self, value: Expr, first: int) -> Expr:
        """`.name` at the place, after `value`: a method's call, `.T`, or an attribute."""
        self.position += 1
        place = self.position
        if self.kinds[place] != NAME:
            message = f"expected a name after '.', found {self.described(place)}"
            self.fail(codes.UNKNOWN_ATTRIBUTE, message, self.token_span(place))
        name = self.texts[place]
        self.position += 1
        signature = self.method(name)
        if signature is None:
            if name not in self.attributes():
                self._unknown_member(place)
            self.grow(place)
            return Attribute(value, name, self.span(first))
        if signature.attribute:
            self.grow(place)
            return Call(signature.name, (value,), (), self.span(first), self.token_span(place))
        if self.texts[self.position] != "(":
            message = f"the method {name} needs brackets"
            self.fail(codes.MISSING_ARGUMENT, message, self.token_span(place), f"write .{name}()")
        arguments = [value]
        keywords = self.arguments(place, signature, arguments)
        self.check_count(place, signature, arguments, keywords)
        if signature.receiver is not None:
            self.in_order = False
            arguments.insert(signature.parameters.index(signature.receiver), arguments.pop(0))
        return Call(signature.name, tuple(arguments), keywords, self.span(first), self.token_span(place))

    def method(self, name: str) -> Signature | None:
        """The method `name`; functions and methods are one vocabulary."""
        return self.functions.get(name)

    def methods(self) -> Collection[str]:
        """The names of all methods."""
        return self.functions

    def attributes(self) -> Collection[str]:
        """The attributes that are no functions."""
        return ATTRIBUTES

    def _unknown_member(self, place: int) -> NoReturn:
        name = self.texts[place]
        called = self.texts[place + 1] == "("
        message = f"unknown {'method' if called else 'attribute'} {quoted(name)}"
        help_ = suggestions.did_you_mean(name, (*self.methods(), *self.attributes()))
        self.fail(codes.UNKNOWN_ATTRIBUTE, message, self.token_span(place), help_)


def _listed(names: tuple[str, ...]) -> str | None:
    return f"it has {', '.join(names)}" if names else None
