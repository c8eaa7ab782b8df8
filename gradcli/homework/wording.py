"""Judgements as lines of text and as the documented JSON object."""

from __future__ import annotations

import re
from itertools import chain, repeat
from typing import Any, Final

from gradcli.homework import Counterexample, Evidence, Form, Judgement, Question, Verdict
from gradcli.language import to_text
from gradcli.language.sentences import Sentence, Writer, written
from gradcli.language.values import frozen
from gradcli.render.numbers import exact_text, plain
from gradcli.render.objects import SCHEMA, error_object
from gradcli.render.text import Style, folded

LIKELY: Final = "likely"
OR: Final = "or"
"""Labels of the mistakes that a wrong answer is consistent with."""
FEWEST_DIGITS: Final = 5
MOST_DIGITS: Final = 17
_DECIMAL: Final = re.compile(r"(-?[\d.]+)e([+-]?\d+)")
"""A number that no float holds; other texts are bounds, or powers of ten too large to be written out."""
_STYLES: Final = {
    Verdict.CORRECT: Style.GOOD,
    Verdict.WRONG: Style.BAD,
    Verdict.UNDECIDED: Style.DOUBTFUL,
    Verdict.UNREADABLE: Style.DOUBTFUL,
}
_SUBJECTS: Final = {
    Form.HESSIAN: "the second derivative",
    Form.PARTIAL: "the mixed partial derivative",
    Form.VALUE: "the right answer",
}


_ORDINALS: Final = {2: "second", 3: "third"}


@frozen
class VerdictLine:
    """A label, what is said, and how it is coloured."""

    label: str
    text: str
    style: Style


def verdict_lines(judgement: Judgement, question: Question) -> list[VerdictLine]:
    """What is said of an answer that could be read; the texts that have formulas are sentences."""
    style = _STYLES[judgement.verdict]
    lines = [VerdictLine(judgement.verdict.value, _main(judgement, question), style)]
    if judgement.counterexample is not None and judgement.reason is not None:
        label = "needed" if question.at else "where"
        lines.append(VerdictLine(label, judgement.reason, Style.VALUE))
    return [*lines, *likely_lines(judgement, question)]


def likely_lines(judgement: Judgement, question: Question) -> list[VerdictLine]:
    """The mistakes that a wrong answer is consistent with: the likeliest, then the others."""
    if not judgement.mistakes:
        return []
    whole = Sentence(question.expression if question.curve is None else question.curve.equation)
    lines = []
    for label, mistake in zip(chain((LIKELY,), repeat(OR)), judgement.mistakes, strict=False):
        where = () if mistake.where is None or mistake.where == whole else (", in ", mistake.where)
        lines.append(VerdictLine(label, Sentence(mistake.message, *where), Style.VALUE))
    return lines


def laid_out(lines: list[VerdictLine], write: Writer = to_text, width: int | None = None) -> list[str]:
    """The lines with their labels in one column, and their formulas written so, folded to a width in columns where
    there is one."""
    indent = max(len(line.label) for line in lines) + 2
    texts = [written(line.text, write) for line in lines]
    if width is not None:
        texts = [text if "\n" in text else folded(text, width - indent, "") for text in texts]
    return [
        line.label.ljust(indent) + text.replace("\n", "\n" + " " * indent)
        for line, text in zip(lines, texts, strict=True)
    ]


def judgement_object(judgement: Judgement, answer: str) -> dict[str, Any]:
    """A judgement as a JSON object."""
    found: dict[str, Any] = {"schema": SCHEMA, "answer": answer}
    if judgement.reading is not None:
        found["reads_as"] = judgement.reading
    found["verdict"] = judgement.verdict.value
    if judgement.evidence is not None:
        found["evidence"] = judgement.evidence.value
    if judgement.points:
        found["samples"] = judgement.points
    if judgement.counterexample is not None:
        found["counterexample"] = _example_object(judgement.counterexample)
    if judgement.reason is not None:
        found["reason"] = judgement.reason
    if judgement.problem is not None:
        found["error"] = error_object(judgement.problem)["error"]
    if judgement.mistakes:
        found["mistake"], *others = [
            {"rule": each.rule, "message": each.message} | ({} if each.where is None else {"where": each.where})
            for each in judgement.mistakes
        ]
        if others:
            found["alternatives"] = others
    if judgement.remarks:
        found["warnings"] = list(judgement.remarks)
    return found


def _example_object(example: Counterexample) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if example.at:
        found["at"] = {name: plain(value) for name, value in example.at.items()}
    if example.entry is not None:
        found["entry"] = list(example.entry)
    found["expected"] = _plain(example.expected)
    found["given"] = "nan" if example.given is None else _plain(example.given)
    if example.difference is not None:
        found["difference"] = _plain(example.difference)
    return found


def _plain(value: float | str) -> Any:
    return value if isinstance(value, str) else plain(value)


def _main(judgement: Judgement, question: Question) -> str:
    if judgement.verdict is Verdict.CORRECT:
        if judgement.evidence is Evidence.PROVED:
            return "proved"
        return judgement.reason or f"agrees at {judgement.points} points"
    if judgement.counterexample is not None:
        return _difference(judgement.counterexample, question)
    return judgement.reason or ""


def _difference(example: Counterexample, question: Question) -> str:
    """`at x=1 the derivative is 2.2232; the answer gives 1.0806`."""
    point = ", ".join(f"{name}={exact_text(value)}" for name, value in example.at.items())
    at = f"at {point} " if point else ""
    subject = _subject(question)
    if example.entry is not None:
        subject += f"'s entry {list(example.entry)}"
    if example.given is None:
        return f"{at}{subject} is {_number(example.expected, FEWEST_DIGITS)}; the answer has no value there"
    if example.difference is not None:
        expected = _number(example.expected, FEWEST_DIGITS)
        return f"{at}{subject} is {expected}; the answer differs by {_number(example.difference, 3)}"
    expected, given = _apart(example.expected, example.given)
    return f"{at}{subject} is {expected}; the answer gives {given}"


def _subject(question: Question) -> str:
    """What is asked, in a few words."""
    if question.form in _SUBJECTS:
        return _SUBJECTS[question.form]
    if question.order > 1:
        return f"the {_ORDINALS.get(question.order, f'{question.order}th')} derivative"
    return "the derivative" if question.curve is None else f"d{question.curve.of}/d{question.curve.by}"


def _apart(first: float | str, second: float | str) -> tuple[str, str]:
    """Two numbers with as few digits as show that they differ."""
    for digits in range(FEWEST_DIGITS, MOST_DIGITS):
        texts = _number(first, digits), _number(second, digits)
        if texts[0] != texts[1]:
            return texts
    return str(first), str(second)


def _number(value: float | str, digits: int) -> str:
    if isinstance(value, str):
        decimal = _DECIMAL.fullmatch(value)
        return value if decimal is None else f"{float(decimal[1]):.{digits}g}e{decimal[2]}"
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text
