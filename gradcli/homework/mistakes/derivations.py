"""The wrong derivatives of one expression: each rule replaced by mal-rules, at one place or throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Final, TypeAlias

from gradcli.calculus.steps import RULES, Application, Known, Rule, Step, Unexplained, differentiate
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.tensors import Tensors
from gradcli.calculus.steps.trees import ONE, negated, number, over, power, times
from gradcli.homework.mistakes.rules import MalRule, Misreading
from gradcli.homework.mistakes.sums import OTHER_VARIABLE, OTHER_VARIABLE_MESSAGE
from gradcli.homework.mistakes.table import MAL_RULES, MISREADINGS, NAMES, SELDOM, SOMEWHERE, THROUGHOUT
from gradcli.language import Expr, walk
from gradcli.language.rewriting import Place, transformed
from gradcli.language.sentences import Sentence, filled_in, joined
from gradcli.language.tree import Call, Factor, Name, Negation, Number, Power, Product
from gradcli.language.values import frozen, replace

ONCE: Final = {THROUGHOUT: SOMEWHERE, SOMEWHERE: SELDOM}
"""How simple it is in one of several differentiations."""
MAX_PLACES: Final = 40
"""Places at which rules are replaced one by one; of longer derivations, only throughout."""
MAX_NODES: Final = 400
"""Parts of a function of which wrong derivatives are made."""
ROOTS: Final = {"sqrt": 2, "cbrt": 3}
EVERYWHERE: Final = ", and so wherever this rule applies"
EACH_TIME: Final = ", and so in each differentiation"
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

Again: TypeAlias = Callable[[Expr, str], Iterator[Expr]]
"""Makes a mistake again in another differentiation: throughout, then at each place; nothing where it cannot be made."""
Ways: TypeAlias = Callable[[Expr, "Expr | None"], Iterable[Expr]]
"""How one may write a function before one differentiates it; it is told what the function was before it was simplified,
where it is a derivative."""
_SAME_MISTAKE: Final = {name: tuple(each for each in MAL_RULES if each.mistake == name) for name in NAMES}
"""The mal-rules of each mistake."""


class _NotMadeError(Exception):
    """The mistake cannot be made at this place, and the derivation need not be finished."""


@frozen
class Candidate:
    """A wrong derivative: `expression`, still to be differentiated by `variables` where there are any.

    `where` is the part of the function at which the mistake is made. `simplicity` is small where the mistake is simple.
    """

    mistake: str
    message: Sentence
    where: Sentence
    expression: Expr
    variables: tuple[str, ...] = ()
    simplicity: int = THROUGHOUT


def wrong_derivatives(
    expression: Expr, variables: Sequence[str], names: Sequence[str], tensors: Tensors | None
) -> Iterator[Candidate]:
    """Every typical mistake in differentiating by one variable after another; `names` are all there are."""
    if sum(1 for _ in walk(expression)) > MAX_NODES:
        return
    yield from _by_rules(expression, variables, names, tensors, lambda written, before: (written,))
    yield from _misread(expression, variables)


def rewritten_derivatives(
    expression: Expr, variables: Sequence[str], names: Sequence[str], tensors: Tensors | None
) -> Iterator[Candidate]:
    """The mistakes in rules of those who first write the function, or a derivative of it, in another way."""
    if sum(1 for _ in walk(expression)) <= MAX_NODES:
        yield from _by_rules(expression, variables, names, tensors, _otherwise)


def _otherwise(expression: Expr, before: Expr | None) -> Iterator[Expr]:
    """As the rules gave it, before it was simplified, and in the other readings."""
    if before is not None and before != expression:
        yield before
    yield from _written_otherwise(expression)


def _by_rules(
    expression: Expr, variables: Sequence[str], names: Sequence[str], tensors: Tensors | None, ways: Ways
) -> Iterator[Candidate]:
    """Mistakes in one of the differentiations, those before and after it right; and the same mistake in each."""
    before = None
    for stage, variable in enumerate(variables):
        rest = tuple(variables[stage + 1 :])
        right = Differentiation(expression, variable, tensors)
        if right.step is None:
            return
        for written in ways(expression, before):
            own = right if written is expression else Differentiation(written, variable, tensors)
            for again, candidate in own.candidates(names):
                if len(variables) == 1:
                    yield candidate
                    continue
                if stage == 0 and candidate.simplicity == THROUGHOUT:
                    yield from _in_each(candidate, again, rest)
                yield _in_one(candidate, variables, stage)
        before, expression = right.step.given, right.step.result


def _in_each(first: Candidate, again: Again, rest: Sequence[str]) -> Iterator[Candidate]:
    """A mistake in the first differentiation that is made again in those after it."""
    variable, *others = rest
    for count, wrong in enumerate(again(first.expression, variable)):
        expression, left = wrong, list(others)
        while left:
            further = next(again(expression, left[0]), None)
            if further is None:
                break
            expression = further
            del left[0]
        message, simplicity = first.message + EACH_TIME, SOMEWHERE if count else THROUGHOUT
        yield replace(first, expression=expression, variables=tuple(left), message=message, simplicity=simplicity)


def _in_one(candidate: Candidate, variables: Sequence[str], stage: int) -> Candidate:
    """A mistake in one of several differentiations, and in which."""
    is_told_by_name = variables.count(variables[stage]) == 1
    by_name = Sentence("differentiation by ", Name(variables[stage]))
    which = by_name if is_told_by_name else f"{ORDINALS[stage]} differentiation"
    return replace(
        candidate,
        message=Sentence(candidate.message, ", in the ", which),
        variables=tuple(variables[stage + 1 :]),
        simplicity=ONCE[candidate.simplicity],
    )


def _misread(expression: Expr, variables: Sequence[str]) -> Iterator[Candidate]:
    """The function read wrongly, everywhere or at one place, and differentiated rightly."""
    by = frozenset(variables)
    for misreading in MISREADINGS:
        found = [(node, became) for node in walk(expression) if (became := misreading.rewrite(node, by)) is not None]
        if not found:
            continue
        everywhere = _read_as(misreading, expression, by, None)
        yield _misreading(misreading, *found[0], everywhere, variables, THROUGHOUT)
        for was, became in found if 1 < len(found) <= MAX_PLACES else ():
            once = _read_as(misreading, expression, by, was)
            yield _misreading(misreading, was, became, once, variables, SOMEWHERE)


def _misreading(
    misreading: Misreading, was: Expr, became: Expr, whole: Expr, variables: Sequence[str], simplicity: int
) -> Candidate:
    message = misreading.said(was, became)
    return Candidate(misreading.mistake, message, Sentence(was), whole, tuple(variables), simplicity)


def _read_as(misreading: Misreading, expression: Expr, by: frozenset[str], only: Expr | None) -> Expr:
    """The expression with one node misread, or all."""
    return transformed(
        expression, lambda node: (misreading.rewrite(node, by) if only is None or node is only else None) or node
    )


class Differentiation:
    """One differentiation by rules, and its wrong versions.

    `again` differentiates another expression by another variable, where shapes and what depends on what are the same.
    """

    def __init__(
        self, expression: Expr, variable: str, tensors: Tensors | None, dependent: Mapping[str, Expr] | None = None
    ) -> None:
        self.expression, self.variable, self.tensors = expression, variable, tensors
        self._differentiated = partial(differentiate, tensors=tensors, dependent=dependent)
        self.again = partial(Differentiation, tensors=tensors, dependent=dependent)
        self._known: Known | None = None
        self.step: Step | None = self._step(RULES)
        self._known = None if self.step is None else Known(self.step)

    def candidates(self, names: Sequence[str]) -> Iterator[tuple[Again, Candidate]]:
        """Each mal-rule at each place at which its rule applies, and throughout; and what makes the mistake again.
        `names` are all variables."""
        for wrong in MAL_RULES if self.step is not None else ():
            yield from ((partial(self._wrong_again, wrong), each) for each in self._of_rule(wrong))
        yield from self._total(names)

    @cached_property
    def _places(self) -> dict[tuple[str, Place], _Applied]:
        assert self.step is not None
        return _places(self.step, self.variable)

    def _total(self, names: Sequence[str]) -> Iterator[tuple[Again, Candidate]]:
        """Other variables differentiated as well."""
        others = [name for name in names if name != self.variable]
        for also in [others, *([name] for name in others if len(others) > 1)]:
            step = self._step(RULES, also=also) if also else None
            if step is not None:
                message = filled_in(OTHER_VARIABLE_MESSAGE, {"names": joined(" and ", map(Sentence, map(Name, also)))})
                candidate = Candidate(OTHER_VARIABLE, message, Sentence(self.expression), step.result)
                yield partial(self._total_again, also), candidate

    def _of_rule(self, wrong: MalRule) -> Iterator[Candidate]:
        """The mistake at each place at which its rule applies, and throughout."""
        places: dict[Place, _Applied] = {}
        for (rule, place), applied in self._places.items():
            if rule in wrong.replaces:
                known = places.get(place)
                places[place] = applied if known is None else _Applied(applied.node, known.times + applied.times)
        if len(places) > MAX_PLACES:
            yield from self._made(wrong, None, next(iter(places.values())), THROUGHOUT)
            return
        found = [made for place, applied in places.items() for made in self._made(wrong, place, applied, SOMEWHERE)]
        if len(found) == 1:
            yield replace(found[0], simplicity=THROUGHOUT)
        elif found:
            for each in self._made(wrong, None, next(iter(places.values())), THROUGHOUT):
                yield replace(each, message=found[0].message + EVERYWHERE, where=Sentence(self.expression))
            yield from found

    def _made(self, wrong: MalRule, place: Place | None, applied: _Applied, simplicity: int) -> Iterator[Candidate]:
        """The mistake at a place, or throughout; nothing where it makes no difference."""
        seen: list[Application] = []
        node, once = applied.node, place is not None and applied.times == 1
        try:
            step = self._step({**RULES, **_replaced(wrong, self.variable, seen, once=once)}, place=place)
        except _NotMadeError:
            return
        if step is not None and seen:
            given = next((each for each in seen if each.expression == node), seen[0])
            message = wrong.said(given, self.variable)
            yield Candidate(wrong.mistake, message, Sentence(node), step.result, (), simplicity)

    def _step(self, rules: Mapping[str, Rule], *, place: Place | None = None, also: Sequence[str] = ()) -> Step | None:
        with suppress(Unexplained):
            return self._differentiated(
                self.expression, self.variable, rules, place=place, also=also, known=self._known
            )
        return None

    def _wrong_again(self, wrong: MalRule, expression: Expr, variable: str) -> Iterator[Expr]:
        """Another derivative with the mistake wherever it can be made, then at each place."""
        seen: list[Application] = []
        rules = RULES
        for each in (wrong, *_SAME_MISTAKE[wrong.mistake]):
            if all(rules[name] is RULES[name] for name in each.replaces):
                rules = {**rules, **_replaced(each, variable, seen, once=False)}
        with suppress(Unexplained):
            throughout = self._differentiated(expression, variable, rules).result
            if seen:
                yield throughout
                other = self.again(expression, variable)
                for each in _SAME_MISTAKE[wrong.mistake] if other.step is not None else ():
                    found = (made.expression for made in other._of_rule(each))
                    yield from (made for made in found if made != throughout)

    def _total_again(self, also: Sequence[str], expression: Expr, variable: str) -> Iterator[Expr]:
        """Another derivative with other variables differentiated as well; not where it is by one of these."""
        with suppress(Unexplained):
            if variable not in also:
                yield differentiate(expression, variable, also=also, tensors=self.tensors).result


def _replaced(wrong: MalRule, variable: str, seen: list[Application], *, once: bool) -> Mapping[str, Rule]:
    """The rules in whose place a mal-rule stands, with it in their place; what it is applied to is noted in `seen`.
    Where it is applied only once, and the mistake cannot be made there, they raise _NotMadeError."""

    def replaced(rule: Rule) -> Rule:
        def apply(given: Application) -> Expr:
            found = wrong.apply(given, variable)
            if found is None and once:
                raise _NotMadeError
            if found is None:
                return rule.apply(given)
            seen.append(given)
            return found

        return replace(rule, apply=apply)

    return {name: replaced(RULES[name]) for name in wrong.replaces}


@frozen
class _Applied:
    """What a rule is applied to at a place, and how often."""

    node: Expr
    times: int = 1


def _places(step: Step, variable: str) -> dict[tuple[str, Place], _Applied]:
    """Where each rule is applied, and to what: outer pieces before inner ones."""
    found: dict[tuple[str, Place], _Applied] = {}
    stack = [(step, step.expression)]
    while stack:
        each, above = stack.pop()
        # The outer function of a composition stands there with a letter in it; the composition is what was written.
        node = each.expression if each.variable == variable else above
        known = found.get((each.rule, each.place))
        found[each.rule, each.place] = _Applied(node) if known is None else replace(known, times=known.times + 1)
        stack.extend((inner, node) for inner in reversed(each.inner))
    return found


def _written_otherwise(expression: Expr) -> Iterator[Expr]:
    """Other ways of writing the expression: roots and fractions as powers, negative powers as fractions, and fractions
    as products."""
    seen = {expression}
    for change in (_as_powers, _as_fractions, _as_products):
        written = transformed(expression, change)
        if written not in seen:
            seen.add(written)
            yield written


def _as_powers(node: Expr) -> Expr:
    match node:
        case Call(function="sqrt" | "cbrt", arguments=(argument,)):
            return power(argument, over(ONE, number(ROOTS[node.function])))
        case Product(factors=factors) if any(_is_divisor(factor) for factor in factors):
            changed = [factor.value if factor.operator == "*" else _inverse(factor) for factor in factors]
            if all(factor.operator in "*/" for factor in factors) and None not in changed:
                return times(*(each for each in changed if each is not None))
        case _:
            pass
    return node


def _is_divisor(factor: Factor) -> bool:
    return factor.operator == "/" and not isinstance(factor.value, Number)


def _inverse(factor: Factor) -> Expr | None:
    match factor.value:
        case Number():
            return over(ONE, factor.value)
        case Power(base=base, exponent=exponent) if number_of(exponent) is not None:
            return power(base, negated(exponent))
        case Product(factors=factors) if all(each.operator == "*" for each in factors):
            inverses = [_inverse(each) for each in factors]
            return times(*(each for each in inverses if each is not None))
        case other:
            return power(other, negated(ONE))


def _as_fractions(node: Expr) -> Expr:
    if isinstance(node, Power) and isinstance(node.exponent, Negation) and number_of(node.exponent) is not None:
        exponent = node.exponent.operand
        return over(ONE, node.base if exponent == ONE else power(node.base, exponent))
    return node


def _as_products(node: Expr) -> Expr:
    """f/g as f (1/g)."""
    match node:
        case Product(factors=factors) if any(_is_divisor(factor) for factor in factors) and factors[0].value != ONE:
            below = [factor.value for factor in factors if factor.operator == "/"]
            above = [factor for factor in factors if factor.operator == "*"]
            if len(above) + len(below) == len(factors):
                return Product((*above, Factor(over(ONE, times(*below)))))
        case _:
            pass
    return node
