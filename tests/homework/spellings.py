"""The table of spellings (`spellings.txt`), and how often they are judged as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcli.homework import Judge, Judgement, Verdict, make_question

TABLE = Path(__file__).parent / "spellings.txt"
HIDDEN = re.compile(r"<U\+([0-9A-F]{4})>")


@dataclass(frozen=True)
class Spelling:
    """An answer to a question, and whether it is right."""

    question: str
    answer: str
    is_right: bool


def spellings() -> Iterator[Spelling]:
    """The rows of the table."""
    question = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            question = line.strip()
        else:
            answer = HIDDEN.sub(lambda found: chr(int(found[1], 16)), line[4:])
            yield Spelling(question, answer, line[:4] == "  = ")


def judge_of(question: str) -> Judge:
    """The judge of a question as the table writes it: a function, and after `;;` what else is said of it."""
    function, *settings = (part.strip() for part in question.split(";;"))
    keywords: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        keywords[name] = value or True
    if "," in keywords.get("wrt", ""):
        keywords["wrt"] = keywords["wrt"].split(",")
    if "order" in keywords:
        keywords["order"] = int(keywords["order"])
    if "at" in keywords:
        name, _, value = keywords["at"].partition(":")
        keywords["at"] = {name: float(value)}
    keywords["is_answer"] = keywords.pop("answer", False)
    return Judge(make_question(function, **keywords))


def judged(rows: Iterator[Spelling]) -> Iterator[tuple[Spelling, Judgement]]:
    """Each row with what is said of it."""
    judges: dict[str, Judge] = {}
    for row in rows:
        judge = judges.get(row.question) or judges.setdefault(row.question, judge_of(row.question))
        yield row, judge.judge(row.answer)


def is_good(judgement: Judgement) -> bool:
    """Whether a right answer is recognised: correct, or undecided with both readings said."""
    meant = judgement.reason is not None and "meant as" in judgement.reason
    return judgement.verdict is Verdict.CORRECT or (judgement.verdict is Verdict.UNDECIDED and meant)
