"""Loss functions on arrays of formulas, as torch.nn.functional defines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gradcli.calculus.entries.arguments import Arguments
from gradcli.calculus.entries.arithmetic import Element, NoForm, scalar
from gradcli.calculus.entries.tensors import along, fold, log_softmax, minus

if TYPE_CHECKING:
    from gradcli.calculus.entries.arithmetic import Entries
    from gradcli.calculus.entries.reading import Reading

Loss = Callable[["Reading", Arguments], "Entries"]

IGNORED = -100
"""The class that no loss counts."""


def _reduce(reading: Reading, given: Arguments, losses: Entries, mean_over: int | None = None) -> Entries:
    reduction = given.text("reduction", "mean")
    if reduction == "none":
        return losses
    total = reading.arithmetic.add(list(losses.ravel()))
    if reduction == "sum":
        return scalar(total)
    count = losses.size if mean_over is None else mean_over
    if reduction not in ("mean", "batchmean") or count == 0:
        raise NoForm(f"reduction {reduction} has no formula")
    return scalar(reading.arithmetic.divide(total, reading.arithmetic.number(count)))


def _pointwise(loss: Callable[[Reading, Arguments, Element, Element], Element]) -> Loss:
    def build(reading: Reading, given: Arguments) -> Entries:
        values, target = given.tensor("x"), given.tensor("target")
        losses = reading.entrywise(lambda a, b: loss(reading, given, a, b), values, target)
        batch = values.shape[0] if given.text("reduction", "mean") == "batchmean" and values.ndim else None
        return _reduce(reading, given, losses, batch)

    return build


def _squared(reading: Reading, given: Arguments, value: Element, target: Element) -> Element:
    return reading.arithmetic.apply("square", minus(reading.arithmetic, value, target))


def _absolute(reading: Reading, given: Arguments, value: Element, target: Element) -> Element:
    return reading.arithmetic.apply("abs", minus(reading.arithmetic, value, target))


def _huber(reading: Reading, given: Arguments, value: Element, target: Element, smooth: bool) -> Element:
    arithmetic = reading.arithmetic
    bound = given.number("beta" if smooth else "delta", 1.0)
    if bound == 0:
        return _absolute(reading, given, value, target)
    # Without branches, since the derivative exists where they meet: there, the excess over the bound is 0.
    difference = minus(arithmetic, value, target)
    limit = arithmetic.number(bound)
    excess = arithmetic.apply("relu", minus(arithmetic, arithmetic.apply("abs", difference), limit))
    squares = minus(arithmetic, arithmetic.apply("square", difference), arithmetic.apply("square", excess))
    return arithmetic.multiply(
        (arithmetic.number(Fraction(1, 2) / Fraction(bound) if smooth else Fraction(1, 2)), squares)
    )


def _cross_entropy_of_probability(reading: Reading, given: Arguments, value: Element, target: Element) -> Element:
    arithmetic = reading.arithmetic
    complement = minus(arithmetic, arithmetic.number(1), value)
    hit = arithmetic.multiply((target, arithmetic.apply("log", value)))
    miss = arithmetic.multiply((minus(arithmetic, arithmetic.number(1), target), arithmetic.apply("log", complement)))
    return arithmetic.negative(arithmetic.add((hit, miss)))


def _cross_entropy_of_logit(reading: Reading, given: Arguments, value: Element, target: Element) -> Element:
    arithmetic = reading.arithmetic
    softplus = arithmetic.negative(arithmetic.apply("logsigmoid", arithmetic.negative(value)))
    return minus(arithmetic, softplus, arithmetic.multiply((target, value)))


def _divergence(reading: Reading, given: Arguments, value: Element, target: Element) -> Element:
    arithmetic = reading.arithmetic
    if given.flag("log_target"):
        return arithmetic.multiply((arithmetic.apply("exp", target), minus(arithmetic, target, value)))
    entropy = arithmetic.apply("xlogy", target, target)
    return minus(arithmetic, entropy, arithmetic.multiply((target, value)))


def _picked(reading: Reading, given: Arguments, log_probabilities: Entries) -> Entries:
    """Minus the log-probability of each target class."""
    rows = log_probabilities[None] if log_probabilities.ndim == 1 else log_probabilities
    target = given.tensor("target").reshape(-1)
    if rows.ndim != 2 or len(target) != len(rows):
        raise NoForm("a target for each row is expected")
    losses = np.empty(len(rows), object)
    counted = 0
    for at, (row, index) in enumerate(zip(rows, target, strict=True)):
        place = int(reading.arithmetic.real(index))
        counted += place != IGNORED
        losses[at] = reading.arithmetic.number(0) if place == IGNORED else reading.arithmetic.negative(row[place])
    return _reduce(reading, given, losses if log_probabilities.ndim == 2 else losses.reshape(()), counted)


def _cross_entropy(reading: Reading, given: Arguments) -> Entries:
    values, target = given.tensor("x"), given.tensor("target")
    logarithms = along(reading, values, 0 if values.ndim == 1 else 1, lambda row: log_softmax(reading, row))
    if target.shape != values.shape:
        return _picked(reading, given, logarithms)
    arithmetic = reading.arithmetic
    products = reading.entrywise(lambda a, b: arithmetic.negative(arithmetic.multiply((a, b))), target, logarithms)
    losses = fold(products, arithmetic.add, (0 if values.ndim == 1 else 1,), keepdim=False)
    return _reduce(reading, given, losses)


LOSSES: Mapping[str, Loss] = {
    "mse_loss": _pointwise(_squared),
    "l1_loss": _pointwise(_absolute),
    "smooth_l1_loss": _pointwise(partial(_huber, smooth=True)),
    "huber_loss": _pointwise(partial(_huber, smooth=False)),
    "binary_cross_entropy": _pointwise(_cross_entropy_of_probability),
    "binary_cross_entropy_with_logits": _pointwise(_cross_entropy_of_logit),
    "kl_div": _pointwise(_divergence),
    "nll_loss": lambda reading, given: _picked(reading, given, given.tensor("x")),
    "cross_entropy": _cross_entropy,
}
"""Names of builders in the vocabulary to what builds the entries."""
