"""What notebooks show: results as HTML with MathML, and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from gradcli.calculus.results import Request, Variables
from gradcli.language import DiagnosticError, Expr, parse, to_text
from gradcli.language.diagnostics import diagnostic_lines
from gradcli.language.sentences import Excerpt, Sentence
from gradcli.language.tree import Name, Number, TensorLiteral
from gradcli.operations import vocabulary
from gradcli.render.latex import name_latex, to_latex
from gradcli.render.mathml import to_mathml
from gradcli.render.numbers import array_text, counted, number_text
from gradcli.render.text import check_row, exact_entries, length_text

if TYPE_CHECKING:
    from gradcli.calculus.results import Array, Numbers
    from gradcli.homework import Judgement, Question
    from gradcli.homework.summary import Summary
    from gradcli.minimum import Minimum
    from gradcli.problem import Solution

WIDTH: Final = 100
MOST_NOTICES: Final = 20
"""Notices below a table."""
LARGEST: Final = 36
"""Entries of a matrix in LaTeX; of a larger one the shape is shown."""
COLOURS: Final = {"good": "#1a7f37", "bad": "#cf222e", "doubtful": "#9a6700"}
"""Readable on white and on black: they only add to what the words say."""
_CELL: Final = 'style="text-align:left;vertical-align:middle;white-space:nowrap;padding:2px 1em 2px 0"'
_ROW: Final = 'style="background:none"'
_PRE: Final = 'style="margin:0;padding:0;background:none;line-height:1.3"'


def table_html(rows: Sequence[Sequence[str]], notes: Iterable[str] = ()) -> str:
    """A table of cells of markup, the last one of a short row as wide as what it lacks; and lines below."""
    columns = max(map(len, rows), default=0)
    lines = "".join(f"<tr {_ROW}>{_cells(cells, columns)}</tr>" for cells in rows)
    below = "".join(f'<div style="opacity:0.75">{escape(note)}</div>' for note in notes)
    return f'<div class="gradcli"><table style="border:none">{lines}</table>{below}</div>'


def _cells(cells: Sequence[str], columns: int) -> str:
    *first, last = cells
    span = columns - len(first)
    wide = f' colspan="{span}"' if span > 1 else ""
    # narrow, so that what spans columns widens the last of them alone
    return "".join([*(f'<td width="1" {_CELL}>{cell}</td>' for cell in first), f"<td{wide} {_CELL}>{last}</td>"])


def math_html(expression: Expr) -> str:
    """A formula in full size."""
    return f'<math displaystyle="true">{_inside(expression)}</math>'


def coloured(text: str, style: str) -> str:
    """A text in the colour of a style, or as it is."""
    colour = COLOURS.get(style)
    return escape(text) if colour is None else f'<span style="color:{colour}">{escape(text)}</span>'


def sentence_html(text: str) -> str:
    """A sentence with its formulas set."""
    if not isinstance(text, Sentence):
        return escape(text)
    return "".join(
        escape(part.written(_ascii) if isinstance(part, Excerpt) else part)
        if isinstance(part, (str, Excerpt))
        else math_html(part)
        for part in text.parts
    )


def _ascii(expression: Expr) -> str:
    return to_text(expression)


def calculation_html(solution: Solution) -> str:
    """A solution as a table: what it is, the number, the formula."""
    rows: list[Sequence[str]] = []
    evaluation = solution.evaluation
    if evaluation is not None and solution.of is None:
        rows.append((_label_html(solution, ()), _value_html(solution.numbers, (), solution), ""))
    for variables in _derivatives(solution):
        formula = _formula_html(solution, variables)
        if evaluation is None:
            rows.append((_label_html(solution, variables), formula))
        else:
            value = _value_html(solution.numbers, variables, solution)
            rows.append((_label_html(solution, variables), value, f"= {formula}" if formula else ""))
    check = check_row(solution)
    if check is not None:
        rows.append(("check", coloured(check.value, check.style.value)))
    return table_html(rows, [f"note: {note.message}" for note in solution.notes])


def calculation_latex(solution: Solution) -> str:
    """A solution as aligned equations for MathJax, and for the LaTeX that a notebook is exported to."""
    lines = []
    if solution.evaluation is not None and solution.of is None:
        lines.append(f"f &= {' = '.join(_sides_latex(solution, ()))}")
    for variables in _derivatives(solution):
        sides = [_formula_latex(solution, variables)]
        if solution.evaluation is not None:
            sides += _sides_latex(solution, variables)
        right = " = ".join(dict.fromkeys(filter(None, sides)))
        lines.append(f"{_label_latex(solution, variables)} &= {right}")
    return latex_math(r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}")


def latex_math(latex: str) -> str:
    """A formula as `_repr_latex_` has it."""
    return f"$\\displaystyle {latex}$"


def _derivatives(solution: Solution) -> list[Variables]:
    """The derivatives that there are, as numbers or as formulas."""
    formulas = solution.formulas
    numbers = {} if solution.evaluation is None else solution.numbers.derivatives
    return list(numbers) or [*formulas.derivatives, *formulas.lengths]


def _sign(solution: Solution) -> str:
    """`d`, or `∂` of a function of several variables."""
    names = solution.wrt if solution.evaluation is None else solution.evaluation.question.point
    return "d" if solution.of is not None or len(names) < 2 else "∂"


def _below(variables: Variables) -> list[tuple[str, int]]:
    """What a derivative is by, with how often: once where all are the same."""
    return [(variables[0], len(variables))] if len(set(variables)) == 1 else [(name, 1) for name in variables]


def _label_html(solution: Solution, variables: Variables) -> str:
    function = _inside(Name(solution.function))
    if not variables:
        return f"<math>{function}</math>"
    sign = f"<mi>{_sign(solution)}</mi>"
    above = sign if len(variables) == 1 else f"<msup>{sign}<mn>{len(variables)}</mn></msup>"
    below = "".join(
        sign + (_inside(Name(name)) if count == 1 else f"<msup>{_inside(Name(name))}<mn>{count}</mn></msup>")
        for name, count in _below(variables)
    )
    weight = "<mi>v</mi>" if solution.request is Request.VJP else ""
    return f"<math displaystyle='true'>{weight}<mfrac><mrow>{above}{function}</mrow><mrow>{below}</mrow></mfrac></math>"


def _inside(expression: Expr) -> str:
    return to_mathml(expression).removeprefix("<math>").removesuffix("</math>")


def _label_latex(solution: Solution, variables: Variables) -> str:
    sign = r"\partial " if _sign(solution) == "∂" else "d"
    above = f"{sign.strip()}^{{{len(variables)}}} " if len(variables) > 1 else sign
    below = " ".join(f"{sign}{name_latex(name)}" + (f"^{{{count}}}" * (count > 1)) for name, count in _below(variables))
    weight = "v " if solution.request is Request.VJP else ""
    return f"{weight}\\frac{{{above}{name_latex(solution.function)}}}{{{below}}}"


def _array(numbers: Numbers, variables: Variables) -> Array:
    return numbers.derivatives[variables] if variables else numbers.value


def _value_html(numbers: Numbers, variables: Variables, solution: Solution) -> str:
    array = _array(numbers, variables)
    text = array_text(array, solution.problem.digits, WIDTH, numbers.texts_of(variables))
    decimals = f"<pre {_PRE}>{escape(text)}</pre>" if "\n" in text else escape(text)
    exact = _exact(solution, variables, array)
    return decimals if exact is None or to_text(exact) == text else f"{math_html(exact)} = {decimals}"


def _exact(solution: Solution, variables: Variables, array: Array) -> Expr | None:
    """A value or a derivative in exact form; None where nothing is known of it, or it is large."""
    texts = exact_entries(solution, variables, array)
    if not texts or array.size > LARGEST:
        return None

    def entry(place: tuple[int, ...]) -> Expr:
        if len(place) == array.ndim:
            return parse(texts[place], vocabulary()).program.result
        return TensorLiteral(tuple(entry((*place, each)) for each in range(array.shape[len(place)])))

    return entry(())


def _sides_latex(solution: Solution, variables: Variables) -> list[str]:
    """A value or a derivative in exact form, where that is known, and in decimals, once where they are the same."""
    numbers = solution.numbers
    exact = _exact(solution, variables, _array(numbers, variables))
    decimals = _array_latex(numbers, variables, solution)
    return list(dict.fromkeys([decimals] if exact is None else [to_latex(exact), decimals]))


def _array_latex(numbers: Numbers, variables: Variables, solution: Solution) -> str:
    array, texts = _array(numbers, variables), numbers.texts_of(variables)
    if array.size > LARGEST:
        return f"\\text{{a tensor of shape {array.shape}}}"

    def entry(place: tuple[int, ...]) -> Expr:
        if len(place) == array.ndim:
            return _number(texts.get(place) or number_text(array[place].item(), solution.problem.digits))
        return TensorLiteral(tuple(entry((*place, each)) for each in range(array.shape[len(place)])))

    return to_latex(entry(()))


def _number(text: str) -> Expr:
    """A decimal as a formula, which may be nan or infinite."""
    if text in ("True", "False", "nan"):
        return Name(text)
    if text.endswith("inf"):
        sign: Expr = Name("inf")
        return sign if text == "inf" else _negative(sign)
    return _negative(Number(text[1:], 0.0)) if text.startswith("-") else Number(text, 0.0)


def _negative(expression: Expr) -> Expr:
    from gradcli.language.tree import Negation

    return Negation(expression)


def _tree(solution: Solution, variables: Variables) -> Expr | None:
    """The formula of a derivative; None where there is none to be read."""
    text = solution.formulas.derivatives.get(variables)
    names = solution.wrt if solution.evaluation is None else tuple(solution.evaluation.question.point)
    try:
        return None if text is None else parse(text, vocabulary(), names).program.result
    except DiagnosticError:
        return None


def _formula_html(solution: Solution, variables: Variables) -> str:
    tree = _tree(solution, variables)
    if tree is not None:
        return math_html(tree)
    length = solution.formulas.lengths.get(variables)
    text = solution.formulas.derivatives.get(variables)
    return escape(length_text(length)) if length else "" if text is None else f"<code>{escape(text)}</code>"


def _formula_latex(solution: Solution, variables: Variables) -> str:
    tree = _tree(solution, variables)
    return "" if tree is None else to_latex(tree)


def assessment_html(judgement: Judgement, question: Question) -> str:
    """A judgement as a table: the verdict with its evidence, then the likely mistakes."""
    from gradcli.homework.wording import likely_lines, verdict_lines

    problem = judgement.problem
    lines = likely_lines(judgement, question) if problem is not None else verdict_lines(judgement, question)
    rows = [(coloured(line.label, line.style.value), sentence_html(line.text)) for line in lines]
    if problem is not None:
        text = "\n".join(diagnostic_lines(problem))
        rows.insert(0, (coloured(judgement.verdict.value, "doubtful"), f"<pre {_PRE}>{escape(text)}</pre>"))
    return table_html(rows, [f"note: {remark}" for remark in judgement.remarks])


def summary_html(summary: Summary, notices: Sequence[str]) -> str:
    """A class's counts as a table: a line for each question, and one for all."""
    from gradcli.homework.records import AnswerOutcome, points_text
    from gradcli.homework.summary import mistakes_text

    head = ["question", *(outcome.value for outcome in AnswerOutcome), "commonest mistakes"]
    rows = [[f"<b>{escape(each)}</b>" for each in head]]
    for each in [*summary.questions.values(), summary.overall]:
        counts = [str(each.outcomes[outcome]) for outcome in AnswerOutcome]
        rows.append([escape(each.name), *counts, escape(mistakes_text(each.commonest()))])
    students = counted(len(summary.students), "student")
    mean = f"mean {points_text(round(summary.mean, 2))} of {points_text(summary.of)} points"
    return table_html(rows, [f"{students}, {mean}", *(f"note: {each}" for each in notices[:MOST_NOTICES])])


