"""Names: one reading of their characters for the tokenizer and for every other door, and what cannot be bound."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.language import DiagnosticError, codes, parse, parse_binding, to_text
from gradcli.language.characters import GREEK, SYMBOLS
from gradcli.language.names import kind_of, name_of, normalised, unstyled, values_by_name, variables_of
from gradcli.language.statements import parse_script
from gradcli.language.tokens import END, NAME, tokenize
from gradcli.operations import OPERATIONS, vocabulary
from gradcli.program import script_vocabulary

SPELLINGS = [
    ("x", "x"),
    (" x_1\t", "x_1"),
    ("θ", "theta"),
    ("ϑ", "theta"),
    ("𝜃", "theta"),
    ("θ₁", "theta1"),
    ("x₁₂", "x12"),
    ("ｘ", "x"),
    ("Ｘ１", "X1"),
    ("𝑥", "x"),
    ("𝐀", "A"),
    ("ℎ", "h"),
    ("ℓ", "l"),
    ("𝛾", "gamma"),
    ("Γ", "Gamma"),
    ("λ", "lambda"),
    ("π", "pi"),
    ("𝜋", "pi"),
    ("∞", "inf"),
    ("αβ", "alphabeta"),
    ("\u212a", "K"),
    ("\u2126", "Omega"),
]
NO_NAMES = [
    *(
        "",
        " ",
        "1x",
        "_x",
        "x y",
        "x-1",
        "2",
        "πr",
        "x.y",
        "x²",
        "²",
        "x!",
        "x\n",
        "x\0",
        "√",
        "é",
        "х",
        "x'",
        "∑",
        "#x",
    ),
    *("½", "ª", "ˣ", "ₓ", "x#y", "¹x", "１", "１ｘ"),
]
PIECES = st.sampled_from([
    *("x", "Y", "theta", "e", "0", "7", "_", " ", "\t", "\u00a0", ".", "+", "-"),
    *("(", "=", "'", "²", "√", "·", "х", "é"),
    *GREEK,
    *SYMBOLS,
    *"₀₁₉ｘＺ４𝑥𝐐𝜃𝝅𝟓ℎℝℓªⅣ\u212aΑο",
])  # fmt: skip


@pytest.mark.parametrize(("written", "name"), SPELLINGS)
def test_a_name_reads_as_the_same_name_in_a_text_and_alone(written: str, name: str) -> None:
    assert normalised(written) == name
    assert name_of(written, vocabulary()) == name
    assert to_text(parse(f"{written}+1", vocabulary()).program) == f"{name} + 1"
    assert parse_binding(f"{written}=2", vocabulary()).name == name


@given(st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=4))
def test_the_tokenizer_and_the_normaliser_agree_on_what_is_one_name(text: str) -> None:
    if "#" in text:  # begins a comment, which is no part of a name alone
        assert normalised(text) is None
        return
    try:
        tokens = tokenize(text)
    except DiagnosticError:
        assert normalised(text) is None
        return
    name = normalised(text)
    if [kind for kind in tokens.kinds if kind != END] == [NAME]:
        assert name == tokens.texts[0]
    else:
        assert name is None


@given(st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=4))
def test_whatever_is_no_name_is_a_located_diagnostic(text: str) -> None:
    try:
        name = name_of(text, vocabulary())
    except DiagnosticError as error:
        found = error.diagnostic
        assert found.source == text
        assert 0 <= found.span.start <= found.span.end <= max(len(text), 1)
        assert found.message.isprintable()
        assert normalised(text) is None or kind_of(normalised(text) or "", vocabulary()) is not None
    else:
        assert name == normalised(text)
        assert name.isascii()
        assert name.isidentifier()


def test_every_styled_letter_of_unicode_reads_as_the_letter() -> None:
    """By Unicode's own compatibility mapping; superscripts and subscripts mean something else."""
    seen = 0
    for code in range(128, sys.maxunicode + 1):
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character)
        style = unicodedata.decomposition(character).partition(" ")[0]
        if style in ("<font>", "<wide>") and len(plain) == 1 and plain.isascii() and plain.isalnum():
            assert unstyled(character) == plain
            seen += 1
    assert seen > 700


def test_styles_are_taken_off_one_character_for_one() -> None:
    text = "ｘ + 𝑥₁·𝜃²"
    assert unstyled(text) == "x + x₁·θ²"
    assert [parse(text, vocabulary()).source, to_text(parse(text, vocabulary()).program)] == [text, "x + x1*theta**2"]


