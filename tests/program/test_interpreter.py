"""What stops a program, and where; what it may not reach; and what it leaves as it was."""

from __future__ import annotations

import pytest

from gradcli import engine
from gradcli.language import Diagnostic, DiagnosticError
from gradcli.language.statements import parse_script
from gradcli.program import Interpreter, Output, script_vocabulary
from gradcli.program.failures import GRAD_IS_NONE

LEAF = "x = tensor(2., requires_grad=True)\n"


def run(text: str, *, dtype: str = "float32", max_steps: int = 10_000) -> list[Output]:
    outputs: list[Output] = []
    Interpreter(outputs.append, lambda note: None, dtype=dtype, max_steps=max_steps).run(
        parse_script(text, script_vocabulary())
    )
    return outputs


def failure(text: str, **options: int) -> Diagnostic:
    with pytest.raises(DiagnosticError) as caught:
        run(text, **options)  # type: ignore[arg-type]
    return caught.value.diagnostic


@pytest.mark.parametrize(
    ("text", "code", "part", "help_"),
    [
        ("x = 1\ny + x", "E201", "y", "give it one: y = …"),
        ("losses = 1\n2*lossse", "E201", "lossse", "did you mean losses?"),
        (f"{LEAF}y = x*2\n3*y.sum(dim=4)", "E301", "y.sum(dim=4)", None),
        (f"{LEAF}x += 1", "E301", "x += 1", "update it where nothing is recorded: with no_grad():"),
        (f"{LEAF}1 + 0.1*x.grad", "E301", "0.1*x.grad", GRAD_IS_NONE),
        (f"{LEAF}x.grad.zero_()", "E331", "x.grad.zero_()", GRAD_IS_NONE),
        ("x = 3\nx.grad", "E331", "x.grad", None),
        ("x = 3\nx.grad = 4", "E331", "x.grad", None),
        ("x = 3\nx[0]", "E302", "x[0]", None),
        ("x = 3\nx[0] = 1", "E302", "x[0]", None),
        ("x = tensor(1.)\nx.data = 3", "E301", "x.data", None),
        ("a, b = 1, 2, 3", "E332", "a, b", None),
        ("a, b = range(10**12)", "E332", "a, b", None),
        ("a, b = 1", "E301", "a, b", None),
        ("for i in 3: i", "E301", "3", "repeat for numbers, range(3), a list or a tensor's rows"),
        ("tensor([1, 2], requires_grad=True)", "E301", "tensor([1, 2], requires_grad=True)",
         "write the numbers with a point, as in tensor([1., 2., 3.])"),
        ("zeros(10**5, 10**5)", "E304", "zeros(10**5, 10**5)", None),
        ("arange(10**12)", "E304", "arange(10**12)", None),
        ("x = [1.]\nfor i in range(64): x = cat([x, x])", "E304", "cat([x, x])", None),
        ("s = 'a'\nfor i in range(64): s += s", "E304", "s += s", None),
        ("'a'*10**9", "E304", "'a'*10**9", None),
        ("9**9**9", "E304", "9**9**9", None),
        ("(-8)**(1/3)", "E301", "(-8)**(1/3)", None),
        ("format(1, '999999d')", "E301", "format(1, '999999d')", None),
        ("'%d' % 3", "E301", "'%d' % 3", None),
        ("sin([tensor([1., 2.]), 1])", "E301", "[tensor([1., 2.]), 1]", None),
        ("sin([None])", "E301", "[None]", None),
        ("expand(2**63, 2**63)", "E301", "2**63", None),
        ("x = ['a', tensor(1.)]\nmean(x)", "E301", "x", None),
        ("with set_grad_enabled([1., 2.]): 3", "E301", "[1., 2.]", None),
        ("if ones(2): 3", "E301", "ones(2)", None),
        ("tensor(range(10**12))", "E304", "range(10**12)", None),
        ("z = tensor(1.)\nfor i in range(64): z = [z, z]", "E304", "[z, z]", None),
        ("z = 'a'\nfor i in range(64): z = z, z", "E304", "z, z", None),
        ("z = [tensor(1.)]\nfor i in range(64): z[0:0] = z", "E304", "z[0:0]", None),
    ],
)  # fmt: skip
def test_what_stops_a_program_is_located_and_helped(text: str, code: str, part: str, help_: str | None) -> None:
    diagnostic = failure(text)
    assert (diagnostic.code, text[diagnostic.span.start : diagnostic.span.end]) == (code, part)
    if help_ is not None:
        assert diagnostic.help == help_


