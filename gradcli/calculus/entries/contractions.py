"""Products of tensors that are more than products of matrices: Einstein's summation, Kronecker's product, the cross
product. Straight from their definitions, so that they are no copy of what the engine does."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from gradcli.calculus.entries.arguments import Arguments
from gradcli.calculus.entries.arithmetic import MAX_PRODUCTS, Element, Entries, NoForm, Value

if TYPE_CHECKING:
    from gradcli.calculus.entries.reading import Reading

Label: TypeAlias = "str | int"
"""A subscript: a letter, or a dimension of an ellipsis, counted from the last."""


def kron(reading: Reading, given: Arguments) -> Value:
    """Every entry of x times the whole of the other tensor."""
    left, right = given.tensor("x"), given.tensor("other")
    ndim = max(left.ndim, right.ndim)
    a = (1,) * (ndim - left.ndim) + left.shape
    b = (1,) * (ndim - right.ndim) + right.shape
    spread = left.reshape([size for each in a for size in (each, 1)])
    tiled = right.reshape([size for each in b for size in (1, each)])
    products = reading.entrywise(lambda one, two: reading.arithmetic.multiply((one, two)), spread, tiled)
    return products.reshape([one * two for one, two in zip(a, b, strict=True)])


def cross(reading: Reading, given: Arguments) -> Value:
    """The cross product of the vectors along a dimension, by default the first of length three."""
    sizes = given.tensor("x").shape
    dim = given.integer("dim", sizes.index(3) if 3 in sizes else -1)
    left, right = (np.moveaxis(each, dim, 0) for each in (given.tensor("x"), given.tensor("other")))
    arithmetic = reading.arithmetic

    def minor(first: int, second: int) -> Entries:
        def difference(a: Element, b: Element, c: Element, d: Element) -> Element:
            return arithmetic.add((arithmetic.multiply((a, b)), arithmetic.negative(arithmetic.multiply((c, d)))))

        return reading.entrywise(difference, left[first], right[second], left[second], right[first])

    return np.moveaxis(np.stack([minor(1, 2), minor(2, 0), minor(0, 1)]), 0, dim)


def einsum(reading: Reading, given: Arguments) -> Value:
    """The sums of products that the subscripts say: for every value of those that stay, over all values of the others.

    Raises NoForm where there are too many products.
    """
    equation = given.text("equation", "")
    operands = [reading.entries(each) for each in given.rest]
    terms, result = _subscripts(equation, operands)
    sizes: dict[Label, int] = {}
    for labels, operand in zip(terms, operands, strict=True):
        for label, size in zip(labels, operand.shape, strict=True):
            sizes[label] = max(size, sizes.get(label, size)) if size != 1 else sizes.get(label, 1)
    summed = [label for label in sizes if label not in result]
    if math.prod(sizes.values()) * len(operands) > MAX_PRODUCTS:
        raise NoForm("a sum of too many products")
    found = np.empty([sizes[label] for label in result], object)
    for at in np.ndindex(found.shape):
        fixed = dict(zip(result, at, strict=True))
        products = []
        for places in itertools.product(*[range(sizes[label]) for label in summed]):
            place = fixed | dict(zip(summed, places, strict=True))
            products.append(reading.arithmetic.multiply(_factors(operands, terms, place)))
        found[at] = reading.arithmetic.add(products)
    return found


def _factors(operands: Sequence[Entries], terms: Sequence[Sequence[Label]], place: dict[Label, int]) -> list[Element]:
    """The entry of each operand at the values of the subscripts; a dimension of size 1 has one for all of them."""
    factors = []
    for operand, labels in zip(operands, terms, strict=True):
        index = [place[label] if size != 1 else 0 for label, size in zip(labels, operand.shape, strict=True)]
        factors.append(operand[tuple(index)])
    return factors


def _subscripts(equation: str, operands: Sequence[Entries]) -> tuple[list[list[Label]], list[Label]]:
    """The subscripts of each operand, and those of the result."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise NoForm("einsum of other operands than its subscripts say")
    found = [_labels(term, operand.ndim) for term, operand in zip(terms, operands, strict=True)]
    hidden = max((label for labels in found for label in labels if isinstance(label, int)), default=-1) + 1
    if arrow:
        return found, _labels(right, len(right.replace("...", "")) + hidden * ("..." in right))
    letters = [label for labels in found for label in labels if isinstance(label, str)]
    once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
    return found, [*reversed(range(hidden)), *once]


def _labels(term: str, ndim: int) -> list[Label]:
    """The subscript of each dimension: a letter, or for those of an ellipsis how many of them follow it there."""
    head, _, tail = term.partition("...")
    return [*head, *reversed(range(ndim - len(head) - len(tail))), *tail]


BUILDERS: Mapping[str, Callable[[Reading, Arguments], Value]] = {"kron": kron, "cross": cross, "einsum": einsum}
