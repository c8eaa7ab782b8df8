"""The expression tree: what every reader (engine, SymPy, steps, printers) reads.

Nodes are small immutable values. Spans are left out of comparison, so two texts that read alike give equal trees.
Sums and products are n-ary, left to right, so that a sum of 100,000 terms is one node and not 100,000 levels: the depth
of a tree is the depth of its brackets, calls, powers and signs, and the parser bounds it (`limits.MAX_DEPTH`).
Readers may therefore recurse.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

from gradcli.language.values import field, frozen

ProductOperator: TypeAlias = Literal["*", "/", "//", "%", "@"]
ComparisonOperator: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!="]


@frozen
class Span:
    """Half-open range of code points in the source text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)


@frozen
class Number:
    """A real literal. `text` is the literal as a plain decimal (`0.1`, `2e3`), so that SymPy can read it exactly."""

    text: str
    value: float
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Constant:
    """`True`, `False` or `None`, as arguments take them."""

    value: bool | None
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Text:
    """A quoted string, as a few keyword arguments take it (`reduction='sum'`)."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Name:
    """A variable, or a mathematical constant that nobody bound (`pi`, `e`, `tau`, `inf`)."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Negation:
    """`-operand`. A unary plus leaves no node."""

    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Term:
    """A summand with its sign; the first term of a Sum always has `negative=False`."""

    value: Expr
    negative: bool = False


@frozen
class Sum:
    """`t0 ± t1 ± …`, two terms or more, evaluated left to right."""

    terms: tuple[Term, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Factor:
    """A factor with the operator before it; the first factor of a Product always has `*`."""

    value: Expr
    operator: ProductOperator = "*"


@frozen
class Product:
    """`f0 ∘ f1 ∘ …`, two factors or more, evaluated left to right (implicit products are `*`)."""

    factors: tuple[Factor, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Power:
    """`base ** exponent`."""

    base: Expr
    exponent: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Comparison:
    """`left < right`, or another comparison."""

    left: Expr
    operator: ComparisonOperator
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Keyword:
    """A keyword argument of a call."""

    name: str
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Call:
    """A function of the vocabulary on its arguments. `function` is the canonical name: `ln x`, `log(x)` and `x.log()`
    are one tree."""

    function: str
    arguments: tuple[Expr, ...]
    keywords: tuple[Keyword, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@frozen
class Attribute:
    """`value.name` without brackets, for the few names that are no function of the vocabulary (`grad`, `shape`,
    `dtype` …).

    `x.T` and `x.mT` are Calls.
    """

    value: Expr
    name: str
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Slice:
    """`lower:upper:step` in an index."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class IndexEllipsis:
    """`...` in an index."""

    span: Span = field(default=NOWHERE, compare=False)


IndexItem: TypeAlias = "Expr | Slice | IndexEllipsis"


@frozen
class Index:
    """`value[items]`; a `None` item is `Constant(None)`."""

    value: Expr
    items: tuple[IndexItem, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class TensorLiteral:
    """`[e0, e1, …]`; nested literals of equal shape make a tensor of more dimensions. Elements may be expressions."""

    elements: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Derivative:
    """The derivative of `expression` by `variable`, taken `order` times: `d/dx e`, `diff(e, x, 2)`, `f'(3)`.

    Without a `point` the variable is one of the program's, and the derivative is taken where that stands.
    Whatever the expression's names depend on it counts, too: `y = x^2; d/dx (x*y)` is 3x^2.
    With a `point`, `variable` is bound: it belongs to the expression alone, and has the value `point` there.
    Its name is one that nobody can write (`bound_name`),
    so that names in an expression can be collected and replaced without regard to where they stand.
    """

    expression: Expr
    variable: str
    order: int = 1
    point: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Equation:
    """`left = right`, which holds: only the last statement of a program is one."""

    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


BOUND: Final = "'"
"""What ends the name of a variable that is bound in a Derivative. It is no part of any name that a text can hold."""


def bound_name(name: str, expression_names: Collection[str]) -> str:
    """What a parameter `name` is called where it is bound in a Derivative of an expression with these names: `x'`, or
    with as many more of `'` as keep it apart from those bound further in."""
    plain = name.rstrip(BOUND)
    depths = [len(each) - len(plain) for each in expression_names if each.rstrip(BOUND) == plain]
    return plain + BOUND * (max(depths, default=0) + 1)


Expr: TypeAlias = (
    Number
    | Constant
    | Text
    | Name
    | Negation
    | Sum
    | Product
    | Power
    | Comparison
    | Call
    | Attribute
    | Index
    | TensorLiteral
    | Derivative
    | Equation
)


@frozen
class Assignment:
    """`name = value`."""

    name: str
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@frozen
class Binding:
    """`name=value` after `at`, or on the command line: the value is constant."""

    name: str
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@frozen
class Range:
    """`name=start:stop:step` after `at`, or on the command line: the points from start to stop, both ends in.

    Each is a problem of its own. Without a step (`0:10`, `0..10`) it is 1.
    """

    name: str
    start: Expr
    stop: Expr
    step: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@frozen
class Definition:
    """`name(parameters) = body`, a function of one's own.

    Wherever it is called, the tree has its body, with the arguments in place of the parameters: a Definition is kept
    for those who show what was written.
    """

    name: str
    parameters: tuple[str, ...]
    body: Expr
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@frozen
class Program:
    """`a = …; b = …; result`: assignments, then the expression whose value is the program's, then what `at` binds.

    Where the last statement is an assignment, `result` is its value, and the body where it is a definition.
    `result` may be an Equation. `definitions` are the functions of one's own, which the other parts no longer call.
    `ranges` are what `at` binds to more than one point: whoever solves the program gives the names one of them.
    """

    assignments: tuple[Assignment, ...]
    result: Expr
    bindings: tuple[Binding, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    definitions: tuple[Definition, ...] = field(default=(), compare=False)
    ranges: tuple[Range, ...] = ()
