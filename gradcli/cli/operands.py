"""The operands that commands share: an expression, its values, the names of its variables."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from gradcli.cli.commands import ARGUMENTS
from gradcli.cli.misuse import Misuse, is_binding

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.language import Binding, Diagnostic, Expr
    from gradcli.language.tree import Range
    from gradcli.language.vocabulary import Vocabulary

_BINDING: Final = re.compile(r"\s*[^\W\d]\w*\s*=(?!=)")
_BETWEEN: Final = re.compile(r":|\.\.")
_FILE_LIKE: Final = re.compile(r"^[^\s()=]+\.[A-Za-z]{2,6}$")
_WORD: Final = re.compile(r"[A-Za-z-]{3,}")


def split(operands: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The expression and the bindings; where all are bindings, what is piped in is the expression.

    Where words are among them that are neither, they are joined, if that is what they mean. Raises Misuse.
    """
    if all(map(is_binding, operands)) and not is_typed() and (piped := standard_input()).strip():
        return piped, operands
    if not operands:
        raise Misuse("there is no expression to calculate", f"for example: {_first_example()}")
    text, *rest = operands
    if _FILE_LIKE.search(text):
        from gradcli.cli.typos import file_given

        misuse = file_given(_all_arguments(operands), text)
        if misuse is not None:
            raise misuse
    if any("=" not in argument or argument == "=" for argument in rest):
        from gradcli.cli.typos import joined

        return joined(operands)
    if text == "-":
        text = standard_input()
    elif _WORD.fullmatch(text):
        from gradcli.cli.typos import warn_of_command

        warn_of_command(text, rest)
    return text, tuple(rest)


def _first_example() -> str:
    """The first of the examples of the command that is called."""
    epilog = click.get_current_context().command.epilog or ""
    return next(
        (line.strip() for line in epilog.splitlines() if line.strip().startswith("gradcli")), "gradcli 'x^2' x=3"
    )


def _all_arguments(operands: tuple[str, ...]) -> tuple[str, ...]:
    context = click.get_current_context(silent=True)
    given: tuple[str, ...] = operands if context is None else context.meta.get(ARGUMENTS, operands)
    return given


def is_typed() -> bool:
    """Whether standard input is somebody's keyboard, or nothing at all."""
    return sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()


def standard_input() -> str:
    """All of standard input. Raises UsageError where it is no text."""
    if sys.stdin is None or sys.stdin.closed:
        raise click.UsageError("standard input is closed")
    try:
        data = sys.stdin.buffer.read()
    except OSError as error:
        raise click.UsageError(f"standard input cannot be read: {error.strerror or error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is not UTF-8: byte {error.start + 1} cannot be read") from None


def sorted_operands(operands: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """The expressions, the values and the ranges among a picture's operands; the first is an expression."""
    texts, values, ranges = list(operands[:1]), [], []
    for operand in operands[1:]:
        if not _BINDING.match(operand) or _is_equation(operand):
            texts.append(operand)
        elif _BETWEEN.search(operand):
            ranges.append(operand)
        else:
            values.append(operand)
    return texts, values, ranges


def _is_equation(operand: str) -> bool:
    """Whether what looks like a value depends on a variable, as `y = x^2` does."""
    from gradcli.language import DiagnosticError, parse_binding
    from gradcli.language.codes import NOT_CONSTANT
    from gradcli.operations import vocabulary

    if ";" in operand or "\n" in operand:
        return True
    if _BETWEEN.search(operand):
        return False
    try:
        parse_binding(operand, vocabulary())
    except DiagnosticError as error:
        return error.diagnostic.code == NOT_CONSTANT
    return False


def given_ranges(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], list[Range]]:
    """The bindings of single values, and the ranges. Raises DiagnosticError."""
    from gradcli.language import parse_binding

    return _parted(arguments, parse_binding)


def given_intervals(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], list[Range]]:
    """The bindings of single values, and the intervals, which are no series of points. Raises DiagnosticError."""
    from gradcli.language import parse_interval

    return _parted(arguments, parse_interval)


def _parted(
    arguments: tuple[str, ...], read: Callable[[str, Vocabulary], Binding | Range]
) -> tuple[tuple[str, ...], list[Range]]:
    from gradcli.language import DiagnosticError
    from gradcli.language.tree import Range
    from gradcli.operations import vocabulary

    values: list[str] = []
    ranges: dict[str, Range] = {}
    for argument in arguments:
        found = read(argument, vocabulary()) if ":" in argument or ".." in argument else None
        if not isinstance(found, Range):
            values.append(argument)
        elif found.name in ranges:
            raise DiagnosticError(_twice(found, argument))
        else:
            ranges[found.name] = found
    return tuple(values), list(ranges.values())


