"""Notes on where others read a program of several statements differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

from gradcli.language.diagnostics import DiagnosticError, Note
from gradcli.language.habits import Ambiguity, Choice
from gradcli.language.limits import MAX_NOTES, MAX_REREAD
from gradcli.language.notes import note_on_expressions
from gradcli.language.script import Assign, AugmentedAssign, ExpressionStatement, For, If, Script, Statement, With
from gradcli.language.tree import Expr


class Reader(Protocol):
    """What reads a text by the habits that are chosen at some places. Raises DiagnosticError."""

    def __call__(self, source: str, chosen: set[Choice] = ..., /) -> Script:
        """The program that the text writes."""
        ...


def notes_on_script(text: str, script: Script, ambiguities: Sequence[Ambiguity], read: Reader) -> Iterator[Note]:
    """The notes on where others read the text of a program differently, by the places at which they may."""
    most = min(MAX_NOTES, max(1, MAX_REREAD // len(text)))
    for choice in list(dict.fromkeys(each.choice for each in ambiguities if each.is_noted))[:most]:
        try:
            other = read(text, {choice})
        except DiagnosticError:  # nobody can read it so
            continue
        own, others = (list(_expressions(each.statements)) for each in (script, other))
        note = note_on_expressions(text, own, others, partial(_means, read, other))
        if note is not None:
            yield note


def _means(read: Reader, script: Script, text: str) -> bool:
    try:
        return read(text) == script
    except DiagnosticError:
        return False


def _expressions(statements: Sequence[Statement]) -> Iterator[Expr]:
    """The expressions of statements and of those in their blocks, in the order of the text."""
    for statement in statements:
        match statement:
            case ExpressionStatement(value=value) | Assign(value=value) | AugmentedAssign(value=value):
                yield value
            case For(iterable=iterable, body=body):
                yield iterable
                yield from _expressions(body)
            case With(argument=argument, body=body):
                if argument is not None:
                    yield argument
                yield from _expressions(body)
            case If(test=test, body=body, otherwise=otherwise):
                yield test
                yield from _expressions(body)
                yield from _expressions(otherwise)
