"""The table of slips: wrong answers with one slip each, written apart from the rules that are to name them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from gradcli.homework import Judge, Judgement, make_question
from gradcli.homework.mistakes import Recogniser
from gradcli.homework.sampling.point import PointReference
from gradcli.language import to_text
from gradcli.language.values import field, frozen

TABLE: Final = tomllib.loads((Path(__file__).parent / "slips.toml").read_text(encoding="utf-8"))
PARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "first": {},
    "second": {"order": 2},
    "tensors": {},
    "partial": {"partial": ["x", "y"]},
    "implicit": {},
}
"""The parts of the table, and what their questions have in common."""


@frozen
class Slip:
    """A question, a wrong answer, and the mistakes of which any may be named first."""

    mistake: str
    function: str
    answer: str
    expected: frozenset[str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def judged(self) -> Judgement:
        """The judgement on the answer, with its mistakes."""
        return self.judge().judge(self.answer)

    def judge(self) -> Judge:
        """The judge of the question."""
        return _judge(self.function, json.dumps(self.options))

    def right_answer(self) -> str:
        """What is right, in the shape that is asked."""
        reference = self.judge().reference
        if isinstance(reference, PointReference):
            return str(reference.expected.tolist())
        entries = np.array([to_text(tree) for tree in reference.trees if tree is not None], object)
        nested = entries.reshape(reference.shape).tolist()
        return nested if isinstance(nested, str) else _listed(nested)


def _listed(entries: Any) -> str:
    return entries if isinstance(entries, str) else f"[{', '.join(map(_listed, entries))}]"


@cache
def _judge(function: str, options: str) -> Judge:
    given = json.loads(options)
    at = {name: np.asarray(value, np.float64) for name, value in given.pop("at", {}).items()}
    return Judge(make_question(function, at=at, **given), recognise=Recogniser())


def slips(part: str) -> list[Slip]:
    """The rows of a part of the table."""
    return [_slip(part, mistake, *row) for mistake, rows in TABLE[part].items() for row in rows]


def _slip(part: str, mistake: str, function: str, answer: str, options: Mapping[str, Any] | None = None) -> Slip:
    rest = {**PARTS[part], **(options or {})}
    other = rest.pop("or", mistake)
    alike = (each for pair in TABLE["same"].get(part, ()) if mistake in pair for each in pair)
    return Slip(mistake, function, answer, frozenset((mistake, other, *alike)), rest)
