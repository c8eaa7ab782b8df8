"""Functions applied: calls, methods, names without brackets, and whether the arguments fit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NoReturn

from gradcli.language import codes, habits, suggestions
from gradcli.language.names import GREEK_NAMES, quoted
from gradcli.language.prefix import POWERS, PrefixParser
from gradcli.language.tokens import INDEX, NAME, NUMBER, PRIME, SUPERSCRIPT
from gradcli.language.tree import Attribute, Call, Expr, Factor, Keyword, Negation, Number, Power, Product, Span
from gradcli.language.values import replace
from gradcli.language.vocabulary import ATTRIBUTES, Signature

_SUBMODULES: Final = frozenset({"nn", "functional", "special", "linalg", "autograd"})
_OTHERWISE: Final = {"linalg.norm": "norm(x, p) takes all entries; torch.linalg.norm of a matrix is another number"}
"""Functions of submodules that are not what the vocabulary has by their name."""


class CallParser(PrefixParser):
    """The part of the parser that applies functions."""

    __slots__ = ()

    def function(self, first: int, signature: Signature) -> Expr:
        """The call that a function's name at the place begins.

        `first` is the token at which its text starts: in `torch.sin(x)` that is `torch`.
        """
        name = self.position
        if first == name and self.texts[name] in GREEK_NAMES:
            self.applied.append(name)
        self.position += 1
        text = self.texts[self.position]
        if text == "(":
            call = self._call(first, name, signature)
            return call if self.touches(name + 1) else self.loosely_raised(call, first, name)
        if text == INDEX:
            return self._with_base(first, name, signature)
        if text == PRIME:
            return self.primed_function(first, name, signature)
        if text in POWERS or self.kinds[self.position] == SUPERSCRIPT:
            return self._function_power(first, name, signature)
        return self._prefix(first, name, signature, is_raised=False)

    def _applied(self, first: int, name: int, signature: Signature, is_raised: bool) -> Call:
        """The function whose name is read, and its base or power, with its argument."""
        if self.texts[self.position] == "(":
            return self._call(first, name, signature)
        return self._prefix(first, name, signature, is_raised)

    def loosely_raised(self, call: Call, first: int, name: int) -> Call:
        """A call whose bracket a power follows: for some people it is the bracket's (`sin (x+1)^2`)."""
        position = self.position
        is_raised = self.kinds[position] == SUPERSCRIPT
        if len(call.arguments) != 1 or call.keywords:
            return call
        if not (is_raised or self.texts[position] in POWERS) or not self.follows(name, habits.LOOSE_BRACKET):
            return call
        self.position += 1
        exponent = self.superscript(position) if is_raised else self.operand()
        self.grow(name)
        argument = Power(call.arguments[0], exponent, self.span(name + 1))
        return replace(call, arguments=(argument,), span=self.span(first))

    def _with_base(self, first: int, name: int, signature: Signature) -> Expr:
        """`log_2 x`: a logarithm with its base, and perhaps a power."""
        if "base" not in signature.parameters:
            shown, span = self.written(name), self.token_span(self.position)
            self.fail(codes.MISSING_ARGUMENT, f"{shown} has no base", span, f"write {shown}(x)")
        self.position += 1
        base = self.bare_exponent()
        self.in_order = False
        exponent = None
        if self.texts[self.position] in POWERS or self.kinds[self.position] == SUPERSCRIPT:
            exponent = self.function_exponent()
            if is_minus_one(exponent):
                help_ = "write 1/log(x, base) for the reciprocal, base^x for the inverse"
                self.fail(codes.NO_INVERSE, "a logarithm with a base has no inverse here", self.token_span(name), help_)
        call = self._applied(first, name, signature, exponent is not None)
        if len(call.arguments) != 1:
            self.fail(codes.ARGUMENT_COUNT, "the base is given twice", self.span(first), "write log_2(x), or log(x, 2)")
        call = replace(call, arguments=(*call.arguments, base))
        return call if exponent is None else self.raised(call, exponent, first, name)

    def raised(self, base: Expr, exponent: Expr, first: int, name: int) -> Power:
        """The power of a call that begins at the token `first`, of the function whose name is at `name`."""
        self.grow(name)
        self.grow(name)  # for the brackets that its ASCII form may need
        return Power(base, exponent, self.span(first))

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
        self.bars, self.rows, self.height = bars, rows, max(height, self.height)
        self.ascend(opened)
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

    def _or_product(self, written: str, signature: Signature) -> str:
        """The end of a help that offers a product where the name of a tensor function may be two letters: `mv^2`."""
        is_word = len(written) == 2 and written.isalpha() and not signature.prefix
        return f", or {written[0]}*{written[1]} for a product" if is_word else ""

    def _prefix(self, first: int, name: int, signature: Signature, is_raised: bool) -> Call:
        """`sin 2x`: the function takes what is juxtaposed."""
        start = self.position
        shown = self.written(name)
        is_signed = self.texts[start] in ("-", "+") and self.touches(start + 1)
        if not self.starts_operand(start + is_signed) or self.is_degree(start):
            help_ = suggestions.for_name(shown, self.known) or f"write {shown}(x){self._or_product(shown, signature)}"
            self.fail(codes.MISSING_ARGUMENT, f"{shown} needs an argument", self.token_span(name), help_)
        if not signature.prefix:
            message = f"{shown} needs brackets around its argument"
            help_ = f"write {shown}(...){self._or_product(shown, signature)}"
            self.fail(codes.MISSING_ARGUMENT, message, self.token_span(name), help_)
        arguments = []
        if signature.name == "sqrt" or signature.name == "cbrt":
            arguments.append(self.root_argument(name))
        else:
            base = self._spaced_base(name)
            arguments.append(self.bare_argument(name, is_raised))
            if base is not None:
                self.in_order = False
                arguments.append(base)
        self.check_count(name, signature, arguments, ())
        return Call(signature.name, tuple(arguments), (), self.span(first), self.token_span(name))

    def _spaced_base(self, name: int) -> Expr | None:
        """The base in `log 2 x`, where it is read as one, as some mean it."""
        start = self.position
        if self.texts[name] != "log" or self.kinds[start] != NUMBER or self.kinds[start + 1] != NAME:
            return None
        is_base = self.texts[start].isdecimal() and not self.touches(start + 1) and self.texts[start + 1] != "at"
        return self.number() if is_base and self.follows(name, habits.BASE) else None

    def root_argument(self, name: int) -> Expr:
        """What a root without brackets takes: one number, name or bracket, with a sign before it or a power behind."""
        start = self.position
        first = start + (self.texts[start] in ("-", "+") and self.touches(start + 1))
        if not self.starts_operand(first):
            shown = self.written(name)
            self.fail(codes.MISSING_ARGUMENT, f"{shown} needs an argument", self.token_span(name), f"write {shown}(x)")
        self.descend(start)
        return self.bare_argument_of(name, start, [Factor(self.operand())])

    def _function_power(self, first: int, name: int, signature: Signature) -> Expr:
        """`sin^2 x` is sin(x)^2, and `sin^-1 x` the inverse function."""
        exponent = self.function_exponent()
        self.in_order = False
        if is_minus_one(exponent) and not self.follows(name, habits.RECIPROCAL):
            return self._applied(first, name, self._inverse(name, signature), is_raised=False)
        call = self._applied(first, name, signature, is_raised=True)
        if is_minus_one(exponent):
            return Product((Factor(Number("1", 1.0, call.span)), Factor(call, "/")), call.span)
        return self.raised(call, exponent, first, name)

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
        exponent = self.bare_exponent()
        return Negation(exponent, self.span(start)) if negative else exponent

    def bare_exponent(self) -> Expr:
        """A number, a name or a bracket: what may stand raised or lowered beside a function's name."""
        position = self.position
        if self.texts[position] == "(":
            self.descend(position)
            bars, self.bars = self.bars, 0
            self.position += 1
            inner = self.expression()
            self.close(position, ")")
            self.bars = bars
            self.ascend(position)
            return inner
        if self.kinds[position] == NUMBER:
            return self.number()
        if self.kinds[position] != NAME or self.texts[position] == "at" or self.signature_at(position):
            self.expected_value()
        return self.variable()

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
            call = self.function(first, signature)
            return _of_last(call) if f"{self.texts[place - 2]}.{name}" == "linalg.cross" else call
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


def is_minus_one(exponent: Expr) -> bool:
    """Whether an exponent is -1, which behind the name of a function stands for the inverse one."""
    return isinstance(exponent, Negation) and isinstance(exponent.operand, Number) and exponent.operand.value == 1


def _listed(names: tuple[str, ...]) -> str | None:
    return f"it has {', '.join(names)}" if names else None


def _of_last(call: Expr) -> Expr:
    """torch.linalg.cross, which is `cross` along the last dimension unless it is told another."""
    if not isinstance(call, Call) or len(call.arguments) != 2 or call.keywords:
        return call
    return replace(call, keywords=(Keyword("dim", Negation(Number("1", 1.0), call.span), call.span),))
