"""The lines of earlier prompts, and where they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from gradcli.cli.prompt import history
from gradcli.cli.prompt.history import History, place


class Readline:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def add_history(self, line: str) -> None:
        self.lines.append(line)


def opened(path: Path) -> tuple[History, Readline]:
    readline = Readline()
    return History(cast(ModuleType, readline), str(path)), readline


def test_the_file_is_where_xdg_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert place() == os.path.join("/somewhere", "gradcli", "history")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/ada")
    assert place() == "/home/ada/.local/state/gradcli/history"


def test_lines_are_there_next_time_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history"
    first, _ = opened(path)
    for line in ("x = 3", "x = 3", "", "  ", "(1 +\n2)"):
        first.add(line)
    _, readline = opened(path)
    assert readline.lines == ["x = 3", "(1 + 2)"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_prompts_keep_each_others_lines(tmp_path: Path) -> None:
    path = tmp_path / "history"
    (one, _), (two, _) = opened(path), opened(path)
    one.add("a")
    two.add("b")
    one.add("c")
    assert opened(path)[1].lines == ["a", "b", "c"]


def test_a_long_file_is_cut_to_its_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LIMIT", 3)
    path = tmp_path / "history"
    path.write_text("".join(f"{number}\n" for number in range(7)))
    assert opened(path)[1].lines == ["4", "5", "6"]
    assert path.read_text() == "4\n5\n6\n"
    assert list(tmp_path.iterdir()) == [path]


def test_lines_beyond_reason_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "history"
    opened(path)[0].add("x" * (history.LONGEST + 1))
    assert not path.exists()


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept, readline = opened(tmp_path / "file" / "history")
    kept.add("x^2")
    assert readline.lines == ["x^2"]


def test_a_file_that_is_no_text_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(b"x\n\xff\0y\n")
    assert opened(path)[1].lines == ["x", "\ufffdy"]
