"""The shapes in which learning platforms write a class's answers, known by their headings.

Each is claimed only where its headings match in full. What holds scores and no answers is known, too, so that it can
be said what to export instead. Each function has the headings as they are compared (`layout.plain`), the same as
they are written, and the second row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Final

from gradcli.homework.classfile.layout import ROW, AnswerColumn, Layout, Pair, Wrapping, plain
from gradcli.language.values import frozen

FIRST_NAMES: Final = ("first name", "vorname", "prénom", "nombre", "firstname", "first_name")
LAST_NAMES: Final = ("last name", "surname", "nachname", "lastname", "last_name", "apellido(s)", "nom de famille")
NAMES: Final = ("name", "full name", "student name", "your name", "nom", "student")
ADDRESSES: Final = (
    "email address",
    "email",
    "e-mail",
    "mail",
    "e-mail-adresse",
    "e-mail address",
    "adresse de courriel",
)
IDS: Final = (
    *("id number", "id-nummer", "username", "anmeldename", "user id", "student id", "student_id", "sid", "sis_id"),
    *("uid", "uin", "matrikelnummer", "login", "user name"),
)
IDENTITIES: Final = frozenset((*FIRST_NAMES, *LAST_NAMES, *NAMES, *ADDRESSES, *IDS))
"""Headings, as they are compared, of what tells students apart."""

_COUNTED: Final = re.compile(r"(\D*[^\W\d]) ?(\d{1,3})")
_GRADE: Final = re.compile(r"[^/]+/\s*\d+([.,]\d+)?")
_RESPONSES: Final = ("response", "antwort", "réponse", "respuesta", "risposta", "resposta")
_STARTED: Final = ("started on", "started", "begonnen am", "begonnen")
_COMPLETED: Final = ("completed", "beendet", "abgeschlossen")
_CANVAS_ID: Final = re.compile(r"(\d+): *(.*)", re.DOTALL)
_POINTS: Final = re.compile(r"\d+([.,]\d+)?")


@frozen
class Head:
    """The headings of a file: as they are compared, and as written; and the row below them."""

    plain: tuple[str, ...]
    written: tuple[str, ...]
    second: tuple[str, ...] = ()

    def find(self, *names: str) -> tuple[int, ...]:
        """The columns with these headings, in the order of the names."""
        return tuple(self.plain.index(name) for name in dict.fromkeys(names) if name in self.plain)

    def has(self, *names: str) -> bool:
        """Whether all of these are headings."""
        return all(name in self.plain for name in names)

    def person(self, within: Iterable[int] | None = None) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The columns of a student's name, and all that tell students apart, among these columns or all."""
        places = range(len(self.plain)) if within is None else within
        identity = tuple(place for place in places if self.plain[place] in IDENTITIES)
        for kinds in ((FIRST_NAMES, LAST_NAMES), (NAMES,), (ADDRESSES,), (IDS,)):
            name = [place for kind in kinds for place in identity if self.plain[place] in kind]
            if name and all(self.plain[place] in FIRST_NAMES for place in name):
                name += [place for place in identity if self.plain[place] in NAMES]  # `Name, Vorname`
            if name:
                return tuple(name), identity
        return (), identity

    def distinct(self) -> Head:
        """The headings so that a key can name each: the second `Answer` is `Answer (2)`, and one without a text is
        `column C` where something stands below it."""
        written: list[str] = []
        for place, text in enumerate(self.written):
            below = self.second[place].strip() if place < len(self.second) else ""
            written.append(_unlike(text or (f"column {_letters(place)}" if below else ""), written))
        return Head(tuple(map(plain, written)), tuple(written), self.second)


def _unlike(text: str, others: Sequence[str]) -> str:
    known = set(map(plain, others))
    numbered = (f"{text} ({number})" for number in count(2))
    return text if not text or plain(text) not in known else next(each for each in numbered if plain(each) not in known)


def _letters(place: int) -> str:
    """What a spreadsheet calls the column: A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@frozen
class Scores:
    """A file of scores without answers: whose it is, and what to export instead."""

    platform: str
    instead: str


def head(written: Sequence[str], second: Sequence[str] = ()) -> Head:
    """The headings of a file, and the row below them."""
    return Head(tuple(map(plain, written)), tuple(" ".join(each.split()) for each in written), tuple(second))


def recognised(found: Head) -> Layout | Scores | None:
    """What platform's file has these headings; None where it is none that is known."""
    for shape in _SHAPES:
        layout = shape(found)
        if layout is not None:
            return layout
    return None


