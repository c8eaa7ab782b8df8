"""Characters beyond ASCII: those that the language reads, and what to say of those that it does not."""

from __future__ import annotations

from typing import Final

from gradcli.language import codes
from gradcli.language.diagnostics import Diagnostic
from gradcli.language.tree import Span

_LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi _ pi rho sigma sigma tau "
    "upsilon phi chi psi omega"
)
_UPPER = {
    **{"Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma"},
    **{"Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"},
}
_VARIANTS = {"ϑ": "theta", "ϕ": "phi", "ϖ": "pi", "ϱ": "rho", "ϵ": "epsilon", "\u00b5": "mu", "\u2126": "Omega"}

GREEK: Final = {
    **{chr(0x3B1 + place): name for place, name in enumerate(_LOWER.split()) if name != "_"},
    **_UPPER,
    **_VARIANTS,
}
"""A Greek letter to the ASCII name that it is read as: `θ` and `theta` are one variable.
Letters that look like Latin ones (Α, ο, Χ …) are left out: they are look-alikes."""

SYMBOLS: Final = {"π": "pi", "τ": "tau", "∞": "inf"}
"""Constants written as one character; they end a name, so `2πr` is `2*pi*r`."""

OPERATORS: Final = {
    **dict.fromkeys("·⋅×∗\u0387", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("−–‒‐‑", "-"),
    **dict.fromkeys("‖∥", "‖"),
    **dict.fromkeys("′″‴’´", "'"),
    **{"≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "\u2063": ",", "\u2064": "+"},
    **{sign: sign for sign in "°ᵀ∂∇√∛"},
}
"""A character to the operator that it is read as."""

SPACES: Final = "\u00a0\u2000-\u200a\u202f\u205f\u2061\u2062\u3000"
"""The blanks beyond ASCII, of which pasted texts are full, as a range for a regular expression.
Two of them are invisible signs, between a function and its argument and between two factors: a blank says the same."""

RAISED: Final = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "0123456789-+()abcdefghijklmnoprstuvwxyz", strict=True)
)
"""Raised digits, signs, brackets and letters, and the plain ones."""
SUPERSCRIPTS: Final = str.maketrans(RAISED)
"""Raised characters to plain ones."""

FRACTIONS: Final = {
    **{"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5)},
    **{"⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8)},
    **{"⅑": (1, 9), "⅒": (1, 10)},
}
"""What stands above and below in the fractions that are one character."""

NAMES: Final = str.maketrans({**GREEK, **SYMBOLS, **{chr(0x2080 + digit): str(digit) for digit in range(10)}})
"""Letters and subscript digits beyond ASCII to what a name reads as: `x₁` is `x1`."""

_LOOKALIKES = {
    **dict(zip("АВЕКМНОРСТХаеорсухіјѕЅІЈԁһ", "ABEKMHOPCTXaeopcyxijsSIJdh", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True)),
    **dict.fromkeys("—―", "-"),
    **dict.fromkeys("•∙●", "*"),
    **dict.fromkeys("’‘′`´", "'"),
    **dict.fromkeys("“”″", '"'),
    **dict(zip("ˆ∣¦‚؛", "^||,;", strict=True)),
}
_HELP = {
    "$": "write the expression without $ signs",
    "\\": "a backslash begins a command of LaTeX, as in \\sin x",
    **dict.fromkeys("{}", "write ( and ) for grouping, [ and ] for lists"),
    "&": "multiply conditions instead: (x > 0)*(x < 1)",
    "~": "write 1 - condition, or where(condition, a, b)",
    "?": "write where(condition, a, b)",
    "∑": "write sum(...)",
    "∏": "write prod(...)",
    "±": "write + or -, one expression each",
}
_UNNAMED = {0: "NULL", 7: "BELL", 8: "BACKSPACE", 11: "LINE TABULATION", 12: "FORM FEED", 27: "ESCAPE", 127: "DELETE"}


def name_of(character: str) -> str:
    """The Unicode name of a character, or its code point where it has none."""
    import unicodedata  # needed for an error only

    return unicodedata.name(character, _UNNAMED.get(ord(character), f"U+{ord(character):04X}"))


def lookalike(character: str) -> str | None:
    """What ASCII text a character looks like, if it looks like any."""
    import unicodedata

    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/").strip()
    return plain if plain.isascii() and plain.isprintable() and plain not in ("", character) else None


def stray(source: str, offset: int) -> Diagnostic:
    """The Diagnostic for the character at `offset`, which begins no token."""
    character = source[offset]
    span = Span(offset, offset + 1)
    shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
    alike = None if character.isascii() else lookalike(character)
    if alike is None:
        message = f"stray character {shown} ({name_of(character)})"
        return Diagnostic(codes.STRAY_CHARACTER, message, span, source, _HELP.get(character))
    message = f"{shown} ({name_of(character)}) only looks like {alike}"
    return Diagnostic(codes.LOOKALIKE_CHARACTER, message, span, source, f"type {alike} on the keyboard")
