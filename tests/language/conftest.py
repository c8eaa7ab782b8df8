"""A small vocabulary, and the two questions that most tests ask of it."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from gradcli.language import Diagnostic, DiagnosticError, Signature, Vocabulary, parse, to_text

Reader = Callable[..., str]
Refuser = Callable[..., Diagnostic]


def _elementary(name: str, inverse: str | None = None) -> Signature:
    return Signature(name, ("x",), 1, prefix=True, inverse=inverse)


def _signatures() -> dict[str, Signature]:
    reduction = ("x", "dim", "keepdim")
    signatures = [
        _elementary("sin", "asin"),
        _elementary("cos", "acos"),
        _elementary("tan", "atan"),
        _elementary("asin", "sin"),
        _elementary("acos", "cos"),
        _elementary("atan", "tan"),
        _elementary("exp", "log"),
        _elementary("sqrt"),
        _elementary("cbrt"),
        _elementary("log10"),
        _elementary("log2"),
        Signature("log", ("x", "base"), 1, prefix=True, inverse="exp"),
        Signature("abs", ("x",), 1),
        Signature("factorial", ("x",), 1),
        Signature("relu", ("x",), 1),
        Signature("sum", reduction, 1),
        Signature("mean", reduction, 1),
        Signature("max", reduction, 1),
        Signature("norm", ("x", "p"), 1),
        Signature("clamp", ("x", "min", "max"), 1),
        Signature("where", ("condition", "x", "y"), 3, receiver="x"),
        Signature("matmul", ("x", "y"), 2),
        Signature("tensor", ("data",), 1, keywords=("dtype", "requires_grad")),
        Signature("zeros", ("size",), 1, keywords=("dtype",), variadic=True),
        Signature("randn", ("size",), 1, variadic=True),
        Signature("mse_loss", ("x", "target"), 2, keywords=("reduction",)),
        Signature("t", ("x",), 1),
        Signature("T", ("x",), 1, attribute=True),
    ]
    functions = {signature.name: signature for signature in signatures}
    aliases = {"ln": "log", "arcsin": "asin"}
    return functions | {alias: functions[name] for alias, name in aliases.items()}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(_signatures(), frozenset({"pi", "e", "tau", "inf", "nan", "float32"}))


@pytest.fixture(scope="session")
def read(vocabulary: Vocabulary) -> Reader:
    """A text to how it reads, which must itself read the same."""

    def reading(text: str, variables: Collection[str] = ()) -> str:
        program = parse(text, vocabulary, variables).program
        printed = to_text(program)
        known = {*variables, *(binding.name for binding in program.bindings)}
        assert parse(printed, vocabulary, known).program == program
        return printed

    return reading


@pytest.fixture(scope="session")
def refuse(vocabulary: Vocabulary) -> Refuser:
    """A text to the Diagnostic that it gets."""

    def refusal(text: str, variables: Collection[str] = ()) -> Diagnostic:
        with pytest.raises(DiagnosticError) as caught:
            parse(text, vocabulary, variables)
        diagnostic = caught.value.diagnostic
        assert diagnostic.source == text
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert "\n" not in diagnostic.message
        return diagnostic

    return refusal
