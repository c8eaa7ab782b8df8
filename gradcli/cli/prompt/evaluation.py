"""A line of the prompt, done: what it keeps, or the command that it calls, with the session's names bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from gradcli.cli import terminal
from gradcli.cli.commands import COMMANDS, DEFAULT
from gradcli.cli.misuse import Misuse, usage_hint
from gradcli.cli.program import answered
from gradcli.cli.prompt import commands, reading, words
from gradcli.cli.prompt.session import ANS, Named, Session
from gradcli.language import Diagnostic, DiagnosticError, Expr, Parsed, Span, free_names, line_and_column, parse
from gradcli.language import names as language_names
from gradcli.language.values import replace
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.cli.prompt.worker import LineRequest
    from gradcli.language.tree import Assignment, Definition
    from gradcli.problem import Solution

DRAWN: Final = ("plot", "critical")
"""The commands that go over a range of a variable, whatever value it has."""
NO_SCALAR: Final = "E310"
"""The code of the diagnostic that a tensor has no gradient."""
SEVERAL: Final = ("plot", "check")
"""The commands that take several expressions."""
LONGEST: Final = 200_000
"""Characters of the last value, as text, that are kept."""
_END: Final = "\n0"
"""After a statement that gives a name something to stand for, a program may go on."""
_NAME: Final = re.compile(language_names.pattern())


def evaluated(session: Session, request: LineRequest, leave: Callable[[int], None] | None = None) -> int:
    """Do a line, and write what comes of it; the exit status, 0, 1 or 2, as commands have it.

    `leave` is called with that status where a limit was reached after something was found, and the process ends.
    """
    return answered(lambda: _done_there(session, request, leave))


def _done_there(session: Session, request: LineRequest, leave: Callable[[int], None] | None) -> int:
    """The status of a line; what is said of a wrong call names the line of a file."""
    try:
        return _done(session, request, leave)
    except click.UsageError as error:
        if request.file is None:
            raise
        raise Misuse(f"{request.file}:{request.line}: {error.format_message()}", usage_hint(error)) from error


def _done(session: Session, request: LineRequest, leave: Callable[[int], None] | None) -> int:
    if any("\ud800" <= character <= "\udfff" for character in request.text):
        raise Misuse("this is not text in UTF-8", "set the terminal's encoding")
    called = words.command_of(request.text.strip())
    if called is not None:
        return _Line(session, request, leave).command(*called)
    statements = reading.apart(request.text)
    status = 0
    for place, statement in enumerate(statements):
        is_silent = place + 1 < len(statements) or request.text.rstrip().endswith(";")
        status = max(status, _Line(session, request, leave).statement(statement, is_silent=is_silent))
        if status > 1:
            break
    return status


class _Line:
    """One statement or command, in a session."""

    def __init__(self, session: Session, request: LineRequest, leave: Callable[[int], None] | None) -> None:
        self._session, self._request, self._leave = session, request, leave
        self._prefix = ""

    def statement(self, text: str, *, is_silent: bool) -> int:
        """Keep what the statement gives a name, or calculate it; the status."""
        self._refuse_words(text)
        try:
            kept = self._kept(text)
            if kept is None:
                return self._calculate(text)
            if kept.value is not None or is_silent or not self._has_all(kept):
                return 0
            return self._calculate(text)
        except DiagnosticError as error:
            raise self._located(error, text) from error

    def _refuse_words(self, text: str) -> None:
        """Raises Misuse where a command lacks its colon."""
        names = {*commands.OWN, *commands.PASSED} - {*self._session.kept, *OPERATIONS}
        called = words.is_call(text, names)
        if called is not None:
            raise Misuse(f"{called} is a command, and begins with a colon", f":{text}")

    # what is kept

    def _kept(self, text: str) -> Named | None:
        """What a statement gives a name, once it is kept; None where it gives none."""
        prefix = self._before(_names_in(text))
        try:
            parsed = parse(prefix + text + _END, vocabulary(), self._variables())
        except DiagnosticError:
            return None
        own = [each for each in parsed.program.definitions if each.span.start >= len(prefix)]
        assigned = [each for each in parsed.program.assignments if each.span.start >= len(prefix)]
        if len(own) + len(assigned) != 1:
            return None
        self._prefix = prefix
        kept = self._function(own[0], text) if own else self._assigned(assigned[0], text, parsed)
        self._session.keep(kept)
        return kept

    def _function(self, definition: Definition, text: str) -> Named:
        uses = _names_in(text) - {definition.name, *definition.parameters}
        if ANS in uses or definition.name == ANS:
            raise self._ans(text)
        if definition.name in self._reached(uses):
            raise DiagnosticError(
                Diagnostic("E371", f"{definition.name} is made of itself", _whole(text), text, "give it another name")
            )
        return Named(definition.name, text, frozenset(uses))

    def _assigned(self, assignment: Assignment, text: str, parsed: Parsed) -> Named:
        name = assignment.name
        if name == ANS:
            raise self._ans(text)
        uses = _names_in(text.partition("=")[2])
        if not free_names_of(assignment.value) and not uses & self._session.kept.keys() and ANS not in uses:
            return self._constant(name, text)
        if ANS in uses or name in self._reached(uses):
            return self._calculated(name, text.partition("=")[2].strip(), uses)
        return Named(name, text, frozenset(uses - {name}))

    def _constant(self, name: str, text: str) -> Named:
        from gradcli.cli.operands import bindings

        bindings((text,), None)
        value = text.partition("=")[2].strip()
        return Named(name, f"{name} = {value}", value=value)

    def _calculated(self, name: str, text: str, uses: Collection[str]) -> Named:
        """A variable with the value that a formula has now."""
        from gradcli.problem import Problem, solve

        missing = sorted(self._free(self._before(uses) + text) - self._variables())
        if missing:
            message = f"this is calculated at once, and {missing[0]} has no value"
            raise DiagnosticError(Diagnostic("E371", message, _whole(text), text, f"give it one: {missing[0]} = ..."))
        prefix = self._before(uses)
        values = self._values(self._free(prefix + text))
        solution = solve(Problem(prefix + text, _expressions(values)), check=False, formulas=False)
        written = _written(solution.numbers.value)
        if len(written) > LONGEST:
            raise DiagnosticError(Diagnostic("E372", "this value is too large to be kept", _whole(text), text))
        shown = written if len(written) <= 70 else f"{written[:60]}... "
        terminal.write(f"{name} = {shown}\n")
        return Named(name, f"{name} = {written}", value=written)

    def _ans(self, text: str) -> DiagnosticError:
        message = "ans is the last value, and changes from line to line"
        return DiagnosticError(Diagnostic("E370", message, _whole(text), text, "name it first: a = ans"))

    # what is bound

    def _variables(self) -> frozenset[str]:
        return frozenset(kept.name for kept in self._session.variables())

    def _reached(self, names: Collection[str]) -> set[str]:
        """The names that names need, and they themselves."""
        reached = self._session.reached(names)
        return {*names, *(each.name for each in reached), *(use for kept in reached for use in kept.uses)}

    def _before(self, names: Collection[str]) -> str:
        """The statements that a text with these names needs before it, each on a line."""
        lines = [each.text for each in self._session.reached(names)]
        if ANS in names and self._session.ans is not None:
            lines.insert(0, f"{ANS} = {self._session.ans}")
        return "".join(f"{line}\n" for line in lines)

    def _free(self, text: str) -> set[str]:
        """The names in a program that need a value, and have none in it; none where it cannot be read."""
        variables = self._variables()
        program = parse(text, vocabulary(), variables).program
        bound = {each.name for each in program.bindings} | {each.name for each in program.ranges}
        return set(free_names(program, CONSTANTS, variables)) - bound

    def _values(self, names: Collection[str]) -> tuple[str, ...]:
        """The operands that bind the names that have a value."""
        return tuple(f"{kept.name}={kept.value}" for kept in self._session.variables() if kept.name in names)

    def _has_all(self, kept: Named) -> bool:
        """Whether what a formula needs has values, all of it or nothing."""
        free = self._free(self._before(kept.uses) + kept.text)
        return free <= self._variables() or not free & self._variables()

    # what is called

    def _calculate(self, text: str) -> int:
        try:
            return self._call(DEFAULT, text, "gradcli", is_plain=True)
        except DiagnosticError as error:
            if error.diagnostic.code != NO_SCALAR:
                raise
            return self._value_alone(text, error)

    def _value_alone(self, text: str, error: DiagnosticError) -> int:
        """Calculate a tensor whose gradient nobody can give, but whose value one wants to see; the status."""
        command: click.Command = import_module(COMMANDS[DEFAULT][0]).command
        parts = words.taken_apart(text, _options(command), is_plain=True)
        if parts.values or parts.options or " at " in text:
            raise error
        free = self._free(self._prefix + text)
        lines = "".join(f"{kept.text}\n" for kept in self._session.variables() if kept.name in free)
        status = self._call(DEFAULT, text, "gradcli", is_plain=True, before=lines)
        terminal.message(
            "note:  a tensor has no gradient; --jacobian gives all derivatives, sum(...) makes it a number"
        )
        return status

    def command(self, name: str, text: str) -> int:
        """Do the command of a line that begins with a colon; the status."""
        name = commands.SHORT.get(name, name)
        if name == "vars":
            return self._list()
        if name == "clear":
            return self._clear(text)
        if name == "help":
            return self._help(text)
        if name not in commands.PASSED or name not in COMMANDS:
            raise _unknown(name)
        try:
            return self._call(name, text, f":{name}")
        except DiagnosticError as error:
            raise self._located(error, text) from error

    def _call(self, name: str, text: str, called: str, *, is_plain: bool = False, before: str = "") -> int:
        """Call a command with the line's parts and the session's names bound; `before` precedes the expression."""
        from gradcli.cli.calculation import LastSolution

        command: click.Command = import_module(COMMANDS[name][0]).command
        there = _options(command)
        parts = words.taken_apart(text, there, is_plain=is_plain)
        options = [*parts.options, *self._own_options(parts, there)]
        if "-h" in options or "--help" in options or name == "functions":
            texts: tuple[str, ...] = tuple(text.split()) if name == "functions" else ()
            return _status(command.main([*texts, *parts.options], called, standalone_mode=False))
        texts = parts.texts if name in SEVERAL else (", ".join(parts.texts),)
        last = LastSolution(self._at_limit)
        if name == "check" and texts[0] and not {"--wrt", "--of", "--partial"} & {*options}:
            before, by = self._question(texts)
            options += by
        operands = self._operands(name, texts, parts, before)
        status = _status(command.main([*options, "--", *operands], called, standalone_mode=False, obj=last))
        if last.solution is not None:
            self._keep_answer(last.solution)
        return status

    def _at_limit(self, solution: Solution, status: int) -> None:
        self._keep_answer(solution)
        if self._leave is not None:
            self._leave(status)

    def _own_options(self, parts: words.Words, there: Collection[str]) -> list[str]:
        """The session's options that the command has, and the line does not give."""
        given = self._request.options
        pairs = zip(given[::2], given[1::2], strict=True)
        return [word for pair in pairs if pair[0] in there and pair[0] not in parts.options for word in pair]

    def _operands(self, name: str, texts: tuple[str, ...], parts: words.Words, before: str) -> list[str]:
        """The expressions, each with what it needs before it, and the values of their variables."""
        found: list[str] = []
        free: set[str] = set()
        for place, text in enumerate(texts):
            is_function = name != "check" or place == 0
            self._prefix = before + self._before(_names_in(text)) if text and is_function else ""
            found.append(self._prefix + text)
            try:
                free |= self._free(self._prefix + text)
            except DiagnosticError:  # which the command says
                continue
        if name == "check":
            return [*found, *parts.values]
        free -= {_plain(each) for each in parts.bound}
        if name in DRAWN and not any(":" in each or ".." in each for each in parts.values):
            free -= {_across(free)}
        return [*found, *parts.values, *self._values(free)]

    def _question(self, texts: tuple[str, ...]) -> tuple[str, list[str]]:
        """What :check is told of a function and an answer: the statements that give values to what the function has
        beside its variable, and the answer does not name; and the variable, where only one has no value."""
        try:
            free = self._free(self._before(_names_in(texts[0])) + texts[0])
        except DiagnosticError:  # which the command says
            return "", []
        without = free - self._variables()
        variable = min(without) if len(without) == 1 else _across(free)
        put_in = free - without - {variable} - _names_in(" ".join(texts[1:]))
        lines = "".join(f"{kept.text}\n" for kept in self._session.variables() if kept.name in put_in)
        is_known = len(free - put_in) > 1 and len(without) == 1
        return lines, ["--wrt", variable] if is_known else []

    def _keep_answer(self, solution: Solution) -> None:
        if solution.evaluation is None:  # a formula alone
            return
        written = _written(solution.numbers.value)
        if len(written) <= LONGEST:
            self._session.ans = written
        else:
            terminal.message("note:  this value is too large to be kept as ans")

    # the session

    def _list(self) -> int:
        """List what is kept."""
        names = [(kept.name, kept.text) for kept in self._session.kept.values()]
        if self._session.ans is not None:
            names.append((ANS, f"{ANS} = {self._session.ans}"))
        if not names:
            terminal.message("nothing is kept; x = 3 keeps a variable")
        width = terminal.width()
        for _, text in names:
            line = " ".join(text.split())
            terminal.write(line if len(line) <= width else line[: width - 3] + "...")
            terminal.write("\n")
        return 0

    def _clear(self, text: str) -> int:
        """Forget the names, or all of them."""
        written = [each for each in re.split(r"[\s,]+", text) if each]
        names = [_plain(each) for each in written]
        for name, each in zip(names, written, strict=True):
            if name not in self._session.kept and name != ANS:
                raise Misuse(f"nothing is kept as {each!r}", ":vars lists what is kept")
        self._session.clear(names or [*self._session.kept, ANS])
        return 0

    def _help(self, text: str) -> int:
        name = text.strip().removeprefix(":")
        name = commands.SHORT.get(name, name)
        if not name:
            terminal.write(help_text(terminal.width()))
            return 0
        if name in commands.OWN:
            operands, what = commands.OWN[name]
            terminal.write(f":{name} {operands}".rstrip() + f"\n{what}\n")
            return 0
        if name in OPERATIONS:
            return self._call("functions", name, ":functions")
        if name not in commands.PASSED or name not in COMMANDS:
            raise _unknown(name)
        return self._call(name, "--help", f":{name}")

    # errors

    def _located(self, error: DiagnosticError, text: str) -> DiagnosticError:
        """The error, in its file where the line is of one."""
        diagnostic = error.diagnostic
        request = self._request
        if request.file is None:
            return error
        place = diagnostic.span.start - (len(self._prefix) if diagnostic.source.startswith(self._prefix) else 0)
        before = request.text.find(text)
        at = max(0, before) + max(0, place) if diagnostic.source.endswith(text) else 0
        line, column = line_and_column(request.text, min(at, len(request.text)))
        message = f"{request.file}:{request.line + line - 1}:{column}: {diagnostic.message}"
        return DiagnosticError(replace(diagnostic, message=message))


