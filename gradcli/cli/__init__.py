"""The command line."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line as a process of its own and end it with its status: 0 done and right,
    1 something is wrong in the answers, 2 it could not be done, 130 interrupted.

    A one-liner lives for a fraction of a second: collecting garbage while SymPy is imported,
    and taking the interpreter apart piece by piece at the end, would take a third of it.
    So the collector is off, and the process ends as soon as its streams are flushed.
    """
    gc.disable()
    os.environ.setdefault("SYMPY_GROUND_TYPES", "python")  # SymPy would take those of FLINT, which start slower
    if len(sys.argv) == 1 and "_GRADCLI_COMPLETE" not in os.environ and sys.stdin is not None and sys.stdin.isatty():
        from gradcli.cli.prompt.loop import run as prompt  # at once: click takes longer than all that this needs

        status = prompt()
    else:
        from gradcli.cli.program import run

        status = run(None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        os.write(2, f"error: the output could not be written: {error.strerror}\n".encode())
        status = 2
    os._exit(status)


__all__ = ["main"]
