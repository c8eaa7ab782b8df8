"""Ball arithmetic under SymPy's derivatives: numbers that are certain to every digit printed. Importing this imports
python-flint."""

from gradcli.calculus.balls.certify import Certified, Unknown, certify

__all__ = ["Certified", "Unknown", "certify"]
