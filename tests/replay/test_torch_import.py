"""`import torch` in a notebook: what the engine leaves out says so in place of Python's words."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
from gradcli.replay import torch_import
torch_import.install()
try:
    {}
except ImportError as error:
    print(error)
else:
    print("imported")
"""


def said(statement: str) -> str:
    """What importing says, in a process of its own."""
    command = [sys.executable, "-c", PROGRAM.format(statement)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("from torch.nn import Conv3d", "torch.nn.Conv3d"),
        ("from torch.optim import LBFGS", "torch.optim.LBFGS"),
        ("import torch.fft", "torch.fft"),
        ("from torch.utils.tensorboard import SummaryWriter", "torch.utils.tensorboard"),
    ],
)
def test_importing_what_is_left_out_says_so(statement: str, named: str) -> None:
    assert said(statement).startswith(f"gradcli's engine leaves out {named}: ")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("import torch.nn.functional as F", "imported"),
        ("from torch.nn import Linear", "imported"),
        ("import torch.foo", "No module named 'torch.foo'"),
    ],
)
def test_other_imports_are_what_they_were(statement: str, words: str) -> None:
    assert said(statement) == words
