"""How much text the language takes. Whatever goes past one of these is a Diagnostic, given quickly."""

MAX_LENGTH = 2_000_000
"""Code points in one source text."""

MAX_DEPTH = 100
"""Levels of whatever nests: brackets, calls, powers, signs, prefix functions, indices and chains of methods.

It bounds the parser's own recursion, and the height of the tree, so that readers of the tree may recurse:
one level makes at most three nodes below one another (a comparison of sums of products).
"""

MAX_DIGITS = 1_000
"""Characters of one number."""

MAX_NOTES = 20
"""Notes on the readings in one text; later ones are dropped, since nobody would read them."""

MAX_AMBIGUITIES = 1_000
"""Places of one text at which it is remembered that others read it differently."""

MAX_REREAD = 400_000
"""Characters that are read again, at most, to say what the notes' other readings are."""
MAX_EXPANSION = 100_000
"""Nodes of the trees that calls of functions of one's own, and derivatives by assigned names, write out in one text."""

MAX_POINTS = 1_000_000
"""Points of one range, and of several together."""

MAX_ORDER = 20
"""How often one derivative may be taken."""
