"""`gradcli.check`: the verdict on one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np

from gradcli.calculus import evaluate
from gradcli.engine import dtypes
from gradcli.homework import Counterexample, Judge, Judgement, Mistake, Question, Tolerance, make_question
from gradcli.homework.mistakes import Recogniser
from gradcli.homework.proof import Simplification
from gradcli.homework.wording import judgement_object, laid_out, likely_lines, verdict_lines
from gradcli.language.sentences import written
from gradcli.library.arguments import (
    Names,
    Numeric,
    Value,
    array_of,
    bindings,
    described,
    names_of,
    text_of,
    whole_number,
)
from gradcli.library.guard import guarded
from gradcli.library.reprs import cut, pretty
from gradcli.render.numbers import exact_array_text
from gradcli.render.paper import to_paper

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.language import Expr
    from gradcli.library.expressions import Expression

VerdictWord: TypeAlias = Literal["correct", "wrong", "unreadable", "undecided"]
EvidenceWord: TypeAlias = Literal["proved", "agrees", "counterexample"]
MOST_ORDER = 8
MOST_DIGITS = 15


def check(
    function: str | Expression,
    answer: str | Expression | Numeric | list[Any],
    *,
    at: Mapping[str, Value] | None = None,
    wrt: Names = None,
    order: int = 1,
    of: str | None = None,
    domain: str | Iterable[str] = (),
    abs: float | None = None,  # noqa: A002 (the word that keys and the command have for it)
    rel: float | None = None,
    digits: int | None = None,
    partial: Names = (),
    form: Literal["jacobian", "hessian"] | None = None,
    latex: bool | None = None,
) -> Assessment:
    """Whether an answer is the derivative of a function, and what is wrong where it is not.

    `answer` is an expression in our language or in LaTeX (`latex` says which, where None that is seen); with `at` it is
    a number or an array. By several variables (`wrt="x,y"`) it is a list. `function` may be an equation: then the
    answer is the implicit derivative, of `of`. `order`, `partial` and `form` ask for other derivatives.

    `abs`, `rel` and `digits` say how far an answer may be off, `domain` where alone it is compared (`"y > 0"`).

    Raises DiagnosticError where the function cannot be read; an answer that cannot be read is `unreadable`.

        >>> import gradcli
        >>> gradcli.check("x^2 sin(x)", "2x sin(x) + x^2 cos(x)")
        Assessment('correct', evidence='proved')
        >>> found = gradcli.check("x^2 sin(x)", "2x cos(x)")
        >>> found.verdict, found.mistake
        ('wrong', 'product-as-product')
        >>> print(found)
        wrong   at x=1 the derivative is 2.2232; the answer gives 1.0806
        likely  product rule: (f g)' is f' g + f g', not f' g'
        >>> bool(gradcli.check("x^2 y", [12, 9], at={"x": 3, "y": 2}, wrt="x,y"))
        True
    """
    point, exact = _point(at)
    by = names_of(wrt, "wrt")
    given = _answer(answer)
    with guarded():
        question = make_question(
            text_of(function, "the function"),
            wrt=None if not by else by[0] if len(by) == 1 and isinstance(wrt, str) else by,
            of=of,
            partial=names_of(partial, "partial"),
            order=whole_number(order, "order", MOST_ORDER),
            form=form,
            at=point,
            exact_at=exact,
            tolerance=_tolerance(abs, rel, digits),
            domain=[domain] if isinstance(domain, str) else list(domain),
        )
        with Simplification() as prove:
            judgement = Judge(question, prove=prove, recognise=Recogniser()).judge(given, latex=latex)
    return Assessment(question, judgement, given)


def _point(at: Mapping[str, Value] | None) -> tuple[dict[str, Array], dict[str, Expr]]:
    """The values as arrays, and those of them that are given as expressions."""
    given = bindings(at, {})
    exact = {name: value for name, value in given.items() if not isinstance(value, np.ndarray)}
    floats = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    return {**floats, **{name: evaluate.constant(each, dtypes.float64) for name, each in exact.items()}}, exact


def _answer(answer: object) -> str:
    """An answer's text: an array is written as the nested list of its numbers."""
    from gradcli.library.expressions import Expression

    if isinstance(answer, (str, Expression)):
        return text_of(answer)
    if answer is None or isinstance(answer, (bytes, Mapping)):
        raise TypeError(f"the answer is a text, a number or an array, and not {described(answer)}")
    return exact_array_text(array_of(answer, "the answer"))


