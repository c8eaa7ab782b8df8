"""What a key and the command line say about a class's file: which column is what, and which attempt counts."""

from __future__ import annotations

from enum import Enum
from typing import Final

from gradcli.language.values import frozen

PATTERN: Final = "re:"
"""Before a column's name that is a regular expression."""
BLANK: Final = "-"
"""What Moodle writes where there is no answer, and many people do."""


class AttemptRule(Enum):
    """Which of a student's attempts counts."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


@frozen
class Sought:
    """A question of the key, as a file may call it.

    `columns` are headings or ids that the key names, or patterns after `re:`; `text` is the question in words; `input`
    is which of several answers in a cell is meant: a name (`ans1`), or a number from 1.
    """

    name: str
    columns: tuple[str, ...] = ()
    text: str = ""
    input: str = ""


@frozen
class Plan:
    """What is looked for in a file: the questions, and what is said of the columns beside them.

    `student` are the columns that name a student together, `question` and `answer` those of a file with an answer in
    each row; empty where nothing is said. `attempt` is None where the file decides. `blanks` are what stands for no
    answer beside blank cells.
    """

    questions: tuple[Sought, ...]
    student: tuple[str, ...] = ()
    question: str = ""
    answer: str = ""
    attempt: AttemptRule | None = None
    blanks: tuple[str, ...] = (BLANK,)

    def is_blank(self, text: str | None) -> bool:
        """Whether this stands for no answer."""
        return text is None or not text.strip() or text.strip() in self.blanks
