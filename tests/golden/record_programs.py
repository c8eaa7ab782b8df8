"""Records what the programs of tests/program, and the sample programs, show on torch.

`python -m tests.golden.record_programs`
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.program.programs import PROGRAMS, outcome_on_torch, sample_files

GOLDEN = Path(__file__).with_name("programs.json")


def main() -> None:
    """Write the golden, and the expected output beside each sample."""
    import torch

    outcomes = {sample.name: outcome_on_torch(sample.python or sample.text) for sample in PROGRAMS}
    content = {"torch": torch.__version__.split("+")[0], "outcomes": outcomes}
    GOLDEN.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for file in sample_files():
        shown = outcome_on_torch(file.read_text(encoding="utf-8"))
        if shown.get("error"):
            raise SystemExit(f"{file.name}: {shown['error']}")
        file.with_suffix(".out").write_text(shown["out"], encoding="utf-8")


if __name__ == "__main__":
    main()
