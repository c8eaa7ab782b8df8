"""Reads notebooks (`.ipynb`, by nbformat) and Python files (`# %%` marks their cells) into documents."""

from __future__ import annotations

import json
import logging
import re
import warnings
from pathlib import Path
from typing import Any, Final

from gradcli.language import Diagnostic, DiagnosticError, Span
from gradcli.replay.cells import Cell, CellFailure, CellOutputs, Document

NOT_JSON = "R101"
"""A notebook that is no JSON."""
NOT_A_NOTEBOOK = "R102"
"""JSON that is no notebook, or one of a version that nobody knows."""
NOT_PYTHON = "R103"
"""A notebook in another language than Python."""
NO_READER = "R104"
"""nbformat is not installed."""
NOT_TEXT = "R105"
"""A file that is no UTF-8 text."""

_MARKER: Final = re.compile(r"^# ?%%.*$", re.MULTILINE)
_PICTURES: Final = {
    "text/html": "html",
    "text/latex": "latex",
    "text/markdown": "markdown",
    "application/vnd.jupyter.widget-view+json": "widget",
}


def read(file: str, expected: str | None = None) -> Document:
    """The document in a file. `expected` names the file that holds what a Python program prints.

    Raises OSError where a file cannot be read, and DiagnosticError where it is not what it should be.
    """
    text = _text(file)
    return _notebook(file, text) if Path(file).suffix != ".py" else _program(file, text, expected)


def _text(file: str) -> str:
    raw = Path(file).read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _unreadable(NOT_TEXT, f"{file} is not UTF-8 text (line {line})") from None


def _unreadable(code: str, message: str, source: str = "", start: int = 0, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, message, Span(start, start + 1), source, hint))


# Python files.


def _program(file: str, text: str, expected: str | None) -> Document:
    """A program with its expected output is compared as a whole; without, its cells are run one by one."""
    beside = [path for suffix in (".out", ".txt") if (path := Path(file).with_suffix(suffix)).is_file()]
    if expected is None and beside:
        expected = str(beside[0])
    if expected is not None:
        return Document(file, (Cell(1, text, CellOutputs(stdout=_text(expected))),), is_script=True)
    starts = [match.start() for match in _MARKER.finditer(text)]
    if not starts:
        return Document(file, (Cell(1, text),), is_script=True)
    pieces = [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    pieces = [piece for piece in pieces if _MARKER.sub("", piece, count=1).strip()]
    return Document(file, tuple(Cell(number, piece) for number, piece in enumerate(pieces, 1)))


# Notebooks.


def _notebook(file: str, text: str) -> Document:
    notebook = _validated(file, text)
    try:
        return _document(file, notebook)
    except (AttributeError, KeyError, TypeError) as error:
        raise _unreadable(NOT_A_NOTEBOOK, f"{file} is not a notebook: {type(error).__name__} {error}") from None


def _validated(file: str, text: str) -> Any:
    """The notebook as nbformat reads it, brought up to version 4."""
    _check_json(file, text)
    try:
        import nbformat
    except ModuleNotFoundError:
        raise _unreadable(
            NO_READER, "reading notebooks needs nbformat, which is not installed", hint="pip install 'gradcli[replay]'"
        ) from None
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # small faults, which nbformat logs, are no one's news
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return nbformat.reads(text, as_version=4)
        except Exception as error:  # nbformat raises a dozen kinds on what is no notebook, KeyError among them
            raise _unreadable(NOT_A_NOTEBOOK, f"{file} is not a notebook: {_first_line(error)}") from None


def _check_json(file: str, text: str) -> None:
    try:
        found = json.loads(text)
    except RecursionError:
        raise _unreadable(NOT_A_NOTEBOOK, f"{file} is not a notebook: it is nested too deeply") from None
    except ValueError as error:
        where = error.pos if isinstance(error, json.JSONDecodeError) else 0
        line = text.count("\n", 0, where) + 1
        raise _unreadable(NOT_JSON, f"{file} is not a notebook: no JSON at line {line}", text, where) from None
    if not isinstance(found, dict) or not ({"cells", "worksheets"} & found.keys()):
        raise _unreadable(NOT_A_NOTEBOOK, f"{file} is not a notebook: it has no cells")


def _document(file: str, notebook: Any) -> Document:
    metadata = notebook.get("metadata", {})
    language = metadata.get("language_info", {})
    name = str(language.get("name") or metadata.get("kernelspec", {}).get("language") or "python")
    if "python" not in name.lower():
        raise _unreadable(NOT_PYTHON, f"{file} is a notebook in {name}; only Python can be replayed")
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return Document(
        file,
        tuple(_cell(number, cell) for number, cell in enumerate(cells, 1)),
        is_python_2=str(language.get("version", "")).startswith("2"),
    )


def _cell(number: int, cell: Any) -> Cell:
    told = cell.get("execution_count")
    count = told if type(told) is int else None
    outputs = cell.get("outputs", [])
    was_run = bool(outputs) or count is not None
    return Cell(number, _joined(cell["source"]), _recorded(outputs) if was_run else None, count)


def _recorded(outputs: list[Any]) -> CellOutputs:
    """The outputs of a cell, the pieces of each stream put together."""
    streams = {"stdout": "", "stderr": ""}
    displays: list[str] = []
    pictures: list[str] = []
    failure = None
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            name = output.get("name", "stdout")
            streams[name] = streams.get(name, "") + _joined(output["text"])
        elif kind == "error":
            failure = CellFailure(str(output["ename"]), str(output["evalue"]))
        else:
            data = output.get("data", {})
            drawn = sorted({"image" if mime.startswith("image/") else _PICTURES.get(mime, "") for mime in data} - {""})
            pictures.extend(drawn)
            if "text/plain" in data and "image" not in drawn:
                displays.append(_joined(data["text/plain"]))
    return CellOutputs(streams["stdout"], streams["stderr"], tuple(displays), tuple(pictures), failure)


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
