"""Magics, names and displayed values."""

from __future__ import annotations

import ast
from inspect import signature
from pathlib import Path

import pytest

import gradcli
from gradcli.replay.ipython import shown
from gradcli.replay.magics import without_magics
from gradcli.replay.names import bound_names, read_names


@pytest.mark.parametrize(
    ("source", "python", "skipped"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1", ("%matplotlib inline",)),
        ("if x:\n    !ls\n    y = 1", "if x:\n    pass\n    y = 1", ("!ls",)),
        ("files = !ls\nx = 1", "pass\nx = 1", ("files = !ls",)),
        ("torch.add?", "pass", ("torch.add?",)),
        ("%time y = f(x)", "y = f(x)", ("%time y = f(x)",)),
        ("!pip install \\\n  torch\nx = 1", "pass\n\nx = 1", ("!pip install torch",)),
        ("%%time\nx = 1", "\nx = 1", ("%%time",)),
        ("%%html\n<b>", "", ("%%html",)),
        ("x = '''\n%not a magic\n'''\n%pwd", "x = '''\n%not a magic\n'''\npass", ("%pwd",)),
        ("x = (7\n% 4)", "x = (7\n% 4)", ()),
        (" if x:\n     y = 1\nz = 2", "if x:\n    y = 1\nz = 2", ()),
    ],
)
def test_magics_are_left_out_and_lines_keep_their_numbers(source: str, python: str, skipped: tuple[str, ...]) -> None:
    plain = without_magics(source)
    assert (plain.source, plain.skipped) == (python, skipped)


def test_names_that_a_cell_binds_are_not_read_from_elsewhere() -> None:
    body = ast.parse(
        "import torch.nn as nn\nfor i in range(n):\n    x += i\ndef f(a):\n    return a + b\ny: int = f(x)"
    ).body
    assert set().union(*map(bound_names, body)) == {"nn", "i", "x", "f", "y"}
    assert {"n", "b", "range"} <= read_names(body)
    assert not {"nn", "f", "y"} & read_names(body)


def test_a_name_that_is_added_to_is_read() -> None:
    assert read_names(ast.parse("x += 1").body) == {"x"}


class Bare:
    pass


def bare(one: int, *rest: int, last: str = "a") -> None:
    """A function, as a notebook shows one."""


def test_values_are_shown_as_ipython_shows_them() -> None:
    assert shown([1, "two"]) == "[1, 'two']"
    assert shown((1,)) == "(1,)"
    assert shown(int) == "int"
    assert shown({"kind": Bare}) == f"{{'kind': {__name__}.Bare}}"
    assert shown(bare) == f"<function {__name__}.bare{signature(bare)}>"
    assert shown([Bare()]).startswith(f"[<{__name__}.Bare at 0x")


def test_a_container_that_is_too_wide_has_an_item_a_line() -> None:
    numbers = list(range(100, 130))
    assert shown(numbers) == "[" + ",\n ".join(map(str, numbers)) + "]"
    assert shown({"key": numbers}).startswith("{'key': [100,\n         101,\n")


def test_code_of_others_is_run_in_one_place_only() -> None:
    package = Path(gradcli.__file__).parent
    found = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval")
    }
    assert found == {"replay/session.py", "language/values.py"}  # values.py compiles the __init__ of its own classes
