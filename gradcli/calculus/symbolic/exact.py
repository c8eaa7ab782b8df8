"""What SymPy says of a value or a derivative at exact arguments, in the shortest of a few cheap forms.

The derivative is taken with letters in the place of the entries of the variables, and these are replaced from the
inside out: nothing on the way may become too large, and what switches (abs, max, where) is decided by its sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import sympy
from sympy import Add, Integer, Pow, Rational, S
from sympy.printing.precedence import PRECEDENCE

from gradcli.calculus.entries.arithmetic import Entries, NoForm, each_entry
from gradcli.calculus.entries.reading import Reading
from gradcli.calculus.rationals import fraction_text, integer_text
from gradcli.calculus.results import Place, Question, Request, Variables
from gradcli.calculus.symbolic import functions
from gradcli.calculus.symbolic.decimals import exact
from gradcli.calculus.symbolic.elements import SymPyArithmetic, gradient
from gradcli.calculus.symbolic.forms import forms_of, readable
from gradcli.calculus.symbolic.limits import Budget
from gradcli.calculus.symbolic.printer import LanguagePrinter, Unprintable
from gradcli.language.values import frozen

HYPERBOLIC: Final = (sympy.cosh, sympy.sinh, sympy.tanh, sympy.sech, sympy.csch, sympy.coth)
MAX_LETTERS: Final = 400
"""Entries of variables that letters stand for."""
MAX_BITS: Final = 200_000
"""Bits of a whole power."""
MAX_NODES: Final = 50
"""Nodes of a number of which other forms are tried."""
MAX_WORK: Final = 4_000
"""Nodes of the numbers of one derivative of which other forms are tried, together."""
MARGIN: Final = 8
"""Nodes that a shorter form may have more."""
SHORT: Final = 8
"""Characters of a number of which no other form is tried."""
LONG: Final = 160
"""Characters of one of which none is, since none would be short."""
MAX_POWER: Final = 8
"""The largest power of a sum that is multiplied out."""
SIGN_DIGITS: Final = 30
"""Digits to which a number is known whose sign decides something."""
NEARLY_ZERO: Final = 1e-20
"""The size below which a number that is not known to be zero has no sign."""


@frozen
class ExactForm:
    """An exact number as text of our language, or why there is none."""

    text: str | None
    reason: str = ""


class ExactArithmetic(SymPyArithmetic):
    """SymPy's expressions in which numbers with a point are the fractions that they are."""

    def literal(self, text: str, value: float) -> Any:
        """A number that the user wrote."""
        return exact(super().literal(text, value))

    def number(self, value: Any) -> Any:
        """A number of the program's own."""
        return exact(super().number(value))

    def raised(self, base: Any, exponent: Any) -> Any:
        """base ** exponent; powers of fractions may be huge, since they are written as powers."""
        if base.is_Rational and exponent.is_Integer and not base.is_zero:
            if max(abs(base.p), base.q).bit_length() * abs(exponent.p) > MAX_BITS:
                raise NoForm("a number of too many digits")
            return Pow(base, exponent)
        return super().raised(base, exponent)


