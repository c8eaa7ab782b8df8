"""Every tutorial program prints on the engine what it prints on torch."""

from __future__ import annotations

import re

import pytest

from tests.samples import tutorials
from tests.samples.tutorials import differences

every_program = pytest.mark.parametrize("name", tutorials.programs())


@every_program
def test_a_program_prints_what_torch_printed(name: str) -> None:
    printed = tutorials.on_engine(name)
    assert printed.err == ""
    assert printed.status == 0
    assert differences(printed.out, tutorials.recorded(name)[1]) == []


@pytest.mark.torch
@every_program
def test_a_program_prints_what_torch_prints(name: str) -> None:
    printed = tutorials.on_torch(name)
    assert printed.err == ""
    assert printed.status == 0
    assert differences(printed.out, tutorials.recorded(name)[1]) == []
    assert differences(tutorials.on_engine(name).out, printed.out) == []


@every_program
def test_the_import_is_all_that_sets_a_program_apart_from_a_torch_program(name: str) -> None:
    assert tutorials.source(name).count("gradcli.engine") == 1
    assert tutorials.IMPORT in tutorials.source(name)


@every_program
def test_outputs_were_recorded_from_the_release_that_the_engine_follows(name: str) -> None:
    import gradcli.engine as torch

    assert tutorials.recorded(name)[0].split("+")[0] == torch.__version__


def test_every_source_document_has_its_programs() -> None:
    assert {name[:3] for name in tutorials.programs() if name[0].isdigit()} == {"000", "001", "002", "003", "004"}


def test_the_digits_are_learnt() -> None:
    out = tutorials.on_engine("digits").out
    losses = [float(loss) for loss in re.findall(r"loss (\S+)", out)]
    assert len(losses) == 10
    assert losses[-1] < losses[0] / 10
    (accuracy,) = re.findall(r"held out: (\S+)%", out)
    assert float(accuracy) > 95


def test_the_moons_are_told_apart() -> None:
    shares = re.findall(r"unseen: (\S+)%", tutorials.on_engine("two_moons").out)
    assert len(shares) == 2
    assert min(map(float, shares)) > 98


def test_the_critic_is_kept_from_rising_too_steeply() -> None:
    (slope,) = re.findall(r"slope: (\S+)", tutorials.on_engine("gradient_penalty").out)
    assert abs(float(slope) - 1) < 0.1


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("loss 0.1234", "loss 0.1235"),
        ("[-1.2e-05,  3.]", "[-1.3e-05, 3.]"),
        ("tensor([0.0000])", "tensor([-0.0000])"),
        ("63. and 2", "63. and 2"),
    ],
)
def test_drift_in_the_last_digit_is_no_difference(found: str, expected: str) -> None:
    assert differences(found, expected) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("loss 0.1234", "loss 0.1236"),
        ("63.", "64."),
        ("step 3", "step 4"),
        ("AddBackward0", "AddBackward1"),
        ("1.0", "1.0\n2.0"),
        ("1.5 1.5", "1.5"),
        ("1.2e-05", "1.2e-04"),
    ],
)
def test_anything_else_is_a_difference(found: str, expected: str) -> None:
    assert len(differences(found, expected)) == 1
