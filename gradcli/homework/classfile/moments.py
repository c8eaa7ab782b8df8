"""Which attempt came later: numbers and times as platforms write them, to be compared.

A time counts only where it can be read in one way: `3/12/26` is March or December, and so is no time here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

Moment = tuple[str, float]
"""Its kind, and a number that grows with time; moments of different kinds are not compared."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jän jänner",
            "feb februar february",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        1,
    )
    for name in names.split()
}
_WORDS: Final = re.compile(
    r"(?:[^\W\d]+,? )?(\d{1,2})\.? ([^\W\d]+)\.? (\d{4}),? +(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\.?)?"
)
_FORM: Final = re.compile(
    r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\.?)?(?: (?:GMT|UTC)?([+-]\d{1,2})?)?"
)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?(?:\.\d+)?)\s*(UTC|Z|[+-]\d\d(?::?\d\d)?)?")


def moment(text: str) -> Moment | None:
    """What a cell says; None where it says nothing that is sure."""
    text = " ".join(text.split())
    if re.fullmatch(r"\d{1,15}(\.\d{1,9})?", text):
        return "number", float(text)
    try:
        found = _DATE.fullmatch(text)
        if found is not None:
            zone = (found[3] or "").replace("UTC", "+00:00").replace("Z", "+00:00")
            return _since(datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}"))
        found = _WORDS.fullmatch(text)
        if found is not None and found[2].lower() in _MONTHS:
            clock = _hour(found[4], found[7]), int(found[5]), int(found[6] or 0)
            return _since(datetime(int(found[3]), _MONTHS[found[2].lower()], int(found[1]), *clock))
        found = _FORM.fullmatch(text)
        if found is not None:
            clock = _hour(found[4], found[7]), int(found[5]), int(found[6] or 0)
            kind, seconds = _since(datetime(int(found[1]), int(found[2]), int(found[3]), *clock))
            return kind, seconds - 3600 * int(found[8] or 0)
    except ValueError:
        pass
    return None


def _since(when: datetime) -> Moment:
    return "time", (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _hour(text: str, half: str | None) -> int:
    return int(text) % 12 + 12 * (half.lower() == "p") if half else int(text)
