"""Letters that run together are taken apart into functions and the names that a text can have."""

from __future__ import annotations

import pytest

from gradcli.language import DiagnosticError, for_function, for_name, parse, to_text
from gradcli.language.conventions import Conventions
from gradcli.language.parser import Parsed
from gradcli.operations import OPERATIONS, vocabulary


def read(text: str, *names: str) -> Parsed:
    return parse(text, vocabulary(), names, Conventions(names=frozenset(names), answer=True))


@pytest.mark.parametrize(
    ("text", "names", "reading"),
    [
        ("2xsin(x) + x^2cos(x)", "x", "2*x*sin(x) + x**2*cos(x)"),
        ("2xy^3", "xy", "2*x*y**3"),
        ("xe^x", "x", "x*e**x"),
        ("cosx", "x", "cos(x)"),
        ("ln3", "x", "log(3)"),
        ("cos2x", "x", "cos(2*x)"),
        ("cos2.5x", "x", "cos(2.5*x)"),
        ("2xsinxcosx", "x", "2*x*sin(x)*cos(x)"),
        ("nx^(n-1)", "nx", "n*x**(n - 1)"),
        ("at + v", "atv", "a*t + v"),
        ("e^xsinx", "x", "e**x*sin(x)"),
        ("xcos^2x", "x", "x*cos(x)**2"),
        ("arctanx", "x", "atan(x)"),
        ("2pir", "r", "2*pi*r"),
        ("ωtcosωt", ("omega", "t"), "omega*t*cos(omega*t)"),
        ("2a_1x", ("a_1", "x"), "2*a_1*x"),
        ("2a1x", ("a_1", "x"), "2*a_1*x"),
        ("2a₁x", ("a1", "x"), "2*a1*x"),
        ("Cosx", "x", "cos(x)"),
        ("xsenx", "x", "x*sin(x)"),
        ("2xabs(x)", "x", "2*x*abs(x)"),
        ("2xi + yj", "xyij", "2*x*i + y*j"),
    ],
)
def test_letters_are_taken_apart_where_there_is_one_way(text: str, names: tuple[str, ...], reading: str) -> None:
    parsed = read(text, *names)
    assert to_text(parsed.program.result) == reading
    if reading not in ("2*x*i + y*j",):
        assert parsed.notes or "_" in text or text.isascii() is False


@pytest.mark.parametrize(
    ("text", "names", "first", "second"),
    [
        ("asin(x)", "ax", "asin(x)", "a*sin(x)"),
        ("log2x", "x", "log(x, 2)", "log(2*x)"),
        ("pix", ("p", "i", "x"), "pi*x", "p*i*x"),
    ],
)
def test_several_ways_are_several_readings(text: str, names: tuple[str, ...], first: str, second: str) -> None:
    parsed = read(text, *names)
    others = [to_text(note.other) for note in parsed.notes if note.other is not None]
    assert to_text(parsed.program.result) in (first, "log2(x)")
    assert second in others


@pytest.mark.parametrize(("text", "names"), [("xy", ("xy", "x", "y")), ("C1", "x"), ("alpha", "x"), ("e", "x")])
def test_names_that_mean_something_stay_whole(text: str, names: tuple[str, ...]) -> None:
    assert to_text(read(text, *names).program.result) == text


@pytest.mark.parametrize("text", ["sine(x)", "x2", "sinx2", "xx3"])
def test_what_is_taken_apart_into_nonsense_is_an_error(text: str) -> None:
    with pytest.raises(DiagnosticError):
        read(text, "x")


def test_a_name_that_cannot_be_taken_apart_is_left_alone_in_bounded_time() -> None:
    text = "x" * 59 + "q"
    assert to_text(read(text, "x", "xx", "xxx").program.result) == text


def test_spans_point_to_the_pieces() -> None:
    product = read("2xsinx", "x").program.result
    spans = [factor.value.span for factor in product.factors]  # type: ignore[union-attr]
    assert [(span.start, span.end) for span in spans] == [(0, 1), (1, 2), (2, 6)]


@pytest.mark.parametrize(
    ("name", "help_"),
    [
        ("xsinx", "did you mean x*sin(x)?"),
        ("sin2x", "did you mean sin(2*x)?"),
        ("xcosxsinx", "did you mean x*cos(x)*sin(x)?"),
        ("xy", "did you mean x*y?"),
        ("xe", "did you mean x*e?"),
    ],
)
def test_a_one_liner_is_offered_what_can_be_pasted(name: str, help_: str) -> None:
    assert for_name(name, ("x", "y"), tuple(OPERATIONS)) == help_
    proposed = help_.removeprefix("did you mean ").removesuffix("?")
    assert to_text(parse(proposed, vocabulary(), ("x", "y")).program.result) == proposed


def test_an_unknown_function_may_be_a_product() -> None:
    assert for_function("xysin", frozenset(OPERATIONS), ("x", "y")) == "did you mean x*y*sin(...)?"
    assert for_function("sine", frozenset(OPERATIONS), ("x",)) == "did you mean sin, sinh or sinc?"
