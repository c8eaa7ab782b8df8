"""Programs, and what came of them here and on torch: the same lines, or the same error after the same lines."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradcli.language import DiagnosticError
from gradcli.language.statements import parse_script
from gradcli.program import Interpreter, script_vocabulary

SAMPLES = Path(__file__).parents[2] / "samples" / "programs"
TABLE = Path(__file__).with_name("programs.txt")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_TRIGGERED = re.compile(r" \(Triggered internally at .*\)$")


@dataclass
class Outcome:
    """What a program printed, what it was warned of, and torch's message where it ended early."""

    out: str = ""
    warnings: list[str] = field(default_factory=list)
    error: str = ""

    def warn(self, message: object) -> None:
        self.warnings.append(_TRIGGERED.sub("", " ".join(str(message).split())))

    def as_json(self) -> dict[str, Any]:
        """The outcome without what differs from run to run."""
        found: dict[str, Any] = {"out": _ADDRESS.sub("0x…", self.out)}
        if self.warnings:
            found["warnings"] = self.warnings
        if self.error:
            found["error"] = self.error
        return found


@dataclass(frozen=True)
class Sample:
    """A program of ours, and the same in Python where it is written otherwise."""

    name: str
    text: str
    python: str = ""


def outcome(text: str) -> dict[str, Any]:
    """What a program of ours gives."""
    found = Outcome()

    def emit(output: Any) -> None:
        found.out += output.text + output.end

    try:
        parsed = parse_script(text, script_vocabulary())
        Interpreter(emit, lambda note: found.warn(note.message)).run(parsed)
    except DiagnosticError as error:
        found.error = error.diagnostic.message
    return found.as_json()


def outcome_on_torch(text: str) -> dict[str, Any]:
    """What Python's prompt gives for the same statements on the real torch, whose names stand without `torch.`, too."""
    import torch

    found = Outcome()

    def show(*values: Any, sep: str = " ", end: str = "\n") -> None:
        found.out += sep.join(map(str, values)) + end

    def echo(value: Any) -> None:
        found.out += "" if value is None else repr(value) + "\n"

    names = {**vars(torch.nn.functional), **vars(torch), "autograd": torch.autograd, "grad": torch.autograd.grad}
    names = {name: value for name, value in names.items() if not name.startswith("_")}
    for own in ("sum", "abs", "max", "min", "round", "pow", "range"):
        names.pop(own, None)
    names |= {"torch": torch, "F": torch.nn.functional, "print": show}
    hook, sys.displayhook = sys.displayhook, echo
    torch.seed()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = lambda message, *_, **__: found.warn(message)  # type: ignore[assignment]
            for statement in _without_silent_echoes(ast.parse(text)).body:
                exec(compile(ast.Interactive([statement]), "<program>", "single"), names)
    except Exception as error:
        found.error = str(error).splitlines()[0]
    finally:
        sys.displayhook = hook
    return found.as_json()


class _Quiet(ast.NodeTransformer):
    """Keeps the prompt from showing what programs do not show: what is there for its effect."""

    def __init__(self) -> None:
        self.depth = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        block = isinstance(node, ast.For | ast.With | ast.If)
        self.depth += block
        super().generic_visit(node)
        self.depth -= block
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        called = node.value.func if isinstance(node.value, ast.Call) else None
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if name != "manual_seed" and not (self.depth and name.endswith("_")):
            return node
        return ast.copy_location(ast.Assign([ast.Name("_", ast.Store())], node.value), node)


def _without_silent_echoes(tree: ast.Module) -> ast.Module:
    quiet: ast.Module = _Quiet().visit(tree)
    return ast.fix_missing_locations(quiet)


def sample_files() -> list[Path]:
    """The sample programs."""
    return sorted(SAMPLES.glob("*.grad"))


def samples() -> tuple[Sample, ...]:
    """The programs of programs.txt."""
    sections = re.split(r"^=== (.*)\n", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = []
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        text, _, python = section.partition("--- python\n")
        found.append(Sample(name, text.strip(), python.strip()))
    return tuple(found)


PROGRAMS = samples()
