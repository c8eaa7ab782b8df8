"""What every answer keeps, whatever was asked."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from gradcli.render.objects import SCHEMA
from tests.fuzz.cases import Case
from tests.fuzz.running import Outcome

STATUSES = {"explanations": (0, 1, 2), "programs": (0, 2)}
"""The documented exit statuses, of the kinds that do not have all three."""
_OURS = re.compile(
    r"gradcli/[a-z_]+/|\.py:\d|site-packages|^\s*File \"|Traceback \(most recent|Warning: ", re.MULTILINE
)
"""What tells of our source or of Python's way to report."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
_LOCATED = re.compile(r"^\S+:\d+:\d+: [A-Z]\d+ \S", re.MULTILINE)
VERDICTS = {"correct": 0, "wrong": 1, "unreadable": 2, "undecided": 2}


def broken(case: Case, outcome: Outcome) -> list[str]:
    """The promises that an outcome breaks; those of one kind have the same words before the colon."""
    if outcome.failure:
        return [outcome.failure]
    return list(_broken(case, outcome))


def _broken(case: Case, outcome: Outcome) -> Iterator[str]:
    if outcome.status not in STATUSES.get(case.kind, (0, 1, 2)):
        yield f"the exit status is {outcome.status}: {outcome.err[-300:]!r}"
    if "bug in gradcli" in outcome.err:
        yield f"a bug in gradcli: {outcome.err[-300:]!r}"
    said = _without_quotations(outcome.err)
    if found := _OURS.search(said):
        yield f"a message tells of our source: {said[max(0, found.start() - 100) :][:300]!r}"
    if found := _CONTROL.search(outcome.err):
        yield f"a message controls the terminal: {outcome.err[max(0, found.start() - 50) :][:100]!r}"
    if outcome.status == 2 and not outcome.out.strip() and not outcome.err.strip() and case.kind != "archives":
        yield "status 2 and not a word"
    kind = _KINDS.get(case.kind)
    if kind is not None:
        yield from kind(case, outcome)


