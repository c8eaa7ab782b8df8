"""Mistakes are named: each row of the table, at the place where it was made; none where only chance would fit."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.steps import differentiate
from gradcli.homework import Judge, Judgement, Tolerance, Verdict, make_question
from gradcli.homework.key import KeyFaultError, read_key
from gradcli.homework.mathematics import names_of
from gradcli.homework.mistakes import MAL_RULES, MISREADINGS, NAMES, Recogniser
from gradcli.homework.mistakes.implicit import IMPLICIT
from gradcli.homework.mistakes.sums import OTHER_VARIABLE
from gradcli.homework.mistakes.table import WHOLES
from gradcli.homework.reading.answers import SHAPE, read_answer
from gradcli.homework.sampling.evaluation import values
from gradcli.language import DiagnosticError, parse, to_text
from gradcli.operations import vocabulary
from tests.calculus.generator import Generator
from tests.homework.mistake_table import CASES, Case
from tests.homework.slips import PARTS, slips
from tests.homework.student import function as random_function
from tests.homework.student import slip, text


def judged(function: str, answer: str, **options: Any) -> Judgement:
    """The judgement on an answer, mistakes named."""
    at = {name: np.asarray(value, np.float64) for name, value in options.pop("at", {}).items()}
    question = make_question(function, at=at, **options)
    return Judge(question, recognise=Recogniser()).judge(answer)


def rules(judgement: Judgement) -> list[str]:
    return [mistake.rule for mistake in judgement.mistakes]


THRESHOLDS = [
    ("first", 150, 0.97),
    ("second", 60, 0.95),
    ("tensors", 60, 0.95),
    ("partial", 20, 0.9),
    ("implicit", 30, 0.9),
]
"""The parts of the table of slips, how many rows they have at least, and the share that is named first."""
ROWS = [
    pytest.param(mistake, case, id=f"{mistake}: {case.function} | {case.answer}")
    for mistake in CASES
    for case in CASES[mistake]
]


@pytest.mark.parametrize(("mistake", "case"), ROWS)
def test_each_mistake_is_named(mistake: str, case: Case) -> None:
    judgement = judged(case.function, case.answer, **case.options)
    has_another_shape = judgement.problem is not None and judgement.problem.code == SHAPE
    assert judgement.verdict is Verdict.WRONG or has_another_shape, judgement
    assert mistake in rules(judgement), judgement


def test_every_mistake_has_three_cases() -> None:
    counts = Counter(slip.mistake for part in PARTS for slip in slips(part))
    counts.update({mistake: len(found) for mistake, found in CASES.items()})
    assert set(counts) == set(NAMES)
    assert min(counts.values()) >= 3, counts


def test_every_mistake_that_is_looked_for_has_its_rank() -> None:
    looked_for = {each.mistake for each in (*MAL_RULES, *MISREADINGS)} | {OTHER_VARIABLE, *WHOLES, *IMPLICIT}
    assert len(NAMES) == len(set(NAMES))
    assert set(NAMES) == looked_for


@pytest.mark.parametrize(
    ("part", "count", "share"),
    [pytest.param(*each, marks=() if each[0] in ("partial", "tensors") else pytest.mark.slow) for each in THRESHOLDS],
)
def test_the_slip_is_named_first(part: str, count: int, share: float) -> None:
    table = slips(part)
    found = [(slip, slip.judged()) for slip in table]
    missed = [(slip, rules(judgement)) for slip, judgement in found if not slip.expected & {*rules(judgement)[:1]}]
    right = [slip for slip, judgement in found if judgement.verdict in (Verdict.CORRECT, Verdict.UNDECIDED)]
    assert not right
    assert len(table) >= count
    assert len(missed) <= (1 - share) * len(table), missed


def test_every_mistake_says_where_it_was_collected() -> None:
    assert all(each.source and each.message for each in (*MAL_RULES, *MISREADINGS))


@pytest.mark.slow
def test_most_slips_of_an_independent_student_are_named() -> None:
    generator = random.Random(20_260)
    named, wrong, missed = 0, 0, []
    while wrong < 60:
        function, answer, mistake = slip(generator, generator.randint(1, 3))
        try:
            judgement = judged(function, answer)
        except DiagnosticError:  # a function that is nowhere defined
            continue
        if judgement.verdict is not Verdict.WRONG:
            continue
        wrong += 1
        if mistake in rules(judgement):
            named += 1
        else:
            missed.append((function, answer, mistake, rules(judgement)))
    assert named >= 0.9 * wrong, missed


@pytest.mark.slow
def test_wrong_answers_at_random_are_rarely_explained() -> None:
    generator = random.Random(7)
    explained, wrong = [], 0
    while wrong < 25:
        function, other = (text(random_function(generator, 2)) for _ in range(2))
        try:
            judgement = judged(function, other)
        except DiagnosticError:
            continue
        if judgement.verdict is Verdict.WRONG:
            wrong += 1
            explained += [(function, other, rules(judgement))] if judgement.mistakes else []
    assert len(explained) <= 1, explained


@pytest.mark.slow
def test_random_numbers_are_rarely_explained() -> None:
    generator = random.Random(11)
    questions = [make_question(text(random_function(generator, 2)), at={"x": np.asarray(1.7)}) for _ in range(12)]
    judges = [Judge(question, recognise=Recogniser()) for question in questions]
    given = [judge.judge(f"{generator.uniform(-20, 20):.3f}") for judge in judges for _ in range(20)]
    wrong = [each for each in given if each.verdict is Verdict.WRONG]
    assert len(wrong) > 150
    assert sum(bool(each.mistakes) for each in wrong) <= 0.02 * len(wrong)


def test_whole_numbers_at_random_are_rarely_explained() -> None:
    question = make_question("2x^4 + x^3 + 3x^2 + 5x + 1", at={"x": np.asarray(2.0)})
    judge = Judge(question, recognise=Recogniser())
    wrong = [each for each in map(judge.judge, map(str, range(-300, 300))) if each.verdict is Verdict.WRONG]
    assert sum(bool(each.mistakes) for each in wrong) <= 0.03 * len(wrong)


@pytest.mark.slow
def test_most_slips_are_named_in_numbers_of_four_digits() -> None:
    generator = random.Random(3)
    point = {"x": np.asarray(1.7)}
    wrong: list[tuple[str, str, str, list[str]]] = []
    while len(wrong) < 25:
        function, answer, mistake = slip(generator, generator.randint(1, 3))
        value = float(values(read_answer(answer, ("x",)).expression, {"x": np.array([1.7])})[0])
        judgement = (
            judged(function, f"{value:.4f}", at=point, tolerance=Tolerance(digits=4)) if value == value else None
        )
        if judgement is not None and judgement.verdict is Verdict.WRONG:
            wrong.append((function, answer, mistake, rules(judgement)))
    assert sum(mistake in found for *_, mistake, found in wrong) >= 0.9 * len(wrong), wrong


@pytest.mark.parametrize("seed", range(12))
def test_any_function_of_the_vocabulary_may_be_asked_about(seed: int) -> None:
    generator = Generator(seed)
    point = generator.point()
    function = f"{generator.scalar(3)} + x"
    names = [name for name in point if name in names_of(parse(function, vocabulary(), tuple(point)).program.result)]
    at = {} if set(names) <= {"x", "y"} else {name: point[name] for name in names}
    question = make_question(function, wrt="x", at=at)
    answer = "12345.678" if at else "12345.678 x^7"
    found = Judge(question, recognise=Recogniser()).judge(answer)
    assert found.mistakes == ()


@pytest.mark.parametrize(
    "function", sorted({case.function for found in CASES.values() for case in found if not case.options})
)
def test_nothing_is_named_in_a_right_answer(function: str) -> None:
    question = make_question(function)
    right = to_text(differentiate(question.expression, "x").result)
    judge = Judge(question)
    assert Recogniser()(question, judge.reference, read_answer(right, question.names)) == ()


@pytest.mark.parametrize(
    ("function", "answer", "expected"),
    [
        ("cos(x)", "sin(x)", {"cos-sign", "integrated", "sign"}),
        ("e^(2x)", "e^(2x)", {"chain-inner-missing", "constant-factor-lost", "function-copied"}),
        ("(x^2 + 1)^2", "2(x^2 + 1)", {"chain-inner-missing"}),
        ("x^2", "2", {"power-lowered-twice", "derivative-extra"}),
    ],
)
def test_all_that_fit_are_named(function: str, answer: str, expected: set[str]) -> None:
    assert set(rules(judged(function, answer))) == expected


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("-sin(3x)", "chain rule: the inner derivative 3 is missing, and so in each differentiation"),
        ("-3sin(3x)", "chain rule: the inner derivative 3 is missing, in the first differentiation"),
        ("9 sin(3x)", "(cos x)' is -sin x: the minus is missing, in the second differentiation"),
    ],
)
def test_it_is_said_in_which_differentiation_the_mistake_was_made(answer: str, message: str) -> None:
    assert judged("sin(3x)", answer, order=2).mistakes[0].message == message


@pytest.mark.slow
def test_numbers_at_random_are_rarely_explained_as_second_derivatives() -> None:
    generator = random.Random(17)
    functions = [text(random_function(generator, 2)) for _ in range(6)]
    judges = [
        Judge(make_question(each, order=2, at={"x": np.asarray(1.7)}), recognise=Recogniser()) for each in functions
    ]
    given = [judge.judge(f"{generator.uniform(-20, 20):.3f}") for judge in judges for _ in range(40)]
    wrong = [each for each in given if each.verdict is Verdict.WRONG]
    assert len(wrong) > 150
    assert sum(bool(each.mistakes) for each in wrong) <= 0.03 * len(wrong)


def test_wrong_entries_at_random_are_rarely_explained() -> None:
    generator = random.Random(19)
    point = {"x": np.asarray([1.0, 2.0, 4.0])}
    functions = ("sum(x^2)", "mean((3x + 1)^2)", "sum([1, 2, 3]*sin(x))", "mean(x)^2", "sqrt(sum(x^2))")
    judges = [Judge(make_question(each, at=point), recognise=Recogniser()) for each in functions]
    given = [judge.judge(str([generator.randint(-9, 20) for _ in range(3)])) for judge in judges for _ in range(40)]
    wrong = [each for each in given if each.verdict is Verdict.WRONG]
    assert sum(bool(each.mistakes) for each in wrong) <= 0.02 * len(wrong)


def test_the_place_is_where_the_mistake_was_made() -> None:
    (mistake,) = judged("x sin(x) + x^2 sin(x^3)", "sin(x) + x cos(x) + 2x sin(x^3) + x^2 cos(x^3)").mistakes
    assert (mistake.rule, mistake.where) == ("chain-inner-missing", "sin(x**3)")
    assert mistake.message == "chain rule: the inner derivative 3*x**2 is missing"


def test_a_mistake_made_throughout_is_named_once_for_all() -> None:
    (mistake,) = judged("sin(x^2) + cos(x^3)", "cos(x^2) - sin(x^3)").mistakes
    assert mistake.rule == "chain-inner-missing"
    assert mistake.message.endswith("and so wherever this rule applies")


def test_both_components_are_explained_together() -> None:
    found = judged("sin(x^2) cos(y^2)", "[cos(x^2) cos(y^2), -sin(x^2) sin(y^2)]", wrt=["x", "y"])
    assert rules(found)[0] == "chain-inner-missing"


def test_a_wrong_derivative_that_is_zero_explains_nothing() -> None:
    assert rules(judged("a x^2", "0", wrt="x")) == []


def test_teachers_have_their_own_words_for_a_mistake_or_its_family() -> None:
    own = {"integrated": "see chapter 3", "chain": "see chapter 4"}
    assert judged("x^2", "x^3/3", messages=own).mistakes[0].message == "see chapter 3"
    assert judged("sin(x^2)", "cos(x^2)", messages=own).mistakes[0].message == "see chapter 4"


def test_a_constant_right_answer_has_no_telling_factor() -> None:
    assert rules(judged("5x", "35")) == []


def test_a_long_function_costs_few_derivations() -> None:
    function = " + ".join(f"{place}*x^{place}" for place in range(1, 60))
    assert "constant-kept" in rules(judged(f"{function} + 7", f"{_slope(60)} + 7"))


def _slope(end: int) -> str:
    return " + ".join(f"{place * place}*x^{place - 1}" for place in range(1, end))


def test_the_page_on_homework_lists_every_name() -> None:
    page = (Path(__file__).parents[2] / "docs" / "homework.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_a_key_may_only_speak_of_mistakes_that_there_are() -> None:
    key = b'[q1]\nfunction = "x^2"\nmistakes = { integratd = "see chapter 3", chain = "see chapter 4" }\n'
    with pytest.raises(KeyFaultError) as caught:
        read_key(key)
    (fault,) = caught.value.faults
    assert fault.message == "q1: there is no mistake called 'integratd'"
    assert fault.source[fault.span.start : fault.span.end] == "integratd"
    assert fault.help == "did you mean integrated?"


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_named_in_what_is_right(part: str) -> None:
    for each in {(one.function, str(one.options)): one for one in slips(part)}.values():
        right = each.right_answer()
        judgement = each.judge().judge(right)
        assert judgement.verdict is Verdict.CORRECT, (each, right, judgement)
        assert judgement.mistakes == (), (each, right, judgement)
