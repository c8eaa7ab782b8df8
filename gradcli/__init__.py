"""gradcli: a gradient calculator for the command line and for Python. `gradcli.engine` is its autograd engine, usable
by itself.

The names below are imported when they are first used, so that `import gradcli` costs nothing:

    solve       value and derivatives of an expression at a point, checked
    check       whether an answer is the derivative of a function, and the mistake in it where it is not
    grade       a whole class's answers
    explain     the derivation, rule by rule
    minimize    a minimum, certified, and what it is
    critical_points  all critical points in a range, each proved
    plot        functions and their derivatives, as a picture
    graph       the recorded graph after backward, as a tree or a picture
    taylor      a Taylor polynomial
    tangent     the tangent to a graph or a curve
    parse       an Expression: a function of its names, with `.grad`, `.derivative` and `.latex`

    >>> import gradcli
    >>> found = gradcli.solve("x^2 y", x=3, y=2)
    >>> found.value, found.grad["x"], found.derivative["x"]
    (18.0, 12.0, '2*x*y')
    >>> gradcli.check("x^2", "2x").verdict
    'correct'

In IPython and Jupyter, `%load_ext gradcli` gives `%gradcli EXPR x=3` and `%%grad`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # to type checkers it is True by its name; to import `typing` would cost more than all else here
if TYPE_CHECKING:
    from typing import Any, Final

    from gradcli import engine
    from gradcli.language.diagnostics import DiagnosticError
    from gradcli.library.checking import Assessment, check
    from gradcli.library.criticals import Critical, CriticalPoints, critical_points
    from gradcli.library.explaining import Working, explain
    from gradcli.library.expressions import Expression, parse
    from gradcli.library.grading import Grade, Grades, grade
    from gradcli.library.graphing import RecordedGraph, graph
    from gradcli.library.minimizing import Optimum, minimize
    from gradcli.library.nearby import TangentLine, TaylorPolynomial, tangent, taylor
    from gradcli.library.notebook import load_ipython_extension
    from gradcli.library.plotting import Picture, plot
    from gradcli.library.solving import Calculation, CheckVerdict, solve

__version__ = "0.2.0"

_ROOMS: Final = {
    name: module
    for module, names in {
        "gradcli.language.diagnostics": "DiagnosticError",
        "gradcli.library.checking": "Assessment check",
        "gradcli.library.criticals": "Critical CriticalPoints critical_points",
        "gradcli.library.explaining": "Working explain",
        "gradcli.library.expressions": "Expression parse",
        "gradcli.library.grading": "Grade Grades grade",
        "gradcli.library.graphing": "RecordedGraph graph",
        "gradcli.library.minimizing": "Optimum minimize",
        "gradcli.library.nearby": "TangentLine TaylorPolynomial tangent taylor",
        "gradcli.library.notebook": "load_ipython_extension",
        "gradcli.library.plotting": "Picture plot",
        "gradcli.library.solving": "Calculation CheckVerdict solve",
    }.items()
    for name in names.split()
}
"""The module of each name, imported when the name is first used."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "engine":
        return import_module("gradcli.engine")
    if name not in _ROOMS:
        raise AttributeError(f"module 'gradcli' has no attribute {name!r}", name=name)
    found = globals()[name] = getattr(import_module(_ROOMS[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Assessment",
    "Calculation",
    "CheckVerdict",
    "Critical",
    "CriticalPoints",
    "DiagnosticError",
    "Expression",
    "Grade",
    "Grades",
    "Optimum",
    "Picture",
    "RecordedGraph",
    "TangentLine",
    "TaylorPolynomial",
    "Working",
    "check",
    "critical_points",
    "engine",
    "explain",
    "grade",
    "graph",
    "load_ipython_extension",
    "minimize",
    "parse",
    "plot",
    "solve",
    "tangent",
    "taylor",
]
