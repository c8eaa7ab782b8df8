"""`gradcli grade` as a teacher runs it."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.batch.process import SAFE_AT_ONCE, Batch
from tests.cli.process import Outcome, gradcli
from tests.samples.homework_class import FOLDER, csv_text, jsonl_text

KEY = """\
title = "Week 3"
[q1]
function = "x^2 sin(x)"
points = 2
[q2]
function = "x^3"
at = { x = 2 }
"""
ANSWERS = "student,q1,q2\nada,2x sin x + x^2 cos x,12\nbob,2x cos(x),\neve,(,8\n"
TABLE = """\
Week 3
question   correct  wrong  unreadable  undecided  missing  commonest mistakes
q1        1 (33 %)      1           1          0        0  product-as-product (1)
q2        1 (33 %)      1           0          0        1  function-copied (1)
all       2 (33 %)      2           1          0        1  function-copied (1), product-as-product (1)
3 students, mean 1 of 3 points
"""
COUNTS = "6 answers: 2 correct, 2 wrong, 1 unreadable, 1 missing\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a key and answers."""
    (tmp_path / "key.toml").write_text(KEY, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def grade(folder: Path, *arguments: str, stdin: str = "") -> Outcome:
    """Grade in a folder."""
    return gradcli("grade", *arguments, folder=folder, stdin=stdin)


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_sample_class_is_graded_as_it_is_there_to_the_last_byte(tmp_path: Path, jobs: str) -> None:
    for name in ("key.toml", "answers.csv"):
        shutil.copy(FOLDER / name, tmp_path)
    outcome = grade(tmp_path, "key.toml", "answers.csv", "--output", "results.csv", "--report", "report.html", jobs)
    assert outcome.status == 1
    assert outcome.out == (FOLDER / "summary.txt").read_text(encoding="utf-8")
    for name in ("results.csv", "report.html"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_the_samples_answers_are_those_that_are_drawn() -> None:
    assert (FOLDER / "answers.csv").read_text(encoding="utf-8") == csv_text()
    assert (FOLDER / "one.jsonl").read_text(encoding="utf-8") == jsonl_text()


def test_without_options_the_class_is_summed_up(folder: Path) -> None:
    outcome = grade(folder, "key.toml", "answers.csv", "-j0")
    assert (outcome.status, outcome.out, outcome.err) == (1, TABLE, COUNTS)
    assert sorted(each.name for each in folder.iterdir()) == ["answers.csv", "key.toml"]


def test_results_go_to_standard_output_and_nothing_else_does(folder: Path) -> None:
    outcome = grade(folder, "key.toml", "answers.csv", "-j0", "--to", "csv")
    lines = outcome.out.splitlines()
    assert lines[0] == "student,question,verdict,points,of,evidence,answer,reads_as,explanation,mistake,likely"
    assert lines[1].startswith("ada,q1,correct,2,2,proved,2x sin x + x^2 cos x,")
    assert lines[4] == "bob,q2,missing,0,1,,,,,,"
    assert outcome.err == COUNTS
    outcome = grade(folder, "key.toml", "answers.csv", "-j0", "--to", "jsonl")
    assert [json.loads(line)["verdict"] for line in outcome.out.splitlines()] == [
        "correct",
        "correct",
        "wrong",
        "missing",
        "unreadable",
        "wrong",
    ]


def test_answers_come_from_standard_input_too(folder: Path) -> None:
    assert grade(folder, "key.toml", "-", "-j0", stdin=ANSWERS).out == TABLE
    line = '{"student": "ada", "q1": "2x sin x + x^2 cos x", "q2": 12}'
    outcome = grade(folder, "key.toml", "-", "--from", "jsonl", "-j0", stdin=line)
    assert (outcome.status, outcome.err) == (0, "2 answers: 2 correct\n")


def test_what_is_odd_in_the_answers_is_told_and_the_rest_is_graded(folder: Path) -> None:
    odd = "student,q1,q2,q3\nada,2x sin x + x^2 cos x,12,1\nada,1,2,3\n"
    outcome = grade(folder, "key.toml", "-", "-j0", stdin=odd)
    assert outcome.err == (
        "note:  <stdin>:1: the key has no question 'q3'; its questions are q1, q2\n"
        "note:  <stdin>:3: ada is listed a second time; the first row counts\n"
        "2 answers: 2 correct\n"
    )
    assert outcome.status == 0


def test_of_many_notes_the_first_are_shown(folder: Path) -> None:
    odd = "student,q1,q2\n" + "ada,2x sin x + x^2 cos x,12\n" * 31
    outcome = grade(folder, "key.toml", "-", "-j0", stdin=odd)
    assert outcome.err.count("listed a second time") == 20
    assert "note:  and 10 more\n" in outcome.err


def test_hostile_names_and_answers_are_harmless_in_all_outputs(folder: Path) -> None:
    hostile = 'student,q1,q2\n"=HYPERLINK(""http://a"")",=1+1,-5\n<script>alert(1)</script>,@SUM(A1),+12\n'
    arguments = ("key.toml", "-", "-j0", "--output", "results.csv", "--report", "report.html")
    outcome = grade(folder, *arguments, stdin=hostile)
    assert outcome.status == 1
    results = (folder / "results.csv").read_text(encoding="utf-8")
    assert results.splitlines()[1].startswith('"\'=HYPERLINK(""http://a"")",q1,wrong,0,2,counterexample,\'=1+1,')
    assert ",wrong,0,1,counterexample,-5,-5," in results
    assert "<script>alert(1)</script>,q2,correct,1,1,agrees,+12," in results
    assert "<script>" not in (folder / "report.html").read_text(encoding="utf-8")


def test_gradescopes_file_is_of_one_student(folder: Path) -> None:
    one = "student,q1,q2\nada,2x sin x + x^2 cos x,8\n"
    outcome = grade(folder, "key.toml", "-", "-j0", "--gradescope", "results.json", stdin=one)
    assert outcome.status == 1
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert [(each["name"], each["score"], each["status"]) for each in content["tests"]] == [
        ("q1", 2, "passed"),
        ("q2", 0, "failed"),
    ]
    outcome = grade(folder, "key.toml", "answers.csv", "-j0", "--gradescope", "all.json")
    assert outcome.status == 2
    assert "the answers are of ada and others" in outcome.err
    assert not (folder / "all.json").exists()


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('[q1]\nfunction = "2*x + * 3"\n', ["bad.toml:2:19: E101 q1: expected a value, found '*'", "^"]),
        ('[q1]\nfunktion = "x"\n[q2]\nanswer = "1"\nwrt = "x"\n', ["bad.toml:2:1: H101", "bad.toml:5:1: H114"]),
        ("", ["bad.toml:1:1: H112 the key has no questions"]),
    ],
)
def test_a_bad_key_is_told_where_it_is_bad(folder: Path, key: str, told: list[str]) -> None:
    (folder / "bad.toml").write_text(key, encoding="utf-8")
    outcome = grade(folder, "bad.toml", "answers.csv", "-j0")
    assert (outcome.status, outcome.out) == (2, "")
    for each in told:
        assert each in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.toml", "answers.csv"], "error: cannot read none.toml: No such file or directory"),
        (["key.toml", "none.csv"], "error: cannot read none.csv: No such file or directory"),
        (["key.toml"], "Missing argument 'ANSWERS'"),
        (["key.toml", "answers.csv", "--resume"], "--resume goes on with an --output"),
        (["key.toml", "answers.csv", "--to", "text"], "'text' is not one of 'csv', 'jsonl'"),
        (
            ["key.toml", "answers.csv", "--output", "none/r.csv"],
            "--output none/r.csv cannot be written: there is no",
        ),
        (
            ["key.toml", "answers.csv", "--report", "none/r.html"],
            "--report none/r.html cannot be written: there is no",
        ),
    ],
)
def test_a_wrong_call_is_a_message_and_status_two(folder: Path, arguments: list[str], told: str) -> None:
    outcome = grade(folder, *arguments, "-j0")
    assert outcome.status == 2
    assert told in outcome.err


