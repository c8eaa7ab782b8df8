"""What stands around an answer and is no part of it: tags, quotes, dollar signs, a full stop, and what says that an
answer follows: `y' =`, `\\frac{dy}{dx} =`, `Answer:`, `the derivative is`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gradcli.homework.reading.text import Edit, Written, closing, joined, outside, split
from gradcli.operations import vocabulary

_SPACING: Final = re.compile(
    r"\\(?:left|right|mathrm|mathit|mathbf|operatorname|text|vec|displaystyle|q?quad)(?![A-Za-z])\*?"
    r"|\\[,;:!() \[\]]|[\s${}]"
)
_FRACTION: Final = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}|(\S))\s*(?:\{([^{}]*)\}|(\w+))")
_PLAIN: Final = (
    (re.compile(r"\^?\s*\{?\s*\\prime(?![A-Za-z])\s*\}?|\^?'"), "'"),
    (re.compile(r"\\partial(?![A-Za-z])|∂|𝜕|\\mathrm\s*\{?d\}?|\\differentialD|ⅆ"), "d"),
    (re.compile(r"\\nabla(?![A-Za-z])|\\operatorname\{grad\}"), "∇"),
    (re.compile(r"\^\{(\w+)\}"), r"^\1"),
    (re.compile('"'), "''"),
    (re.compile(r"\\dot\s*\{?\s*(\w)\s*\}?|([xy])\u0307"), r"\1\2'"),
    (re.compile(r"\\ddot\s*\{?\s*(\w)\s*\}?"), r"\1''"),
    (re.compile(r"\s(?:prime|strich)\b"), "'"),
    (re.compile("²"), "^2"),
    (re.compile("³"), "^3"),
)
_NAME: Final = r"[^\W\d_](?:_?\w)?"
_DERIVATIVES: Final = re.compile(
    "|".join(
        (
            rf"{_NAME}'+(?:\(.*\))?",  # y', f''(x)
            rf"{_NAME}\^?\(\w+\)\(.*\)",  # f^(2)(x)
            rf"{_NAME}_\w+(?:\(.*\))?",  # f_x, f_x(x,y)
            rf"d(?:\^?\d)?(?:{_NAME}(?:\([^/]*\))?|\(.*\)|\[.*\])?/d{_NAME}.*",  # dy/dx, d/dx f(x), d(x^2)/dx
            rf"D(?:_\w+)?(?:\^?\d)?(?:{_NAME})?(?:\(.*\))?",  # D_x f, Df(x)
            r"(?:∇|grad|gradient|nabla|jacobian|hessian)(?:\^?2)?\W*\w?(?:\(.*\))?",
            r"[HJ](?:_?\w)?(?:\(.*\))?",
            r"[(\[].*[)\]]'+",  # (x^2)'
            r"(?:diff|derivative|differentiate|deriv|ddx|D)[(\[].*[)\]]",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
"""What denotes a derivative, without blanks and in plain text."""
_APART: Final = re.compile(r"\s*[^\W\d_]\s+\w")
_RAISED: Final = re.compile(rf"({_NAME})\^?\(\w+\)\(")
"""The third derivative `f^(3)(x)`; of a variable a product, `x(3)(x)`."""
_FUNCTION: Final = re.compile(rf"({_NAME})(?:\(\w+(?:,\w+)*\))?")
"""A name for what is asked: y, f(x), g(u,v)."""
AND: Final = re.compile(r"(?:[,;]\s*|\s)(?:and|und|et|&)\s|\\text\s*\{\s*(?:and|und)\s*\}")
_LEAD: Final = re.compile(
    r"(?:(?:so|thus|hence|therefore|then|finally|daher|somit|donc|luego|i (?:got|get|think)|it(?:'s| is)"
    r"|we (?:get|have|find)|that is|i\.e\.|das ist|on a)\b[,:]?\s+"
    r"|(?:∴|⇒|=>|->|→|⟹|\\(?:Rightarrow|therefore|implies|to)(?![A-Za-z]))\s*)+",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?:(?:my|the|final|our|die|der|das|meine|la|le|el|il|first|second|partial|erste|zweite|right|correct)\s+)*"
    r"(?:answer|ans|sol|soln|solution|result|derivative|gradient|slope|response|hessian|jacobian|value"
    r"|antwort|lösung|ergebnis|ableitung|steigung|gradiente?|réponse|dérivée|respuesta|solución|derivada|risposta|derivata"
    r"|svar|antwoord|resposta|odpowiedź|ответ|производная|答案|解答|导数|導数)"
    r"(?:\s+(?:of|with respect to|wrt|von|de|in|at|by|nach)\s+[^:=]{1,40}?)*"
    r"(?:\s*(?::=|[:=≈])|\s+(?:is|are|equals|ist|est|es|è|lautet|gives|равна|равен)\b:?)\s*",
    re.IGNORECASE,
)
_SHORT_WORDS: Final = re.compile(r"(?:ans|soln?|res|antw|lsg|erg|resp)\.\s*(?=\S)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(?:Q|No\.?|Nr\.?|Aufgabe|Question|Part|#)\s*\d*[a-z]?\s*(?:[:)]|\.(?!\d))\s*(?=\S)")
_PART: Final = r"([ivx]{1,4}|[IVX]{1,4}|[A-Za-z]|[0-9]{1,2}[a-z]?)"
_LISTED: Final = re.compile(rf"{_PART}\)(\s*)(?=\S)|([A-Za-z])\.(\s+)(?=\S)")
"""`a) 2x`, `1) 2x`, `a. 2x`: the bracket has no opening one, so that it belongs to no product."""
_BRACKETED: Final = re.compile(rf"\({_PART}\)(\s+)(?=\S)")
"""`(a) 2x`, which may as well be a product."""
_ORDINAL: Final = re.compile(r"([0-9]{1,2})\.(\s+)(?=\S)")
_GOES_ON: Final = re.compile(r"[-+*/^=·×⋅÷!)]|\\(?:cdot|times|div)(?![A-Za-z])")
"""What follows a part of a product or a sum, and begins no answer; but for a minus sign."""
_LETTERS: Final = frozenset("abcdefgh")
"""Variables of a question that may number a part of it, too."""
_EQUALS: Final = re.compile(
    r"(?::=|(?<![<>!=:])=)(?!=)|->|→|\\(?:to|rightarrow)(?![A-Za-z])|≔|≈|≃|≅|≡|\\(?:approx|equiv|simeq|coloneqq|cong)(?![A-Za-z])"
)
_TELLING: Final = re.compile(r"['∇_]|/d|[A-Za-z]{3}")
"""What a derivative's name has that is more than a letter, perhaps with a bracket."""
_REMARK: Final = re.compile(r"[^\W\d_]{2,}(?:[\s']+[^\W\d_]+)+|\s*")
"""Words, as in `by the chain rule, y' = 2x`."""
_COLON: Final = re.compile(r":(?!=)|\s(?:is|ist|equals)\s")


