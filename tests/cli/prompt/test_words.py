"""A line in parts: expressions, values, options, without the shell's quotes."""

from __future__ import annotations

import pytest

from gradcli.cli.prompt.words import Words, command_of, is_call, taken_apart

OPTIONS = {"--order": True, "--hessian": False, "-q": False, "-o": True}


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [(":plot x^2", "plot", "x^2"), (": vars ", "vars", ""), (":?", "?", ""), (":", "", ""), (":3", "", "3")],
)
def test_a_colon_calls_a_command(line: str, name: str, rest: str) -> None:
    assert command_of(line) == (name, rest)


def test_other_lines_call_none() -> None:
    assert command_of("x : y") is None


@pytest.mark.parametrize(
    ("line", "texts", "values", "options"),
    [
        ("x^2 + 1", ("x^2 + 1",), (), ()),
        ("x^2 x=3", ("x^2",), ("x=3",), ()),
        ("x y, x=3, y=[1,2]", ("x y",), ("x=3", "y=[1,2]"), ()),
        ("x^2 + x y=3", ("x^2 + x y=3",), (), ()),
        ("x^2 + y^2 = 25", ("x^2 + y^2 = 25",), (), ()),
        ("x==3", ("x==3",), (), ()),
        ("x^2 at x=3, y=2", ("x^2 at x=3, y=2",), (), ()),
        ("x^2 --order 2 x=3", ("x^2",), ("x=3",), ("--order", "2")),
        ("x^2 --order=2", ("x^2",), (), ("--order=2",)),
        ("--hessian x^2", ("x^2",), (), ("--hessian",)),
        ("x -q", ("x",), (), ("-q",)),
        ("x -y", ("x -y",), (), ()),
        ("x --y", ("x --y",), (), ()),
        ("x --hesian", ("x",), (), ("--hesian",)),
        ("x^2, max(x, 1)", ("x^2", "max(x, 1)"), (), ()),
        ("f'(x) + f'(2)", ("f'(x) + f'(2)",), (), ()),
        ("'x^2 + 1' '2 x' x=1", ("x^2 + 1", "2 x"), ("x=1",), ()),
        ("x -o 'a b.svg'", ("x",), (), ("-o", "a b.svg")),
        ("", ("",), (), ()),
    ],
)
def test_lines_are_taken_apart(
    line: str, texts: tuple[str, ...], values: tuple[str, ...], options: tuple[str, ...]
) -> None:
    assert taken_apart(line, OPTIONS) == Words(texts, values, options)


def test_a_plain_line_has_no_options_of_one_letter() -> None:
    assert taken_apart("x -q", OPTIONS, is_plain=True) == Words(("x -q",))


@pytest.mark.parametrize(
    ("line", "name"), [("plot x^2", "plot"), ("plot", "plot"), ("plot = 3", None), ("plot*2", None)]
)
def test_a_command_without_its_colon_is_known(line: str, name: str | None) -> None:
    assert is_call(line, {"plot"}) == name
