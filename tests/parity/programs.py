"""Runs a row on a library, the engine or torch, and says what it shows in the words of the row's section."""

from __future__ import annotations

import contextlib
import io
import math
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.engine.harness import saved
from tests.engine.samples import flat
from tests.parity.table import Row


def shown(library: Any, row: Row) -> str:
    """What the row's program shows on `library`."""
    return _SECTIONS[row.section](library, row)


def inputs(library: Any) -> dict[str, Any]:
    """The names that the programs of sections 2, 3 and 7 use."""
    library.manual_seed(0)

    def leaf(*shape: int) -> Any:
        return (library.rand(*shape) + 0.1).requires_grad_()

    square = library.rand(3, 3)
    return {
        **_modules(library),
        "x": library.tensor([0.3, 1.2, 2.1], requires_grad=True),
        "y": library.tensor([0.5, 0.7, 1.8], requires_grad=True),
        "p": library.tensor([0.2, 0.5, 0.8], requires_grad=True),
        "s": library.tensor(1.5, requires_grad=True),
        "S": (square @ square.T + 3 * library.eye(3)).requires_grad_(),
        **{name: leaf(*shape) for name, shape in _SHAPES.items()},
        "K": library.ones(2, 3, 4),
        "C": library.rand(3, 3),
        "c": library.tensor([0.4, 0.9, 1.1]),
        "i": library.tensor([0, 2]),
        "I": library.tensor([[0, 1], [1, 2], [2, 0]]),
        "m": library.tensor([True, False, True]),
        "tgt": library.tensor([0, 2]),
        "written": _written,
    }


_SHAPES = {
    "A": (3, 3),
    "B": (3, 3),
    "M": (2, 3),
    "L": (2, 3),
    "X3": (2, 3, 4),
    "Y3": (2, 4, 5),
    "b": (4,),
    "T4": (4,),
    "T5": (5,),
    "T35": (3, 5),
    "T45": (4, 5),
    "T54": (5, 4),
    "T235": (2, 3, 5),
    "seq": (1, 3, 6),
    "img": (1, 3, 4, 4),
    "w1": (2, 3, 2),
    "w2": (3, 3, 2, 2),
    "emb": (5, 3),
}


def _modules(library: Any) -> dict[str, Any]:
    return {"torch": library, "nn": library.nn, "F": library.nn.functional, "np": np}


def _written(u: Any, y: Any) -> Any:
    u[0] = y[1]
    return u


def value_of(library: Any, row: Row) -> Any:
    """What a row's expression gives, its warnings unheard."""
    return _quietly(lambda: eval(row.run, inputs(library)))


# Section 2: the node and the tensors that it saves.


def node_and_saved(tensor: Any) -> str:
    """`name saves names`; without a node, whether the tensor requires grad and is a leaf."""
    node = tensor.grad_fn
    if node is None:
        return f"(none: requires_grad={tensor.requires_grad}, leaf={tensor.is_leaf})"
    names = saved(node)
    return f"{node.name()} saves {', '.join(names)}" if names else str(node.name())


def _expression(library: Any, row: Row) -> str:
    return node_and_saved(value_of(library, row))


def _statement(library: Any, row: Row) -> str:
    scope = inputs(library)
    _quietly(lambda: exec(row.run, scope))
    return node_and_saved(scope["u"])


# Section 3: the graph.


def _graph(library: Any, row: Row) -> str:
    lines: list[str] = []

    def visit(node: Any, depth: int) -> None:
        edges = [(each and each.name(), output) for each, output in node.next_functions]
        lines.append(f"{'   ' * depth}{node.name()} | {type(node).__name__} | next: {edges}")
        for each, _ in node.next_functions:
            if each is not None:
                visit(each, depth + 1)

    visit(value_of(library, row).grad_fn, 0)
    return "\n".join(lines)


# Sections 4, 5 and 6, and the most frequent names: what a program says.


