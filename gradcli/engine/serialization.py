"""Files of tensors: torch.save and torch.load in a format that can hold no code.

A file is a zip archive: `structure.json` describes nested dicts, lists, tuples, numbers, strings and tensors;
`0.npy`, `1.npy` … hold the tensors' numbers. Loading builds these kinds of values and no others, so that nothing in a
file is ever run. It is therefore not torch's own format, which is a pickle.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections import OrderedDict
from os import PathLike
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import dtypes, errors
from gradcli.engine.devices import check_device, device
from gradcli.engine.dtypes import dtype
from gradcli.engine.tensor import Size, Tensor, wrap

FORMAT: Final = "gradcli tensors, version 1"
Place = str | PathLike[str] | IO[bytes]
_DTYPES: Final = {each.name: each for each in dtypes.ALL}


def _kind(tensor: Tensor) -> str:
    return "parameter" if type(tensor).__name__ == "Parameter" else "tensor"


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
    f: Place,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what `save` wrote (torch.load). Nothing in the file is run, whatever `weights_only` says, and what else
    concerns pickles and the way a file is read changes nothing.

    Raises RuntimeError where the file is no such archive (torch's own files are pickles, and are not read), OSError
    where a file named cannot be opened.
    """
    if isinstance(map_location, (str, device)):
        check_device(map_location)
    if isinstance(f, (str, PathLike)):
        with open(f, "rb") as stream:
            return load(stream)
    try:
        with zipfile.ZipFile(f) as archive, warnings.catch_warnings():
            warnings.simplefilter("error")  # what NumPy reads only with a warning, save() has not written
            return _Reader(archive).content()
    except Exception as error:  # zip, JSON, NumPy and their decoders raise a dozen kinds on what is no such archive
        raise RuntimeError(
            "gradcli's engine loads only files that its own save() wrote (torch's files are pickles, which can run "
            f"code): {error}"
        ) from None


class _Reader:
    """Reads an archive once, believing nothing that it says of itself: whatever save() does not write is refused."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.taken: set[str] = set()

    def content(self) -> Any:
        """What was saved. Raises exceptions of many kinds."""
        with self._member("structure.json") as file:
            structure = json.loads(file.read())
        if not isinstance(structure, dict) or structure.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        return self._built(structure["content"])

    def _member(self, name: str) -> IO[bytes]:
        """A member, which may be read once and is not compressed, so that no archive becomes larger than it is."""
        if name in self.taken:
            raise ValueError(f"{name} is there twice")
        self.taken.add(name)
        if self.archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{name} is compressed")
        return self.archive.open(name)

    def _built(self, content: Any) -> Any:
        if content is None or isinstance(content, (bool, int, float, str)):
            return content
        ((kind, value),) = content.items()
        if kind in ("tensor", "parameter"):
            index, requires_grad = value
            return self._tensor(kind, index, requires_grad)
        if kind == "dtype":
            return _DTYPES[value]
        if kind in ("dict", "ordered"):
            pairs = [(self._built(key), self._built(each)) for key, each in value]
            return OrderedDict(pairs) if kind == "ordered" else dict(pairs)
        if not isinstance(value, list) or (kind == "size" and any(type(each) is not int for each in value)):
            raise ValueError(f"a {kind} is described by something else than a list of what it holds")
        return _SEQUENCES[kind](self._built(each) for each in value)

    def _tensor(self, kind: str, index: Any, requires_grad: Any) -> Tensor:
        if type(index) is not int or type(requires_grad) is not bool:
            raise ValueError("a tensor is described by its number and whether it requires grad")
        name = f"{index}.npy"
        with self._member(name) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
        if array.dtype not in dtypes.OF_NUMPY or not array.dtype.isnative:
            raise ValueError(f"{name} holds no numbers of a tensor's")
        found = wrap(array if array.ndim else array[()])
        if requires_grad and not found.dtype.is_floating_point:
            raise ValueError(errors.ONLY_FLOATS)
        if kind == "parameter":
            from gradcli.engine.nn.parameter import Parameter

            parameter: Tensor = Parameter(found, requires_grad)
            return parameter
        found._requires_grad = requires_grad
        return found
