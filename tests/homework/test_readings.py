"""Answers that two people read in two ways: never wrong where one of them reads what is right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from gradcli.homework import Judge, Judgement, Verdict, make_question, read_question
from gradcli.language import DiagnosticError, parse, to_text, walk
from gradcli.language.readings import other_readings
from gradcli.operations import vocabulary

DOUBTFUL, WRONG, RIGHT = Verdict.UNDECIDED, Verdict.WRONG, Verdict.CORRECT


def cases() -> Iterator[tuple[str, str, bool, Verdict]]:
    """Functions, or expected answers where the third is true; answers; and what is to be said."""
    for k in range(2, 12):
        yield f"e^({k}x)", f"{k}e^{k}x", False, DOUBTFUL
        yield f"e^({k}x)", f"{k}e^({k}x)", False, RIGHT
        yield f"e^({k}x)", f"{k + 1}e^{k}x", False, WRONG
        yield f"e^(-{k}x)", f"-{k}e^-{k}x", False, DOUBTFUL
        yield f"e^(-{k}x)", f"{k}e^-{k}x", False, WRONG
        yield f"e^{k}x", f"{k}e^{k}x", False, DOUBTFUL
        yield f"e^{k}x", f"e^{k}", False, RIGHT
        yield f"ln(x)/{k}", f"1/{k}x", False, DOUBTFUL
        yield f"ln(x)/{k}", f"1/{k + 1}x", False, WRONG
        yield f"x^(1/{k})", f"1/{k} x^-{k - 1}/{k}", False, DOUBTFUL
        yield f"{k}^x", f"ln {k}*{k}^x", False, DOUBTFUL
        yield f"{k}^x", f"ln {k + 1}*{k}^x", False, WRONG
        yield f"{k}^x", rf"\ln {k}\cdot {k}^x", False, DOUBTFUL
        yield f"sin(x)*(1 + {k}*x)", f"sin x (1 + {k}x)", True, RIGHT
        yield f"sin(x*(1 + {k}*x))", f"sin x (1 + {k}x)", True, DOUBTFUL
        yield f"sin(x)^2*(1 + {k}*x)", f"sin^2 x (1 + {k}x)", True, DOUBTFUL
        yield f"sqrt({k}*x)", f"√{k}x", True, DOUBTFUL
        yield f"sin((x + {k})^2)", f"sin (x + {k})^2", True, DOUBTFUL
        yield f"{k}/sin(x)", f"{k} sin^-1 x", True, DOUBTFUL
        yield f"cos(x)/{k}", f"cos x/{k}", True, DOUBTFUL
        yield f"cos(x/{k})", f"cos x/{k}", True, RIGHT
        yield f"{k}/(x+1)^2", f"[{k}(x+2) - {k}(x+1)]/(x+1)^2", True, RIGHT
    yield "1/(2*x) + e^(3*x)", "1/2x + e^3x", True, DOUBTFUL
    yield "x/2 + e^(3*x)", "1/2x + e^3x", True, DOUBTFUL
    yield "1/(2*x) + x*e^3", "1/2x + e^3x", True, DOUBTFUL
    yield "1/(2*x) + x*e^4", "1/2x + e^3x", True, WRONG


CASES = list(cases())


def judged(text: str, answer: str, is_answer: bool) -> Judgement:
    return Judge(make_question(text, is_answer=is_answer, wrt=None if is_answer else "x")).judge(answer)


def test_there_are_200_answers() -> None:
    assert len(CASES) >= 200


@pytest.mark.parametrize("start", range(0, len(CASES), 28))
def test_an_answer_is_wrong_only_where_every_reading_is(start: int) -> None:
    for text, answer, is_answer, verdict in CASES[start : start + 28]:
        judgement = judged(text, answer, is_answer)
        # A first reading of ours that is the other one of somebody else may be right at once.
        allowed = {verdict, RIGHT} if verdict is DOUBTFUL else {verdict}
        assert judgement.verdict in allowed, (text, answer, judgement)
        if judgement.verdict is DOUBTFUL:
            assert judgement.reason is not None
            assert "meant as" in judgement.reason


def test_both_readings_are_said() -> None:
    assert judged("ln(x)/2", "1/2x", False).reason == (
        "it reads as 1/2*x, which is wrong; meant as 1/(2*x) it is right"
    )
    assert judged("e^2x", "2e^2x", False).reason == (
        "the function reads as e**2*x and the answer as 2*e**2*x, which is wrong; "
        "meant as e**(2*x) and 2*e**(2*x) it is right"
    )


def test_a_kind_key_takes_the_other_reading_and_says_so() -> None:
    question = read_question({"function": "ln(x)/2", "readings": "kind"})
    judgement = Judge(question).judge("1/2x")
    assert judgement.verdict is Verdict.CORRECT
    assert judgement.remarks[0] == "it reads as 1/2*x, which is wrong; meant as 1/(2*x) it is right"
    assert Judge(question).judge("1/3x").verdict is Verdict.WRONG


def test_what_stands_in_brackets_has_one_reading() -> None:
    for text in (
        "1/(2x)",
        "e^(2x)",
        "sin(x)*(1 + x)",
        "(ln x)^2",
        "2 x (x + 1)",
        "x/2 + 1",
        "3 x^2 sin(x)",
        "1/2 x + 1",
    ):
        assert list(other_readings(text, vocabulary())) == [], text


def test_each_place_is_read_by_itself() -> None:
    text = "1/2x + e^3x"
    readings = other_readings(text, vocabulary())
    assert {to_text(each.expression) for each in readings} == {
        "1/(2*x) + e**3*x", "1/2*x + e**(3*x)", "1/(2*x) + e**(3*x)",
    }  # fmt: skip


PIECES = [
    "x",
    "y",
    "2",
    "3",
    "(x+1)",
    "sin x",
    "ln x",
    "e^2",
    "e^x",
    "e^-x",
    "x^2",
    "x^1",
    "x^-1",
    "√2",
    "√x",
    "sin^-1 x",
]
PIECES += ["cos 2", "sin (x+1)", "|x|", "e^-2", "1", "-2"]
SEPARATORS = ["", " ", "*", " * ", "/", " / ", "·", " + ", " - "]


def test_what_the_language_notes_that_others_read_is_a_reading() -> None:
    draw = random.Random(5)
    seen = 0
    while seen < 400:
        pieces = (piece for _ in range(draw.randint(2, 4)) for piece in (draw.choice(PIECES), draw.choice(SEPARATORS)))
        text = "".join(pieces).rstrip(" */+-·")
        try:
            parsed = parse(text, vocabulary(), ("x", "y"))
        except DiagnosticError:
            continue
        for note in parsed.notes:
            noted = re.search(r"write (.*) for the other reading", note.message)
            if noted is None:
                continue
            seen += 1
            readings = other_readings(text, vocabulary(), ("x", "y"))
            parts = {_flat(part) for each in readings for node in walk(each.expression) for part in (to_text(node),)}
            assert any(_flat(noted[1]) in part for part in parts), (text, note.message)


def _flat(text: str) -> str:
    """A formula's text without the brackets, by which equal products differ."""
    return to_text(parse(text, vocabulary(), ("x", "y")).program.result).replace("(", "").replace(")", "")
