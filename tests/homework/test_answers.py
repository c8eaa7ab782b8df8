"""Reading answers: what LaTeX means, and what is no answer."""

from __future__ import annotations

import pytest

from gradcli.homework.reading.answers import MAX_LENGTH, read_answer
from gradcli.homework.reading.vectors import entries
from gradcli.language import DiagnosticError, to_text
from gradcli.language.conventions import is_latex

NAMES = ("x", "y", "theta", "x1")

LATEX = [
    (r"\frac{1}{2}x", "1/2*x"),
    (r"\frac12 x", "1/2*x"),
    (r"\dfrac{2x}{x^2+1}", "2*x/(x**2 + 1)"),
    (r"\sin^2 x", "sin(x)**2"),
    (r"\sin^{2}{x}", "sin(x)**2"),
    (r"\sin^{-1} x", "asin(x)"),
    (r"\left(x+1\right)^2 e^{2x}", "(x + 1)**2*e**(2*x)"),
    (r"\bigl(x+1\bigr)", "x + 1"),
    (r"\left[x+1\right]^2", "(x + 1)**2"),
    (r"\sqrt{x}y", "sqrt(x)*y"),
    (r"\sqrt x", "sqrt(x)"),
    (r"\sqrt[3]{x}", "cbrt(x)"),
    (r"\sqrt[4]{x}", "x**(1/4)"),
    (r"2x\cdot\ln(x)", "2*x*log(x)"),
    (r"2\times x", "2*x"),
    (r"\ln|x|", "log(abs(x))"),
    (r"\left|x\right|", "abs(x)"),
    (r"\lvert x\rvert", "abs(x)"),
    (r"xe^{x}", "x*e**x"),
    (r"xye^{x}", "x*y*e**x"),
    (r"e^{x^{2}}", "e**x**2"),
    (r"e^{\sin x}\cos x", "e**sin(x)*cos(x)"),
    (r"x^{-1/2}", "x**(-1/2)"),
    (r"x^2y", "x**2*y"),
    (r"\frac{1}{2\sqrt x}", "1/(2*sqrt(x))"),
    (r"\operatorname{sech}^2(x)", "sech(x)**2"),
    (r"\mathrm{e}^{x}", "e**x"),
    (r"\arctan(x)", "atan(x)"),
    (r"\log_{10}(x)", "log10(x)"),
    (r"\log_2 x", "log2(x)"),
    (r"\log x", "log(x)"),
    (r"2\pi\cos\theta", "2*pi*cos(theta)"),
    (r"x_1^2", "x1**2"),
    (r"x_{1}+1", "x1 + 1"),
    (r"$2x$", "2*x"),
    (r"\(2x\)", "2*x"),
    (r"2 x \, e^{x}\;\!", "2*x*e**x"),
    (r"\begin{pmatrix} 2x & y\\ x & 1\end{pmatrix}", "[[2*x, y], [x, 1]]"),
    (r"\begin{bmatrix} 2x \\ y \end{bmatrix}", "[2*x, y]"),
    (r"-\frac{\sin x}{x^{2}}", "-sin(x)/x**2"),
    (r"3x^2 + \cos(x)", "3*x**2 + cos(x)"),
    ("<math><mn>2</mn><mi>x</mi></math>", "2*x"),
    ("<p><math><msup><mi>x</mi><mn>2</mn></msup><mi>sin</mi><mi>x</mi></math></p>", "x**2*sin(x)"),
]

