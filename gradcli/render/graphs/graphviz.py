"""Pictures that Graphviz lays out and draws, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from gradcli.calculus.recorded import Graph
from gradcli.render.graphs.dot import dot_lines

RESOLUTION: Final = 144
"""Dots per inch of a PNG."""


class GraphvizError(Exception):
    """Graphviz did not draw the picture; the message says why."""


def is_installed() -> bool:
    """Whether Graphviz's dot is on the path."""
    return shutil.which("dot") is not None


def drawn(graph: Graph, form: str, timeout: float) -> bytes:
    """The picture in a form that dot knows (`svg`, `png`). Raises GraphvizError."""
    options = [f"-T{form}", *([f"-Gdpi={RESOLUTION}"] if form == "png" else [])]
    text = "".join(dot_lines(graph)).encode()
    try:
        finished = subprocess.run(["dot", *options], input=text, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise GraphvizError(f"takes more than {timeout:g} s (--timeout)") from None
    except OSError as error:
        raise GraphvizError(f"cannot be run: {error.strerror or error}") from None
    if finished.returncode or not finished.stdout:
        reason = finished.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise GraphvizError(f"fails: {reason or f'exit status {finished.returncode}'}")
    return finished.stdout
