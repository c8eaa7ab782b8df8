"""The codes of the language's Diagnostics: stable, and each for one kind of mistake."""

EXPECTED_VALUE = "E101"
"""A value is missing: `2*x + * 3`, `x +`, `()`."""

EXPECTED_OPERATOR = "E102"
"""Something follows a complete value that can neither continue nor multiply it: `2 3`, `x 2`."""

UNCLOSED = "E103"
"""A bracket or a bar is never closed."""

UNOPENED = "E104"
"""A closing bracket closes nothing, or not what was opened."""

STRAY_CHARACTER = "E105"
"""A character that the language has no use for; named by its Unicode name."""

LOOKALIKE_CHARACTER = "E106"
"""A character that only looks like one the language has: Cyrillic х, fullwidth x."""

MALFORMED_NUMBER = "E107"
"""Not a number: `1.2.3`, `0x10`."""

NUMBER_RANGE = "E108"
"""A number too large, too small or too long for a float."""

COMMA = "E109"
"""A comma outside a list or an argument list: `1,000`, `3,5`."""

UNKNOWN_FUNCTION = "E110"
"""No function of that name, or a function of another library."""

UNKNOWN_ATTRIBUTE = "E111"
"""No method or attribute of that name."""

ARGUMENT_COUNT = "E112"
"""Too few or too many arguments."""

KEYWORD = "E113"
"""A keyword argument that is unknown, given twice or in the wrong place."""

MISSING_ARGUMENT = "E114"
"""A function without an argument, or without the brackets that it needs."""

NO_INVERSE = "E115"
"""`f^-1` of a function whose inverse has no name."""

RAGGED = "E116"
"""The rows of a tensor literal differ in length."""

CHAINED_COMPARISON = "E117"
"""`a < b < c`."""

DERIVATIVE_NOTATION = "E118"
"""A derivative that says not of what, by what or how often: `d/dx`, `x'`, `diff(x*y)`, `dy/dx` of no y."""

NAME = "E119"
"""A word that cannot be a name here: reserved, a function's, with a leading underscore."""

BINDING = "E120"
"""A binding that is not NAME=VALUE."""

NOT_CONSTANT = "E121"
"""A bound value that depends on a name."""

DUPLICATE_BINDING = "E122"
"""A name bound twice."""

STATEMENT = "E123"
"""Statements out of order, or an assignment to something that is no name."""

EMPTY = "E124"
"""No expression at all."""

TOO_DEEP = "E125"
"""Nested deeper than `limits.MAX_DEPTH`."""

TOO_LONG = "E126"
"""Longer than `limits.MAX_LENGTH`."""

EQUATION = "E127"
"""An equation that is none to calculate with: `a = b = c`, `x^2 = 4`, or one that is not the last statement."""

RECURSION = "E128"
"""A function of one's own that calls itself."""

TOO_LARGE = "E129"
"""Calls of functions of one's own that write out more than `limits.MAX_EXPANSION`."""

INDENTATION = "E130"
"""A line of a program that is not indented as the lines around it ask."""

BLOCK = "E131"
"""`for`, `with` or `if` without its colon, or without what it is about."""

TARGET = "E132"
"""An assignment to something that cannot be assigned to."""

IMPORT = "E133"
"""An import of something else than torch."""

UNSUPPORTED = "E134"
"""A statement of Python that programs do not have."""

FORMAT = "E135"
"""A field of an f-string that cannot be read."""

RANGE = "E136"
"""A range of points that has none, or too many: `x=0:1:0`."""

LATEX = "E140"
"""LaTeX that cannot be read, or that means nothing in a formula; refused by name where it has one."""
