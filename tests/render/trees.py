"""Random trees of the language, as the parser would make them."""

from __future__ import annotations

from hypothesis import strategies as st

from gradcli.language import Expr
from gradcli.language.tree import (
    Call,
    Comparison,
    Derivative,
    Factor,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
    TensorLiteral,
    Term,
)

NAMES = (
    *("x", "y", "t", "a", "d", "f", "g", "e", "E", "T", "x1", "x_1", "e1"),
    *("theta", "theta2", "gamma", "mu", "pi"),
)
WORDS = ("rate", "dx", "deg", "alphabet", "xtheta", "pi2")
NUMBERS = ("0", "1", "2", "3", "12", "0.5", "3.14159", "6.67e-11", "2e8", "1000000000000")
FUNCTIONS = (
    *("sin", "cos", "tan", "exp", "log", "sqrt", "cbrt"),
    *("abs", "asin", "atan", "tanh", "sign", "gamma", "factorial"),
)


def numbers() -> st.SearchStrategy[Expr]:
    return st.sampled_from(NUMBERS).map(lambda text: Number(text, float(text)))


def leaves() -> st.SearchStrategy[Expr]:
    return st.one_of(numbers(), st.sampled_from((*NAMES, *NAMES, *WORDS)).map(Name))


def trees() -> st.SearchStrategy[Expr]:
    """Expressions of numbers, with every kind of node that a formula has."""
    scalars = st.recursive(leaves(), _above, max_leaves=16)
    return st.one_of(scalars, st.lists(scalars, min_size=1, max_size=3).map(lambda parts: TensorLiteral(tuple(parts))))


def derivatives() -> st.SearchStrategy[Expr]:
    """Expressions with derivatives as parts."""
    inner = st.recursive(leaves(), _above, max_leaves=6)
    derivative = st.builds(_derivative, inner, st.sampled_from(("x", "theta", "x1")), st.integers(1, 3))
    return st.recursive(st.one_of(leaves(), derivative), _above, max_leaves=6)


def _above(below: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    factors = st.lists(st.tuples(below, st.sampled_from("****//")), min_size=2, max_size=4).map(_product)
    terms = st.lists(st.tuples(below, st.booleans()), min_size=2, max_size=4).map(_sum)
    exponents = st.one_of(below, numbers(), numbers().map(Negation))
    return st.one_of(
        factors,
        factors,
        terms,
        st.builds(Power, below, exponents),
        st.builds(Negation, below),
        st.builds(lambda name, argument: Call(name, (argument,)), st.sampled_from(FUNCTIONS), below),
        st.builds(lambda first, second: Call("maximum", (first, second)), below, below),
        st.builds(lambda left, right, a, b: Call("where", (Comparison(left, "<=", right), a, b)), *[below] * 4),
    )


def _derivative(part: Expr, name: str, order: int) -> Expr:
    """A derivative of what depends on its variable: of what does not, there is a note."""
    return Derivative(Sum((Term(part), Term(Name(name)))), name, order)


def _product(parts: list[tuple[Expr, str]]) -> Expr:
    (first, _), *others = parts
    return Product((Factor(first), *(Factor(value, operator) for value, operator in others)))  # type: ignore[arg-type]


def _sum(parts: list[tuple[Expr, bool]]) -> Expr:
    (first, _), *others = parts
    return Sum((Term(first), *(Term(value, negative) for value, negative in others)))
