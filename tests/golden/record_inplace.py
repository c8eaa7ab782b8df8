"""Records what the real torch gives for in-place statements and programs: `python -m tests.golden.record_inplace`."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tests.engine import inplace_programs, inplace_statements

GOLDEN = Path(__file__).with_name("inplace.json")


def main() -> None:
    """Run all statements and the recorded programs on torch and write the outcomes beside its version."""
    programs = {}
    for seed in inplace_programs.RECORDED:
        outcome = inplace_programs.outcome(torch, inplace_programs.program(seed))
        if not any(outcome["errors"]):
            programs[str(seed)] = outcome
    recorded = {
        "torch": torch.__version__,
        "statements": {source: inplace_statements.shown(torch, source) for source in inplace_statements.STATEMENTS},
        "programs": programs,
    }
    text = json.dumps(recorded, separators=(",", ":"), ensure_ascii=False).replace('},"', '},\n"')
    GOLDEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
