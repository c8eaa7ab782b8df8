"""Fractions, roots, derivatives, bars, and text in a style: commands with arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from gradcli.language import codes
from gradcli.language.latex.commands import LETTERS
from gradcli.language.latex.scanner import CLOSING, OPENING, Token
from gradcli.language.latex.scripts import Scripts
from gradcli.language.names import GREEK_NAMES, normalised
from gradcli.language.tokens import (
    CLOSING_BAR,
    CLOSING_NORM,
    END,
    INDEX,
    NAME,
    NUMBER,
    OPENING_BAR,
    OPENING_NORM,
    OPERATOR,
    ROOTS,
    tokenize,
)
from gradcli.language.tree import Span

_D: Final = (
    r"(?:d(?![a-z]{2})|\\(?:mathrm|text|operatorname)\s*\{\s*d\s*\}|\\mathrm\s+d(?![a-z]{2})"
    r"|\\(?:differentialD|partial|dd)(?![A-Za-z]))"
)
_LETTER: Final = r"(?:\\mathrm\{[^{}]*\}|\\[A-Za-z]+|[^\W\d_])(?:_(?:\w|\{[^{}]*\}))?"
_UP: Final = r"(?:\s*\^\s*(?:[1-9]|\{\s*[1-9]\s*\}))?"
_ABOVE: Final = re.compile(rf"\s*({_D})({_UP})\s*", re.DOTALL)
_BELOW: Final = re.compile(rf"\s*{_D}\s*({_LETTER})({_UP})\s*(?:\\[,;!: ]\s*)*")
_BEGINS_DIFFERENTIAL: Final = frozenset("d\\ \t\n")
_DIFFERENTIATED: Final = re.compile(rf"\s*({_LETTER})(?![A-Za-z])")
_DEPENDENT: Final = re.compile(rf"({_LETTER})\s*")
_AT_A_POINT: Final = re.compile(rf"\s*_\s*\{{\s*({_LETTER})\s*=")
_OPERATOR: Final = re.compile(
    r"[d∂] (?:\^ (?P<order>[0-9]) )?/ (?:d(?P<total>[A-Za-z]\w*)|∂ (?P<partial>\w+)) (?:\^ (?P=order) )?\("
)
"""The operator of a derivative and the bracket behind it, in tokens."""
_UNSAFE: Final = frozenset({"+", "-", ",", ";", ":", "=", "<", ">", "<=", ">=", "==", "!=", "∂", "∇", "|", ""})
_STYLED_NAME: Final = re.compile(r"\s*+\{\s*+([A-Za-z](?:[A-Za-z0-9]|\\?_)*+)\s*+\}")
_WORDS_APART: Final = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]|[^\W\d_]\s+[^\W\d_]{2,}")
_STRING: Final = re.compile(r"\s*('[^']*'|\"[^\"]*\")\s*")
_CASES_OPENED: Final = re.compile(r"\s*\\(?:\{|lbrace)\s*\\begin\s*\{(array|matrix|aligned|smallmatrix)\}")


class Structures(Scripts):
    """The part of the tokenizer that reads commands with arguments."""

    __slots__ = ()

    def group(self, opened: int) -> None:
        """Braces on the line: they group, and those right behind a function hold its whole argument."""
        if self.text.startswith("\\left(", self.at):
            self.sign("(", opened, self.at + 6)
            self.at += 6
            self.opened.append(("{(", len(self.tokens), opened))
            return
        applied, begin = self.begun == len(self.tokens), len(self.tokens)
        self.sign("(", opened, opened + 1)
        end = self.body(opened)
        count = len(self.tokens) - begin - 1
        if not applied and (count == 0 or (count == 1 and self.tokens[-1][0] != NUMBER)):
            del self.tokens[begin]
            self.begun = begin + count if count and self.is_function(self.tokens[-1][1]) else -1
            return
        self.sign(")", end, end + 1)
        self.begun = -1

    def argument(self, command: str, start: int) -> None:
        """The argument of a command: braces, or one token."""
        following = self.skip_blanks()
        if following == "{":
            opened = self.at
            begin = len(self.tokens)
            end = self.body(opened)
            if len(self.tokens) == begin:
                self.fail(f"\\{command} has an empty argument", Span(start, end + 1), "fill it in")
        elif not following or following in "}&$":
            self.fail(f"\\{command} lacks an argument", Span(start, start + len(command) + 1))
        else:
            begin = len(self.tokens)
            self.single("\\" + command)
            if len(self.tokens) == begin:
                self.fail(f"\\{command} lacks an argument", Span(start, start + len(command) + 1))

    def fraction(self, command: str, start: int) -> None:
        """`\\frac`: a division that is closed, or the operator of a derivative."""
        if self._derivative(command, start):
            return
        tokens, end = self.tokens, self.at
        wrapped = not self.begins_product()
        if wrapped:
            self.sign("(", start, end)
        begin = len(tokens)
        self.sign("(", start, end)
        self.argument(command, start)
        if _chains(tokens, begin + 1, self.is_function, self.known):
            del tokens[begin]
        else:
            self.sign(")", self.at, self.at)
        self.close()
        tokens.append((OPERATOR, "/", self.at, self.at, True))
        begin = len(tokens)
        self.sign("(", self.at, self.at)
        self.argument(command, start)
        if len(tokens) == begin + 2 and tokens[-1][0] in (NUMBER, NAME):
            del tokens[begin]
        else:
            self.sign(")", self.at, self.at)
        self.close()
        if wrapped:
            tokens.append((OPERATOR, ")", self.at, self.at, True))
        self.begun = -1

    def _derivative(self, command: str, start: int) -> bool:
        """Read a fraction that is `d/dx`, `dy/dx` or a mixed one, if it is one."""
        place = self.at
        if self.skip_blanks() != "{" or self.text[self.at + 1 : self.at + 2] not in _BEGINS_DIFFERENTIAL:
            return False
        first = _ABOVE.match(self.text, self.at + 1)
        if first is None or ("d" in self.known and first[1] == "d"):
            self.at = place
            return False
        begin, end = self.braces(self.at)
        after = BLANKS_BEFORE_BRACE.match(self.text, end + 1)
        if after is None:
            self.at = place
            return False
        below, stop = self.braces(after.end() - 1)
        variables = self._variables(below, stop)
        if variables is None or first.end() > end:
            self.at = place
            return False
        self.at = begin
        self._operators(first, end, variables, Span(start, stop + 1))
        self.at = stop + 1
        return True

    def _variables(self, begin: int, end: int) -> list[tuple[str, int]] | None:
        """The variables below the bar, each with its order; None where these are no differentials."""
        found = []
        while begin < end:
            match = _BELOW.match(self.text, begin, end)
            name = self._variable(match[1]) if match else None
            if match is None or name is None:
                return None
            found.append((name, int(re.sub(r"\D", "", match[2]) or 1)))
            begin = match.end()
        return found or None

    def _variable(self, written: str) -> str | None:
        """The name that LaTeX of one variable reads as; None where it is none."""
        styled = re.match(r"\\mathrm\{([^{}]*)\}", written)
        letter, _, index = (styled[0], "", written[styled.end() + 1 :]) if styled else written.partition("_")
        name = LETTERS.get(letter[1:]) if letter[0] == "\\" else normalised(letter)
        if styled:
            name = normalised(styled[1].replace("\\_", "_"))
        if name is None or not index:
            return name
        spelt = normalised(f"a{index.strip('{}').strip()}")
        return None if spelt is None else self.indexed(name, spelt[1:])

    def _operators(self, first: re.Match[str], end: int, variables: list[tuple[str, int]], span: Span) -> None:
        """Add `d / dx` or `∂ / ∂ x ∂ y`, with the name that stands above; brackets round anything else that does."""
        dependent = _DEPENDENT.fullmatch(self.text, first.end(), end)
        name = self._variable(dependent[1]) if dependent else None
        order = int(re.sub(r"\D", "", first[2]) or 1)
        if "partial" in first[1] or len(variables) > 1:
            self._partial(name, order, variables, span)
        else:
            self._total(name, order, variables[0], span)
        self.close()
        if name is None and first.end() < end:
            self.sign("(", first.end(), first.end())
            begin = len(self.tokens)
            self.at = first.end() - 1
            self.body(self.at)
            if len(self.tokens) == begin:
                self.fail("the derivative is of nothing", span, None, codes.DERIVATIVE_NOTATION)
            self.sign(")", end, end)

    def _total(self, name: str | None, order: int, variable: tuple[str, int], span: Span) -> None:
        whole = (span.start, span.end)
        if order == 1:
            self.put(NAME, f"d{name or ''}", *whole)
        else:
            self.put(NAME, "d", *whole)
            self._power(order, span)
            if name:
                self.put(NAME, name, *whole)
        self.sign("/", *whole)
        self.put(NAME, f"d{variable[0]}", *whole)
        self._power(variable[1], span)

    def _partial(self, name: str | None, order: int, variables: list[tuple[str, int]], span: Span) -> None:
        whole = (span.start, span.end)
        self.sign("∂", *whole)
        self._power(order, span)
        if name:
            self.put(NAME, name, *whole)
        self.sign("/", *whole)
        for variable, times in variables:
            self.sign("∂", *whole)
            self.put(NAME, variable, *whole)
            self._power(times, span)

    def _power(self, order: int, span: Span) -> None:
        if order != 1:
            self.sign("^", span.start, span.end)
            self.put(NUMBER, str(order), span.start, span.end)

    def root(self, command: str, start: int) -> None:
        """`\\sqrt`, perhaps with a degree in square brackets."""
        degree = self._degree() if self.skip_blanks() == "[" else None
        if degree is not None and not self.text[degree.start : degree.end].strip():
            degree = None
        end = self.at
        self.sign("√", start, end)
        if degree is not None:
            self._put_degree(degree)
        self.sign("(", end, end)
        self.argument(command, start)
        self.sign(")", self.at, self.at)
        self.close()
        self.begun = -1

    def _degree(self) -> Span:
        """Where the degree of a root stands; the place is set behind its bracket."""
        depth, place = 0, self.at + 1
        for found in re.compile(r"\\.|[{}\]]", re.DOTALL).finditer(self.text, place):
            depth += (found[0] == "{") - (found[0] == "}")
            if found[0] == "]" and depth == 0:
                self.at = found.end()
                return Span(place, found.start())
        return self.fail("'[' is never closed", Span(self.at, self.at + 1), "add ']'", codes.UNCLOSED)

    def _put_degree(self, degree: Span) -> None:
        """Add the degree of a root, which stands before its brackets."""
        end, begin = self.at, len(self.tokens) + 1
        self.sign(INDEX, degree.start, degree.start)
        self.sign("(", degree.start, degree.start)
        text, self.text = self.text, f"{self.text[: degree.end]}}}{self.text[degree.end + 1 :]}"
        self.at = degree.start - 1
        self.body(self.at)
        self.text, self.at = text, end
        if len(self.tokens) == begin + 2 and self.tokens[-1][0] in (NUMBER, NAME):
            del self.tokens[begin]
        else:
            self.sign(")", degree.end, degree.end)

    def left(self, start: int) -> None:
        """`\\left`: a bar that opens, an invisible bracket, cases in a brace; other delimiters stand for themselves."""
        cases = _CASES_OPENED.match(self.text, self.at)
        if cases:
            self._cases_in_brace(cases, start)
            return
        following = self.skip_blanks()
        kind = following
        if following == "." or following == "|":
            self.at += 1
        elif self.text.startswith("\\|", self.at) or self.text.startswith("\\Vert", self.at):
            self.at += 2 if self.text[self.at + 1] == "|" else 5
            kind = "norm"
        elif following == "<":
            self.at += 1
            self.sign("[", start, self.at)
        elif following == "(":
            self.at += 1
            self.bracket(start)
        elif following == ">" or following == "/":
            self.fail(f"'{following}' is no bracket that opens", Span(start, self.at + 1))
        self.opened.append((kind, len(self.tokens), start))
        if kind == "|" or kind == "norm":
            self.sign(OPENING_BAR if kind == "|" else OPENING_NORM, start, self.at)
            self.begun = -1

    def bracket(self, start: int) -> None:
        """A bracket that opens; behind a name or a function it touches that, since blanks mean nothing."""
        if self.tokens:
            kind, _, _, end, closed = self.tokens[-1]
            if (kind == NAME and not closed) or self.begun == len(self.tokens):
                start = end
        self.sign("(", start, self.at)

    def left_bracket(self, start: int) -> None:
        """`\\left(`."""
        self.opened.append(("(", len(self.tokens), start))
        self.bracket(start)

    def right_bracket(self, start: int) -> None:
        """`\\right)`; braces round both brackets are read with them."""
        if not self.opened or self.opened[-1][0] not in ("(", "{("):
            self.at -= 1
            self.right(start)
            self.sign(")", start, self.at)
            return
        kind, begin, opened = self.opened.pop()
        end = self.at
        if kind == "{(" and self.text[end : end + 1] == "}":
            self.at = end = end + 1
        self.tokens.append((OPERATOR, ")", start, end, False))
        if kind == "{(" and self.text[end - 1] != "}":
            self._rest_of_group(begin, opened)

    def _rest_of_group(self, begin: int, opened: int) -> None:
        """Read what stands in braces behind the brackets with which they begin."""
        self.tokens.insert(begin - 1, (OPERATOR, "(", opened, opened + 1, False))
        self.body(opened, self.at)
        self.sign(")", self.at - 1, self.at)

    def right(self, start: int) -> None:
        """`\\right`, which closes the last `\\left`."""
        following = self.skip_blanks()
        if not self.opened:
            span = Span(start, self.at + 1)
            self.fail("\\right has no \\left before it", span, None, codes.UNOPENED)
        kind, begin, opened = self.opened.pop()
        if following == "." or following == "|" or following == ">":
            self.at += 1
        elif self.text.startswith("\\|", self.at) or self.text.startswith("\\Vert", self.at):
            self.at += 2 if self.text[self.at + 1] == "|" else 5
            following = "norm"
        span = Span(opened, self.at)
        if kind == "." and following == "|":
            self._at_point(begin, span)
        elif kind in (".", "|", "norm") or following in (".", "|", "norm"):
            if kind != following:
                shown = Span(opened, self.at + (following not in (".", "|", "norm")))
                self.fail("the brackets of \\left and \\right do not match", shown)
            if kind == ".":
                self.fail("an invisible bracket means nothing here", span, "leave out \\left. and \\right.")
            self.sign(CLOSING_BAR if kind == "|" else CLOSING_NORM, start, self.at)
            self.close()
        elif following == ">":
            self.sign("]", start, self.at)

    def _at_point(self, begin: int, span: Span) -> None:
        """`\\left. \\frac{d}{dx} (…) \\right|_{x=2}`: a derivative at a point, as `diff(…, x, at=2)`."""
        tokens = self.tokens
        operator = _OPERATOR.match(" ".join([text for _, text, *_ in tokens[begin : begin + 9]]))
        point = _AT_A_POINT.match(self.text, self.at)
        if point is None or operator is None or tokens[-1][1] != ")":
            help_ = "write \\left. \\frac{d}{dx} \\left(x^2\\right) \\right|_{x=2}, or give the value after at"
            self.fail("only a derivative is taken at a point", span, help_)
        variable, order = operator["total"] or operator["partial"], operator["order"]
        name = self._variable(point[1])
        if variable != name:
            self.fail(f"the derivative is by {variable}, and the point is one of {name}", span)
        tokens[begin : begin + operator[0].count(" ")] = [(NAME, "diff", span.start, span.end, False)]
        tokens.pop()
        self.sign(",", self.at, self.at)
        self.put(NAME, variable, self.at, self.at)
        if order:
            self.sign(",", self.at, self.at)
            self.put(NUMBER, order, self.at, self.at)
        self.sign(",", self.at, self.at)
        self.put(NAME, "at", self.at, self.at)
        self.sign("=", self.at, self.at)
        self.at = point.end() - 1
        end = self.body(self.at)
        self.sign(")", end, end + 1)

    def _cases_in_brace(self, found: re.Match[str], start: int) -> None:
        self.at = found.end()
        if found[1] == "array":
            self.raw_argument("begin{array}", start)
        self.cases += 1
        rows = self.rows(found[1], start)
        self.cases -= 1
        closed = re.compile(r"\s*\\right\s*\.").match(self.text, self.at)
        if closed is None:
            self.fail("the brace of the cases is not closed by \\right.", Span(start, self.at), "add \\right.")
        self.at = closed.end()
        self.cases_tokens(rows, start, self.at)

    def styled(self, command: str, start: int) -> None:
        """`\\mathrm{…}` and other styles: letters are one name there, or a function; text is none."""
        name = _STYLED_NAME.match(self.text, self.at)
        if name is None:
            if self.skip_blanks() != "{":
                self.argument(command, start)
            else:
                self._other_style(command, start, *self.braces(self.at))
            return
        self.at = name.end()
        end = self.at - 1
        word = name[1].replace("\\_", "_")
        if word == "d" and self.differential(start):
            return
        exact = command.startswith("operatorname") and word in self.vocabulary.functions
        if exact and (len(word) == 1 or word in GREEK_NAMES):
            self.put(NAME, "torch", start, end + 1)
            self.sign(".", start, end + 1)
        self.put(NAME, LETTERS.get(word, word) if len(word) == 1 else word, start, end + 1)
        if self.is_function(word):
            self.begun = len(self.tokens)

    def differential(self, start: int) -> bool:
        """Read the letter behind an upright d as `dx`, where one follows."""
        found = _DIFFERENTIATED.match(self.text, self.at)
        name = self._variable(found[1]) if found else None
        if found is None or name is None or "d" in self.known:
            return False
        self.at = found.end()
        self.put(NAME, f"d{name}", start, self.at)
        return True

    def _other_style(self, command: str, start: int, begin: int, end: int) -> None:
        written = self.text[begin:end]
        string = _STRING.fullmatch(self.text, begin, end)
        if string:
            self.at = end + 1
            token = tokenize(string[1].replace("\\", ""))
            self.put(token.kinds[0], token.texts[0], start, end + 1)
        elif not written.strip(" ~\\,;:."):
            self.at = end + 1
        elif _WORDS_APART.search(written):
            self.fail("words are no formula", Span(start, end + 1), "write the formula alone")
        else:
            self.group(self.at)

    def end_of_text(self) -> None:
        """Add the END; fail where a `\\left` is open."""
        if self.opened:
            _, _, start = self.opened[-1]
            self.fail("\\left is never closed", Span(start, start + 5), "add \\right", codes.UNCLOSED)
        self.put(END, "", len(self.text), len(self.text))


BLANKS_BEFORE_BRACE: Final = re.compile(r"\s*\{")


def _chains(tokens: list[Token], begin: int, is_function: Callable[[str], bool], known: Collection[str]) -> bool:
    """Whether tokens are a product from left to right that a division may follow without brackets."""
    depth = 0
    for place in range(begin, len(tokens)):
        kind, text, *_ = tokens[place]
        if text in OPENING:
            depth += 1
        elif text in CLOSING:
            depth -= 1
        elif depth == 0 and kind != NUMBER:
            if text in _UNSAFE and not (text in ("-", "+") and _is_sign(tokens, place, begin)):
                return False
            following = tokens[place + 1][1] if place + 1 < len(tokens) else ""
            if text in ROOTS and following not in ("(", INDEX):  # `\sqrt` has brackets, behind its degree
                return False
            if kind == NAME and text[0] == "d" and _is_over_differential(tokens, place, known):
                return False
            if kind == NAME and is_function(text) and following != "(":
                return False
    return True


def _is_over_differential(tokens: list[Token], name: int, known: Collection[str]) -> bool:
    """Whether `/dx` follows on a name, perhaps behind an order and a further name, and is no quotient of variables."""
    is_variable = tokens[name][1] in known
    for at in range(name + 1, min(name + 5, len(tokens) - 1)):
        kind, text, *_ = tokens[at]
        if text == "/":
            kind, text, *_ = tokens[at + 1]
            return kind == NAME and text[0] == "d" and len(text) > 1 and not (is_variable and text in known)
        if text != "^" and kind not in (NUMBER, NAME):
            return False
    return False


def _is_sign(tokens: list[Token], place: int, begin: int) -> bool:
    """Whether a plus or minus is the sign of a factor, and no sum's."""
    return place == begin or tokens[place - 1][1] in ("^", "*", "/", "%", "@", "//", "-", "+")
