"""Files, pickles and copies of tensors."""

from __future__ import annotations

import copy
import io
import json
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

import gradcli.engine as torch


def there_and_back(value: Any) -> Any:
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return torch.load(file)


def test_nested_values_come_back_as_they_were() -> None:
    value = OrderedDict(
        weight=torch.tensor([[1.0, 2.0]], requires_grad=True),
        scalar=torch.tensor(3, dtype=torch.int64),
        empty=torch.zeros(0, 3, dtype=torch.float64),
        mask=torch.tensor([True, False]),
        groups=[{"lr": 0.1, "betas": (0.9, 0.999), "nothing": None, 0: [True, "text"]}],
        dtype=torch.float16,
        shape=torch.Size([2, 3]),
        infinite=float("inf"),
    )
    assert repr(there_and_back(value)) == repr(value)
    assert type(there_and_back(value)) is OrderedDict
    assert type(there_and_back(dict(value))) is dict


def test_a_file_is_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    torch.save({"x": torch.arange(3)}, path)
    assert torch.load(path, weights_only=True, map_location="cpu")["x"].tolist() == [0, 1, 2]


def test_a_network_continues_from_its_saved_state() -> None:
    torch.manual_seed(0)
    first, second = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    second.load_state_dict(there_and_back(first.state_dict()))
    assert second.weight.tolist() == first.weight.tolist()


def test_a_parameter_comes_back_as_a_parameter() -> None:
    parameter = torch.nn.Parameter(torch.ones(2))
    assert repr(there_and_back(parameter)) == repr(parameter)
    assert repr(pickle.loads(pickle.dumps(parameter))) == repr(parameter)


def test_code_is_not_saved() -> None:
    with pytest.raises(TypeError, match="got function; save its state_dict"):
        torch.save({"f": lambda: 0}, io.BytesIO())


class Trap:
    """Runs code when it is unpickled."""

    ran = False

    @classmethod
    def spring(cls) -> None:
        cls.ran = True

    def __reduce__(self) -> Any:
        return Trap.spring, ()


def archive_with(structure: Any, member: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("structure.json", json.dumps(structure))
        archive.writestr("0.npy", member)
    file.seek(0)
    return file


def test_a_pickle_is_refused_and_not_run() -> None:
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(io.BytesIO(pickle.dumps(Trap())))
    assert not Trap.ran


def test_a_pickle_inside_an_archive_is_refused_and_not_run() -> None:
    import numpy as np

    member = io.BytesIO()
    np.save(member, np.array([Trap()], dtype=object), allow_pickle=True)
    structure = {"format": "gradcli tensors, version 1", "content": {"tensor": [0, False]}}
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(archive_with(structure, member.getvalue()))
    assert not Trap.ran


def test_an_unknown_kind_of_value_is_refused() -> None:
    structure = {"format": "gradcli tensors, version 1", "content": {"os.system": ["true"]}}
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(archive_with(structure, b""))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such-file\.pt"):
        torch.load("no-such-file.pt")


def test_pickling_leaves_the_history_behind() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert repr(pickle.loads(pickle.dumps(x * 2))) == "tensor([2., 4.], requires_grad=True)"


def test_a_deep_copy_has_a_gradient_of_its_own() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x**2).sum().backward()
    copied, twin = copy.deepcopy([x, x])
    assert copied is twin
    assert copied.grad.tolist() == [2.0, 4.0]
    copied.grad.zero_()
    assert x.grad.tolist() == [2.0, 4.0]
