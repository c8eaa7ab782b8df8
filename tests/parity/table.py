"""The rows of torch's visible behaviour, as they are written in the files of `rows`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROWS = Path(__file__).parent / "rows"


@dataclass(frozen=True, slots=True)
class Row:
    """A program and what torch 2.13.0 shows for it; `at` holds the elements of x and y where the row gives them.

    `named` is empty for a row in scope; for one that is left out on purpose, it is what the engine says it leaves out.
    """

    section: str
    id: str
    run: str
    shows: str
    at: tuple[tuple[float, ...], ...] = ()
    named: str = ""

    def __str__(self) -> str:
        return f"{self.id} {self.run.splitlines()[0][:60]}"


def _read(path: Path) -> list[Row]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Row(path.stem, row["id"], row["run"], row["shows"], tuple(map(tuple, row.get("at", ()))), row.get("named", ""))
        for row in [*content["rows"], *content.get("left_out", ())]
    ]


ALL = [row for path in sorted(ROWS.glob("*.toml")) for row in _read(path)]
"""Every row."""

IN_SCOPE = [row for row in ALL if not row.named]
LEFT_OUT = [row for row in ALL if row.named]
