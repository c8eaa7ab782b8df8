"""The grammar is written down once, above the parser; the page in docs shows it."""

from __future__ import annotations

import re
from pathlib import Path

from gradcli.language import grammar

PAGE = Path(__file__).parents[2] / "docs" / "grammar.md"
BLOCK = re.compile(r"```ebnf\n(.*?)```", re.DOTALL)
TERMINALS = {"NUMBER", "NAME", "CONSTANT", "FUNCTION", "RAISED", "NEWLINE"}
PROSE = {"with", "what", "postfix", "and", "power", "have", "behind", "a", "primary"}


def test_the_page_shows_the_grammar_of_the_parser() -> None:
    assert PAGE.read_text(encoding="utf-8") == f"# Grammar\n\n{grammar.__doc__}"


def test_every_name_of_the_grammar_is_defined_and_used() -> None:
    found = BLOCK.search(grammar.__doc__ or "")
    assert found is not None
    rules = re.sub(r"\(\*.*?\*\)", "", found[1], flags=re.DOTALL)
    used = set(re.findall(r"[A-Za-z_]+", re.sub(r'"[^"]*"', "", rules)))
    defined = set(re.findall(r"^([a-z_]+) +=", rules, flags=re.MULTILINE))
    assert used - defined - PROSE == TERMINALS
    bodies = re.sub(r"^[a-z_]+ +=", "", rules, flags=re.MULTILINE)
    assert defined - set(re.findall(r"[a-z_]+", re.sub(r'"[^"]*"', "", bodies))) == {"program"}
