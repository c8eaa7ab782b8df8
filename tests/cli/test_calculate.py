"""`gradcli EXPR [NAME=VALUE]…` on the real process: what it prints, where, and with which status."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import gradcli

POLYNOMIAL = "2*x**4 + x**3 + 3*x**2 + 5*x + 1"
TOWER = "^".join(["x"] * 46)


def test_the_main_job_prints_value_node_gradient_formula_and_check() -> None:
    outcome = gradcli(POLYNOMIAL, "x=2")
    assert outcome.out == (
        "f      63   AddBackward0\n"
        "df/dx  93   = 8*x**3 + 3*x**2 + 6*x + 5\n"
        "check  agrees with SymPy\n"
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")


def test_a_program_on_a_tensor_is_checked_entry_by_entry() -> None:
    outcome = gradcli("y = 3x+2; z = 2y^2; z.mean()", "x=[[1,2,3],[3,2,1]]")
    assert outcome.out == (
        "f      140   MeanBackward0\n"
        "df/dx  [[10, 16, 22],\n"
        "        [22, 16, 10]]\n"
        "check  agrees with SymPy (6 of 6 entries)\n"
    )
    assert outcome.status == 0


def test_two_variables_give_two_rows() -> None:
    outcome = gradcli("a^3 - b^2", "a=5", "b=6")
    assert outcome.out == (
        "f      89    SubBackward0\n"
        "df/da  75    = 3*a**2\n"
        "df/db  -12   = -2*b\n"
        "check  agrees with SymPy\n"
    )  # fmt: skip


def test_without_values_the_formula_alone_is_printed() -> None:
    assert gradcli("x^2 sin(x)").out == "df/dx  x*(x*cos(x) + 2*sin(x))\n"


def test_a_value_bound_with_at_is_as_good_as_one_on_the_command_line() -> None:
    assert gradcli("x^2 at x=3", "--no-check").out == gradcli("x^2", "x=3", "--no-check").out


def test_values_come_from_a_json_file(tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_text('{"x": [1, 2], "a": 3}')
    outcome = gradcli("sum(a*x^2)", "--bind", str(file), "-q", "--no-check")
    assert outcome.out == "5\n[6, 12]\n"


@pytest.mark.parametrize("content", ["[1, 2]", "{", '{"x": "two"}', '{"x": [[1], [2, 3]]}', '{"x": null}'])
def test_a_file_of_values_that_is_none_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "values.json"
    file.write_text(content)
    outcome = gradcli("x^2", "--bind", str(file))
    assert outcome.status == 2
    assert outcome.err.startswith("error: ")


def test_a_missing_file_of_values_is_an_error() -> None:
    outcome = gradcli("x^2", "--bind", "no-such-file.json")
    assert outcome.status == 2
    assert "no-such-file.json" in outcome.err


def test_wrt_picks_the_variables() -> None:
    assert gradcli("x^2 y", "x=3", "y=4", "--wrt", "y", "-q", "--no-check").out == "9\n"


def test_the_derivative_by_what_does_not_occur_is_0_and_noted() -> None:
    outcome = gradcli("x^2", "x=3", "--wrt", "y")
    assert outcome.out == "f      9\ndf/dy  0\ncheck  agrees with SymPy\n"
    assert outcome.err.startswith("note:  y does not occur in the expression")


def test_a_derivative_is_a_value_and_is_differentiated() -> None:
    assert gradcli("d/dx x^2 sin x", "x=1").out == (
        "f      2.22324   AddBackward0\n"
        "df/dx  3.00268   = 4*x*cos(x) - x**2*sin(x) + 2*sin(x)\n"
        "check  agrees with SymPy\n"
    )


def test_an_equation_gives_an_implicit_derivative() -> None:
    outcome = gradcli("x^2 + y^2 = 25", "x=3", "y=4")
    assert outcome.out == "dy/dx  -0.75   = -x/y\ncheck  agrees with SymPy\n"
    assert gradcli("x^2 + y^2 = 25").out == "dy/dx  -x/y\n"
    assert gradcli("x^2 + y^2 = 25", "x=3", "y=4", "--of", "x", "-q").out == "-1.3333333333333333\n"


def test_an_implicit_derivative_is_an_object_without_a_value() -> None:
    found = json.loads(gradcli("x^2 + y^2 = 25", "x=3", "y=4", "--json").out)
    assert "value" not in found
    assert (found["of"], found["grad"], found["derivative"]) == ("y", {"x": -0.75}, {"x": "-x/y"})
    assert found["check"]["verdict"] == "agrees"


def test_a_mixed_derivative_is_asked_for_by_its_variables() -> None:
    assert gradcli("x^2 y^3", "x=2", "y=3", "--partial", "x,y").out == (
        "f         108\n"
        "d2f/dxdy  108   = 6*x*y**2\n"
        "check     agrees with SymPy\n"
    )  # fmt: skip
    found = json.loads(gradcli("x^2 y^3", "x=2", "y=3", "--partial", "x,y", "--json").out)
    assert (found["value"], found["partial"], found["derivative"]) == (108, {"x,y": 108}, {"x,y": "6*x*y**2"})


def test_a_vertical_tangent_is_undecided() -> None:
    outcome = gradcli("x^2 + y^2 = 25", "x=5", "y=0", "--strict")
    assert outcome.status == 1
    assert "check  undecided: the tangent is vertical here" in outcome.out
    assert outcome.err == ""


def test_vjp_weights_a_tensor_output() -> None:
    outcome = gradcli("x^2", "x=[1,2,3]", "--vjp", "[0.1, 1, 0.001]")
    assert outcome.out == (
        "f        [1, 4, 9]   PowBackward0\n"
        "v.df/dx  [0.2, 4, 0.006]\n"
        "check    agrees with SymPy (3 of 3 entries)\n"
    )  # fmt: skip


def test_jacobian_has_a_row_for_each_output() -> None:
    outcome = gradcli("[x*y, x+y]", "x=2", "y=3", "--jacobian", "--json")
    assert json.loads(outcome.out)["jacobian"] == {"x": [3.0, 1.0], "y": [2.0, 1.0]}


def test_the_gradient_of_a_vector_by_numbers_is_its_jacobian() -> None:
    outcome = gradcli("grad(x^2 y, [x, y])", "x=1", "y=2")
    assert outcome.status == 0
    assert outcome.out == (
        "f      [4, 1]   StackBackward0\n"
        "df/dx  [4, 2]   = [2*y, 2*x]\n"
        "df/dy  [2, 0]   = [2*x, 0]\n"
        "check  agrees with SymPy (4 of 4 entries)\n"
    )
    asked = json.loads(gradcli("[x^2, x^3]", "x=2", "--jacobian", "--json").out)
    assert json.loads(gradcli("[x^2, x^3]", "x=2", "--json").out) == asked
    assert asked["jacobian"] == {"x": [4.0, 12.0]}
    assert gradcli("[x^2, x^3]").out == "df/dx  [2*x, 3*x**2]\n"
    assert gradcli("[(x+1)^2, x]", "--form", "expand").out == "df/dx  [2*x + 2, 1]\n"


@pytest.mark.parametrize(
    ("arguments", "proposal"),
    [
        (("x^T A x", "x=[1,2]", "A=[[1,2],[3,4]]"), "write x.T @ A @ x"),
        (("A B", "A=[[1,2],[3,4],[5,6]]", "B=[[1,2,3],[2,3,4]]"), "write A @ B"),
    ],
)
def test_where_a_product_without_a_sign_fails_the_matrix_product_is_proposed(
    arguments: tuple[str, ...], proposal: str
) -> None:
    outcome = gradcli(*arguments)
    assert outcome.status == 2
    assert proposal in outcome.err


def test_a_variable_in_the_list_of_an_operator_is_used() -> None:
    assert "does not use" not in gradcli("curl([y, -x, 0], [x, y, z])", "x=1", "y=2", "z=3").err


def test_hessian_has_every_pair() -> None:
    outcome = gradcli("x^2 y^3", "x=2", "y=3", "--hessian", "--json")
    answer = json.loads(outcome.out)
    assert answer["hessian"] == {"x": {"x": 54.0, "y": 108.0}, "y": {"x": 108.0, "y": 72.0}}
    assert answer["check"]["verdict"] == "agrees"


def test_order_differentiates_again_and_again() -> None:
    outcome = gradcli("x^5", "x=2", "--order", "3")
    assert outcome.out == "f        32    PowBackward0\nd3f/dx3  240   = 60*x**2\ncheck    agrees with SymPy\n"


def test_float32_is_torchs_default_precision() -> None:
    outcome = gradcli("x/3", "x=1", "--dtype", "float32", "-q", "--no-check")
    assert outcome.out == "0.3333333432674408\n"


def test_digits_rounds_for_people() -> None:
    assert "df/dx  0.54   =" in gradcli("sin(x)", "x=1", "--digits", "2").out


def test_quiet_prints_the_derivatives_and_nothing_else() -> None:
    outcome = gradcli("-q", "2x^4 + x^3", "x=2")
    assert (outcome.out, outcome.err, outcome.status) == ("76\n", "", 0)


def test_json_is_one_object_of_the_documented_schema() -> None:
    outcome = gradcli(POLYNOMIAL, "x=2", "--json")
    assert outcome.out.count("\n") == 1
    assert json.loads(outcome.out) == {
        "schema": 2,
        "expr": POLYNOMIAL,
        "value": 63.0,
        "shape": [],
        "dtype": "float64",
        "grad_fn": "AddBackward0",
        "grad": {"x": 93.0},
        "derivative": {"x": "8*x**3 + 3*x**2 + 6*x + 5"},
        "check": {"verdict": "agrees", "method": "exact", "entries": 1, "of": 1, "max_error": 0.0},
        "warnings": [],
    }


def test_json_writes_what_is_not_finite_as_strings() -> None:
    answer = json.loads(gradcli("1/x", "x=0", "--json", "--no-check").out)
    assert answer["value"] == "inf"
    assert answer["grad"] == {"x": "-inf"}


def test_json_errors_are_objects_on_stdout() -> None:
    outcome = gradcli("2*x + * 3", "x=1", "--json")
    assert outcome.status == 2
    error = json.loads(outcome.out)["error"]
    assert (error["code"], error["line"], error["column"], error["length"]) == ("E101", 1, 7, 1)
    assert error["message"] == "expected a value, found '*'"


def test_an_error_is_located_on_stderr_and_stdout_stays_empty() -> None:
    outcome = gradcli("2*x + * 3", "x=1")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "error: expected a value, found '*'\n  2*x + * 3\n        ^\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "no expression"),
        (["   "], "no expression"),
        (["(x + 1", "x=1"], "never closed"),
        (["x + 1)", "x=1"], "')'"),
        (["2*x + * 3", "x=1"], "expected a value"),
        (["2^x3^x4^x", "x=1"], "did you mean 2**x*3**x*4**x?"),
        (["2 1/2"], "write 2 + 1/2, or 2*1/2"),
        (["50%"], "write 50/100 for percent"),
        (["sni(x)", "x=1"], "did you mean"),
        (["sin(x, x)", "x=1"], "argument"),
        (["sum([[1, 2], [3]])"], "expected sequence of length 2 at dim 1 (got 1)"),
        (["sum(x + y)", "x=[1,2,3]", "y=[1,2]"], "size of tensor a (3) must match the size of tensor b (2)"),
        (["x @ x", "x=[[1,2,3],[4,5,6]]"], "cannot be multiplied (2x3 and 2x3)"),
        (["x^2 @ x", "x=[[1,2],[3,4]]"], "needs a scalar"),
        (["x*y", "x=1"], "y has no value"),
        (["x^2", "x=abc"], "abc"),
        (["x^2", "x==2"], "'='"),
        (["x^2", "x="], ""),
        (["x^2", "x=1", "x=2"], "given twice"),
        (["x^2 at x=1, x=2"], "twice"),
        (["x + 1e999", "x=1"], "too large"),
        (["(" * 50_000 + "x" + ")" * 50_000, "x=1"], "nested"),
        (["__import__('os')"], ""),
        (["x.__class__", "x=1"], ""),
        (["2*\u0445", "x=1"], "CYRILLIC SMALL LETTER HA"),
        (["x\x07+1", "x=1"], "BEL"),
        (["x^2", "y^2", "x=1"], "unexpected argument 'y^2'"),
        (["y = x^2; y + x", "x=2", "--wrt", "y"], "no variable itself"),
        (["x^2 + y^2 = 25", "x=3", "y=4", "--wrt", "z"], "z does not occur in the equation"),
        (["a^2 + b^2 = 25", "a=3", "b=4"], "say it, as in --of b --wrt a"),
        (["x^2 + y^2 = 25", "x=3", "y=4.2"], "away"),
        (["zeros(1000000, 1000000).sum() + x", "x=1"], "elements"),
        (["x[5]", "x=[1,2]"], "index 5 is out of bounds"),
        (["x^2", "x=2", "--vjp", "[1,2]"], "shape"),
        (["x^2", "x=2", "--hessian", "--jacobian"], "exclude each other"),
        (["--unknown", "x=2"], "--unknown"),
    ],
)
def test_bad_input_is_a_message_and_status_two(arguments: list[str], message: str) -> None:
    outcome = gradcli(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert message in outcome.err


def test_a_hundred_thousand_nested_brackets_are_refused_at_once() -> None:
    outcome = gradcli("-", "x=1", stdin="(" * 100_000 + "x" + ")" * 100_000)
    assert outcome.status == 2
    assert outcome.err.startswith("error: nested deeper than 100 levels")


def test_a_star_expanded_by_the_shell_is_recognised(tmp_path: Path) -> None:
    outcome = gradcli("2", str(Path(__file__)), "x", "x=3")
    assert outcome.status == 2
    assert "quote the expression" in outcome.err


def test_a_leading_minus_is_an_expression() -> None:
    outcome = gradcli("-x^2", "x=3", "--no-check")
    assert outcome.out == "f      -9   NegBackward0\ndf/dx  -6\n"


def test_after_two_dashes_everything_is_an_expression() -> None:
    assert gradcli("-q", "--no-check", "--", "-x", "x=3").out == "-1\n"


def test_an_unknown_option_is_an_error_with_its_neighbours() -> None:
    outcome = gradcli("x^2", "x=1", "--hesian")
    assert outcome.status == 2
    assert "--hessian" in outcome.err


def test_a_dash_reads_standard_input() -> None:
    assert gradcli("-", "x=3", "-q", "--no-check", stdin="y = x^2\ny + 1\n").out == "6\n"


@pytest.mark.parametrize(
    ("arguments", "piped", "out"),
    [
        (["x=3", "-q"], "x^2\n", "6\n"),
        (["x=3", "y=2", "-q"], "x^2 y\n", "12\n9\n"),
        (["x=3", "-q"], "y = x^2\ny + 1\n", "6\n"),
        (["-q"], "x^2 at x=3\n", "6\n"),
        (["x^3", "x=2", "-q"], "x^2\n", "12\n"),  # there is an expression
        (["y = 3x", "x=2", "-q"], "x^2\n", "3\n"),  # and here, though it looks like a binding
    ],
)
def test_what_is_piped_in_is_the_expression_where_there_is_none(arguments: list[str], piped: str, out: str) -> None:
    assert gradcli(*arguments, "--no-check", stdin=piped).out == out


def test_the_expression_that_is_piped_in_has_value_and_gradient() -> None:
    assert gradcli("x=3", "--no-check", stdin="x^2").out == "f      9   PowBackward0\ndf/dx  6\n"
    assert "2x" in gradcli("explain", "x=3", stdin="x^2").out


def test_bindings_without_an_expression_are_what_they_were_where_nothing_is_piped_in() -> None:
    assert gradcli("x=3", "--no-check", stdin="").out == "f      3\n"
    assert "f\x1b[0m      3" in on_a_terminal("x=3", "--no-check")


def test_standard_input_that_is_not_utf8_is_an_error() -> None:
    outcome = gradcli("-", "x=3", stdin=b"x^2 + \xff")
    assert outcome.status == 2
    assert "UTF-8" in outcome.err


@pytest.mark.parametrize(
    ("expression", "value", "gradient"),
    [("1/x", "inf", "-inf"), ("sqrt(x)", "0", "inf"), ("relu(x)", "0", "0"), ("abs(x)", "0", "0")],
)
def test_what_is_infinite_or_a_kink_is_a_result(expression: str, value: str, gradient: str) -> None:
    outcome = gradcli(expression, "x=0", "--no-check")
    assert outcome.status == 0
    first, second = outcome.out.splitlines()
    assert first.split()[:2] == ["f", value]
    assert second.split()[:2] == ["df/dx", gradient]


def test_a_kink_is_noted_and_the_check_does_not_call_it_wrong() -> None:
    outcome = gradcli("abs(x)", "x=0")
    assert outcome.status == 0
    assert outcome.out.splitlines()[-1] == "check  undecided: abs(x) has a kink at 0; torch's convention gives 0"
    assert outcome.err == ""  # it is said once
    assert gradcli("abs(x)", "x=0", "--no-check").err.startswith("note:  abs(x) has a kink at 0")


def test_an_undefined_value_names_the_subexpression_and_its_argument() -> None:
    outcome = gradcli("3 + log(x)", "x=-1", "--no-check")
    assert outcome.status == 0
    assert outcome.out.startswith("f      nan")
    assert "log(x)" in outcome.err
    assert "-1" in outcome.err


@pytest.mark.parametrize("arguments", [["std(x)", "x=3"], ["all(y<1)", "y=inf", "--order", "3"], ["var([x])", "x=1"]])
def test_what_a_library_warns_of_is_a_note_without_a_place(arguments: list[str]) -> None:
    outcome = gradcli(*arguments)
    assert outcome.status == 0
    assert ".py" not in outcome.err
    assert "Warning" not in outcome.err
    assert all(line.startswith("note:  ") for line in outcome.err.splitlines())


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["manual_seed(2)"], "manual_seed(2)"),
        (["float64 x", "x=1"], "float64*x"),
        (["y = manual_seed(1); x", "x=1"], "manual_seed(1)"),
        (["x^2", "x=manual_seed(1)"], "manual_seed(1)"),
        (["x^2", "x=float64"], "float64"),
        (["leaky_relu(x, [1, 2])", "x=1"], "[1, 2]"),
        (["sum(x, dim=[0.5])", "x=[1, 2]"], "[0.5]"),
    ],
)
def test_what_is_no_number_is_located(arguments: list[str], part: str) -> None:
    outcome = gradcli(*arguments, "--json")
    error = json.loads(outcome.out)["error"]
    text = next(each for each in arguments if part.split("*")[0] in each)
    start = error["column"] - 1
    assert outcome.status == 2
    assert text[start : start + error["length"]].replace(" ", "*", 1).replace(",*", ", ") == part


def test_a_message_with_control_characters_does_not_control_the_terminal() -> None:
    outcome = gradcli("no\x1b[31msuch", "--bind", "no\x1b[31msuch.json")
    assert outcome.status == 2
    assert "\x1b" not in outcome.err
    assert "\\x1b[31msuch.json" in outcome.err


def test_a_tower_of_powers_is_infinite_at_once() -> None:
    assert gradcli("9^9^9^9", "--no-check").out == "f      inf\n"
    assert gradcli("9^9^9^9").out.startswith("f      inf\ncheck  undecided: ")
    assert gradcli("9^9^9^9 * x", "x=1").status == 0


def test_a_sum_of_a_hundred_thousand_terms_calculates() -> None:
    outcome = gradcli("-", "x=2", "-q", stdin="+".join(["x"] * 100_000))
    assert outcome.out == "100000\n"


def test_the_reading_of_an_ambiguous_expression_is_noted() -> None:
    outcome = gradcli("1/2x", "x=4", "--no-check")
    assert "reads as (1/2)*x" in outcome.err
    assert outcome.out.splitlines()[0].split()[:2] == ["f", "2"]


def test_strict_fails_where_the_check_cannot_decide() -> None:
    assert gradcli("abs(x)", "x=0", "--strict").status == 1
    assert gradcli("abs(x)", "x=0").status == 0
    assert gradcli("abs(x)", "x=1", "--strict").status == 0


def test_on_a_pipe_only_what_is_final_is_written() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", POLYNOMIAL, "x=2"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    first = os.read(process.stdout.fileno(), 4096)
    process.communicate()
    assert first.splitlines()[-1] == b"check  agrees with SymPy"


def test_on_a_terminal_the_verdict_stands_there_before_sympy_is_loaded() -> None:
    written = on_a_terminal(POLYNOMIAL, "x=2", environment={"PYTHONPROFILEIMPORTTIME": "1", "NO_COLOR": "1"})
    shown, loaded = written.index("agrees with SymPy"), re.search(r"\| +sympy\r?\n", written)
    assert loaded is not None
    assert written.index("AddBackward0") < shown < loaded.start() < written.index("8*x**3 + 3*x**2 + 6*x + 5")


@pytest.mark.parametrize("arguments", [["x^2", "x=2"], ["x^2", "x=2", "--json"], ["--help"]])
def test_a_closed_pipe_ends_quietly(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_an_interrupt_ends_with_130() -> None:
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", TOWER, "x=1.1"],
        stdout=side,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(side)
    written = b""
    while b"agrees" not in written:  # it has calculated and checked, and is at the formula, which takes very long
        written += os.read(main, 4096)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    assert process.wait() == 130
    process.stderr.close()
    os.close(main)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_a_full_disk_is_an_error_and_not_a_success() -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", "x^2", "x=1", "--json", "--no-check"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert finished.returncode == 2
    assert finished.stderr == b"error: the output could not be written: No space left on device\n"


def on_a_terminal(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """What the command writes to a terminal."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", *arguments],
        stdout=side,
        stderr=side,
        stdin=side,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **(environment or {})},
    )
    os.close(side)
    written = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    process.wait()
    os.close(main)
    return written.decode()