@pytest.mark.parametrize(
    "loop", ["for i in range(10**12): pass", "for i in range(60): for_each = i\nfor j in range(60): j"]
)
def test_a_program_ends_at_the_limit_of_statements(loop: str) -> None:
    diagnostic = failure(loop, max_steps=100)
    assert diagnostic.code == "E330"
    assert diagnostic.message == "the program has executed 100 statements, and that is the limit"


def test_what_was_printed_before_an_error_is_out() -> None:
    outputs: list[Output] = []
    interpreter = Interpreter(outputs.append, lambda note: None)
    with pytest.raises(DiagnosticError):
        interpreter.run(parse_script("print(1)\n2\n3/0\nprint(4)", script_vocabulary()))
    assert [output.text for output in outputs] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    ["x.__class__", "x.__init__()", "x._array", "x.numpy()", "f'{x.__class__}'", "x.register_hook(y)", "torch.load(x)"],
)
def test_nothing_of_python_is_within_reach(text: str) -> None:
    assert failure(f"x = tensor(1.)\n{text}").code in ("E110", "E111")


def test_the_engine_is_afterwards_as_it_was_before() -> None:
    with pytest.raises(DiagnosticError):
        run("set_grad_enabled(False)\nwith no_grad():\n    1/0", dtype="float64")
    assert engine.is_grad_enabled()
    assert engine.get_default_dtype() is engine.float32


def test_the_dtype_is_that_of_numbers_with_a_point() -> None:
    (output,) = run("tensor(1.).dtype, [1., 2].dtype, [1, 2].dtype", dtype="float64")
    assert output.text == "(torch.float64, torch.float64, torch.int64)"


def test_variables_stay_from_one_program_to_the_next_of_an_interpreter() -> None:
    outputs: list[Output] = []
    interpreter = Interpreter(outputs.append, lambda note: None)
    interpreter.run(parse_script("x = 2", script_vocabulary()))
    interpreter.run(parse_script("x(x + 1)", script_vocabulary(), interpreter.variables))
    assert [output.text for output in outputs] == ["6"]


def test_a_warning_is_given_once_for_a_statement() -> None:
    notes: list[str] = []
    text = f"{LEAF}y = x*2\nfor i in range(3):\n    y.grad\ny.grad"
    Interpreter(lambda output: None, lambda note: notes.append(note.message)).run(
        parse_script(text, script_vocabulary())
    )
    assert len(notes) == 2
    assert all(note.startswith("The .grad attribute of a Tensor that is not a leaf") for note in notes)


def test_a_list_of_tensors_stays_a_list_and_is_stacked_where_a_tensor_is_wanted() -> None:
    text = (
        "a, b = tensor(1.), tensor(2.)\npair = [a, b]\nfor each in pair: each += 10\na\nsin([a, b]*1).shape\nlen(pair)"
    )
    assert [output.text for output in run(text)] == ["tensor(11.)", "torch.Size([2])", "2"]


def test_python_numbers_stay_numbers() -> None:
    assert [output.text for output in run("abs(-3), max(2, 3), round(2.6), 2**100, int(tensor(2.9)), float(1)")] == [
        "(3, 3, 3, 1267650600228229401496703205376, 2, 1.0)"
    ]
