"""A door beside `problem`: a Problem goes in, its recorded graph after backward or a located Diagnostic comes out."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from gradcli.calculus.evaluate import Evaluator, Failure, evaluator_of, notes_of, ones
from gradcli.calculus.flow import outside_derivatives
from gradcli.calculus.recorded import Graph, Key, Recorder, Recording, key_of
from gradcli.calculus.results import Question
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import Expr, expressions, to_text
from gradcli.language.tree import Equation, Name, Number, Product, Sum, TensorLiteral
from gradcli.language.values import replace
from gradcli.problem import Found, Problem, read

NO_VALUES: Final = "E380"
NO_GRAPH: Final = "E381"
MAX_PARTIAL: Final = 16
"""Operands of a sum or product up to which what comes of the first of them is written out, too."""
_NAME_BEFORE: Final = re.compile(r"([^\W\d]\w*)\s*:?=[\s(]*$")


def record(problem: Problem) -> Graph:
    """The graph that is recorded when the problem's expression is calculated, after its backward pass.

    The variables to differentiate by are its leaves; the others are constants. Raises DiagnosticError.
    """
    found = read(problem)
    _refuse_what_has_no_graph(found)
    point = {**dict.fromkeys(found.wrt, np.zeros((), problem.dtype)), **found.point}
    question = Question(found.parsed.program, point, found.wrt, cotangent=problem.cotangent, exact=found.exact)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            graph = _recorded(question, found)
    except Failure as failure:
        raise failure.diagnostic(found.parsed.source) from failure
    return replace(graph, notes=(*found.parsed.notes, *notes_of(caught)))


def _refuse_what_has_no_graph(found: Found) -> None:
    if isinstance(found.parsed.program.result, Equation):
        raise found.fault(NO_GRAPH, "an equation records no graph", "give one side, or the difference of both")
    if found.is_open:
        values = " ".join(f"{name}=…" for name in found.names)
        raise found.fault(NO_VALUES, "a graph is recorded when numbers are calculated", f"give values: {values}")
    if found.wrt and not {*found.wrt} & {*found.names}:
        help_ = f"its variables: {', '.join(found.names)}"
        raise found.fault(NO_GRAPH, f"{found.wrt[0]} does not occur in the expression", help_)
    if not found.wrt:
        message = "no graph is recorded: there is no variable to differentiate by"
        raise found.fault(NO_GRAPH, message, "name one, as in gradcli graph 'x^2' x=3")


def _recorded(question: Question, found: Found) -> Graph:
    evaluator, leaves = evaluator_of(question)
    recorder, program = Recorder(), question.program
    with recorder.recording():
        result = evaluator.run(program)
    if not result.requires_grad:
        variables = " or ".join(question.wrt)
        message = f"no graph is recorded: the result does not depend on {variables} by anything differentiable"
        raise Failure(NO_GRAPH, message, program.result.span)
    start = _start(question, result)
    recording = Recording(result, recorder, _names(evaluator, leaves, result, found))
    try:
        result.backward(start)
    except (RuntimeError, ValueError, ArithmeticError) as error:
        raise Failure("E306", str(error).partition("\n")[0], program.result.span) from error
    reading = to_text(replace(program, bindings=()) if program.assignments else program.result)
    return recording.graph(reading, dict(_texts(question, evaluator, recorder)))


def _start(question: Question, result: Tensor) -> Tensor | None:
    """What the backward pass begins with. Raises Failure where the result is no scalar and nothing weights it."""
    shape, span = tuple(result.shape), question.program.result.span
    if question.cotangent is None:
        if result.numel() != 1:
            vector = np.ones(shape, int).tolist() if result.numel() <= 4 else "…"
            help_text = f"reduce it (sum(...), mean(...)), or weight it (--vjp '{vector}')"
            raise Failure("E310", f"the output has shape {shape}, and a gradient needs a scalar", span, help_text)
        return ones(result) if shape else None
    if question.cotangent.shape != shape:
        message = f"the vector has shape {question.cotangent.shape}, and the output has shape {shape}"
        raise Failure("E312", message, span, "--vjp takes one number for each entry of the output")
    return wrap(result.dtype.cast(question.cotangent), result.dtype)


def _names(evaluator: Evaluator, leaves: Mapping[str, Tensor], result: Tensor, found: Found) -> dict[Key, str]:
    """What the program calls its tensors: a variable keeps its own name, and others the first that they are given."""
    names: dict[Key, str] = {}
    for name, tensor in {**leaves, **evaluator.variables}.items():
        names.setdefault(key_of(tensor), name)
    start = found.parsed.program.result.span.start
    if written := _NAME_BEFORE.search(found.parsed.source[:start]):
        names.setdefault(key_of(result), written[1])
    return names


def _texts(question: Question, evaluator: Evaluator, recorder: Recorder) -> Iterator[tuple[Key, str]]:
    """The sub-expressions whose values are tensors of the graph, the first for each coming last."""
    values: Mapping[int, Any] = evaluator.values or {}
    found: dict[Key, Expr] = {}
    for expression in expressions(question.program):
        for node in outside_derivatives(expression):
            value = values.get(id(node))
            if isinstance(value, Tensor) and not _says_no_more(node, value):
                found.setdefault(key_of(value), node)
                if len(getattr(node, "terms", getattr(node, "factors", ()))) <= MAX_PARTIAL:
                    for key, partial in _partial(node, value, recorder, values):
                        found.setdefault(key, partial)
    for key, node in found.items():
        yield key, to_text(node)


def _says_no_more(node: Expr, value: Tensor) -> bool:
    """Whether an expression tells nothing that its value's name and number do not."""
    return isinstance(node, (Name, Number)) or (isinstance(node, TensorLiteral) and value._node is None)


def _partial(node: Expr, value: Tensor, recorder: Recorder, values: Mapping[int, Any]) -> Iterator[tuple[Key, Expr]]:
    """Of a sum or product, what its first operands make: `a*b` in `a*b*d`."""
    if isinstance(node, Sum):
        parts: list[Expr] = [Sum(node.terms[:count]) for count in range(len(node.terms))]
        operands: list[Expr] = [term.value for term in node.terms]
    elif isinstance(node, Product):
        parts = [Product(node.factors[:count]) for count in range(len(node.factors))]
        operands = [factor.value for factor in node.factors]
    else:
        return
    for count in range(len(operands) - 1, 1, -1):
        inputs = () if value._node is None else recorder.inputs_of(value._node)
        before = next((each for each in inputs if isinstance(each, Tensor)), None)
        if before is None or before._node is None or before is values.get(id(operands[count])):
            return
        value = before
        yield key_of(value), parts[count]
