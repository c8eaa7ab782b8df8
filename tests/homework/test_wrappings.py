"""What stands around an answer is taken off, and what is said with it is kept apart."""

from __future__ import annotations

import pytest

from gradcli.homework import Judge, Verdict, make_question
from gradcli.homework.reading.answers import is_missing, read_answer
from gradcli.homework.reading.conditions import without_conditions
from gradcli.homework.reading.spellings import spelled
from gradcli.homework.reading.surroundings import is_label, unwrapped, without_markup
from gradcli.homework.reading.text import Written, joined, outside
from gradcli.language import DiagnosticError, Span

NAMES = frozenset({"x"})


def taken_out(text: str, is_list: bool = False) -> str:
    return unwrapped(without_markup(Written.of(text)), NAMES, is_list).text


@pytest.mark.parametrize(
    "text",
    [
        *("2x.", "2x;", "2x, ", '"2x"', "“2x”", "`2x`", "$2x$", "$$2x$$", r"\(2x\)", r"\[2x\]", r"\boxed{2x}"),
        *("<p>2x</p>", "2<b>x</b>", "<div><span style='a: b'>2x</span></div>", "２ｘ", "2\u200bx", "\ufeff2x"),
        *("= 2x", "y = 2x", "y' = 2x", "f'(x) = 2x", "f''(x)=2x", "dy/dx=2x", "d/dx(x^2) = 2x", "(x^2)' = 2x"),
        *("d²y/dx² = 2x", "∂f/∂x = 2x", "f_x(x,y) = 2x", "D_x f = 2x", "∇f = 2x", "grad f = 2x", "y := 2x", "y' : 2x"),
        *(r"\frac{dy}{dx} = 2x", r"\frac{\mathrm{d}y}{\mathrm{d}x}=2x", r"\dfrac{d}{dx}\left[x^2\right]=2x"),
        *(r"\frac{d^{2}y}{dx^{2}} = 2x", r"f^{\prime}(x)=2x", r"\left.\frac{dy}{dx}\right|_{x=1} = 2x"),
        *("Answer: 2x", "The derivative of x^2 is 2x.", "Ableitung: 2x", "a) 2x", "Q3: 2x", "so y' = 2x", "∴ 2x"),
        *("(a) 2x", "1) 2x", "(iv) 2x", "d. 2x", "1b) 2x", "(2) y' = 2x", "d)2x", "Ans. 2x", "2x (by the power rule)"),
        *("y' = 2*x^1 = 2x", "f(x) = x^2, f'(x) = 2x", "f'(x) ≈ 2x", "$y'$ = $2x$", "<p>y&prime; = 2x</p>"),
    ],
)
def test_only_the_answer_is_left(text: str) -> None:
    assert taken_out(text).strip("$ ") == "2x"


@pytest.mark.parametrize(
    "text",
    [
        *("x = 2x", "x^2 = 2x", "2x", "(2x)(x+1)", "x:2", "|x|", "'x", "x!", "2x..."),
        *("(x) + (3)", "(x)+(3)", "(2)x", "(2) x", "(1) x^2", "(x) x", "(a) + x", "(a)x", "(x)/2", "(e) x", "(i)"),
        *("x) + 3", "x) - 3", "2)x", "2x) + 1", "(c) - 2x", "f(x)", "(x)^2", "(2) - 3x", "2. 3x", "(v) * x", "(x)!"),
        *("D : x", "2x, f' = 3", "ln(x) = 2x", "a (b)(a)+cos(x):10", "Q2.5", "y) + 2", "x. 2", "x(3)(x) = x"),
    ],
)
def test_what_is_part_of_the_answer_stays(text: str) -> None:
    assert taken_out(text) == text


def test_components_may_have_their_labels() -> None:
    assert taken_out("f_x = 2x, f_y = 3", is_list=True) == "2x, 3"
    assert taken_out("∂f/∂x = 2x and ∂f/∂y = 3", is_list=True) == "2x, 3"


def test_markup_has_a_meaning_or_none() -> None:
    assert without_markup(Written.of("2x<sup>3</sup>&middot;y<br>")).text.strip() == "2x^(3)·y"
    assert without_markup(Written.of("1 < x, y > 2")).text == "1 < x, y > 2"
    tex = '<math><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></math>'
    assert without_markup(Written.of(tex)).text == "x^2"
    assert without_markup(Written.of('<p><img data-equation-content="\\frac{1}{x}" alt="a"></p>')).text.strip() == (
        r"\frac{1}{x}"
    )


@pytest.mark.parametrize("text", ["-", "–", "", "  ", "?", "n/a", "N/A", "No answer entered", "k. A.", "...", "idk"])
def test_what_says_that_there_is_no_answer_is_missing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["-x", "0", "x", "2", "-1"])
def test_short_answers_are_answers(text: str) -> None:
    assert not is_missing(text)


@pytest.mark.parametrize("text", ["y", "f(x)", "y'", "dy/dx", "f_x", "∇f", "Answer"])
def test_labels_are_known(text: str) -> None:
    assert is_label(text, NAMES)
    assert not is_label("x", NAMES)


