"""`%load_ext gradcli`: the magics `%gradcli` and `%%grad` of IPython and Jupyter."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from gradcli.language import DiagnosticError, did_you_mean, free_names, parse
from gradcli.language.values import field, frozen
from gradcli.library.solving import Calculation, solve
from gradcli.operations import CONSTANTS, vocabulary

USAGE: Final = """\
%gradcli EXPR [NAME=VALUE]... [--wrt NAMES] [--order N] [--partial NAMES] [--of NAME] [--digits N]
         [--jacobian] [--hessian] [--no-check] [--ns]"""
TAKING: Final = ("wrt", "order", "partial", "of", "digits")
"""Options with a value."""
NUMBERS: Final = ("order", "digits")
_BINDING: Final = re.compile(r"\w+=(?!=)")
_STATEMENT: Final = re.compile(r"\w+\s*(\([\w\s,]*\))?\s*=(?!=)")
_OPTION: Final = re.compile(r"--([a-z][a-z-]*)(?:=(.*))?", re.DOTALL)
_QUOTES: Final = ("'", '"')
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


class Shell(Protocol):
    """What is needed of IPython's shell."""

    user_ns: dict[str, Any]

    def register_magic_function(self, func: Any, magic_kind: str = "line", magic_name: str | None = None) -> None:
        """Make a function a magic."""


def load_ipython_extension(ip: Shell) -> None:
    """Give IPython `%gradcli EXPR x=3`, and `%%grad` for a cell: a program, or an expression in each line.

    The result is what `gradcli.solve` gives. With `--ns` the variables that have no value take that of the notebook's
    variable of the same name; `{a}` and `$a` in a line are IPython's. What is wrong is printed, located, without a
    traceback.
    """
    magics = _Magics(ip)
    ip.register_magic_function(magics.run, "line_cell", "gradcli")
    ip.register_magic_function(magics.run, "line_cell", "grad")


class MagicError(ValueError):
    """A magic that is not written as it should be."""


@frozen
class MagicCall:
    """What a magic's line says: an expression (empty where the cell has it), values, and options of `solve`."""

    expression: str
    values: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    from_namespace: bool = False


class _Magics:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def run(self, line: str, cell: str | None = None) -> Calculation | None:
        """Calculate an expression: its value, its derivatives and their check.

        %gradcli x^2 y x=3 y=2
        %gradcli sin(x) cos(y) x=1 y=pi/4 --hessian
        %gradcli a x^2 x=3 --ns            a is the notebook's variable

        %%grad x=[[1,2,3],[3,2,1]]         a program, or an expression in each line
        y = 3x + 2
        z = 2y^2
        z.mean()
        """
        try:
            return self._line(line) if cell is None else self._cell(line, cell)
        except (ValueError, TypeError) as error:
            sys.stderr.write(f"error: {error}\n")
            return None

    def _line(self, line: str) -> Calculation:
        call = read_line(line)
        if not call.expression:
            raise MagicError(f"there is no expression to calculate\nhelp:  {USAGE}")
        return self._solved(call)

    def _cell(self, line: str, cell: str) -> Calculation | None:
        head = read_line(line)
        if head.expression:
            raise MagicError(f"the expression goes into the cell, and {head.expression!r} stands in its first line")
        lines = [each for each in cell.splitlines() if each.strip() and not each.strip().startswith("#")]
        if not lines:
            raise MagicError("the cell is empty: write an expression in each line, or a program")
        if any(_STATEMENT.match(each.strip()) for each in lines[:-1]):
            return self._solved(_with(head, MagicCall(cell)))
        if len(lines) == 1:
            return self._solved(_with(head, read_line(lines[0])))
        self._show_each(head, lines)
        return None

    def _show_each(self, head: MagicCall, lines: list[str]) -> None:
        """Display what comes of each line; one that cannot be calculated does not keep the others."""
        from IPython.display import display

        for line in lines:
            try:
                display(self._solved(_with(head, read_line(line), lenient=True)))
            except (ValueError, TypeError) as error:
                sys.stderr.write(f"error: {error}\n")

    def _solved(self, call: MagicCall) -> Calculation:
        values: dict[str, Any] = dict(call.values)
        if call.from_namespace:
            values = {**self._from_namespace(call.expression, values), **values}
        return solve(call.expression, values, **call.options)

    def _from_namespace(self, expression: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The notebook's values of the variables that have none."""
        program = parse(expression, vocabulary(), values).program
        given = {*values, *(each.name for each in program.bindings)}
        absent = [name for name in free_names(program, CONSTANTS) if name not in given]
        return {name: self._shell.user_ns[name] for name in absent if name in self._shell.user_ns}


def read_line(line: str) -> MagicCall:
    """What a line says: an expression, in quotes or not, then values, and options anywhere. Raises MagicError."""
    words: list[str] = []
    options: dict[str, Any] = {}
    rest = iter(split(line))
    for word in rest:
        found = _OPTION.fullmatch(word)
        if found is None:
            words.append(word)
        elif found[1] in TAKING:
            value = found[2] if found[2] is not None else next(rest, None)
            if value is None:
                raise MagicError(f"--{found[1]} needs a value\nhelp:  {USAGE}")
            options[found[1]] = _option(found[1], value)
        else:
            options.update(_switch(found[1]))
    values: dict[str, str] = {}
    while words and _BINDING.match(words[-1]):
        name, _, value = words.pop().partition("=")
        if name in values:
            raise MagicError(f"{name} is given twice")
        values[name] = value
    expression = _unquoted(words[0]) if len(words) == 1 else " ".join(words)
    from_namespace = options.pop("ns", False)
    return MagicCall(expression, dict(reversed(values.items())), options, from_namespace)


def split(line: str) -> Iterator[str]:
    """The words of a line: blanks part them, but not within brackets and quotes."""
    word, depth, quote = "", 0, ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and not word[-1:].isalnum() and word[-1:] not in (*_CLOSING, "'"):  # and no prime
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character.isspace() and depth <= 0:
            if word:
                yield word
            word = ""
            continue
        word += character
    if word:
        yield word


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] in _QUOTES and word[-1] == word[0] else word


def _option(name: str, value: str) -> Any:
    if name not in NUMBERS:
        return _unquoted(value)
    if not value.isdecimal():
        raise MagicError(f"--{name} is a whole number, and not {value}")
    return int(value)


def _switch(name: str) -> dict[str, Any]:
    switches: dict[str, dict[str, Any]] = {
        "jacobian": {"request": "jacobian"},
        "hessian": {"request": "hessian"},
        "no-check": {"check": False},
        "ns": {"ns": True},
    }
    if name not in switches:
        near = did_you_mean(f"--{name}", [f"--{each}" for each in (*TAKING, *switches)])
        raise MagicError(f"there is no option --{name}\nhelp:  {near or USAGE}")
    return switches[name]


def _with(head: MagicCall, call: MagicCall, *, lenient: bool = False) -> MagicCall:
    """A call with what the cell's first line says for all; `lenient`: of the values what the expression has."""
    values = {**head.values, **call.values}
    if lenient:
        try:
            program = parse(call.expression, vocabulary(), values).program
        except DiagnosticError:  # which is said when it is solved
            return call
        used = free_names(program, CONSTANTS, values)
        values = {name: value for name, value in values.items() if name in used or name in call.values}
    return MagicCall(
        call.expression, values, {**head.options, **call.options}, head.from_namespace or call.from_namespace
    )
