"""The journal: whatever is left of its two files, a resumed run ends with the same output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcli.streams import journal
from gradcli.streams.journal import Checkpoint, Journal, JournalError, NothingToResumeError

SETTINGS = {"--to": "text", "--digits": None}
HEAD = b"head\n"
RECORDS = [f"record {number}\nits second line {'x' * (number % 7)}\n".encode() for number in range(8)]
WHOLE = HEAD + b"".join(RECORDS)


@pytest.fixture(autouse=True)
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what only a power failure would show, and what takes the most time."""
    monkeypatch.setattr("gradcli.streams.journal.os.fsync", lambda file: None)


def key(number: int) -> bytes:
    return f"task {number}".encode()


def go_on(file: Path, until: int = len(RECORDS), save_every: int = 1) -> int:
    """Run, or resume, to `until` records; how many were made. The run ends without a word if it is not the last."""
    opened = journal.resume(str(file), SETTINGS, HEAD)
    if isinstance(opened, Checkpoint):
        return 0
    done = opened.checkpoint.done
    assert opened.checkpoint.counts.get("made", 0) == done
    for number in range(done):
        opened.digest.add(key(number))
    journal.check_input(opened)
    for number in range(done, until):
        opened.write(RECORDS[number], key(number), dict)
        if number % save_every == 0:
            opened.save({"made": number + 1})
    if until == len(RECORDS):
        opened.finish({"made": until})
    else:
        opened.part.flush()
        opened.close()
    return until - done


def test_an_output_appears_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "out"
    go_on(file)
    assert file.read_bytes() == WHOLE
    assert list(tmp_path.iterdir()) == [file]


def test_until_all_is_done_the_output_is_not_there_and_an_older_one_is_untouched(tmp_path: Path) -> None:
    file = tmp_path / "out"
    opened = journal.begin(str(file), SETTINGS, HEAD)
    file.write_text("older")
    opened.write(RECORDS[0], key(0), dict)
    opened.save({})
    assert file.read_text() == "older"
    opened.finish({})
    assert file.read_bytes() == HEAD + RECORDS[0]


def test_a_resumed_run_repeats_nothing_that_is_safe(tmp_path: Path) -> None:
    file = tmp_path / "out"
    assert go_on(file, until=5) == 5
    assert go_on(file, until=6) == 1
    assert go_on(file) == 2
    assert file.read_bytes() == WHOLE


def beside(file: Path) -> tuple[Path, Path]:
    """The part and the journal of an output."""
    return Path(f"{file}.part"), Path(f"{file}.journal")


def sizes(file: Path) -> tuple[int, int]:
    part, log = beside(file)
    return part.stat().st_size, log.stat().st_size


def cut(file: Path, part: int, log: int) -> None:
    for path, size in zip(beside(file), (part, log), strict=True):
        with path.open("r+b") as stream:
            stream.truncate(size)


def test_from_every_byte_of_either_file_the_run_ends_with_the_same_output(tmp_path: Path) -> None:
    unfinished = tmp_path / "unfinished"
    go_on(unfinished, until=6, save_every=2)
    part, log = sizes(unfinished)
    cuts = [(each, log) for each in range(part + 1)] + [(part, each) for each in range(log + 1)]
    for number, (part_size, log_size) in enumerate(cuts):
        file = tmp_path / str(number) / "out"
        file.parent.mkdir()
        for end in ("part", "journal"):
            shutil.copy(f"{unfinished}.{end}", f"{file}.{end}")
        cut(file, part_size, log_size)
        go_on(file)
        assert file.read_bytes() == WHOLE
        assert list(file.parent.iterdir()) == [file]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2**16), st.integers(0, 2**16)), max_size=4))
def test_after_any_row_of_crashes_the_output_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, crashes: list[tuple[int, int, int]]
) -> None:
    file = tmp_path_factory.mktemp("run") / "out"
    done = 0
    for more, part, log in crashes:
        done = min(done + more, len(RECORDS) - 1)
        opened = journal.resume(str(file), SETTINGS, HEAD)
        assert isinstance(opened, Journal)
        opened.close()
        if opened.checkpoint.done <= done:
            go_on(file, until=done)
        if not any(path.exists() for path in beside(file)):  # nothing was done
            continue
        there = sizes(file)
        cut(file, part % (there[0] + 1), log % (there[1] + 1))
    go_on(file)
    assert file.read_bytes() == WHOLE


