"""Files, pickles and copies of tensors."""

from __future__ import annotations

import copy
import io
import json
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
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
    pickled = io.BytesIO()
    np.save(pickled, np.array([Trap()], dtype=object), allow_pickle=True)
    structure = {"format": "gradcli tensors, version 1", "content": {"tensor": [0, False]}}
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(archive_with(structure, pickled.getvalue()))
    assert not Trap.ran


def test_an_unknown_kind_of_value_is_refused() -> None:
    structure = {"format": "gradcli tensors, version 1", "content": {"os.system": ["true"]}}
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(archive_with(structure, b""))


FORMAT = "gradcli tensors, version 1"


def member(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


ONES = member(np.ones(2, np.float32))


@pytest.mark.parametrize(
    ("structure", "array"),
    [
        ([], ONES),
        ("text", ONES),
        ({"format": FORMAT}, ONES),
        ({"format": [FORMAT], "content": 1}, ONES),
        ({"format": FORMAT, "content": [1]}, ONES),
        ({"format": FORMAT, "content": {}}, ONES),
        ({"format": FORMAT, "content": {"tensor": [0, False], "dtype": "float32"}}, ONES),
        ({"format": FORMAT, "content": {"tensor": 0}}, ONES),
        ({"format": FORMAT, "content": {"tensor": [True, False]}}, ONES),
        ({"format": FORMAT, "content": {"tensor": ["0", False]}}, ONES),
        ({"format": FORMAT, "content": {"tensor": [0, 1]}}, ONES),
        ({"format": FORMAT, "content": {"tensor": [1, False]}}, ONES),
        ({"format": FORMAT, "content": {"list": [{"tensor": [0, False]}, {"tensor": [0, False]}]}}, ONES),
        ({"format": FORMAT, "content": {"dict": [[{"list": []}, 1]]}}, ONES),
        ({"format": FORMAT, "content": {"dict": {"a": 1}}}, ONES),
        ({"format": FORMAT, "content": {"size": [1, "2"]}}, ONES),
        ({"format": FORMAT, "content": {"tuple": "text"}}, ONES),
        ({"format": FORMAT, "content": {"dtype": ["float32"]}}, ONES),
        ({"format": FORMAT, "content": {"tensor": [0, True]}}, member(np.ones(2, np.int64))),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, member(np.ones(2, np.complex128))),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, member(np.array(["text"]))),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, member(np.zeros(1, "i4,f4"))),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, ONES[:-1]),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, ONES.replace(b"(2,)", b"(99999999999999,)")),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, ONES.replace(b"(2,), ", b"(2L,),")),
        ({"format": FORMAT, "content": {"tensor": [0, False]}}, b"\x93NUMPY\x01\x00\x05\x00(((((("),
    ],
)
def test_a_hand_made_archive_is_refused_in_the_documented_words(structure: Any, array: bytes) -> None:
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(archive_with(structure, array))


def test_a_structure_nested_too_deeply_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("structure.json", "[" * 100_000)
    with pytest.raises(RuntimeError, match="loads only files that its own save"):
        torch.load(file)


def test_a_compressed_archive_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("structure.json", " " * 10_000_000)
    with pytest.raises(RuntimeError, match=r"structure\.json is compressed"):
        torch.load(file)


@pytest.mark.parametrize("place", range(0, 700, 7))
def test_an_archive_with_a_byte_changed_is_loaded_or_refused(place: int) -> None:
    file = io.BytesIO()
    torch.save({"x": torch.ones(2, 3), "n": [1, "text"]}, file)
    data = bytearray(file.getvalue())
    data[place % len(data)] ^= 0x55
    with suppress_documented():
        assert isinstance(torch.load(io.BytesIO(bytes(data))), dict)


@contextmanager
def suppress_documented() -> Iterator[None]:
    """Let pass the RuntimeError that `load` documents, and no other."""
    try:
        yield
    except RuntimeError as error:
        if "loads only files that its own save" not in str(error):
            raise


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