def test_answers_that_cannot_be_used_are_a_located_error(folder: Path) -> None:
    outcome = grade(folder, "key.toml", "-", "-j0", stdin="name,q1\nada,2x\n")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(
        "<stdin>:1:1: H121 there is no column student\n  name,q1\n  ^^^^^^^\nhelp:  say in the key which columns are"
    )


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and cannot be read")
def test_answers_that_cannot_be_read_are_no_fault_of_the_output(folder: Path) -> None:
    outcome = grade(folder, "key.toml", "/proc/self/mem", "--output", "r.csv", "-j0")
    assert outcome.status == 2
    assert outcome.err.startswith("error: cannot read /proc/self/mem: ")
    assert not (folder / "r.csv.journal").exists()


def test_without_jinja_a_report_is_refused_before_anything_is_graded(folder: Path) -> None:
    (folder / "jinja2.py").write_text("raise ModuleNotFoundError(name='jinja2')\n", encoding="utf-8")
    outcome = gradcli(
        *("grade", "key.toml", "answers.csv", "-j0", "--report", "r.html", "--output", "r.csv"),
        folder=folder,
        environment={"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"},
    )
    assert outcome.status == 2
    assert outcome.err == "error: --report needs Jinja2, which is not installed\nhelp:  pip install 'gradcli[report]'\n"
    assert not (folder / "r.csv").exists()


