"""Expressions at random over the whole vocabulary: right ones, nearly right ones, and some that are nothing at all."""

from __future__ import annotations

import random
from collections.abc import Callable

from gradcli.operations import TABLE, Operation

NUMBERS = ("0", "1", "2", "3", "7", "0.5", "1.5", "10", "2.25", "-1", "-2", "pi", "e", "1/3", "0.1")
HARD_NUMBERS = (
    *("1e300", "-1e300", "1e-300", "1e160", "-1e160", "5e-324", "1e16", "1e999", "inf", "-inf", "nan", "170", "-0.0"),
    *("2^63", "2**63", "9^9^9", "0x10", "1_000", ".5", "5.", "1e400", "10!", "709", "4503599627370497", "tau"),
)
NAMES = ("x", "y", "v", "m")
ODD_NAMES = ("e", "pi", "d", "dx", "T", "f", "foo", "θ", "x_1", "lambda", "bool", "float64", "sin", "_", "sum", "i")
VALUES = {
    "x": (
        "2",
        "0",
        "1",
        "-1",
        "0.9",
        "-0.5",
        "3",
        "1e-300",
        "-1e300",
        "1e160",
        "1e-8",
        "inf",
        "nan",
        "[1, 2]",
        "[0.9]",
    ),
    "y": ("-0.5", "1", "0", "2", "1e300", "-1e-300", "nan", "[[1, 2]]", "1/3", "-inf", "4", "[1, 2]"),
    "v": ("[1, 2, 3]", "[0, 0, 0]", "[-1, 0.5, 2]", "[1e300, 1, nan]", "2", "[]", "[[1], [2], [3]]", "[1, 2]"),
    "m": ("[[1, 2], [3, 4]]", "[[1, 2, 3], [4, 5, 6], [7, 8, 10]]", "[[0]]", "[1, 2]", "3", "[[1, 2], [2, 4]]"),
}
ODD_VALUES = (
    "None",
    "True",
    "'a'",
    "[[1, 2], [3]]",
    "x",
    "",
    "sin",
    "manual_seed(1)",
    "zeros(2)",
    "1e999",
    "[,]",
    "2 3",
)
SETTINGS = {
    "reduction": ("'mean'", "'sum'", "'none'", "'no such'", "1", "None"),
    "approximate": ("'tanh'", "'none'", "'no such'", "2"),
    "dtype": ("float32", "float64", "int64", "bool", "'float32'", "torch.float64", "3"),
    "keepdim": ("True", "False", "1", "x"),
    "unbiased": ("True", "False", "0"),
    "log_target": ("True", "False"),
    "requires_grad": ("True", "False", "2"),
    "tensors": ("[x, y]", "[v, v]", "[m, m]", "[v, m]", "[]", "[[1, 2], [3]]", "v", "[1, [2]]"),
    "data": ("[1, 2]", "[[1, 2], [3, 4]]", "[]", "[[1, 2], [3]]", "[x, y]", "3", "[None]", "[[[0]]]"),
}
SIZES = ("0", "1", "2", "3", "-1", "2, 3", "3, 1", "[2, 3]", "(2, 2)", "[]", "1000", "2^63", "2**63, 2**63", "2.5", "x")
SIZED = frozenset({"shape", "size", "repeats", "n", "m", "steps"})
WHOLE = ("0", "1", "-1", "2", "-3", "[0, 1]", "(0,)", "(1, 0)", "None", "5", "1.5", "2^40", "x", "[]", "True")
WHOLES = frozenset(
    {"dim", "dim0", "dim1", "dims", "start_dim", "end_dim", "shifts", "diagonal", "seed", "correction", "p"}
)
DEBRIS = (
    *"()[]{}|;:,.=+-*/^%@!?#$&~<>_'\"`\\ \t\n²³√π∞≤−×·°′∂∑x2e",
    *(
        "**",
        "//",
        "==",
        "...",
        " at ",
        "1e",
        "0x",
        "\x00",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "\udc80",
        "х",
        "𝑥",
        "１",
        "⁻¹",
    ),
    *("d/dx", "f'", "for ", "lambda ", "\\frac{", "__", "None", "||", "..", ".T", "x.grad"),
)
DEPTH = 3