def _scores(found: Head) -> Scores | None:
    if found.has("assignment submission id", "question submission id"):
        answers = (
            "what students typed into an Online Assignment is in its own export, their programs in Export Submissions"
        )
        return Scores("Gradescope's evaluations", answers)
    if found.has("first name", "last name", "email", "username", "question 1", "completed?"):
        return Scores("Numbas LTI's attempts.csv", "its answers are in the JSON dump of all attempts")
    if found.has("student_id", "last_name", "first_name", "email") and found.find("score", "max_score", "raw_score"):
        return Scores("nbgrader's export", "the answers are in the notebooks that were submitted")
    if found.has("file", "percent_correct"):
        return Scores("otter's final_grades.csv", "the answers are in the notebooks that were submitted")
    return None


def _moodle(found: Head) -> Layout | None:
    """Moodle's quiz responses, in any language: a grade `Grade/10.00`, and behind it groups of numbered headings."""
    grades = [place for place, name in enumerate(found.plain) if _GRADE.fullmatch(name)]
    groups = _groups(found, grades[0] + 1) if grades else {}
    word: str | None = next((each for each in _RESPONSES if each in groups), None)
    if word is None and len(groups) in (1, 3):  # the question, the response and the right answer, in this order
        word = list(groups)[len(groups) // 2]
    if word is None:
        return None
    columns = groups[word]
    before = range(grades[0])
    name, identity = found.person(before)
    if not name and grades[0] > 4:  # the four before the grade are the state and the times
        name, identity = tuple(before[:-4][:2]), tuple(before[:-4])
    places = tuple(AnswerColumn(place, (found.written[place],), number) for number, place in enumerate(columns, 1))
    order = (*found.find(*_STARTED), *found.find(*_COMPLETED))
    return Layout("Moodle's quiz responses", name, identity, places, order=order)


def _groups(found: Head, begin: int) -> dict[str, list[int]]:
    """The columns from `begin` on that are headed by a word and 1, 2, …, by the words; none where others are."""
    groups: dict[str, list[int]] = {}
    for place in range(begin, len(found.plain)):
        counted = _COUNTED.fullmatch(found.plain[place])
        if counted is None or int(counted[2]) != len(groups.setdefault(counted[1], [])) + 1:
            return {}
        groups[counted[1]].append(place)
    return groups if len({len(each) for each in groups.values()}) == 1 else {}


def _canvas(found: Head) -> Layout | None:
    """Canvas's Student Analysis: `4711: text`, each followed by a column that is headed by its points."""
    places = []
    for place in range(len(found.written) - 1):
        heading = _CANVAS_ID.fullmatch(found.written[place])
        if heading is not None and _POINTS.fullmatch(found.written[place + 1]):
            places.append(AnswerColumn(place, (found.written[place], heading[1], heading[2])))
    if not places:
        return None
    before = range(places[0].column)
    ids = found.find("name", "id", "sis_id")
    name, identity = (ids[:1], ids) if found.has("name", "id") else (tuple(before[:1]), tuple(before[:2]))
    anonymous = None
    if len(before) < 2 or (name and found.plain[name[0]].startswith("section")):
        name = identity = ()
        anonymous = ROW
    order = found.find("attempt", "submitted")
    return Layout(
        "Canvas's student analysis",
        name,
        identity,
        tuple(places),
        order=order,
        wrapping=Wrapping.CANVAS,
        anonymous=anonymous,
    )


def _blackboard(found: Head) -> Layout | None:
    if not found.has("username"):
        return None
    name, identity = found.person()
    if found.has("question id", "question", "answer"):
        pair = Pair(found.find("answer")[0], found.find("question id", "question"))
        return Layout("Blackboard's results, by question", name, identity, pairs=(pair,))
    pairs = tuple(_blackboard_pairs(found))
    return Layout("Blackboard's results, by user", name, identity, pairs=pairs) if pairs else None


def _blackboard_pairs(found: Head) -> Iterable[Pair]:
    """`Question n` has the text, since the same number is another question for another student."""
    number = 1
    while found.has(f"question {number}", f"answer {number}"):
        (answer,) = found.find(f"answer {number}")
        yield Pair(answer, found.find(f"question id {number}", f"question {number}"), found.written[answer])
        number += 1


def _google(found: Head) -> Layout | None:
    """A quiz of Google Forms: `question`, `question [Score]`, `question [Feedback]`."""
    asked = [name for name in found.plain if f"{name} [score]" in found.plain and name not in IDENTITIES]
    if not asked or not found.find("timestamp", "total score"):
        return None
    places = tuple(AnswerColumn(place, (found.written[place],)) for place in found.find(*asked))
    scored = [each for each in range(len(found.plain)) if not found.plain[each].endswith(("[score]", "[feedback]"))]
    name, identity = found.person(scored)
    return Layout("Google Forms", name, identity, places, order=found.find("timestamp"))


_MICROSOFT: Final = (
    ("id", "start time", "completion time", "email", "name"),
    ("id", "heure de début", "heure de fin"),
    ("id", "startzeit", "fertigstellungszeit"),
)


def _microsoft(found: Head) -> Layout | None:
    """Microsoft Forms: five columns of its own, then the questions; a quiz has `Points - question`, in English."""
    quiz = [name for name in found.plain if f"points - {name}" in found.plain]
    begins = [each for each in _MICROSOFT if found.plain[: len(each)] == each]
    if found.plain[:1] != ("id",) or len(found.plain) < 6 or not (quiz or begins):
        return None
    rest = range(5, len(found.plain))
    own = ("last modified time", "total points", "quiz feedback")
    asked = [
        place
        for place in rest
        if (found.plain[place] in quiz if quiz else found.plain[place] not in own) and found.plain[place]
    ]
    places = tuple(AnswerColumn(place, (found.written[place],)) for place in asked)
    return Layout("Microsoft Forms", (4,), (4, 3), places, order=(0,), blanks=("anonymous",), anonymous=0)


def _prairielearn(found: Head) -> Layout | None:
    if not found.has("question", "submitted answer") or not found.find("uid", "usernames", "group name"):
        return None
    group = found.find("group name", "usernames")
    name, identity = found.find("name") or found.find("uid"), found.find("uid", "uin", "username")
    pair = Pair(found.find("submitted answer")[0], found.find("question"))
    order = found.find("submission date")
    return Layout(
        "PrairieLearn's submissions",
        group[:1] or name,
        group or identity,
        pairs=(pair,),
        order=order,
        wrapping=Wrapping.PRAIRIELEARN,
    )


def _webwork(found: Head) -> Layout | None:
    if not found.has("user id", "set id", "problem number", "answers"):
        return None
    name = found.find("user id")
    group, number, answer = found.find("set id", "problem number", "answers")
    pair = Pair(answer, (), number=number, group=group)
    blanks = ("No answer entered",)
    return Layout(
        "WeBWorK's past answers", name, name, pairs=(pair,), in_time=True, wrapping=Wrapping.WEBWORK, blanks=blanks
    )


def _survey_monkey(found: Head) -> Layout | None:
    """SurveyMonkey: two rows of headings, in the first of which a blank one goes on with what stands before it."""
    if not found.has("respondent id", "collector id"):
        return None
    places, asked = [], ""
    for place, kind in enumerate(found.second):
        asked = (found.written[place] if place < len(found.written) else "") or asked
        if kind.strip():
            labels = (asked,) if plain(kind) == "open-ended response" else (f"{asked} [{kind.strip()}]", kind.strip())
            places.append(AnswerColumn(place, labels))
    name, identity = found.person()
    (respondent,) = found.find("respondent id")
    answers = tuple(each for each in places if plain(each.heading) not in IDENTITIES)
    return Layout("SurveyMonkey", name, identity, answers, heads=2, anonymous=respondent) if answers else None


_SHAPES: Final[Sequence[Callable[[Head], Layout | Scores | None]]] = (
    _scores,
    _survey_monkey,
    _prairielearn,
    _webwork,
    _google,
    _microsoft,
    _canvas,
    _moodle,
    _blackboard,
)