def test_a_complete_output_is_not_graded_again_and_makes_a_report(folder: Path) -> None:
    arguments = ("key.toml", "answers.csv", "-j0", "--output", "r.jsonl")
    first = grade(folder, *arguments, "--report", "first.html")
    again = grade(folder, *arguments, "--report", "again.html", "--resume")
    assert (again.status, again.out) == (first.status, TABLE)
    assert again.err.startswith("note:  r.jsonl is complete")
    assert (folder / "again.html").read_bytes() == (folder / "first.html").read_bytes()


def test_a_file_that_is_no_result_is_not_taken_for_one(folder: Path) -> None:
    (folder / "r.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    outcome = grade(folder, "key.toml", "answers.csv", "-j0", "--output", "r.csv", "--resume")
    assert outcome.status == 2
    assert "are not results of this key" in outcome.err


MANY = [f"s{number},2x sin x + {number} - {number} + x^2 cos x,{number}\n" for number in range(20)]
HEAD = "student,q1,q2\n"


def has_records(file: Path, count: int) -> bool:
    """Whether an unfinished output has so many records."""
    part = file.with_name(f"{file.name}.part")
    return part.exists() and part.read_bytes().count(b"\n") >= count


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")
@pytest.mark.parametrize("by", ["SIGKILL", "SIGINT"])
def test_a_run_that_was_ended_resumes_and_repeats_nothing(
    folder: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    whole = grade(folder, "key.toml", "-", "-j0", "--to", "jsonl", stdin=HEAD + "".join(MANY)).out
    file = folder / "r.jsonl"
    arguments = ("key.toml", "-", "-j1", "--output", "r.jsonl")
    with Batch(*arguments, first=SAFE_AT_ONCE, command="grade") as batch:
        batch.feed((HEAD + "".join(MANY[:8])).encode())
        batch.until(partial(has_records, file, 12))
        if by == "SIGKILL":
            batch.process.kill()
            batch.process.wait()
        else:
            batch.signal(signal.SIGINT)
            status, _, err = batch.end()
            assert status == 130
            assert "answers are graded; the same command with --resume goes on" in err
    assert not file.exists()
    before = file.with_name("r.jsonl.part").read_text(encoding="utf-8")
    assert whole.startswith(before)
    arguments = (*arguments[:2], "-j0", *arguments[3:])
    refused = grade(folder, *arguments, stdin=HEAD + "".join(MANY))
    assert (refused.status, "--resume" in refused.err) == (2, True)
    other = grade(folder, *arguments, "--resume", stdin=HEAD + "eve,1,2\n" + "".join(MANY))
    assert (other.status, "the input is not the one" in other.err) == (2, True)
    outcome = grade(folder, *arguments, "--resume", stdin=HEAD + "".join(MANY))
    assert outcome.err == "40 answers: 21 correct, 19 wrong\n"
    assert file.read_text(encoding="utf-8") == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_is_shown_on_a_terminal_and_the_results_are_whole(folder: Path) -> None:
    from tests.cli.test_calculate import on_a_terminal

    file = folder / "r.jsonl"
    shown = on_a_terminal(
        *("grade", str(folder / "key.toml"), str(folder / "answers.csv"), "-j0", "--output", str(file))
    )
    assert "6 answers: 2 correct" in shown
    assert "/s" in shown
    assert file.read_text(encoding="utf-8").count("\n") == 6


def test_another_key_does_not_resume(folder: Path) -> None:
    arguments = ("-j0", "--output", "r.csv")
    journal = '{"journal": 1, "settings": {"--to": "csv", "the key\'s digest": "0"}}\n'
    (folder / "r.csv.journal").write_text(journal, encoding="utf-8")
    outcome = grade(folder, "key.toml", "answers.csv", *arguments, "--resume")
    assert outcome.status == 2
    assert "the key's digest" in outcome.err


@pytest.mark.parametrize(
    "line",
    [
        "samples/week3.toml samples/week3.csv --report class.html --output results.csv",
        "samples/key.toml samples/one.jsonl --gradescope results.json",
        "samples/exports/key.toml samples/exports/moodle.csv --preview",
    ],
)
def test_the_samples_are_graded(line: str, tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(FOLDER)
    outcome = gradcli("grade", *line.split(), folder=tmp_path)
    assert outcome.status == (0 if "--preview" in line else 1)
    assert " students, mean " in outcome.out or "1 student, mean " in outcome.out or "students " in outcome.out


def test_a_preview_says_how_a_file_is_understood_and_grades_nothing(folder: Path) -> None:
    data = "Name;E-Mail;Q1;Room;q2\nada;a@b;2x cos x;12;-\nbob;b@b;(;14;8\n"
    (folder / "class.csv").write_bytes(data.encode("utf-8-sig"))
    outcome = grade(folder, "key.toml", "class.csv", "--student-column", "Name", "--preview")
    assert outcome.status == 0
    assert outcome.err == "note:  class.csv:1: read over: 'Room'\n"
    assert outcome.out == (
        "file           class.csv\n"
        "read as        utf-8, by its mark; cells are separated by a semicolon\n"
        "student        Name\n"
        "told apart by  E-Mail\n"
        "q1             Q1\n"
        "q2             q2\n"
        "read over      Room\n"
        "attempts       the first one counts, in the order of the rows\n"
        "students       2, with 3 answers to 2 questions\n"
        "\n"
        "ada\n  q1  2x cos x\n  q2  missing\n"
        "bob\n  q1  (\n  q2  8\n"
    )
    refused = grade(folder, "key.toml", "class.csv", "--preview", "--output", "r.csv")
    assert (refused.status, "--preview grades nothing" in refused.err) == (2, True)
    unknown = grade(folder, "key.toml", "class.csv", "--preview")
    assert unknown.status == 2
    assert '  [columns]\n  student = "Name"\n  q1 = "Q1"\n  q2 = "q2"\n' in unknown.err


def test_blanks_and_attempts_are_as_the_command_says(folder: Path) -> None:
    odd = "student,q1,q2\nada,none,1\nada,2x sin x + x^2 cos x,12\n"
    outcome = grade(folder, "key.toml", "-", "-j0", "--blank", "none", stdin=odd)
    assert outcome.err.endswith("2 answers: 1 wrong, 1 missing\n")
    outcome = grade(folder, "key.toml", "-", "-j0", "--attempt", "last", stdin=odd)
    assert outcome.err.endswith("2 answers: 2 correct\n")