def test_a_crash_between_the_last_line_and_the_renaming_is_made_good(tmp_path: Path) -> None:
    file = tmp_path / "out"
    opened = journal.begin(str(file), SETTINGS, HEAD)
    for number, record in enumerate(RECORDS):
        opened.write(record, key(number), dict)
    opened.save({"made": 8}, finished=True)
    opened.close()
    found = journal.resume(str(file), SETTINGS, HEAD)
    assert isinstance(found, Checkpoint)
    assert (found.done, dict(found.counts)) == (8, {"made": 8})
    assert file.read_bytes() == WHOLE
    assert list(tmp_path.iterdir()) == [file]


def test_an_unfinished_run_is_not_begun_again_by_mistake(tmp_path: Path) -> None:
    file = tmp_path / "out"
    go_on(file, until=3)
    with pytest.raises(JournalError, match="unfinished") as raised:
        journal.begin(str(file), SETTINGS, HEAD)
    assert "--resume" in raised.value.help
    assert go_on(file) == 5


def test_a_run_in_which_nothing_was_done_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "out"
    journal.begin(str(file), SETTINGS, HEAD).close()
    assert list(tmp_path.iterdir()) == []
    assert go_on(file) == len(RECORDS)


def test_a_file_of_somebody_else_is_not_taken_for_the_part(tmp_path: Path) -> None:
    file, other = tmp_path / "out", tmp_path / "out.part"
    other.write_text("mine")
    for open_ in (journal.begin, journal.resume):
        with pytest.raises(JournalError, match=r"out\.part is there already"):
            open_(str(file), SETTINGS, HEAD)
    assert (other.read_text(), list(tmp_path.iterdir())) == ("mine", [other])


@pytest.mark.skipif(sys.platform == "win32", reason="its files have no such modes")
def test_who_may_not_read_the_older_output_may_not_read_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("older")
    file.chmod(0o600)
    journal.begin(str(file), SETTINGS, HEAD).finish({})
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (HEAD, 0o600)


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "out"
    go_on(file, until=3)
    with pytest.raises(JournalError, match="--digits = None, and this one has 3"):
        journal.resume(str(file), {**SETTINGS, "--digits": 3}, HEAD)


def test_another_input_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "out"
    go_on(file, until=3)
    opened = journal.resume(str(file), SETTINGS, HEAD)
    assert isinstance(opened, Journal)
    for number in (0, 2, 1):
        opened.digest.add(key(number))
    with pytest.raises(JournalError, match="the input is not the one"):
        journal.check_input(opened)
    opened.close()
    assert go_on(file) == 5


def test_there_is_nothing_to_resume_where_the_output_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "out"
    go_on(file)
    with pytest.raises(NothingToResumeError, match="complete"):
        journal.resume(str(file), SETTINGS, HEAD)


def test_a_run_that_is_under_way_cannot_be_resumed_by_another(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="this platform has no locks that end with their process")
    file = tmp_path / "out"
    opened = journal.begin(str(file), SETTINGS, HEAD)
    with pytest.raises(JournalError, match="another run"):
        journal.resume(str(file), SETTINGS, HEAD)
    opened.close()


def test_records_are_made_safe_as_time_goes_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("gradcli.streams.journal.time.monotonic", lambda: now[0])
    opened = journal.begin(str(tmp_path / "out"), SETTINGS, HEAD)

    def counts() -> Mapping[str, int]:
        return {"made": opened.done}

    opened.write(RECORDS[0], key(0), counts)
    assert opened.checkpoint.done == 0
    now[0] += journal.SECONDS
    opened.write(RECORDS[1], key(1), counts)
    assert (opened.checkpoint.done, opened.checkpoint.counts) == (2, {"made": 2})
    opened.close()
