"""`gradcli.graph`: the recorded graph after backward, and its picture."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from gradcli.calculus.recorded import Edge, Graph, Vertex
from gradcli.library.arguments import Names, Value, array_of, bindings, names_of, refuse_unused, text_of
from gradcli.library.files import ending_of, write
from gradcli.library.guard import guarded
from gradcli.library.reprs import WIDTH, cut, pretty, shown
from gradcli.library.solving import dtype_of
from gradcli.problem import Problem
from gradcli.recording import record
from gradcli.render.graphs import files

if TYPE_CHECKING:
    from gradcli.library.expressions import Expression

Layout: TypeAlias = Literal["auto", "own", "dot"]
LAYOUTS: Final = ("auto", "own", "dot")
PATIENCE: Final = 30.0
"""Seconds that Graphviz may take."""
MOST_SHOWN: Final = 200
"""Nodes of which a notebook or a prompt shows the tree."""


def graph(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: Names = None,
    vjp: Value = None,
    dtype: Literal["float64", "float32"] = "float64",
    **values: Value,
) -> RecordedGraph:
    """The graph that is recorded when an expression is calculated, after its backward pass.

    Keywords, or the mapping `at`, give all variables their values. `wrt` are those that require a gradient, all where
    None; `vjp` is what backward of a tensor output begins with.

    Raises DiagnosticError where no graph is recorded; TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> recorded = gradcli.graph("e = a*b*d", a=2, b=3, d=4)
        >>> recorded
        RecordedGraph('a*b*d', 5 nodes, output=24.0)
        >>> recorded["a"].grad.item(), recorded["e"].grad_fn
        (12.0, 'MulBackward0')
        >>> print(recorded)
        e = a*b*d  24  grad 1   MulBackward0
        ├─ a*b     6   grad 4   MulBackward0
        │  ├─ a    2   grad 12  leaf
        │  └─ b    3   grad 8   leaf
        └─ d       4   grad 6   leaf
    """
    problem = Problem(
        text_of(text),
        bindings(at, values),
        None if wrt is None else names_of(wrt, "wrt"),
        cotangent=None if vjp is None else array_of(vjp, "vjp"),
        dtype=dtype_of(dtype),
    )
    with guarded():
        refuse_unused(problem, values, graph)
        return RecordedGraph(record(problem))


class RecordedGraph:
    """What came of `gradcli.graph`: `nodes`, each after those that it was made of, and `edges` between their numbers.
    A node is got by its name, too: `recorded["a"]`.

    `str()` is the tree that the command prints, `to_dict()` the object that it prints with `--json`; notebooks show the
    picture.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @property
    def expression(self) -> str:
        """The expression in plain ASCII, as it was read."""
        return self._graph.expression

    @property
    def nodes(self) -> tuple[Vertex, ...]:
        """The tensors: `number`, `role`, `name`, `text`, `grad_fn`, `value`, `grad`, `shape`, `is_leaf`,
        `requires_grad` and `kept`, which are the saved tensors."""
        return self._graph.vertices

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Which was made of which: `source` is the number of operand `slot` of the operation that made `target`."""
        return self._graph.edges

    @property
    def output(self) -> Vertex:
        """The tensor that backward was called on."""
        return self._graph.output

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside it."""
        return tuple(note.message for note in self._graph.notes)

    def within(self, depth: int) -> RecordedGraph:
        """The part that is at most so many operations away from the output."""
        return RecordedGraph(self._graph.within(depth))

    def tree(self, *, details: bool = False, digits: int | None = None) -> str:
        """The tree that the command prints; with `details` shape, is_leaf, requires_grad and the saved tensors."""
        from gradcli.render.graphs.tree import TreeStyle, tree_lines

        return "\n".join(tree_lines(self._graph, TreeStyle(WIDTH, digits=digits, details=details)))

    def dot(self) -> str:
        """The graph in Graphviz's language."""
        return self._text("dot")

    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart."""
        return self._text("mermaid")

    def svg(self) -> str:
        """The picture as SVG, laid out by this program. Raises ValueError where there are more than 1,000 nodes."""
        return self._text("svg")

    def _text(self, form: str) -> str:
        _refuse_large(self._graph)
        content = files.content_of(self._graph, form)
        assert not isinstance(content, bytes)
        return "".join(content)

    def save(self, path: str | os.PathLike[str], *, layout: Layout = "auto") -> None:
        """Write the graph to a file, as its name says: .svg .png .dot .gv .mmd .mermaid .json .txt.

        `layout` says who lays out SVG and PNG, as the command's option does. What is there is replaced when the file is
        whole. Raises ValueError where the name says nothing or the graph is too large, ImportError where a PNG needs
        what is not installed, OSError where the file cannot be written.
        """
        name, form = ending_of(path, files.EXTENSIONS)
        if layout not in LAYOUTS:
            raise ValueError(f"layout is one of {', '.join(map(repr, LAYOUTS))}, and not {layout!r}")
        content = self._content(form, layout)
        write(name, content)

    def _content(self, form: str, layout: str) -> bytes:
        if form == "tree":
            return f"{self}\n".encode()
        if form != "json":
            _refuse_large(self._graph)
        try:
            if files.is_graphviz_wanted(form, layout):
                return files.drawn_by_graphviz(self._graph, form, layout, PATIENCE)
            content = files.content_of(self._graph, form)
        except files.UndrawnError as error:
            raise ImportError(f"{error}: {error.help}") from None
        return content if isinstance(content, bytes) else "".join(content).encode()

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        from gradcli.render.graphs.objects import graph_object

        return graph_object(self._graph)

    def __getitem__(self, name: str) -> Vertex:
        known = [node for node in self.nodes if name in (node.name, node.text)]
        if not known:
            there = ", ".join(node.name for node in self.nodes if node.name is not None)
            raise KeyError(f"there is no node {name!r}; those with a name are {there}")
        return known[-1]

    def __iter__(self) -> Iterator[Vertex]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        return self.tree()

    def __repr__(self) -> str:
        value = self.output.value
        output = "" if value is None else f", output={shown(value if value.ndim else value.item())}"
        return f"RecordedGraph({cut(self.expression)!r}, {len(self):,} nodes{output})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        if len(self) > MOST_SHOWN:
            printer.text(repr(self))
        else:
            pretty(self, printer, cycle)

    def __reduce__(self) -> tuple[Any, ...]:
        return RecordedGraph, (self._graph,)

    def _repr_svg_(self) -> str | None:
        return None if len(self) > files.MOST_NODES else self.svg()


def _refuse_large(graph: Graph) -> None:
    try:
        files.refuse_large(graph, "")
    except files.UndrawnError as error:
        hint = "within(20) is what is near the output; the tree and to_dict() have it all"
        raise ValueError(f"{error}: {hint}") from None
