"""Naming the mistakes that explain a wrong answer: all that fit, the simplest first, none where only chance would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

from gradcli.homework.mistakes.candidates import Wrongs, direct, rewritten
from gradcli.homework.mistakes.derivations import Candidate
from gradcli.homework.mistakes.grids import AnswerGrid, Given, PointGiven, PointGrid, SampleGiven, SampleGrid
from gradcli.homework.mistakes.matching import agreeing, agrees
from gradcli.homework.mistakes.table import DESCRIBED, RankedMistake, in_order, in_own_words
from gradcli.homework.mistakes.whole_answers import Others, rounded, structural, whole_answer
from gradcli.homework.question import Question
from gradcli.homework.reading.answers import Answer
from gradcli.homework.results import Mistake
from gradcli.homework.sampling.point import PointReference
from gradcli.homework.sampling.reference import Reference

MOST_BY_CHANCE: Final = 3
"""Mistakes that may fit a single number; where more do, it says nothing."""


class Recogniser:
    """Names mistakes; what the answers to a question share is computed with the first wrong one and kept as long as
    its reference is."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Reference | PointReference, _Explainer] = WeakKeyDictionary()

    def __call__(
        self, question: Question, reference: Reference | PointReference, answer: Answer
    ) -> tuple[Mistake, ...]:
        """The mistakes that a wrong answer is consistent with, the simplest first; its functions are exact ones."""
        explainer = self._known.get(reference)
        if explainer is None:
            explainer = self._known[reference] = _Explainer(_grid(reference))
        found = explainer.explained(answer)
        return tuple(in_own_words(each.mistake, question.messages) for each in found)


def _grid(reference: Reference | PointReference) -> AnswerGrid:
    return PointGrid(reference) if isinstance(reference, PointReference) else SampleGrid(reference)


class _Explainer:
    """The mistakes in the answers to one question."""

    def __init__(self, grid: AnswerGrid) -> None:
        self._grid, self._others = grid, Others(grid)

    @cached_property
    def _direct(self) -> tuple[Wrongs, ...]:
        return self._wrongs(direct)

    @cached_property
    def _rewritten(self) -> tuple[Wrongs, ...]:
        return self._wrongs(rewritten)

    def _wrongs(self, candidates: Callable[[AnswerGrid, int], Iterable[Candidate]]) -> tuple[Wrongs, ...]:
        grid = self._grid
        return tuple(Wrongs(grid, entry, candidates(grid, entry)) for entry in range(len(grid.asked)))

    def explained(self, answer: Answer) -> list[RankedMistake]:
        """All that explains an answer, the simplest first."""
        given = self._given(answer)
        if given is None:
            return []
        if given.rows is not None and agrees(given.rows, self._grid.expected, given.allowed.reshape(-1)):
            return list(rounded(given))
        found = list(structural(given, self._grid, self._others))
        if given.rows is not None:
            found += [*self._by_rules(given, self._direct), *whole_answer(given, self._grid)]
            if not any(each.simplicity < DESCRIBED for each in found):
                found += self._by_rules(given, self._rewritten)
        found = in_order(found)
        if found and given.is_number and len(found) > MOST_BY_CHANCE:
            return []
        return found

    def _given(self, answer: Answer) -> Given | None:
        grid = self._grid
        if isinstance(grid, PointGrid):
            return PointGiven.read(answer, grid)
        assert isinstance(grid, SampleGrid)
        return SampleGiven.read(answer, grid)

    def _by_rules(self, given: Given, wrongs: Sequence[Wrongs]) -> list[RankedMistake]:
        """The mistakes by which every entry that is wrong can be explained; with several entries, those that explain
        all of them come first."""
        entries = [entry for entry in range(len(wrongs)) if not self._is_right(given, entry)]
        found = [self._of_entry(given, entry, wrongs[entry]) for entry in entries]
        if not found or not all(found):
            return []
        shared = set.intersection(*({each.mistake for each in one} for one in found))
        if shared:
            return [_found(each) for each in found[0] if each.mistake in shared]
        return [_found(one[0]) for one in found]

    def _is_right(self, given: Given, entry: int) -> bool:
        assert given.rows is not None
        return agrees(given.rows[entry], self._grid.expected[entry], given.allowed[entry])

    def _of_entry(self, given: Given, entry: int, wrongs: Wrongs) -> list[Candidate]:
        assert given.rows is not None
        row = given.rows[entry]
        if not len(wrongs.rows):
            return []

        def confirm(candidate: int, column: int) -> bool:
            return given.is_equal(entry, wrongs.candidates[candidate], column)

        matches = agreeing(row, wrongs.rows, given.allowed[entry], confirm)
        found: dict[str, Candidate] = {}
        for index in matches:
            found.setdefault(wrongs.candidates[index].mistake, wrongs.candidates[index])
        return list(found.values())


def _found(candidate: Candidate) -> RankedMistake:
    mistake = Mistake(candidate.mistake, candidate.message, candidate.where)
    return RankedMistake(mistake, candidate.simplicity)
