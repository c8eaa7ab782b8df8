"""What a function without brackets takes of the text that follows: `sin 2x`, `ln 2 2^x`, `√2x`, `cos x/2`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gradcli.language import codes, habits
from gradcli.language.literals import LiteralParser
from gradcli.language.names import GREEK_NAMES, MODULES, quoted
from gradcli.language.tokens import END, NAME, NUMBER, OPENING_BAR, OPENING_NORM, ROOTS
from gradcli.language.tree import Expr, Factor, Name, Number, Power, Product, Span
from gradcli.language.vocabulary import Signature

POWERS: Final = frozenset({"**", "^"})
OPENERS: Final = frozenset({"(", "[", "|", OPENING_BAR, OPENING_NORM, *ROOTS, "∂", "∇"})
_AFTER_PLAIN: Final = frozenset({"**", "^", "!", "²", ".", "°"})
"""What makes a number more than a plain one."""


class PrefixParser(LiteralParser):
    """The part of the parser that reads the arguments of functions without brackets.

    In the order of the grammar: a sign; a number, perhaps a fraction; constants;
    then variables with their powers, or one thing that ends the argument by itself.
    """

    __slots__ = ()

    def starts_operand(self, position: int) -> bool:
        """Whether the token begins a value."""
        kind = self.kinds[position]
        if kind == NAME:
            return self.texts[position] != "at"
        return kind == NUMBER or self.texts[position] in OPENERS

    def is_function_name(self, position: int) -> bool:
        """Whether the token is the name of a function, or of a module that has some."""
        if self.kinds[position] != NAME:
            return False
        is_module = self.texts[position] in MODULES and self.texts[position + 1] == "."
        return is_module or self.signature_at(position) is not None

    def signature_at(self, position: int) -> Signature | None:
        """The function that the name at `position` is, if it is one and no variable has the name.

        The name of a Greek letter is one only directly before a bracket: `gamma(x)`, but `gamma x` is a product.
        """
        name = self.texts[position]
        signature = None if name in self.known else self.vocabulary.function(name)
        if signature is None or name not in GREEK_NAMES:
            return signature
        return signature if self.texts[position + 1] == "(" and self.touches(position + 1) else None

    def bare_argument(self, name: int, is_raised: bool) -> Expr:
        """What the function whose name is at `name` takes, from the place on; `is_raised` says it has a power."""
        start = self.position
        self.descend(start)
        first = start + (self.texts[start] in ("-", "+"))
        if self.is_function_name(first) or self.texts[first] in ROOTS:
            factors = [Factor(self.operand())]
        else:
            factors = self._taken(name, first, is_raised)
        return self.bare_argument_of(name, start, factors)

    def bare_argument_of(self, name: int, start: int, factors: list[Factor]) -> Expr:
        """The argument without brackets that begins at `start`, of the function whose name is at `name`: its factors,
        and what others take besides. The caller went down one level for it."""
        self.take_more(name, factors)
        self.ascend(start)
        if self.bare_end != self.position:
            self.bare_end, self.bare_name = self.position, name
        return factors[0].value if len(factors) == 1 else Product(tuple(factors), self.span(start))

    def _taken(self, name: int, first: int, is_raised: bool) -> list[Factor]:
        """The factors; `first` is the position of the first one, after a sign at the place."""
        if self._begins_reciprocal(first) and not self.follows(name, habits.NARROW_SLASH):
            return self._reciprocal(first)
        narrow = (self.starts[name], habits.NARROW_FUNCTION) in self.chosen
        factors: list[Factor] = []
        place = first
        may_end = False  # a slash and a number may end the argument
        if self.kinds[place] == NUMBER and not self._is_steep_power(place):
            place = self._take(factors)
            if self._over_number() and not self.follows(name, habits.NARROW_SLASH):
                place = self._take_divisor(factors)
        numbers = len(factors)
        while self._is_bare_name(place) and self.is_constant(place) and not self._is_steep_power(place):
            if narrow and (len(factors) > numbers or numbers > 1):
                return factors
            place = self._take(factors)
            may_end = True
        before = len(factors)
        while self._is_bare_name(place) and not (self.is_constant(place) or self._touches_bracket(place, factors)):
            if narrow and (len(factors) > numbers or numbers > 1):
                return factors
            place = self._take(factors)
            may_end = True
        if len(factors) == before and self._begins_closing(place, factors):
            is_bracket = bool(factors) and self.texts[place] == "("
            if narrow and (len(factors) > numbers or numbers > 1 or is_bracket):
                return factors
            if is_bracket and len(factors) == 1:
                self.follows(name, habits.NARROW_FUNCTION, not self.touches(place))
            place = self._take(factors)
            may_end = False
        if not narrow and len(factors) > max(numbers, 1) + (numbers == 1):
            self.follows(name, habits.NARROW_FUNCTION, self._is_doubtful(name, factors[numbers:]))
        if may_end and not is_raised and self._over_number() and not self.follows(name, habits.NARROW_SLASH):
            self._take_divisor(factors)
        return factors or [Factor(self.operand())]

    def _take(self, factors: list[Factor]) -> int:
        """Read a factor; the position after it."""
        factors.append(Factor(self.operand()))
        return self.position

    def _take_divisor(self, factors: list[Factor]) -> int:
        """Read `/2`; the position after it."""
        self.position += 1
        factors.append(Factor(self.number(), "/"))
        return self.position

    def _is_bare_name(self, position: int) -> bool:
        """Whether the token is the name of a variable or a constant."""
        if self.kinds[position] != NAME or self.texts[position] == "at":
            return False
        return not self.is_function_name(position) and not self.is_degree(position)

    def is_degree(self, position: int) -> bool:
        """Whether the token is the sign of degrees, or the word where it is no variable."""
        text = self.texts[position]
        return text == "°" or (text == "deg" and text not in self.known and self.kinds[position - 1] != END)

    def _touches_bracket(self, position: int, factors: list[Factor]) -> bool:
        """Whether a name after a first one stands directly before a bracket: `f` in `sin x f(x)`."""
        if not any(not isinstance(each.value, Number) for each in factors):
            return False
        return self.texts[position + 1] == "(" and self.touches(position + 1)

    def _is_steep_power(self, position: int) -> bool:
        """Whether the number or constant at `position` has more than a number up: `2^x`, `e^-x`."""
        if self.texts[position + 1] not in POWERS:
            return False
        place = position + 2
        if self.texts[place] in ("-", "+"):
            place += 1
        return self.kinds[place] != NUMBER or self.texts[place + 1] in _AFTER_PLAIN

    def _begins_closing(self, position: int, factors: list[Factor]) -> bool:
        """Whether what begins at `position` ends the argument by itself."""
        text = self.texts[position]
        if text == "|":
            return self.bars == 0
        if text in OPENERS:
            return text != "[" or not factors
        if self.kinds[position] == NUMBER:
            return self._is_steep_power(position) and (not factors or not isinstance(factors[-1].value, Number))
        return self._is_bare_name(position) and self.is_constant(position) and self._is_steep_power(position)

    def _over_number(self) -> bool:
        """Whether a slash and a plain number follow, without blanks."""
        position = self.position
        if (
            self.texts[position] != "/"
            or self.kinds[position + 1] != NUMBER
            or self.texts[position + 2] in _AFTER_PLAIN
        ):
            return False
        return self.touches(position) and self.touches(position + 1)

    def _begins_reciprocal(self, position: int) -> bool:
        """Whether `1/` and a name follow, without blanks."""
        if self.texts[position] != "1" or self.texts[position + 1] != "/" or not self._is_bare_name(position + 2):
            return False
        return self.touches(position + 1) and self.touches(position + 2)

    def _reciprocal(self, first: int) -> list[Factor]:
        """`1/x`: one above the names that follow."""
        above = Factor(self.operand())
        self.position += 1
        start = self.position
        below = [Factor(self.operand())]
        while self._is_bare_name(self.position) and not self._touches_bracket(self.position, below):
            below.append(Factor(self.operand()))
        return [above, Factor(below[0].value if len(below) == 1 else Product(tuple(below), self.span(start)), "/")]

    def _is_doubtful(self, name: int, factors: Sequence[Factor]) -> bool:
        """Whether many take less of these factors into an argument.

        They do of three variables, of one that stands twice, of a steep power, and of more than one in an exponent.
        """
        values = [each.value for each in factors]
        bases = [value.base if isinstance(value, Power) else value for value in values]
        variables = [base for base in bases if not (isinstance(base, Name) and base.name in self.vocabulary.constants)]
        is_steep = any(isinstance(value, Power) and not isinstance(value.exponent, Number) for value in values[1:])
        is_raised = self.texts[name - 1] in POWERS and len(variables) > 1
        return is_steep or is_raised or len(variables) > 2 or any(each in variables[:1] for each in variables[1:])

    def take_more(self, name: int, factors: list[Factor]) -> None:
        """Read the factors that only others take, where one of their habits is followed."""
        offset = self.starts[name]
        widest = (offset, habits.WIDEST_FUNCTION) in self.chosen
        if not widest and (offset, habits.WIDE_FUNCTION) not in self.chosen:
            return
        while True:
            text = self.texts[self.position]
            if widest and text in ("*", "/") and not self._function_after_signs(self.position + 1):
                self.position += 1
                factors.append(Factor(self.operand(), "*" if text == "*" else "/"))
            elif text not in ("*", "/") and self.implicit_product() and not self.begins_function(self.position):
                factors.append(Factor(self.operand()))
            else:
                return

    def begins_function(self, position: int) -> bool:
        """Whether the token is a function's name or a root sign."""
        return self.texts[position] in ROOTS or self.is_function_name(position)

    def _function_after_signs(self, position: int) -> bool:
        while self.texts[position] in ("+", "-"):
            position += 1
        return self.begins_function(position)

    def leaves_outside(self, place: int, operator: str) -> None:
        """Remember that others take the factor at `place` into the function without brackets that ends here.

        `operator` is the sign before it, none where there is none. What begins with a function is outside for all.
        """
        name = self.bare_name
        if self._function_after_signs(place):
            return
        end = self.bare_end
        is_root = self.texts[name] in ROOTS
        has_slash = self.kinds[end - 1] == NUMBER and self.texts[end - 2] == "/"  # which is noted already
        if operator:
            if operator in "*/" and not is_root:
                self.follows(name, habits.WIDEST_FUNCTION, not has_slash)
        elif not is_root or self.kinds[place] == NAME or self.touches(place):
            self.follows(name, habits.WIDE_FUNCTION, not has_slash and (not is_root or self.touches(place)))

    def implicit_product(self) -> bool:
        """Whether the token at the place, after a value, begins a further factor without an operator between."""
        position = self.position
        kind = self.kinds[position]
        if kind == NAME:
            if self.texts[position] == "at":
                return False
            if self.kinds[position - 1] == NUMBER:
                self._check_number_suffix(position)
            return True
        text = self.texts[position]
        if text == "|":
            return self.bars == 0
        if text in OPENERS:
            return True
        if kind == NUMBER:
            if self._is_steep_power(position) and not (self.kinds[position - 1] == NUMBER and self.touches(position)):
                return True
            self.expected_operator()
        return False

    def _check_number_suffix(self, position: int) -> None:
        """Fail for `0x10`, `0b1` and `0o7`, which would read as a product."""
        before, name = self.texts[position - 1], self.texts[position]
        if before != "0" or not self.touches(position):
            return
        if len(name) > 1 and name[0] in "xXbBoO" and name[1].isdigit():
            span = Span(self.starts[position - 1], self.ends[position])
            message = f"{quoted(before + name)} is not a decimal number"
            help_ = f"write the number in decimal digits, or 0*{name} for a product"
            self.fail(codes.MALFORMED_NUMBER, message, span, help_)
