"""The options that say which form formulas are wanted in, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from gradcli.calculus.results import Shape
    from gradcli.problem import Reshape, Solution

Command = TypeVar("Command", bound=Callable[..., Any])

STYLES: Final = ("python", "paper", "latex")
FORMS: Final = ("expand", "factor", "together")


class Wish(NamedTuple):
    """Which formulas are wanted: in which form (None: the shortest of a few), long ones, too, and in which style."""

    shape: Shape | None = None
    full: bool = False
    style: str = "python"

    @property
    def reshape(self) -> Reshape | None:
        """What puts formulas into the form."""
        if self.shape is None:
            return None
        from gradcli.cli.reshaping import Reshaping

        return Reshaping(self.shape, full=self.full)

    def written(self, solution: Solution) -> Solution:
        """The solution with its formulas in the style."""
        if self.style == "python":
            return solution
        from gradcli.render.spelling import Spelling, spelled

        return spelled(solution, Spelling(self.style))


def style_option(default: str) -> Callable[[Command], Command]:
    """Give a command the option `style`."""
    text = f"How formulas are written: 2*x*sin(x), 2x sin(x) or LaTeX ({default})."
    return click.option("--style", type=click.Choice(STYLES), default=default, help=text)


def formula_options(command: Command) -> Command:
    """Give a command the options `simplify`, `form`, `full` and `style`."""
    options = (
        click.option("--simplify", is_flag=True, help="Formulas as short as SymPy can make them in 5 s."),
        click.option("--form", type=click.Choice(FORMS), help="Formulas in this form of SymPy's."),
        click.option("--full", is_flag=True, help="Formulas of more than 200 characters, too."),
        style_option("python"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wish(*, simplify: bool, form: str | None, full: bool, style: str) -> Wish:
    """What the options say. Raises UsageError where they contradict each other."""
    if simplify and form is not None:
        raise click.UsageError("--simplify and --form exclude each other")
    from gradcli.calculus.results import Shape

    shape = Shape.SIMPLIFY if simplify else None if form is None else Shape(form)
    return Wish(shape, full, style)