COLUMNS = 80


def screen(written: str) -> str:
    """What a terminal shows after it was written this: text, cursor up, carriage return, clear to the line's or the
    screen's end; long lines are broken."""
    lines, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[\d*[AJKm]|.", written, re.DOTALL):
        if piece.startswith("\x1b"):
            if piece.endswith("A"):
                row -= int(piece[2:-1])
            elif piece.endswith("K"):
                lines[row] = lines[row][:column]
            elif piece.endswith("J"):
                lines[row:] = [lines[row][:column]]
        elif piece == "\r":
            column = 0
        elif piece == "\n" or column == COLUMNS:
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        if piece.isprintable():
            lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + 1 :]
            column += 1
    return "\n".join(lines)


def broken(text: str) -> str:
    """Text as a terminal breaks it."""
    return "\n".join(re.sub(f"(.{{{COLUMNS}}})(?=.)", r"\1\n", line) for line in text.split("\n"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["x^2 + 1", "x=2"],
        ["a^3 - b^2", "a=5", "b=6"],
        ["sum(v)*a*b", "v=[[1,2],[3,4]]", "a=5", "b=6"],
        ["(1-cos(x))/x^2", "x=1e-8"],
        ["x^x", "x=2", "--digits", "300"],
        ["1/2x + abs(x)", "x=0"],
    ],
)
def test_a_terminal_shows_in_the_end_what_a_pipe_gets(arguments: list[str]) -> None:
    piped = gradcli(*arguments, environment={"COLUMNS": str(COLUMNS)})
    assert screen(on_a_terminal(*arguments)) == broken(piped.err + piped.out)


