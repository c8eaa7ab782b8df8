"""Text to tree and back. Standard library only; knows nothing of numbers beyond a float.

`parse` reads a program, `parse_binding` one NAME=VALUE, and `to_text` writes a tree in plain ASCII.
Whatever cannot be read is a DiagnosticError: `codes` lists its codes, and `limits` how much text is taken.
`names` says what names beyond ASCII read as (`θ` is `theta`, `x₁` is `x1`), for texts and for all that brings names.
"""

from gradcli.language.diagnostics import Diagnostic, DiagnosticError, Note, line_and_column
from gradcli.language.parser import Parsed, parse, parse_binding, parse_interval
from gradcli.language.printer import to_text
from gradcli.language.rewriting import children, expressions, free_names, walk
from gradcli.language.suggestions import did_you_mean, for_function, for_name
from gradcli.language.tree import Binding, Expr, Program, Span
from gradcli.language.vocabulary import Signature, Vocabulary

__all__ = [
    "Binding",
    "Diagnostic",
    "DiagnosticError",
    "Expr",
    "Note",
    "Parsed",
    "Program",
    "Signature",
    "Span",
    "Vocabulary",
    "children",
    "did_you_mean",
    "expressions",
    "for_function",
    "for_name",
    "free_names",
    "line_and_column",
    "parse",
    "parse_binding",
    "parse_interval",
    "to_text",
    "walk",
]
