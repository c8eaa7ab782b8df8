"""Reading class files in tests."""

from __future__ import annotations

import io

from gradcli.homework.classfile.plan import AttemptRule, Plan, Sought
from gradcli.homework.classfile.roster import Notice
from gradcli.homework.key import read_key
from gradcli.homework.submissions import read_submissions
from gradcli.language.values import replace
from gradcli.streams.formats import Format

PLAN = Plan((Sought("q1"), Sought("q2")))


def plan_of(text: str) -> Plan:
    """The plan of a key."""
    return read_key(text.encode()).plan


def read(
    data: str | bytes,
    *,
    plan_of_: Plan = PLAN,
    attempt: str | None = None,
    form: Format = Format.CSV,
    encoding: str = "utf-8",
    notices: list[Notice] | None = None,
) -> list[tuple[str, str, str | None]]:
    """Who answered what, and how; what is odd goes to `notices`."""
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    plan = replace(plan_of_, attempt=None if attempt is None else AttemptRule(attempt))
    told = [] if notices is None else notices
    return [
        (each.student, each.question, each.answer)
        for each in read_submissions(stream, form, plan, told.append, encoding=encoding)
    ]
