"""The commands that there are, and what their exit statuses mean; nothing else is imported for that."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Final

COMMANDS: Final = {
    "eval": ("gradcli.cli.calculate", "Calculate an expression and its derivatives."),
    "explain": ("gradcli.cli.explain", "Derive it by hand, rule by rule."),
    "check": ("gradcli.cli.check", "Say whether an answer is the derivative."),
    "grade": ("gradcli.cli.grade", "Grade a class by a key."),
    "minimize": ("gradcli.cli.minimize", "Find a minimum, and check that it is one."),
    "critical": ("gradcli.cli.critical", "Find all critical points in a range."),
    "graph": ("gradcli.cli.graph", "Show the recorded graph after backward."),
    "plot": ("gradcli.cli.plot", "Draw a function and its derivatives."),
    "batch": ("gradcli.cli.batch", "Many problems: text, CSV or JSON Lines."),
    "run": ("gradcli.cli.run", "Run programs with torch's semantics."),
    "replay": ("gradcli.cli.replay", "Re-run a torch.autograd notebook, compared."),
    "repl": ("gradcli.cli.repl", "The prompt, as gradcli alone."),
    "functions": ("gradcli.cli.functions", "List or describe the functions there are."),
    "completion": ("gradcli.cli.completion", "Print the completion script of a shell."),
    "help": ("gradcli.cli.help", "Show this, or a command's help."),
}
"""Each command's module, imported when the command is called, and what it does in a line, which is listed without."""
DEFAULT: Final = "eval"
PROMPT: Final = "repl"
"""The command that is meant where there is not a word."""

ARGUMENTS: Final = "gradcli.arguments"
OPTIONS: Final = "gradcli.options"
OPERANDS: Final = "gradcli.operands"
"""Where a context keeps all arguments, the options and the operands as they were given, for calls that are proposed."""

CANNOT: Final = 2
"""The exit status of what could not be done."""
INTERRUPTED: Final = 130