class Expressions:
    """Makes texts of the language with `random`, whose state decides all."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def text(self, depth: int | None = None) -> str:
        """An expression or a small program, at times with something wrong in it."""
        depth = self.rng.randint(0, DEPTH) if depth is None else depth
        text = self.expression(depth)
        if self.rng.random() < 0.12:
            name = self.rng.choice((*NAMES, "z", "z", *ODD_NAMES))
            text = f"{name} = {self.expression(depth)}; {text}"
        return self.damaged(text) if self.rng.random() < 0.15 else text

    def damaged(self, text: str) -> str:
        """The text with some pieces put in, left out or doubled."""
        for _ in range(self.rng.randint(1, 3)):
            place = self.rng.randint(0, len(text))
            end = min(len(text), place + self.rng.randint(0, 4))
            piece = self.rng.choice((self.rng.choice(DEBRIS), "", text[place:end] * 2))
            text = text[:place] + piece + text[end:]
        return text

    def expression(self, depth: int) -> str:
        """An expression of at most this depth."""
        if depth <= 0:
            return self.atom()
        made: str = self.rng.choices(_FORMS, _WEIGHTS)[0](self, depth - 1)
        return made

    def atom(self) -> str:
        """A name or a number."""
        pick = self.rng.random()
        if pick < 0.55:
            return self.rng.choice(NAMES)
        if pick < 0.85:
            return self.rng.choice(NUMBERS)
        return self.rng.choice(HARD_NUMBERS if pick < 0.97 else ODD_NAMES)

    def call(self, depth: int) -> str:
        """A call of any operation, as a function, as a method, or without brackets."""
        operation = self.rng.choice(TABLE)
        name = self.rng.choice((operation.name, *operation.aliases))
        if operation.prefix and self.rng.random() < 0.2:
            power = self.rng.choice(("", "", "^2", "^-1", "²", "⁻¹"))
            return f"{name}{power} {self.atom()}"
        if operation.attribute and self.rng.random() < 0.5:
            return f"{self.expression(depth)}.{name}".replace("-", "", 1)
        arguments = self._arguments(operation, depth)
        if arguments and self.rng.random() < 0.15:
            owner, *arguments = arguments
            return f"({owner}).{name}({', '.join(arguments)})"
        prefix = self.rng.choice(("", "", "", "", "torch.", "F."))
        return f"{prefix}{name}({', '.join(arguments)})"

    def _arguments(self, operation: Operation, depth: int) -> list[str]:
        most = len(operation.parameters)
        count = self.rng.randint(operation.required, most)
        if self.rng.random() < 0.04:
            count = self.rng.randint(0, most + 1)
        names = [*operation.parameters, *operation.parameters[-1:] * 2, "x"]
        arguments = [self.argument(name, depth) for name in names[:count]]
        if operation.variadic and self.rng.random() < 0.3:
            arguments += [self.argument(names[most - 1], depth) for _ in range(self.rng.randint(1, 2))]
        named = [*operation.keywords, *operation.parameters[count:]]
        if named and self.rng.random() < 0.35:
            name = self.rng.choice(named)
            arguments.append(f"{name}={self.argument(name, depth)}")
        return arguments

    def argument(self, parameter: str, depth: int) -> str:
        """Something for a parameter: mostly of its kind."""
        if self.rng.random() < 0.06:
            return self.rng.choice((self.expression(depth), *ODD_VALUES))
        if parameter in SETTINGS:
            return self.rng.choice(SETTINGS[parameter])
        if parameter in SIZED:
            return self.rng.choice(SIZES)
        if parameter in WHOLES:
            return self.rng.choice(WHOLE)
        return self.expression(depth)

    def sum(self, depth: int) -> str:
        """A sum or difference."""
        operator = self.rng.choice((" + ", " - ", "+", "-", " − "))
        return f"({self.expression(depth)}{operator}{self.expression(depth)})"

    def product(self, depth: int) -> str:
        """A product of any kind."""
        operator = self.rng.choice(("*", "/", " ", "*", "/", "//", "%", "@", "·", "÷"))
        return f"({self.expression(depth)}){operator}({self.expression(depth)})"

    def power(self, depth: int) -> str:
        """A power or root."""
        exponent = self.rng.choice(("2", "3", "-1", "0.5", "x", "1/3", "(-2)", "0", "100", self.expression(depth)))
        form = self.rng.choice(("({})^{}", "({})**{}", "({})²", "√({})", "∛({})", "({})!", "{}^{}^2"))
        return form.format(self.expression(depth), f"({exponent})" if len(exponent) > 3 else exponent)

    def sign(self, depth: int) -> str:
        """A negation or absolute value."""
        return self.rng.choice(("-{}", "-({})", "|{}|", "--{}", "+{}")).format(self.expression(depth))

    def comparison(self, depth: int) -> str:
        """A comparison, bare or in `where`."""
        operator = self.rng.choice(("<", "<=", ">", ">=", "==", "!=", "≤"))
        compared = f"{self.expression(depth)} {operator} {self.expression(depth)}"
        whole = self.rng.random()
        if whole < 0.5:
            return f"where({compared}, {self.expression(depth)}, {self.expression(depth)})"
        return f"({compared})"

    def literal(self, depth: int) -> str:
        """A list."""
        elements = [self.expression(depth) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3)))]
        return f"[{', '.join(elements)}]"

    def index(self, depth: int) -> str:
        """An entry or slice."""
        item = self.rng.choice(
            ("0", "-1", "1", "5", "::2", "1:", ":, 0", "..., 0", "None", "::-1", "[0, 1]", "v", "x > 0")
        )
        return f"({self.expression(depth)})[{item}]"

    def reduced(self, depth: int) -> str:
        """A scalar made of whatever comes."""
        name = self.rng.choice(("sum", "mean", "norm", "prod", "max", "std", "logsumexp", "all"))
        return f"{name}({self.expression(depth)})"

    def bindings(self) -> list[str]:
        """NAME=VALUE for the usual names, now and then one that is none."""
        found = [f"{name}={self.rng.choice(VALUES[name])}" for name in NAMES]
        if self.rng.random() < 0.15:
            found = found[: self.rng.randint(0, len(found))]
        if self.rng.random() < 0.08:
            found.append(f"{self.rng.choice((*NAMES, *ODD_NAMES))}={self.rng.choice(ODD_VALUES)}")
        return found


_FORMS: tuple[Callable[[Expressions, int], str], ...] = (
    Expressions.call,
    Expressions.reduced,
    Expressions.sum,
    Expressions.product,
    Expressions.power,
    Expressions.sign,
    Expressions.comparison,
    Expressions.literal,
    Expressions.index,
)
_WEIGHTS = (12, 3, 3, 4, 3, 1, 1, 1, 1)
