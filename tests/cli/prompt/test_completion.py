"""What the Tab key gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.cli.prompt.completion import DELIMITERS, completions, names_in
from gradcli.cli.prompt.session import Named, Session


@pytest.fixture
def session() -> Session:
    session = Session()
    session.keep(Named("sigma", "sigma = 2", value="2"))
    session.keep(Named("sigh", "sigh(x) = x"))
    session.ans = "3"
    return session


def completed(line: str, session: Session) -> list[str]:
    """The lines that the line may become, where readline has put the beginning of the word."""
    begin = max((line.rfind(each) for each in DELIMITERS), default=-1) + 1
    return [line[:begin] + each for each in completions(line, begin, lambda start: names_in(start, session))]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("2 x + sig", ["2 x + sigh(", "2 x + sigma", "2 x + sigmoid(", "2 x + sign("]),
        ("2sigma", ["2sigma"]),
        ("x/arcs", ["x/arcsin(", "x/arcsinh("]),
        ("an", ["ans", "any("]),
        (":cl", [":clear "]),
        (":he", [":help "]),
        (":help expl", [":help explain"]),
        (":explain tan", [":explain tan(", ":explain tanh(", ":explain tanhshrink("]),
        ("x + ", []),
        ("zzz", []),
    ],
)
def test_lines_are_completed(line: str, whole: list[str], session: Session) -> None:
    found = completed(line, session)
    assert [each for each in found if each in whole] == whole
    assert len(found) - len(whole) in range(4)


def test_every_command_is_listed(session: Session) -> None:
    assert {":explain ", ":plot ", ":load ", ":quit "} <= set(completed(":", session))


def test_files_follow_load_and_save(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a-b.txt").touch()
    (tmp_path / "a-d").mkdir()
    (tmp_path / ".hidden").touch()
    assert completed(f":load {tmp_path}/", session) == [f":load {tmp_path}/a-b.txt", f":load {tmp_path}/a-d/"]
    assert completed(f":save --replace {tmp_path}/a-b", session) == [f":save --replace {tmp_path}/a-b.txt"]
    assert completed(f":load {tmp_path}/none/", session) == []
