"""The symbolic witness: the tree as SymPy sees it. Importing this imports SymPy."""

from gradcli.calculus.symbolic.derive import Derivation, Entry, derive
from gradcli.calculus.symbolic.limits import NoSymbolicForm
from gradcli.calculus.symbolic.numbers import Undefined, evaluate
from gradcli.calculus.symbolic.text import formulas

__all__ = ["Derivation", "Entry", "NoSymbolicForm", "Undefined", "derive", "evaluate", "formulas"]
