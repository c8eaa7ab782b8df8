"""A student's graded answers as Gradescope's `results.json`.

The format is that of Gradescope's autograder specification: a score for each test, and what the student reads of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gradcli.homework.records import AnswerOutcome, Graded
from gradcli.render.spelling import Spelling, respelled, sentence_respelled


def results_json(title: str, answers: Sequence[Graded], names: Mapping[str, Sequence[str]]) -> str:
    """The file of one submission, a test for each question; `answers` are one student's. `names` has each question's
    variables."""
    undecided = sum(each.outcome is AnswerOutcome.UNDECIDED for each in answers)
    said = [title] if title else []
    if undecided:
        what = "an answer" if undecided == 1 else f"{undecided} answers"
        said.append(f"{what} could not be decided: the teacher is to look")
    content = {
        "score": sum(each.points for each in answers),
        "output": "\n".join(said),
        "output_format": "text",
        "visibility": "visible",
        "tests": [_test(each, names[each.question]) for each in answers],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _test(graded: Graded, names: Sequence[str]) -> dict[str, Any]:
    def on_paper(text: str) -> str:
        return sentence_respelled(text, names, Spelling.PAPER)

    lines = [graded.outcome.value + (f": {on_paper(graded.explanation)}" if graded.explanation else "")]
    if graded.answer:
        lines.append(f"answer: {graded.answer}")
    if graded.reads_as:
        lines.append(f"read as: {respelled(graded.reads_as, names, Spelling.PAPER)}")
    if graded.likely:
        lines.append(f"likely: {on_paper(graded.likely)}")
    return {
        "name": graded.question,
        "name_format": "text",
        "score": graded.points,
        "max_score": graded.of,
        "status": "passed" if graded.outcome is AnswerOutcome.CORRECT else "failed",
        "output": "\n".join(lines),
        "output_format": "text",
    }
