"""The commands of LaTeX that formulas have, by what they read as, and those that are refused by name."""

from __future__ import annotations

from typing import Final

from gradcli.language.characters import GREEK

LETTERS: Final = {
    **{name: name for name in GREEK.values()},
    **{f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "pi", "sigma", "kappa")},
    **{
        f"var{name}": name for name in ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega")
    },
    **{"omicron": "o", "imath": "i", "jmath": "j", "ell": "l", "hbar": "hbar", "infty": "inf"},
    **{"exponentialE": "e", "capitalDifferentialD": "D"},
}
"""A command to the name that it is; the constants are names, too."""

FUNCTIONS: Final = {
    **{name: name for name in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "sech")},
    **{name: name for name in ("csch", "exp", "ln", "log", "lg", "lb", "max", "min", "det", "arcsin", "arccos")},
    **{name: name for name in ("arctan", "arcsec", "arccsc", "arccot", "arsinh", "arcosh", "artanh", "arcoth")},
    **{name: name for name in ("arsech", "arcsch", "erf", "erfc", "sgn", "sign", "abs", "tg", "ctg", "sh", "ch", "th")},
    **{"sen": "sin", "senh": "sinh", "tgh": "tanh", "cotgh": "coth", "arcsen": "arcsin", "cotan": "cot"},
    **{"arctg": "arctan", "arcctg": "arccot", "cosec": "csc", "cotg": "cot", "tr": "trace", "Tr": "trace"},
}
"""A command to the function that it is; some are packages' or editors'."""

SIGNS: Final = {
    **{"cdot": "*", "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/", "slash": "/", "bmod": "%"},
    **{"vert": "|", "mid": "|", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")"},
    **{"le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!="},
    **{"lt": "<", "gt": ">", "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lgroup": "(", "rgroup": ")"},
    **{"langle": "[", "rangle": "]", "%": "%", "colon": ":", "eq": "=", "InvisibleTimes": "*"},
    **{"surd": "√", "nabla": "∇", "partial": "∂"},
}
"""A command to the operator or bracket that it is."""

BARS: Final = {"lvert": "|(", "rvert": "|)"}
"""Bars whose side is known."""
CALLED: Final = {"lfloor": "floor", "rfloor": "", "lceil": "ceil", "rceil": ""}
"""Brackets that are functions: the opening one to its function, the closing one to nothing."""

SPACES: Final = frozenset({
    *(",", ";", ":", "!", ">", " ", "\n", "\t", "/", "-", "quad", "qquad", "thinspace", "medspace", "thickspace"),
    *("negthinspace", "negmedspace", "negthickspace", "enspace", "enskip", "space", "nobreakspace", "nobreak"),
    *("displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "allowbreak", "relax"),
    *("centering", "noindent", "tiny", "small", "normalsize", "large", "Large", "rm", "it", "bf", "mathstrut"),
    *("nonumber", "notag", "hfill", "strut", "ignorespaces", "null"),
    *(f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")),
})  # fmt: skip
"""Commands that change what a formula looks like, and not what it means."""

FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"})
STYLES: Final = frozenset({
    *("mathrm", "mathit", "mathbf", "mathsf", "mathtt", "mathnormal", "mathup", "mathcal", "mathbb", "mathfrak"),
    *("textrm", "textit", "textbf", "textsf", "texttt", "textup", "textnormal", "text", "mbox", "hbox", "operatorname"),
    *("operatorname*", "boldsymbol", "bm", "pmb", "bold", "symbf", "symrm", "symit", "mathop", "emph"),
})  # fmt: skip
"""Commands that set their argument in a style: several letters are one name there."""
WORDS: Final = frozenset(
    {"text", "mbox", "hbox", "textrm", "textit", "textbf", "textsf", "texttt", "textup", "textnormal", "emph"}
)
"""Those of them that set text."""
CLEAR: Final = frozenset({
    *("boxed", "fbox", "mathbin", "mathrel", "mathord", "mathopen", "mathclose", "mathpunct", "mathinner", "hat"),
    *("vec", "widehat", "overrightarrow", "ensuremath", "smash", "class", "displaylines", "underline", "mathstrut"),
})  # fmt: skip
"""Commands whose argument is read as if they were not there."""
DROPPED: Final = frozenset({"label", "tag", "tag*", "phantom", "hphantom", "vphantom", "hspace", "hspace*", "vspace"})
"""Commands that are left out with their argument."""
COLOURS: Final = frozenset({"color", "textcolor", "colorbox", "htmlClass", "cssId", "htmlId", "style"})
"""Commands whose first argument is left out."""

MATRICES: Final = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "vmatrix"})
CASES: Final = frozenset({"cases", "dcases", "rcases", "cases*", "dcases*"})
LINES: Final = frozenset({
    *("aligned", "align", "align*", "equation", "equation*", "gather", "gather*", "gathered", "split", "multline"),
    *("multline*", "eqnarray", "eqnarray*", "displaymath", "math", "alignedat", "flalign", "flalign*"),
})  # fmt: skip

