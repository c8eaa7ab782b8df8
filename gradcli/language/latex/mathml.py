"""MathML, as it is pasted from pages and editors: its tree as LaTeX, which the tokenizer then reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.entities import html5
from typing import Final
from xml.etree import ElementTree

from gradcli.language import codes
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.limits import MAX_DEPTH
from gradcli.language.tree import Span

_ELEMENT: Final = re.compile(r"<(?:\w+:)?math\b.*</(?:\w+:)?math\s*>", re.DOTALL | re.IGNORECASE)
_ENTITY: Final = re.compile(r"&([A-Za-z]+;)")
_KEPT: Final = frozenset({"lt;", "gt;", "amp;", "quot;", "apos;"})
"""Entities that XML has itself."""
_SIGNS: Final = {
    **{"\u2061": " ", "\u2062": " ", "\u2063": ",", "\u2064": "+", "−": "-", "{": r"\{", "}": r"\}", "%": r"\%"},
    **{"&": " ", "·": r"\cdot ", "⋅": r"\cdot ", "×": r"\times ", "÷": r"\div ", "≤": r"\le ", "≥": r"\ge "},
    **{"≠": r"\ne ", "⟨": r"\langle ", "⟩": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil "},
    **{"⌉": r"\rceil ", "‖": r"\|", "∫": r"\int ", "∑": r"\sum ", "∏": r"\prod ", "±": r"\pm "},
}
"""What an operator is in LaTeX, where it is not itself."""
_ROWS: Final = frozenset({"math", "mrow", "mstyle", "mpadded", "merror", "menclose", "mtd", "maction"})
_NOTHING: Final = frozenset({"mspace", "mphantom", "annotation", "annotation-xml", "none", "mprescripts"})
_ACCENTS: Final = frozenset("^→⃗ˆ‾¯_")


def mathml_as_latex(source: str) -> str:
    """The LaTeX of a text whose formula is in MathML. Raises DiagnosticError for what cannot be read."""
    found = _ELEMENT.search(source)
    if found is None:
        raise _refusal(source, "this MathML is not complete")
    if "<!" in source:
        raise _refusal(source, "MathML has no declarations", Span(*found.span()))
    try:
        root = ElementTree.fromstring(_ENTITY.sub(_character, found[0]))
    except ElementTree.ParseError as error:
        raise _refusal(source, f"this MathML is not complete: {error.msg}", Span(*found.span())) from None
    latex = _Converter(source).element(root, 0)
    return f"{source[: found.start()]}\\({latex}\\) {source[found.end() :]}"


def _character(found: re.Match[str]) -> str:
    return found[0] if found[1] in _KEPT else html5.get(found[1], found[0])


def _refusal(source: str, message: str, span: Span | None = None) -> DiagnosticError:
    return DiagnosticError.about(codes.LATEX, message, source, "write the formula, as in 2x^3, or in LaTeX", span)


class _Converter:
    """Elements to LaTeX."""

    def __init__(self, source: str) -> None:
        self._source = source

    def element(self, node: ElementTree.Element, depth: int) -> str:
        """The LaTeX of an element."""
        if depth > MAX_DEPTH:
            raise _refusal(self._source, f"nested deeper than {MAX_DEPTH} levels")
        name = node.tag.rpartition("}")[2]
        text = "".join(node.itertext()).strip() if not len(node) else ""
        inner = [self.element(child, depth + 1) for child in node if name != "semantics"]
        if name in ("mi", "mn", "mo", "mtext", "ms"):
            return _token(name, text)
        if name in _ROWS or (name == "msqrt" and len(inner) != 1):
            row = "".join(inner)
            return f"\\sqrt{{{row}}}" if name == "msqrt" else row
        if name == "semantics":
            return self.element(node[0], depth + 1) if len(node) else ""
        if name in _NOTHING:
            return " "
        if name == "mfenced":
            return _fenced(node, inner)
        if name == "mtable":
            return _table(inner)
        if name in ("mtr", "mlabeledtr"):
            return " & ".join(inner)
        return self._layout(name, inner, node)

    def _layout(self, name: str, inner: Sequence[str], node: ElementTree.Element) -> str:
        """What has a fixed number of children."""
        match name, inner:
            case "mfrac", [above, below]:
                return f"\\frac{{{above}}}{{{below}}}"
            case "msqrt", [radicand]:
                return f"\\sqrt{{{radicand}}}"
            case "mroot", [radicand, degree]:
                return f"\\sqrt[{degree}]{{{radicand}}}"
            case "msup", [base, upper]:
                return f"{_base(node, base)}^{{{upper}}}"
            case "msub", [base, lower]:
                return f"{_base(node, base)}_{{{lower}}}"
            case "msubsup", [base, lower, upper]:
                return f"{_base(node, base)}_{{{lower}}}^{{{upper}}}"
            case (("mover" | "munder"), [base, mark]) if mark.strip() in _ACCENTS:
                return base
            case _:
                raise _refusal(self._source, f"the element {name} is not read here")


def _token(name: str, text: str) -> str:
    if name == "mn":
        return text.replace(",", "{,}")
    if name == "mo":
        if text.isalpha() and text.isascii() and len(text) > 1:
            return f"\\operatorname{{{text}}}"
        return _SIGNS.get(text, text)
    if name == "mi" and (len(text) == 1 or not text.isascii()):
        return _SIGNS.get(text, text)
    return f"\\operatorname{{{text}}}" if name == "mi" else f"\\text{{{text}}}"


def _base(node: ElementTree.Element, base: str) -> str:
    """What an index or an exponent belongs to; a row is grouped by braces, unless it is one bracket."""
    return base if node[0].tag.rpartition("}")[2] in ("mi", "mn", "mo") else f"{{{base}}}"


def _fenced(node: ElementTree.Element, inner: Sequence[str]) -> str:
    opening, closing = node.get("open", "("), node.get("close", ")")
    separator = (node.get("separators", ",").strip() or " ")[0]
    return f"{_SIGNS.get(opening, opening)}{separator.join(inner)}{_SIGNS.get(closing, closing)}"


def _table(rows: Sequence[str]) -> str:
    inside = r" \\ ".join(rows)
    return f"\\begin{{matrix}} {inside} \\end{{matrix}}"
