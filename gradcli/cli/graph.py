"""`gradcli graph EXPR [NAME=VALUE]…`: the recorded graph after backward, as a tree or a picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from gradcli.cli import terminal
from gradcli.cli.limits import Limits, limited
from gradcli.cli.misuse import Misuse
from gradcli.cli.operands import bindings, names, split, vector
from gradcli.cli.options import FLOAT_DIGITS, bind_option, digits_option, dtype_option, limit_options, refused
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.calculus.recorded import Graph
    from gradcli.cli.outputs import Target
    from gradcli.render.graphs.files import Content

EXAMPLES = """\
Examples:
  gradcli graph 'e = a*b*d' a=2 b=3 d=4
  gradcli graph 'y = 3x+2; z = 2y^2; z.mean()' 'x=[[1,2,3],[3,2,1]]' --details
  gradcli graph 'sin(x)^2 + x y' x=1 y=2 --to mermaid
"""
FORMS: Final = ("tree", "dot", "mermaid", "svg", "png", "json")
LAYOUTS: Final = ("auto", "own", "dot")
FILE_WIDTH: Final = 100
"""Columns of a tree in a file."""
CHUNK: Final = 500
"""Lines that are written at a time."""


@subcommand("graph", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR NAME=VALUE...")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE: .svg .png .dot .gv .mmd .mermaid .json .txt.")
@click.option("--to", "form", type=click.Choice(FORMS), help="The form of what is written (tree, or FILE's).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as --to json.")
@click.option("--details", is_flag=True, help="In the tree: shape, is_leaf, requires_grad and saved tensors, too.")
@click.option("--depth", type=click.IntRange(0), metavar="N", help="Only what is at most N operations from the output.")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="auto",
    help="Who lays out SVG and PNG: this program (own) or Graphviz (dot). auto: own for SVG, which is then the same on "
    "every machine; for PNG dot where it is installed, else own with matplotlib.",
)
@click.option("--wrt", multiple=True, metavar="NAME[,NAME]", help="Only these variables require a gradient.")
@click.option("--vjp", metavar="VECTOR", help="What backward of a tensor output begins with.")
@bind_option()
@dtype_option
@digits_option("Significant digits to show in the tree (6).", FLOAT_DIGITS)
@limit_options
def command(
    operands: tuple[str, ...],
    output: str | None,
    form: str | None,
    as_json: bool,
    details: bool,
    depth: int | None,
    layout: str,
    wrt: tuple[str, ...],
    vjp: str | None,
    bind: str | None,
    dtype: str,
    digits: int | None,
    limits: Limits,
) -> int:
    """Show the graph that is recorded when EXPR is calculated, after backward: each tensor with its value, the gradient
    of the output by it, and the grad_fn that made it.

    The tree has the output at the top and what it was made of below it; what takes part more than once is written out
    once. In pictures the arrows go from the variables (blue) to the output (green); dashed is what requires no
    gradient. Each box of an SVG says more when pointed at. SVG needs nothing else installed; PNG needs Graphviz's dot
    or matplotlib.
    """
    from gradcli.language import DiagnosticError

    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --to {form} exclude each other")
    form = _form("json" if as_json else form, output)
    target = _target(form, output, bind, layout=layout, details=details)
    wish = _GraphWish(form, target, details, depth, layout, digits, limits)
    text, values = split(operands)
    try:
        with limited(wish.limits, text, as_json=wish.form == "json" and output is None):
            from gradcli.problem import Problem
            from gradcli.recording import record

            cotangent = None if vjp is None else vector(vjp)
            graph = record(Problem(text, bindings(values, bind), names(wrt), cotangent=cotangent, dtype=dtype))
            if wish.form == "tree":
                content: Content | None = ()
            else:
                if depth is not None:
                    graph = graph.within(depth)
                content = _content(graph, wish)
    except DiagnosticError as error:
        if wish.form != "json" or output is not None:
            raise
        return refused(error)
    if wish.form != "json":
        terminal.say(graph.notes)
    if wish.form == "tree":
        content = _tree(graph, wish)
    elif content is None:
        content = _drawn_by_graphviz(graph, wish)
    _write(content, wish)
    if wish.target is not None and not wish.target.streams:
        from gradcli.render.numbers import counted

        size = f"{counted(len(graph.vertices), 'node')}, {counted(len(graph.edges), 'edge')}"
        terminal.message(f"{wish.target.name}: {size}")
    return 0


class _GraphWish(NamedTuple):
    """What is to be made of a graph: its form, where it goes (None: standard output), and how it looks."""

    form: str
    target: Target | None
    details: bool
    depth: int | None
    layout: str
    digits: int | None
    limits: Limits


def _target(form: str, output: str | None, bind: str | None, *, layout: str, details: bool) -> Target | None:
    """Where it goes. Raises UsageError where the options do not go together."""
    from gradcli.cli.outputs import targets

    if layout != "auto" and form not in ("svg", "png"):
        raise Misuse("--layout is for SVG and PNG", "ask for one, as in -o graph.svg")
    if details and form != "tree":
        raise Misuse(f"--details is for the tree, and this is {form}", "leave it out: the others say all they can")
    target = targets({"-o": output}, [] if bind is None else [bind])["-o"]
    if form == "png" and target is None:
        raise Misuse("a PNG goes to a file", "name it, as in -o graph.png")
    return target


def _form(asked: str | None, output: str | None) -> str:
    """The form that is asked for, or that the file's name has. Raises Misuse where that has none, or another."""
    from gradcli.render.graphs.files import EXTENSIONS, form_of

    extension = "" if output is None else os.path.splitext(output)[1].lower()
    named = None if output is None else form_of(output)
    if asked is None and output not in (None, "-") and named is None:
        known = " ".join(EXTENSIONS)
        what = f"ends in {extension}" if extension else "has no extension"
        raise Misuse(f"-o {output} {what}, which says no form", f"known are {known}; or say it: --to svg")
    if asked is not None and named is not None and asked != named:
        raise Misuse(f"-o {output} is {named} by its name, and --to asks for {asked}", "leave out --to")
    return asked or named or "tree"


