"""Records what the real torch gives for the engine's samples and their variants: `python -m tests.golden.record` writes
a file for each suite, one for `out=` and one for the variants."""

from __future__ import annotations

import json
from typing import Any

from tests.engine import edges, harness, outs, variants


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
        write(suite.name, contents, '},"')
    library.torch.set_warn_always(True)
    of_out = {kind: {name: outs.shown(library.torch, name, of, kind) for name, of in outs.CASES} for kind in outs.KINDS}
    library.torch.set_warn_always(False)
    write("out", {"torch": library.torch.__version__, "shown": of_out}, '","')
    shown = {str(each): variants.shown(library, each) for each in variants.VARIANTS}
    write("variants", {"torch": library.torch.__version__, "shown": shown}, '],"')


def write(name: str, contents: dict[str, Any], end: str) -> None:
    """Write a file, in lines that `end` ends."""
    text = json.dumps(contents, indent=None, separators=(",", ":")).replace(end, f'{end[:2]}\n"')
    (harness.GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
