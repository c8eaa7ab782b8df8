"""The prompt's commands, each with what it does in a line."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Final

OWN: Final = {
    "help": ("[COMMAND]", "Show this, or how a command is called."),
    "vars": ("", "List what is kept."),
    "clear": ("[NAME...]", "Forget names, or all of them."),
    "load": ("FILE", "Read lines from a file, as if they were typed."),
    "save": ("[--replace] FILE", "Write the session as a file for :load."),
    "quit": ("", "Leave, as Ctrl-D does."),
}
"""What the prompt does itself."""
PASSED: Final = {
    "explain": ("EXPR", "Derive it by hand, rule by rule."),
    "check": ("FUNCTION, ANSWER", "Say whether an answer is the derivative."),
    "plot": ("EXPR[, EXPR] [x=-5:5]", "Draw f and f'."),
    "graph": ("EXPR", "Show the recorded graph."),
    "minimize": ("EXPR [x=START]", "Find a minimum."),
    "critical": ("EXPR [x=-5:5]", "Find all critical points."),
    "eval": ("EXPR [OPTIONS]", "Calculate, as a line without a command does."),
    "functions": ("[NAME]", "List or describe the functions there are."),
}
"""What commands of the program do, with the session's names."""
WORDS: Final = {"help": "help", "quit": "quit", "exit": "quit"}
"""The words that are commands by themselves, without a colon, where they are no names."""
SHORT: Final = {"q": "quit", "exit": "quit", "h": "help", "?": "help", "min": "minimize"}
"""Other names of commands."""

TEXT: Final = """\
A line is calculated and differentiated, or gives a name something to stand for:

  x = 3           a variable, at which later lines are calculated
  y = x^2 + 1     a formula: derivatives go through it
  f(t) = t^2 - t  a function: f(3), f(y), f'(x)
  ans             the last value

Values for one line: x^2 at x=3, or x^2 x=3, with no blanks around the =.
Options as in the shell: x^3 --order 2.
A formula with ans, or with its own name (x = x + 1), is calculated at once.
A ; at the end of y = ... shows nothing. Open brackets, and a \\ at the end of a
line, go on. Ctrl-C abandons a line or a calculation; Tab completes.
"""