def without_label(written: Written, names: frozenset[str], is_list: bool = False) -> Written:
    """The text without what says that an answer follows; of several terms that are said to be equal, the last.

    `names` are the question's variables: `y = 2x` is an equation where y is one of them. Of a list, each component may
    have its label: `f_x = 2x, f_y = 3`.
    """
    for pattern in (_LEAD, _WORDS, _SHORT_WORDS, _NUMBERED):
        found = pattern.match(written.text)
        if found is not None and written.text[found.end() :].strip():
            written = written.part(found.end())
    written = written.part(_number_end(written.text, names, is_list))
    if _EQUALS.search(written.text) is None and _COLON.search(written.text) is None:
        return written
    parts = split(_with_commas(written, names) if is_list else written, ",;\n")
    ends = [_label_end(part.text, names, count > 0 and not is_list, is_list) for count, part in enumerate(parts)]
    if is_list and len(parts) > 1 and all(ends):
        bare = [part.part(end).stripped() for part, end in zip(parts, ends, strict=True)]
        return joined(piece for count, part in enumerate(bare) for piece in ((", ",) if count else ()) + (part,))
    if any(ends) and (len(parts) == 1 or not is_list or not any(ends[1:])):
        last = max(place for place, end in enumerate(ends) if end)
        before = zip(parts[:last], ends[:last], strict=True)
        if not all(end or _REMARK.fullmatch(part.text.strip()) for part, end in before):
            return written  # there is another answer before the label
        return written.part(sum(len(part.text) + 1 for part in parts[:last]) + ends[last])
    return written


def without_number(written: Written, names: frozenset[str]) -> Written | None:
    """The text without what may be the number of the part that it answers, and may as well be a factor: `(1) x^2`."""
    found = _BRACKETED.match(written.text) or _ORDINAL.match(written.text)
    if found is None or (found[1] in names and found[1] not in _LETTERS):
        return None
    sign = _GOES_ON.match(written.text, found.end())
    return written.part(found.end()) if sign is None or sign[0] == "-" else None


def number_in(text: str) -> str:
    """What numbers a part at the start of a text; nothing where nothing does."""
    found = _LISTED.match(text) or _BRACKETED.match(text) or _ORDINAL.match(text)
    return "" if found is None else found[0].strip()


