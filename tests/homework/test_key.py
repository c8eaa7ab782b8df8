"""A key is read, or every fault in it is told where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework import Form, Judge, Verdict
from gradcli.homework.key import KeyFaultError, read_key
from gradcli.render.diagnostics import diagnostic_in_file
from tests.samples.homework_class import FOLDER, FORMS


def faults(text: str | bytes) -> list[str]:
    """The key's faults as they are printed."""
    with pytest.raises(KeyFaultError) as raised:
        read_key(text if isinstance(text, bytes) else text.encode())
    return [diagnostic_in_file(fault, "key.toml") for fault in raised.value.faults]


def test_the_contracts_key_is_read() -> None:
    key = read_key(
        b"""
title = "Differentiation 2"

[q1]
function = "x^2 sin(x)"                      # the answer is its derivative, an expression

[q2]
function = "2x^4 + x^3 + 3x^2 + 5x + 1"
at = { x = 2 }
tolerance = { rel = 1e-3 }
points = 2

[q4]
function = "x^2 y + ln(y)"
wrt = "y"
domain = ["y > 0"]

[q5]
answer = "2 sin(x) cos(x)"
mistakes = { "integrated" = "see chapter 3" }
"""
    )
    assert key.title == "Differentiation 2"
    assert list(key.questions) == ["q1", "q2", "q4", "q5"]
    assert key.total == 5
    assert key.questions["q2"].tolerance.relative == 1e-3
    assert key.questions["q4"].wrt == ("y",)
    assert key.questions["q5"].form is Form.VALUE
    assert key.questions["q5"].messages == {"integrated": "see chapter 3"}


def test_the_sample_asks_what_the_class_answers() -> None:
    key = read_key((FOLDER / "key.toml").read_bytes())
    assert list(key.questions) == list(FORMS)


def test_dotted_names_inline_tables_and_quoted_names_are_questions() -> None:
    key = read_key(b'q1.function = "x"\nq2 = { function = "x^2" }\n["question 3"]\nfunction = "x^3"\n')
    assert list(key.questions) == ["q1", "q2", "question 3"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[q1]\nfunction = "2*x + * 3"', ["key.toml:2:19: E101 q1: expected a value, found '*'"]),
        ('[q1]\nfunktion = "x"', ["key.toml:2:1: H101 q1: a question has no 'funktion'", "did you mean function?"]),
        ('[q1]\nfunction = "x"\ntolerance = { rell = 3 }', ["key.toml:3:15: H101", "did you mean rel?"]),
        ('[q1]\nfunction = "x"\norder = 0', ["key.toml:3:1: H102 q1: order is a whole number"]),
        ('[q1]\nfunction = "x"\npoints = -2', ["key.toml:3:1: H102 q1: points is a number"]),
        ('[q1]\nfunction = "x"\ndomain = ["x > 0", "x >"]', ["key.toml:3:24: E101 q1"]),
        ('[q1]\nfunction = "x"\nat = { x = [[1, 2], [3]] }', ["key.toml:3:8: H105 q1"]),
        (
            '[q0]\nfunction = "x"\n\n[q1]\nfunction = "x y"',
            ["key.toml:5:13: H104 q1: the function has the variables x, y"],
        ),
        ('[q1]\nfunction = "x"\nanswer = "1"', ["key.toml:1:1: H102 q1: the question has both"]),
        ("[q1]\npoints = 1", ["key.toml:1:1: H102 q1: the question has neither"]),
        ('[q1]\nanswer = "1"\nwrt = "x"', ["key.toml:3:1: H114 q1", "leave wrt out"]),
        ('[q1]\nanswer = "1"\norder = 2', ["key.toml:3:1: H114 q1", "leave order out"]),
        ('[answer]\nfunction = "x"', ["key.toml:1:2: H113", "columns of the answers"]),
        ('[Student]\nfunction = "x"', ["key.toml:1:2: H113"]),
        ('[""]\nfunction = "x"', ["H113"]),
        ('titel = "x"\n[q1]\nfunction = "x"', ["key.toml:1:1: H111 'titel' is not a question", "did you mean title?"]),
        ("title = 3", ["key.toml:1:1: H111 the title is a text", 'write title = "…"']),
        ('q1 = "x^2"', ["key.toml:1:1: H111", "a question is a table: [q1]"]),
        ('[[q1]]\nfunction = "x"', ["key.toml:1:3: H111"]),
        ("", ["key.toml:1:1: H112 the key has no questions", "write a table for each: [q1]"]),
        ('title = "nothing"', ["H112"]),
        ("[q1\n", ["key.toml:1:", "H110 this is not TOML: expected ']'"]),
        ("[q1]\nfunction = x^2", ["key.toml:2:12: H110 this is not TOML: invalid value", "texts stand in quotes"]),
        ('[q1]\nfunction = "x"\n[q1]\nfunction = "y"', ["key.toml:3:", "H110", "twice"]),
        ('[q1]\nfunction = "x', ["key.toml:2:", "H110"]),
        ("[q1]\nx = " + 2000 * "[" + 2000 * "]", ["H110 the key is nested too deeply"]),
    ],
)
def test_a_fault_is_told_where_it_stands(text: str, told: list[str]) -> None:
    (fault,) = faults(text)
    for each in told:
        assert each in fault


def test_all_faults_are_told_at_once() -> None:
    told = faults(
        '[q1]\nfunction = "2 +"\n[q2]\nfunction = "x"\n[q3]\nfunktion = "x"\n[q4]\nfunction = "x"\norder = "2"'
    )
    assert [each.split(" ")[0] for each in told] == ["key.toml:2:16:", "key.toml:6:1:", "key.toml:9:10:"]


def test_a_bracket_in_a_text_of_several_lines_is_no_head() -> None:
    (fault,) = faults('[q1]\nfunction = """\n[nonsense]"""\npoints = -1\n[q2]\nfunction = "x"\n')
    assert fault.startswith("key.toml:4:1: H102 q1")


def test_bytes_that_are_not_utf8_are_located() -> None:
    (fault,) = faults(b'[q1]\nfunction = "\xff"')
    assert fault.startswith("key.toml:2:13: H110 the byte 0xFF is not UTF-8")


def test_a_byte_order_mark_and_windows_lines_are_read_over() -> None:
    key = read_key(b'\xef\xbb\xbf[q1]\r\nfunction = "x^2"\r\n')
    assert list(key.questions) == ["q1"]


@given(st.text(alphabet='[]{}="#.,-\n x1q', max_size=40) | st.text(max_size=30))
def test_any_text_is_a_key_or_has_faults(text: str) -> None:
    try:
        key, found = read_key(text.encode("utf-8", "replace")), ()
    except KeyFaultError as error:
        key, found = None, error.faults
    assert (key is None) == bool(found)
    for fault in found:
        assert diagnostic_in_file(fault, "key.toml").startswith("key.toml:")


def test_a_decimal_comma_may_be_said_for_the_key_or_for_a_question() -> None:
    key = read_key(b'decimal_comma = true\n[q1]\nfunction = "0,5x^2"\n[q2]\nfunction = "x"\ndecimal_comma = false\n')
    assert key.questions["q1"].decimal_comma
    assert not key.questions["q2"].decimal_comma
    assert Judge(key.questions["q1"]).judge("1,0x").verdict is Verdict.CORRECT
    assert Judge(key.questions["q2"]).judge("1,0").verdict is Verdict.UNREADABLE


def test_a_decimal_comma_is_true_or_false() -> None:
    with pytest.raises(KeyFaultError, match="decimal_comma is true or false"):
        read_key(b'[q1]\nfunction = "x"\ndecimal_comma = 1\n')
