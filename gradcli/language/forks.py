"""Places at which people read a text differently, and which way is taken at each.

The parser asks at every such place (`fork`). What it takes at first is the language's own reading, and it remembers
where others would go on otherwise; reading the text again with some of these choices gives what it may also mean, as a
whole tree and by the same rules.
"""

from __future__ import annotations

from gradcli.language.cursor import Cursor
from gradcli.language.habits import INNER_PRODUCT, PERCENT, SPLIT_NAME, WIDE_DIVISOR, WIDE_EXPONENT, Fork, Habit
from gradcli.language.limits import MAX_FORKS, MAX_NOTES
from gradcli.language.names import GREEK_NAMES
from gradcli.language.quoting import shortened
from gradcli.language.tokens import NAME, NUMBER
from gradcli.language.tree import Expr, Factor, Name, Negation, Number, Power, Product, Span, TensorLiteral
from gradcli.language.values import replace


class ForkingCursor(Cursor):
    """The cursor, with the places at which a text may be read otherwise."""

    __slots__ = ()

    def fork(self, place: int, habit: Habit, is_noted: bool = True) -> bool:
        """Whether a habit is followed at the token at `place`; if not, it is remembered that it could be."""
        return self.fork_at(self.starts[place], habit, is_noted)

    def fork_at(self, offset: int, habit: Habit, is_noted: bool = True) -> bool:
        """Whether a habit is followed at an offset of the source."""
        if (offset, habit) in self.chosen:
            return True
        if len(self.forks) < MAX_FORKS:
            self.forks.append(Fork(offset, habit, is_noted))
        return False

    def is_constant(self, position: int) -> bool:
        """Whether the token is the name of a mathematical constant that nobody has bound."""
        name = self.texts[position]
        return name in self.vocabulary.constants and name not in self.known

    # The operators of a product, where what stands beside them may belong elsewhere.

    def divides_more(self, place: int, last: Factor) -> bool:
        """Whether the factor at `place`, which follows the factor `last` without a sign, is read below its stroke."""
        if (
            last.operator != "/"
            or self.is_closed(place - 1)
            or not (self.touches(place) or not isinstance(last.value, Number))
        ):
            return False
        return self.fork_at(last.value.span.start, WIDE_DIVISOR)

    def follows_bare_exponent(self, place: int) -> bool:
        """Whether the token before `place` is a number or a name that is an exponent after `^`, without brackets."""
        if place == self.widened:
            return True
        texts = self.texts
        if place < 3 or self.kinds[place - 1] > NAME or self.is_closed(place - 1):
            return False
        return texts[place - 2] == "^" or (place > 3 and texts[place - 2] == "-" and texts[place - 3] == "^")

    def is_raised_more(self, place: int, value: Expr, following: int, operator: str) -> bool:
        """Whether what follows a power with a bare exponent is read as part of the exponent.

        `place` is the token after the power, an operator or a factor; `following` is the factor that comes next.
        """
        power = value.operand if isinstance(value, Negation) else value
        if not isinstance(power, Power) or self.kinds[following] > NAME or self.texts[following] == "at":
            return False
        is_function = self.is_function_name(following)
        is_touching = self.touches(place) and self.touches(following)
        if operator == "":
            is_near = is_touching or not is_function
            if place == self.widened:
                return is_near
            return is_near and self.fork(place, WIDE_EXPONENT, is_touching and not is_function)
        if not is_touching or is_function or place == self.widened:
            return is_touching and not is_function and operator == "/"
        steep = self._is_steep(power)
        if operator == "*":
            return steep and self.fork(place, WIDE_EXPONENT)
        exponent = power.exponent.operand if isinstance(power.exponent, Negation) else power.exponent
        is_root = self.kinds[following] == NUMBER and isinstance(exponent, Number) and exponent.value == 1
        return self.fork(place, WIDE_EXPONENT, steep or is_root)

    def _is_steep(self, power: Power) -> bool:
        """Whether it is a power of a constant (`e^2`), or of a number with more than a number up (`2^x`)."""
        if isinstance(power.base, Name):
            return power.base.name in self.vocabulary.constants and power.base.name not in self.known
        exponent = power.exponent.operand if isinstance(power.exponent, Negation) else power.exponent
        return isinstance(power.base, Number) and not isinstance(exponent, Number)

    def divisor(self, place: int, right: Expr) -> Expr:
        """A divisor that begins at `place`; `bc` in `a/bc`, which nobody bound, is b*c for some."""
        if not isinstance(right, Name) or self.ends[place] - self.starts[place] < 2 or not self.touches(place):
            return right
        name = right.name
        is_word = name.isalpha() and len(name) == self.ends[place] - self.starts[place]
        if not is_word or name in self.known or name in self.vocabulary.constants or not self.fork(place, SPLIT_NAME):
            return right
        start = right.span.start
        return Product(
            tuple(Factor(Name(each, Span(start + at, start + at + 1))) for at, each in enumerate(name)), right.span
        )

    def is_percent(self, place: int, left: Expr) -> bool:
        """Whether the `%` at `place` is read as percent: it touches the number before it, and not what follows."""
        if not isinstance(left, Number) or not self.touches(place) or self.touches(place + 1):
            return False
        return self.fork(place, PERCENT)

    def is_inner_product(self, place: int, left: Expr, right: Expr) -> bool:
        """Whether the sign at `place` is read as that of the inner product: a dot between vectors."""
        if self.source[self.starts[place]] not in "·⋅" or not isinstance(left, TensorLiteral):
            return False
        return isinstance(right, TensorLiteral) and self.fork(place, INNER_PRODUCT)

    def note_name_before_bracket(self, place: int, last: Expr) -> None:
        """A note for a name that is a factor of the bracket at `place`, and might be meant for a function."""
        if not isinstance(last, Name) or len(self.notes) >= MAX_NOTES:
            return
        name = last.name
        span = Span(last.span.start, self.ends[self.position - 1])
        text = shortened(self.source[span.start : span.end])
        if name in GREEK_NAMES and self.vocabulary.function(name):
            if name in self.known:
                reading = f"a product, since {name} has a value here; write torch.{name}(...) for the function"
            else:
                reading = f"a product, since a blank stands before the bracket; write {name}(...) for the function"
            self.note(f"{text} reads as {reading}", span)
        elif self.may_be_meant_as_function(name) and self.touches(place):
            what = "a value" if name in self.known else "no function"
            reading = f"{name} times the bracket, since {name} is {what} here"
            self.note(f"{text} reads as {reading}; a function is written {name}(x) = …", span)

    def may_be_meant_as_function(self, name: str) -> bool:
        """Whether a variable may be meant as a function: it has the name of one."""
        return name in {"f", "g", "h"}

    def is_function_name(self, position: int) -> bool:
        """Whether the token is a function; the parser has it."""
        raise NotImplementedError


def raised_more(value: Expr, factor: Factor) -> Expr:
    """A power whose exponent takes one more factor."""
    if isinstance(value, Negation):
        return replace(value, operand=raised_more(value.operand, factor))
    assert isinstance(value, Power)
    span = value.span.to(factor.value.span)
    return replace(value, exponent=product_of(value.exponent, factor), span=span)


def product_of(left: Expr, factor: Factor) -> Product:
    """The product of an expression with one more factor."""
    own = left.factors if isinstance(left, Product) else (Factor(left),)
    return Product((*own, factor), left.span.to(factor.value.span))
