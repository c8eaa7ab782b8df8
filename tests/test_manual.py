"""The manual pages are what the texts of `--help` give, and what man reads."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from gradcli.cli.commands import COMMANDS

SCRIPT = Path(__file__).parents[1] / "docs" / "manual.py"


@pytest.fixture(scope="module")
def manual() -> ModuleType:
    specification = importlib.util.spec_from_file_location("manual", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_pages_are_those_that_the_texts_give(manual: ModuleType) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (SCRIPT.parent / "man").glob("*.1")}
    assert written == manual.pages(), "the pages are old; this writes them: python docs/manual.py"


def test_there_is_a_page_for_each_command_and_one_for_all(manual: ModuleType) -> None:
    named = {f"gradcli-{name}.1" for name in COMMANDS if name != "eval"}
    assert set(manual.pages()) == {"gradcli.1", *named}


def test_nothing_of_a_text_means_something_to_troff(manual: ModuleType) -> None:
    assert manual._text(r".x^2 - '\n'") == r"\&.x\(ha2 \- \(aq\en\(aq"
    assert manual._marked("`-q` and --json") == r"\fB\-q\fR and \fB\-\-json\fR"


def test_a_page_tells_examples_text_and_options(manual: ModuleType) -> None:
    page = manual.pages()["gradcli-check.1"]
    titles = [line[4:].strip('"') for line in page.splitlines() if line.startswith(".SH ")]
    assert titles == ["NAME", "SYNOPSIS", "EXAMPLES", "DESCRIPTION", "OPTIONS", "SEE ALSO"]
    assert r"gradcli check \(aqx\(ha2 sin(x)\(aq \(aq2x sin(x) + x\(ha2 cos(x)\(aq" in page
    assert "\\fB\\-\\-at\\fR NAME=VALUE\nThe answer is the value here" in page
    assert r"\fB\-h\fR, \fB\-\-help\fR" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_to_say_of_the_pages(manual: ModuleType) -> None:
    text = "".join(manual.pages().values())
    told = subprocess.run(
        ["groff", "-man", "-ww", "-Kutf8", "-Tutf8"], input=text, capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    assert "gradcli 'x^2" not in text  # quotes and carets are those of a shell only where they are escaped
    assert "gradcli check 'x^2 sin(x)' '2x sin(x) + x^2 cos(x)'" in told.stdout
