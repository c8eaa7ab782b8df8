"""What somebody may have meant: offered in the help of a Diagnostic, never applied."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_LONGEST = 40


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """`did you mean sin or sinh?` with the candidates nearest to `name`, or None where none is near."""
    import difflib  # needed for an error only

    if len(name) > _LONGEST:
        return None
    by_lower: dict[str, str] = {}
    for candidate in candidates:
        by_lower.setdefault(candidate.lower(), candidate)
    near = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.65)
    return _question([by_lower[match] for match in near if by_lower[match] != name])


def for_function(name: str, functions: Collection[str], variables: Collection[str]) -> str | None:
    """What an unknown function may have been: a product (`xsin(x)`), or a function that is spelt alike."""
    if len(name) > _LONGEST:
        return None
    for cut in range(1, len(name) - 1):
        if name[cut:] in functions and (cut == 1 or name[:cut] in variables):
            return _question([f"{name[:cut]}*{name[cut:]}(...)"])
    return did_you_mean(name, functions)


def for_name(name: str, known: Collection[str], functions: Collection[str] = ()) -> str | None:
    """What an unbound name may have been: a product of known names (`xy`), a function and its argument (`sinx`), or a
    known name that is spelt alike. None where nothing comes near."""
    if len(name) > _LONGEST:
        return None
    pieces = _split(name, known)
    if pieces:
        return _question(["*".join(pieces)])
    for cut in range(len(name) - 1, 1, -1):
        argument = re.fullmatch(r"([0-9]*)([A-Za-z]\w*)", name[cut:])
        if argument and name[:cut] in functions and argument[2] in known:
            return _question([f"{name[:cut]}({'*'.join(filter(None, argument.groups()))})"])
    return did_you_mean(name, known)


def _split(name: str, known: Collection[str]) -> list[str] | None:
    """`name` as two or more known names in a row; the longest ones first."""
    best: list[list[str] | None] = [[]] + [None] * len(name)
    for end in range(1, len(name) + 1):
        for start in range(end):
            before = best[start]
            if before is not None and name[start:end] in known and (start, end) != (0, len(name)):
                best[end] = [*before, name[start:end]]
                break
    return best[-1]


def _question(options: list[str]) -> str | None:
    if not options:
        return None
    return f"did you mean {' or '.join(filter(None, [', '.join(options[:-1]), options[-1]]))}?"
