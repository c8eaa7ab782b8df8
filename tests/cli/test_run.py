"""`gradcli run FILE…` on the real process: what it prints, where, and with which status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.process import gradcli

SAMPLES = Path(__file__).parents[2] / "samples"
PROGRAM = "x = tensor(2., requires_grad=True)\ny = 2x^4\ny\ny.backward()\nprint('slope', x.grad)\n"


def test_a_program_on_stdin_prints_what_it_prints() -> None:
    outcome = gradcli("run", "-", stdin=PROGRAM)
    assert outcome.out == "tensor(32., grad_fn=<MulBackward0>)\nslope tensor(64.)\n"
    assert (outcome.status, outcome.err) == (0, "")


def test_files_run_one_after_the_other_with_variables_of_their_own(tmp_path: Path) -> None:
    first, second = tmp_path / "first.grad", tmp_path / "second.grad"
    first.write_text("x = 3\nx\n")
    second.write_text("print('second')\nx\n")
    outcome = gradcli("run", str(first), str(second), str(first))
    assert outcome.out == "3\nsecond\n3\n"
    assert outcome.err == f"{second}:2:1: E201 x has no value\n  x\n  ^\nhelp:  give it one: x = …\n"
    assert outcome.status == 2


def test_an_engine_error_is_located_in_torchs_words_after_what_was_printed() -> None:
    outcome = gradcli("run", "-", stdin="x = tensor([1., 2], requires_grad=True)\nprint(x)\n(2*x).backward()\n")
    assert outcome.out == "tensor([1., 2.], requires_grad=True)\n"
    assert outcome.err == (
        "<stdin>:3:1: E301 grad can be implicitly created only for scalar outputs\n"
        "  (2*x).backward()\n"
        "  ^^^^^^^^^^^^^^^^\n"
        "help:  reduce it (y.sum().backward()) or weight it (y.backward([0.1, 1, 0.001]))\n"
    )
    assert outcome.status == 2


def test_a_syntax_error_stops_a_program_before_it_begins() -> None:
    outcome = gradcli("run", "-", stdin="print(1)\nfor i in range(3)\n    i\n")
    assert outcome.out == ""
    assert outcome.err.startswith("<stdin>:2:18: E131 expected ':' after 'for …', found the end of the line\n")
    assert outcome.status == 2


def test_quiet_leaves_what_print_prints() -> None:
    outcome = gradcli("run", "-q", "-", stdin="import torch\n1/2x\nx = 3\nx\nprint(x, end='')\n".replace("1/2x\n", ""))
    assert (outcome.out, outcome.err, outcome.status) == ("3", "", 0)


def test_notes_go_to_stderr_with_their_line() -> None:
    outcome = gradcli("run", "-", stdin="import torch\nx = 4\n1/2x\n")
    assert outcome.out == "2.0\n"
    assert outcome.err == (
        "note:  <stdin>:1: import torch is read over: torch's names are there without it\n"
        "note:  <stdin>:3: 1/2x reads as (1/2)*x; write 1/(2*x) for the other reading\n"
    )


def test_json_is_one_object_for_each_result() -> None:
    outcome = gradcli("run", "--json", "-", stdin=PROGRAM + "x.grad\n1/0*2.\ny.backward()\n")
    objects = [json.loads(line) for line in outcome.out.splitlines()]
    source = {"file": "<stdin>", "line": 3}
    assert objects[0] == {
        **{"schema": 2, "source": source, "text": "tensor(32., grad_fn=<MulBackward0>)", "value": 32.0, "shape": []},
        **{"dtype": "float32", "grad_fn": "MulBackward0", "requires_grad": True},
    }
    assert objects[1] == {"schema": 2, "source": {"file": "<stdin>", "line": 5}, "text": "slope tensor(64.)"}
    assert objects[2]["value"] == 64.0
    assert objects[3]["source"]["line"] == 7
    assert objects[3]["error"]["code"] == "E301"
    assert len(objects) == 4
    assert (outcome.status, outcome.err) == (2, "")


def test_the_dtype_of_numbers_can_be_chosen() -> None:
    assert gradcli("run", "--dtype", "float64", "-", stdin="tensor(1.).dtype\n").out == "torch.float64\n"


def test_a_loop_ends_at_the_limit() -> None:
    outcome = gradcli("run", "--max-steps", "1000", "-", stdin="for i in range(10**9):\n    x = i\n")
    assert "E330 the program has executed 1,000 statements, and that is the limit" in outcome.err
    assert outcome.status == 2


def test_ten_thousand_lines_stream_into_a_pipe_that_closes() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcli", "run", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"for i in range(100000): print('line', i)\n")
    process.stdin.close()
    assert [process.stdout.readline() for _ in range(3)] == [b"line 0\n", b"line 1\n", b"line 2\n"]
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    outcome = gradcli("run", str(tmp_path / "nothing.grad"))
    assert outcome.err.startswith(f"error: cannot read {tmp_path / 'nothing.grad'}: No such file or directory\n")
    assert outcome.status == 2
    assert gradcli("run", "-", stdin=b"x = '\xff'\n").status == 2


def test_windows_line_ends_and_a_byte_order_mark_are_read_over() -> None:
    assert gradcli("run", "-", stdin=b"\xef\xbb\xbffor i in range(2):\r\n    i\r\n").out == "0\n1\n"
