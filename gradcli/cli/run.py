"""`gradcli run FILE…`: programs with torch's semantics."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gradcli.cli import terminal
from gradcli.cli.commands import CANNOT
from gradcli.cli.options import DTYPES
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.language import Diagnostic, Note
    from gradcli.program import Output

EXAMPLES = r"""Examples:
  echo 'x = tensor(2., requires_grad=True); y = x^3; y.backward(); x.grad' | gradcli run -
  echo 'for i in range(3): print(i, sqrt(i))' | gradcli run --dtype float64 -
  printf 'x = [1., 2.]\nx.requires_grad_()\n(x^2).sum().backward()\nx.grad\n' | gradcli run -
"""
STANDARD_INPUT = "-"


@subcommand("run", EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--dtype",
    type=click.Choice(DTYPES),
    default="float32",
    help="What numbers with a point are (float32).",
)
@click.option("--max-steps", type=click.IntRange(1), default=1_000_000, metavar="N", help="Stop after N statements.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each printed result.")
@click.option("-q", "--quiet", is_flag=True, help="Only what print() prints: no echo of expressions, no notes.")
def command(files: tuple[str, ...], dtype: str, max_steps: int, as_json: bool, quiet: bool) -> int:
    """Run the programs in FILE..., each with variables of its own; `-` is standard input.

    A program has assignments (x = ..., x += ..., x[0] = ..., x.grad = ...), calls, print(...), and the blocks for, if
    and with no_grad():, on one line or indented. Tensors and gradients are as in torch: requires_grad is said, numbers
    with a point are float32, torch's functions are written with or without `torch.`. An expression on a line of its
    own shows its value, as Python's prompt does (in a block, methods such as zero_() show nothing). A list of
    numbers is a tensor: x = [1., 2.], y.backward([1, 0]). Formulas may be written as for gradcli EXPR: 2x^4, sin x.
    """
    gc.enable()  # main() switches it off for one-liners; a loop makes garbage for as long as it runs
    status = 0
    for file in files:
        status = max(status, _ProgramRun(file, dtype, max_steps, as_json, quiet).status())
    return status


@dataclass
class _ProgramRun:
    """One program on its way through."""

    file: str
    dtype: str
    max_steps: int
    as_json: bool
    quiet: bool
    source: str = ""

    def status(self) -> int:
        """Run the program; the exit status."""
        from gradcli.language import DiagnosticError

        try:
            self.source = _text(self.file)
            self._run()
        except DiagnosticError as error:
            self._complain(error.diagnostic)
            return CANNOT
        return 0

    def _run(self) -> None:
        from gradcli.language.statements import parse_script
        from gradcli.program import Interpreter, script_vocabulary

        parsed = parse_script(self.source, script_vocabulary())
        for note in parsed.notes:
            self._note(note)
        Interpreter(self._print, self._note, dtype=self.dtype, max_steps=self.max_steps).run(parsed)

    @property
    def _name(self) -> str:
        return "<stdin>" if self.file == STANDARD_INPUT else self.file

    def _print(self, output: Output) -> None:
        if self.quiet and output.echoed:
            return
        if self.as_json:
            from gradcli.render.programs import output_object

            terminal.write_object(output_object(output, self._name, self.source))
        else:
            terminal.write(output.text + output.end)

    def _note(self, note: Note) -> None:
        from gradcli.render.diagnostics import note_in_file

        if not self.quiet:
            terminal.message(note_in_file(note, self._name, self.source))

    def _complain(self, diagnostic: Diagnostic) -> None:
        if self.as_json:
            from gradcli.render.programs import failure_object

            terminal.write_object(failure_object(diagnostic, self._name))
            return
        from gradcli.render.diagnostics import diagnostic_in_file

        terminal.message(diagnostic_in_file(diagnostic, self._name))


def _text(file: str) -> str:
    """The text of a file. Raises UsageError where it cannot be read."""
    try:
        if file == STANDARD_INPUT:
            data = sys.stdin.buffer.read()
        else:
            with open(file, "rb") as stream:
                data = stream.read()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        what = "standard input" if file == STANDARD_INPUT else file
        raise click.UsageError(f"{what} is not UTF-8: byte {error.start + 1} cannot be read") from None