REFUSED = [
    ("", "there is no answer"),
    ("  ?", "there is no answer"),
    ("diff(x^2, x)", "the derivative is not carried out"),
    ("d/dx x^2 sin x", "the derivative is not carried out"),
    ("(x^2)'", "the derivative is not carried out"),
    ("y' = d/dx x^2", "the derivative is not carried out"),
    ("2x or 3x", "these are several"),
    ("2x oder 3x", "these are several"),
    ("2x; 3x", "only the last statement"),
    ("2x dx", "dx is a differential"),
    ("f'(x)", "the derivative is not carried out"),
    ("y = 2x", "an equation is no answer"),
    ("x^2 = 2x", "an equation is no answer"),
    ("2xdx", "dx is a differential"),
    (r"2x\,dx", "dx is a differential"),
    ("dz = 2x dx", "dx is a differential"),
    ("y' =", "there is no answer"),
    ("-", "there is no answer"),
    ("–", "there is no answer"),
    ("n/a", "there is no answer"),
    ("k. A.", "there is no answer"),
    ("<math><msup><mi>x</mi><mn>2</mn></math>", "this MathML is not complete"),
    ("2x == 2x", "an equation is no answer"),
    ("x > 1", "an equation is no answer"),
    ("y = 2; 3x", "these are several"),
    ("sinq", "sinq is neither a function nor a variable"),
    ("X", "X is not x"),
    ("nan", "nan is no number"),
    ("inf", "inf is no number"),
    ("rand(3)", "rand is no function for an answer"),
    ("zeros(3)", "zeros is no function for an answer"),
    ("x.grad", ".grad means nothing in an answer"),
    ("x[None]", "an answer needs no new dimensions"),
    ("x at x=2", "an answer binds no values"),
    ("3,5x", "a comma separates"),
    (r"\frac{d}{dx} x^2", "the derivative is not carried out"),
    (r"2x\,\mathrm{d}x", "dx is a differential"),
    (r"\int 2x", "integrals are not read"),
    (r"2x \pm 1", "these are several"),
    (r"\foo", r"unknown command \foo"),
    (r"\text{no idea}", "words are no formula"),
    (r"\frac{1}{x", "'{' is never closed"),
    (r"\sin(2x", "'(' is never closed"),
    (r"\alpha x^12", "in LaTeX ^12 takes only the 1"),
    (r"$2x$ $3x$", "this is a further one"),
    (r"y = \frac{2}{x}", "an equation is no answer"),
    ("2x" + " " * MAX_LENGTH, "characters long"),
]


@pytest.mark.parametrize(("latex", "reading"), LATEX)
def test_latex_reads_as_what_it_typesets(latex: str, reading: str) -> None:
    assert read_answer(latex, NAMES, latex=True).reading == reading


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_answer_is_refused_where_it_stands(text: str, message: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        read_answer(text, NAMES)
    diagnostic = caught.value.diagnostic
    assert message in diagnostic.message
    assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source) + 1


@pytest.mark.parametrize("text", [r"2x % the rest \\ 3x", r"\sin x \foo", "2x \\", r"2x\end{pmatrix}"])
def test_latex_that_is_not_read_to_its_end_is_refused(text: str) -> None:
    with pytest.raises(DiagnosticError):
        read_answer(text, NAMES, latex=True)


def test_a_message_about_latex_points_into_the_latex() -> None:
    text = r"\frac{1}{2} x + \sin(x + \foo)"
    with pytest.raises(DiagnosticError) as caught:
        read_answer(text, NAMES)
    span = caught.value.diagnostic.span
    assert text[span.start : span.end] == r"\foo"


def test_letters_are_names_in_latex_unless_the_question_has_the_word() -> None:
    assert read_answer(r"xy \cdot 1", ("x", "y")).reading == "x*y*1"
    assert read_answer(r"xy \cdot 1", ("x", "y", "xy")).reading == "xy*1"


def test_latex_is_recognised_by_its_commands() -> None:
    assert all(is_latex(text) for text in (r"\sin x", "x_{2}", "$x$", r"2\,x", r"\(x\)", r"\[x\]", r"\{x\}"))
    assert not any(is_latex(text) for text in ("2x", "x^2", "[1, 2]", "sin(x)/2", "e^{2x}", "A \\ b", "x_2", ""))


def test_what_is_done_to_a_list_is_done_to_its_entries() -> None:
    shape, parts = entries(read_answer("-x*[2, y]/3", NAMES).expression)
    assert shape == (2,)
    assert [to_text(part) for part in parts] == ["-x*2/3", "-x*y/3"]


def test_names_that_the_question_does_not_have_are_listed() -> None:
    assert read_answer("2x + C", NAMES).extra_names == ("C",)
    assert read_answer("2 pi e x", NAMES).extra_names == ()
