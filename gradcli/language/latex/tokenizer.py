"""LaTeX to the tokens of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from gradcli.language import characters, codes
from gradcli.language.conventions import Conventions
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.latex.brackets import group_in_square_brackets
from gradcli.language.latex.commands import (
    BARS,
    CALLED,
    CLEAR,
    COLOURS,
    DROPPED,
    FRACTIONS,
    FUNCTIONS,
    KNOWN,
    LETTERS,
    REFUSED,
    SIGNS,
    SPACES,
    STYLES,
    WORDS,
)
from gradcli.language.latex.environments import CONDITIONS, Environments
from gradcli.language.latex.scanner import CLOSING, MARK, OPENING
from gradcli.language.limits import MAX_LENGTH
from gradcli.language.names import BLANKS
from gradcli.language.names import LETTERS as NAME_LETTERS
from gradcli.language.suggestions import did_you_mean
from gradcli.language.tokens import (
    CLOSING_NORM,
    NAME,
    NUMBER,
    OPENING_NORM,
    OPERATOR,
    SUPERSCRIPT,
    SUPERSCRIPT_TEXT,
    Tokens,
    too_long,
)
from gradcli.language.tree import Span
from gradcli.language.values import replace
from gradcli.language.vocabulary import Vocabulary

_NOT_BARE: Final = r"[!'^._]"
"""What begins behind an exponent without brackets that would read on into it."""
_NO_NAME: Final = rf"(?:{_NOT_BARE}|[(\[]|\\(?:m?left|[bB]igg?l?|degree|lbrack|lparen)(?![A-Za-z]))"
_LEXEME: Final = re.compile(
    rf"[{BLANKS}\n~]*+(?:\\(left\(|right\)|[A-Za-z]+\*?|.)|([A-Za-z]+)"
    rf"|\^(?:\{{(-?[0-9]+)\}}|([0-9])(?![0-9]))(?!\s*+{_NOT_BARE})"
    rf"|\^(?:\{{(-?[A-Za-z])\}}|([A-Za-z]))(?!\s*+{_NO_NAME})"
    r"|([0-9]+(?:\.[0-9]+)?(?:[eE][0-9]+)?|\.[0-9]+)(?=(\{,\}|,[0-9]|\\,[0-9]|\s*+\\(?:cdot|times)\s*+1)|)"
    r"|(\*\*|//|[<>=!]=|\.\.\.|[-+*/()\[\],;:=<>|!@.%])|(.))",
    re.DOTALL,
)
_COMMAND, _RUN, _NUMBER_IN_BRACES, _DIGIT, _NAME_IN_BRACES, _LETTER, _DIGITS, _MORE_DIGITS, _SIGN, _OTHER = range(1, 11)
_BINDING: Final = re.compile(
    rf"(?:\bat\b|,)[{BLANKS}]*(?=(\\[A-Za-z]+|[{NAME_LETTERS}][{NAME_LETTERS}0-9_]*)(?:_\w|_\{{\w+\}})?[{BLANKS}]*=(?!=))"
)
_AT: Final = re.compile(rf"(?<![A-Za-z\\_])at[{BLANKS}]+(?=(?:\\[A-Za-z]+|[{NAME_LETTERS}])[^=\s]*[{BLANKS}]*=(?!=))")
_RAISED_FUNCTION: Final = re.compile(r"\s*\^\s*(?:\{[^{}]*\}|[0-9a-z])\s*(?:\\left\s*)?\(")
"""A power and a bracket behind a letter that is a function before brackets."""
_RAISED: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED: Final = re.compile("[₀-₉]+")
_DISPLAYS: Final = {"(": ")", "[": "]"}
_CLOSERS: Final = frozenset({"}"})
_ENDS_OF_FORMULA: Final = frozenset({"}", "&", "\\", "end", "right", "$", ")", "]"})
_NOTHING: Final[frozenset[str]] = frozenset()
_MARKS: Final = {"land": "and", "wedge": "and", "lor": "or", "vee": "or"}


def tokenize_latex(source: str, vocabulary: Vocabulary, known: Collection[str], conventions: Conventions) -> Tokens:
    """The tokens of a text in LaTeX; `known` are the names that are variables, of one letter or several.

    Raises DiagnosticError for whatever cannot be read, and for a text longer than `limits.MAX_LENGTH`.
    """
    if len(source) > MAX_LENGTH:
        raise DiagnosticError(too_long(source))
    if "<math" in source and "</math" in source:
        return _of_mathml(source, vocabulary, known, conventions)
    tokenizer = _Tokenizer(source, vocabulary, known, conventions)
    tokenizer.whole()
    kinds, texts, starts, ends, closed = map(list, zip(*tokenizer.tokens, strict=True))
    return Tokens(kinds, texts, starts, ends, closed)


def _of_mathml(source: str, vocabulary: Vocabulary, known: Collection[str], conventions: Conventions) -> Tokens:
    """The tokens of a formula in MathML; each has the whole text for its span."""
    from gradcli.language.latex.mathml import mathml_as_latex  # with readers of XML, needed for MathML only

    latex = mathml_as_latex(source)
    try:
        tokens = tokenize_latex(latex, vocabulary, known, conventions)
    except DiagnosticError as error:
        found = replace(error.diagnostic, span=Span(0, len(source)), source=source)
        raise DiagnosticError(found) from None
    count = len(tokens.kinds)
    return replace(tokens, starts=[0] * count, ends=[len(source)] * count)


class _Tokenizer(Environments):
    """The main loop: one piece of the text after the other."""

    __slots__ = ("bindings", "display")

    def whole(self) -> None:
        """Read the whole text."""
        self.display: list[tuple[str, int]] = []
        self.bindings = -1
        if "at" in self.text:
            self._foresee_bindings()
        self.until(_NOTHING)
        if self.display:
            opened, place = self.display[-1]
            span = Span(place, place + len(opened))
            closing = f"\\{_DISPLAYS[opened[1]]}" if opened[0] == "\\" else opened
            self.fail(f"{opened} is never closed", span, f"add {closing}", codes.UNCLOSED)
        self.end_of_text()
        if "[" in self.text or "\\lbrack" in self.text:
            group_in_square_brackets(self.tokens, self.text)

    def _foresee_bindings(self) -> None:
        """Find the word `at`, and know the names that are bound behind it."""
        found = list(_AT.finditer(self.text))
        if not found:
            return
        self.bindings = found[-1].start()
        for match in _BINDING.finditer(self.text, self.bindings):
            if len(match[1]) > 1 and match[1][0] != "\\":
                name = match[1].translate(characters.NAMES)
                self.words.add(name)
                self.known.add(name)
                self.longest = max(self.longest, len(name))

    def until(self, stops: frozenset[str]) -> tuple[str, int]:
        """Read up to one of these (or the end of the text, which is nothing); which it is, and where."""
        text, match, tokens = self.text, _LEXEME.match, self.tokens
        while True:
            found = match(text, self.at)
            if found is None:
                return "", len(text)
            kind = found.lastindex or _OTHER
            start, self.at = found.start(kind), found.end()
            piece = found[kind]
            if kind == _SIGN:
                self._sign(piece, start)
            elif kind == _RUN:
                self._run(piece, start)
            elif kind == _COMMAND:
                direct = _DIRECT.get(piece)
                if direct is not None:
                    tokens.append((direct[0], direct[1], start - 1, self.at, False))
                    if direct[2]:
                        self.begun = len(tokens)
                elif piece in stops:
                    return piece, start - 1
                else:
                    self._command(piece, start - 1)
            elif kind == _DIGITS:
                tokens.append((NUMBER, piece, start, self.at, False))
            elif kind == _OTHER:
                if piece in stops:
                    return piece, start
                self._other(piece, start)
            elif kind == _MORE_DIGITS:
                self.number(found[_DIGITS], found.start(_DIGITS))
            else:
                self._raised(kind, piece, start)

    def _run(self, run: str, start: int) -> None:
        """Letters that stand together."""
        if start == self.bindings:
            self.at = start + 2
            self.put(NAME, "at", start, self.at)
        elif self.cases and self._word(run, start):
            return
        elif len(run) == 1 and run != "d" and not (self.words and self.text[self.at : self.at + 1].isdigit()):
            self.tokens.append((NAME, run, start, self.at, False))
        else:
            self.letters(run, start)

    def _raised(self, kind: int, exponent: str, start: int) -> None:
        """An exponent that is one number or one letter, perhaps with a sign, as most are."""
        tokens, end = self.tokens, self.at
        count = len(tokens)
        place = start - 2 if kind in (_NUMBER_IN_BRACES, _NAME_IN_BRACES) else start - 1
        if self.raised == count:
            self.at = place + 1
            self.raise_(place)
            return
        applied = self.begun == count
        self.base = count - 1 if count and tokens[-1][0] == NAME and not applied else -1
        tokens.append((OPERATOR, "^", place, place + 1, False))
        if exponent[0] == "-":
            tokens.append((OPERATOR, "-", place + 1, start + 1, False))
            exponent, place = exponent[1:], start
        tokens.append((NUMBER if kind < _NAME_IN_BRACES else NAME, exponent, place + 1, end, True))
        self.raised = len(tokens)
        if applied:
            self.begun = self.raised

    def body(self, opened: int, begin: int | None = None) -> int:
        """Read what a brace encloses, which opened at a place, or the rest of it; where it is closed."""
        self.descend(opened)
        self.at = opened + 1 if begin is None else begin
        begun = self.begun
        opened_before = len(self.opened)
        stop, place = self.until(_CLOSERS)
        if not stop:
            self.fail("'{' is never closed", Span(opened, opened + 1), "add '}'", codes.UNCLOSED)
        if len(self.opened) != opened_before:
            self.fail("\\left and \\right do not match within the braces", Span(opened, place + 1))
        self.depth -= 1
        self.begun = begun if begun != len(self.tokens) else -1
        return place

    def _word(self, run: str, start: int) -> bool:
        """Read a word that belongs to cases, if these letters are one."""
        mark = CONDITIONS.get(run) if len(run) > 1 else None
        if mark is None or run in self.known:
            return False
        self.put(MARK, mark, start, self.at)
        return True

    def _sign(self, sign: str, start: int) -> None:
        if sign == "%":
            self._comment(start)
        elif sign == "(":
            self.bracket(start)
        else:
            self.tokens.append((OPERATOR, sign, start, self.at, False))

    def _comment(self, start: int) -> None:
        """Step over a comment, which ends a line; fail where it would hide the rest of the text."""
        end = self.text.find("\n", start)
        if end < 0 and self.text[self.at :].strip():
            message = "% begins a comment in LaTeX, which hides the rest"
            self.fail(message, Span(start, self.at), "write \\% for a percent sign, \\bmod for a remainder")
        self.at = len(self.text) if end < 0 else end + 1

    def _other(self, character: str, start: int) -> None:
        match character:
            case "{":
                self.group(start)
            case "}":
                if self.opened:
                    span = Span(self.opened[-1][2], start + 1)
                    self.fail("\\left and \\right do not match within the braces", span)
                self.fail("'}' has no '{' before it", Span(start, start + 1), None, codes.UNOPENED)
            case "^":
                self.raise_(start)
            case "_":
                self.lower(start)
            case "$":
                self._dollar(start)
            case "&":
                self.fail("& stands only in matrices and cases", Span(start, start + 1))
            case "'" | "′" | "’":
                self.sign("'", start, self.at)
            case _:
                self._beyond_ascii(character, start)

    def _beyond_ascii(self, character: str, start: int) -> None:
        raised = _RAISED.match(self.text, start)
        lowered = _LOWERED.match(self.text, start)
        if raised:
            self.at = raised.end()
            self.put(SUPERSCRIPT, SUPERSCRIPT_TEXT, start, self.at)
        elif lowered and self.tokens and self.tokens[-1][0] == NAME:
            self.at = lowered.end()
            _, name, first, _, _ = self.tokens[-1]
            index = lowered[0].translate(characters.NAMES)
            self.tokens[-1] = (NAME, self.indexed(name, index), first, self.at, False)
        elif character in characters.GREEK or character in characters.SYMBOLS:
            self.greek(character, start)
        elif character in characters.OPERATORS:
            self.sign(characters.OPERATORS[character], start, self.at)
        elif character in "°∂∇":
            self.sign(character, start, self.at)
        else:
            raise DiagnosticError(characters.stray(self.source, start))

    def _dollar(self, start: int) -> None:
        sign = "$$" if self.text.startswith("$$", start) else "$"
        self.at = start + len(sign)
        if self.display and self.display[-1][0] == sign:
            self.display.pop()
            return
        self._open(sign, start)

    def _open(self, sign: str, start: int) -> None:
        """Open a display; only one formula stands in a text."""
        if self.display:
            self.fail("a formula begins within a formula", Span(start, start + len(sign)))
        if any(kind != MARK for kind, *_ in self.tokens) and self.tokens[-1][1] not in ("=", "at"):
            self.fail("one formula is read, and this is a further one", Span(start, start + len(sign)))
        self.display.append((sign, start))

    def _command(self, name: str, start: int) -> None:
        if name in _DIRECT:
            kind, text, is_function = _DIRECT[name]
            self.tokens.append((kind, text, start, self.at, False))
            if is_function:
                self.begun = len(self.tokens)
        elif name in FRACTIONS:
            self.fraction(name, start)
        elif name in _HANDLERS:
            _HANDLERS[name](self, name, start)
        elif name not in SPACES:
            self._refuse(name, start)

    def _refuse(self, name: str, start: int) -> None:
        span = Span(start, self.at)
        if self.cases and name in _MARKS:
            self.put(MARK, _MARKS[name], start, self.at)
            return
        if name in REFUSED:
            message, help_ = REFUSED[name]
            self.fail(message, span, help_)
        known = [f"\\{each}" for each in KNOWN if each.isalpha()]
        shown = f"\\{name}" if len(name) < 40 else f"\\{name[:40]}…"
        self.fail(f"unknown command {shown}", span, did_you_mean(f"\\{name}", known))

    def single(self, sign: str) -> None:
        """One token at the place, as `^`, `_` and `\\frac` take it without braces."""
        if self.digit(sign):
            return
        start, character = self.at, self.text[self.at]
        found = _LEXEME.match(self.text, start)
        command = found[_COMMAND] if found is not None else None
        if found is not None and command is not None and command not in SIGNS and command not in SPACES:
            self.at = found.end()
            self.descend(start)
            self._command(command, start)
            self.depth -= 1
        elif character.isascii() and character.isalpha():
            self.at += 1
            self.put(NAME, character, start, self.at)
        elif character in characters.GREEK or character in characters.SYMBOLS:
            self.at += 1
            self.greek(character, start)
        else:
            shown = f"\\{command}" if command else character
            self.fail(f"{sign} takes what follows it, and {shown} is nothing", Span(start, start + len(shown)))

    def bar(self, name: str, start: int) -> None:
        """`\\|x\\|`, `\\lVert x \\rVert`: the norm."""
        if name == "lVert" or (name != "rVert" and not self.norms):
            self.norms.append(start)
            self.sign(OPENING_NORM, start, self.at)
            self.begun = -1
        else:
            if self.norms:
                self.norms.pop()
            self.sign(CLOSING_NORM, start, self.at)
            self.close()

    def called(self, name: str, start: int) -> None:
        """`\\lfloor x \\rfloor`, `\\lceil x \\rceil`."""
        function = CALLED[name]
        if function:
            self.put(NAME, function, start, self.at)
            self.sign("(", self.at, self.at)
            self.begun = -1
        else:
            self.sign(")", start, self.at)
            self.close()

    def clear(self, name: str, start: int) -> None:
        """A command whose argument is read as if it were not there: `\\boxed{2x}`."""
        if self.skip_blanks() != "{":
            self.argument(name, start)
            return
        opened, begin = self.at, len(self.tokens)
        self.body(opened)
        if len(self.tokens) == begin:
            self.fail(f"\\{name} is empty", Span(start, self.at))

    def text_word(self, name: str, start: int) -> None:
        """`\\text{…}`: words of cases, else as other styles are."""
        if self.skip_blanks() == "{":
            begin, end = self.braces(self.at)
            word = self.text[begin:end].strip(" ~\\,;:.")
            if self.cases and word.lower() in CONDITIONS:
                self.at = end + 1
                self.put(MARK, CONDITIONS[word.lower()], start, self.at)
                return
            if word == "at" and self.bindings < 0:
                self.at = end + 1
                self.put(NAME, "at", start, self.at)
                return
        self.styled(name, start)

    def modulo(self, name: str, start: int) -> None:
        """`\\pmod{…}`."""
        self.sign("%", start, self.at)
        self.argument(name, start)

    def open_display(self, name: str, start: int) -> None:
        """`\\(` and `\\[`."""
        self._open(f"\\{name}", start)

    def close_display(self, name: str, start: int) -> None:
        """`\\)` and `\\]`."""
        if not self.display or _DISPLAYS.get(self.display[-1][0][-1]) != name:
            self.fail(f"\\{name} closes nothing", Span(start, self.at), None, codes.UNOPENED)
        self.display.pop()

    def line_break(self, name: str, start: int) -> None:
        """`\\\\` on the line."""
        if self.text[self.at :].strip():
            message = "\\\\ breaks a line only in matrices and cases"
            self.fail(message, Span(start, self.at), "write a blank, or one formula")

    def differential_letter(self, name: str, start: int) -> None:
        """`\\differentialD x`."""
        if not self.differential(start):
            self.put(NAME, "d", start, self.at)

    def gamma(self, name: str, start: int) -> None:
        """`\\Gamma`, which is a function before a bracket, and before a power with a bracket behind it."""
        if _RAISED_FUNCTION.match(self.text, self.at) and name not in self.known:
            self.put(NAME, "torch", start, start)
            self.sign(".", start, start)
            self.put(NAME, "gamma", start, self.at)
            self.begun = len(self.tokens)
        else:
            self.put(NAME, "Gamma", start, self.at)

    def over(self, name: str, start: int) -> None:
        """`{a \\over b}`: a fraction of all that stands before it in the braces, and all behind."""
        tokens = self.tokens
        begin, depth = len(tokens), 0
        while begin and depth <= 0 and not (depth == 0 and tokens[begin - 1][1] in OPENING):
            begin -= 1
            depth += (tokens[begin][1] in OPENING) - (tokens[begin][1] in CLOSING)
        place = tokens[begin][2] if begin < len(tokens) else start
        tokens.insert(begin, (OPERATOR, "(", place, place, False))
        tokens.append((OPERATOR, ")", start, start, True))
        tokens.append((OPERATOR, "/", start, self.at, True))
        self.sign("(", self.at, self.at)
        self.descend(start)
        _, self.at = self.until(_ENDS_OF_FORMULA)
        self.depth -= 1
        tokens.append((OPERATOR, ")", self.at, self.at, True))

    def degrees(self, name: str, start: int) -> None:
        """`30\\degree`."""
        self.sign("°", start, self.at)


def _without_name(method: Callable[[_Tokenizer, int], None]) -> Callable[[_Tokenizer, str, int], None]:
    return lambda tokenizer, name, start: method(tokenizer, start)


_HANDLERS: Final[dict[str, Callable[[_Tokenizer, str, int], object]]] = {
    "sqrt": _Tokenizer.root,
    "root": _Tokenizer.root,
    "left": _without_name(_Tokenizer.left),
    "mleft": _without_name(_Tokenizer.left),
    "right": _without_name(_Tokenizer.right),
    "mright": _without_name(_Tokenizer.right),
    "begin": _without_name(_Tokenizer.environment),
    **dict.fromkeys(STYLES, _Tokenizer.styled),
    **dict.fromkeys(WORDS, _Tokenizer.text_word),
    **dict.fromkeys(CLEAR, _Tokenizer.clear),
    **dict.fromkeys((*DROPPED, *COLOURS), _Tokenizer.raw_argument),
    **dict.fromkeys(CALLED, _Tokenizer.called),
    **dict.fromkeys(("|", "Vert", "lVert", "rVert"), _Tokenizer.bar),
    **dict.fromkeys(("(", "["), _Tokenizer.open_display),
    **dict.fromkeys((")", "]"), _Tokenizer.close_display),
    "\\": _Tokenizer.line_break,
    "pmod": _Tokenizer.modulo,
    "over": _Tokenizer.over,
    "Gamma": _Tokenizer.gamma,
    "left(": _without_name(_Tokenizer.left_bracket),
    "right)": _without_name(_Tokenizer.right_bracket),
    "differentialD": _Tokenizer.differential_letter,
    "degree": _Tokenizer.degrees,
}
"""Commands that take arguments, or that depend on what is around them, by what reads them."""
_DIRECT: Final[dict[str, tuple[int, str, bool]]] = {
    **{command: (NAME, name, False) for command, name in LETTERS.items() if command not in _HANDLERS},
    **{command: (NAME, name, True) for command, name in FUNCTIONS.items()},
    **{command: (OPERATOR, sign, False) for command, sign in (SIGNS | BARS).items()},
}
"""Commands that are one token each: its kind, its text, and whether it is a function."""
