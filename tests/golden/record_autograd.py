"""Records what the programs of tests/engine/autograd show on torch: `python -m tests.golden.record_autograd`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.engine.autograd.programs import SOURCES, results

GOLDEN = Path(__file__).with_name("autograd.json")


def main() -> None:
    """Write the golden."""
    import torch

    shown = {path.stem: results(torch, path) for path in sorted(SOURCES.glob("*.txt"))}
    content = {"torch": torch.__version__.split("+")[0], "programs": shown}
    GOLDEN.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
