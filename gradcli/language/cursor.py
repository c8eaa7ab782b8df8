"""Where the parser is in its tokens, and how it reports what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from gradcli.language import codes
from gradcli.language.conventions import KEYBOARD, Conventions, is_latex
from gradcli.language.diagnostics import DiagnosticError, Note
from gradcli.language.habits import Ambiguity, Choice, Habit
from gradcli.language.limits import MAX_AMBIGUITIES, MAX_DEPTH
from gradcli.language.names import WORDS, quoted
from gradcli.language.spelling import respelt, split_names
from gradcli.language.tokens import CLOSING_BAR, CLOSING_NORM, END, NEWLINE, NUMBER, SUPERSCRIPT, Tokens, tokenize
from gradcli.language.tree import Definition, Expr, Span
from gradcli.language.vocabulary import Signature, Vocabulary

if TYPE_CHECKING:
    from gradcli.language.scopes import Scope

_SIGNS: Final = {CLOSING_BAR: "|", CLOSING_NORM: "‖"}
"""What is written for tokens that are not themselves."""


class Cursor:
    """A place in the tokens of one text, and what has been learnt of the text so far.

    The names: `variables` are those that the text was given, `known` all that are variables, whatever they look like,
    and `words` those that are more than variables.
    `definitions` are the functions of one's own that can be called at the place, `defining` is the name of the one
    whose body it is in, and `assigned_scope` what has been assigned so far.
    `applied` are the positions of names of Greek letters that were read as functions.
    `named` are the variables read so far, and `in_order` is whether they stand in the text as they do in the tree.

    The levels: `depth` counts those around the place, `height` those below the operands of the expression being read,
    `bars` the open `|` at this bracket level, `rows` the list brackets around the place.
    `argument` is the position at which a whole argument starts.

    The ambiguities: `chosen` are the places where others' habits are followed, `ambiguities` those where they could be.
    `bare_end` is where the last function without brackets ended, whose name is at `bare_name`.
    `widened` is where an exponent ended that took more than is its own.

    `tokens` are given where the text is taken apart in another way than `tokens_of` does it.
    `brackets` and `written_once` keep what has been found of them, with the texts that it was found of.
    Most texts need few of these fields. They are all here, and the classes of the parser add none:
    a chain of constructors would take a tenth of the time of a short text.
    """

    __slots__ = (
        "ambiguities",
        "applied",
        "argument",
        "assigned_scope",
        "bare_end",
        "bare_name",
        "bars",
        "brackets",
        "chosen",
        "closed",
        "conventions",
        "defining",
        "definitions",
        "depth",
        "ends",
        "functions",
        "height",
        "in_order",
        "kinds",
        "known",
        "named",
        "notes",
        "position",
        "rows",
        "source",
        "starts",
        "texts",
        "tokens",
        "variables",
        "vocabulary",
        "widened",
        "words",
        "written_once",
    )

    # What the classes above this one read, for those below them.
    expression: Callable[[], Expr]
    summed: Callable[[], Expr]
    product: Callable[[], Expr]
    operand: Callable[[], Expr]
    group: Callable[[], Expr]
    variable: Callable[[], Expr]
    primed_function: Callable[[int, int, Signature], Expr]

    def __init__(
        self,
        source: str,
        vocabulary: Vocabulary,
        variables: Collection[str],
        conventions: Conventions = KEYBOARD,
        tokens: Tokens | None = None,
        chosen: Collection[Choice] = (),
    ) -> None:
        self.conventions = conventions
        self.vocabulary = vocabulary
        self.functions = vocabulary.functions
        self.variables = frozenset(variables)
        self.known = set(self.variables)
        self.chosen = chosen
        self.ambiguities: list[Ambiguity] = []
        self.bare_end = self.bare_name = self.widened = -1
        self.notes: list[Note] = []
        if tokens is None:
            tokens = self.tokens_of(source)
            if conventions.answer or "log" in source:
                tokens, said = respelt(tokens, source, vocabulary, self.known, conventions)
                self.notes += [Note(each) for each in said]
        if chosen:
            tokens = split_names(tokens, chosen)
        self.tokens = tokens
        self.source = source
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.closed = tokens.closed
        self.applied: list[int] = []
        self.named: list[str] = []
        self.in_order = True
        self.position = self.depth = self.height = self.bars = self.rows = 0
        self.argument = -1
        self.definitions: dict[str, Definition] = {}
        self.defining = ""
        self.words = WORDS
        self.assigned_scope: Scope | None = None
        self.brackets: tuple[Sequence[str], dict[int, int], set[int]] | None = None
        self.written_once: tuple[Sequence[str], frozenset[str]] | None = None

    def tokens_of(self, source: str) -> Tokens:
        """The tokens of a text, which may be LaTeX. Raises DiagnosticError."""
        latex = self.conventions.latex
        if is_latex(source) if latex is None else latex:
            from gradcli.language.latex import tokenize_latex  # needed for LaTeX only

            return tokenize_latex(source, self.vocabulary, self.known, self.conventions)
        return tokenize(source, decimal_comma=self.conventions.decimal_comma)

    def follows(self, place: int, habit: Habit, is_noted: bool = True) -> bool:
        """Whether a habit is followed at the token at `place`; if not, it is remembered that it could be."""
        return self.follows_at(self.starts[place], habit, is_noted)

    def follows_at(self, offset: int, habit: Habit, is_noted: bool = True) -> bool:
        """Whether a habit is followed at an offset of the source."""
        if (offset, habit) in self.chosen:
            return True
        if len(self.ambiguities) < MAX_AMBIGUITIES:
            self.ambiguities.append(Ambiguity(offset, habit, is_noted))
        return False

    def is_constant(self, position: int) -> bool:
        """Whether the token is the name of a mathematical constant that nobody has bound."""
        name = self.texts[position]
        return name in self.vocabulary.constants and name not in self.known

    def is_closed(self, position: int) -> bool:
        """Whether the token at `position` ends what its notation closes: `\\frac{1}{2}`, the exponent of `e^{2}`."""
        return bool(self.closed) and self.closed[position]

    def span(self, first: int) -> Span:
        """From the token at `first` to the last one read."""
        last = self.position - 1
        start, end = self.starts[first], self.ends[last if last > first else first]
        if not self.closed:
            return Span(start, end)
        from gradcli.language.latex.brackets import whole_span  # needed for LaTeX only

        return whole_span(self.source, start, end)

    def token_span(self, position: int) -> Span:
        """The span of one token; empty, right after the token before it, where the text or a line ends."""
        if self.kinds[position] in (END, NEWLINE):
            place = self.ends[position - 1] if position else self.starts[position]
            return Span(place, place)
        return Span(self.starts[position], self.ends[position])

    def written(self, position: int) -> str:
        """A token as the source has it."""
        return self.source[self.starts[position] : self.ends[position]]

    def touches(self, position: int) -> bool:
        """Whether no blank stands before the token at `position`."""
        return position > 0 and self.ends[position - 1] == self.starts[position]

    def described(self, position: int) -> str:
        """A token as a message names it."""
        kind = self.kinds[position]
        if kind == END:
            return "the end of the expression"
        if kind == NEWLINE:
            return "the end of the line"
        return quoted(self.written(position) or self.texts[position])

    def fail(self, code: str, message: str, span: Span, help_: str | None = None) -> NoReturn:
        """Raise the Diagnostic."""
        raise DiagnosticError.about(code, message, self.source, help_, span)

    def note(self, message: str, span: Span) -> None:
        """Keep a note."""
        self.notes.append(Note(message, span))

    def expected_value(self, help_: str | None = None) -> NoReturn:
        """Fail for want of a value at the place."""
        position = self.position
        message = f"expected a value, found {self.described(position)}"
        if position and self.texts[position - 1] == "|" and self.texts.count("|") > 2:
            message, help_ = "these bars read in more than one way", "write abs(...) instead of bars"
        elif position > 1 and self.texts[position - 1] == "%" and self.kinds[position - 2] == NUMBER:
            help_ = f"% is the remainder of a division; write {self.written(position - 2)}/100 for percent"
        self.fail(codes.EXPECTED_VALUE, message, self.token_span(position), help_)

    def expected_operator(self) -> NoReturn:
        """Fail for want of an operator at the place, which follows a complete value."""
        position = self.position
        if self.kinds[position] == NUMBER and self.kinds[position - 1] == NUMBER and self.touches(position):
            span = Span(self.starts[position - 1], self.ends[position])
            message = f"{quoted(self.source[span.start : span.end])} is not a number"
            self.fail(codes.MALFORMED_NUMBER, message, span)
        message = f"expected an operator, found {self.described(position)}"
        self.fail(codes.EXPECTED_OPERATOR, message, self.token_span(position), self._operator_help())

    def _operator_help(self) -> str | None:
        position = self.position
        if self.texts[position] == ":" and self.texts[position + 1] == "=":
            return "write = alone, as in y = x^2"
        if self.kinds[position] != NUMBER:
            return None
        before, found = self.written(position - 1), self.written(position)
        if self.kinds[position - 1] == NUMBER and before.isdigit() and (fraction := self._fraction(position)):
            return f"write {before} + {fraction}, or {before}*{fraction}"
        if self.kinds[position - 1] == SUPERSCRIPT or not before.isidentifier():
            return f"write *{found} to multiply"
        return f"write {before}*{found} or {before}^{found}"

    def _fraction(self, position: int) -> str | None:
        """The fraction at the place, such as `1/2` or `½`; None where there is none."""
        if self.texts[position + 1 : position + 2] == ["/"] and self.kinds[position + 2] == NUMBER:
            return f"{self.written(position)}/{self.written(position + 2)}"
        return self.written(position) if "/" in self.texts[position] else None

    def close(self, opened: int, closing: str) -> None:
        """Step over the closing bracket or bar of what the token at `opened` opens."""
        if self.texts[self.position] == closing:
            self.position += 1
            return
        found, sign = self.texts[self.position], _SIGNS.get(closing, closing)
        if found == ";" and closing in (")", "]") and self._is_closed_later():
            span = self.token_span(self.position)
            help_ = "write commas between entries, and points in decimal numbers"
            self.fail(codes.COMMA, "';' separates statements, and stands inside brackets", span, help_)
        if self.kinds[self.position] in (END, NEWLINE) or found in (";", "at"):
            message = f"{quoted(self.written(opened))} is never closed"
            self.fail(codes.UNCLOSED, message, self.token_span(opened), f"add '{sign}'")
        if found in (")", "]"):
            message = f"expected '{sign}', found '{found}'"
            around = f"'{sign}' closes the {quoted(self.written(opened))} at character {self.starts[opened] + 1}"
            self.fail(codes.UNOPENED, message, self.token_span(self.position), around)
        self.after_value()

    def _is_closed_later(self) -> bool:
        """Whether the brackets that are open at the place are closed behind it."""
        depth = 1
        for text in self.texts[self.position :]:
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if depth == 0:
                return True
        return False

    def after_value(self) -> NoReturn:
        """Fail at a token that cannot follow a complete value."""
        position = self.position
        text = self.texts[position]
        if text in (")", "]"):
            opening = "(" if text == ")" else "["
            self.fail(codes.UNOPENED, f"'{text}' has no '{opening}' before it", self.token_span(position))
        if text == ",":
            self._misplaced_comma()
        if text == "=":
            help_ = "an equation is a whole statement; compare with ==; bind a variable at the end, as in x^2 at x=2"
            self.fail(codes.STATEMENT, "'=' stands where there is no statement", self.token_span(position), help_)
        self.expected_operator()

    def _misplaced_comma(self) -> NoReturn:
        position = self.position
        span = self.token_span(position)
        help_ = "write a list in brackets, as in [1, 2, 3]"
        if self.kinds[position - 1] == NUMBER and self.kinds[position + 1] == NUMBER:
            left, right = self.written(position - 1), self.written(position + 1)
            span = Span(self.starts[position - 1], self.ends[position + 1])
            help_ = f"write {left}.{right}, or [{left}, {right}] for a list"
            if len(right) == 3:
                help_ = f"write {left}{right} or {left}_{right}, or {left}.{right}"
        elif self.texts[position + 2 : position + 3] == ["="]:
            help_ = f"write at before the bindings, as in x^2 at {self.written(position + 1)}=2"
        message = "a comma separates only the items of a list and the arguments of a function"
        self.fail(codes.COMMA, message, span, help_)

    def descend(self, position: int) -> None:
        """Go down one level; `ascend` takes it back."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._too_deep(position)

    def ascend(self, position: int) -> None:
        """Come up one level, which is put on top of what has been read."""
        self.depth -= 1
        self.height += 1
        if self.height > MAX_DEPTH:
            self._too_deep(position)

    def grow(self, position: int) -> None:
        """Put one level on top of what has been read."""
        self.height += 1
        if self.height > MAX_DEPTH:
            self._too_deep(position)

    def _too_deep(self, position: int) -> NoReturn:
        message = f"nested deeper than {MAX_DEPTH} levels"
        self.fail(codes.TOO_DEEP, message, self.token_span(position), "name a part of it: y = …; then use y")
