"""What a header says: the layout of a file, which of its columns answer which question, and what to write into the
key where nobody can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gradcli.homework.classfile.layout import (
    NUMBERED,
    AnswerColumn,
    Layout,
    Pair,
    last_number,
    match,
    numbers,
    plain,
    squeezed,
)
from gradcli.homework.classfile.plan import Plan, Sought
from gradcli.homework.classfile.platforms import IDENTITIES, Head, Scores, head, recognised
from gradcli.homework.classfile.roster import IGNORED, NO_COLUMN, SCORES, UNDERSTOOD, UNUSABLE, Roster, UnusableError
from gradcli.language.values import replace
from gradcli.streams import codes
from gradcli.streams.csv_rows import Row

STUDENT: Final = "student"
QUESTION: Final = "question"
ANSWER: Final = "answer"
EXAMPLE: Final = "begin with student,question,answer or with student and the names of the questions"
LATER: Final = ("attempt", "submitted", "submitted at", "submission time", "submission date", "completed", "timestamp")
"""Headings of what tells which attempt came later, where the key does not take them for questions."""
HEADINGS: Final = IDENTITIES | {STUDENT}
"""Headings, as they are compared, of who has answered."""
TIMES: Final = frozenset((*LATER, "id", "start time", "completion time", "score", "total score", "grade", "points"))
"""Headings that are no questions of a key that has none of these names."""


def read_layout(
    header: Row, second: Row | None, known: Layout | None, plan: Plan, roster: Roster
) -> tuple[Head, Layout]:
    """The layout that the headings of a file describe, where it is not `known`. Raises UnusableError."""
    found = head(header.cells, () if second is None else second.cells)
    shape = known or (None if STUDENT in found.plain else recognised(found))
    if isinstance(shape, Scores):
        message = f"this is {shape.platform}, which has scores and no answers"
        raise UnusableError.about(SCORES, message, shape.instead, header.line, header.text)
    student = found.find(*map(plain, plan.student))
    lacking = [each for each in plan.student if plain(each) not in found.plain]
    if shape is not None:
        if student and not lacking:
            others = tuple(place for place in shape.identity if place not in student)
            places = tuple(each for each in shape.places if each.column not in student)
            shape = replace(shape, student=student, identity=(*student, *others), places=places)
        if not shape.student and not shape.identity and shape.anonymous is None:
            message = f"this is of {shape.platform}, and no column says whose the answers are"
            raise UnusableError.about(UNUSABLE, message, _proposed(found, shape, plan), header.line, header.text)
        return found, shape
    found = found.distinct()
    student = found.find(*map(plain, plan.student))
    lacking = [each for each in plan.student if plain(each) not in found.plain]
    student = student or found.find(STUDENT) or _only_identity(header, found, plan, roster)
    if lacking or not student:
        what = f"no column {', '.join(lacking)}" if lacking else "no column student"
        raise UnusableError.about(UNUSABLE, f"there is {what}", _proposed(found, None, plan), header.line, header.text)
    return found, _own(header, found, student, plan, roster)


def _only_identity(header: Row, found: Head, plan: Plan, roster: Roster) -> tuple[int, ...]:
    """The one column that tells people apart (`Name`), in a file whose headings have all the key's questions; told."""
    questions = {plain(each.name) for each in plan.questions}
    places = [place for place, name in enumerate(found.plain) if name in IDENTITIES and name not in questions]
    if len(places) != 1 or not questions <= set(found.plain):
        return ()
    heading = found.written[places[0]]
    roster.notice(header.line, UNDERSTOOD, f"the column {heading!r} says who has answered", heading)
    return (places[0],)


def _own(header: Row, found: Head, student: tuple[int, ...], plan: Plan, roster: Roster) -> Layout:
    """The layout of a file of our own shape, or of one that the key describes."""
    again = _repeated(header, found, plan, roster)
    named = {plain(column) for each in plan.questions for column in each.columns}
    question, answer = (
        found.find(plain(said or usual)) if said or usual not in named else ()
        for said, usual in ((plan.question, QUESTION), (plan.answer, ANSWER))
    )
    pairs: tuple[Pair, ...] = ()
    places: tuple[AnswerColumn, ...] = ()
    if question or answer:
        if not question or not answer:
            lacking = (plan.answer or ANSWER) if question else (plan.question or QUESTION)
            raise UnusableError.about(UNUSABLE, f"there is no column {lacking}", EXAMPLE, header.line, header.text)
        pairs = (Pair(answer[0], question),)
    else:
        places = tuple(
            AnswerColumn(place, (name,))
            for place, name in enumerate(found.written)
            if place not in {*student, *again} and name
        )
    names = {plain(each.name) for each in plan.questions}
    order = found.find(*(name for name in LATER if name not in names))
    identity = [place for place, name in enumerate(found.plain) if name in IDENTITIES and name not in names]
    identity = [place for place in identity if place not in (*question, *answer)]
    used = {*student, *identity, *order, *question, *answer}
    if pairs:
        for place, name in enumerate(found.written):
            if place not in {*used, *again} and name:
                roster.notice(header.line, IGNORED, f"the column {name!r} is read over", name)
    return Layout("", student, tuple(dict.fromkeys((*student, *identity))), places, pairs, order)


