"""What a derivation says, as values: each application of a rule, and what they come to."""

from __future__ import annotations

from gradcli.language.diagnostics import Diagnostic, DiagnosticError
from gradcli.language.rewriting import Place
from gradcli.language.tree import NOWHERE, Derivative, Equation, Expr, Span
from gradcli.language.values import frozen


@frozen
class Step:
    """One application of a rule.

    `rule` is its key in the table, `title` its name in words and `formula` what it says in general. `expression` is
    differentiated by `variable`; `given` is what the rule gives and `result` the same, simplified. `place` is where
    in the tree the expression stands (of a part of a product, where the product does). `inner` are the steps that this
    one rests on. `letters` name the parts (`u` is `x**2`). `remark` is a condition, in words.
    """

    rule: str
    title: str
    formula: str
    expression: Expr
    variable: str
    given: Expr
    result: Expr
    place: Place = ()
    inner: tuple[Step, ...] = ()
    letters: tuple[tuple[str, Expr], ...] = ()
    remark: str | None = None


@frozen
class Link:
    """One statement of a program on the way from the variable to the result.

    `name` is what it defines, None for the result. `steps` are its derivatives by the variable and by the earlier
    names that depend on the variable; `given` puts these together by the chain rule, in terms of the names, and
    `result` is that, simplified.
    """

    name: str | None
    expression: Expr
    steps: tuple[Step, ...]
    given: Expr
    result: Expr


@frozen
class Derivation:
    """One differentiation: `links` in the order of the program (an expression has one), and the `result`, in which no
    name of the program is left but the variables from outside."""

    variable: str
    links: tuple[Link, ...]
    result: Expr


@frozen
class Account:
    """The derivative of order `len(derivations)` by one variable: each derivation starts from the result before it.

    `entrywise` where the variable is a tensor: then the formulas hold for each of its entries by itself. `count` is the
    name that stands for the number of entries of the tensors where their shapes are not known, None
    where nothing needs it. `carried` are the derivatives inside the expression, which are carried out first.
    `implicit` tells how an equation is differentiated, None where a function is.
    """

    variable: str
    derivations: tuple[Derivation, ...]
    entrywise: bool = False
    count: str | None = None
    carried: tuple[Carried, ...] = ()
    implicit: Implicit | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """What the derivative is by, one variable after the other."""
        return tuple(derivation.variable for derivation in self.derivations)

    @property
    def result(self) -> Expr:
        """The derivative."""
        return self.derivations[-1].result


@frozen
class Along:
    """An expression differentiated along a curve, where one variable depends on the other: `steps` and `result` have
    the name of the slope in them. None of what is constant."""

    expression: Expr
    steps: tuple[Step, ...]
    result: Expr


@frozen
class Implicit:
    """How an equation is differentiated: both `sides`, with the name `slope` for the derivative of `of`, then what
    that makes, `collected` by the slope, and solved for it. `further` are the derivatives of the slope, for those of
    higher order: each with the slope's name in it, which the account's derivations replace.
    """

    of: str
    slope: str
    sides: tuple[Along, Along]
    collected: Equation
    solved: Expr
    further: tuple[Along, ...] = ()


@frozen
class Carried:
    """A derivative inside an expression, carried out.

    `derivative` is as it was written, without those inside it, which are carried out before; `account` how it is
    derived, by a name that nothing else has. `result` stands in its place: that of the account, at the point.
    """

    derivative: Derivative
    account: Account
    result: Expr


class Unexplained(Exception):  # noqa: N818 (an outcome, not a fault)
    """A derivation that cannot be given by rules; `span` is the expression at fault."""

    def __init__(self, code: str, message: str, span: Span = NOWHERE, help: str | None = None) -> None:  # noqa: A002 (Diagnostic's word)
        super().__init__(message)
        self.code, self.message, self.span, self.help = code, message, span, help

    def diagnostic(self, source: str) -> DiagnosticError:
        """The same, located in its source."""
        return DiagnosticError(Diagnostic(self.code, self.message, self.span, source, self.help))


NO_RULE = "E340"
"""There is no rule for an operation."""
NOT_ENTRYWISE = "E341"
"""A tensor's entries are mixed: the derivative by one entry is no formula in that entry."""
TOO_LARGE = "E342"
"""The derivation would be too long or too deep to read."""


def too_large(expr: Expr) -> Unexplained:
    """What is said of a derivation that nobody could read."""
    message, advice = "the derivation is too large to write down", "gradcli without `explain` calculates the derivative"
    return Unexplained(TOO_LARGE, message, expr.span, advice)
