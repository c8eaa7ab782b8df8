"""Einstein's summation, by the steps that torch takes: permute, multiply as a batch of matrices, permute back."""

from __future__ import annotations

import math
from typing import Any, Final

from gradcli.engine.ops.linalg.products import bmm
from gradcli.engine.ops.pointwise import arithmetic
from gradcli.engine.ops.reduce import sums
from gradcli.engine.ops.shape import views
from gradcli.engine.ops.shape.diagonals import diagonal
from gradcli.engine.tensor import Tensor

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def einsum(equation: str, *operands: Any) -> Tensor:
    """The sums of products that an equation like `'ij,jk->ik'` describes (torch.einsum).

    An ellipsis stands for dimensions that broadcast.
    Raises RuntimeError where the equation and the operands do not fit.
    """
    given: list[Tensor] = (
        list(operands[0]) if len(operands) == 1 and not isinstance(operands[0], Tensor) else list(operands)
    )
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) > len(given):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    if len(terms) < len(given):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    labelled = [_labels(term, each, i) for i, (term, each) in enumerate(zip(terms, given, strict=True))]
    hidden = max((label for labels in labelled for label in labels if isinstance(label, int)), default=-1) + 1
    output = _output(labelled, right if arrow else None, hidden)
    order = [*output, *dict.fromkeys(label for labels in labelled for label in labels if label not in output)]
    aligned = [_aligned(each, labels, order) for each, labels in zip(given, labelled, strict=True)]
    return _contracted(aligned, len(output))


def _labels(term: str, operand: Tensor, number: int) -> list[Any]:
    """The label of each dimension: a letter, or for those of an ellipsis how many follow it there."""
    head, dots, tail = term.partition("...")
    letters = head + tail
    for letter in letters:
        if letter not in _LETTERS:
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {term.index(letter)} in the equation string, subscripts "
                "must be in [a-zA-Z]"
            )
    covered = operand._array.ndim - len(letters)
    if covered < 0 or (covered and not dots):
        raise RuntimeError(
            f"einsum(): the number of subscripts in the equation ({len(letters)}) "
            + ("is more than the number of dimensions" if dots else "does not match the number of dimensions")
            + f" ({operand._array.ndim}) for operand {number}"
            + ("" if dots else " and no ellipsis was given")
        )
    return [*head, *reversed(range(covered)), *tail]


def _output(labelled: list[list[Any]], right: str | None, hidden: int) -> list[Any]:
    """The labels of the result: as written, or by default those that occur once, in alphabetical order."""
    ellipsis = list(reversed(range(hidden)))
    every = [label for labels in labelled for label in labels if isinstance(label, str)]
    if right is None:
        return [*ellipsis, *sorted((each for each in set(every) if every.count(each) == 1), key=_LETTERS.index)]
    head, dots, tail = right.partition("...")
    for label in head + tail:
        if (head + tail).count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if label not in every:
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
    return [*head, *(ellipsis if dots else ()), *tail]


def _aligned(operand: Tensor, labels: list[Any], order: list[Any]) -> Tensor:
    """The operand with a dimension for every label, of size one where it lacks the label."""
    labels = list(labels)
    for label in list(dict.fromkeys(labels)):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            sizes = operand._array.shape
            if sizes[first] != sizes[second]:
                raise RuntimeError(
                    f"einsum(): subscript {label} is repeated for operand but the sizes don't match, {sizes[second]} "
                    f"!= {sizes[first]}"
                )
            operand = views.movedim(diagonal(operand, 0, first, second), -1, first)
            del labels[second]
    for label in order:
        if label not in labels:
            operand = views.unsqueeze(operand, operand._array.ndim)
            labels.append(label)
    return views.permute(operand, [labels.index(label) for label in order])


def _contracted(operands: list[Tensor], kept: int) -> Tensor:
    """The product of aligned operands, the dimensions from `kept` on summed as soon
    as only one operand has them left."""
    result = operands[0]
    ndim = result._array.ndim
    for i, each in enumerate(operands[1:], start=1):
        later = operands[i + 1 :]
        summed = [d for d in range(kept, ndim) if all(other._array.shape[d] == 1 for other in later)]
        result = _pair(result, each, summed)
    if ndim == kept:
        return result
    if len(operands) == 1:
        return sums.sum(result, tuple(range(kept, ndim)))
    return views.view(result, result._array.shape[:kept])


def _pair(first: Tensor, second: Tensor, summed: list[int]) -> Tensor:
    """The product of two aligned tensors, summed along `summed` with the dimensions kept (torch's sumproduct_pair)."""
    a, b = first._array.shape, second._array.shape
    both, left, right, total = [], [], [], []
    for d, (m, n) in enumerate(zip(a, b, strict=True)):
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"einsum(): operands do not broadcast with remapped shapes [original->remapped]: {list(a)} {list(b)}"
            )
        if d in summed:
            if m != 1 and n != 1:
                total.append(d)
            elif m != 1:
                first = sums.sum(first, d, True)
            elif n != 1:
                second = sums.sum(second, d, True)
        elif m != 1 and n != 1:
            both.append(d)
        elif m != 1:
            left.append(d)
        else:
            right.append(d)
    if not total:
        return arithmetic.mul(first, second)
    a, b = first._array.shape, second._array.shape
    empty = [d for d in range(len(a)) if d in summed and d not in total]
    count, rows, columns, inner = (
        math.prod([max(a[d], b[d]) if 0 not in (a[d], b[d]) else 0 for d in each])
        for each in (both, left, right, total)
    )
    one = views.reshape(views.permute(first, [*both, *left, *total, *right, *empty]), (count, rows, inner))
    two = views.reshape(views.permute(second, [*both, *total, *right, *left, *empty]), (count, inner, columns))
    sizes = [*[a[d] for d in both], *[a[d] for d in left], *[b[d] for d in right], *[1] * (len(total) + len(empty))]
    order = [*both, *left, *right, *total, *empty]
    product = views.reshape(bmm(one, two), sizes)
    return views.permute(product, [order.index(d) for d in range(len(order))])
