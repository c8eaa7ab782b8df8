"""The differentiator: which rule applies to a piece, and what its inner pieces are.

Every method that handles a piece is a generator: it yields the pieces whose derivatives it needs and is sent their
steps. `_driven` runs them with a stack of its own, so that nesting costs no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from typing import Final, TypeAlias

from gradcli.calculus.ranges import never_zero
from gradcli.calculus.steps import derivatives
from gradcli.calculus.steps.account import NO_RULE, Step, Unexplained, too_large
from gradcli.calculus.steps.pieces import Fraction, Part, arguments_of, sorted_factors, values_of, with_one_operator
from gradcli.calculus.steps.rules import RULES, Application, Outer, Rule, of_call, of_power
from gradcli.calculus.steps.simplify import Simplifier
from gradcli.calculus.steps.tensors import REDUCTIONS, Kind, Tensors, speaks_of_tensors
from gradcli.calculus.steps.trees import Sizes, filled, names_in, number, template_of
from gradcli.language.rewriting import Place
from gradcli.language.sentences import Sentence, joined
from gradcli.language.tree import Call, Comparison, Expr, Name, Negation, Power, Product, Sum
from gradcli.operations import INTEGER, OPERATIONS

Steps: TypeAlias = "Generator[Part, Step, Step]"

MAX_FACTORS: Final = 50
"""Factors that one product rule may have: its result has as many terms of as many factors."""
LETTERS: Final = ("u", "v", "w", "s", "t", "r", "q", "p")
"""What inner functions are called, those outside first."""


def differentiate(
    expr: Expr,
    wrt: str,
    rules: Mapping[str, Rule] = RULES,
    *,
    place: Place | None = None,
    also: Collection[str] = (),
    dependent: Mapping[str, Expr] | None = None,
    bound: Collection[str] = (),
    tensors: Tensors | None = None,
    known: Known | None = None,
) -> Step:
    """The derivative of an expression by the name `wrt`, and how the rules make it.

    `rules` replaces RULES everywhere or, where a `place` in the tree is given, there only. Names in `also` are
    differentiated as `wrt` is (a total derivative where a partial one is asked for). `dependent` are names that depend
    on `wrt`, with what stands for their derivatives. `bound` are the names that are
    no constants although they could be (`e`). `tensors` knows the shapes of names. `known` is the derivation by RULES
    of the same expression: with a `place`, only what depends on it is derived again. The step's result is an ordinary
    tree. Raises Unexplained where there is no rule, or the derivation would be too large.
    """
    try:
        if tensors is None and speaks_of_tensors([expr]):
            tensors = Tensors({}, fresh("n", names_in(expr)))
        return _Differentiator(expr, wrt, rules, place, also, dependent or {}, bound, tensors, known).step(expr)
    except RecursionError:
        raise too_large(expr) from None


def fresh(name: str, taken: Collection[str]) -> str:
    """The name, or the first with a number behind it that is not taken."""
    return (
        name if name not in taken else next(f"{name}{i}" for i in range(1, len(taken) + 2) if f"{name}{i}" not in taken)
    )


class Known:
    """A derivation by RULES, its steps by their places."""

    def __init__(self, whole: Step) -> None:
        self.whole = whole
        self.simplifier = Simplifier()
        self._steps: dict[Place, list[Step]] = {}
        stack = [whole]
        while stack:
            step = stack.pop()
            if step.variable == whole.variable:
                self._steps.setdefault(step.place, []).append(step)
            stack.extend(step.inner)

    def step(self, part: Part) -> Step | None:
        """The step of a part, None where there is none."""
        found = (step for step in self._steps.get(part.place, ()) if step.expression == part.value)
        return next(found, None)


class _Differentiator:
    """One differentiation."""

    def __init__(
        self,
        expr: Expr,
        variable: str,
        rules: Mapping[str, Rule],
        place: Place | None,
        also: Collection[str],
        dependent: Mapping[str, Expr],
        bound: Collection[str],
        tensors: Tensors | None,
        known: Known | None,
    ) -> None:
        self.variable, self.rules, self.place, self.tensors = variable, rules, place, tensors
        self.variables = frozenset((variable, *also, *dependent))
        self.dependent = dependent
        self.bound = frozenset(bound)
        self.names = names_in(expr)
        self.depth = 0
        self.known = known
        self.simplifier = Simplifier() if known is None else known.simplifier
        self.sizes = Sizes()
        self._varying: dict[int, tuple[Expr, bool]] = {}
        self.kind = Kind.SCALAR if tensors is None else tensors.kind(expr, variable)

    def step(self, expr: Expr) -> Step:
        """The derivation of the whole."""
        return _driven(self._step(Part(expr, ())), self._begun)

    def _begun(self, part: Part) -> Steps:
        """The derivation of a part: taken over where the place that is derived again does not lie in it."""
        if self.known is not None and self.place is not None and self.place[: len(part.place)] != part.place:
            step = self.known.step(part)
            if step is not None:
                return _taken(step)
        return self._step(part)

    # Rules

    def _rule(self, name: str, place: Place) -> Rule:
        return self.rules[name] if self.place is None or self.place == place else RULES[name]

    def _applied(
        self,
        name: str,
        part: Part,
        application: Application,
        inner: tuple[Step, ...] = (),
        *,
        variable: str | None = None,
        letters: tuple[tuple[str, Expr], ...] = (),
        remark: str | None = None,
    ) -> Step:
        rule = self._rule(name, part.place)
        given = rule.apply(application)
        self.sizes.check(given, part.value)
        result = self.simplifier.simplified(given)
        return Step(
            rule.name,
            rule.title,
            rule.formula,
            part.value,
            variable or self.variable,
            given,
            result,
            part.place,
            inner,
            letters,
            remark,
        )

    def _varies(self, expr: Expr) -> bool:
        found = self._varying.get(id(expr))
        if found is None:
            found = self._varying[id(expr)] = (expr, not self.variables.isdisjoint(names_in(expr)))
        return found[1]

    # Pieces

    def _step(self, part: Part) -> Steps:
        expr = part.value
        if not self._varies(expr):
            return self._leaf("constant", part)
        match expr:
            case Name(name=name) if name in self.dependent:
                return self._dependent(part, self.dependent[name])
            case Name():
                return self._leaf("variable", part)
            case Negation(operand=operand):
                return self._multiple(part, number(-1), Part(operand, (*part.place, 0)))
            case Sum(terms=terms):
                parts = [Part(term.value, (*part.place, i)) for i, term in enumerate(terms)]
                return self._combined("sum", part, parts)
            case Product():
                return self._product(part, with_one_operator(expr))
            case Power(base=base, exponent=exponent):
                return self._power(part, base, exponent)
            case Comparison():
                return self._leaf("step", part)
            case Call(function="pow", arguments=(base, exponent)):
                return self._power(part, base, exponent)
            case Call(function="reciprocal", arguments=(argument,)):
                return self._combined("reciprocal", part, [Part(argument, (*part.place, 0))])
            case Call():
                return self._call(part, expr)
            case _:
                raise _no_rule(expr, "a part of a tensor", "the rules are for formulas in whole variables")

    def _leaf(self, rule: str, part: Part) -> Steps:
        return self._applied(rule, part, Application(part.value))
        yield

    def _dependent(self, part: Part, slope: Expr) -> Steps:
        """A variable that depends on the one that is differentiated by."""
        return self._applied("dependent variable", part, Application(part.value, derivatives=(slope,)))
        yield

    def _combined(self, rule: str, whole: Part, parts: list[Part], remark: str | None = None) -> Steps:
        """A rule that needs the derivatives of all parts."""
        inner = yield from _all(parts)
        application = Application(
            whole.value, tuple(part.value for part in parts), tuple(step.result for step in inner)
        )
        return self._applied(rule, whole, application, inner, remark=remark)

    def _multiple(self, whole: Part, constant: Expr, rest: Part) -> Steps:
        inner = yield rest
        application = Application(whole.value, (constant, rest.value), (inner.result,))
        return self._applied("constant multiple", whole, application, (inner,))

    def _product(self, whole: Part, product: Product) -> Steps:
        operator = product.factors[1].operator
        if operator == "//":
            return self._leaf("step", whole)
        if operator in "%@":
            first, second = (factor.value for factor in product.factors)
            return self._call(
                whole, Call("remainder" if operator == "%" else "dot", (first, second), span=product.span)
            )
        fraction = sorted_factors(product, whole.place, [self._varies(factor.value) for factor in product.factors])
        if fraction.constant is not None:
            return self._multiple(whole, fraction.constant, fraction.rest(whole.place))
        return self._fraction(whole, fraction)

    def _fraction(self, whole: Part, fraction: Fraction) -> Steps:
        place = whole.place
        if not fraction.below:
            if len(fraction.above) > MAX_FACTORS:
                raise too_large(whole.value)
            return self._combined("product", whole, list(fraction.above))
        if not fraction.above:
            return self._combined("reciprocal", whole, [fraction.bottom(place)])
        return self._combined("quotient", whole, [fraction.top(place), fraction.bottom(place)])

    def _power(self, whole: Part, base: Expr, exponent: Expr) -> Steps:
        inner = Part(base, (*whole.place, 0)), Part(exponent, (*whole.place, 1))
        if self._varies(base) and self._varies(exponent):
            return self._combined("general power", whole, list(inner))
        if self._varies(base):
            return self._chained(whole, inner[0], of_power("power", exponent))
        is_e = base == Name("e") and "e" not in self.bound
        rule = "exponential" if is_e else "general exponential"
        return self._chained(whole, inner[1], of_power(rule, base))

    # Functions

    def _call(self, whole: Part, node: Call) -> Steps:
        name = node.function
        if name in derivatives.STEPS:
            return self._leaf("step", whole)
        if name == "detach":
            return self._leaf("constant", whole)
        if name == "where":
            return self._piecewise(whole, node)
        if name in derivatives.CHOICES and len(node.arguments) > 1:
            return self._choice(whole, node)
        if name in REDUCTIONS and len(node.arguments) == 1 and not node.keywords:
            return self._reduction(whole, node)
        defined = _definition(node)
        if defined is not None:
            return self._definition(whole, defined)
        if name in derivatives.FUNCTIONS or name in derivatives.PARTIALS:
            return self._function(whole, node)
        reason = {"digamma": "its derivative has no name in the vocabulary"}.get(
            name, "it mixes the entries of tensors"
        )
        raise _no_rule(node, name, reason if not OPERATIONS[name].prefix or name == "digamma" else "")

    def _function(self, whole: Part, node: Call) -> Steps:
        arguments = arguments_of(node)
        places = {name: Part(each.value, (*whole.place, *each.place)) for name, each in arguments.items()}
        varying = [name for name, each in places.items() if self._varies(each.value)]
        known = derivatives.PARTIALS.get(node.function, {"x": ""})
        for name in varying:
            if name not in known:
                raise _no_rule(node, f"{name} of {node.function}", "it is a setting, not a variable")
        remark = self._kinks(node.function, values_of(arguments), arguments)
        outers = [of_call(node, name, values_of(arguments)) for name in varying]
        if len(varying) == 1:
            return self._chained(whole, places[varying[0]], outers[0], remark)
        return self._several(whole, [places[name] for name in varying], outers, remark)

    def _kinks(self, function: str, values: Mapping[str, Expr], arguments: Mapping[str, Part]) -> str | None:
        """Where the function has no derivative, in words."""
        written = {name for name, part in arguments.items() if part.place}
        operation = OPERATIONS[function]
        kinks = [kink for kink in operation.kinks if names_in(template_of(kink, operation.parameters)) <= written]
        where = [self._kink(kink, values) for kink in kinks if not self._is_nowhere(kink, values)]
        return Sentence("no derivative where ", joined(" or ", where)) if where else None

    def _is_nowhere(self, kink: str, values: Mapping[str, Expr]) -> bool:
        """Whether no point can be on the kink: 1 + x^2 is never 0."""
        return kink != INTEGER and never_zero(filled(kink, values), self.variables | self.bound)

    def _kink(self, kink: str, values: Mapping[str, Expr]) -> Sentence:
        if kink == INTEGER:
            return Sentence(values["x"], " is whole")
        return Sentence(self.simplifier.simplified(filled(kink, values)), " = 0")

    def _chained(self, whole: Part, inner: Part, outer: Outer, remark: str | None = None) -> Steps:
        """A function of the variable by its own rule, of anything else by the chain rule."""
        if isinstance(inner.value, Name) and inner.value.name not in self.dependent:
            return self._direct(whole, inner.value, outer, remark)
        return self._composed(whole, [inner], [outer], "chain", remark)

    def _direct(self, whole: Part, variable: Expr, outer: Outer, remark: str | None) -> Steps:
        return self._applied(outer.rule, whole, outer.application(variable), remark=remark)
        yield

    def _several(self, whole: Part, parts: list[Part], outers: list[Outer], remark: str | None) -> Steps:
        return self._composed(whole, parts, outers, "several variables", remark)

    def _composed(self, whole: Part, parts: list[Part], outers: list[Outer], rule: str, remark: str | None) -> Steps:
        letters = self._take_letters(len(parts))
        named = dict(zip((outer.parameter for outer in outers), map(Name, letters), strict=True))
        shown = [self._outer_step(outer, whole, named, letter) for outer, letter in zip(outers, letters, strict=True)]
        inner = yield from _all(parts)
        self.depth -= len(letters)
        own = [self._rule(outer.rule, whole.place) for outer in outers]
        partials = tuple(
            each.apply(outer.application(part.value)) for each, outer, part in zip(own, outers, parts, strict=True)
        )
        application = Application(
            whole.value,
            tuple(part.value for part in parts),
            tuple(step.result for step in inner),
            partials=tuple(map(self.simplifier.simplified, partials)),
            outer_at=lambda index, value: own[index].apply(outers[index].application(value)),
            function_at=lambda index, value: outers[index].application(value).expression,
        )
        pairs = tuple((letter, part.value) for letter, part in zip(letters, parts, strict=True))
        return self._applied(rule, whole, application, (*shown, *inner), letters=pairs, remark=remark)

    def _take_letters(self, count: int) -> list[str]:
        """The next letters, which inner pieces do not use."""
        start, self.depth = self.depth, self.depth + count
        letters = [LETTERS[i] if i < len(LETTERS) else f"u{i}" for i in range(start, self.depth)]
        return [fresh(letter, self.names) for letter in letters]

    def _outer_step(self, outer: Outer, whole: Part, named: Mapping[str, Expr], letter: str) -> Step:
        application = outer.application(Name(letter), named)
        return self._applied(outer.rule, Part(application.expression, whole.place), application, variable=letter)

    def _piecewise(self, whole: Part, node: Call) -> Steps:
        condition, *pieces = node.arguments
        inner = yield from _all([Part(piece, (*whole.place, i)) for i, piece in enumerate(pieces, 1)])
        application = Application(whole.value, node.arguments, tuple(step.result for step in inner))
        remark = Sentence("no derivative where ", condition, " switches") if self._varies(condition) else None
        return self._applied("piecewise", whole, application, inner, remark=remark)

    def _choice(self, whole: Part, node: Call) -> Steps:
        *before, last = node.arguments
        first = before[0] if len(before) == 1 else Call(node.function, tuple(before), span=node.span)
        place = (*whole.place, 0) if len(before) == 1 else whole.place
        parts = [Part(first, place), Part(last, (*whole.place, len(before)))]
        pair = Part(Call(node.function, (first, last), span=node.span), whole.place)
        remark = Sentence("no derivative where ", first, " = ", last)
        return self._combined("choice", pair, parts, remark)

    # Tensors

    def _reduction(self, whole: Part, node: Call) -> Steps:
        tensors = self.tensors
        assert tensors is not None, "a sum or a mean speaks of tensors"
        (argument,) = node.arguments
        inner = yield Part(argument, (*whole.place, 0))
        shape = tensors.shape(argument)
        entrywise = self.kind is not Kind.SCALAR
        if not entrywise and shape is None:
            raise _no_rule(node, node.function, "the shapes are not known; give the variables values")
        application = Application(
            whole.value,
            (argument,),
            (inner.result,),
            count=tensors.entries(argument),
            entrywise=entrywise,
            is_full=bool(shape) and tensors.shape(inner.result) == shape,
        )
        return self._applied(f"entries {node.function}", whole, application, (inner,))

    def _definition(self, whole: Part, defined: Expr) -> Steps:
        inner = yield Part(defined, whole.place)
        application = Application(whole.value, (defined,), (inner.result,))
        return self._applied("definition", whole, application, (inner,))


def _definition(node: Call) -> Expr | None:
    """What a call stands for, None where it has a rule of its own or is more than its definition."""
    name = node.function
    arguments = arguments_of(node)
    for missing, template in derivatives.WITHOUT.get(name, {}).items():
        if missing not in arguments:
            return filled(template, values_of(arguments))
    if name in derivatives.FURTHER:
        further, template = derivatives.FURTHER[name]
        return filled(template, values_of(arguments)) if further in arguments else None
    if name not in derivatives.DEFINED:
        return None
    template = derivatives.DEFINED[name]
    needed = 2 if "target" in OPERATIONS[name].parameters or name == "dot" else 1
    return filled(template, values_of(arguments)) if len(arguments) == needed else None


def _no_rule(node: Expr, what: str, reason: str) -> Unexplained:
    because = f": {reason}" if reason else ""
    return Unexplained(
        NO_RULE, f"there is no rule for {what}{because}", node.span, "gradcli without `explain` calculates it"
    )


def _taken(step: Step) -> Steps:
    """A derivation that is there already."""
    return step
    yield


def _all(parts: list[Part]) -> Generator[Part, Step, tuple[Step, ...]]:
    """The steps of several parts."""
    steps = []
    for part in parts:
        steps.append((yield part))  # noqa: PERF401 (a comprehension cannot yield)
    return tuple(steps)


def _driven(first: Steps, start: Callable[[Part], Steps]) -> Step:
    """Run a derivation: whatever a generator asks for is derived by a generator above it."""
    stack = [first]
    answer: Step | None = None
    while True:
        try:
            part = next(stack[-1]) if answer is None else stack[-1].send(answer)
        except StopIteration as finished:
            stack.pop()
            step: Step = finished.value
            if not stack:
                return step
            answer = step
        else:
            stack.append(start(part))
            answer = None