def _twice(binding: Binding | Range, argument: str) -> Diagnostic:
    from gradcli.language import Diagnostic

    return Diagnostic("E203", f"{binding.name} is given twice", binding.name_span, argument, "give it one value")


def bindings(arguments: tuple[str, ...], file: str | None) -> dict[str, Array | Expr]:
    """The values given on the command line, as the expressions that they are, and in the file, as floats.

    Raises DiagnosticError or UsageError.
    """
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes
    from gradcli.language import DiagnosticError, parse_binding
    from gradcli.language.tree import Range
    from gradcli.operations import vocabulary

    found: dict[str, Array | Expr] = {} if file is None else {**_from_file(file)}
    given: set[str] = set()
    for argument in arguments:
        binding = parse_binding(argument, vocabulary())
        if binding.name in given or binding.name in found:
            raise DiagnosticError(_twice(binding, argument))
        if isinstance(binding, Range):
            from gradcli.language.ranges import one_wanted  # with exact numbers, needed for ranges only

            raise DiagnosticError(one_wanted(binding, argument))
        given.add(binding.name)
        try:
            evaluate.constant(binding.value, dtypes.float64)
        except evaluate.Failure as failure:
            raise failure.diagnostic(argument) from failure
        found[binding.name] = binding.value
    return found


def _from_file(file: str) -> dict[str, Array]:
    import json

    import numpy as np

    from gradcli.language import DiagnosticError
    from gradcli.language.names import values_by_name
    from gradcli.operations import vocabulary

    try:
        with open(file, encoding="utf-8-sig") as stream:
            text = stream.read()
        content = json.loads(text, object_pairs_hook=_Pairs)
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file} is not a JSON object of values: {error}") from None
    if not isinstance(content, _Pairs):
        raise click.UsageError(f"{file} holds no JSON object of names and values")
    try:
        values = values_by_name(content, vocabulary())
    except DiagnosticError as error:
        raise DiagnosticError(_in_json(error.diagnostic, file, text)) from None
    found: dict[str, Array] = {}
    for name, value in values.items():
        try:
            found[name] = np.array(_numbers(value), dtype=np.float64)
        except (TypeError, ValueError):
            raise click.UsageError(
                f"{file}: the value of {name} is neither a number nor a tensor with equal rows"
            ) from None
    return found


class _Pairs(list[tuple[str, Any]]):
    """The names and values of a JSON object: a name that is there twice is not lost."""


def _in_json(diagnostic: Diagnostic, file: str, text: str) -> Diagnostic:
    """A diagnostic of a name as one of the file that has the name as a key."""

    import json

    from gradcli.language import Span
    from gradcli.language.values import replace

    message = f"{file}: {diagnostic.message}"
    for written in (json.dumps(diagnostic.source, ensure_ascii=False), json.dumps(diagnostic.source)):
        start = text.rfind(written)  # of a name that is there twice the second is too many
        if start >= 0:
            return replace(diagnostic, message=message, span=Span(start, start + len(written)), source=text)
    return replace(diagnostic, message=message)


def _numbers(value: Any) -> Any:
    """A JSON value with the strings `nan`, `inf` and `-inf` read as numbers, as the JSON output writes them."""
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return [_numbers(each) for each in value]
    if isinstance(value, (bool, _Pairs)) or value is None:
        raise TypeError(value)
    return float(value) if isinstance(value, str) and value in ("nan", "inf", "-inf") else value


def names(wrt: tuple[str, ...]) -> tuple[str, ...] | None:
    """The variables that --wrt names; None for all. Raises DiagnosticError for what is no name of a variable."""
    from gradcli.language.names import variables_of
    from gradcli.operations import vocabulary

    return variables_of(listed(wrt), vocabulary()) or None


def listed(written: tuple[str, ...]) -> tuple[str, ...]:
    """The names that an option was given, each time one or several with commas between them."""
    return tuple(name for each in written for name in each.split(",") if name.strip())


def vector(text: str) -> Array:
    """The vector of --vjp. Raises DiagnosticError."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes
    from gradcli.language import Diagnostic, DiagnosticError, parse
    from gradcli.operations import vocabulary

    program = parse(text, vocabulary()).program
    if program.assignments or program.bindings:
        raise DiagnosticError(Diagnostic.of_whole("E312", "--vjp takes a number or a tensor", text))
    try:
        return evaluate.constant(program.result, dtypes.float64)
    except evaluate.Failure as failure:
        raise failure.diagnostic(text) from failure
