"""Records what the real torch gives for the engine's samples: `python -m tests.golden.record` writes a file for each
suite."""

from __future__ import annotations

import json
from typing import Any

from tests.engine import edges, harness


def recorded(library: harness.Library, suite: harness.Suite) -> dict[str, Any]:
    """The outcomes of the suite's samples, beside torch's version."""
    return {
        "torch": library.torch.__version__,
        "outcomes": {str(sample): harness.outcome(library, suite, sample) for sample in suite.samples},
    }


def main() -> None:
    """Run all samples, edges and errors on the real torch and write what came of them."""
    library = harness.real()
    for suite in harness.SUITES:
        contents = recorded(library, suite)
        if suite is harness.ON_TENSORS:
            contents["edges"] = {str(edge): edges.gradients_at(library, edge) for edge in edges.EDGES}
            contents["errors"] = {source: edges.error_text(library, source) for source in edges.ERRORS}
        text = json.dumps(contents, indent=None, separators=(",", ":")).replace('},"', '},\n"')
        (harness.GOLDEN / f"{suite.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
