"""What the prompt does itself: files, leaving, and the status of what is piped in."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from gradcli.cli.prompt import loop
from gradcli.cli.prompt.loop import HEAD, Prompt
from gradcli.cli.prompt.session import Named
from gradcli.cli.prompt.worker import LineRequest, Reply


class Calculator:
    """In the place of the worker: answers each line with the status that it names."""

    def __init__(self) -> None:
        self.asked: list[LineRequest] = []

    def ask(self, request: LineRequest) -> Reply:
        self.asked.append(request)
        return Reply(int(request.text) if request.text.isdecimal() else 0)

    def close(self) -> None:
        pass


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch) -> Prompt:
    prompt = Prompt(("--timeout", "3.0"))
    monkeypatch.setattr(prompt, "_worker", Calculator())
    return prompt


def asked(prompt: Prompt) -> list[LineRequest]:
    assert isinstance(prompt._worker, Calculator)
    return prompt._worker.asked


def piped(prompt: Prompt, data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))
    return prompt.piped()


@pytest.mark.parametrize(
    ("data", "status"), [(b"0", 0), (b"0\n1\n0", 1), (b"1\n2\n0", 2), (b"quit\n2", 0), (b"1\n130\n2", 130)]
)
def test_the_status_is_that_of_the_worst_line(
    prompt: Prompt, data: bytes, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert piped(prompt, data, monkeypatch) == status


def test_lines_bring_their_place_and_the_options(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(prompt, b"# a\n\n(x\n)\n", monkeypatch)
    (request,) = asked(prompt)
    assert (request.text, request.file, request.line, request.options) == ("(x\n)", "<stdin>", 3, ("--timeout", "3.0"))


def test_words_that_leave_or_help_are_variables_where_they_are_kept(prompt: Prompt) -> None:
    prompt.do("help")
    prompt._session.keep(Named("exit", "exit = 3", value="3"))
    prompt.do("exit")
    assert [request.text for request in asked(prompt)] == [":help", "exit"]
    assert not prompt._is_left
    prompt.do("quit")
    assert prompt._is_left


def test_what_is_saved_are_the_lines_that_were_right(prompt: Prompt, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    for line in ("x = 3", "2", "[1,\n2]", ":vars", ":clear x", "1"):
        prompt.do(line)
    assert prompt.do(f":save '{file}'") == 0
    assert file.read_text() == HEAD + "x = 3\n[1,\n2]\n:clear x\n1\n"


def test_only_files_that_it_wrote_are_written_over(
    prompt: Prompt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    other.write_text("mine")
    assert [prompt.do(f":save {file}"), prompt.do("x"), prompt.do(f":save {file}")] == [0, 0, 0]
    assert file.read_text() == HEAD + "x\n"
    assert prompt.do(f":save {other}") == 2
    assert other.read_text() == "mine"
    assert f"error: {other} is there already\n" in capsys.readouterr().err
    assert prompt.do(f":save --replace {other}") == 0
    assert other.read_text() == HEAD + "x\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (":save", "error: there is no file to save to"),
        (":load", "error: there is no file to load"),
        (":load {}/none", "error: cannot read {}/none: No such file"),
        (":load {}", "error: cannot read {}: Is a directory"),
        (":save {}/none/file", "error: :save {}/none/file cannot be written: there is no folder {}/none"),
    ],
)
def test_files_that_cannot_be_read_or_written_are_said(
    prompt: Prompt, line: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prompt.do(line.replace("{}", str(tmp_path))) == 2
    assert capsys.readouterr().err.startswith(message.replace("{}", str(tmp_path)))


def test_a_loaded_file_goes_on_after_a_wrong_line_and_may_leave(prompt: Prompt, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text("1\n2\nx\n:quit\ny\n")
    assert prompt.do(f":load {file}") == 2
    assert [(request.text, request.line) for request in asked(prompt)] == [("1", 1), ("2", 2), ("x", 3)]
    assert prompt._is_left


def test_files_that_load_one_another_come_to_an_end(
    prompt: Prompt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lines"
    file.write_text(f"x\n:load {file}\n")
    assert prompt.do(f":load {file}") == 2
    assert len(asked(prompt)) == loop.DEEPEST
    assert "do they load themselves?" in capsys.readouterr().err


def test_a_binary_file_is_not_loaded(prompt: Prompt, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "binary"
    file.write_bytes(b"x\n\0\n")
    assert prompt.do(f":load {file}") == 2
    assert f"error: {file}: line 2 is no text" in capsys.readouterr().err