def _tolerance(absolute: object, relative: object, digits: object) -> Tolerance:
    for what, value in (("abs", absolute), ("rel", relative)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float, np.number))):
            raise TypeError(f"{what} is a number, and not {described(value)}")
        if value is not None and not float(cast("float", value)) >= 0:
            raise ValueError(f"{what} is not negative, and {value} is")
    return Tolerance(
        None if absolute is None else float(cast("float", absolute)),
        None if relative is None else float(cast("float", relative)),
        None if digits is None else whole_number(digits, "digits", MOST_DIGITS),
    )


class Assessment:
    """What came of `gradcli.check`; it is true where the answer is correct.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    def __init__(self, question: Question, judgement: Judgement, answer: str) -> None:
        self._question, self._judgement = question, judgement
        self.answer = answer
        """The answer as it was given."""

    @property
    def verdict(self) -> VerdictWord:
        """`correct`, `wrong`, `unreadable` or `undecided`."""
        return self._judgement.verdict.value

    @property
    def evidence(self) -> EvidenceWord | None:
        """What the verdict rests on: `proved`, `agrees` (at every point tried) or `counterexample`."""
        evidence = self._judgement.evidence
        return None if evidence is None else evidence.value

    @property
    def reading(self) -> str | None:
        """The answer in plain ASCII, as it was read; None where it could not be."""
        return self._judgement.reading

    @property
    def counterexample(self) -> Counterexample | None:
        """A point (`at`) where the answer differs, with what is `expected` there and what is `given`."""
        return self._judgement.counterexample

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The typical mistakes that explain a wrong answer, the likeliest first: `rule`, `message`, `where`."""
        return self._judgement.mistakes

    @property
    def mistake(self) -> str | None:
        """The rule of the likeliest mistake, such as `product-as-product`; None where none explains the answer."""
        return self._judgement.mistakes[0].rule if self._judgement.mistakes else None

    @property
    def message(self) -> str:
        """What to tell whoever gave the answer, in a sentence: the likeliest mistake, or what the verdict rests on."""
        if self._judgement.problem is not None:
            return self._judgement.problem.message
        lines = verdict_lines(self._judgement, self._question)
        likely = likely_lines(self._judgement, self._question)
        return written((likely or lines)[0].text, to_paper)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of the question and of how the answer was read."""
        return (*(note.message for note in self._question.notes), *map(str, self._judgement.remarks))

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        return judgement_object(self._judgement, self.answer)

    def __bool__(self) -> bool:
        return self.verdict == "correct"

    def __str__(self) -> str:
        if self._judgement.problem is not None:
            from gradcli.language.diagnostics import diagnostic_lines

            located = diagnostic_lines(self._judgement.problem)
            likely = likely_lines(self._judgement, self._question)
            return "\n".join(
                [f"unreadable  {located[0]}", *located[1:], *(laid_out(likely, to_paper) if likely else [])]
            )
        return "\n".join(laid_out(verdict_lines(self._judgement, self._question), to_paper))

    def __repr__(self) -> str:
        parts = [repr(self.verdict)]
        if self.evidence is not None:
            parts.append(f"evidence={self.evidence!r}")
        if self.mistake is not None:
            parts.append(f"mistake={self.mistake!r}")
        elif not self:
            parts.append(f"message={cut(self.message)!r}")
        return f"Assessment({', '.join(parts)})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Assessment, (self._question, self._judgement, self.answer)

    def _repr_html_(self) -> str:
        from gradcli.library.display import assessment_html

        return assessment_html(self._judgement, self._question)
