"""Writes the manual pages, docs/man/*.1, from the texts that `--help` shows: `python docs/manual.py`.

A page holds neither a date nor a place, so that the same texts give the same page.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from gradcli import __version__
from gradcli.cli.commands import COMMANDS, DEFAULT
from gradcli.cli.pages import folded
from gradcli.cli.program import program

COLUMNS: Final = 70
"""What there is for an example on a page of 80 columns."""
FOLDER: Final = Path(__file__).parent / "man"

_SIGNS: Final = str.maketrans({"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"})
_CODE: Final = re.compile(r"`([^`]+)`")
_OPTION: Final = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    context = click.Context(program, info_name="gradcli")
    found = {"gradcli.1": _page("gradcli", _command(DEFAULT), context)}
    for name in COMMANDS:
        if name != DEFAULT:
            found[f"gradcli-{name}.1"] = _page(f"gradcli {name}", _command(name), context)
    return found


def _command(name: str) -> click.Command:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    return command


def _page(called: str, command: click.Command, context: click.Context) -> str:
    """The page of a command, in the macros of man(7)."""
    is_main = called == "gradcli"
    name = called.replace(" ", "-")
    summary = "a gradient calculator" if is_main else COMMANDS[command.name or ""][1].rstrip(".")
    inner = click.Context(command, info_name=called, help_option_names=["-h", "--help"])
    lines = [
        f'.TH {name.upper().translate(_SIGNS)} 1 "" "gradcli {__version__}" "gradcli"',
        ".SH NAME",
        rf"{_text(name)} \- {_text(summary[:1].lower() + summary[1:])}",
        ".SH SYNOPSIS",
        rf"\fB{_text(called)}\fR {_text(' '.join(command.collect_usage_pieces(inner)))}",
    ]
    if is_main:
        lines += [".br", r"\fBgradcli\fR \fICOMMAND\fR ..."]
    lines += [".SH EXAMPLES", *_examples(command)]
    lines += [".SH DESCRIPTION", *_paragraphs(command.help or "")]
    if is_main:
        lines += [".SH COMMANDS", *_commands()]
    lines += [".SH OPTIONS", *_options(command, inner)]
    lines += ['.SH "SEE ALSO"', _see_also(name)]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Text in which no sign means something to troff."""
    escaped = text.translate(_SIGNS)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _marked(text: str) -> str:
    """Text whose code is bold, as are options."""
    pieces = _CODE.split(text)
    marked = [rf"\fB{_text(each)}\fR" if at % 2 else _with_options(each) for at, each in enumerate(pieces)]
    return "".join(marked)


def _with_options(text: str) -> str:
    escaped, last = "", 0
    for found in _OPTION.finditer(text):
        escaped += text[last : found.start()].translate(_SIGNS) + rf"\fB{_text(found[0])}\fR"
        last = found.end()
    return escaped + text[last:].translate(_SIGNS)


def _examples(command: click.Command) -> Iterator[str]:
    for line in (command.epilog or "").splitlines()[1:]:
        yield from _verbatim(folded(line.strip(), COLUMNS).split("\n"))


def _verbatim(lines: list[str]) -> Iterator[str]:
    yield ".nf"
    for line in lines:
        yield _text(line)
    yield ".fi"


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs; those that begin with click's mark for it keep their lines."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        lines = paragraph.splitlines()
        if lines and lines[0] == "\b":
            yield from _verbatim(lines[1:])
        else:
            marked = _marked(" ".join(line.strip() for line in lines))
            yield rf"\&{marked}" if marked.startswith((".", "'")) else marked


def _commands() -> Iterator[str]:
    for name, (_, summary) in COMMANDS.items():
        yield ".TP"
        yield rf"\fB{_text(name)}\fR"
        yield _marked(summary) + ("" if name == DEFAULT else rf" See \fBgradcli\-{name}\fR(1).")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is None:
            continue
        written, text = record
        yield ".TP"
        yield _with_options(written)
        yield _marked(text)


def _see_also(name: str) -> str:
    """The pages beside one: of the main page all, of a command's the main one, which names the others."""
    others = [f"gradcli-{each}" for each in COMMANDS if each != DEFAULT] if name == "gradcli" else ["gradcli"]
    return ", ".join(rf"\fB{_text(each)}\fR(1)" for each in others)


def main() -> None:
    """Write the pages, and remove those of commands that are no more."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for old in FOLDER.glob("*.1"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(found)} pages in {FOLDER}\n")


if __name__ == "__main__":
    main()
