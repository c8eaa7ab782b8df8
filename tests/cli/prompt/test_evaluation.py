"""Lines of a session: what they keep, what they show, and what they say where they are wrong."""

from __future__ import annotations

import pytest

from gradcli.cli.commands import COMMANDS
from gradcli.cli.prompt import commands
from gradcli.cli.prompt.evaluation import evaluated, help_text
from gradcli.cli.prompt.session import Session
from gradcli.cli.prompt.worker import LineRequest


class Told:
    """A session, and what its lines said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.session = Session()
        self._capsys = capsys
        self.status = 0

    def __call__(self, *lines: str, file: str | None = None, first: int = 1) -> str:
        """What the last of the lines wrote, messages last."""
        out = ""
        for line in lines:
            self.status = evaluated(self.session, LineRequest(line, file, first))
            captured = self._capsys.readouterr()
            out = captured.out + captured.err
        return out

    def numbers(self, *lines: str) -> dict[str, str]:
        """The first column of numbers of what the last of the lines wrote, by their labels."""
        rows = (line.split() for line in self(*lines).splitlines() if not line.startswith(("check", "note", " ")))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(capsys)


def test_a_line_is_calculated_as_by_the_command(told: Told) -> None:
    assert told("x^2 at x=3") == "f      9   PowBackward0\ndf/dx  6   = 2*x\ncheck  agrees with SymPy\n"


def test_without_values_the_derivative_is_a_formula(told: Told) -> None:
    assert told("x^2") == "df/dx  2*x\n"


def test_a_variable_gives_later_lines_its_value(told: Told) -> None:
    assert told("x = 3") == ""
    assert told.numbers("x^2") == {"f": "9", "df/dx": "6"}


@pytest.mark.parametrize("line", ["x^2 x=5", "x^2 at x=5", "x^2, x=5"])
def test_a_value_of_one_line_comes_before_the_variables(told: Told, line: str) -> None:
    assert told.numbers("x = 3", line) == {"f": "25", "df/dx": "10"}
    assert told.numbers("x^2") == {"f": "9", "df/dx": "6"}


def test_variables_that_a_line_does_not_use_are_not_spoken_of(told: Told) -> None:
    assert told("x = 3", "a = 2", "y^2") == "df/dy  2*y\n"


def test_a_formula_passes_derivatives_on(told: Told) -> None:
    assert told.numbers("x = 3", "y = x^2 + 1;", "2y") == {"f": "20", "df/dx": "12"}
    assert told.numbers("x = 1", "2y") == {"f": "4", "df/dx": "4"}


def test_a_formula_shows_its_derivatives_unless_a_semicolon_ends_it(told: Told) -> None:
    assert told.numbers("x = 3", "y = x^2") == {"f": "9", "df/dx": "6"}
    assert told("y = x^2;") == ""


def test_a_formula_with_some_of_its_values_is_kept_in_silence(told: Told) -> None:
    assert told("a = 2", "y = a x") == ""
    assert told.numbers("x = 3", "y") == {"f": "6", "df/da": "3", "df/dx": "2"}


def test_formulas_come_before_those_that_use_them(told: Told) -> None:
    told("x = 2", "z = x;", "y = z^2;", "z = x^3;")
    assert told.numbers("y") == {"f": "64", "df/dx": "192"}


def test_functions_are_kept_and_use_what_is_there(told: Told) -> None:
    assert told.numbers("a = 2", "f(t) = a t^2", "g(t) = f(t) + 1", "g(3)") == {"f": "19", "df/da": "9"}
    assert told.numbers("f'(3)") == {"f": "12", "df/da": "6"}


def test_a_parameter_is_no_variable_of_the_session(told: Told) -> None:
    assert told.numbers("t = 5", "f(t) = t^2", "f(3)") == {"f": "9"}


def test_ans_is_the_last_value_and_no_variable(told: Told) -> None:
    assert told.numbers("x^2 at x=3", "ans + 1") == {"f": "10"}
    assert told.numbers("x = 2", "ans x") == {"f": "20", "df/dx": "10"}


def test_ans_may_be_a_tensor_of_any_floats(told: Told) -> None:
    told("[0.1, -2, 1e300]")
    assert told.session.ans == "[0.1, -2, 1e+300]"
    assert told.numbers("sum(ans*[1, 0, 0])") == {"f": "0.1"}
    told("1/0")
    assert told.session.ans == "inf"
    assert told.numbers("1/ans") == {"f": "0"}


def test_what_fails_leaves_ans_and_variables_as_they_are(told: Told) -> None:
    told("x = 3", "x^2", "x = 2*x + * 3", "y x")
    assert told.status == 2
    assert told.numbers("ans x") == {"f": "27", "df/dx": "9"}


def test_its_own_name_and_ans_are_calculated_at_once(told: Told) -> None:
    assert told("x = 3", "x = x + 1") == "x = 4\n"
    assert told("x^2", "b = ans/2") == "b = 8\n"
    assert told.numbers("x = 1", "b") == {"f": "8", "df/db": "1"}


def test_a_formula_that_comes_back_to_itself_is_calculated_at_once(told: Told) -> None:
    assert told("y = z + 1", "z = 2", "z = y + 1") == "z = 4\n"
    assert told.numbers("y") == {"f": "5", "df/dz": "1"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("z = z + 1", "error: this is calculated at once, and z has no value"),
        ("ans = 3", "error: ans is the last value, and changes from line to line"),
        ("f(x) = ans x", "error: ans is the last value, and changes from line to line"),
        ("sin = 3", "error: 'sin' is a function, and cannot be assigned"),
        ("2x + * 3", "error: expected a value, found '*'\n  2x + * 3\n       ^"),
        ("plot x^2", "error: plot is a command, and begins with a colon\nhelp:  :plot x^2"),
        (":explan x", "error: there is no command :explan\nhelp:  did you mean :explain?"),
        (":batch x", "error: there is no command :batch\nhelp:  it is a command of the shell: gradcli batch"),
        (":clear q", "error: nothing is kept as 'q'"),
        (":", "error: there is no command :\nhelp:  :help lists the commands"),
        ("x\udcff", "error: this is not text in UTF-8"),
        ("x --hesian", "error: gradcli has no option --hesian\nhelp:  did you mean --hessian?"),
    ],
)
def test_wrong_lines_are_answered(told: Told, line: str, message: str) -> None:
    assert told(line).startswith(message)
    assert told.status == 2
    assert not told.session.kept


def test_an_error_within_a_formula_shows_the_formula(told: Told) -> None:
    assert "\n  y = w @ [1, 2, 3]\n      ^" in told("w = [1, 2]", "y = w @ [1, 2, 3]")
    assert "\n  y = w @ [1, 2, 3]\n      ^" in told("2 y")


def test_lines_may_have_the_commands_options(told: Told) -> None:
    assert told.numbers("x = 2", "x^3 --order 2") == {"d2f/dx2": "12", "f": "8"}


def test_several_statements_of_a_line_are_done_in_turn(told: Told) -> None:
    assert told.numbers("x = 2; y = x^2; y + 1") == {"f": "5", "df/dx": "4"}
    assert set(told.session.kept) == {"x", "y"}


def test_names_are_kept_as_they_read(told: Told) -> None:
    assert told.numbers("θ = 2", "theta^2") == {"f": "4", "df/dtheta": "4"}


def test_a_tensor_without_a_gradient_is_shown_all_the_same(told: Told) -> None:
    out = told("w = [[1,2],[3,4]]", "w @ w")
    assert out.startswith("f      [[ 7, 10],\n        [15, 22]]\n")
    assert "note:  a tensor has no gradient" in out
    assert told.session.ans == "[[7, 10], [15, 22]]"


def test_equations_are_no_assignments(told: Told) -> None:
    assert told("x^2 + y^2 = 25") == "dy/dx  -x/y\n"
    assert not told.session.kept


def test_vars_lists_what_is_kept_and_clear_forgets_it(told: Told) -> None:
    told("x=3", "y = x^2;", "f(t) = t;", "1 + 1")
    assert told(":vars") == "x = 3\ny = x^2\nf(t) = t\nans = 2\n"
    told(":clear y, f")
    assert told(":vars") == "x = 3\nans = 2\n"
    told(":clear")
    assert told(":vars") == "nothing is kept; x = 3 keeps a variable\n"


def test_commands_have_the_sessions_names(told: Told) -> None:
    out = told("x = 2", "f(t) = t^2", ":explain f(x)")
    assert "power rule" in out
    assert "df/dx  4   = 2x" in out
    assert told(":minimize (x - 3)^2").startswith("at     x = 3\n")


def test_check_is_asked_of_formulas_and_not_at_a_point(told: Told) -> None:
    assert told("x = 3", ":check x^2, 2x") == "correct  proved\n"
    assert told("a = 2", "g(x) = a x^2", ":check g(x), 4x") == "correct  proved\n"
    assert told(":clear x", ":check a x^2, 2 a x") == "correct  proved\n"
    assert told(":check x^2, 3x").startswith("wrong")
    assert told.status == 1


def test_errors_of_a_file_have_its_name_and_line(told: Told) -> None:
    assert told("x = (1 +\n2) +* 3", file="a.txt", first=7).startswith("error: a.txt:8:5: expected a value")
    assert told(":frob", file="a.txt", first=9).startswith("error: a.txt:9: there is no command :frob")


def test_help_names_each_command_in_a_line_that_fits(told: Told) -> None:
    lines = told(":help").splitlines()
    assert max(map(len, lines)) <= 80
    listed = [line.split()[0] for line in lines if line.startswith("  :")]
    assert listed == [
        f":{name}" for name in (*commands.PASSED, *commands.OWN) if name in COMMANDS or name in commands.OWN
    ]


def test_help_folds_in_a_narrow_terminal() -> None:
    listed = help_text(40).partition("  :")[2]
    assert max(map(len, listed.splitlines())) <= 60


@pytest.mark.parametrize(
    ("line", "part"), [(":help explain", "Usage: :explain"), (":help vars", ":vars\n"), (":help sin", "sin(x): sine")]
)
def test_help_of_one_thing(told: Told, line: str, part: str) -> None:
    assert part in told(line)
