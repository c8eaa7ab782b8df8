"""Any text in LaTeX reads or is refused, however hostile; carets stand in the LaTeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language import DiagnosticError, Parsed, parse, parse_binding, to_text, walk
from gradcli.language.conventions import Conventions
from gradcli.language.latex.commands import FUNCTIONS, KNOWN, LETTERS, REFUSED, SIGNS
from gradcli.operations import vocabulary

PIECES = (
    *(
        "{",
        "}",
        "^",
        "_",
        "(",
        ")",
        "[",
        "]",
        "|",
        "$",
        "&",
        "\\\\",
        " ",
        "2",
        "12",
        ".5",
        "x",
        "dx",
        "e",
        "sin",
        "=",
        "<",
    ),
    *("+", "-", "*", "/", ",", ";", "'", "!", "%", "~", "\\,", "\\left", "\\right", "\\left(", "\\right)", "\\left|"),
    *(
        "\\right|",
        "\\frac",
        "\\sqrt",
        "\\sqrt[",
        "\\sin",
        "\\ln",
        "\\log",
        "\\alpha",
        "\\Gamma",
        "\\pi",
        "\\cdot",
        "\\|",
    ),
    *("\\text{if}", "\\mathrm{rate}", "\\mathrm", "\\operatorname", "\\begin{cases}", "\\end{cases}", "\\over"),
    *("\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{array}{c}", "\\end{array}", "\\begin", "\\end", "\\partial"),
    *(
        "\\frac{d}{dx}",
        "\\placeholder{}",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\boxed",
        "\\circ",
        "\\prime",
        "\\top",
        "at x=2",
    ),
    *(
        "²",
        "θ",
        "·",
        "x₁",
        "°",
        "‖",
        "\\{",
        "\\}",
        "\\langle",
        "\\rangle",
        "\\lfloor",
        "\\rfloor",
        "{\\left(",
        "\\right)}",
    ),
)


def read(text: str, *names: str) -> Parsed | None:
    """The program of a text, which may be none; whatever is wrong is a Diagnostic with a place in it."""
    try:
        return parse(text, vocabulary(), names, Conventions(latex=True))
    except DiagnosticError as error:
        diagnostic = error.diagnostic
    assert diagnostic.source == text
    assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    assert diagnostic.message
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_pieces_of_latex_read_or_are_refused(text: str) -> None:
    parsed = read(text, "x1", "rate")
    if parsed is not None:
        for node in walk(parsed.program.result):
            assert 0 <= node.span.start <= node.span.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_reads_as_latex_or_is_refused(text: str) -> None:
    read(text)


MANY = 50_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{" * MANY,
            "{" * MANY + "}" * MANY,
            "}" * MANY,
            "x^{" * MANY,
            "x_{" * MANY,
            "\\frac{" * MANY,
            "\\frac" * MANY,
        ),
        *("\\sqrt" * MANY, "\\sqrt[" * MANY, "\\left(" * MANY, "{\\left(" * MANY, "\\right)" * MANY, "\\left|" * MANY),
        *(
            "\\begin{cases}" * MANY,
            "\\begin{pmatrix}" * 1000 + "\\end{pmatrix}" * 1000,
            "\\hat" * MANY,
            "\\mathrm{" * MANY,
        ),
        *(
            "[" * MANY + "]" * MANY,
            "x[" * MANY + "]" * MANY,
            "x" * MANY,
            "\\," * MANY,
            "$" * MANY,
            "\\over" * MANY,
            "\\|" * MANY,
        ),
        *(
            "\\sin" * MANY,
            "x^2" * 30_000,
            "x^{2}!" * 5_000,
            "\\frac12" * 20_000,
            "1\\,000" * 20_000,
            "'" * MANY,
            "x_1" * 30_000,
        ),
        "\\begin{cases}" + "x & x>0 \\\\" * 5_000 + "\\end{cases}",
        "\\begin{cases} x &" + "x>0 \\wedge " * 4_000 + "\\end{cases}",
        "\\begin{cases} x &" + "(x,x)," * 3_000 + "\\end{cases}",
        "\\begin{pmatrix}" + "x & " * 20_000 + "x \\end{pmatrix}",
        "\\frac{d}{" + "dx" * 20_000 + "} x",
        "at " * MANY + "x=2 \\,",
    ],
    ids=lambda text: text[:18],
)
def test_hostile_latex_is_answered(text: str) -> None:
    assert len(text) > 10_000
    read(text, "x1", "rate")
    read(text)


def test_sums_of_many_fractions_are_read() -> None:
    parsed = read(" + ".join(["\\frac{x}{2}"] * 20_000))
    assert parsed is not None
    assert len(parsed.program.result.terms) == 20_000  # type: ignore[union-attr]


def test_a_command_is_in_one_table() -> None:
    assert not set(REFUSED) & KNOWN
    assert not set(LETTERS) & set(FUNCTIONS)
    assert not (set(LETTERS) | set(FUNCTIONS)) & set(SIGNS)


def test_every_function_of_a_command_is_in_the_vocabulary() -> None:
    assert all(name in vocabulary().functions for name in FUNCTIONS.values())


@pytest.mark.parametrize(
    ("text", "names", "tree"),
    [
        ("xy \\cdot 1", (), "x*y*1"),
        ("xy \\cdot 1", ("xy",), "xy*1"),
        ("2rate \\cdot t", ("rate",), "2*rate*t"),
        ("ratet \\,", ("rate",), "rate*t"),
        ("x_1 \\,", (), "x_1"),
        ("x_1 \\,", ("x1",), "x1"),
        ("x_{1} + x_1", ("x1", "x_1"), "x_1 + x_1"),
        ("x1 \\,", ("x1",), "x1"),
        ("x₁ \\,", (), "x_1"),
        ("x₁ \\,", ("x1",), "x1"),
        ("\\theta_1", ("theta1",), "theta1"),
        ("\\theta_{max}", (), "theta_max"),
        ("e^{x}", ("e",), "e**x"),
        ("\\gamma(x+1)", ("gamma",), "gamma*(x + 1)"),
        ("\\frac{d}{dx}", ("d",), "d/(d*x)"),
        ("\\mathrm{rate}(x+1)", ("rate",), "rate*(x + 1)"),
    ],
)
def test_names_that_are_known_decide(text: str, names: tuple[str, ...], tree: str) -> None:
    assert to_text(parse(text, vocabulary(), names).program) == tree


def test_a_decimal_comma_is_read_where_it_is_asked_for() -> None:
    comma = Conventions(decimal_comma=True)
    assert to_text(parse("0,5x \\,", vocabulary(), (), comma).program) == "0.5*x"
    assert to_text(parse("0{,}5x", vocabulary(), (), comma).program) == "0.5*x"
    assert to_text(parse("1{,}000 \\,", vocabulary(), (), comma).program) == "1.000"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("x=\\frac12", "x", "1/2"),
        ("rate=\\frac{1}{2}", "rate", "1/2"),
        ("x_1=\\sqrt{2}", "x_1", "sqrt(2)"),
        ("\\theta=\\frac{\\pi}{2}", "theta", "pi/2"),
        ("x=\\begin{pmatrix}1\\\\2\\end{pmatrix}", "x", "[1, 2]"),
        ("x=$2$", "x", "2"),
    ],
)
def test_a_value_may_be_latex(text: str, name: str, value: str) -> None:
    binding = parse_binding(text, vocabulary())
    assert (binding.name, to_text(binding.value)) == (name, value)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\\frac{x}{2} + \\sin\\left(y\\right)^{2}", ["\\frac{x}{2}", "\\sin\\left(y\\right)^{2}", "y"]),
        ("\\sqrt{x+1}", ["\\sqrt{x+1}", "x+1"]),
        ("e^{2x}y \\,", ["e^{2x}"]),
        ("\\theta_{1}", ["\\theta_{1}"]),
        ("2\\left|x\\right|", ["\\left|x\\right|"]),
        ("\\frac12x", ["\\frac12x"]),
        ("x^{2} \\cdot 3", ["x^{2}"]),
        ("\\begin{pmatrix} x \\\\ \\frac{y}{2} \\end{pmatrix}", ["\\frac{y}{2}"]),
    ],
)
def test_spans_are_whole_pieces_of_the_latex(text: str, written: list[str]) -> None:
    spans = [node.span for node in walk(parse(text, vocabulary()).program.result)]
    pieces = {text[span.start : span.end] for span in spans}
    assert pieces >= set(written)
    assert all(piece.count("{") == piece.count("}") for piece in pieces), pieces


def test_a_note_quotes_whole_pieces_of_the_latex() -> None:
    (note,) = parse("\\frac{x}{2} \\cdot \\ln x (x+1)", vocabulary()).notes
    assert note.span is not None
    assert re.match(r"\\(frac|ln)", note.message)