def help_text(width: int) -> str:
    """What the prompt reads, and its commands, a line each."""
    listed = {**{name: each for name, each in commands.PASSED.items() if name in COMMANDS}, **commands.OWN}
    calls = {name: f":{name} {operands}".rstrip() for name, (operands, _) in listed.items()}
    column = max(map(len, calls.values())) + 2
    lines = [
        f"  {calls[name]:<{column}}{what}" if column + len(what) + 2 <= width else f"  {calls[name]}\n      {what}"
        for name, (_, what) in listed.items()
    ]
    return commands.TEXT + "\n" + "\n".join(lines) + "\n\n:help COMMAND says more of each, :help sin of a function.\n"


def _unknown(name: str) -> Misuse:
    from gradcli.cli.typos import nearest

    every = [*commands.PASSED, *commands.OWN, *commands.SHORT]
    near = nearest(name.lower(), every) if name else None
    hint = ":help lists the commands" if near is None else f"did you mean :{near}?"
    if name in COMMANDS and near is None:
        hint = f"it is a command of the shell: gradcli {name}"
    return Misuse(f"there is no command :{name}", hint)


def _options(command: click.Command) -> dict[str, bool]:
    """The command's options, and whether a value follows each."""
    options = [each for each in command.params if isinstance(each, click.Option)]
    takes = {name: not (each.is_flag or each.count) for each in options for name in (*each.opts, *each.secondary_opts)}
    return {**takes, "--help": False}


def _status(result: Any) -> int:
    return result if isinstance(result, int) else 0


def _names_in(text: str) -> frozenset[str]:
    """All names that a text may hold, as they read; more than it has where letters are no names."""
    return frozenset(map(_plain, _NAME.findall(language_names.unstyled(text))))


def _plain(name: str) -> str:
    return language_names.normalised(name) or name


def free_names_of(expression: Expr) -> set[str]:
    """The names in an expression that are no constants."""
    from gradcli.language import walk
    from gradcli.language.tree import Name

    return {node.name for node in walk(expression) if isinstance(node, Name)} - set(CONSTANTS)


def _across(free: Collection[str]) -> str:
    """The variable that a picture goes over where no range says which: x, if it is one, or t, or the first."""
    return next((name for name in ("x", "t") if name in free), min(free, default=""))


def _expressions(values: tuple[str, ...]) -> dict[str, Any]:
    from gradcli.cli.operands import bindings

    return {**bindings(values, None)}


def _written(value: Array) -> str:
    """A value as the language reads it: the shortest text that gives the same floats."""
    return _nested(value.tolist())


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _whole(text: str) -> Span:
    return Span(0, len(text))


__all__ = ["evaluated", "help_text"]
