"""Which entries of derivatives are certified: all where they are few, a sample where they are many."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

import numpy as np

from gradcli.calculus.results import Place, Question, Request, Variables
from gradcli.language.values import frozen

MAX_VARIABLES: Final = 128
"""Entries of variables by which all derivatives are certified; of more, a sample of each variable."""
MAX_HESSIAN: Final = 16
"""The same for second derivatives, which are as many squared."""
SAMPLED: Final = 8
"""How many entries of each variable are sampled."""
MAX_OUTPUTS: Final = 256
"""Entries of a Jacobian's output times those of its variables that are all certified."""
SAMPLED_OUTPUTS: Final = 8
SEED: Final = 0
"""Of the sample, so that the same question is always checked at the same entries."""


@frozen
class EntrySample:
    """The chosen entries of the variables, `places`."""

    question: Question
    places: tuple[tuple[str, Place], ...]

    def outputs(self, shape: Place) -> list[Place]:
        """The chosen entries of an output."""
        every: list[Any] = list(np.ndindex(shape))
        if len(every) * len(self.places) <= MAX_OUTPUTS:
            return every
        return sorted(random.Random(SEED).sample(every, min(len(every), SAMPLED_OUTPUTS)))

    def entries(self, shapes: Mapping[Variables, Place]) -> Iterator[tuple[Variables, Place]]:
        """The chosen entries of the derivatives."""
        question = self.question
        if question.request is Request.HESSIAN:
            for (row, row_at), (column, column_at) in product(self.places, self.places):
                yield (row, column), (*row_at, *column_at)
            return
        for name, position in self.places:
            if question.request is not Request.JACOBIAN:
                yield (name,) * question.order, position
                continue
            shape = shapes[(name,)]
            for output in self.outputs(shape[: len(shape) - len(position)]):
                yield (name,), (*output, *position)


def choose(question: Question) -> EntrySample:
    """The entries of the variables of a question that are differentiated by."""
    shapes = {name: np.shape(question.point[name]) for name in question.wrt}
    sizes = [math.prod(shape) for shape in shapes.values()]
    few = sum(sizes) <= (MAX_HESSIAN if question.request is Request.HESSIAN else MAX_VARIABLES)
    places: list[tuple[str, Place]] = []
    chooser = None if few else random.Random(SEED)
    for (name, shape), size in zip(shapes.items(), sizes, strict=True):
        chosen = range(size) if chooser is None else sorted(chooser.sample(range(size), min(size, SAMPLED)))
        places.extend((name, _place(flat, shape)) for flat in chosen)
    return EntrySample(question, tuple(places))


def _place(flat: int, shape: Place) -> Place:
    return tuple([int(at) for at in np.unravel_index(flat, shape)]) if shape else ()