@pytest.mark.parametrize(
    ("text", "answer", "condition"),
    [
        ("2x, x > 0", "2x", "x > 0"),
        ("2x for x > 0", "2x", "x > 0"),
        ("2x (x ≠ 0)", "2x", "x ≠ 0"),
        ("2x, 0 < x < 1", "2x", "0 < x < 1"),
        ("2x if |x| < 1", "2x", "|x| < 1"),
        ("2x für x > 0", "2x", "x > 0"),
        ("2x for all x", "2x", "all x"),
        (r"2x \text{ for } x \neq 0", "2x", r"x \neq 0"),
        ("(2x, 3y), x > 0", "(2x, 3y)", "x > 0"),
        ("2x, 3y, x > 0", "2x, 3y", "x > 0"),
    ],
)
def test_where_an_answer_holds_is_kept_apart(text: str, answer: str, condition: str) -> None:
    found = without_conditions(Written.of(text))
    assert found.written.text.strip() == answer
    assert found.conditions == (condition,)


@pytest.mark.parametrize("text", ["2*(x > 0)", "where(x > 0, x, 1)", "2x, 3y", "x > 0", "2x < 3", "2x"])
def test_comparisons_that_belong_to_the_answer_stay(text: str) -> None:
    assert without_conditions(Written.of(text)).written.text == text


@pytest.mark.parametrize(
    "text",
    [
        "2x if x>0 else -2x",
        "{2x, x>0; -2x, x<=0}",
        "2x, x>0; -2x otherwise",
        "2x for x > 0, -2x for x <= 0",
        "2x (x>0), -2x (x<=0)",
        "2x for x>0 and -2x for x<=0",
        "Piecewise((2x, x > 0), (-2x, True))",
        "Piecewise[{{2x, x>0},{-2x, x<=0}}]",
        "piecewise(x>0, 2x, -2x)",
        "IF(x>0, 2x, -2x)",
        "-2x, -1<x<0 ; 2x, x>=0; -2x, x<=-1",
        "2x if x>0, else -2x",
    ],
)
def test_an_answer_in_pieces_is_one_expression(text: str) -> None:
    assert without_conditions(Written.of(text)).has_pieces
    assert Judge(make_question("x*abs(x)")).judge(text).verdict is Verdict.CORRECT


def test_pieces_must_cover_the_domain_but_for_single_points() -> None:
    judge = Judge(make_question("x*abs(x)"))
    assert judge.judge("{2x, x>0; -2x, x<0}").verdict is Verdict.CORRECT
    assert judge.judge("{2x, x>1; -2x, x<-1}").verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("%e^x*%pi", "e^x*pi"),
        ("2*math.sin(x)", "2*sin(x)"),
        ("np.exp(x)", "exp(x)"),
        ("50% x", "(50/100) x"),
        ("2[x+1]", "2(x+1)"),
        ("Sin[x]", "Sin(x)"),
        ("2 Pi x", "2 pi x"),
        ("x_{0}", "x_0 "),
        ("x % 2", "x % 2"),
    ],
)
def test_spellings_of_other_programs(text: str, reading: str) -> None:
    assert spelled(Written.of(text), NAMES, is_list=False).written.text == reading


@pytest.mark.parametrize("text", ["2 1/2", r"2\frac12", "(x+1)2", "3x2"])
def test_what_may_mean_two_things_has_both(text: str) -> None:
    found = spelled(Written.of(text), NAMES, is_list=False)
    assert found.doubts
    assert found.others


def test_a_mixed_number_is_said_to_be_ambiguous() -> None:
    judgement = Judge(make_question("5x/2")).judge("2 1/2")
    assert judgement.verdict is Verdict.UNDECIDED
    assert judgement.reason is not None
    assert "meant as 2 + 1/2" in judgement.reason
    assert Judge(make_question("3x")).judge("2 1/2").verdict is Verdict.WRONG


def test_conditions_are_said() -> None:
    judgement = Judge(make_question("x^2")).judge("2x, x > 0")
    assert judgement.verdict is Verdict.CORRECT
    assert "x > 0 is noted, and not judged" in judgement.remarks


@pytest.mark.parametrize("text", ["y' = 2x + * 3", "<p>2x &middot; &middot; x</p>", "Answer: 2x + foo(x).", "$2x ^$"])
def test_faults_are_shown_in_what_was_written(text: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        read_answer(text, ("x",))
    diagnostic = caught.value.diagnostic
    assert diagnostic.source == text
    assert diagnostic.help
    assert 2 < diagnostic.span.start <= diagnostic.span.end <= len(text) + 1


def test_origins_follow_every_edit() -> None:
    written = Written.of("a + b").edited([(2, 3, "plus")])
    assert written.text == "a plus b"
    assert written.original(Span(2, 6)) == Span(2, 3)
    both = joined(("[", written.part(0, 1), ", ", written.part(7), "]"))
    assert both.text == "[a, b]"
    assert both.original(Span(4, 5)) == Span(4, 5)
    assert list(outside(r"a(b)\frac{c}{d}e")) == [0, 4, 15]