def optimum_html(found: Minimum) -> str:
    """A minimum as a table, in the words of the command."""
    from gradcli.render.minima import rows

    cells = [
        (escape(row.label), f"<pre {_PRE}>{escape(row.value)}</pre>" if "\n" in row.value else _spaced(row.value))
        + ((escape(row.remark),) if row.remark else ())
        for row in rows(found, None, WIDTH)
    ]
    return table_html(cells, [f"note: {note.message}" for note in found.notes])


def _spaced(text: str) -> str:
    """A text in which what stands apart stays so."""
    return escape(text).replace("  ", "\N{EM SPACE}")


def criticals_html(table: Sequence[Sequence[str]], remarks: Sequence[tuple[str, str]], notes: Iterable[str]) -> str:
    """Critical points as a table with a head, and what else is said of the range."""
    head, *rows = table
    cells = [[f"<math>{_inside(Name(name))}</math>" for name in head[:-2]] + [escape(each) for each in head[-2:]]]
    cells += [
        [*map(escape, row[:-1]), coloured(row[-1], "good" if row[-1] == "proved" else "doubtful")] for row in rows
    ]
    below = "".join(f"<div>{coloured(text, style)}</div>" for text, style in remarks)
    return f"<div>{table_html(cells if rows else [], ())}{below}{_notes(notes)}</div>"


def picture_html(svg: str, notes: Iterable[str]) -> str:
    """A picture with what there is to say below it."""
    return f'<div class="gradcli">{svg[svg.index("<svg") :]}{_notes(notes)}</div>'


def _notes(notes: Iterable[str]) -> str:
    return "".join(f'<div style="opacity:0.75">{escape(f"note: {note}")}</div>' for note in notes)
