"""Records what the real torch gives for the engine's samples: `python -m tests.golden.record` writes
operations.json."""

from __future__ import annotations

import json

from tests.engine import edges, harness
from tests.engine.samples import SAMPLES


def main() -> None:
    """Run all samples on the real torch and write the outcomes beside its version."""
    library = harness.real()
    recorded = {
        "torch": library.torch.__version__,
        "outcomes": {sample.source: harness.outcome(library, sample) for sample in SAMPLES},
        "edges": {str(edge): edges.gradients_at(library, edge) for edge in edges.EDGES},
        "errors": {source: edges.error_text(library, source) for source in edges.ERRORS},
    }
    text = json.dumps(recorded, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    harness.GOLDEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
