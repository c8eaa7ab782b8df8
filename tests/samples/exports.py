"""Makes samples/homework/exports: one small class, as each platform would write it.

`python -m tests.samples.exports` writes the files. The names and answers are made up; the shapes are those of the
platforms' documentation and sources. Ada handed in twice, and where a file has both attempts the later one is hers;
Bo's answer to the second question is blank.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

FOLDER: Final = Path(__file__).parents[2] / "samples" / "homework" / "exports"
TEXTS: Final = (
    "Differentiate x^2 sin(x).",
    "What is the slope of x^3 at x = 2?",
    "Give the gradient of x^2 y, by x and y.",
)


@dataclass(frozen=True)
class Student:
    """Who, and the answers to the three questions, blank where there is none."""

    first: str
    last: str
    user: str
    number: int
    answers: tuple[str, str, str]

    @property
    def mail(self) -> str:
        """The address."""
        return f"{self.user}@school.example"

    @property
    def name(self) -> str:
        """The name in the order of speech."""
        return f"{self.first} {self.last}"


ADA: Final = Student("Ada", "Brandt", "abrandt", 1041, ("2x sin(x) + x^2 cos(x)", "12", "[2x y, x^2]"))
ADA_BEFORE: Final = Student("Ada", "Brandt", "abrandt", 1041, ("2x", "3", "[1, 2]"))
BO: Final = Student("Bo", "Øster", "boster", 1042, ("2x cos(x)", "", "[2x*y, x**2]"))
CHI: Final = Student("Chi", "Nguyen", "cnguyen", 1043, ("x(2 sin x + x cos x)", "8", "[2x, x^2]"))
NAMESAKE: Final = Student("Chi", "Nguyen", "cnguyen2", 1044, ("2x sin(x) +", "12.0", "[2 x y, x^2]"))
CLASS: Final = (ADA, BO, CHI, NAMESAKE)
VERDICTS: Final = (
    ("correct", "correct", "correct"),
    ("wrong", "missing", "correct"),
    ("correct", "wrong", "wrong"),
    ("unreadable", "correct", "correct"),
)
"""What becomes of the answers, by student and question, whatever file they come in."""


def table(rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue()


def moodle() -> bytes:
    """Moodle's responses, in English: comma, a mark, the two attempts of Ada."""
    head = ["Last name", "First name", "Email address", "Status", "Started", "Completed", "Duration", "Grade/10.00"]
    rows: list[list[object]] = [[*head, "Response 1", "Response 2", "Response 3"]]
    for day, each in enumerate((ADA_BEFORE, ADA, BO, CHI, NAMESAKE), 2):
        times = [f"{day} November 2026  9:00 AM", f"{day} November 2026  1:1{day} PM", "13 mins"]
        answers = [answer or "-" for answer in each.answers]
        rows.append([each.last, each.first, each.mail, "Finished", *times, "6.67", *answers])
    return table(rows, end="\n").encode("utf-8-sig")


def moodle_stack() -> bytes:
    """Moodle's responses, in German, with the question and the right answer beside each, and STACK's inputs."""
    head = ["Nachname", "Vorname", "E-Mail-Adresse", "Status", "Begonnen am", "Beendet", "Verbrauchte Zeit"]
    rows: list[list[object]] = [[*head, "Bewertung/10,00"]]
    for number in (1, 2, 3):
        rows[0] += [f"Frage {number}", f"Antwort {number}", f"Richtige Antwort {number}"]
    for each in CLASS:
        row: list[object] = [each.last, each.first, each.mail, "Beendet", "3. November 2026  09:00"]
        row += ["3. November 2026  09:20", "20 Minuten", "6,67"]
        for text, answer in zip(TEXTS, each.answers, strict=True):
            state = "invalid" if answer.endswith("+") else "score"
            given = f"ans1: {answer} [{state}]; prt1: # = 1 | prt1-1-T" if answer else "prt1: !"
            row += [text, f"Seed: 1774; {given}", "ans1: … [score]"]
        rows.append(row)
    return table(rows, end="\n").encode("utf-8-sig")


def canvas() -> bytes:
    """Canvas's student analysis, all versions, the newest first; a comma inside of one blank is `\\,`."""
    head: list[object] = ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt"]
    for number, text in enumerate(TEXTS, 7001):
        head += [f"{number}: {text}", "1.0"]
    rows = [[*head, "n correct", "n incorrect", "score"]]
    for attempt, each in ((2, ADA), (1, BO), (1, CHI), (1, NAMESAKE), (1, ADA_BEFORE)):
        row: list[object] = [each.name, each.number, each.user, "Week 3", 9, "W3", f"2026-11-0{attempt} 09:00:00 UTC"]
        row.append(attempt)
        for answer in each.answers:
            row += [answer.replace(", ", r"\, ") if answer.startswith("[") else answer, "1.0" if answer else "0.0"]
        rows.append([*row, 2, 1, 2.0])
    return table(rows, end="\n").encode()


