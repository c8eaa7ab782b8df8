"""Programs at random: statements of the language that `gradcli run` takes, over torch's names and Python's."""

from __future__ import annotations

from gradcli.program import vocabulary
from tests.fuzz.expressions import DEBRIS, Expressions

START = (
    "x = tensor(2., requires_grad=True)",
    "y = tensor([1., 2.])",
    "v = tensor([1., 2., 3.], requires_grad=True)",
    "m = ones(2, 2, requires_grad=True)",
    "z = [x, y]",
)
VALUES = (
    *("x", "y", "v", "m", "z", "3", "2.5", "'a'", "None", "True", "range(3)", "x.grad", "x.shape", "v[0]", "z[0]"),
    *("2**63", "2**4000", "10**400", "[]", "()", "(x, y)", "[x, [y]]", "y.grad_fn", "float64", "f'{x:.2f}'", "x.data"),
    *("[tensor([1.,2.]), 1]", "[None]", "['a']", "enumerate(v)", "zip(v, v)", "range(10**12)", "-1", "inf", "nan"),
)
TARGETS = (
    "x",
    "y",
    "z",
    "a, b",
    "(a, b)",
    "x.grad",
    "x.data",
    "v[0]",
    "z[0]",
    "z[0:0]",
    "m[0, 1]",
    "x.foo",
    "x.requires_grad",
)
FORMS = (
    "{target} = {value}",
    "{target} = {value}",
    "{target} = {expression}",
    "{target} = {call}",
    "{target} {update}= {value}",
    "{target} {update}= {expression}",
    "{expression}",
    "{call}",
    "{call}",
    "print({value}, {call}, end='')",
    "print({value}, sep={value})",
    "{value}.{method}({value})",
    "{value}.{method}()",
    "({expression}).{method}({value}, {value})",
    "({expression}).sum().backward()",
    "x.backward()",
    "grad({value}, {value})",
    "for {name} in {value}: {simple}",
    "for {name} in range(3):\n    {simple}\n    {simple}",
    "if {value} > {value}: {simple}\nelse: {simple}",
    "with no_grad(): {simple}",
    "with set_grad_enabled({value}):\n    {simple}",
    "import torch",
    "{simple}; {simple}",
    "print(f'{{{value}:{value}}}')",
    "{target} = {target} = {value}",
    "z = [z, z]",
    "{target} =",
    "del {name}",
    "{value}.{attribute}",
)
SIMPLE = (
    "x = {value}",
    "{call}",
    "z = [z, x]",
    "print({value})",
    "v -= {value}",
    "x += {expression}",
    "{value}",
    "pass",
)
NAMES = ("x", "y", "v", "m", "z", "i", "a", "_")
ATTRIBUTES = ("grad", "data", "shape", "dtype", "T", "grad_fn", "is_leaf", "requires_grad", "ndim", "__class__", "foo")


class Programs(Expressions):
    """Makes programs."""

    def program(self) -> str:
        """A program of some statements, at times with something wrong in its text."""
        lines = [line for line in START if self.rng.random() < 0.9]
        lines += [self.statement() for _ in range(self.rng.choice((1, 1, 2, 3, 6)))]
        text = "\n".join(lines) + self.rng.choice(("\n", "\n", ""))
        return self.damaged(text) if self.rng.random() < 0.1 else text

    def statement(self) -> str:
        """A statement."""
        form = self.rng.choice(FORMS)
        while "{simple}" in form:
            form = form.replace("{simple}", self.rng.choice(SIMPLE), 1)
        pieces = {
            "target": lambda: self.rng.choice(TARGETS),
            "value": lambda: self.rng.choice(VALUES),
            "expression": lambda: self.expression(2),
            "call": self.any_call,
            "update": lambda: self.rng.choice(("+", "-", "*", "/", "**", "@", "//", "%")),
            "method": lambda: self.rng.choice(sorted(vocabulary.METHODS)),
            "attribute": lambda: self.rng.choice(ATTRIBUTES),
            "name": lambda: self.rng.choice(NAMES),
        }
        for name, make in pieces.items():
            while f"{{{name}}}" in form:
                form = form.replace(f"{{{name}}}", make(), 1)
        return form

    def any_call(self) -> str:
        """A call of a function that only programs have, or of one that expressions have as well."""
        if self.rng.random() < 0.5:
            return self.call(1)
        additions = vocabulary.additions()
        name = self.rng.choice(sorted(additions))
        addition = additions[name]
        count = self.rng.randint(addition.required, max(len(addition.parameters), addition.required))
        arguments = [self.rng.choice((*VALUES, self.expression(1))) for _ in range(count)]
        if addition.keywords and self.rng.random() < 0.4:
            arguments.append(f"{self.rng.choice(addition.keywords)}={self.rng.choice(VALUES)}")
        if addition.owner and arguments:
            owner, *arguments = arguments
            return f"({owner}).{name}({', '.join(arguments)})"
        return f"{name}({', '.join(arguments)})"

    def debris(self) -> str:
        """A text that is no program at all."""
        return "".join(self.rng.choice((*DEBRIS, *TARGETS, *VALUES)) for _ in range(self.rng.randint(0, 12)))
