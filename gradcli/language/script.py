"""The statements of a program of several statements, which `gradcli run` executes: what expressions are to `tree`.

Whatever computes a value is an expression of `tree`. What Python has besides is read as calls: `print(…)`, `range(3)`,
`a, b` (`tuple`), and an f-string as the sum of its pieces, `'loss ' + format(loss, '.4f')`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from gradcli.language.tree import NOWHERE, Attribute, Expr, Index, Name, ProductOperator, Span
from gradcli.language.values import field, frozen
from gradcli.language.vocabulary import Signature, Vocabulary

Target: TypeAlias = Name | Attribute | Index
AugmentedOperator: TypeAlias = "ProductOperator | str"
"""`+`, `-`, `**`, or an operator of products."""


@frozen
class ScriptVocabulary:
    """What the parser must know of the names of a program.

    `expressions` has every function that may stand without a dot, `methods` what may follow one,
    and `attributes` what follows one without brackets.
    `modes` are the contexts of `with`, and whether each takes an argument.
    """

    expressions: Vocabulary
    methods: Mapping[str, Signature]
    attributes: frozenset[str]
    modes: Mapping[str, bool]


@frozen
class ExpressionStatement:
    """An expression on a line of its own."""

    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Assign:
    """`target = value`; `a = b = value` has two targets."""

    targets: tuple[Target | Unpacking, ...]
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Unpacking:
    """`a, b` before `=`: the value has as many parts."""

    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class AugmentedAssign:
    """`target += value`; `operator` is what stands before the `=`."""

    target: Target
    operator: AugmentedOperator
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class For:
    """`for target in iterable: body`."""

    target: Name | Unpacking
    iterable: Expr
    body: tuple[Statement, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class With:
    """`with mode(): body`; `argument` is that of `set_grad_enabled(…)`."""

    mode: str
    argument: Expr | None
    body: tuple[Statement, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class If:
    """`if test: body … else: otherwise`; an `elif` is an If in `otherwise`."""

    test: Expr
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span = field(default=NOWHERE, compare=False)


Statement: TypeAlias = "ExpressionStatement | Assign | AugmentedAssign | For | With | If"


@frozen
class Script:
    """A program: its statements in order."""

    statements: tuple[Statement, ...]
    span: Span = field(default=NOWHERE, compare=False)

    def expressions(self) -> list[Expr]:
        """The expressions of the statements and of those in their blocks, in the order of the text."""
        return list(_expressions(self.statements))


def _expressions(statements: Sequence[Statement]) -> Iterator[Expr]:
    for statement in statements:
        match statement:
            case ExpressionStatement(value=value) | Assign(value=value) | AugmentedAssign(value=value):
                yield value
            case For(iterable=iterable, body=body):
                yield iterable
                yield from _expressions(body)
            case With(argument=argument, body=body):
                if argument is not None:
                    yield argument
                yield from _expressions(body)
            case If(test=test, body=body, otherwise=otherwise):
                yield test
                yield from _expressions((*body, *otherwise))
