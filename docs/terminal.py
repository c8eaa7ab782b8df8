"""Draws terminal.svg, the README's picture: real commands and their real output, exported by rich.

python docs/terminal.py
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COMMANDS = [
    "gradcli '2x^4 + x^3 + 3x^2 + 5x + 1' x=2",
    "gradcli 'y = 3x+2; z = 2y^2; z.mean()' 'x=[[1,2,3],[3,2,1]]'",
    "gradcli 'x^2 sin(x)'",
    "gradcli 'relu(x)' x=0",
    "gradcli 'log(x + 2) + sni(x)' x=1",
]


def main() -> None:
    """Run the commands and write the picture."""
    console = Console(record=True, width=78, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for command in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), command))
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", *shlex.split(command)[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "78", "PYTHONUNBUFFERED": "1"},
            check=False,
        )
        console.print(Text.from_ansi(finished.stdout.rstrip("\n")))
        console.print()
    picture = re.sub(r"\s*@font-face \{.*?\}", "", console.export_svg(title="gradcli"), flags=re.DOTALL)
    Path(__file__).with_name("terminal.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