def _repeated(header: Row, found: Head, plan: Plan, roster: Roster) -> list[int]:
    """The columns of a heading that an earlier one has, too, and that the key does not name; told."""
    named = {plain(column) for each in plan.questions for column in each.columns}
    named |= set(map(plain, (*plan.student, plan.question, plan.answer)))
    seen: set[str] = set()
    again = []
    for place, heading in enumerate(map(plain, header.cells)):
        if heading in seen and found.plain[place] not in named:
            again.append(place)
            first, own = squeezed(header.cells[place]), found.written[place]
            message = f"there are two columns {first!r}; the first one counts, and the key may call this one {own!r}"
            roster.notice(header.line, codes.BAD_HEADER, message, first)
        seen |= {heading} - {""}
    return again


def found_places(header: Row, found: Head, layout: Layout, plan: Plan, roster: Roster) -> Mapping[str, AnswerColumn]:
    """The columns of the key's questions, by their names; what lacks and what is left is told.

    Raises UnusableError where no column is a question.
    """
    known = numbers(plan.questions)
    places: dict[str, AnswerColumn] = {}
    by_number = False
    for sought in plan.questions:
        ranked = _ranked(sought, layout, known)
        if not ranked:
            continue
        best = min(ranked)
        places[sought.name] = ranked[best][0]
        by_number = by_number or best == NUMBERED
        if len(ranked[best]) > 1:
            others = ", ".join(repr(each.heading) for each in ranked[best][1:])
            message = f"{sought.name} is {ranked[best][0].heading!r}, and could be {others} as well"
            roster.notice(header.line, codes.BAD_HEADER, message, sought.name)
    if not places:
        raise UnusableError.about(
            UNUSABLE, "no column is a question of the key", _proposed(found, layout, plan), header.line, header.text
        )
    _tell(header, found, layout, plan, places, roster)
    return places


def _ranked(sought: Sought, layout: Layout, known: Mapping[str, int]) -> dict[int, list[AnswerColumn]]:
    """The columns that may be a question's, by how they are it."""
    ranked: dict[int, list[AnswerColumn]] = {}
    for place in layout.places:
        how = match(sought, place.labels, place.number, known.get(sought.name))
        if how is not None:
            ranked.setdefault(how, []).append(place)
    return ranked


def _tell(
    header: Row, found: Head, layout: Layout, plan: Plan, places: Mapping[str, AnswerColumn], roster: Roster
) -> None:
    """Say how the columns are understood where that is not plain, which question has none, and which are left."""
    if layout.platform:
        which = ", ".join(f"{name} is {place.heading!r}" for name, place in places.items())
        roster.notice(header.line, UNDERSTOOD, f"read as {layout.platform}: {which}", "")
    for sought in plan.questions:
        if sought.name not in places:
            message = f"there is no column {sought.name!r}: all its answers are missing"
            roster.notice(header.line, NO_COLUMN, message, sought.name)
    used = {each.column for each in places.values()}
    used |= {*layout.student, *layout.identity, *layout.order}
    left = [place.heading for place in layout.places if place.column not in used]
    if plan.student and not layout.platform and left:
        roster.notice(header.line, IGNORED, f"read over: {', '.join(map(repr, left))}", "")
        return
    for heading in left:
        roster.unknown(heading, header.line)


def _proposed(found: Head, layout: Layout | None, plan: Plan) -> str:
    """What to write into the key: a table that stands last, so that it can be copied to the end."""
    if sum(map(bool, found.plain)) < 2:
        separators = "cells are separated by a comma, a semicolon or a TAB, or by what a first line says, as sep=|"
        return f"{separators}; {EXAMPLE}"
    lines = list(proposal(found, layout, plan))
    return "\n  ".join([f"say in the key which columns are which, or {EXAMPLE}; for example", *lines])


def proposal(found: Head, layout: Layout | None, plan: Plan) -> Iterator[str]:
    """A table `[columns]` with what may be meant: the names that look like it, and the questions by their numbers or
    in order."""
    name, identity = found.person()
    student = (layout.student if layout else ()) or name or (0,)
    yield "[columns]"
    shown = [_quoted(found.written[place]) for place in student if place < len(found.written)]
    yield f"student = {shown[0] if len(shown) == 1 else '[' + ', '.join(shown) + ']'}"
    if layout is not None and layout.places:
        left = [place.heading for place in layout.places]
    else:
        taken = {*student, *identity}
        left = [
            text
            for place, text in enumerate(found.written)
            if place not in taken and text and found.plain[place] not in TIMES
        ]
    asked = _asked(found, left, plan)
    if asked and len(left) > 1:
        yield f"question = {_quoted(asked)}"
        yield f"answer = {_quoted(next(each for each in reversed(left) if each != asked))}"
        return
    for sought, heading in _paired(plan.questions, left):
        yield f"{_quoted_name(sought.name)} = {_quoted(heading)}"


def _asked(found: Head, left: Sequence[str], plan: Plan) -> str:
    """The heading of a column that names a question of the key in the first row below; empty where none does."""
    for heading, cell in zip(found.written, found.second, strict=False):
        if heading in left and any(match(each, (cell,), None, None) is not None for each in plan.questions):
            return heading
    return ""


def _paired(questions: Sequence[Sought], left: Sequence[str]) -> Iterator[tuple[Sought, str]]:
    numbered = [last_number(text) for text in left]
    by_number = {number: text for number, text in zip(numbered, left, strict=True) if numbered.count(number) == 1}
    own = [last_number(each.name) for each in questions]
    if all(number is not None and number in by_number for number in own):
        yield from ((each, by_number[number]) for each, number in zip(questions, own, strict=True))
    else:
        yield from zip(questions, left[-len(questions) :], strict=False)  # answers come last


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _quoted_name(name: str) -> str:
    bare = name.isascii() and name.replace("-", "_").isidentifier()
    return name if bare else _quoted(name)
