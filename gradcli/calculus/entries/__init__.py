"""The tree read entry by entry: every expression becomes an array whose entries an Arithmetic makes.

SymPy's formulas (`symbolic`) and certified numbers (`balls`) are two arithmetics under this one reading, which knows
shapes, dimensions and what a loss function is, and not a single number or derivative.
"""

from gradcli.calculus.entries.arithmetic import Arithmetic, Element, Entries, NoForm, scalar
from gradcli.calculus.entries.reading import Reading

__all__ = ["Arithmetic", "Element", "Entries", "NoForm", "Reading", "scalar"]
