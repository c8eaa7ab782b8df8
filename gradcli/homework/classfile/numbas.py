"""The JSON dump of all attempts that Numbas's LTI tool writes, as rows.

`attempts[].user` is who, `scorm.current` has what SCORM stores: `cmi.interactions.N.id` is the path of a part of a
question (`q0p0` is the first part of the first one, `q0p0g1` its second gap), `cmi.interactions.N.learner_response`
the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from gradcli.homework.classfile.layout import AnswerColumn, Layout
from gradcli.homework.classfile.roster import UnusableError
from gradcli.homework.classfile.tables import Rows, begins
from gradcli.streams import codes
from gradcli.streams.csv_rows import COMMA, Row

PLATFORM: Final = "Numbas's attempts"
WHO: Final = ("first_name", "last_name", "username", "pk")
SEEN: Final = 4096
_DUMP: Final = re.compile(rb'\s*\{\s*"resource":\s*\{[^{}]*\},\s*"attempts":\s*\[')
_INTERACTION: Final = re.compile(r"cmi\.interactions\.(\d+)\.(id|learner_response)")
_PATH: Final = re.compile(r"q(\d+)p(\d+)(?:g(\d+))?")


def is_dump(stream: BinaryIO) -> bool:
    """Whether a stream begins as such a dump."""
    return _DUMP.match(begins(stream, SEEN)) is not None


def dump_rows(stream: BinaryIO) -> Rows:
    """An attempt in each row, and the parts' paths as headings. Raises UnusableError."""
    try:
        content = json.loads(stream.read())
        attempts = [(_who(each), _answers(each)) for each in content["attempts"]]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        message = f"this begins as Numbas's attempts and cannot be read: {error}"
        raise UnusableError.about(codes.BAD_JSON, message, "is the file whole?") from None
    paths = sorted({path for _, answers in attempts for path in answers}, key=_in_order)
    header = (*WHO, "start_time", *paths)
    rows = [Row(1, header, ", ".join(header))]
    for number, (who, answers) in enumerate(attempts, 1):
        cells = (*who, *(answers.get(path, "") for path in paths))
        rows.append(Row(number, cells, ", ".join(cells)))
    places = tuple(_places(paths, len(WHO) + 1))
    names = tuple(range(len(WHO)))
    layout = Layout(PLATFORM, names[:2], names, places, order=(len(WHO),))
    return Rows(iter(rows), COMMA, ("JSON",), layout=layout)


def _who(attempt: Any) -> list[str]:
    cells = [_text(attempt["user"].get(name)) for name in WHO]
    return [*cells, _text(attempt.get("start_time"))]


def _answers(attempt: Any) -> Mapping[str, str]:
    """The answers by the paths of the parts."""
    found: dict[str, dict[str, str]] = {}
    for key, entry in attempt["scorm"]["current"].items():
        interaction = _INTERACTION.fullmatch(key)
        if interaction is not None:
            value = entry["value"] if isinstance(entry, Mapping) else entry
            found.setdefault(interaction[1], {})[interaction[2]] = _text(value)
    return {each["id"]: each.get("learner_response", "") for each in found.values() if "id" in each}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _in_order(path: str) -> tuple[int, ...]:
    found = _PATH.fullmatch(path)
    return (10**6,) if found is None else tuple(int(each) for each in found.groups("-1"))


def _places(paths: list[str], first: int) -> Iterator[AnswerColumn]:
    """The parts' columns; a question of one part is known by its number, too."""
    questions = [_PATH.fullmatch(path) for path in paths]
    of = [None if found is None else int(found[1]) for found in questions]
    for place, (path, question) in enumerate(zip(paths, of, strict=True), first):
        number = None if question is None or of.count(question) > 1 else question + 1
        yield AnswerColumn(place, (path,), number)
