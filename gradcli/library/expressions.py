"""`gradcli.Expression`: a formula that is read once, and is a function of its names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from gradcli import engine
from gradcli.calculus.dependence import is_entrywise
from gradcli.calculus.evaluate import Evaluator, Failure, gradients, ones
from gradcli.calculus.results import Question
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import Diagnostic, DiagnosticError, Expr, Parsed, expressions, free_names, to_text
from gradcli.language import parse as parse_program
from gradcli.language.names import DIFFERENTIATED, name_of, variables_of
from gradcli.language.rewriting import written_out
from gradcli.language.tree import Equation
from gradcli.library.arguments import Formula, Names, Value, bindings, described, names_of, whole_number
from gradcli.library.guard import guarded
from gradcli.library.reprs import cut
from gradcli.operations import CONSTANTS, vocabulary
from gradcli.problem import MOST_ORDER

Result: TypeAlias = "float | np.ndarray[Any, np.dtype[Any]] | Tensor"
"""A number where numbers were given, an array where arrays were, a tensor where tensors were."""
MOST_NODES: Final = 20_000
"""Parts of an expression that is written out."""
HAS_VALUES: Final = "E365"
NO_FORMULA: Final = "E320"
NOT_SCALAR: Final = "E310"


class Expression(Formula):
    """A formula or a small program as a function of its names: read once, called as often as one likes.

    It is called with numbers, arrays or tensors. Arrays go through it as NumPy has them, entry by entry where the
    formula does; tensors of `gradcli.engine` keep their graph, so that `backward` reaches them. Its numbers are the
    engine's floats: `gradcli.solve` certifies.

    `names` are words that are variables here whatever else they may mean (`Expression("e*x", names="e")`). Raises
    DiagnosticError where the text cannot be read.

        >>> import gradcli
        >>> f = gradcli.Expression("x^2 y")
        >>> f.names, f(x=3, y=2)
        (('x', 'y'), 18.0)
        >>> f(x=[1, 2, 3], y=2)
        array([ 2.,  8., 18.])
        >>> f.grad(x=3, y=2)
        {'x': 12.0, 'y': 9.0}
        >>> f.derivative("x")
        Expression('2*x*y')
        >>> f.derivative("x").latex()
        '2 x y'
        >>> f == gradcli.Expression("y*0 + x^2 y"), f == gradcli.Expression("x**2*y")
        (False, True)
    """

    def __init__(self, text: str, *, names: Names = ()) -> None:
        if not isinstance(text, str):
            raise TypeError(f"an expression is a text, as in Expression('x^2 y'), and not {described(text)}")
        given = variables_of(names_of(names, "names"), vocabulary())
        parsed = parse_program(text, vocabulary(), given)
        _refuse_values(parsed)
        self._adopt(parsed, given)

    def _adopt(self, parsed: Parsed, given: tuple[str, ...]) -> None:
        self._parsed = parsed
        self._given = given
        self._names = free_names(parsed.program, CONSTANTS, given)
        self._derivatives: dict[tuple[str, int, str | None], Expression] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order of their first appearance."""
        return self._names

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of how it was read: a reading on which people differ."""
        return tuple(note.message for note in self._parsed.notes)

    @property
    def tree(self) -> Expr:
        """The tree, with assigned names written out. Raises ValueError where that would be too large."""
        found = written_out(self._parsed.program, MOST_NODES)
        if found is None:
            raise ValueError(f"it has more than {MOST_NODES:,} parts when its names are written out")
        return found

    def __call__(self, /, *arguments: Value, **values: Value) -> Result:
        """The value, for numbers a number, for arrays an array, for tensors a tensor with its graph.

        An expression of one variable takes its value without a name. Raises TypeError where a variable has no value or
        a keyword is none of them, DiagnosticError where it cannot be calculated.
        """
        given = _Given(self, arguments, values)
        with guarded():
            return given.result(self._run(given.tensors, given.dtype))

    def grad(self, /, *arguments: Value, **values: Value) -> dict[str, Result]:
        """The gradient by each variable, of its shape.

        Where the output is an array and each of its entries depends on the same entries of the variables alone, the
        derivatives are those of each entry, of the output's shape: `Expression("x^3").grad(x=[1, 2])` is
        `{'x': array([ 3., 12.])}`. With tensors that require grad the result can be differentiated again. Raises
        DiagnosticError where the output is an array that mixes entries, and whatever calling it raises.
        """
        given = _Given(self, arguments, values)
        with guarded(), engine.enable_grad():
            return {name: given.result(each) for name, each in self._gradients(given).items()}

    def derivative(self, by: str | None = None, order: int = 1, *, of: str | None = None) -> Expression:
        """The derivative by a variable as an Expression, simplified by SymPy; of an equation that of `of`.

        `by` may be left out where there is one variable. Raises DiagnosticError where there is no formula.
        """
        if by is None:
            if len(self._names) != 1:
                raise TypeError(f"which variable it is differentiated by is not said: there are {self._listed()}")
            by = self._names[0]
        names = names_of(by, "by")
        if len(names) != 1:
            raise ValueError("a derivative is by one variable; call .derivative again for a mixed one")
        key = (name_of(names[0], vocabulary(), DIFFERENTIATED), whole_number(order, "order", MOST_ORDER), of)
        if key not in self._derivatives:
            with guarded():
                self._derivatives[key] = self._derived(*key)
        return self._derivatives[key]

    def latex(self) -> str:
        """The expression in LaTeX, with assigned names written out."""
        from gradcli.render.latex import to_latex

        return to_latex(self.tree)

    def mathml(self) -> str:
        """The expression as a `math` element of HTML, with assigned names written out."""
        from gradcli.render.mathml import to_mathml

        return to_mathml(self.tree)

    def paper(self) -> str:
        """The expression as one writes it on paper, in Unicode: `2x sin(3x) + x²`."""
        from gradcli.render.paper import to_paper

        return to_paper(self.tree)

    def __str__(self) -> str:
        program = self._parsed.program
        return to_text(program if program.assignments else program.result)

    def __repr__(self) -> str:
        return f"Expression({cut(str(self))!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return self._parsed.program == other._parsed.program and self._names == other._names

    def __hash__(self) -> int:
        return hash((Expression, str(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Expression._read_again, (str(self), self._names)

    @classmethod
    def _read_again(cls, text: str, names: Iterable[str]) -> Expression:
        return cls(text, names=names)

    def _repr_latex_(self) -> str:
        from gradcli.library.display import latex_math

        return latex_math(self.latex())

    def _repr_html_(self) -> str:
        from gradcli.library.display import math_html

        return math_html(self.tree)

    def _listed(self) -> str:
        return ", ".join(self._names) or "none"

    def _run(self, tensors: Mapping[str, Tensor], dtype: dtypes.dtype) -> Tensor:
        try:
            return Evaluator(tensors, dtype).run(self._parsed.program)
        except Failure as failure:
            raise failure.diagnostic(self._parsed.source) from failure

    def _gradients(self, given: _Given) -> dict[str, Tensor]:
        leaves = {name: _leaf(each, given.dtype) for name, each in given.tensors.items()}
        value = self._run(leaves, given.dtype)
        if value.numel() != 1:
            self._need_entrywise(value)
            leaves = {name: engine.broadcast_to(each, value.shape) for name, each in leaves.items()}
            value = self._run(leaves, given.dtype)
        try:
            found = gradients(value, list(leaves.values()), ones(value), create_graph=given.keeps_graph)
        except (RuntimeError, ValueError, ArithmeticError) as error:
            message = f"the derivative cannot be calculated here: {str(error).partition(chr(10))[0]}"
            raise self._error("E306", message, None) from error
        return dict(zip(leaves, found, strict=True))

    def _need_entrywise(self, value: Tensor) -> None:
        names = {*self._names, *(each.name for each in self._parsed.program.assignments)}
        if all(is_entrywise(each, names) for each in expressions(self._parsed.program)):
            return
        shape = tuple(value.shape)
        message = f"the output has shape {shape}, and a gradient needs a scalar"
        raise self._error(
            NOT_SCALAR, message, "reduce it: sum(...), mean(...); or gradcli.solve(…, request='jacobian')"
        )

    def _derived(self, by: str, order: int, of: str | None) -> Expression:
        """The derivative, read. Raises DiagnosticError."""
        if isinstance(self._parsed.program.result, Equation) or of is not None:
            return self._slope(by, order, of)
        from gradcli.calculus import symbolic

        anywhere = dict.fromkeys((*self._names, by), np.zeros(()))
        formulas = symbolic.formulas(Question(self._parsed.program, anywhere, (by,), order=order), full=True)
        text = formulas.derivatives.get((by,) * order)
        if text is None:
            raise self._error(NO_FORMULA, f"there is no formula of the derivative: {formulas.reason}", None)
        return Expression(text, names=anywhere)

    def _slope(self, by: str, order: int, of: str | None) -> Expression:
        """The implicit derivative of an equation."""
        from gradcli.problem import Problem, solve

        solution = solve(Problem(str(self), wrt=(by,), order=order, of=of), full=True)
        (text,) = solution.formulas.derivatives.values()
        return Expression(text, names=self._names)

    def _error(self, code: str, message: str, help_: str | None) -> DiagnosticError:
        parsed = self._parsed
        return DiagnosticError(Diagnostic(code, message, parsed.program.result.span, parsed.source, help_))


class _Given:
    """Values that an Expression is called with: tensors to calculate with, and as what the results are wanted."""

    def __init__(self, expression: Expression, arguments: tuple[Value, ...], values: Mapping[str, Value]) -> None:
        names = expression.names
        if arguments:
            values = _by_name(expression, arguments, values)
        tensors = {name: each for name, each in values.items() if isinstance(each, Tensor)}
        others = {name: each for name, each in values.items() if name not in tensors}
        self.are_tensors = bool(tensors)
        self.keeps_graph = any(each.requires_grad for each in tensors.values())
        self.dtype = _working_dtype(values.values())
        given = {**{name_of(name, vocabulary()): each for name, each in tensors.items()}, **self._wrapped(others)}
        absent = [name for name in names if name not in given]
        strange = [name for name in given if name not in names]
        if absent or strange:
            there = ", ".join(names) or "none"
            what = f"{strange[0]} is no variable of it" if strange else f"{absent[0]} has no value"
            raise TypeError(f"{what}: {expression!r} has the variables {there}")
        self.tensors = {name: given[name] for name in names}
        self.are_arrays = any(each.dim() for each in self.tensors.values())

    def _wrapped(self, values: Mapping[str, Value]) -> dict[str, Tensor]:
        from gradcli.calculus.evaluate import constant

        kind = self.dtype
        return {
            name: wrap((each.astype(kind.numpy) if isinstance(each, np.ndarray) else constant(each, kind))[()], kind)
            for name, each in bindings(None, values).items()
        }

    def result(self, value: Tensor) -> Result:
        """A result as it is wanted."""
        if self.are_tensors:
            return value
        array = np.array(value.detach().numpy())
        return array if array.ndim else array.item()


def _by_name(expression: Expression, arguments: tuple[Value, ...], values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The value of an expression's one variable by its name. Raises TypeError where it has several."""
    names = expression.names
    if len(arguments) == 1 and len(names) == 1 and not values:
        return {names[0]: arguments[0]}
    if len(names) > 1:
        named = ", ".join(f"{name}=…" for name in names)
        raise TypeError(f"{expression!r} has several variables, which need their names: ({named})")
    raise TypeError(f"{expression!r} takes {'one value' if names else 'no values'}, and got {len(arguments)}")


