"""The symbolic witness: the tree as SymPy sees it. Importing this imports SymPy."""

from gradcli.calculus.symbolic.text import formulas

__all__ = ["formulas"]
