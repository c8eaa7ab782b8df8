"""Derivatives of what goes entry by entry: f and f' of every entry of a list.

Where each entry of the output depends on the same entry of the variables alone, their Jacobian is diagonal, and the sum
of the output has the diagonal as its gradient. Every entry is then a question of its own, about numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from gradcli.calculus.dependence import is_entrywise, is_pointwise
from gradcli.calculus.evaluate import evaluator_of
from gradcli.calculus.results import Place, Question, Request, Values
from gradcli.engine.tensor import Tensor
from gradcli.language import walk
from gradcli.language.rewriting import children, post_order, rebuilt
from gradcli.language.tree import Derivative, Expr, Index, Name, Number, Program, TensorLiteral
from gradcli.language.values import frozen, replace


def as_diagonal(question: Question, value: Tensor, values: Values) -> Question:
    """The question for the Jacobian's diagonal in the place of that for the gradient, where the output is a tensor, the
    variables have its shape or are numbers, and each of its entries depends on the same entries of these alone."""
    shape = tuple(value.shape)
    if not value.numel() or any(np.shape(question.point[name]) not in ((), shape) for name in question.wrt):
        return question
    return question if parts_of(question, values) is None else replace(question, request=Request.DIAGONAL)


def entries_of(question: Question) -> Entries:
    """The questions that one for the diagonal of a Jacobian falls into. Raises Failure."""
    evaluator, _ = evaluator_of(question)
    evaluator.run(question.program)
    parts = parts_of(question, evaluator.value_of)
    assert parts is not None
    return parts


@frozen
class Entries:
    """The questions about numbers that one about tensors falls into.

    `constant` are the largest parts of its program that are tensors and depend on no variable, with their shapes, and
    `dependent` those that have such parts below them, both by their nodes' identity; `shape` is the output's.
    """

    question: Question
    shape: Place
    constant: Mapping[int, Place]
    dependent: Collection[int]

    def question_at(self, place: Place) -> Question:
        """The question about one entry of the output."""
        question = self.question
        assignments = [replace(each, value=self._at(each.value, place)) for each in question.program.assignments]
        program = replace(
            question.program, result=self._at(question.program.result, place), assignments=tuple(assignments)
        )
        tensors = {name for name in question.wrt if question.point[name].ndim}
        point = {name: np.asarray(at[place]) if name in tensors else at for name, at in question.point.items()}
        exact = {name: _entry(given, place) if name in tensors else given for name, given in question.exact.items()}
        label = f"{question.label}[{', '.join(map(str, place))}]"
        return replace(question, program=program, point=point, exact=exact, request=Request.GRADIENT, label=label)

    def _at(self, node: Expr, place: Place) -> Expr:
        """A part of the program for one entry of the output: of constant tensors the entries that take part in it, by
        the rules of broadcasting."""
        shape = self.constant.get(id(node))
        if shape is not None:
            own = place[len(place) - len(shape) :]
            return _entry(node, tuple(0 if size == 1 else at for size, at in zip(shape, own, strict=True)))
        if id(node) not in self.dependent:
            return node
        return rebuilt(node, [self._at(each, place) for each in children(node)])


def _entry(expression: Expr, place: Place) -> Expr:
    return Index(expression, tuple(Number(str(at), at) for at in place), expression.span)


def parts_of(question: Question, values: Values) -> Entries | None:
    """The questions that one falls into; None where its program does not go entry by entry."""
    names = set(question.wrt)
    constant: dict[int, Place] = {}
    dependent: set[int] = set()
    for target, expression in _statements(question.program):
        depending = _depending(expression, names)
        if id(expression) not in depending:  # what is assigned is taken apart where it is used
            names.discard(target)
        elif _collect(expression, names, depending, values, constant, dependent):
            names.add(target)
        else:
            return None
    value = values(question.program.result)
    if value is None or any(len(shape) > value.ndim for shape in constant.values()):
        return None
    return Entries(question, value.shape, constant, dependent)


def of_numbers(question: Question) -> Question:
    """The question about numbers, with any values, whose formulas each entry has; the question itself where its program
    means something else of numbers than of tensors."""
    names = [*question.point, *(each.name for each in question.program.assignments)]
    if not all(is_entrywise(each, names) for _, each in _statements(question.program)):
        return question
    if any(isinstance(part, TensorLiteral) for _, each in _statements(question.program) for part in walk(each)):
        return question
    point = dict.fromkeys(question.point, np.zeros(()))
    return replace(question, point=point, exact={}, request=Request.GRADIENT)


def _statements(program: Program) -> Iterator[tuple[str, Expr]]:
    yield from ((each.name, each.value) for each in program.assignments)
    yield "", program.result


def _depending(expression: Expr, names: Collection[str]) -> set[int]:
    """The parts of an expression that depend on any of these names, by their nodes' identity."""
    found: set[int] = set()
    for part in post_order(expression):
        is_name = isinstance(part, Name) and part.name in names
        is_by_name = isinstance(part, Derivative) and part.variable in names
        if is_name or is_by_name or any(id(each) in found for each in children(part)):
            found.add(id(part))
    return found


def _collect(
    expression: Expr,
    names: Collection[str],
    depending: Collection[int],
    values: Values,
    constant: dict[int, Place],
    dependent: set[int],
) -> bool:
    """Whether an expression goes entry by entry in the tensors of these names. Its parts are added to `constant` and
    `dependent`, as `Entries` has them."""
    stack = [expression]
    while stack:
        node = stack.pop()
        if id(node) not in depending:
            value = values(node)
            if value is not None and value.ndim:
                constant[id(node)] = value.shape
        elif isinstance(node, Derivative):
            if not _is_of_numbers(node, names, values):
                return False
        elif is_pointwise(node):
            dependent.add(id(node))
            stack.extend(children(node))
        else:
            return False
    return True


def _is_of_numbers(node: Derivative, names: Collection[str], values: Values) -> bool:
    """Whether a derivative has no tensors in it but those of these names, in which it goes entry by entry."""
    if not is_entrywise(node.expression, names):
        return False
    parts: Sequence[Expr] = list(walk(node))
    if any(isinstance(part, (TensorLiteral, Index)) for part in parts):
        return False
    return all(
        part.name in names or (found := values(part)) is None or not found.ndim
        for part in parts
        if isinstance(part, Name)
    )
