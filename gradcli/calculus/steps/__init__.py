"""The rule-based differentiator: the third reader of the tree, by hand as a student does it.

It asks neither the engine nor SymPy. `explain` gives the account of a program's derivative; `differentiate` applies the
rules to one expression, with any rule replaced by another.
"""

from gradcli.calculus.steps.account import Account, Along, Carried, Derivation, Implicit, Link, Step, Unexplained
from gradcli.calculus.steps.differentiate import Known, differentiate
from gradcli.calculus.steps.explain import carried_out, explain
from gradcli.calculus.steps.implicit import explain_equation, explain_mixed
from gradcli.calculus.steps.rules import RULES, Application, Rule, statement
from gradcli.calculus.steps.simplify import simplified

__all__ = [
    "RULES",
    "Account",
    "Along",
    "Application",
    "Carried",
    "Derivation",
    "Implicit",
    "Known",
    "Link",
    "Rule",
    "Step",
    "Unexplained",
    "carried_out",
    "differentiate",
    "explain",
    "explain_equation",
    "explain_mixed",
    "simplified",
    "statement",
]
