"""The list of what the engine misses, in `misses.toml`: the operations that are compared, and by reason the cases that
come out otherwise than torch's."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "misses.toml"
_HEADER = """\
# What the engine gives otherwise than torch 2.13.0, of the samples of torch's own table of operations: by reason,
# and by operation and dtype, the numbers of the samples with the form of the call (f function, m method, i in place).
# Written by `python -m tests.parity.opinfo --write`, which keeps the reasons; the words for one are a person's to find.
"""


def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"operations": [], "misses": []}


def operations() -> list[str]:
    """The names of the operations that are compared."""
    found: list[str] = _content()["operations"]
    return found


def reasons() -> dict[str, str]:
    """By the name of a case, why it misses."""
    return {
        f"{group} {number}": entry["reason"]
        for entry in _content()["misses"]
        for group, numbers in entry["cases"].items()
        for number in numbers.split()
    }


def write(names: Iterable[str], misses: Mapping[str, str]) -> None:
    """Write the list anew: `misses` gives for each case that misses the kind, which stands for a reason that nobody has
    found yet."""
    known = reasons()
    entries: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for case, kind in misses.items():
        group, _, number = case.rpartition(" ")
        entries[known.get(case, kind)][group].append(number)
    lines = [_HEADER, "operations = [", *(f'    "{name}",' for name in sorted(names)), "]"]
    for reason, groups in sorted(entries.items()):
        lines += ["", "[[misses]]", f'reason = "{reason}"', "[misses.cases]"]
        lines += [f'"{group}" = "{" ".join(sorted(found, key=_order))}"' for group, found in sorted(groups.items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _order(number: str) -> tuple[int, str]:
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else 0, number
