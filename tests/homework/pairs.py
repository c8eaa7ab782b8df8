"""Questions with equal and unequal answers, as tables of text: `pairs/*.txt`, by subject.

A line in the first column is a question: a function, and after `;;` what else is said of it (`wrt=x,y`, `order=2`,
`form=hessian`, `domain=x > 0, y > 0`). Below it, `=` stands before an equal answer and `!` before an unequal one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradcli.homework import Judge, make_question

FOLDER = Path(__file__).parent / "pairs"


@dataclass
class Block:
    """A question with its answers."""

    text: str
    equal: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)

    def judge(self) -> Judge:
        """The judge of the question."""
        function, *settings = (part.strip() for part in self.text.split(";;"))
        keywords: dict[str, Any] = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            keywords[name] = value
        if "," in keywords.get("wrt", ""):
            keywords["wrt"] = keywords["wrt"].split(",")
        if "order" in keywords:
            keywords["order"] = int(keywords["order"])
        if "domain" in keywords:
            keywords["domain"] = [condition.strip() for condition in keywords["domain"].split(",")]
        return Judge(make_question(function, **keywords))


def blocks(subject: str) -> list[Block]:
    """The questions of one subject."""
    found: list[Block] = []
    for line in (FOLDER / f"{subject}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            found.append(Block(line.strip()))
        elif line.strip().startswith("= "):
            found[-1].equal.append(line.strip()[2:])
        else:
            assert line.strip().startswith("! "), line
            found[-1].unequal.append(line.strip()[2:])
    return found


def subjects() -> list[str]:
    """The subjects there are tables for."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def everything() -> Iterator[Block]:
    """All questions."""
    for subject in subjects():
        yield from blocks(subject)
