"""LaTeX answers: pylatexenc reads them into nodes, which are written in our own language and parsed as such.

Every piece of the new text remembers where in the LaTeX it comes from, so that messages point there. In LaTeX a letter
is a name: `xy` is x times y, unless the question has a variable xy, or the letters spell a function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from gradcli.homework.notations import Written, with_lists
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Span, parse
from gradcli.language.characters import GREEK
from gradcli.language.limits import MAX_DEPTH
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

LATEX: Final = "A210"
"""LaTeX that cannot be read, or that means nothing in an answer."""
MISSING: Final = "A211"
"""The library that reads LaTeX is not installed."""

FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
STYLES: Final = frozenset({"mathrm", "operatorname", "text", "mathit", "mathbf", "mathsf", "textrm", "textit", "mbox"})
SPACES: Final = frozenset(
    {",", ";", ":", "!", " ", "quad", "qquad", "thinspace", "displaystyle", "textstyle", "limits", "left", "right"}
    | {f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")}
)
SIGNS: Final = {
    "cdot": "*",
    "times": "*",
    "ast": "*",
    "div": "/",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "lbrack": "[",
    "rbrack": "]",
    "lparen": "(",
    "rparen": ")",
    "{": "(",
    "}": ")",
    "infty": " inf ",
    "langle": "⟨",
    "rangle": "⟩",
    "top": "T",
    "intercal": "T",
}
ACCENTS: Final = frozenset({"hat", "vec", "widehat", "overrightarrow", "boldsymbol", "bm"})
"""What is drawn round a vector and changes nothing."""
VARIANTS: Final = {
    "imath": "i",
    "jmath": "j",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
}
LETTERS: Final[Mapping[str, str]] = {name: name for name in GREEK.values()} | VARIANTS
MATRICES: Final = frozenset({"pmatrix", "bmatrix", "matrix", "smallmatrix"})
_WORD = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"[0-9.]+")
_REASONS: Final = {
    "circ": "degrees are not read",
    "degree": "degrees are not read",
    "prime": "a derivative sign is not read",
    "pm": "an answer is one expression, not two",
    "mp": "an answer is one expression, not two",
    "int": "an integral is not read",
    "partial": "a derivative sign is not read",
    "sum": "a sum sign is not read",
    "lim": "a limit is not read",
}


def read_latex(text: str, names: Sequence[str], *, is_list: bool = False) -> tuple[Expr, tuple[Note, ...], Written]:
    """The expression that LaTeX writes, and its text in our language; `is_list` says that an answer is a list, which
    may be written in other ways. Raises DiagnosticError."""
    translation = _Translation(text, names)
    translation.run()
    written = translation.written()
    if is_list:
        lists = with_lists(written.text)
        written = Written(lists.text, tuple(written.origins[at] for at in lists.origins))
    try:
        parsed = parse(written.text, vocabulary(), names)
    except DiagnosticError as error:
        found = error.diagnostic
        help_ = None if found.help is None or "LaTeX" in found.help else found.help
        span = written.original(found.span)
        raise DiagnosticError(Diagnostic(found.code, found.message, span, text, help_)) from None
    if parsed.program.bindings or parsed.program.assignments or "=" in written.text:
        translation.refuse("an equation is no answer", Span(0, len(text)), "write only one side of it")
    return parsed.program.result, tuple(Note(note.message) for note in parsed.notes), written


class _Translation:
    """One LaTeX text on its way into our language."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = frozenset(names)
        self.pieces: list[str] = []
        self.offsets: list[int] = []

    def run(self) -> None:
        """Translate the whole text."""
        self._check_depth()
        try:
            from pylatexenc.latexwalker import LatexWalker, LatexWalkerError
        except ImportError:
            message = "reading LaTeX takes a library that is not installed"
            raise DiagnosticError(
                Diagnostic(MISSING, message, Span(0, 0), self.text, "pip install 'gradcli[latex]'")
            ) from None
        try:
            nodes, start, length = LatexWalker(self.text, tolerant_parsing=False).get_latex_nodes()
        except LatexWalkerError as error:
            position = min(int(getattr(error, "pos", 0) or 0), len(self.text))
            first = str(getattr(error, "msg", error)).splitlines()[0]
            self.refuse(f"this LaTeX is not complete: {first}", Span(position, min(position + 1, len(self.text))))
        end = start + length
        if self.text[end:].strip():
            self.refuse("this LaTeX is not read to its end", Span(end, len(self.text)))
        formulas = [node for node in nodes if type(node).__name__ == "LatexMathNode"]
        if len(formulas) > 1:
            span = Span(formulas[1].pos, formulas[1].pos + formulas[1].len)
            self.refuse("an answer is one formula, and these are several", span)
        self._nodes(nodes)

    def written(self) -> Written:
        """The text in our language, and where in the LaTeX each character comes from."""
        last = max(len(self.text) - 1, 0)
        pairs = zip(self.pieces, self.offsets, strict=True)
        origins = (min(max(offset + inside, 0), last) for piece, offset in pairs for inside in range(len(piece)))
        return Written("".join(self.pieces), tuple(origins))

    def refuse(self, message: str, span: Span, help: str | None = None) -> NoReturn:  # noqa: A002
        """Raise the Diagnostic."""
        raise DiagnosticError(Diagnostic(LATEX, message, span, self.text, help))

    def _check_depth(self) -> None:
        depth = 0
        for place, character in enumerate(self.text):
            depth += (character == "{") - (character == "}")
            if depth > MAX_DEPTH:
                self.refuse(f"the answer is nested deeper than {MAX_DEPTH} levels", Span(place, place + 1))

    def _put(self, text: str, position: int) -> None:
        if not text:
            return
        self.pieces.append(text)
        self.offsets.append(position)

    def _nodes(self, nodes: Sequence[Any]) -> None:
        at = 0
        while at < len(nodes):
            at = self._node(nodes, at)

    def _node(self, nodes: Sequence[Any], at: int) -> int:
        """Translate the node at a place, with what belongs to it; the place after."""
        node = nodes[at]
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            return self._characters(nodes, at)
        if kind == "LatexMacroNode":
            return self._macro(nodes, at)
        if kind == "LatexGroupNode":
            self._group(node)
        elif kind == "LatexMathNode":
            self._put(" (", node.pos)
            self._nodes(node.nodelist)
            self._put(") ", node.pos + node.len)
        elif kind == "LatexEnvironmentNode":
            self._environment(node)
        elif kind == "LatexSpecialsNode" and node.specials_chars == "~":
            self._put(" ", node.pos)
        else:
            shown = self.text[node.pos : node.pos + node.len]
            self.refuse(f"{shown[:20]!r} means nothing here", Span(node.pos, node.pos + node.len))
        return at + 1

    def _group(self, node: Any) -> None:
        """`{…}`, in brackets."""
        if not node.nodelist:
            return
        self._put("(", node.pos)
        self._nodes(node.nodelist)
        self._put(")", node.pos + node.len - 1)

    def _characters(self, nodes: Sequence[Any], at: int) -> int:
        """Letters one by one, numbers, signs; `^` and `_` at the end take the next node."""
        node = nodes[at]
        text = node.chars
        place = 0
        while place < len(text):
            character = text[place]
            position = node.pos + place
            word, number = _WORD.match(text, place), _NUMBER.match(text, place)
            if word:
                self._word(word[0], position)
                place += len(word[0])
            elif number:
                self._number(number[0], position)
                place += len(number[0])
            elif character == "^":
                place, at = self._script(nodes, at, place + 1, "^")
                if place < 0:
                    return at
            elif character == "_":
                place, at = self._script(nodes, at, place + 1, "_")
                if place < 0:
                    return at
            elif character == "[" or character == "]":
                self._put(character if "," in self.text or ";" in self.text else "()"[character == "]"], position)
                place += 1
            else:
                self._put(character, position)
                place += 1
        return at + 1

    def _number(self, digits: str, position: int) -> None:
        """A number, kept apart from a name before it: x2 is x times 2."""
        if self.pieces and self.pieces[-1][-1].isalpha():
            self._put(" ", position - 1)
        self._put(digits, position)

    def _script(self, nodes: Sequence[Any], at: int, place: int, sign: str) -> tuple[int, int]:
        """What is raised or lowered: one character, or the next node. Returns the place in this node's text (or -1),
        and the node that follows."""
        node = nodes[at]
        text = node.chars
        while place < len(text) and text[place] == " ":
            place += 1
        position = node.pos + place
        if place < len(text):
            character = text[place]
            if character.isdigit() and place + 1 < len(text) and text[place + 1].isdigit():
                both = text[place : place + 2]
                message = f"in LaTeX {sign}{both} takes only the {character}"
                self.refuse(message, Span(position, position + 2), f"write {sign}{{{both}}}")
            self._scripted(sign, character, position)
            return place + 1, at
        if at + 1 >= len(nodes):
            self.refuse(f"nothing follows {sign}", Span(position - 1, position))
        following = nodes[at + 1]
        if sign == "_":
            self._index(self._name_of(following), following.pos)
            return -1, at + 2
        inner = self._literal(following)
        self._put("^", position - 1)
        if inner is not None:
            self._put(inner, following.pos)
            return -1, at + 2
        if type(following).__name__ == "LatexGroupNode":
            self._group(following)
            return -1, at + 2
        self._put("(", following.pos)
        after = self._node(nodes, at + 1)
        self._put(")", following.pos)
        return -1, after

    def _literal(self, node: Any) -> str | None:
        """`{2}` and `{-1}` without their brackets, as in sin^2 and sin^-1."""
        if type(node).__name__ != "LatexGroupNode":
            return None
        inner = self.text[node.pos + 1 : node.pos + node.len - 1].strip()
        return inner if re.fullmatch(r"-?\d+", inner) else None

    def _scripted(self, sign: str, character: str, position: int) -> None:
        if sign == "_":
            self._index(character, position)
        elif character == "*" or character == "'":
            self.refuse(f"^{character} is not read", Span(position, position + 1))
        elif character == "-":
            self.refuse("in LaTeX ^- takes only the sign", Span(position, position + 1), "write ^{-1}")
        else:
            self._put("^", position - 1)
            self._put(character, position)
            self._put(" ", position + 1)

    def _index(self, index: str, position: int) -> None:
        """The index of the name before it: x_1, or x1 where the question has a variable that is called so."""
        base = self.pieces[-1].strip() if self.pieces else ""
        self._put(index if base + index in self.names else "_" + index, position)

    def _name_of(self, node: Any) -> str:
        inner = self.text[node.pos : node.pos + node.len].strip("{} ")
        if not re.fullmatch(r"[A-Za-z0-9]+", inner):
            self.refuse("an index is made of letters and digits", Span(node.pos, node.pos + node.len))
        return inner

    def _word(self, word: str, position: int) -> None:
        """Letters that stand together: a known name, a function, else a product of letters."""
        if word in self.names or (word in OPERATIONS and len(word) > 1) or word in CONSTANTS:
            self._put(" " + word, position - 1)
            return
        if word in ("or", "and", "if"):
            self.refuse(
                f"an answer is one expression, and {word!r} joins several", Span(position, position + len(word))
            )
        for place, letter in enumerate(word):
            self._put(" " + letter, position + place - 1)

    def _macro(self, nodes: Sequence[Any], at: int) -> int:
        node = nodes[at]
        name = node.macroname
        if name in SPACES:
            self._put(" ", node.pos)
            return self._delimiter(nodes, at + 1) if name in ("left", "right") else at + 1
        if name in SIGNS:
            self._put(SIGNS[name], node.pos)
            return at + 1
        if name in FRACTIONS:
            return self._fraction(nodes, at)
        if name == "sqrt":
            return self._root(nodes, at)
        if name in ACCENTS:
            (argument,), after = self._arguments(nodes, at, 1)
            self._enclosed(argument)
            return after
        if name in STYLES:
            return self._styled(nodes, at)
        if name in ("log", "ln", "lg"):
            return self._logarithm(nodes, at)
        if name == "pi":
            self._put(" pi ", node.pos)
        elif name in LETTERS:
            self._put(" " + LETTERS[name], node.pos)
            self._space_after(nodes, at)
        elif name in OPERATIONS and OPERATIONS[name].prefix:
            self._put(" " + name, node.pos)
            self._space_after(nodes, at)
        else:
            reason = _REASONS.get(name, f"\\{name} means nothing here")
            self.refuse(reason, Span(node.pos, node.pos + max(node.len, 1)))
        return at + 1

    def _space_after(self, nodes: Sequence[Any], at: int) -> None:
        """A blank after a name, but where an index or a power follows."""
        following = nodes[at + 1] if at + 1 < len(nodes) else None
        text = getattr(following, "chars", "") if following is not None else ""
        if not text.startswith(("^", "_")):
            self._put(" ", nodes[at].pos)

    def _delimiter(self, nodes: Sequence[Any], at: int) -> int:
        """`\\left.` draws nothing; other delimiters are read as they are."""
        if at < len(nodes) and getattr(nodes[at], "chars", "").startswith("."):
            self.refuse("an invisible bracket means nothing here", Span(nodes[at].pos, nodes[at].pos + 1))
        return at

    def _arguments(self, nodes: Sequence[Any], at: int, count: int) -> tuple[list[Any], int]:
        """The arguments of a macro: those that the library found, else the groups that follow."""
        node = nodes[at]
        found = list(node.nodeargd.argnlist) if node.nodeargd is not None and node.nodeargd.argnlist else []
        found = [each for each in found if each is not None]
        at += 1
        while len(found) < count:
            while at < len(nodes) and getattr(nodes[at], "chars", "x").isspace():
                at += 1
            if at >= len(nodes) or type(nodes[at]).__name__ != "LatexGroupNode":
                span = Span(node.pos, node.pos + node.len)
                self.refuse(f"\\{node.macroname} needs {count} arguments in braces", span)
            found.append(nodes[at])
            at += 1
        return found, at

    def _enclosed(self, node: Any) -> None:
        """An argument in brackets."""
        self._put("(", node.pos)
        self._nodes(node.nodelist if type(node).__name__ == "LatexGroupNode" else [node])
        self._put(")", node.pos + node.len - 1)

    def _fraction(self, nodes: Sequence[Any], at: int) -> int:
        (above, below), after = self._arguments(nodes, at, 2)
        upper, lower = (self.text[each.pos : each.pos + each.len].strip("{} ") for each in (above, below))
        if re.match(r"(\\mathrm\{)?d\}?\s*[a-zA-Z]?\b", upper) and re.match(r"(\\mathrm\{?)?d\}?\s*[a-zA-Z]$", lower):
            span = Span(nodes[at].pos, below.pos + below.len)
            self.refuse("a derivative sign is not read", span, "write only the answer")
        self._put("(", nodes[at].pos)
        self._enclosed(above)
        self._put("/", below.pos)
        self._enclosed(below)
        self._put(")", below.pos + below.len - 1)
        return after

    def _root(self, nodes: Sequence[Any], at: int) -> int:
        node = nodes[at]
        found, after = self._arguments(nodes, at, 1)
        inner = found[-1]
        index = self.text[found[0].pos : found[0].pos + found[0].len].strip("[]{} ") if len(found) > 1 else "2"
        if index not in ("2", "3"):
            if not index.isdigit() or int(index) % 2:
                span = Span(node.pos, node.pos + node.len)
                self.refuse("only square, cube and even roots are read", span, "write a power, as in x^{1/5}")
            self._enclosed(inner)
            self._put(f"^(1/{index})", node.pos)
            return after
        self._put(" sqrt" if index == "2" else " cbrt", node.pos)
        self._enclosed(inner)
        return after

    def _styled(self, nodes: Sequence[Any], at: int) -> int:
        """`\\mathrm{…}`: upright letters are a name or a function."""
        (argument,), after = self._arguments(nodes, at, 1)
        inner = self.text[argument.pos : argument.pos + argument.len].strip("{} ")
        span = Span(nodes[at].pos, argument.pos + argument.len)
        if inner == "d":
            self.refuse("d is a differential, and the derivative has none", span, "leave it out")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", inner):
            if re.search(r"[A-Za-z]\s+[A-Za-z]", inner):
                self.refuse("words are no answer", span)
            self._enclosed(argument)
            return after
        self._put(f" {inner}", argument.pos)
        self._space_after(nodes, after - 1)
        return after

    def _logarithm(self, nodes: Sequence[Any], at: int) -> int:
        """The logarithm, perhaps to a base, which then needs its argument in brackets."""
        node = nodes[at]
        name = {"log": "log", "ln": "log", "lg": "log10"}[node.macroname]
        following = getattr(nodes[at + 1], "chars", "") if at + 1 < len(nodes) else ""
        if not following.lstrip().startswith("_"):
            self._put(" " + name, node.pos)
            self._space_after(nodes, at)
            return at + 1
        rest = following.lstrip()[1:].lstrip()
        if rest:
            base, tail = rest[0], rest[1:]
            consumed = len(following) - len(tail)
        else:
            if at + 2 >= len(nodes):
                self.refuse("the base of the logarithm is missing", Span(node.pos, node.pos + node.len))
            base, tail, consumed = self.text[nodes[at + 2].pos :][: nodes[at + 2].len].strip("{} "), "", -1
        if base not in ("2", "10", "e"):
            span = Span(node.pos, node.pos + node.len)
            self.refuse(f"the logarithm to base {base} is not read", span, "write ln(x)/ln(a)")
        self._put({"2": " log2", "10": " log10", "e": " log"}[base] + " ", node.pos)
        if consumed < 0:
            return at + 3
        rest = _Characters(following[consumed:], nodes[at + 1].pos + consumed)
        return self._node([*nodes[: at + 1], rest, *nodes[at + 2 :]], at + 1)

    def _environment(self, node: Any) -> None:
        if node.environmentname not in MATRICES:
            message = f"the environment {node.environmentname} is not read"
            self.refuse(message, Span(node.pos, node.pos + node.len))
        body = self.text[node.pos : node.pos + node.len]
        inner = re.sub(r"^\\begin\{\w+\}|\\end\{\w+\}$", "", body)
        offset = node.pos + body.index(inner)
        rows = [row for row in re.split(r"\\\\", inner) if row.strip()]
        column = all("&" not in row for row in rows)
        self._put("[", node.pos)
        for count, row in enumerate(rows):
            if count:
                self._put(",", offset)
            cells = row.split("&")
            if not column:
                self._put("[", offset)
            for place, cell in enumerate(cells):
                if place:
                    self._put(",", offset)
                self._cell(cell, offset)
                offset += len(cell) + 1
            if not column:
                self._put("]", offset)
            offset += 1
        self._put("]", node.pos + node.len - 1)

    def _cell(self, cell: str, offset: int) -> None:
        inner = _Translation(cell, tuple(self.names))
        inner.run()
        for piece, position in zip(inner.pieces, inner.offsets, strict=True):
            self._put(piece, offset + position)


class LatexCharsNode:
    """Characters that are left of a node when its beginning has been read."""

    def __init__(self, chars: str, pos: int) -> None:
        self.chars, self.pos, self.len = chars, pos, len(chars)


_Characters = LatexCharsNode
