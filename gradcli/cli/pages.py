"""How help is laid out: examples first, folded where the terminal is narrow, then what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import click

from gradcli.cli import terminal

MOST_COLUMNS: Final = 80
FEWEST_COLUMNS: Final = 20
ROOMY: Final = 60
"""The columns from which explanations stand beside what they explain; in fewer they stand below it."""
_WORDS: Final = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
"""The words of a line as a shell reads them, each as it is written."""

_JOINTS: Final = ("|", "&&")
"""The words after which a long line is broken first: there another command begins."""


class HelpPage(click.HelpFormatter):
    """A page of help as wide as the terminal, which may be as narrow as a telephone's."""

    def __init__(self) -> None:
        super().__init__(width=max(FEWEST_COLUMNS, min(terminal.width(), MOST_COLUMNS) - 2))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A table of what there is and what it does."""
        super().write_dl(rows, col_max if self.width >= ROOMY else min(col_max, 12), col_spacing)

    def write_examples(self, examples: str) -> None:
        """Lines of a shell under their heading; what is too long goes on in the next line, as a shell takes it."""
        heading, *lines = examples.rstrip().split("\n")
        self.write("\n".join([heading, *(folded(line, self.width) for line in lines)]) + "\n")


def folded(line: str, width: int) -> str:
    """A line of a shell in lines of `width` columns, broken between words: it still may be copied and run."""
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    lines: list[list[str]] = [[]]
    ahead = _WORDS.findall(line)
    while ahead:
        last = lines[-1]
        space = width - len(indent) - len(" \\") - (4 if len(lines) > 1 else 0)
        if not last or len(" ".join([*last, ahead[0]])) <= space:
            last.append(ahead.pop(0))
            continue
        end = 1 + max((at for at, each in enumerate(last) if each in _JOINTS), default=len(last) - 1)
        ahead[:0] = last[end:]
        del last[end:]
        lines.append([])
    return " \\\n".join(indent + ("    " if at else "") + " ".join(words) for at, words in enumerate(lines))


def write_commands(page: click.HelpFormatter, commands: Mapping[str, tuple[str, str]]) -> None:
    """The commands, a line each."""
    with page.section("Commands"):
        page.write_dl([(name, summary) for name, (_, summary) in commands.items()])
    page.write_paragraph()
    page.write_text("`gradcli help COMMAND` says more of each. Without a command it is `eval`:")
