"""The README and the pages of docs keep their word: every example in them runs, and prints what stands under it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from gradcli.cli.commands import COMMANDS
from gradcli.cli.program import program
from tests.documents import FOLDER, PAGES, README, Shell, anchors, blocks, examples, is_there, links, section

MOST_LINES = 250
"""What the README may have: it is a tour, and docs has the rest."""
LEFT, CELL_WIDTH = 18, 9
"""Where the picture's first column begins, and how wide a column is: docs/terminal.py has them."""
PERFORMANCE = FOLDER / "docs" / "performance.md"
COMMANDS_PAGE = FOLDER / "docs" / "commands.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run_and_print_what_it_shows(page: Path, tmp_path: Path, clean: None) -> None:
    shell = Shell(tmp_path)
    faults = []
    for block in blocks(page):
        if block.language == "console":
            faults += [fault for each in examples(block) if (fault := _fault(shell, each.command, each.shown))]
        elif block.language == "python":
            printed, said = shell.python(block.text)
            faults += [f"{block.text}\nprinted\n{printed}"] if printed != said else []
        elif block.language == "pycon":
            faults += [told for told in [shell.prompt(block.text, page.name)] if told]
    assert not faults, "\n".join([f"{len(faults)} examples of {page.name} print something else:", *faults])


def _fault(shell: Shell, command: str, shown: str | None) -> str:
    """How a command does not do what is shown; empty where it does."""
    if not is_there(command):
        return ""
    screens = shell.run(command)
    if shown is None:
        return "" if shell.status == 0 else f"$ {command}\nexit status {shell.status}\n{screens[0]}"
    return "" if shown in screens else f"$ {command}\n{screens[0]}"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No word of the environment about colour or width."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GRADCLI_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {link}, and there is no such file"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}, and there is no such heading"


def test_each_page_can_be_found_from_the_readme() -> None:
    linked = {(README.parent / link.partition("#")[0]).resolve() for link in links(README)}
    assert [page.name for page in PAGES[1:] if page.resolve() not in linked] == []


def test_the_readme_is_a_tour() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_picture_shows_what_its_commands_print(tmp_path: Path, clean: None) -> None:
    shown = [line.removeprefix("$ ") for line in _rows(FOLDER / "docs" / "terminal.svg")]
    shell = Shell(tmp_path)
    for command in [line for line in shown if line.startswith("gradcli ")]:
        printed = shell.run(command)[0].splitlines()
        start = shown.index(command) + 1
        assert [line.rstrip() for line in printed] == shown[start : start + len(printed)], (
            "python docs/terminal.py draws it anew"
        )


def _rows(picture: Path) -> list[str]:
    """The lines of text in a picture whose glyphs stand in cells of their own."""
    rows: dict[float, dict[int, str]] = {}
    for glyph in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text"):
        x, y = float(glyph.attrib["x"]), float(glyph.attrib["y"])
        rows.setdefault(y, {})[round((x - LEFT) / CELL_WIDTH - 0.5)] = glyph.text or ""
    return ["".join(row.get(column, " ") for column in range(max(row) + 1)) for _, row in sorted(rows.items())]


def test_the_ratios_of_the_readme_are_those_of_the_page_on_performance() -> None:
    measured = re.findall(r"^\| (.*?) \|.*\| ([\d.]+) \|$", PERFORMANCE.read_text(encoding="utf-8"), re.MULTILINE)
    said = re.findall(r"^\| (.*?) \| ([\d.]+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert said
    assert [row for row in said if row not in measured] == []


def test_the_first_block_holds_the_two_commands() -> None:
    first = blocks(README)[0]
    assert first.language == "sh"
    assert len(first.text.splitlines()) == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_is_documented(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    said = section(COMMANDS_PAGE, f"gradcli {name}")
    assert said, f"docs/commands.md lacks a section '## gradcli {name}': document the command there"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            option = max((*parameter.opts, *parameter.secondary_opts), key=len)
            known = re.search(rf"`[^`\n]*(?<![\w-]){re.escape(option)}(?![\w-])", said)
            assert known, f"docs/commands.md, section 'gradcli {name}', says nothing of {option}: document it there"
