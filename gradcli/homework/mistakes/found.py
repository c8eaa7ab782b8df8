"""A mistake that explains an answer, and how simple it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gradcli.homework.mistakes.table import rank
from gradcli.homework.results import Mistake
from gradcli.language.values import frozen

DESCRIBED: Final = 4
"""The simplicity of what describes an answer rather than explains it: a factor."""


@frozen
class Found:
    """`simplicity` as in `derivations`: small is simple."""

    mistake: Mistake
    simplicity: int


def in_order(found: Iterable[Found]) -> list[Found]:
    """The simplest first, each rule once; what only describes the answer is said where nothing explains it."""
    known: dict[str, Found] = {}
    for each in sorted(found, key=lambda each: (each.simplicity, rank(each.mistake.rule))):
        known.setdefault(each.mistake.rule, each)
    explained = [each for each in known.values() if each.simplicity < DESCRIBED]
    return explained or list(known.values())
