"""LaTeX as a dialect of the language: a second tokenizer, whose tokens the one parser reads.

Every letter is a name, unless a name of several letters is known or stands in `\\mathrm{…}`.
`^` and `_` take one token or one pair of braces; a pair of braces right behind a function is its whole argument.
Every token keeps the place in the LaTeX that it comes from, so messages point there.
"""

from gradcli.language.latex.tokenizer import tokenize_latex

__all__ = ["tokenize_latex"]
