"""Copies and files of tensors: deepcopy, pickle, and torch.save / torch.load in a format that can hold no code.

A file is a zip archive: `structure.json` describes nested dicts, lists, tuples, numbers, strings and tensors;
`0.npy`, `1.npy` … hold the tensors' numbers. Loading builds these kinds of values and no others, so that nothing in a
file is ever run. It is therefore not torch's own format, which is a pickle.
"""

from __future__ import annotations

import json
import zipfile
from collections import OrderedDict
from os import PathLike
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import dtypes, errors
from gradcli.engine.dtypes import dtype
from gradcli.engine.tensor import Size, Tensor, wrap

FORMAT: Final = "gradcli tensors, version 1"
Place = str | PathLike[str] | IO[bytes]
_DTYPES: Final = {each.name: each for each in dtypes.ALL}


def _kind(tensor: Tensor) -> str:
    return "parameter" if type(tensor).__name__ == "Parameter" else "tensor"


def rebuilt(kind: str, array: Any, requires_grad: bool) -> Tensor:
    """The Tensor, or with `kind` "parameter" the Parameter, of an array."""
    if kind == "parameter":
        from gradcli.engine import nn

        parameter: Tensor = nn.Parameter(wrap(array), requires_grad)
        return parameter
    tensor = wrap(array)
    tensor._requires_grad = requires_grad
    return tensor


def reduced(tensor: Tensor) -> tuple[Any, ...]:
    """What pickle needs: the numbers and requires_grad; the history and `.grad` are left behind, as in torch."""
    return rebuilt, (_kind(tensor), tensor._array, tensor._requires_grad)


def deepcopied(tensor: Tensor, memo: dict[int, Any]) -> Tensor:
    """A leaf's copy, with a copy of its `.grad` (Tensor.__deepcopy__). Raises RuntimeError for what was computed."""
    if id(tensor) in memo:
        found: Tensor = memo[id(tensor)]
        return found
    if tensor._node is not None:
        raise RuntimeError(errors.DEEPCOPY_OF_NON_LEAF)
    array = tensor._array.copy() if isinstance(tensor._array, np.ndarray) else tensor._array
    copied = rebuilt(_kind(tensor), array, tensor._requires_grad)
    memo[id(tensor)] = copied
    if tensor._grad is not None:
        copied._grad = deepcopied(tensor._grad, memo)
    return copied


def save(obj: Any, f: Place) -> None:
    """Write tensors, state dicts and what is nested of them to a file (torch.save, in a format of our own).

    Raises TypeError for anything but tensors, numbers, strings, None, dtypes, sizes, lists, tuples and dicts.
    """
    arrays: list[NDArray[Any]] = []
    content = _described(obj, arrays)
    with zipfile.ZipFile(f, "w") as archive:
        archive.writestr("structure.json", json.dumps({"format": FORMAT, "content": content}))
        for index, array in enumerate(arrays):
            with archive.open(f"{index}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _described(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """`value` as JSON: plain values as they are, all else as `{kind: content}`."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Tensor):
        arrays.append(np.asarray(value._array))
        return {_kind(value): [len(arrays) - 1, value._requires_grad]}
    if isinstance(value, dtype):
        return {"dtype": value.name}
    if isinstance(value, dict):
        items = [[_described(key, arrays), _described(each, arrays)] for key, each in value.items()]
        return {"ordered" if isinstance(value, OrderedDict) else "dict": items}
    for kind, sequence in _SEQUENCES.items():
        if isinstance(value, sequence):
            return {kind: [_described(each, arrays) for each in value]}
    raise TypeError(
        f"gradcli's engine saves tensors, numbers, strings, None, dtypes, sizes, lists, tuples and dicts, and no code: "
        f"got {type(value).__name__}; save its state_dict() instead"
    )


_SEQUENCES: Final[dict[str, type[Any]]] = {"size": Size, "tuple": tuple, "list": list}


def load(
    f: Place, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool | None = None, **ignored: Any
) -> Any:
    """Read what `save` wrote (torch.load). Nothing in the file is run, whatever `weights_only` says.

    Raises RuntimeError where the file is no such archive (torch's own files are pickles, and are not read).
    """
    try:
        with zipfile.ZipFile(f) as archive:
            structure = json.loads(archive.read("structure.json"))
            if structure.get("format") != FORMAT:
                raise RuntimeError(f"this file says its format is {structure.get('format')!r}, not {FORMAT!r}")
            return _built(structure["content"], archive)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise RuntimeError(
            "gradcli's engine loads only files that its own save() wrote (torch's files are pickles, which can run "
            f"code): {error}"
        ) from None


def _built(content: Any, archive: zipfile.ZipFile) -> Any:
    if not isinstance(content, dict):
        return content
    ((kind, value),) = content.items()
    if kind in ("tensor", "parameter"):
        index, requires_grad = value
        with archive.open(f"{int(index)}.npy") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
        return rebuilt(kind, array if array.ndim else array[()], bool(requires_grad))
    if kind == "dtype":
        return _DTYPES[value]
    if kind in ("dict", "ordered"):
        pairs = [(_built(key, archive), _built(each, archive)) for key, each in value]
        return OrderedDict(pairs) if kind == "ordered" else dict(pairs)
    return _SEQUENCES[kind](_built(each, archive) for each in value)
