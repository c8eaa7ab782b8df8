"""gradcli: a gradient calculator for the command line and for Python. `gradcli.engine` is its autograd engine, usable
by itself.

The names below are imported when they are first used, so that `import gradcli` costs nothing:

    solve       value and derivatives of an expression at a point, checked
    check       whether an answer is the derivative of a function, and the mistake in it where it is not
    grade       a whole class's answers
    explain     the derivation, rule by rule
    minimize    a minimum, certified, and what it is
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
    from gradcli.library.explaining import Working, explain
    from gradcli.library.expressions import Expression, parse
    from gradcli.library.grading import Grade, Grades, grade
    from gradcli.library.minimizing import Optimum, minimize
    from gradcli.library.notebook import load_ipython_extension
    from gradcli.library.solving import Calculation, CheckVerdict, solve

__version__ = "0.1.0"

_ROOMS: Final = {
    "Assessment": "gradcli.library.checking",
    "Calculation": "gradcli.library.solving",
    "CheckVerdict": "gradcli.library.solving",
    "DiagnosticError": "gradcli.language.diagnostics",
    "Expression": "gradcli.library.expressions",
    "Grade": "gradcli.library.grading",
    "Grades": "gradcli.library.grading",
    "Optimum": "gradcli.library.minimizing",
    "Working": "gradcli.library.explaining",
    "check": "gradcli.library.checking",
    "explain": "gradcli.library.explaining",
    "grade": "gradcli.library.grading",
    "load_ipython_extension": "gradcli.library.notebook",
    "minimize": "gradcli.library.minimizing",
    "parse": "gradcli.library.expressions",
    "solve": "gradcli.library.solving",
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
    "DiagnosticError",
    "Expression",
    "Grade",
    "Grades",
    "Optimum",
    "Working",
    "check",
    "engine",
    "explain",
    "grade",
    "load_ipython_extension",
    "minimize",
    "parse",
    "solve",
]
