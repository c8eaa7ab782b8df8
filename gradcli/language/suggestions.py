"""What somebody may have meant: offered in the help of a Diagnostic, never applied."""

from __future__ import annotations

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
    from gradcli.language.segmentation import proposal  # needed for an error only

    if name[1:] in functions:
        return _question([f"{name[0]}*{name[1:]}(...)"])
    product = proposal(name, frozenset(functions), variables)
    if product is not None and product.endswith("(...)"):
        return _question([product])
    return did_you_mean(name, functions)


def for_name(name: str, known: Collection[str], functions: Collection[str] = ()) -> str | None:
    """What an unbound name may have been: a product of known names and functions (`xy`, `2xsinx`), or a known name that
    is spelt alike. None where nothing comes near."""
    from gradcli.language.segmentation import proposal  # needed for an error only

    if len(name) > _LONGEST:
        return None
    product = proposal(name, frozenset(functions), known)
    return did_you_mean(name, known) if product is None else _question([product])


def _question(options: list[str]) -> str | None:
    if not options:
        return None
    return f"did you mean {' or '.join(filter(None, [', '.join(options[:-1]), options[-1]]))}?"
