"""Records tests/golden/networks.json and training.json from the real torch: python -m tests.golden.record_networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine.nn import programs
from tests.engine.optim import training

_HERE = Path(__file__).parent


def _record(name: str, version: str, outcomes: Any) -> None:
    text = json.dumps({"torch": version, "outcomes": outcomes}, indent=1, ensure_ascii=False)
    (_HERE / name).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Record both."""
    library = programs.real()
    version = library.torch.__version__
    _record("networks.json", version, {source: programs.outcome(library, source) for source in programs.sources()})
    _record("training.json", version, training.outcomes(library.torch))


if __name__ == "__main__":
    main()