def blackboard_long() -> bytes:
    """Blackboard by question and user: TABs, UTF-16, questions in another order for each student."""
    head = ["Username", "Last Name", "First Name", "Question ID", "Question", "Possible Points", "Answer"]
    rows: list[list[object]] = [[*head, "Auto Score", "Manual Score"]]
    for shift, each in enumerate(CLASS):
        for place in range(3):
            number = (place + shift) % 3
            row: list[object] = [each.user, each.last, each.first, f"Question ID {place + 1}", TEXTS[number], 1]
            rows.append([*row, each.answers[number], "", ""])
    return table(rows, "\t").encode("utf-16")


def blackboard_wide() -> bytes:
    """Blackboard by user: the question beside each answer."""
    rows: list[list[object]] = [["Username", "Last Name", "First Name"]]
    for number in (1, 2, 3):
        rows[0] += [f"Question ID {number}", f"Question {number}", f"Answer {number}"]
    for shift, each in enumerate(CLASS):
        row: list[object] = [each.user, each.last, each.first]
        for place in range(3):
            number = (place + shift) % 3
            row += [f"Q-{number}", f"<p>{TEXTS[number]}</p>", each.answers[number]]
        rows.append(row)
    return table(rows).encode("utf-8-sig")


def google_forms() -> bytes:
    """A quiz of Google Forms, as CSV."""
    head: list[object] = ["Timestamp", "Email Address", "Total score", "Name", "Name [Score]", "Name [Feedback]"]
    for text in TEXTS:
        head += [text, f"{text} [Score]", f"{text} [Feedback]"]
    rows = [head]
    for hour, each in enumerate((ADA_BEFORE, BO, CHI, NAMESAKE, ADA), 8):
        when = f"2026/11/03 {hour}:05:12 {'AM' if hour < 12 else 'PM'} GMT+1"
        row: list[object] = [when, each.mail, "2.00 / 3", each.name, "-- / 0", ""]
        for answer in each.answers:
            row += [answer, "1.00 / 1", ""]
        rows.append(row)
    order = [rows[0], rows[1], rows[5], *rows[2:5]]  # not in the order of time
    return table(order, end="\n").encode()


def microsoft_forms() -> bytes:
    """A quiz of Microsoft Forms, as XLSX, with no-break spaces in its headings."""
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback"]
    for text in TEXTS:
        spaced = text.replace(" ", "\N{NO-BREAK SPACE}", 1)
        head += [spaced, f"Points - {spaced}", f"Feedback - {spaced}"]
    rows: list[list[object]] = [list(head)]
    for number, each in enumerate((ADA_BEFORE, ADA, BO, CHI, NAMESAKE), 1):
        row: list[object] = [number, 46329.375, 46329.381, each.mail, each.name, 2, ""]
        for answer in each.answers:
            row += [float(answer) if answer.replace(".", "").isdecimal() else answer, 1, ""]
        rows.append(row)
    return xlsx(rows)


def prairielearn() -> bytes:
    """PrairieLearn's submissions: a row each, with the answers as JSON by the names of inputs."""
    head = [
        "UID",
        "UIN",
        "Username",
        "Name",
        "Role",
        "Assessment",
        "Assessment instance",
        "Question",
        "Variant",
        "Seed",
    ]
    rows: list[list[object]] = [[*head, "Params", "True answer", "Submitted answer", "Submission date"]]
    qids = ("week3/product", "week3/slope", "week3/gradient")
    for minute, each in enumerate((ADA_BEFORE, ADA, BO, CHI, NAMESAKE)):
        for qid, answer in zip(qids, each.answers, strict=True):
            given: object = answer
            if qid == "week3/product" and each is ADA:
                given = {"_type": "sympy", "_value": "2*x*sin(x) + x**2*cos(x)", "_variables": ["x"]}
            row: list[object] = [each.mail, each.number, each.user, each.name, "Student", "HW3", 1, qid, 1, "a3b"]
            rows.append([*row, "{}", "{}", json.dumps({"ans": given}), f"2026-11-03T09:{minute:02}:00-06"])
    return table(rows, end="\n").encode()


