"""What somebody may have meant who named a command or an option that there is not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Final

import click

from gradcli.cli.program import ARGUMENTS, COMMANDS, DEFAULT, OPERANDS, Misuse, called, help_call

SHORTEST: Final = 3
"""The letters that a word has at least that is nearly a command: shorter ones are variables."""
STEM: Final = 4
"""The letters from which the beginning of a command stands for it, and the other way round (`evaluate`)."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]*")
_NEGATED: Final = re.compile(r"-[A-Za-z]\w*")


def near_command(word: str) -> str | None:
    """The command that a word nearly is; None for a command itself, for functions, and where none is near."""
    if word in COMMANDS or len(word) < SHORTEST or not _WORD.fullmatch(word):
        return None
    near = nearest(word.lower(), COMMANDS)
    if near is None:
        return None
    from gradcli.operations import OPERATIONS

    return None if word in OPERATIONS else near


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that takes the fewest slips of the hand from `word`, of those that take few; None where none does.

    A slip is a letter too many, too few, wrong, or before its neighbour. One is few, two are in more than five letters.
    """
    most = 1 if len(word) <= 5 else 2
    scored = [(slips(word, each), each) for each in candidates]
    few = [(count, each) for count, each in scored if count <= most]
    if few:
        return min(few, key=lambda pair: pair[0])[1]
    stems = [
        each
        for _, each in scored
        if min(len(word), len(each)) >= STEM and (each.startswith(word) or word.startswith(each))
    ]
    return stems[0] if len(stems) == 1 else None


def slips(written: str, meant: str) -> int:
    """The least number of letters that are too many, too few, wrong, or before their neighbour: the optimal string
    alignment distance."""
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for i, letter in enumerate(written, 1):
        row = [i]
        for j, other in enumerate(meant, 1):
            best = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and written[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def unknown_command(word: str) -> Misuse:
    """That there is no such command, and which may be meant."""
    near = near_command(word)
    if near is not None:
        return Misuse(f"there is no command {word!r}", f"did you mean {near}?  gradcli help {near}")
    from gradcli.operations import OPERATIONS

    if word in OPERATIONS:
        return Misuse(f"there is no command {word!r}", f"it is a function: gradcli functions {word}")
    return Misuse(f"there is no command {word!r}", "gradcli help lists those there are")


def misspelt_command(word: str, meant: str, words: Sequence[str]) -> Misuse:
    """That a call begins with what is nearly a command, with the call as it is meant."""
    return Misuse(f"there is no command {word!r}", f"did you mean {meant}?  gradcli {shlex.join([meant, *words])}")


def unknown_option(option: str, known: Sequence[str], ctx: click.Context) -> Misuse:
    """That a command has no such option, and which may be meant; where it could be an expression, how to say so."""
    before: list[str] = ctx.meta[OPERANDS]
    if before and ctx.command.name == DEFAULT:  # the option may be another command's
        meant = near_command(before[0])
        if meant is not None:
            given = list(ctx.meta[ARGUMENTS])
            given.remove(before[0])
            return misspelt_command(before[0], meant, given)
        from gradcli.cli.files import file_given

        if (file := file_given(ctx.meta[ARGUMENTS], before[0])) is not None:
            return file
    hints = []
    of_all = ["--version"] if ctx.command.name == DEFAULT else []
    near = _near_option(option, [*known, *of_all])
    if near is not None:
        hints.append(f"did you mean {near}?")
    elif _NEGATED.fullmatch(option) and any(each.name == "operands" for each in ctx.command.params):
        if before and "=" not in before[0]:
            hints.append(f"if it belongs to the expression, quote both together: '{before[0]} {option}'")
        else:
            values = shlex.join([each for each in ctx.meta[ARGUMENTS] if "=" in each and each[0] != "-"]) or "x=2"
            hints.append(f"an expression that looks like an option goes after --: {called(ctx)} -- {option} {values}")
    elif ctx.command.name != DEFAULT and option in _options_of_default(ctx):
        hints.append(f"{option} is an option of gradcli {DEFAULT}")
    hints.append(f"{help_call(ctx)} lists the options")
    return Misuse(f"{called(ctx)} has no option {option}", "\n       ".join(hints))


def _options_of_default(ctx: click.Context) -> list[str]:
    program = ctx.find_root().command
    command = program.get_command(ctx, DEFAULT) if isinstance(program, click.Group) else None
    return [] if command is None else [name for parameter in command.params for name in parameter.opts]


def _near_option(option: str, known: Sequence[str]) -> str | None:
    if option.startswith("--") or len(option) > 2:
        bare = option.lstrip("-")
        near = nearest(bare.lower(), [each[2:] for each in known if each.startswith("--")])
        return None if near is None else f"--{near}"
    return option.swapcase() if option.swapcase() in known else None
