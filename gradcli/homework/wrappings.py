"""What stands around an answer and is no part of it: tags, quotes, dollar signs, `y' =`, `Answer:`, a full stop."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from gradcli.homework.labels import without_label
from gradcli.homework.written import Edit, Written

MATHML: Final = re.compile(r"<(?:\w+:)?math\b.*?</(?:\w+:)?math>", re.DOTALL | re.IGNORECASE)
ROUNDS: Final = 12
"""How many wrappings one answer may have."""

_TEX: Final = re.compile(
    r"<annotation\s[^>]*encoding\s*=\s*[\"']application/x-tex[\"'][^>]*>(.*?)</annotation>", re.DOTALL | re.IGNORECASE
)
_EQUATION: Final = re.compile(
    r"<img\s[^>]*?data-equation-content\s*=\s*([\"'])(.*?)\1[^>]*>", re.DOTALL | re.IGNORECASE
)
_NAMES: Final = (
    "p|br|div|span|b|i|u|em|strong|sub|sup|font|code|pre|tt|kbd|samp|var|small|big|mark|h[1-6]|li|ul|ol|td|tr|table"
    "|tbody"
)
_TAG: Final = re.compile(rf"<(/?)({_NAMES})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>]+))*\s*/?>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAGS: Final = {"sup": "^(", "/sup": ")", "sub": "_", "br": "\n", "/p": "\n", "/div": "\n", "/li": "\n", "/tr": "\n"}
"""What tags mean in a formula; all others mean nothing."""
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff\u0302\u20d7]")
_SIGNS: Final = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("–—‐‑‒―﹣⁃", "-"),
        **dict.fromkeys("•∙●⋆∗", "*"),
        **dict.fromkeys("’‘′`´", "'"),
        **dict.fromkeys("“”″", '"'),
        **dict(zip("ˆ∣¦‚؛、，。；：", "^||,;,,.;:", strict=True)),
        **{"î": "i", "ĵ": "j", "\r": "\n"},
    }
)
"""Signs that a keyboard, a word processor or a PDF file puts for others: one for one."""
_PAIRS: Final = (
    ("```", "```"),
    ("**", "**"),
    ("$$", "$$"),
    ("$", "$"),
    ("\\(", "\\)"),
    ("\\[", "\\]"),
    ("''", "''"),
    ('"', '"'),
    ("'", "'"),
    ("„", '"'),
    ("«", "»"),
    ("»", "«"),
    ("‹", "›"),
    ("「", "」"),
    ("\\begin{equation}", "\\end{equation}"),
    ("\\begin{equation*}", "\\end{equation*}"),
    ("\\begin{align*}", "\\end{align*}"),
)
"""What people and programs put around a formula. (Backticks and curly quotes are straight by then.)"""
_OPENING: Final = frozenset({opening[0] for opening, _ in _PAIRS})
_BOXED: Final = re.compile(r"\\(?:boxed|fbox|displaystyle|ensuremath|mathrm\{\s*\}|text\{\s*\})(?![A-Za-z])\s*")
_END: Final = re.compile(
    r"(?:\(\s*(?:simplified|final(?: answer)?|answer|vereinfacht|q\.?e\.?d\.?)\s*\)|(?<=\s)[:;]-?\)"
    r"|(?<=\s)\((?:by|using|from|via|see|nach|mit|durch|siehe)\s[^()]*\)"
    r"|(?<=[0-9])\s+(?:units?|einheiten)(?![A-Za-z])"
    r"|(?<!\.)\.|[;,?∎□]|\\\\|\\[,;:! ]|\\q?quad(?![A-Za-z])|\s)+\Z",
    re.IGNORECASE,
)


def without_markup(written: Written) -> Written:
    """The text without tags of HTML and characters that nobody sees, its entities and signs as one types them; MathML
    as LaTeX. Raises DiagnosticError, located in the MathML, for MathML that cannot be read."""
    text = written.text
    if "<" in text:
        for pattern, group in ((_TEX, 1), (_EQUATION, 2)):
            found = pattern.search(text)
            if found is not None:
                around = MATHML.search(text) or found
                written = written.edited(
                    [(around.start(), found.start(group), ""), (found.end(group), around.end(), "")]
                )
                break
        element = MATHML.search(written.text)
        if element is not None:
            from gradcli.language.latex.mathml import mathml_as_latex  # with readers of XML, needed for MathML only

            written = written.edited([(*element.span(), mathml_as_latex(element[0]))])
        written = written.edited(_tags(written.text))
    if "&" in text:
        written = written.edited(_entities(written.text))
    if written.text.isascii() and "`" not in written.text and "\r" not in written.text:
        return written
    written = written.substituted(_INVISIBLE, "")
    return Written(written.text.translate(_SIGNS), written.origins)


def unwrapped(written: Written, names: frozenset[str], is_list: bool = False) -> Written:
    """The answer alone, of a text of which only that is one: without quotes, dollar signs, labels and full stops."""
    for _ in range(ROUNDS):
        before = written.text
        written = _without_end(_without_pair(written.stripped()))
        written = without_label(written, names, is_list)
        if written.text == before:
            break
    return written


def _tags(text: str) -> Iterator[Edit]:
    for found in _TAG.finditer(text):
        yield found.start(), found.end(), _TAGS.get((found[1] + found[2]).lower(), "")


def _entities(text: str) -> Iterator[Edit]:
    for found in _ENTITY.finditer(text):
        plain = html.unescape(found[0])
        if plain != found[0]:
            yield found.start(), found.end(), plain


def _without_pair(written: Written) -> Written:
    """The text without one pair of what stands around it."""
    text = written.text
    if text[:1] not in _OPENING:
        return written
    for opening, closing in _PAIRS:
        inner = text[len(opening) : len(text) - len(closing)]
        if len(text) < len(opening) + len(closing) or not (text.startswith(opening) and text.endswith(closing)):
            continue
        if opening not in inner and closing not in inner and inner.strip():
            return written.part(len(opening), len(text) - len(closing))
    boxed = _BOXED.match(text)
    if boxed is None:
        return written
    rest = written.part(boxed.end())
    if rest.text.startswith("{") and _closes_at_end(rest.text):
        return rest.part(1, len(rest.text) - 1)
    return rest if "boxed" not in boxed[0] and "fbox" not in boxed[0] else written


def _closes_at_end(text: str) -> bool:
    """Whether the first brace is closed by the last character."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return at == len(text) - 1
    return False


def _without_end(written: Written) -> Written:
    """The text without the full stop or the like that ends it."""
    if written.text[-1:].isalnum() and not written.text.lower().endswith("quad"):
        return written
    found = _END.search(written.text)
    return written if found is None else written.part(0, found.start())
