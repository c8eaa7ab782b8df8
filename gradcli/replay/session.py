"""Runs cells as a notebook does: one namespace, statement by statement, the last expression displayed."""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import io
import linecache
import sys
import tokenize
import types
from typing import Any, Final

from gradcli.language.values import frozen
from gradcli.replay.cells import EXIT, CellFailure, CellOutcome, CellOutputs
from gradcli.replay.ipython import shown
from gradcli.replay.magics import without_magics
from gradcli.replay.names import bound_names, changed_names, read_names

MOST_TEXT: Final = 1_000_000
"""Characters that are kept of a stream, of what is displayed and of an exception; a remark stands for the rest."""
_LEFT_OUT: Final = "\n[the rest is left out]\n"
_FUTURE: Final = sum(
    feature.compiler_flag for name in __future__.all_feature_names if (feature := getattr(__future__, name))
)


class CellSession:
    """The running program: `run` runs one cell of it and tells what it showed."""

    def __init__(self, file: str, *, is_script: bool) -> None:
        self.is_script = is_script
        self.flags = 0
        self.displays: list[str] = []
        self.stdout, self.stderr = Stream(), Stream()
        self.module = types.ModuleType("__main__")
        self.namespace: dict[str, Any] = self.module.__dict__
        self.namespace["__builtins__"] = builtins
        if is_script:
            self.namespace["__file__"] = file
        else:
            self.namespace["display"] = self.display
        sys.modules["__main__"] = self.module

    def run(self, number: int, source: str) -> CellOutcome:
        """Run a cell. Raises nothing that the cell raises: its exception is part of the outcome."""
        self.displays = []
        plain = without_magics(source)
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            steps = self._steps(number, plain.source)
        outputs = CellOutputs(self.stdout.taken(), self.stderr.taken(), tuple(self.displays), (), steps.failure)
        if plain.is_quiet:
            outputs = CellOutputs(failure=steps.failure)
        ended = EXIT if steps.ended else None
        return CellOutcome(outputs, steps.needs, plain.skipped, steps.reads, steps.writes, steps.unbound, ended)

    def display(self, *values: Any) -> None:
        """Show values as IPython's display does, as text."""
        for value in values:
            room = MOST_TEXT - sum(map(len, self.displays))
            if room > 0:
                self.displays.append(_cut(shown(value), room))

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown, as IPython's clear_output does: a notebook records what came after it."""
        self.displays.clear()
        self.stdout.taken()
        self.stderr.taken()

    def _steps(self, number: int, source: str) -> Steps:
        file = f"<cell {number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            tree = ast.parse(source, file)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Steps(failure=_failure(error))
        steps = Steps(
            reads=tuple(sorted(read_names(tree.body))),
            writes=tuple(sorted(set().union(*map(bound_names, tree.body)))),
        )
        return self._run_statements(tree.body, file, steps, displays_last=not (self.is_script or _is_muted(source)))

    def _run_statements(self, body: list[ast.stmt], file: str, steps: Steps, *, displays_last: bool) -> Steps:
        needs: list[str] = []
        unbound: set[str] = set()
        failure, ended = None, False
        for position, statement in enumerate(body):
            last = displays_last and position == len(body) - 1
            try:
                self._run_statement(statement, file, displays=last)
            except SystemExit as error:
                failure, ended = (None if error.code in (None, 0) else _failure(error)), True
            except ModuleNotFoundError as error:
                if not _is_torch(error):
                    needs.append(error.name or str(error))
                if isinstance(statement, (ast.Import, ast.ImportFrom)) and not _is_torch(error):
                    unbound |= self._unbound(statement)
                    continue
                failure = _failure(error)
            except BaseException as error:  # whatever a cell raises belongs to its outcome, an interrupt included
                failure = _failure(error)
            else:
                continue
            left = body[position:]
            changed = {name for name in set().union(*map(changed_names, left)) if name in self.namespace}
            unbound |= set().union(*map(bound_names, left)) | changed
            break
        return Steps(failure, tuple(needs), steps.reads, steps.writes, tuple(sorted(unbound)), ended)

    def _unbound(self, statement: ast.stmt) -> set[str]:
        """The names of an import statement that failed: `import numpy, pandas` may have come half way."""
        return {name for name in bound_names(statement) if name not in self.namespace}

    def _run_statement(self, statement: ast.stmt, file: str, *, displays: bool) -> None:
        if displays and isinstance(statement, ast.Expr):
            value = eval(self._compiled(ast.Expression(statement.value), file, "eval"), self.namespace)
            if value is not None:
                self.namespace["_"] = value
                self.display(value)
        else:
            exec(self._compiled(ast.Module([statement], []), file, "exec"), self.namespace)

    def _compiled(self, tree: ast.Module | ast.Expression, file: str, mode: str) -> types.CodeType:
        code: types.CodeType = compile(tree, file, mode, self.flags, dont_inherit=True)
        self.flags |= code.co_flags & _FUTURE
        return code


@frozen
class Steps:
    """How far a cell's statements came."""

    failure: CellFailure | None = None
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
    ended: bool = False


class Stream(io.StringIO):
    """A stream that keeps what a cell writes, up to a limit: an endless loop that prints must not fill the memory.

    It is one object for all cells, since logging handlers and the like hold on to the stream that they first saw.
    """

    def __init__(self) -> None:
        super().__init__()
        self.room = MOST_TEXT

    def taken(self) -> str:
        """What has been written since this was last asked."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        self.room = MOST_TEXT
        return text

    def close(self) -> None:
        """Stay open: a cell that closes sys.stdout would take it from the cells after it."""

    def write(self, text: str, /) -> int:
        """Keep the text, as far as there is room."""
        if self.room > 0:
            super().write(_cut(text, self.room))
            self.room -= len(text)
        return len(text)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[:room] + _LEFT_OUT


def _failure(error: BaseException) -> CellFailure:
    try:
        text = str(error)
    except Exception:  # an exception of the cell's own whose text cannot be had
        text = ""
    return CellFailure(type(error).__name__, _cut(text, MOST_TEXT))


def _is_torch(error: ModuleNotFoundError) -> bool:
    return (error.name or "").partition(".")[0] == "torch"


def _is_muted(source: str) -> bool:
    """Whether the cell's last token is a semicolon, which keeps IPython from displaying the value."""
    ignored = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in ignored]
    return bool(tokens) and tokens[-1].string == ";"
