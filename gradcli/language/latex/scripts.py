"""Names, numbers, and what is raised or lowered behind them."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language import codes
from gradcli.language.latex.commands import LETTERS
from gradcli.language.latex.scanner import CLOSING, OPENING, Scanner
from gradcli.language.names import read_as
from gradcli.language.tokens import INDEX, NAME, NUMBER, OPERATOR, tokenize
from gradcli.language.tree import Span

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SPELT: Final = re.compile("arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|exp|sqrt|log|ln")
"""Functions that letters may spell without a backslash: `2\\cdot sin(x)`."""
_LEAST: Final = 3
"""Letters of a function that is spelt, beside those."""
_TEN: Final = re.compile(
    r"\s*\\(?:cdot|times)\s*10\s*\^\s*(?:\{\s*([+-]?[0-9]{1,4})\s*\}|([0-9])(?![0-9]))(?!\s*[!'^.])"
)
_THOUSANDS: Final = re.compile(r"(?:(?:\\,|\{,\})[0-9]{3})+(?![0-9])")
_DECIMAL: Final = re.compile(r"(?:\{,\}|,)([0-9]+)")
_NO_TEN_AFTER: Final = frozenset({"/", "^", "**", "%", "//", "@"})
_ABOVE: Final = re.compile(
    r"(?P<brace>\{\s*)?(?:\\(?P<degrees>circ|degree)|(?P<primes>(?:\\prime\s*|')+)"
    r"|\\(?P<transposed>top|intercal|tran|mathsf\s*\{\s*T\s*\}|mathsf\s+T|mathrm\s*\{\s*T\s*\}|text\s*\{\s*T\s*\})"
    r"|\(\s*(?P<order>[0-9]{1,2})\s*\))(?(brace)\s*\}|(?![A-Za-z]))"
)
_WRITTEN_INDEX: Final = re.compile(
    r"\\(?:mathrm|text|mathit|textrm|operatorname|mathsf|mathbf)\s*\{([^{}\\]*)\}|\\([A-Za-z]+)"
)
_LOGARITHM: Final = re.compile(r"\\log\s*_\s*(?:([2e])(?![0-9])|\{\s*(2|10|e)\s*\})")
"""Logarithms that are functions of the vocabulary."""
_SIMPLE_INDEX: Final = re.compile(r"\{([A-Za-z0-9]+)\}|([A-Za-z0-9])(?![0-9])")
_BARE_INDEX: Final = re.compile(rf"{_WRITTEN_INDEX.pattern}|[0-9]+|.", re.DOTALL)
_PLAIN_INDEX: Final = re.compile(r"\s*\\(?:mathtt|texttt)\s*\{")
_NO_PEEL: Final = re.compile(r"\s*(?:[!'^.(\[_]|\\(?:left|mleft|bigg?l?|Bigg?l?|degree|lbrack|lparen)(?![A-Za-z]))")


class Scripts(Scanner):
    """The part of the tokenizer that reads names, numbers, indices and exponents."""

    __slots__ = ()

    def letters(self, run: str, start: int) -> None:
        """Letters that stand together: a name of several letters that is known, a function, else letters one by one."""
        end = start + len(run)
        whole = len(run) > 1 and run not in self.words and self._means_something(run, start)
        place = start
        while place < end:
            if place == start and whole:
                name = run
            elif run[place - start] == "d" and place + 1 == end and self._is_below_a_differential():
                self.at = end
                if self.differential(place):
                    return
                name = "d"
            else:
                name = self._next_name(place, end)
            self._name(name, place, place + len(name))
            place += len(name)
        self.at = place

    def _means_something(self, run: str, start: int) -> bool:
        """Whether letters are a constant, a function that is written without brackets, or a differential."""
        if run in self.vocabulary.constants or (len(run) >= _LEAST and self._is_prefix(run)):
            return True
        return run[0] == "d" and self._is_differential(run, start)

    def _next_name(self, place: int, end: int) -> str:
        """The name that letters at a place begin with: the longest that is known, a function, or one letter."""
        if self.words:
            found = _WORD.match(self.text, place, place + self.longest)
            word = found[0] if found else ""
            while len(word) > 1:
                if word in self.words:
                    return word
                word = word[:-1]
        spelt = _SPELT.match(self.text, place, end)
        return spelt[0] if spelt else self.text[place]

    def _is_prefix(self, word: str) -> bool:
        signature = self.vocabulary.function(word)
        return signature is not None and signature.prefix

    def _is_differential(self, run: str, start: int) -> bool:
        """Whether letters are `dx` below the bar of `d/dx`, or `dy` above it, or the dx of an answer."""
        if len(run) != 2 or "d" in self.known:
            return False
        if self._is_below_a_differential():
            return True
        if re.compile(r"\s*/\s*(?:d|\\mathrm\s*\{d\})[A-Za-z\\]").match(self.text, start + 2):
            return True
        names = self.conventions.names
        return names is not None and run[1] in names

    def _is_below_a_differential(self) -> bool:
        """Whether `d/`, `dy/` or `d^2/` stands before the place."""
        before = [text for _, text, *_ in self.tokens[-4:]]
        if len(before) < 2 or before[-1] != "/":
            return False
        return before[-2][0] == "d" or (before[-2].isdigit() and before[-4:-2] == ["d", "^"])

    def _name(self, name: str, start: int, end: int) -> None:
        self.tokens.append((NAME, name, start, end, False))
        if len(name) > 1 and self.is_function(name):
            self.begun = len(self.tokens)

    def greek(self, written: str, start: int) -> None:
        """A letter beyond ASCII, or a constant that is one."""
        self._name(read_as(written), start, start + len(written))

    def number(self, written: str, start: int) -> None:
        """A number with what belongs to it: `3{,}5`, `1\\,000`, `1.5\\cdot 10^{-3}`."""
        end = start + len(written)
        following = self.text[end : end + 1]
        if following == "\\" or following == "{" or following == "," or following == " ":
            written, end = self._longer(written, start, end)
        self.at = end
        self.put(NUMBER, written, start, end)

    def _longer(self, written: str, start: int, end: int) -> tuple[str, int]:
        thousands = _THOUSANDS.match(self.text, end)
        decimal = _DECIMAL.match(self.text, end)
        comma = self.text[end : end + 1] == ","
        if decimal and "." not in written and (self.conventions.decimal_comma or not comma):
            if thousands and not self.conventions.decimal_comma:
                span = Span(start, thousands.end())
                digits = self.text[start : span.end].replace("{,}", "").replace("\\,", "")
                help_ = f"write {digits}, or {written}.{decimal[1]}"
                self.fail("a comma between digits reads in two ways", span, help_, codes.COMMA)
            written, end = f"{written}.{decimal[1]}", decimal.end()
        elif thousands and "." not in written and self.text[end] == "\\":
            written, end = written + re.sub(r"\D", "", thousands[0]), thousands.end()
        ten = _TEN.match(self.text, end)
        if ten and self._ten_may_follow():
            written, end = f"{written}e{ten[1] or ten[2]}", ten.end()
        return written, end

    def _ten_may_follow(self) -> bool:
        """Whether a number at the place is all that a power of ten behind it multiplies."""
        return len(self.tokens) != self.begun and not (self.tokens and self.tokens[-1][1] in _NO_TEN_AFTER)

    def raise_(self, start: int) -> None:
        """What stands behind `^`."""
        if self.raised == len(self.tokens):
            self.fail("two exponents stand above one base", Span(start, start + 1), "write {x^a}^b or x^{ab}")
        base = self.raised = -1
        applied = self.begun == len(self.tokens)
        if self.tokens and self.tokens[-1][0] == NAME and not applied:
            base = len(self.tokens) - 1
        following, len_before = self.skip_blanks(), len(self.tokens)
        if not self._is_mark(start):
            self.sign("^", start, start + 1)
            self.script("^", start, following)
            if self.text[self.at : self.at + 1] == "!":
                self._enclose_power(len_before)
        self.raised, self.base = len(self.tokens), base
        if applied:
            self.begun = len(self.tokens)

    def _enclose_power(self, sign: int) -> None:
        """Put brackets round the power whose `^` is the token at `sign`: `e^{x}!` is the factorial of the power."""
        begin, depth = sign - 1, 0
        while begin >= 0:
            text = self.tokens[begin][1]
            depth += (text in CLOSING) - (text in OPENING)
            if depth == 0:
                break
            begin -= 1
        if begin > 0 and self.tokens[begin][1] == "(" and self.tokens[begin - 1][0] == NAME:
            begin -= self.is_function(self.tokens[begin - 1][1])
        begin = max(begin, 0)
        self.tokens.insert(begin, (OPERATOR, "(", self.tokens[begin][2], self.tokens[begin][2], False))
        self.sign(")", self.at, self.at)

    def _is_mark(self, start: int) -> bool:
        """Read what is no exponent, though it is raised: degrees, primes, the T of a transpose."""
        found = _ABOVE.match(self.text, self.at)
        if found is None or (found["order"] and not (found["brace"] and self._differentiates(found))):
            return False
        if found["degrees"]:
            self.sign("°", start, found.end())
        elif found["transposed"]:
            self.sign("ᵀ", start, found.end())
        else:
            primes = found["primes"]
            count = int(found["order"]) if found["order"] else primes.count("'") + primes.count("\\")
            for _ in range(count):
                self.sign("'", start, found.end())
        self.at = found.end()
        return True

    def _differentiates(self, found: re.Match[str]) -> bool:
        """Whether `^{(3)}` stands behind a name, and a bracket follows."""
        behind_name = bool(self.tokens) and self.tokens[-1][0] == NAME
        return behind_name and re.compile(r"\s*(?:\\left\s*)?\(").match(self.text, found.end()) is not None

    def script(self, sign: str, start: int, following: str) -> None:
        """The one token or the braces that stand behind `^`."""
        if following == "{":
            self._braced_exponent()
            return
        if not following or following in "}&":
            self.fail(f"nothing follows {sign}", Span(start, start + 1), f"write {sign}{{...}}")
        if following == "-" or following == "+":
            what = f"in LaTeX {sign}{following} takes only the sign"
            self.fail(what, Span(start, self.at + 1), f"write {sign}{{{following}1}}")
        self.single(sign)
        self.close()

    def _braced_exponent(self) -> None:
        """An exponent in braces; a number or a name, perhaps with a sign, needs no brackets."""
        opened, tokens = self.at, self.tokens
        begin = len(tokens)
        self.sign("(", opened, opened + 1)
        end = self.body(opened)
        count = len(tokens) - begin - 1
        if count == 0:
            self.fail("nothing stands in the braces", Span(opened, end + 1))
        if count == 1 or (count == 2 and tokens[-2][1] == "-"):
            kind, text, start, _, _ = tokens[-1]
            bare = kind == NUMBER or (kind == NAME and not self.is_function(text))
            if bare and not _NO_PEEL.match(self.text, end + 1):
                del tokens[begin]
                first, sign, *_ = tokens[begin]
                tokens[begin] = (first, sign, opened, tokens[begin][3], False)
                tokens[-1] = (kind, text, opened if count == 1 else start, end + 1, True)
                return
        tokens.append((OPERATOR, ")", end, end + 1, True))

    def digit(self, sign: str) -> bool:
        """Read one digit; fail where more follow, of which LaTeX takes only the first."""
        found = re.compile(r"[0-9]+").match(self.text, self.at)
        if found is None:
            return False
        if len(found[0]) > 1 and sign in ("^", "_"):
            both = found[0][:2]
            span = Span(self.at, self.at + 2)
            message = f"in LaTeX {sign}{both} takes only the {both[0]}"
            self.fail(message, span, f"write {sign}{{{found[0][:10]}}}")
        self.put(NUMBER, found[0][0], self.at, self.at + 1)
        self.at += 1
        return True

    def lower(self, start: int) -> None:
        """What stands behind `_`: the index of a name, the base of a logarithm, an index of a tensor."""
        tokens = self.tokens
        place = self.base if self.raised == len(tokens) and self.base >= 0 else len(tokens) - 1
        following = self.skip_blanks()
        if not following or following in "}&":
            self.fail("nothing follows _", Span(start, start + 1), "write _{...}")
        if _PLAIN_INDEX.match(self.text, self.at + 1) and following == "{":
            self._tensor_index()
            return
        if self.begun == len(tokens) and tokens and tokens[-1][1] in ("log", "ln"):
            self._log_base(start, following)
            return
        if place < 0 or tokens[place][0] != NAME or self.is_function(tokens[place][1]):
            what = tokens[place][1] if place >= 0 and tokens[place][0] == NAME else None
            message = f"{what} takes no index" if what else "an index belongs to a name"
            self.fail(message, Span(start, self.at + 1), "write the name directly before it, as in x_1")
        simple = _SIMPLE_INDEX.match(self.text, self.at)
        if simple:
            self.at = simple.end()
        index = (simple[1] or simple[2]) if simple else self.index(start)
        _, name, first, end, _ = tokens[place]
        end = self.at if place == len(tokens) - 1 else end
        tokens[place] = (NAME, self.indexed(name, index), first, end, False)

    def indexed(self, name: str, index: str) -> str:
        """A name with an index: `x_1`, or `x1` where that is what the variable is called."""
        apart = f"{name}_{index}"
        return name + index if name + index in self.known and apart not in self.known else apart

    def index(self, start: int) -> str:
        """The index at the place, as letters, digits and `_`."""
        if self.text[self.at] == "{":
            begin, end = self.braces(self.at)
            self.at = end + 1
            written = self.text[begin:end]
        else:
            found = _BARE_INDEX.match(self.text, self.at)
            written = found[0] if found else ""
            if len(written) > 1 and written.isdigit():
                self.digit("_")
            self.at += len(written)
        spelt = re.sub(r"\s|\\[,;!]", "", _WRITTEN_INDEX.sub(_letters_of_index, written)).strip(",")
        spelt = read_as(spelt.replace(",", "_"))
        if not re.fullmatch(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*", spelt):
            span = Span(start, self.at)
            self.fail("an index is made of letters and digits", span, "write a factor or a sum on the line")
        return spelt

    def _log_base(self, start: int, following: str) -> None:
        """The base of the logarithm that has just been read; some are functions of their own."""
        tokens = self.tokens
        direct = _LOGARITHM.match(self.text, tokens[-1][2])
        if direct:
            self.at = direct.end()
            name = {"2": "log2", "10": "log10", "e": "log"}[direct[1] or direct[2]]
            tokens[-1] = (NAME, name, tokens[-1][2], self.at, False)
            self.begun = len(tokens)
            return
        self.sign(INDEX, start, start + 1)
        if following != "{":
            self.single("_")
        else:
            opened, begin = self.at, len(tokens)
            self.sign("(", opened, opened + 1)
            end = self.body(opened)
            count = len(tokens) - begin - 1
            if count == 0:
                self.fail("the base of the logarithm is missing", Span(opened, end + 1))
            if count == 1 and tokens[-1][0] in (NUMBER, NAME):
                del tokens[begin]
            else:
                self.sign(")", end, end + 1)
        self.begun = len(tokens)

    def _tensor_index(self) -> None:
        """`v_{\\mathtt{0:2}}`: an index of a tensor, as this project writes it in LaTeX."""
        opened = self.at
        outer_end = self.braces(opened)[1]
        begin, end = self.braces(self.text.index("{", opened + 1))
        places = [at for at in range(begin, end) if self.text[at] != "\\"]
        inner = tokenize("".join(self.text[at] for at in places))
        places.append(end)
        self.sign("[", opened, begin)
        columns = zip(inner.kinds[:-1], inner.texts, inner.starts, inner.ends, strict=False)
        for kind, text, start, stop in columns:
            self.put(kind, text, places[start], places[stop - 1] + 1)
        self.sign("]", end, outer_end + 1)
        self.at = outer_end + 1


def _letters_of_index(found: re.Match[str]) -> str:
    """What a command within an index spells."""
    return found[1] if found[1] is not None else LETTERS.get(found[2], f"\\{found[2]}")