def _number_end(text: str, names: frozenset[str], is_list: bool) -> int:
    """Where the answer begins behind what can only be the number of its part; 0 where there is none, or it may be a
    part of the answer."""
    found = _LISTED.match(text)
    if found is not None:
        number, blanks = found[1] or found[3], found[2] or found[4]
        sign = _GOES_ON.match(text, found.end())
        is_variable = number in names and number not in _LETTERS
        may_begin = not is_variable and (sign is None or (sign[0] == "-" and number not in names))
        is_apart = bool(blanks) or (number not in names and (number.isalpha() or text[found.end()].isdigit()))
        return found.end() if may_begin and is_apart else 0
    found = _BRACKETED.match(text)
    if found is None:
        return 0
    if _label_end(text[found.end() :], names, strict=True, is_list=is_list):
        return found.end()
    has_value = found[1][0].isdigit() or found[1] in names or found[1] in ("e", "E") or (is_list and found[1] in "ijk")
    return 0 if has_value or _GOES_ON.match(text, found.end()) else found.end()


def _with_commas(written: Written, names: frozenset[str]) -> Written:
    """The text with commas between components: for the word `and`, and before a label that only a blank precedes."""
    places = set(outside(written.text))
    words = (each for each in AND.finditer(written.text) if each.start() in places)
    written = written.edited((each.start(), each.end(), ",") for each in words)
    text = written.text
    edits = []
    for before, sign in pairwise(_signs(text, _EQUALS)):
        between = text[before.end() : sign.start()].rstrip()
        blank = max(between.rfind(" "), between.rfind("\t"))
        term = between[: max(blank, 0)].strip()
        if term and term[-1] not in ",;" and is_label(between[blank:], names):
            edits.append((before.end() + blank, before.end() + blank + 1, ","))
    return written.edited(edits)


def _label_end(text: str, names: frozenset[str], strict: bool, is_list: bool) -> int:
    """Where the last of equal terms begins, the first of which is a label; 0 where none is. A strict label denotes a
    derivative."""
    signs = _signs(text, _EQUALS)
    if not signs:
        colon = next(iter(_signs(text, _COLON)), None)
        left = "" if colon is None else plain(text[: colon.start()])
        is_told = _TELLING.search(left) is not None  # D : x is a quotient
        is_one = is_told and _denotes_derivative(left, names)
        is_one = is_one or (is_list and len(left) > 1 and is_label(left, names))
        return colon.end() if colon is not None and is_one else 0
    left = text[: signs[0].start()]
    is_one = _denotes_derivative(plain(left), names) if strict else is_label(left, names)
    return signs[-1].end() if is_one else 0


def is_label(text: str, names: frozenset[str]) -> bool:
    """Whether what stands left of an equals sign says only what stands right of it."""
    shown = plain(text)
    function = _FUNCTION.fullmatch(shown)
    is_product = _APART.match(text) is not None
    if (
        function is not None
        and not is_product
        and function[1] not in names
        and function[1] not in vocabulary().functions
    ):
        return True
    return not shown or _denotes_derivative(shown, names) or _WORDS.fullmatch(f"{text.strip()}=") is not None


def plain(text: str) -> str:
    """A label in plain text: without blanks, braces and what LaTeX needs besides."""
    for pattern, new in _PLAIN:
        text = pattern.sub(new, text)
    text = _FRACTION.sub(lambda found: f"{found[1] or found[2] or ''}/{found[3] or found[4] or ''}", text)
    return _SPACING.sub("", text).lstrip(".")


def _denotes_derivative(shown: str, names: frozenset[str]) -> bool:
    if shown in names or _DERIVATIVES.fullmatch(shown) is None:
        return False
    raised = _RAISED.match(shown)
    is_sum = "/d" not in shown and any(shown[at] in "+-*" for at in outside(shown))
    return not is_sum and (raised is None or raised[1] not in names)


def _signs(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Where a sign stands outside brackets."""
    found = list(pattern.finditer(text))
    if not found:
        return []
    places = set(outside(text))
    return [each for each in found if each.start() in places]


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
    for opening, ending in _PAIRS:
        inner = text[len(opening) : len(text) - len(ending)]
        if len(text) < len(opening) + len(ending) or not (text.startswith(opening) and text.endswith(ending)):
            continue
        if opening not in inner and ending not in inner and inner.strip():
            return written.part(len(opening), len(text) - len(ending))
    boxed = _BOXED.match(text)
    if boxed is None:
        return written
    rest = written.part(boxed.end())
    if rest.text.startswith("{") and closing(rest.text, 0, "{}") == len(rest.text) - 1:
        return rest.part(1, len(rest.text) - 1)
    return rest if "boxed" not in boxed[0] and "fbox" not in boxed[0] else written


def _without_end(written: Written) -> Written:
    """The text without the full stop or the like that ends it."""
    if written.text[-1:].isalnum() and not written.text.lower().endswith("quad"):
        return written
    found = _END.search(written.text)
    return written if found is None else written.part(0, found.start())
