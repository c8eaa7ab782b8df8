"""`gradcli.explain`: the derivation, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from gradcli.explanation import Explanation, explained
from gradcli.language import to_text
from gradcli.language.values import replace
from gradcli.library.arguments import Names, Numeric, Value, bindings, names_of, refuse_unused, text_of, whole_number
from gradcli.library.guard import guarded
from gradcli.library.reprs import WIDTH, pretty, shown
from gradcli.problem import MOST_DIGITS, Problem

if TYPE_CHECKING:
    from gradcli.library.expressions import Expression

MOST_ORDER: Final = 20


def explain(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    order: int = 1,
    partial: Names = (),
    of: str | None = None,
    digits: int | None = None,
    **values: Value,
) -> Working:
    """The derivation of a derivative as one does it by hand: which rule, on which piece, and what it gives.

    The arguments are those of `gradcli.solve`; with values the numbers follow. Raises DiagnosticError where there is no
    derivation by rules, TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> print(gradcli.explain("x^2 ln(x)"))
        d/dx x² ln(x)                product rule: (f g)' = f' g + f g'
          d/dx x² = 2x^(2 - 1) = 2x  power rule: (x^n)' = n x^(n-1)
          d/dx ln(x) = 1/x           derivative of ln: ln(x)' = 1/x
          = 2x ln(x) + x²·1/x = 2x ln(x) + x
        df/dx  2x ln(x) + x
        check  agrees with the engine and with SymPy (at 3 points)
        >>> gradcli.explain("x^2", x=3).grad
        {'x': 6.0}
    """
    problem = Problem(
        text_of(text),
        bindings(at, values),
        None if wrt is None else names_of(wrt, "wrt"),
        order=whole_number(order, "order", MOST_ORDER),
        digits=None if digits is None else whole_number(digits, "digits", MOST_DIGITS),
        of=of,
        partial=names_of(partial, "partial"),
    )
    with guarded():
        refuse_unused(problem, values, explain)
        return Working(explained(problem), problem.digits)


class Working:
    """What came of `gradcli.explain`: the written-out steps of each derivative.

    `str()` is what the command prints, `latex()` what it prints with `--style latex`, `to_dict()` the object of
    `--json`.
    """

    def __init__(self, explanation: Explanation, digits: int | None = None) -> None:
        confirmations = tuple(replace(each, check=each.check.plain) for each in explanation.confirmations)
        self._explanation, self._digits = replace(explanation, confirmations=confirmations), digits

    @property
    def derivative(self) -> dict[str, str]:
        """The derivative by each variable in plain ASCII (`{"x": "2*x"}`), a mixed one by all of its variables."""
        return {_key(each.variables): to_text(each.result) for each in self._explanation.accounts}

    @property
    def grad(self) -> dict[str, Numeric]:
        """The derivatives as numbers; empty where the variables have no values."""
        explanation = self._explanation
        pairs = zip(explanation.accounts, explanation.values, strict=False)
        found = {_key(account.variables): shown_.array for account, shown_ in pairs}
        return {name: cast("Numeric", array.copy() if array.ndim else array.item()) for name, array in found.items()}

    @property
    def check(self) -> dict[str, str]:
        """What the engine and SymPy say to each derivative: `agrees`, `differs`, `undecided`."""
        explanation = self._explanation
        pairs = zip(explanation.accounts, explanation.confirmations, strict=True)
        return {_key(account.variables): found.check.verdict.value for account, found in pairs}

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it."""
        return tuple(note.message for note in self._explanation.notes)

    def latex(self) -> str:
        """The steps as `align*` environments, one for each derivative."""
        from gradcli.render.derivations import latex_text

        return latex_text(self._explanation)

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        from gradcli.render.derivations import explanation_object

        return explanation_object(self._explanation)

    def __str__(self) -> str:
        from gradcli.render.paper import to_paper
        from gradcli.render.steps import explanation_lines

        return "\n".join(text for text, _ in explanation_lines(self._explanation, self._digits, WIDTH, to_paper))

    def __repr__(self) -> str:
        return f"Working(derivative={shown(self.derivative)}, check={shown(self.check)})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Working, (self._explanation, self._digits)

    def _repr_latex_(self) -> str:
        return self.latex()


def _key(variables: tuple[str, ...]) -> str:
    """`x`, however often by that one, or `x,y`."""
    return variables[0] if len(set(variables)) == 1 else ",".join(variables)
