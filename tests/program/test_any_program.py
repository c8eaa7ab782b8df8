"""Any text gives a program or a located Diagnostic; so does running what is one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gradcli.language import DiagnosticError
from gradcli.language.statements import parse_script
from gradcli.program import Interpreter, script_vocabulary

_PIECES = [
    *("x", "y", "z", "i", "_", "f", "sum", "mean", "print", "range", "tensor", "grad", "torch", "autograd", "no_grad"),
    *("for", "in", "with", "if", "elif", "else", "pass", "import", "from", "while", "def", "None", "True"),
    *("x = ", "x += ", "x, y = ", "x.data -= ", "x[0] = ", "for i in range(3):", "with no_grad():", "if x > 0:"),
    *(".grad", ".data", ".T", ".shape", ".grad_fn", ".backward()", ".zero_()", ".add_(1)", ".item()", ".__class__"),
    *("1", "2", "2.5", "3.", "[1., 2]", "[[1, 2], [3, 4]]", "tensor(2., requires_grad=True)", "ones(2, 2)", "()"),
    *("'a'", '"b"', "f'{x}'", "f'{x:.2f}'", "f'{", "'", "\\"),
    *("\n", "\n", "\n    ", "\n  ", "\n\t", ";", ":", " ", ",", "(", ")", "[", "]", "=", "==", "<", "|", "!", "#", "@"),
    *("+", "-", "*", "/", "**", "^", "%", "//", "²", "√", "π", "х"),
]
_STATEMENTS = [
    "x = tensor(2., requires_grad=True)",
    "y = x*3 + 1",
    "y.backward()",
    "x.grad",
    "x.grad.zero_()",
    "x -= 0.1*x.grad",
    "with no_grad(): x -= 0.1",
    "for i in range(2): y = y*x",
    "z = [x, y]",
    "z = [1., 2]",
    "a, b = z",
    "x.data = y",
    "y[0] = 1",
    "grad(y, x)",
    "x = x.detach()",
    "print(f'{x:.2f}', y)",
    "if y > 1: y",
    "for x in z: x",
    "y = y + z",
    "y = None",
    "x.requires_grad_(False)",
    "y.grad_fn.next_functions",
    "y = 'a'*3",
    "x = 2**x",
]


def _reads_or_refuses(text: str) -> Any:
    try:
        return parse_script(text, script_vocabulary())
    except DiagnosticError as error:
        diagnostic = error.diagnostic
        assert diagnostic.source == text
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert "\n" not in diagnostic.message
    return None


@given(text=st.text())
def test_any_text_is_a_program_or_is_refused(text: str) -> None:
    _reads_or_refuses(text)


@given(text=st.lists(st.sampled_from(_PIECES), max_size=16).map("".join))
def test_any_text_of_a_programs_own_pieces_is_one_or_is_refused(text: str) -> None:
    parsed = _reads_or_refuses(text)
    if parsed is not None:
        _runs_or_stops(text)


@given(text=st.lists(st.sampled_from(_STATEMENTS), max_size=12).map("\n".join))
def test_any_statements_run_or_stop_at_a_located_error(text: str) -> None:
    assert _reads_or_refuses(text) is not None
    _runs_or_stops(text)


def _runs_or_stops(text: str) -> None:
    printed: list[str] = []
    interpreter = Interpreter(lambda output: printed.append(output.text), lambda note: None, max_steps=200)
    try:
        interpreter.run(parse_script(text, script_vocabulary()))
    except DiagnosticError as error:
        diagnostic = error.diagnostic
        assert diagnostic.message
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    assert all(isinstance(text, str) for text in printed)
