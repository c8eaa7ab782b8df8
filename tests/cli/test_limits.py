"""One-liners end within their limits of time and memory, with what they have found so far."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from gradcli.cli.limits import Limits, limited
from gradcli.language import DiagnosticError
from tests.cli.process import Outcome, gradcli

TOWER = "^".join(["x", "y"] * 49)
"""Its derivatives are found at once, and their formulas take SymPy very long."""
PRODUCTS = "sum(ones(4000, 4000) @ ones(4000, 4000) @ ones(4000, 4000) @ ones(4000, 4000) x)"
"""Calls of NumPy that take long, in which no signal is looked at."""
SLOW_CHECK = """
import sys, time
from gradcli.calculus import check

def slow(*arguments, **settings):
    while True:
        time.monotonic()

check.check = slow
sys.argv = ["gradcli", *sys.argv[1:]]
from gradcli.cli import main
main()
"""
"""The command, with a check that never ends."""


def with_slow_check(*arguments: str) -> Outcome:
    finished = subprocess.run(
        [sys.executable, "-c", SLOW_CHECK, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    return Outcome(finished.returncode, finished.stdout, finished.stderr)


def test_a_formula_that_takes_too_long_is_left_out() -> None:
    outcome = gradcli(TOWER, "x=1.1", "y=1.1", "--timeout", "2")
    assert outcome.status == 0
    assert outcome.out == "f      1.11178   PowBackward1\ndf/dx  1.13645\ndf/dy  0.120423\ncheck  agrees with SymPy\n"
    assert outcome.err == "note:  the formula takes more than 2 s (--timeout)\n"


def test_what_finds_nothing_in_time_is_an_error() -> None:
    outcome = gradcli(PRODUCTS, "x=3", "--timeout", "0.5")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == ("error: this takes more than 0.5 s (--timeout)\nhelp:  a larger --timeout gives it more\n")


def test_in_json_that_error_is_an_object() -> None:
    outcome = gradcli(PRODUCTS, "x=3", "--timeout", "0.5", "--json")
    assert outcome.status == 2
    error = json.loads(outcome.out)["error"]
    assert (error["code"], error["message"]) == ("E401", "this takes more than 0.5 s (--timeout)")


def test_a_check_that_takes_too_long_leaves_the_engines_numbers_undecided() -> None:
    outcome = with_slow_check("x^2", "x=3", "--timeout", "1")
    assert outcome.out == (
        "f      9   PowBackward0\ndf/dx  6\ncheck  undecided: time: the check takes more than 1 s (--timeout)\n"
    )
    assert outcome.status == 0
    assert with_slow_check("x^2", "x=3", "--timeout", "1", "--strict").status == 1


def test_so_it_does_in_json_and_quietly() -> None:
    found = json.loads(with_slow_check("x^2", "x=3", "--timeout", "1", "--json").out)
    assert found["grad"] == {"x": 6.0}
    assert found["check"] == {"verdict": "undecided", "reason": "time: the check takes more than 1 s (--timeout)"}
    quiet = with_slow_check("x^2", "x=3", "--timeout", "1", "-q")
    assert quiet.out == "6\n"
    assert quiet.err == "note:  undecided: time: the check takes more than 1 s (--timeout)\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its memory and limits it")
def test_what_needs_more_memory_than_it_may_have_is_an_error() -> None:
    outcome = gradcli("sum(sin(ones(9000, 9000) x)) + sum(ones(9000, 9000))", "x=3", "--memory", "300")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "error: this takes more than 300 MB (--memory)\nhelp:  a larger --memory gives it more\n"


def test_an_explanation_ends_in_time() -> None:
    outcome = gradcli("explain", "sin(exp(sin(exp(sin(x)))))", "x=1", "--order", "20", "--timeout", "0.5")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("error: this takes more than 0.5 s (--timeout)\n")


@pytest.mark.parametrize("value", ["0", "-1", "abc"])
def test_a_limit_is_a_positive_number(value: str) -> None:
    outcome = gradcli("x^2", "x=3", "--timeout", value)
    assert outcome.status == 2
    assert "--timeout" in outcome.err


def test_a_library_that_finds_no_room_is_too_little_memory() -> None:
    with pytest.raises(DiagnosticError, match="more than 5 MB"), limited(Limits(memory=5), "x", as_json=False):
        raise ImportError("libflint.so: failed to map segment from shared object")
    with pytest.raises(ImportError, match="no such"), limited(Limits(memory=5), "x", as_json=False):
        raise ImportError("no such library")


STUCK = """
import ctypes, sys
from gradcli.calculus import check

check.check = lambda *arguments, **settings: ctypes.PyDLL(None).sleep(60)
sys.argv = ["gradcli", *sys.argv[1:]]
from gradcli.cli import main
main()
"""
"""The command, with a check that is one call from which Python does not come back."""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers of the system here")
def test_even_a_call_that_lets_nothing_else_run_ends() -> None:
    command = [sys.executable, "-c", STUCK, "x^2", "x=3", "--timeout", "0.5"]
    finished = subprocess.run(command, capture_output=True, check=False, timeout=50)
    assert finished.returncode == -signal.SIGALRM