class ExactForms:
    """The exact forms of the entries of a question's value, or of its derivative by `variables`, divided by `scale`."""

    def __init__(self, question: Question, variables: Variables, scale: int = 1) -> None:
        self._scale = scale
        self._question, self._variables = question, variables if question.wrt else ()
        self._values: dict[Any, Any] = {}
        self._symbols: dict[str, Entries] = {}
        self._work = MAX_WORK
        self._printer = ExactPrinter(frozenset(question.point))

    def at(self, place: Place) -> ExactForm:
        """The form of an entry."""
        try:
            return ExactForm(self._shortest(self._number(place)))
        except NoForm as absent:
            return ExactForm(None, absent.reason)
        except Unprintable as absent:
            return ExactForm(None, str(absent))
        except Exception as error:  # no form is always an acceptable answer; whatever SymPy throws means just that
            return ExactForm(None, f"SymPy failed: {type(error).__name__}")

    # The number

    def _number(self, place: Place) -> Any:
        if isinstance(self._output, NoForm):
            raise self._output
        target, symbols = self._target(self._output, place)
        number = _Evaluation(self._values).of(_differentiated(exact(target), tuple(symbols)))
        return number / self._scale if self._scale != 1 else number

    @cached_property
    def _output(self) -> Entries | NoForm:
        """The output, of letters; or why there is none."""
        try:
            return self._read()
        except NoForm as absent:
            return absent

    def _read(self) -> Entries:
        environment: dict[str, Entries] = {}
        for name, value in self._question.point.items():
            known = self._exact_value(name, np.asarray(value))
            environment[name] = self._lettered(name, known) if name in self._letters else known
        if len(self._values) > MAX_LETTERS:
            raise NoForm("there are too many entries to differentiate by")
        return Reading(ExactArithmetic(), environment).program(self._question.program)

    @cached_property
    def _letters(self) -> frozenset[str]:
        """The variables that are letters: of a derivative inside the program SymPy differentiates by them, too."""
        return frozenset(self._question.wrt) if self._variables else frozenset()

    def _exact_value(self, name: str, value: Any) -> Entries:
        given = self._question.exact.get(name)
        if given is not None:
            found = Reading(ExactArithmetic(), {}).entries(given)
            return np.array(found, object)
        if not np.isfinite(value).all():
            raise NoForm("an input is not finite")
        return each_entry(lambda each: _of_float(float(each), value.dtype == np.float32), value)

    def _lettered(self, name: str, values: Entries) -> Entries:
        """Letters in the place of a variable's entries."""
        letters = np.empty(values.shape, object)
        for place in np.ndindex(values.shape):
            letters[place] = sympy.Symbol(f"{name}'{place}", real=True)  # as nobody can write it
            self._values[letters[place]] = values[place]
        self._symbols[name] = letters
        return letters

    def _target(self, output: Entries, place: Place) -> tuple[Any, list[Any]]:
        """What is differentiated for an entry, and the letters by which."""
        question, variables = self._question, self._variables
        if not variables:
            return output[place], []
        if question.request is Request.DIAGONAL:
            return output[place], [np.broadcast_to(self._symbols[name], output.shape)[place] for name in variables]
        at, entries = question.entry(variables, place)
        whole = _weighted(output, question) if at is None else output[at]
        return whole, [self._symbols[name][within] for name, within in entries]

    # Its shortest form

    def _shortest(self, number: Any) -> str:
        """The shortest text of a number. Raises Unprintable."""
        best = self._printer.text(number)
        nodes = sum(1 for _ in sympy.preorder_traversal(number))
        self._work -= nodes
        if not SHORT < len(best) < LONG or nodes > MAX_NODES or self._work < 0 or not _is_moderate(number):
            return best
        for candidate in _forms(number):
            if sum(1 for _ in sympy.preorder_traversal(candidate)) > nodes + MARGIN:
                continue
            try:
                text = self._printer.text(candidate)
            except Unprintable:
                continue
            if len(text) < len(best):
                best = text
        return best


@lru_cache(maxsize=64)
def _differentiated(formula: Any, symbols: tuple[Any, ...]) -> Any:
    """The derivative by the letters, one after the other; those of lower order are remembered. Raises NoForm."""
    if not symbols:
        return formula
    *before, last = symbols
    inner = _differentiated(formula, tuple(before))
    if before:
        inner = readable(inner)
    Budget().formula(inner)
    return gradient(inner, [last])[last]


def _of_float(value: float, single: bool) -> Any:
    """The shortest decimal that reads back to a float, as a fraction."""
    text = str(np.float32(value)) if single else repr(float(value))
    return Rational(text)


def _weighted(output: Entries, question: Question) -> Any:
    """The number that is differentiated: the output, or its sum with the weights."""
    if question.request is not Request.VJP:
        return output.ravel()[0]
    weights = np.ones(output.shape) if question.cotangent is None else np.broadcast_to(question.cotangent, output.shape)
    pairs = zip(weights.ravel().tolist(), output.ravel(), strict=True)
    return Add(*[_of_float(float(weight), single=False) * entry for weight, entry in pairs])


class _Evaluation:
    """A formula at exact values of its letters."""

    def __init__(self, values: dict[Any, Any]) -> None:
        self._known = dict(values)
        self._arithmetic = ExactArithmetic()

    def of(self, formula: Any) -> Any:
        """The number. Raises NoForm where it becomes too large, has no value or hangs on a sign that is not known."""
        stack = [formula]
        while stack:
            node = stack[-1]
            missing = [part for part in node.args if part not in self._known]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if node not in self._known:
                self._known[node] = self._made(node) if node.args else node
        return self._known[formula]

    def _made(self, node: Any) -> Any:
        arguments = [self._known[part] for part in node.args]
        decide = _DECIDED.get(type(node))
        if decide is not None:
            found = decide(*arguments)
        elif node.is_Pow:
            found = self._arithmetic.raised(*arguments)
        elif node.is_Add or node.is_Mul:
            found = node.func(*arguments)
        else:
            if any(part.is_Rational and max(abs(part.p), part.q) > 10**18 for part in arguments):
                raise NoForm("a function of a number of too many digits")
            found = node.func(*arguments)
        if found.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
            raise NoForm("a part of it has no value here")
        Budget().formula(found)
        return found


def _sign(number: Any) -> int:
    """-1, 0 or 1. Raises NoForm where that is not known."""
    if number.is_Rational:
        return int(number.p > 0) - int(number.p < 0)
    if number.is_zero:
        return 0
    about = number.evalf(SIGN_DIGITS)
    if not about.is_Float or abs(about) < NEARLY_ZERO:
        raise NoForm("it hangs on a sign that is not known")
    return 1 if about > 0 else -1


def _largest(*numbers: Any) -> Any:
    best = numbers[0]
    for number in numbers[1:]:
        if _sign(number - best) > 0:
            best = number
    return best


