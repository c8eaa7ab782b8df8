"""MathML pasted as text reads as the formula that it shows."""

from __future__ import annotations

import pytest

from gradcli.language import DiagnosticError, parse, to_text
from gradcli.operations import vocabulary

SQUARE = "<msup><mi>x</mi><mn>2</mn></msup>"
BRACKET = "<mo>(</mo><mi>x</mi><mo>+</mo><mn>1</mn><mo>)</mo>"


def element(inner: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{inner}</math>'


@pytest.mark.parametrize(
    ("inner", "tree"),
    [
        (SQUARE, "x**2"),
        (f"<mrow><mn>2</mn><mi>x</mi><mo>+</mo>{SQUARE}</mrow>", "2*x + x**2"),
        ("<mfrac><mn>1</mn><mrow><mn>2</mn><msqrt><mi>x</mi></msqrt></mrow></mfrac>", "1/(2*sqrt(x))"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", "sqrt(x + 1)"),
        ("<mi>x</mi><mo>&InvisibleTimes;</mo><mi>sin</mi><mo>&ApplyFunction;</mo><mi>x</mi>", "x*sin(x)"),
        ("<mi>cos</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "cos(x)"),
        ("<msup><mi>sin</mi><mn>2</mn></msup><mi>x</mi>", "sin(x)**2"),
        ("<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup><mo>·</mo><mi>y</mi>", "e**-x*y"),
        ("<msub><mi>x</mi><mn>1</mn></msub><mi>θ</mi>", "x_1*theta"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x_1**2"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "cbrt(x)"),
        ("<mfenced open='|' close='|'><mi>x</mi></mfenced>", "abs(x)"),
        ("<mfenced><mi>x</mi></mfenced><mi>y</mi>", "x*y"),
        (f"<msup><mrow>{BRACKET}</mrow><mn>3</mn></msup>", "(x + 1)**3"),
        ("<mo>(</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mn>1</mn></mtd></mtr></mtable><mo>)</mo>", "[[x, 1]]"),
        ("<mtable><mtr><mtd><mi>x</mi></mtd></mtr><mtr><mtd><mn>1</mn></mtd></mtr></mtable>", "[x, 1]"),
        ("<mi>x</mi><mo>&lt;</mo><mn>2.5</mn>", "x < 2.5"),
        ("<mover><mi>v</mi><mo>→</mo></mover><mi>ln</mi><mi>x</mi>", "v*log(x)"),
        ("<semantics><mi>x</mi><annotation encoding='application/x-tex'>y</annotation></semantics>", "x"),
        ("<mi mathvariant='normal'>rate</mi>", "rate"),
        ("<mi>x</mi><mspace width='1em'/><mi>y</mi>", "x*y"),
    ],
)
def test_mathml_reads_as_what_it_shows(inner: str, tree: str) -> None:
    assert to_text(parse(element(inner), vocabulary(), ["rate"]).program) == tree


def test_mathml_may_stand_before_values() -> None:
    assert to_text(parse(f"{element(SQUARE)} at x=2", vocabulary()).program) == "x**2 at x=2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<math><mi>x</math>", "this MathML is not complete"),
        ("<math </math>", "this MathML is not complete"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><math><mi>&a;</mi></math>", "MathML has no declarations"),
        (element("<mi>&nothing;</mi>"), "this MathML is not complete"),
        (element("<mo>∫</mo><mi>x</mi>"), "integrals are not read"),
        (element("<munderover><mo>∑</mo><mn>1</mn><mn>2</mn></munderover>"), "the element munderover is not read"),
        (element("<mfrac><mn>1</mn></mfrac>"), "the element mfrac is not read"),
        (element("<script>x</script>"), "the element script is not read"),
        (element("<mrow>" * 5_000 + "</mrow>" * 5_000), "nested deeper"),
        (element("<mi>x</mi><mo>+</mo>"), "expected a value"),
        (element(""), "there is no expression"),
    ],
)
def test_mathml_that_is_no_formula_is_refused(text: str, message: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        parse(text, vocabulary())
    diagnostic = caught.value.diagnostic
    assert message in diagnostic.message
    assert diagnostic.source == text
    assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