def _content(graph: Graph, wish: _GraphWish) -> Content | None:
    """The picture or the object; None where Graphviz is to draw it. Raises Misuse where it is too large."""
    from gradcli.render.graphs import files

    if wish.form == "json":
        return files.content_of(graph, wish.form)
    with _said():
        files.refuse_large(graph, "--depth 20 draws what is near the output; the tree and --json have it all")
        if files.is_graphviz_wanted(wish.form, wish.layout):
            return None
        return files.content_of(graph, wish.form)


def _drawn_by_graphviz(graph: Graph, wish: _GraphWish) -> bytes:
    from gradcli.render.graphs.files import drawn_by_graphviz

    with _said():
        return drawn_by_graphviz(graph, wish.form, wish.layout, wish.limits.timeout)


@contextmanager
def _said() -> Iterator[None]:
    """What cannot be drawn is a misuse."""
    from gradcli.render.graphs.files import UndrawnError

    try:
        yield
    except UndrawnError as error:
        raise Misuse(str(error), error.help) from None


def _tree(graph: Graph, wish: _GraphWish) -> Iterator[str]:
    from gradcli.render.graphs.tree import ASCII, BOXES, BranchSigns, TreeStyle, tree_lines

    is_shown = wish.target is None or wish.target.descriptor == 1
    signs: BranchSigns = BOXES if not is_shown or terminal.shows("├└│─…↑") else ASCII
    style = TreeStyle(terminal.width() if is_shown else FILE_WIDTH, signs, wish.digits, wish.depth, wish.details)
    return (f"{line}\n" for line in tree_lines(graph, style))


def _write(content: Content | None, wish: _GraphWish) -> None:
    """Write what was made to the file, or to standard output, through a pager where it is a terminal and too small."""
    if wish.target is not None:
        from gradcli.cli.outputs import replaced

        with replaced(wish.target) as stream:
            if isinstance(content, bytes):
                stream.buffer.write(content)
            else:
                stream.writelines(content or ())
        return
    if isinstance(content, bytes):
        content = [content.decode()]
    lines = iter(content or ())
    if wish.form == "tree" and terminal.is_terminal(sys.stdout) and sys.stdin.isatty():
        first = list(islice(lines, terminal.height()))
        if len(first) >= terminal.height():
            click.echo_via_pager(chain(first, lines))
            return
        lines = iter(first)
    while chunk := list(islice(lines, CHUNK)):
        terminal.write("".join(chunk))