def test_on_a_terminal_wrong_numbers_are_written_over_before_sympy_is_loaded() -> None:
    environment = {"PYTHONPROFILEIMPORTTIME": "1", "NO_COLOR": "1"}
    written = on_a_terminal("(1-cos(x))/x^2", "x=1e-8", environment=environment)
    loaded = re.search(r"\| +sympy\r?\n", written)
    assert loaded is not None
    assert written.index("1e+08\r\n") < written.index("-8.33333e-10\x1b[K") < loaded.start()


def test_colour_shows_on_a_terminal_only_and_no_color_forbids_it() -> None:
    assert "\x1b[" in on_a_terminal("x^2", "x=2", "--no-check")
    assert "\x1b[" not in on_a_terminal("x^2", "x=2", "--no-check", environment={"NO_COLOR": "1"})
    assert "\x1b[" not in on_a_terminal("x^2", "x=2", "--no-check", environment={"TERM": "dumb"})
    assert "\x1b[" not in gradcli("x^2", "x=2", "--no-check").out
    assert "\x1b[" in gradcli("x^2", "x=2", "--no-check", environment={"FORCE_COLOR": "1"}).out


def test_a_narrow_terminal_wraps_a_tensor() -> None:
    values = ", ".join(str(i) for i in range(100, 120))
    outcome = gradcli("sum(x)", f"x=[{values}]", "--no-check", environment={"COLUMNS": "40"})
    assert max(len(line) for line in outcome.out.splitlines()) <= 40


def test_rows_fold_where_the_terminal_is_narrow_and_not_in_a_pipe() -> None:
    arguments = ("x^2 y + sin(x y) + exp(y)", "x=1", "y=2", "--digits", "12")
    narrow = gradcli(*arguments, environment={"COLUMNS": "40"}).out
    assert max(map(len, narrow.splitlines())) <= 40
    assert narrow.splitlines()[1:3] == ["df/dx  3.16770632691", "       = 2*x*y + y*cos(x*y)"]
    assert gradcli(*arguments).out.split() == narrow.split()
    assert len(gradcli(*arguments).out.splitlines()) == 4


def test_a_list_is_differentiated_entry_by_entry_where_nothing_mixes_its_entries() -> None:
    outcome = gradcli("x^2", "x=[1,2,3]")
    assert outcome.out.splitlines() == [
        "f      [1, 4, 9]   PowBackward0",
        "df/dx  [2, 4, 6]   = 2*x",
        "check  agrees with SymPy (3 of 3 entries)",
    ]
    assert "the diagonal of the Jacobian" in outcome.err
    found = json.loads(gradcli("x^2", "x=[1,2,3]", "--json").out)
    assert found["diagonal"] == {"x": [2.0, 4.0, 6.0]}
    assert "grad" not in found
