"""The process that runs a file's code: `python -m gradcli.replay.child`.

It reads a Request as one JSON object from stdin and writes messages to what was stdout, each a line with the Request's
token and one JSON object: `{"start": n}` before cell n runs, `{"done": n, …}` with its CellOutcome after it. The cells'
own output is kept apart from that; what they write to the descriptor itself is on lines of its own, without the token.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import IO, Any

from gradcli.replay import ipython, torch_import
from gradcli.replay.cells import CellOutcome
from gradcli.replay.session import CellSession


def main() -> None:
    """Run the cells of the request on stdin."""
    request = json.load(sys.stdin)
    own = os.getpid()
    channel = _private_channel()
    torch_import.install()
    _seed(request["seed"])
    if request["folder"] is not None:
        os.chdir(request["folder"])
    sys.path.insert(0, request["path"])
    sys.argv = [request["file"]]
    session = CellSession(request["file"], is_script=request["is_script"])
    ipython.install(session.display, session.clear_output)
    for number, source in request["cells"]:
        _send(channel, request["token"], {"start": number})
        outcome = session.run(number, source)
        if os.getpid() != own:
            break  # a copy that the cell made with os.fork()
        _send(channel, request["token"], {"done": number, "outcome": outcome_object(outcome)})
        if outcome.ended:
            break
    os._exit(0)  # without the cells' own exit handlers and threads


def outcome_object(outcome: CellOutcome) -> dict[str, Any]:
    """An outcome as the JSON object that crosses between the processes."""
    shown = outcome.outputs
    failure = None if shown.failure is None else [shown.failure.name, shown.failure.text]
    return {
        "outputs": [shown.stdout, shown.stderr, shown.displays, shown.pictures, failure],
        "rest": [outcome.needs, outcome.skipped, outcome.reads, outcome.writes, outcome.unbound],
        "ended": outcome.ended,
    }


def _private_channel() -> IO[str]:
    """The pipe to the parent, out of the cells' reach: their file descriptor 1 leads nowhere."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return channel


def _send(channel: IO[str], token: str, message: dict[str, Any]) -> None:
    """Send a message. It begins a line, whatever a cell has written to the channel before it."""
    channel.write(f"\n{token}{json.dumps(message)}\n")
    channel.flush()


def _seed(seed: int) -> None:
    """Seed every default generator that cells are likely to draw from without a seed of their own."""
    import numpy as np

    import gradcli.engine as torch

    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


if __name__ == "__main__":
    main()