def _floor(number: Any) -> Any:
    """The largest integer below, of a number that is clearly none itself unless it is a fraction."""
    if number.is_Rational:
        return Integer(number.p // number.q)
    below = Integer(int(sympy.floor(number.evalf(SIGN_DIGITS))))
    if _sign(number - below) <= 0 or _sign(below + 1 - number) <= 0:
        raise NoForm("it hangs on a sign that is not known")
    return below


_DECIDED: Final[dict[type, Callable[..., Any]]] = {
    functions.Positive: lambda number: Integer(max(_sign(number), 0)),
    functions.IsZero: lambda number: Integer(not _sign(number)),
    functions.Sign: lambda number: Integer(_sign(number)),
    functions.Absolute: lambda number: number * _sign(number),
    functions.Maximum: _largest,
    **dict.fromkeys((functions.Where, functions.Branch), lambda test, one, other: one if _sign(test) else other),
    functions.Floor: _floor,
    functions.Flat: lambda number: S.Zero,
    functions.Round: lambda number: functions.Round(number) if number.is_Rational else _floor(number + S.Half),
    functions.Detached: lambda number: number,
}
"""What switches, decided."""


# Forms


def _is_moderate(number: Any) -> bool:
    """Whether no power of a sum in it is high, which would be multiplied out."""
    powers = number.atoms(Pow)
    return all(abs(power.exp) <= MAX_POWER for power in powers if power.base.is_Add and power.exp.is_Rational)


def _forms(number: Any) -> Iterator[Any]:
    """Other forms of a number, each in little time."""
    makers: list[Callable[[Any], Any]] = [_multiplied_out]
    if number.has(sympy.log):
        makers.append(_with_split_logarithms)
        if len(number.atoms(sympy.log)) > 1:
            makers.append(_with_joined_logarithms)
    if number.has(sympy.asinh, sympy.acosh, sympy.atanh):
        makers.append(lambda each: each.rewrite(sympy.log))
    if any(each.args[0].has(sympy.log) for each in number.atoms(*HYPERBOLIC)):
        makers.append(lambda each: sympy.expand_mul(each.rewrite(sympy.exp)))
    if any(power.exp.is_Rational and power.exp.q == 2 for power in number.atoms(Pow)):
        makers += [sympy.radsimp, lambda each: sympy.sqrtdenest(sympy.expand_mul(each))]
        makers += [lambda each: sympy.sqrtdenest(_multiplied_out(sympy.radsimp(each))), _with_joined_roots]
    if number.has(sympy.exp):
        makers.append(lambda each: sympy.powsimp(sympy.expand_mul(each)))
    for make in makers:
        try:
            found = make(number)
        except Exception:  # whatever SymPy throws at a number that it does not like, the others are left
            continue
        yield found
    yield from forms_of(number, few=True)


def _multiplied_out(number: Any) -> Any:
    return sympy.expand(number, power_base=False, power_exp=False, log=False)


def _with_joined_roots(number: Any) -> Any:
    """With sqrt(2) for sqrt(2 - sqrt(2))*sqrt(sqrt(2) + 2)."""
    return number.replace(lambda node: node.is_Mul, _joined_roots)


def _joined_roots(product: Any) -> Any:
    roots = [factor for factor in product.args if factor.is_Pow and factor.exp == S.Half]
    rest = [factor for factor in product.args if factor not in roots]
    if len(roots) < 2:
        return product
    return sympy.Mul(*rest, sympy.sqrt(sympy.expand(sympy.Mul(*[root.base for root in roots]))))


def _with_split_logarithms(number: Any) -> Any:
    """With 3*log(2) for log(8)."""
    return sympy.expand_mul(sympy.expand_log(number, force=True))


def _with_joined_logarithms(number: Any) -> Any:
    """With log(6) for log(2) + log(3)."""
    return sympy.logcombine(sympy.expand_log(number, force=True), force=True)


class ExactPrinter(LanguagePrinter):
    """The printer of our language for exact numbers: huge whole ones as the powers that they are."""

    def text(self, expression: Any) -> str:
        """The number as text. Raises Unprintable."""
        return super().text(expression.xreplace({S.EulerGamma: -sympy.polygamma(0, 1, evaluate=False)}))

    def _print_Integer(self, node: Any) -> str:
        return integer_text(int(node.p))

    def _print_Rational(self, node: Any) -> str:
        return fraction_text(int(node.p), int(node.q))

    _print_One = _print_NegativeOne = _print_Zero = _print_Integer
    _print_Half = _print_Rational

    def parenthesize(self, item: Any, level: int, strict: bool = False) -> str:
        """The text of a part; brackets around a whole number that is written as a product or a power."""
        text = str(super().parenthesize(item, level, strict))
        if item.is_Integer and "**" in text and level >= PRECEDENCE["Mul"]:
            return f"({text})"
        return text

    def _print_Exp1(self, node: Any) -> str:
        return "exp(1)" if "e" in self._taken else "e"