def _program(library: Any, row: Row) -> str:
    scope = {**_modules(library), "x": library.tensor([1.0, 2.0, 3.0], requires_grad=True)}
    library.manual_seed(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(row.run, scope)
            said = f"(no error) -> {scope['out']!r}" if "out" in scope else "(no error)"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
    lines = [said, *(f"  WARN {each.category.__name__}: {_text(each.message)}" for each in caught)]
    return "\n".join(re.sub("0x[0-9a-f]+", "0x…", line.rstrip()) for line in lines)


# Common code, hooks, names and NumPy: what a program prints, and what it ends with or warns of.


def _printing(library: Any, row: Row) -> str:
    scope = {**_modules(library), "__name__": "__main__"}
    library.manual_seed(0)
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            exec(row.run, scope)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    heard = "".join(f"WARN {each.category.__name__}: {_text(each.message)}\n" for each in caught)
    return re.sub("0x[0-9a-f]+", "0x…", (printed.getvalue() + heard).rstrip())


# NumPy's functions on tensors: the type of the result, and its text, numbers to 6 digits.


def _of_numpy(library: Any, row: Row) -> str:
    scope = {
        **_modules(library),
        "t": library.tensor([0.1, 0.5, 0.9]),
        "u": library.tensor([0.3, 0.6, 0.2]),
        "i": library.tensor([0, 2, 1]),
        "A": library.tensor([[0.2, 0.7, 0.1], [0.5, 0.3, 0.9]]),
        "S": library.tensor([[2.0, 0.5, 0.0], [0.5, 3.0, 1.0], [0.0, 1.0, 4.0]]),
        "s": library.tensor(0.5),
        "g": library.tensor([1.0, 2.0, 3.0], requires_grad=True),
    }
    try:
        result = _quietly(lambda: eval(row.run, scope))
    except (RuntimeError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return _NUMBER.sub(lambda found: f"{float(found[0]):.6g}", f"{type(result).__name__} {result!r}")


def _text(warning: Warning | str) -> str:
    """A warning without the place in torch's C++, and without the frames of the program."""
    text = str(warning).split(" (Triggered internally")[0]
    return re.sub(r"(Traceback of forward call that caused the error:)\n.*", r"\1", text, flags=re.DOTALL)


# Section 7: gradients at points, and their graphs.


def _gradient_at(library: Any, row: Row) -> str:
    leaves = [library.tensor(values, requires_grad=True) for values in row.at]
    scope = {**_modules(library), **dict(zip("xy", leaves, strict=False))}
    try:
        found = _quietly(lambda: library.autograd.grad(eval(row.run, scope).sum(), leaves))
    except NotImplementedError as error:
        return f"{type(error).__name__}: {error}"
    return str([each.tolist() for each in found])


def _graph_of_gradient(library: Any, row: Row) -> str:
    scope = inputs(library)
    of = scope["A" if re.search(r"\bA\b", row.run) else "x"]
    (gradient,) = library.autograd.grad(eval(row.run, scope).sum(), of, create_graph=True)
    node = gradient.grad_fn
    if node is None:
        return "None (grad does not require grad)"
    return f"{node.name()} <- {', '.join(str(each and each.name()) for each, _ in node.next_functions)}"


# Section 8: printing.


def _printed(library: Any, row: Row) -> str:
    return repr(eval(row.run, {"torch": library, "T": library.tensor, "nn": library.nn}))


# Further operations: value, gradients and second derivatives.


def _value_and_derivatives(library: Any, row: Row) -> str:
    lines: list[str] = []
    try:
        lines.extend(_derived(library, row))
    except (RuntimeError, IndexError, TypeError) as error:
        lines.append(f"{type(error).__name__}: {error}")
    return _NUMBER.sub(lambda found: f"{float(found[0]):.6g}", "\n".join(lines))


_NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]\d+)?")


def _derived(library: Any, row: Row) -> Iterator[str]:
    scope = inputs(library)
    value = _quietly(lambda: eval(row.run, scope))
    yield repr(value)
    first = next(iter(flat(value)), None) if isinstance(value, (library.Tensor, tuple)) else None
    if not getattr(first, "requires_grad", False):
        return
    weights = library.arange(1.0, first.numel() + 1).reshape(first.shape)
    gradients = _derivatives(library, (first * weights).sum(), scope)
    yield from (f"d/d{name} {each.tolist()}" for name, each in gradients.items())
    curved = [each.pow(2).sum() for each in gradients.values() if each.requires_grad]
    if curved:
        second = _derivatives(library, sum(curved[1:], curved[0]), scope)
        yield from (f"d2/d{name} {each.tolist()}" for name, each in second.items())


def _derivatives(library: Any, number: Any, scope: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in scope if getattr(scope[name], "requires_grad", False)]
    found = library.autograd.grad(number, [scope[name] for name in names], create_graph=True, allow_unused=True)
    return {name: each for name, each in zip(names, found, strict=True) if each is not None}


def _quietly(function: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function()


_SECTIONS: dict[str, Callable[[Any, Row], str]] = {
    "section_2_nodes": _expression,
    "section_2_in_place": _statement,
    "section_3_graphs": _graph,
    "section_4_engine": _program,
    "section_5_texts": _program,
    "section_6_behaviour": _program,
    "section_7_edges": _gradient_at,
    "section_7_second_graphs": _graph_of_gradient,
    "section_8_printing": _printed,
    "frequency": _program,
    "common_code": _printing,
    "convolutions": _printing,
    "foreign_judges": _printing,
    "hooks": _printing,
    "memory": _printing,
    "sequences": _printing,
    "names": _printing,
    "vmap": _printing,
    "normalization": _printing,
    "numpy_functions": _of_numpy,
    "further_graphs": _graph,
    "further_nodes": _expression,
    "further_operations": _value_and_derivatives,
}


def agrees(row: Row, said: str) -> bool:
    """Whether a library's words are the row's; gradients at points may differ by 4 units in float32's last place, the
    numbers of further operations by what rounding to 6 digits allows."""
    if row.section in ("further_operations", "numpy_functions"):
        numbers = [[float(each) for each in _NUMBER.findall(text)] for text in (said, row.shows)]
        same_words = _NUMBER.sub("#", said) == _NUMBER.sub("#", row.shows)
        return same_words and np.allclose(*numbers, rtol=1e-5, atol=1e-6)
    if row.section != "section_7_edges" or "Error" in row.shows or "Error" in said:
        return said == row.shows
    expected, found = (eval(text, {"nan": math.nan, "inf": math.inf}) for text in (row.shows, said))
    return all(
        _near(ours, theirs)
        for numbers in zip(found, expected, strict=True)
        for ours, theirs in zip(*numbers, strict=True)
    )


def _near(found: float, expected: float) -> bool:
    if not math.isfinite(expected) or expected == 0:
        return str(found) == str(expected)
    return abs(found - expected) <= 4 * float(np.spacing(np.float32(abs(expected))))
