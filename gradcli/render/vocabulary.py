"""The vocabulary for people: a table of all operations, and one operation in full."""

from __future__ import annotations

from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.table import Table

from gradcli.operations import TABLE, Operation


def call_text(operation: Operation) -> str:
    """How the operation is written: `log(x, [base])`, `x.T`."""
    if operation.attribute:
        return f"x.{operation.name}"
    required = operation.parameters[: operation.required]
    optional = [f"[{name}]" for name in operation.parameters[operation.required :]]
    keywords = [f"[{name}=]" for name in operation.keywords]
    rest = ["..."] if operation.variadic else []
    return f"{operation.name}({', '.join([*required, *optional, *rest, *keywords])})"


def vocabulary_text(width: int, *, colour: bool) -> str:
    """Every operation by category, in lines of at most `width`: how it is written, what it is, its other names."""
    console = Console(width=width, file=StringIO(), force_terminal=colour, no_color=not colour, highlight=False)
    with console.capture() as captured:
        console.print(_vocabulary_table(width))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _vocabulary_table(width: int) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("written", style="bold", max_width=width * 2 // 5)
    table.add_column("what it is")
    for category, operations in groupby(TABLE, key=lambda operation: operation.category):
        table.add_row(f"[cyan]{category}[/cyan]", "")
        for operation in operations:
            also = f" (also {', '.join(operation.aliases)})" if operation.aliases else ""
            table.add_row(f"  {call_text(operation)}".replace("[", r"\["), operation.help + also)
    return table


def operation_lines(operation: Operation) -> list[str]:
    """One operation in full."""
    facts = [
        ("also", ", ".join(operation.aliases)),
        ("defined", f"where {operation.domain}" if operation.domain else ""),
        ("kinks", f"where {' or '.join(f'{kink} = 0' for kink in operation.kinks)}" if operation.kinks else ""),
        ("inverse", operation.inverse or ""),
        ("check", "with SymPy" if operation.symbolic is not None else "by finite differences: SymPy has no form"),
    ]
    width = max(len(label) for label, _ in facts)
    return [
        f"{call_text(operation)}: {operation.help}",
        *(f"  {label.ljust(width)}  {text}" for label, text in facts if text),
    ]