_PROGRAMS: Final = (
    *("def", "edef", "gdef", "xdef", "let", "futurelet", "newcommand", "renewcommand", "providecommand", "input"),
    *("DeclareMathOperator", "newenvironment", "include", "includegraphics", "usepackage", "documentclass", "write"),
    *("immediate", "openin", "openout", "read", "csname", "endcsname", "catcode", "expandafter", "loop", "repeat"),
    *("newcount", "advance", "the", "jobname", "special", "directlua", "usefont", "newtoks", "toks", "everymath"),
    *("ifx", "if", "else", "fi", "global", "long", "outer", "noexpand", "string", "meaning", "lowercase", "uppercase"),
    *("require", "href", "url", "unicode", "Verb", "verb", "bye", "end", "shipout", "makeatletter", "closeout"),
)


def _refused(names: str, what: str = " is not read", help_: str | None = None) -> dict[str, tuple[str, str | None]]:
    """What is wrong with each of these commands, behind its name, and what to write."""
    return {name: (f"\\{name}{what}", help_) for name in names.split()}


REFUSED: Final[dict[str, tuple[str, str | None]]] = {
    **_refused(" ".join(_PROGRAMS), " is TeX's, and no formula", "write the formula itself"),
    **_refused(
        "int iint iiint oint smallint intop", ": integrals are not read", "write the integral's value, such as x^2/2"
    ),
    **_refused("sum", ": sums over an index are not read", "write the terms, or sum(...) of a list"),
    **_refused("prod", ": products over an index are not read", "write the factors, or prod(...) of a list"),
    **_refused(
        "lim limsup liminf varlimsup varliminf injlim projlim", ": limits are not read", "write the limit's value"
    ),
    **_refused("sup inf", ": what it is taken over is not read", "write max(a, b), min(a, b)"),
    **_refused("prime", " belongs above a function", "write f'(x)"),
    **_refused("pm mp", ": a formula is one, not two", "write + or -, one formula each"),
    **_refused("dots ldots cdots vdots ddots dotsc dotsb hdots dotso", " leaves something out", "write all of it"),
    **_refused(
        "approx equiv sim simeq cong propto doteq coloneqq triangleq", help_="write =, where both sides are equal"
    ),
    **_refused(
        "to rightarrow Rightarrow implies iff Leftrightarrow mapsto longrightarrow",
        " is not read: a formula is one expression",
        "write only the result",
    ),
    **_refused(
        "in notin forall exists subset cup cap setminus emptyset varnothing",
        help_="give the values after at, as in x^2 at x=2",
    ),
    **_refused(
        "bar overline tilde widetilde check breve acute grave mathring",
        " makes another name of a letter, which is not read",
        "write an index instead, as in x_1",
    ),
    **_refused("dot ddot dddot ddddot", " is not read as a derivative", "write a derivative as \\frac{d}{dx}"),
    **_refused("imaginaryI imaginaryJ Re Im", ": complex numbers are not read"),
    **_refused("binom", help_="write a fraction of factorials, as in n!/(k!(n-k)!)"),
    **_refused("land lor vee neg lnot", help_="multiply conditions, as in (x > 0)*(x < 1)"),
    **_refused("wedge", help_="write cross(a, b), or multiply conditions"),
    **_refused("atop above choose", help_="write \\frac{a}{b}"),
    **_refused("otimes", help_="write kron(a, b) or outer(a, b)"),
    **_refused("circ", help_="write f(g(x)) for a function of a function, and x^\\circ for degrees"),
    **_refused("operatornamewithlimits", help_="write \\operatorname{...}"),
    **_refused("underbrace", help_="write only what it stands under"),
    **_refused("overbrace", help_="write only what it stands over"),
    **_refused("cancel", help_="leave out what is cancelled"),
    **_refused("not", help_="write \\ne"),
    **_refused("And coprod oplus"),
    "placeholder": ("there is a gap in the formula", "fill it in"),
}
"""Commands that are no part of a formula that can be calculated: what is wrong, and what to write."""

KNOWN: Final = frozenset({
    *LETTERS, *FUNCTIONS, *SIGNS, *BARS, *CALLED, *SPACES, *FRACTIONS, *STYLES, *CLEAR,
    *("sqrt", "root", "begin", "over", "differentialD", "lVert", "rVert", "Vert", "top", "pmod"),
})  # fmt: skip
"""All that a message may propose for a command that is unknown."""