def test_a_string_keeps_its_letters() -> None:
    parsed = parse_script("print('ｘ𝑥', ｙ)", script_vocabulary(), ["y"])
    assert "ｘ𝑥" in repr(parsed.script)


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_is_refused_with_what_a_name_is(text: str) -> None:
    assert normalised(text) is None
    with pytest.raises(DiagnosticError) as caught:
        name_of(text, vocabulary())
    assert "no name" in caught.value.diagnostic.message
    assert caught.value.diagnostic.help or caught.value.diagnostic.code == codes.STRAY_CHARACTER


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1x", "'1x' is no name: a name starts with a letter, not with '1'"),
        ("_x", "'_x' is no name: a name starts with a letter, not with '_'"),
        ("πr", "'πr' is no name: π is one by itself"),
        ("х", "'х' is no name: 'х' (CYRILLIC SMALL LETTER HA) only looks like x"),
        ("x y", "'x y' is no name"),
        ("", "there is no name"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(DiagnosticError, match="name") as caught:
        name_of(text, vocabulary())
    assert caught.value.diagnostic.message == message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "a function") for name in ("sin", "exp", "softmax", "where", "tensor", "double", "digamma")),
        *((name, "a dtype") for name in ("float32", "float64", "int64", "bool")),
        *((name, "a reserved word") for name in ("at", "if", "and", "True", "None")),
        *((name, None) for name in ("x", "gamma", "psi", "Gamma", "beta", "lambda", "e", "pi", "tau", "t", "T", "i")),
    ],
)
def test_functions_dtypes_and_words_cannot_be_bound_but_greek_letters_and_constants_can(
    name: str, kind: str | None
) -> None:
    assert kind_of(name, vocabulary()) == kind
    if kind is None:
        assert parse_binding(f"{name}=2", vocabulary()).name == name
        assert parse(f"x at {name}=2", vocabulary()).program.bindings[0].name == name
        return
    for refused in (
        lambda: name_of(name, vocabulary()),
        lambda: parse_binding(f"{name}=2", vocabulary()),
        lambda: parse(f"x at x=1, {name}=2", vocabulary()),
    ):
        with pytest.raises(DiagnosticError) as caught:
            refused()
        assert caught.value.diagnostic.message.startswith(f"'{name}' is {kind}, and cannot be ")
        assert caught.value.diagnostic.help == "choose another name"


def test_no_function_of_the_vocabulary_but_a_greek_letter_can_be_bound() -> None:
    bindable = {name for name in OPERATIONS if len(name) > 1 and kind_of(name, vocabulary()) is None}
    assert bindable == {"gamma", "Gamma", "psi", "mT"}  # mT is a name only behind a dot


def test_two_spellings_of_one_name_are_given_twice() -> None:
    assert values_by_name([("θ", 1), ("x₁", 2)], vocabulary()) == {"theta": 1, "x1": 2}
    with pytest.raises(DiagnosticError) as caught:
        values_by_name([("θ", 1), ("x", 2), ("theta", 3)], vocabulary())
    assert caught.value.diagnostic.message == "theta is given twice: θ and theta are one name"
    assert caught.value.diagnostic.source == "theta"


def test_variables_to_differentiate_by_are_each_named_once() -> None:
    assert variables_of(["θ", "x", "theta", "𝜃"], vocabulary()) == ("theta", "x")
    with pytest.raises(DiagnosticError, match="'sin' is a function, and cannot be differentiated by"):
        variables_of(["x", "sin"], vocabulary())


@pytest.mark.parametrize(
    ("text", "bound", "reading"),
    [
        ("gamma(x)", (), "gamma(x)"),
        ("γ(x)", (), "gamma(x)"),
        ("Γ(x)", (), "gamma(x)"),
        ("Gamma(x+1)", (), "gamma(x + 1)"),
        ("psi(x)", (), "digamma(x)"),
        ("gamma x", (), "gamma*x"),
        ("γ^2 x", (), "gamma**2*x"),
        ("2γ", (), "2*gamma"),
        ("sin γ x", (), "sin(gamma*x)"),
        ("gamma(x+1)", ("gamma",), "gamma*(x + 1)"),
        ("γ(x)", ("gamma",), "gamma*x"),
        ("Γ(x)", ("Gamma",), "Gamma*x"),
        ("beta(x+1)", ("beta",), "beta*(x + 1)"),
        ("gamma = 2; gamma(x)", (), "gamma = 2; gamma*x"),
        ("gamma(x) at gamma=2, x=1", (), "gamma*x at gamma=2, x=1"),
        ("Γ(x) γ", (), "torch.gamma(x)*gamma"),
        ("x.gamma() + γ", (), "torch.gamma(x) + gamma"),
        ("γ = 2; torch.gamma(x)", (), "gamma = 2; torch.gamma(x)"),
    ],
)
def test_a_greek_letters_name_is_a_function_before_a_bracket_only_and_what_is_bound_wins(
    text: str, bound: tuple[str, ...], reading: str
) -> None:
    program = parse(text, vocabulary(), bound).program
    assert to_text(program) == reading
    assert parse(reading, vocabulary(), bound).program == program


@pytest.mark.parametrize("text", ["gamma(x) + gamma", "γ + γ(x)", "y = gamma(x); gamma = 2; y gamma", "psi(x) psi"])
def test_a_name_that_is_a_function_and_a_variable_in_one_text_is_an_error_that_says_both(text: str) -> None:
    with pytest.raises(DiagnosticError, match="is a function here, and a variable elsewhere") as caught:
        parse(text, vocabulary())
    assert "for the function" in (caught.value.diagnostic.help or "")


def test_a_product_with_a_functions_name_is_noted_where_it_is_bound() -> None:
    notes = parse("2gamma(x+1)", vocabulary(), ["gamma"]).notes
    assert [note.message for note in notes] == [
        "gamma(x+1) reads as a product, since gamma has a value here; write torch.gamma(...) for the function"
    ]
    assert parse("beta(x+1)", vocabulary(), ["beta"]).notes == ()  # there is no function beta
    assert parse("gamma*(x+1)", vocabulary(), ["gamma"]).notes == ()


@pytest.mark.parametrize("text", ["λ = 2.\nλ*3", "lambda = 2.\nλ*3", "for λ in range(3): λ"])
def test_a_program_may_call_a_variable_lambda(text: str) -> None:
    assert "lambda" in repr(parse_script(text, script_vocabulary()).script)


def test_a_program_still_has_no_lambda() -> None:
    with pytest.raises(DiagnosticError, match="programs have no lambda"):
        parse_script("lambda x: x", script_vocabulary())
