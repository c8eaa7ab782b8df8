"""No circles of imports where there are none any more."""

from pathlib import Path

import pytest

from tests.checks import imports

ROOMS = (
    "batch",
    "calculus",
    "cli",
    "curves",
    "homework",
    "language",
    "library",
    "program",
    "render",
    "replay",
    "streams",
)


def test_no_module_imports_one_that_needs_it() -> None:
    assert imports.circles("gradcli") == []


def test_late_imports_count_and_those_for_types_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room").mkdir()
    files = {
        "__init__": "",
        "first": "from room import second",
        "second": "def late():\n    from room.third import what",
        "third": "import room.first\nwhat = 1",
        "fourth": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import room.fifth",
        "fifth": "import room.fourth",
    }
    for name, text in files.items():
        (tmp_path / "room" / f"{name}.py").write_text(text)
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    assert imports.circles("room") == [["room.first", "room.second", "room.third"]]