def webwork() -> bytes:
    """WeBWorK's past answers, in the order of time; parts of a problem stand in one cell with TABs between them."""
    rows: list[list[object]] = [["User ID", "Set ID", "Problem Number", "Timestamp", "Scores", "Answers", "Comment"]]
    for each in (ADA_BEFORE, ADA, BO, CHI, NAMESAKE):
        for number, answer in enumerate(each.answers, 1):
            rows.append([each.user, "Week3", number, 1793696400 + number, 1, answer or "No answer entered", ""])
    return table(rows, end="\n").encode()


def numbas() -> bytes:
    """Numbas's dump of all attempts."""
    attempts = []
    for number, each in enumerate((ADA_BEFORE, ADA, BO, CHI, NAMESAKE)):
        current = {}
        for place, answer in enumerate(each.answers):
            current[f"cmi.interactions.{place}.id"] = {"value": f"q{place}p0"}
            if answer:
                current[f"cmi.interactions.{place}.learner_response"] = {"value": answer}
        user = {"pk": each.number, "username": each.user, "first_name": each.first, "last_name": each.last}
        attempts.append(
            {"attempt": number, "user": user, "start_time": 1793696400.5 + number, "scorm": {"current": current}}
        )
    return json.dumps({"resource": {"pk": 3, "title": "Week 3"}, "attempts": attempts}, indent=1).encode()


def survey_monkey() -> bytes:
    """SurveyMonkey: two rows of headings."""
    head = [
        "Respondent ID",
        "Collector ID",
        "Date Created",
        "Date Modified",
        "Email Address",
        "First Name",
        "Last Name",
    ]
    rows: list[list[object]] = [[*head, *TEXTS], [*([""] * len(head)), *(["Open-Ended Response"] * 3)]]
    for number, each in enumerate(CLASS, 118):
        row: list[object] = [number, 77, "2026-11-03 09:00:00", "2026-11-03 09:20:00", each.mail, each.first, each.last]
        rows.append([*row, *each.answers])
    return table(rows).encode("utf-8-sig")


def excel() -> bytes:
    """Our own shape, as Excel saves "CSV" where the comma is the decimal sign, with the line for Excel alone."""
    rows = [["Student", "E-Mail", "Q1", " q2 ", "Q3"], *([each.name, each.mail, *each.answers] for each in CLASS)]
    return ("sep=;\r\n" + table(rows, ";")).encode("utf-8-sig")


def open_document() -> bytes:
    """Our own shape as ODS, long."""
    rows: list[list[object]] = [["Student", "Question", "Answer", "E-Mail"]]
    for each in CLASS:
        for name, answer in zip(("q1", "q2", "q3"), each.answers, strict=True):
            rows.append([each.name, name, float(answer) if answer.isdecimal() else answer, each.mail])
    return ods(rows)


def zipped(parts: Mapping[str, str]) -> bytes:
    """An archive whose bytes do not depend on when it is made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 3, 9, 0, 0)), text)
    return stream.getvalue()


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    """The smallest XLSX with these rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    lines = []
    for row in rows:
        cells = [
            f"<c><v>{each!r}</v></c>"
            if isinstance(each, (int, float))
            else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(each))}</t></is></c>'
            for each in row
        ]
        lines.append(f"<row>{''.join(cells)}</row>")
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
            '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
            f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
            f"{''.join(lines)}</sheetData></worksheet>",
        }
    )


def ods(rows: Sequence[Sequence[object]]) -> bytes:
    """The smallest ODS with these rows."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    lines = []
    for row in rows:
        cells = [
            f'<table:table-cell office:value-type="float" office:value="{each!r}"/>'
            if isinstance(each, (int, float))
            else f'<table:table-cell office:value-type="string"><text:p>{escape(str(each))}</text:p></table:table-cell>'
            for each in row
        ]
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Answers">'
        f"{''.join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
    manifest += entry.format("/", kind) + entry.format("content.xml", "text/xml") + "</manifest:manifest>"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


EXPORTS: Final[Mapping[str, Callable[[], bytes]]] = {
    "moodle.csv": moodle,
    "moodle_stack.csv": moodle_stack,
    "canvas.csv": canvas,
    "blackboard_long.xls": blackboard_long,
    "blackboard_wide.csv": blackboard_wide,
    "google_forms.csv": google_forms,
    "microsoft_forms.xlsx": microsoft_forms,
    "prairielearn_all_submissions.csv": prairielearn,
    "webwork.csv": webwork,
    "numbas.json": numbas,
    "survey_monkey.csv": survey_monkey,
    "excel.csv": excel,
    "open_document.ods": open_document,
}


if __name__ == "__main__":
    for name, make in EXPORTS.items():
        (FOLDER / name).write_bytes(make())
