"""`gradcli replay` on whole notebooks and programs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.process import gradcli
from tests.replay.notebooks import cell, notebook, picture, printed, raised, replayed, result, verdicts

TORCH = cell("import torch")


def test_a_notebook_that_shows_the_same_has_status_0(tmp_path: Path) -> None:
    outcome = replayed(
        tmp_path,
        TORCH,
        cell("x = torch.tensor(2.0, requires_grad=True)\nx**2", result("tensor(4., grad_fn=<PowBackward0>)")),
        cell("print(x)\nx.grad", printed("tensor(2., requires_grad=True)\n")),
    )
    assert outcome.out == (
        "cell 1  no output\ncell 2  same\ncell 3  same\n3 cells: 2 same, 1 no output\n"
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")


def test_a_difference_is_shown_line_by_line_and_has_status_1(tmp_path: Path) -> None:
    outcome = replayed(
        tmp_path,
        cell("import torch\nx = torch.ones(2)\nprint('x')\nprint(x)\nprint('y')", printed("x\ntensor([1., 2.])\ny\n")),
    )
    assert outcome.out == (
        "cell 1  differs (in numbers)\n"
        "  In [1]: import torch\n"
        "    x\n"
        "  - tensor([1., 2.])\n"
        "  + tensor([1., 1.])\n"
        "    y\n"
        "1 cell: 1 differs\n"
    )
    assert outcome.status == 1


def test_how_near_numbers_are_is_said_where_only_rounding_can_have_grown(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("print(1.000003)", printed("1.000001\n"))) == [
        "differs (in numbers, at most 2e-06 apart)"
    ]


def test_the_last_printed_digit_may_be_a_unit_off(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("print('[0.1235]')", printed("[0.1234]\n"))) == ["same (last digit)"]


def test_an_address_compares_by_its_name(tmp_path: Path) -> None:
    made = "import torch\ny = torch.ones(1, requires_grad=True) + 1\n"
    assert verdicts(
        tmp_path,
        cell(made + "y.grad_fn", result("<AddBackward0 at 0x15929cac0>")),
        cell("print(y.grad_fn)", printed("<AddBackward0 object at 0x0000022DC917BEB8>\n")),
        cell("print(y.grad_fn)", printed("<MulBackward0 object at 0x0000022DC917BEB8>\n")),
    ) == ["same", "same", "differs"]


def test_unseeded_random_numbers_are_compared_by_their_form(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        TORCH,
        cell("print(torch.randn(3))", printed("tensor([-0.9524, -0.7465,  0.4141])\n")),
        cell("print(torch.randn(3, requires_grad=True))", printed("tensor([-0.9524, -0.7465,  0.4141])\n")),
        cell("import numpy as np, random\nprint(np.random.rand(), random.random())", printed("0.5 0.25\n")),
    ) == [
        "no output",
        "not comparable (unseeded random); same form",
        "differs (in form; the numbers are unseeded random)",
        "not comparable (unseeded random); same form",
    ]


def test_what_does_not_depend_on_chance_must_agree_beside_random_numbers(tmp_path: Path) -> None:
    source = "import torch\nprint(torch.rand(1).item(), 2.718)"
    assert verdicts(tmp_path, cell(source, printed("0.5 2.718\n")), cell(source, printed("0.5 3.141\n"))) == [
        "not comparable (unseeded random); same form",
        "differs (in numbers that are not unseeded random)",
    ]


def test_a_form_that_itself_depends_on_chance_decides_nothing(tmp_path: Path) -> None:
    source = "import random\nprint(''.join(random.choices('abcdefgh', k=40)))"
    assert verdicts(tmp_path, cell(source, printed("abc\n"))) == ["not comparable (unseeded random, the form too)"]


def test_seeded_random_numbers_must_be_the_recorded_ones(tmp_path: Path) -> None:
    seeded = "import torch\ntorch.manual_seed(0)\nprint(torch.rand(2))"
    assert verdicts(
        tmp_path,
        cell(seeded, printed("tensor([0.4963, 0.7682])\n")),
        cell(seeded, printed("tensor([0.4963, 0.0885])\n")),
    ) == ["same", "differs (in numbers)"]


def test_an_error_that_the_notebook_recorded_is_the_same(tmp_path: Path) -> None:
    not_scalar = "grad can be implicitly created only for scalar outputs"
    source = "import torch\nx = torch.randn(2, requires_grad=True)\nprint(x)\nx.backward()"
    shown = printed("tensor([0.1869, 0.5155], requires_grad=True)\n")
    assert verdicts(
        tmp_path,
        cell("1 / 0", raised("ZeroDivisionError", "division by zero")),
        cell("1 / 0", raised("ValueError", "division by zero")),
        cell(source, shown, raised("RuntimeError", not_scalar)),
        cell("1 / 1", raised("ZeroDivisionError", "division by zero")),
    ) == ["same", "differs", "not comparable (unseeded random); same form", "differs"]


def test_an_error_that_was_not_recorded_has_its_last_line_and_status_1(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, cell("import torch\ntorch.ones(2) @ torch.ones(3)", count=8))
    first, second, _ = outcome.out.splitlines()
    assert first.startswith("cell 1  error: RuntimeError: inconsistent tensor size")
    assert second == "  In [8]: import torch"
    assert outcome.status == 1


def test_a_cell_of_magics_is_left_out_with_a_note(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("%matplotlib inline\nx = 1\nx", result("1")),
        cell("!pip install torch", printed("Collecting torch\n")),
        cell("%%bash\nls", printed("notebook.ipynb\n")),
        cell("%%time\nprint(x)", printed("1\nWall time: 3 ms\n")),
    ) == [
        "same",
        "not run (left out !pip install torch)",
        "not run (left out %%bash)",
        "same",
    ]


def test_a_semicolon_keeps_the_value_and_display_shows_one(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("x = 7\nx;  # quiet"),
        cell("display(x)\nx + 1", result("7"), result("8")),
        cell("from IPython.display import display as show, HTML\nshow(x)", result("7")),
        cell("HTML('<b>x</b>')", result("<IPython.core.display.HTML object>", **{"text/html": "<b>x</b>"})),
    ) == ["no output", "same", "same", "same (html not compared)"]


def test_pictures_are_not_comparable(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path, cell("x = 1", picture()), cell("print(x)", printed("1\n"), picture())
    ) == ["not comparable (image)", "same (image not compared)"]  # fmt: skip


def test_versions_are_not_comparable(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("import torch\ntorch.__version__", result("'1.4.0+cu92'"))) == [
        "not comparable (versions)"
    ]


def test_what_torch_no_longer_takes_is_of_an_older_torch(tmp_path: Path) -> None:
    source = "import torch\nprint(torch.zeros(2, names=['N']))"
    assert verdicts(tmp_path, cell(source, printed("tensor([0., 0.], names=('N',))\n"))) == [
        "not run (older torch: zeros() got an unexpected keyword argument 'names')"
    ]


def test_what_needs_a_missing_module_is_not_run_and_neither_is_what_depends_on_it(tmp_path: Path) -> None:
    outcome = replayed(
        tmp_path,
        cell("import no_such_module as missing\nimport torch"),
        cell("images = missing.load()\nlabels = 1"),
        cell("images.shape", result("torch.Size([2])")),
        cell("labels = 3\nlabels", result("3")),
        cell("torch.ones(1)", result("tensor([1.])")),
        cell("from torchvision import datasets\ndatasets.MNIST('.')"),
    )
    assert outcome.out.splitlines() == [
        "cell 1  not run (needs no_such_module; the rest was run)",
        "cell 2  not run (depends on cell 1)",
        "cell 3  not run (depends on cell 1)",
        "cell 4  same",
        "cell 5  same",
        "cell 6  not run (needs torchvision)",
        "6 cells: 2 same, 4 not run",
    ]
    assert outcome.status == 0


def test_what_was_made_from_names_that_a_failed_cell_left_alone_is_not_comparable(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("x = 1"),
        cell("import no_such_module\nx = no_such_module.two()"),
        cell("y = x + 1\nprint(y)", printed("3\n")),
        cell("print(y)", printed("3\n")),
    ) == [
        "no output",
        "not run (needs no_such_module)",
        "not comparable (depends on cell 2)",
        "not comparable (depends on cell 2)",
    ]


def test_what_the_engine_leaves_out_is_said(tmp_path: Path) -> None:
    (verdict,) = verdicts(tmp_path, cell("import torch.nn as nn\nnn.Conv3d(1, 1, 3)"))
    assert verdict.startswith("not run (")
    assert "leaves out" in verdict
    assert "Conv3d" in verdict


def test_an_endless_cell_is_stopped_and_the_rest_is_not_run(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, cell("while True:\n    pass"), cell("print(1)"), options=["--timeout", "0.5"])
    assert outcome.out.splitlines() == [
        "cell 1  error: took longer than 0.5 s",
        "  In [1]: while True:",
        "cell 2  not run (cell 1 ended the program)",
        "2 cells: 1 error, 1 not run",
    ]
    assert outcome.status == 1


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("exit()", "no output"),
        ("import sys\nprint('bye')\nsys.exit(3)", "error: SystemExit: 3"),
        ("import os\nos._exit(5)", "error: ended the process with exit status 5"),
    ],
)
def test_a_cell_that_ends_the_process_ends_the_replay_only(tmp_path: Path, source: str, verdict: str) -> None:
    assert verdicts(tmp_path, cell(source), cell("print(1)", printed("1\n"))) == [
        verdict,
        "not run (cell 1 ended the program)",
    ]


def test_cells_cannot_write_into_the_report_or_wait_for_input(tmp_path: Path) -> None:
    source = (
        "import os, subprocess, sys\nos.write(1, b'in the way')\nsubprocess.run([sys.executable, '-c', 'print(1)'])"
    )
    assert verdicts(
        tmp_path,
        cell(source + ";"),
        cell("input()", raised("EOFError", "EOF when reading a line")),
        cell("import sys\nsys.stdout.close()\nprint('still here')", printed("still here\n")),
    ) == ["no output", "same", "same"]


def test_warnings_are_compared_without_their_places(tmp_path: Path) -> None:
    source = "import warnings\nwarnings.warn('watch out')"
    place = "/tmp/ipykernel_1/2.py:2: UserWarning: watch out\n  warnings.warn('watch out')\n"
    assert verdicts(
        tmp_path,
        cell(source, printed(place, "stderr")),
        cell("warnings.warn('there')"),
        cell("print(1)", printed("1")),
    ) == ["same", "same (other warnings)", "same"]


def test_logging_still_arrives_in_later_cells(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("import logging\nlogging.basicConfig()"),
        cell("logging.warning('here')", printed("WARNING:root:here\n", "stderr")),
        cell("logging.warning('here')", printed("WARNING:root:there\n", "stderr")),
    ) == ["no output", "same", "differs"]


def test_a_cell_that_was_never_run_only_shows_what_it_prints(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, cell("print('first')\n'second'", count=None))
    assert outcome.out == "cell 1  shown (nothing recorded)\n  first\n  'second'\n1 cell: 1 shown\n"
    assert outcome.status == 0


def test_classes_of_the_notebook_and_of_torch_say_where_they_are(tmp_path: Path) -> None:
    source = "import torch\nclass Net(torch.nn.Module): pass\nprint(Net, type(torch.ones(1)))\ntorch.Tensor"
    shown = printed("<class '__main__.Net'> <class 'torch.Tensor'>\n")
    assert verdicts(tmp_path, cell(source, shown, result("torch.Tensor"))) == ["same"]


def test_submodules_of_torch_are_the_engines(tmp_path: Path) -> None:
    source = (
        "import torch, torch.nn as nn\nimport torch.nn.functional as F\nimport torch.optim as optim\n"
        "from torch.autograd import Variable\nfrom torch.utils.data import DataLoader, TensorDataset\n"
        "from torch.nn.modules.loss import MSELoss\nfrom torch.optim.lr_scheduler import StepLR\n"
        "print(nn is torch.nn, F is torch.nn.functional, MSELoss is nn.MSELoss, Variable(torch.ones(1)))"
    )
    assert verdicts(tmp_path, cell(source, printed("True True True tensor([1.])\n"))) == ["same"]


def test_a_missing_part_of_torch_is_an_error_and_not_somebody_elses_module(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("import torch.no_such_part")) == [
        "error: ModuleNotFoundError: No module named 'torch.no_such_part'"
    ]


def test_an_old_python_is_said(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("print 1", printed("1\n")), version="2.7.6") == ["not run (written for Python 2)"]


def test_json_has_one_object_a_cell_and_a_summary(tmp_path: Path) -> None:
    outcome = replayed(
        tmp_path,
        cell("import sys\nprint(1)\n2", printed("1\n"), result("3"), count=4),
        cell("1 / 0", count=5),
        options=["--json"],
    )
    file = str(tmp_path / "notebook.ipynb")
    assert [json.loads(line) for line in outcome.out.splitlines()] == [
        {
            "schema": 2,
            "source": {"file": file, "cell": 1, "execution_count": 4},
            "verdict": "differs",
            "apart": pytest.approx(1 / 3),
            "diff": ["  1", "- 3", "+ 2"],
            "stdout": "1\n",
            "displays": ["2"],
        },
        {
            "schema": 2,
            "source": {"file": file, "cell": 2, "execution_count": 5},
            "verdict": "error",
            "reason": "ZeroDivisionError: division by zero",
            "raised": {"name": "ZeroDivisionError", "text": "division by zero"},
        },
        {
            "schema": 2,
            "source": {"file": file},
            "summary": {"cells": 2, "differs": 1, "error": 1},
            "status": 1,
        },
    ]


def test_a_notebook_runs_in_its_folder_and_finds_modules_beside_it(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("value = 5\n", encoding="utf-8")
    (tmp_path / "data.txt").write_text("six", encoding="utf-8")
    source = "from beside import value\nprint(value, open('data.txt').read())"
    assert verdicts(tmp_path, cell(source, printed("5 six\n"))) == ["same"]


def test_a_notebook_of_version_3_is_read(tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["import torch\n", "torch.zeros(2)"],
                        "language": "python",
                        "metadata": {},
                        "outputs": [
                            {
                                "output_type": "pyout",
                                "prompt_number": 1,
                                "metadata": {},
                                "text": ["tensor([0., 0.])"],
                            }
                        ],
                        "prompt_number": 1,
                    }
                ],
            }
        ],
    }
    file = tmp_path / "old.ipynb"
    file.write_text(json.dumps(old), encoding="utf-8")
    assert gradcli("replay", str(file)).out == "cell 1  same\n1 cell: 1 same\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n "cells": [\n}', "is not a notebook: no JSON at line 3\n  }\n  ^\n"),
        ("[]", "is not a notebook: it has no cells\n"),
        ('{"cells": [], "nbformat": 99}', "is not a notebook: "),
        (json.dumps(notebook(language="julia")), "is a notebook in julia; only Python can be replayed\n"),
    ],
)
def test_what_is_no_notebook_has_status_2_and_says_where(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "notebook.ipynb"
    file.write_text(text, encoding="utf-8")
    outcome = gradcli("replay", str(file))
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: {file} {message}")


def test_a_file_that_is_not_there_has_status_2(tmp_path: Path) -> None:
    outcome = gradcli("replay", str(tmp_path / "none.ipynb"))
    assert outcome.status == 2
    assert "none.ipynb: No such file or directory" in outcome.err


PROGRAM = "import torch\nx = torch.ones(2)\nx\nif __name__ == '__main__':\n    print(x)\n"


def test_a_program_is_compared_with_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "program.out").write_text("tensor([1., 1.])\n", encoding="utf-8")
    assert gradcli("replay", str(tmp_path / "program.py")).out == "cell 1  same\n1 cell: 1 same\n"


def test_a_program_is_compared_with_the_expected_file(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "expected").write_text("tensor([1., 2.])\n", encoding="utf-8")
    outcome = gradcli("replay", str(tmp_path / "program.py"), "--expected", str(tmp_path / "expected"))
    assert outcome.out.splitlines()[2:4] == ["  - tensor([1., 2.])", "  + tensor([1., 1.])"]
    assert outcome.status == 1


def test_the_cells_of_a_program_without_expected_output_are_shown(tmp_path: Path) -> None:
    source = "# A program\n# %% first\nimport torch\ntorch.ones(1)\n# %%\nprint('second')\n"
    (tmp_path / "program.py").write_text(source, encoding="utf-8")
    assert gradcli("replay", str(tmp_path / "program.py")).out == (
        "cell 1  no output\n"
        "cell 2  shown (nothing recorded)\n"
        "  tensor([1.])\n"
        "cell 3  shown (nothing recorded)\n"
        "  second\n"
        "3 cells: 1 no output, 2 shown\n"
    )


def test_the_help_says_that_code_is_executed() -> None:
    text = gradcli("replay", "--help").out
    assert "EXECUTES" in text
    assert "trust" in text


def test_what_a_gpu_recorded_is_not_comparable_where_more_than_the_device_differs(tmp_path: Path) -> None:
    source = "import torch\nx = torch.ones(1)\nprint(x)"
    assert verdicts(
        tmp_path,
        cell("import torch\ntorch.cuda.is_available()", result("True")),
        cell(source, printed("tensor([1.], device='cuda:0')\n")),
        cell(source, printed("tensor([2.], device='cuda:0')\n")),
        cell("torch.ones(1, device='cuda')", result("tensor([1.], device='cuda:0')")),
    ) == [
        "not comparable (recorded on a GPU)",
        "same (recorded on a GPU)",
        "not comparable (recorded on a GPU); same form",
        "not run (needs a GPU)",
    ]


def test_memory_that_was_never_written_is_not_comparable(tmp_path: Path) -> None:
    source = "import torch\nprint(torch.empty(2))"
    assert verdicts(tmp_path, cell(source, printed("tensor([1.0842e-19, 1.6162e+22])\n")))[0].startswith(
        ("not comparable (uninitialised memory)", "not comparable (unseeded random)")
    )


def test_times_are_left_out_and_the_rest_of_the_cell_is_compared(tmp_path: Path) -> None:
    shown = printed("1\nCPU times: user 1 ms, sys: 0 ns, total: 1 ms\nWall time: 1.2 ms\n")
    assert verdicts(tmp_path, cell("%%time\nprint(1)", shown), cell("%time print(1)", shown)) == ["same", "same"]


def test_what_comes_of_random_numbers_is_random_even_where_all_runs_agree(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("import random\nx = random.random()\nprint(x)", printed("0.25\n")),
        cell("y = 10 + int(x)\nprint(y)", printed("11\n")),
        cell("print(y)", printed("11\n")),
        cell("x = y = 3\nprint(x, y)", printed("4 4\n")),
    ) == [
        "not comparable (unseeded random); same form",
        "not comparable (unseeded random); same form",
        "not comparable (unseeded random); same form",
        "differs (in numbers)",
    ]


def test_dates_are_not_comparable_and_neither_is_a_cell_that_was_emptied(tmp_path: Path) -> None:
    source = "import datetime\nprint(datetime.datetime.now())"
    assert verdicts(
        tmp_path, cell(source, printed("2023-01-19 01:04:46.979628\n")), cell("", printed("loss 0.5\n"))
    ) == ["not comparable (unseeded random); same form", "not comparable (the cell is empty now)"]  # fmt: skip


def test_a_cell_that_was_recorded_before_those_above_it_says_so_where_it_differs(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell("x = 1", count=7), cell("print(x)", printed("5\n"), count=3)) == [
        "no output",
        "differs (in numbers); recorded in another order",
    ]


def test_what_a_call_that_failed_would_have_changed_is_not_comparable(tmp_path: Path) -> None:
    assert verdicts(
        tmp_path,
        cell("def fit(model):\n    raise OSError('no data')\nmodel = [0]"),
        cell("fit(model)"),
        cell("print(model)", printed("[1]\n")),
    ) == [
        "no output",
        "error: OSError: no data",
        "not comparable (depends on cell 2)",
    ]


def test_only_what_is_shown_after_clearing_the_output_is_compared(tmp_path: Path) -> None:
    source = "from IPython.display import clear_output\nfor i in range(3):\n    clear_output(wait=True)\n    print(i)"
    assert verdicts(tmp_path, cell(source, printed("2\n"))) == ["same"]


def test_a_table_that_cannot_be_read_is_not_comparable(tmp_path: Path) -> None:
    table = "\n1.00000e-02 *\n 5.0000  1.0000\n[torch.FloatTensor of size 1x2]\n"
    assert verdicts(tmp_path, cell("import torch\ntorch.tensor([[0.05, 0.01]])", result(table))) == [
        "not comparable (a table of torch 0.3 or older)"
    ]


def test_a_function_that_needs_a_missing_module_is_not_run(tmp_path: Path) -> None:
    source = "def load():\n    import no_such_module\nload()"
    assert verdicts(tmp_path, cell(source)) == ["not run (needs no_such_module)"]


def test_without_nbformat_a_notebook_says_how_to_get_it_and_a_program_needs_none(tmp_path: Path) -> None:
    (tmp_path / "nbformat.py").write_text("raise ModuleNotFoundError(name='nbformat')\n", encoding="utf-8")
    (tmp_path / "notebook.ipynb").write_text(json.dumps(notebook(cell("1"))), encoding="utf-8")
    (tmp_path / "program.py").write_text("print(1)\n", encoding="utf-8")
    without = {"PYTHONPATH": str(tmp_path)}
    outcome = gradcli("replay", str(tmp_path / "notebook.ipynb"), environment=without)
    assert outcome.status == 2
    assert outcome.err == (
        "error: reading notebooks needs nbformat, which is not installed\nhelp:  pip install 'gradcli[replay]'\n"
    )
    assert gradcli("replay", str(tmp_path / "program.py"), environment=without).status == 0


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("text", [DEEP, f'{{"nbformat": 4, "cells": {DEEP}}}'])
def test_a_notebook_nested_deeply_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "deep.ipynb"
    file.write_text(text)
    outcome = gradcli("replay", str(file))
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"error: {file} is not a notebook: it is nested too deeply\n"


def test_half_a_surrogate_pair_is_shown_escaped(tmp_path: Path) -> None:
    source = "print('\\ud800'); '\\udfff'"
    outcome = replayed(tmp_path, cell(source, printed("a\n")))
    assert outcome.out.splitlines()[2:] == ["  - a", "  + \\ud800", "  + '\\udfff'", "1 cell: 1 differs"]
    found = json.loads(replayed(tmp_path, cell(source, printed("a\n")), options=["--json"]).out.splitlines()[0])
    assert found["stdout"] == "\ud800\n"


def test_escape_sequences_are_shown_as_text(tmp_path: Path) -> None:
    shows = cell("print('\\x1b]0;title\\x07 \\x9b2J \\u202e')", count=None)
    raises = cell("raise ValueError('\\x1b[2J')")
    outcome = replayed(tmp_path, shows, raises, cell("print('b')", printed("\x1b]0;a\x07\n")))
    assert not set("\x1b\x07\x9b\u202e") & set(outcome.out)
    assert "\\x1b]0;title\\x07 \\x9b2J \\u202e" in outcome.out
    assert "error: ValueError: \\x1b[2J" in outcome.out
    assert "- \\x1b]0;a\\x07" in outcome.out


STRAY = """
import os
for descriptor in range(20):
    try:
        os.write(descriptor, b'{"start": 1}\\n{"done": 1}\\nno end of line')
    except OSError:
        pass
print(3)
"""


def test_what_a_cell_writes_to_inherited_descriptors_is_no_message(tmp_path: Path) -> None:
    assert verdicts(tmp_path, cell(STRAY, printed("3\n")), cell("print(4)", printed("4\n"))) == ["same", "same"]


def test_a_cell_that_closes_the_descriptors_ends_the_program(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, cell("import os; os.closerange(3, 50)"), cell("print(4)", printed("4\n")))
    assert "cell 1  error: ended the process with exit status" in outcome.out
    assert "cell 2  not run (cell 1 ended the program)" in outcome.out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_copy_of_the_process_says_nothing(tmp_path: Path) -> None:
    cells = [cell("import os; pid = os.fork()"), cell("print(4)", printed("4\n")), cell("print(5)", printed("5\n"))]
    assert verdicts(tmp_path, *cells) == ["no output", "same", "same"]


@pytest.mark.parametrize("count", [None, "3", [1], 2.5, True, {}])
def test_an_execution_count_of_another_kind_is_none(tmp_path: Path, count: object) -> None:
    outcome = replayed(tmp_path, cell("print(4)", printed("5\n"), count=count))  # type: ignore[arg-type]
    assert outcome.out.splitlines()[1] == "  print(4)"
