"""The teacher's own words for mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradcli.homework.mistakes.table import NAMES
from gradcli.homework.results import Mistake
from gradcli.language import Diagnostic, DiagnosticError, Span, did_you_mean
from gradcli.language.values import replace

NO_SUCH_MISTAKE = "H115"


def in_own_words(mistake: Mistake, messages: Mapping[str, str]) -> Mistake:
    """The mistake with the words for it, or for its family (`chain` for `chain-inner-missing`)."""
    own = messages.get(mistake.rule, messages.get(family(mistake.rule)))
    return mistake if own is None else replace(mistake, message=own)


def family(name: str) -> str:
    """What mistakes of one kind have in common."""
    return name.partition("-")[0]


def check_names(names: Iterable[str]) -> None:
    """Raises DiagnosticError for a name that no mistake and no family has."""
    known = dict.fromkeys([*NAMES, *map(family, NAMES)])
    for name in names:
        if name not in known:
            help_ = did_you_mean(name, known) or "`gradcli grade` names mistakes as its results do"
            message = f"there is no mistake called {name!r}"
            raise DiagnosticError(Diagnostic(NO_SUCH_MISTAKE, message, Span(0, len(name)), name, help_))