def _without_quotations(text: str) -> str:
    """A message without the indented lines that quote the input."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("  ") or ".py" in line)


def _json_lines(text: str) -> list[Any] | str:
    """The objects of strict JSON, one a line; a complaint where there is something else."""
    found = []
    for line in text.splitlines() if "\x85" not in text and "\u2028" not in text else text.split("\n"):
        try:
            found.append(json.loads(line, parse_constant=_refuse))
        except ValueError as error:
            return f"the output is not JSON: {error}: {line[:200]!r}"
    if not all(isinstance(each, dict) and each.get("schema") == SCHEMA for each in found):
        return f"an object has no schema: {text[:200]!r}"
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"bare {constant}")


def _of_one(case: Case, outcome: Outcome) -> Iterator[str]:
    """One problem: one object, or text."""
    if "--json" in case.arguments:
        found = _json_lines(outcome.out)
        if isinstance(found, str):
            yield found
        elif len(found) != 1 and not (outcome.status == 2 and not found and outcome.err.startswith("error: ")):
            yield f"there are {len(found)} objects: {outcome.out[:200]!r}"
        elif found and ("error" in found[0]) != (outcome.status == 2):
            yield f"status {outcome.status} and the object do not go together: {outcome.out[:300]!r}"
        elif found and "error" in found[0] and not found[0]["error"].get("message"):
            yield f"an error says nothing: {outcome.out[:300]!r}"
    elif outcome.status == 2:
        if not re.search(r"^error: \S", outcome.err, re.MULTILINE):
            yield f"status 2 without an error: {outcome.err[:300]!r}"
    elif not outcome.out.strip() and "-q" not in case.arguments:
        yield "nothing is printed"


def _of_check(case: Case, outcome: Outcome) -> Iterator[str]:
    if "--json" not in case.arguments or not outcome.out:
        if outcome.status == 2 and not (outcome.out + outcome.err).strip():
            yield "status 2 and not a word"
        return
    found = _json_lines(outcome.out)
    if isinstance(found, str):
        yield found
    elif len(found) != 1 or VERDICTS.get(found[0].get("verdict")) != outcome.status:
        yield f"status {outcome.status} and the verdict do not go together: {outcome.out[:300]!r}"


def _of_program(case: Case, outcome: Outcome) -> Iterator[str]:
    if "--json" not in case.arguments:
        if outcome.status == 2 and not (_LOCATED.search(outcome.err) or outcome.err.startswith("error: ")):
            yield f"an error has no place: {outcome.err[:300]!r}"
        return
    found = _json_lines(outcome.out)
    if isinstance(found, str):
        yield found
        return
    for place, each in enumerate(found):
        if ("error" in each) != (outcome.status == 2 and place == len(found) - 1):
            yield f"status {outcome.status} and the objects do not go together: {outcome.out[-300:]!r}"
        elif "error" not in each and "text" not in each:
            yield f"an object says nothing: {each}"
    if outcome.status == 2 and not found and not outcome.err.startswith("error: "):
        yield "status 2 without an error"


def _of_class(case: Case, outcome: Outcome) -> Iterator[str]:
    if outcome.status == 2:
        if not _LOCATED.search(outcome.err):
            yield f"an error has no place: {outcome.err[:300]!r}"
        return
    if "jsonl" in case.arguments[case.arguments.index("--to") :]:
        rows = _json_lines(outcome.out)
        if isinstance(rows, str):
            yield rows
            return
    else:
        rows = list(csv.DictReader(io.StringIO(outcome.out, newline="")))
        if any(None in row or None in row.values() for row in rows):
            yield f"a row of CSV has too few or too many cells: {outcome.out[:300]!r}"
            return
    records = [(row["student"], row["question"]) for row in rows]
    if len(records) != len(set(records)):
        yield "a student's answer has two records"
    questions = {question for _, question in records}
    for student in {student for student, _ in records}:
        if {question for each, question in records if each == student} != questions:
            yield f"an answer of {student!r} has no record"


def _of_batch(case: Case, outcome: Outcome) -> Iterator[str]:
    form = case.arguments[case.arguments.index("--to") + 1]
    if form == "jsonl":
        rows = _json_lines(outcome.out)
        if isinstance(rows, str):
            yield rows
            return
        if any(not {"value", "derivative", "error"} & row.keys() for row in rows):
            yield f"a record says nothing: {outcome.out[:300]!r}"
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(outcome.out, newline="")))
        if any(None in row or None in row.values() for row in rows):
            yield f"a row of CSV has too few or too many cells: {outcome.out[:300]!r}"
    else:
        rows = [line for line in outcome.out.split("\n") if line and not line.startswith(" ")]
    if case.records is not None and len(rows) != case.records:
        yield f"of {case.records} problems there are {len(rows)} records"


def _of_notebook(case: Case, outcome: Outcome) -> Iterator[str]:
    if outcome.status == 2:
        if not outcome.err.startswith("error: "):
            yield f"status 2 without an error: {outcome.err[:300]!r}"
    elif "--json" in case.arguments:
        found = _json_lines(outcome.out)
        if isinstance(found, str):
            yield found
        elif not found or found[-1].get("status") != outcome.status or len(found) != found[-1]["summary"]["cells"] + 1:
            yield f"the summary does not sum up: {outcome.out[-300:]!r}"
    elif found_control := _CONTROL.search(outcome.out):
        yield f"the report controls the terminal: {outcome.out[max(0, found_control.start() - 50) :][:100]!r}"


def _of_archive(case: Case, outcome: Outcome) -> Iterator[str]:
    if outcome.status == 1:
        yield "load raises a RuntimeError in other words than it documents"


_KINDS = {
    "expressions": _of_one,
    "explanations": _of_one,
    "programs": _of_program,
    "checks": _of_check,
    "classes": _of_class,
    "batches": _of_batch,
    "notebooks": _of_notebook,
    "archives": _of_archive,
}