def _working_dtype(values: Iterable[Value]) -> dtypes.dtype:
    """float32 where all that have a floating dtype have that, else float64."""
    kinds = set()
    for value in values:
        if isinstance(value, Tensor):
            if value.dtype.is_floating_point:
                kinds.add(value.dtype)
        elif isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f":
            kinds.add(dtypes.float32 if value.dtype == np.float32 else dtypes.float64)
    return dtypes.float32 if kinds == {dtypes.float32} else dtypes.float64


def _leaf(tensor: Tensor, dtype: dtypes.dtype) -> Tensor:
    """A tensor to differentiate by: itself where it requires grad, else a copy that does."""
    if tensor.requires_grad:
        return tensor
    copy: Tensor = tensor.detach().clone()
    if not copy.dtype.is_floating_point:
        copy = copy.to(dtype)
    copy.requires_grad_(True)
    return copy


def _refuse_values(parsed: Parsed) -> None:
    """Raise DiagnosticError where the text gives its variables values: they are given to the function."""
    program = parsed.program
    spans = [*(each.span for each in program.bindings), *(each.span for each in program.ranges)]
    if spans:
        message = "an Expression is a function, and its text gives a variable a value"
        help_ = "leave out the values, and call it with them: Expression('x^2')(x=3)"
        raise DiagnosticError(Diagnostic(HAS_VALUES, message, spans[0], parsed.source, help_))


def parse(text: str, *, names: Names = ()) -> Expression:
    """The Expression that a text writes, in our language or in LaTeX. Raises DiagnosticError.

    >>> import gradcli
    >>> print(gradcli.parse(r"\\frac{x^2}{2} + \\sin x"))
    x**2/2 + sin(x)
    """
    return Expression(text, names=names)
