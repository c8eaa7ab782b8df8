"""Classes print as torch's: in a replayed notebook all of them, with the engine alone those of which programs print the
types."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gradcli.engine as engine
from gradcli.engine import nn

TABLE = Path(__file__).with_name("class_names.txt")
NAMES = dict(line.split() for line in TABLE.read_text(encoding="utf-8").splitlines())
"""By the name under which programs know a class, where torch 2.13.0 says that it is."""

PROGRAM = """
import sys
from importlib import import_module
{}
for path in {}:
    module, _, name = path.rpartition(".")
    print(path, repr(getattr(import_module(module), name))[8:-2])
"""


def printed(preparation: str) -> dict[str, str]:
    """What the classes of the table print as, in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM.format(preparation, list(NAMES))]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(line.split() for line in lines)


def test_a_replayed_program_prints_torchs_names() -> None:
    assert printed("from gradcli.replay import torch_import; torch_import.install()") == NAMES


@pytest.mark.torch
def test_the_names_are_torchs_live() -> None:
    assert printed("") == NAMES


def test_a_class_that_is_imported_late_is_renamed() -> None:
    late = "import torch; torch.optim.lr_scheduler.StepLR; torch.Generator; torch.device"
    assert printed(f"from gradcli.replay import torch_import; torch_import.install(); {late}") == NAMES


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (engine.ones(1), "torch.Tensor"),
        (nn.Parameter(engine.ones(1)), "torch.nn.parameter.Parameter"),
        (engine.Generator(), "torch._C.Generator"),
        (engine.float32, "torch.dtype"),
        (engine.ones(1).shape, "torch.Size"),
        (engine.device("cpu"), "torch.device"),
        (engine.finfo(), "torch.finfo"),
    ],
)
def test_with_the_engine_alone_the_types_of_values_are_named_as_torchs(value: Any, named: str) -> None:
    assert repr(type(value)) == f"<class '{named}'>"


@pytest.mark.parametrize("value", [engine.float32, engine.ones(2, 1).shape, engine.device("cpu")], ids=repr)
def test_what_is_named_as_torchs_is_pickled_without_torch(value: Any) -> None:
    again = pickle.loads(pickle.dumps(value))
    assert (again, type(again)) == (value, type(value))


def test_a_replayed_program_pickles_its_modules() -> None:
    program = (
        "from gradcli.replay import torch_import; torch_import.install()\n"
        "import pickle; from torch import nn\n"
        "layers = nn.Sequential(nn.Linear(1, 1), nn.Dropout(), nn.Flatten())\n"
        "print(pickle.loads(pickle.dumps(layers)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "(1): Dropout(p=0.5, inplace=False)" in done.stdout
