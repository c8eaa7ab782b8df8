"""Files at random: keys and answers of a class, notebooks, archives of tensors, batches."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import numpy as np

from tests.fuzz.expressions import NAMES, ODD_VALUES, VALUES, Expressions

LATEX = r"""
\frac{2x}{3}
2x\cos(x)
\sqrt{x}
$2x$
\frac{d}{dx} x^2
x^{2}
\ln x
\begin{pmatrix}1&2\\3&4\end{pmatrix}
\left(2x
\unknown{x}
x_{1}
2 \cdot x
\sin^2 x
{
\\
\frac12x
e^{-x^2/2}
\text{none}
""".strip().splitlines()
PLAIN = """
2x
93
2x cos(x)
[2x y, x^2]

3.14
1/3
no idea
f'(x) = 2x
2x + C
=1+1
d/dx x^2
""".strip().splitlines()
FUNCTIONS = (
    *("x^2 sin(x)", "3x + 1", "ln(x)", "e^(-x^2)", "1/x", "x^3/3", "sqrt(x)", "tan(x)", "|x|", "x!", "floor(x)", "x^x"),
    *(
        "1e300 x",
        "x^2*1e-110",
        "sec(x)",
        "x/80!",
        "atan2(x, 2)",
        "2",
        "gelu(x)",
        "max(x, 1)",
        "cbrt(x)",
        "0^x",
        "erfc(x)",
    ),
)
FIELDS: dict[str, tuple[Any, ...]] = {
    "wrt": ("x", ["x", "y"], "q", 3, [], ["x", "x"], "x y"),
    "order": (1, 2, 9, 0, -1, "2", 1.5, True),
    "form": ("gradient", "jacobian", "hessian", "no such", 1),
    "at": ({"x": 2}, {"x": "1/3"}, {"x": [1, 2]}, {"x": float("nan")}, {"y": 1}, {}, 3, {"x": "sin("}, {"x": 10**400}),
    "tolerance": ({"digits": 3}, {"abs": 0.1}, {"rel": 1e-3}, {"rel": -1}, {"no such": 1}, {"digits": 99}, 3),
    "domain": (["x > 0"], "x > 1", ["y > 0"], ["x"], [3], ["x > 0", "x < 0"], [], "x > "),
    "points": (2, 0, -1, "two", 1e308, float("inf")),
    "mistakes": ({"product-as-product": "look again"}, {"no such": "…"}, 3, {"chain-rule": 1}),
    "no such": (1,),
}
SOURCES = (
    "import torch\nx = torch.tensor({number}, requires_grad=True)\ny = {expression}\nprint(y)",
    "x",
    "print({number})",
    "print('\\ud800 \\x1b[31m\\u202e \\x00')",
    "raise ValueError('\\x1b[2J')",
    "import sys; sys.stderr.write('{number}\\n'); sys.stdout.write('\\r\\x08')",
    "import os\nfor fd in range(1, 12):\n    try: os.write(fd, b'\\nstray')\n    except OSError: pass",
    "import os; os.closerange(3, 20)",
    "exit({number})",
    "%matplotlib inline\n!ls\nx?",
    "%%bash\nls",
    "%time 1 + 1",
    "display({number}); 3",
    "import torch; torch.rand(2)",
    "import nothing_of_that_name",
    "def f(: pass",
    "1 +",
    "class C:\n    def __repr__(self): return 3\nC()",
    "print('1.00000e999999999', 1e308 * 10, float('nan'))",
    "import warnings; warnings.warn('{number}')",
    "",
    "\ud800",
    "x = 1;",
    "import time; time.time()",
    "import torch; torch.load('nothing.pt')",
)
SHOWN = (
    "1",
    "tensor(1.)",
    "1.0000",
    "nan",
    "1e99999999",
    "\x1b[31mred\x1b[0m",
    "\ud800",
    "",
    "a\nb\n",
    "-0.00001",
    "1.5 " * 40,
)


class Files(Expressions):
    """Makes files."""

    # Homework

    def answer(self) -> str:
        """What a student may hand in."""
        pick = self.rng.random()
        if pick < 0.4:
            return self.text(self.rng.randint(0, 2))
        text = self.rng.choice(LATEX if pick < 0.65 else PLAIN)
        return self.damaged(text) if self.rng.random() < 0.2 else text

    def function(self) -> str:
        """What a question asks to differentiate: mostly smooth and small."""
        if self.rng.random() < 0.25:
            return self.expression(2)
        pick = self.rng.random()
        if pick < 0.6:
            return self.rng.choice(FUNCTIONS)
        return f"{self.rng.choice(FUNCTIONS)}{self.rng.choice((' + ', ' - ', '*'))}{self.rng.choice(FUNCTIONS)}"

    def key(self, questions: list[str]) -> bytes:
        """A key in TOML, at times a broken one."""
        lines = ['title = "Fuzz"'] if self.rng.random() < 0.3 else []
        for name in questions:
            lines.append(f"[{name}]")
            given = "answer" if self.rng.random() < 0.15 else "function"
            lines.append(f"{given} = {_toml(self.function())}")
            fields = [field for field in FIELDS if self.rng.random() < 0.06]
            lines += [f"{_toml(field)} = {_toml(self.rng.choice(FIELDS[field]))}" for field in fields]
        text = "\n".join(lines)
        return _encoded(self.damaged(text) if self.rng.random() < 0.1 else text)

    def answers(self, questions: list[str], form: str) -> bytes:
        """A class's answers, as CSV or JSON Lines."""
        students = self.rng.sample(("ada", "bob", "Müller", "x\x1by", "=cmd", "", "eve"), self.rng.randint(1, 4))
        rows = [[student, name, self.answer()] for student in students for name in questions]
        rows = [row for row in rows if self.rng.random() < 0.9]
        if form == "jsonl":
            fields = ("student", "question", "answer")
            text = "\n".join(json.dumps(dict(zip(fields, row, strict=True))) for row in rows)
        else:
            text = _csv([["student", "question", "answer"], *rows])
        return _encoded(self.damaged(text) if self.rng.random() < 0.15 else text)

    # Batches

    def batch(self, form: str) -> tuple[bytes, int | None]:
        """Problems, and how many records they give, None where that is not known."""
        count = self.rng.randint(1, 5)
        damaged = self.rng.random() < 0.25
        if form == "text":
            lines = [f"{_in_one_line(self.text())} at {', '.join(self.bindings())}" for _ in range(count)]
            text, records = "\n".join(lines), None
        elif form == "jsonl":
            text, records = "\n".join(json.dumps(self.problem()) for _ in range(count)), count
        else:
            rows = [[self.text(), *(self.rng.choice(VALUES[name]) for name in NAMES)] for _ in range(count)]
            text, records = _csv([["expr", *NAMES], *rows]), None
        return _encoded(self.damaged(text) if damaged else text), None if damaged else records

    def problem(self) -> dict[str, Any]:
        """A problem as a JSON object."""
        found: dict[str, Any] = {"expr": self.text(), "at": {name: self._json_value(name) for name in NAMES}}
        extra = {
            "id": ("q1", 3, None, [1], "\x1b[31m"),
            "wrt": ("x", ["x", "y"], [], 3, "q"),
            "order": (1, 2, "3", 0, 1e99, True),
            "request": ("grad", "hessian", "jacobian", "vjp", "no such", ["grad"]),
            "dtype": ("float32", "float64", "int64", None),
            "vjp": ("[1, 2]", [1, 2, 3], 1, "x", []),
            "no such": (1,),
        }
        for name, values in extra.items():
            if self.rng.random() < 0.08:
                found[name] = self.rng.choice(values)
        return found

    def _json_value(self, name: str) -> Any:
        pick = self.rng.random()
        if pick < 0.5:
            return self.rng.choice(VALUES[name])
        odd = (None, True, {}, [[1, 2], [3]], 10**400, "no", float("nan"), [], [None], *ODD_VALUES)
        return self.rng.choice((2, -1.5, [1, 2, 3], [[1, 2], [3, 4]])) if pick < 0.92 else self.rng.choice(odd)

    # Notebooks

    def notebook(self) -> bytes:
        """A notebook with outputs that were, or were not, recorded; at times with something else in a place of it."""
        cells = [self._cell(number) for number in range(self.rng.randint(1, 4))]
        language = {"name": self.rng.choice(("python", "python", "python", "R", "", 3)), "version": "3.11"}
        notebook: Any = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"language_info": language}, "cells": cells}
        if self.rng.random() < 0.3:
            notebook = self._with_something_else(notebook)
        text = json.dumps(notebook)
        return _encoded(self.damaged(text) if self.rng.random() < 0.05 else text)

    def _cell(self, number: int) -> dict[str, Any]:
        source = self.rng.choice(SOURCES)
        source = source.replace("{number}", self.rng.choice(("1", "2.5", "-1e300", "0")))
        source = source.replace(
            "{expression}", f"x ** 2 + {self.rng.choice(('1', 'torch.sin(x)', 'x.foo', 'x.item()'))}"
        )
        outputs = [self._output() for _ in range(self.rng.choice((0, 1, 1, 2)))]
        code = {"execution_count": self.rng.choice((number, None, 99)), "outputs": outputs}
        text = self.rng.random() < 0.1
        return {"cell_type": "markdown" if text else "code", "metadata": {}, "source": source, **({} if text else code)}

    def _output(self) -> dict[str, Any]:
        shown = self.rng.choice(SHOWN)
        picture = {"image/png": "AAAA", "text/plain": shown}
        kinds: tuple[dict[str, Any], ...] = (
            {"output_type": "stream", "name": self.rng.choice(("stdout", "stderr", "other")), "text": shown},
            {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": [shown]}},
            {
                "output_type": "display_data",
                "metadata": {},
                "data": self.rng.choice((picture, {"text/html": shown}, {})),
            },
            {"output_type": "error", "ename": "ValueError", "evalue": shown, "traceback": [shown]},
        )
        return self.rng.choice(kinds)

    def _with_something_else(self, value: Any) -> Any:
        """The value with one of the values in it replaced, or left out."""
        odd = (None, 3, "text", [], {}, True, [[]], {"a": 1}, -1, 1e400, "\ud800", [3], 10**30)
        if isinstance(value, dict) and value and self.rng.random() < 0.9:
            name = self.rng.choice(sorted(value))
            if self.rng.random() < 0.1:
                return {key: each for key, each in value.items() if key != name}
            return {**value, name: self._with_something_else(value[name])}
        if isinstance(value, list) and value and self.rng.random() < 0.9:
            place = self.rng.randrange(len(value))
            return [*value[:place], self._with_something_else(value[place]), *value[place + 1 :]]
        return self.rng.choice(odd)

    # Archives

    def archive(self) -> bytes:
        """An archive as the engine's `save` writes it, or nearly."""
        arrays = [self._member() for _ in range(self.rng.randint(0, 3))]
        content = self._content(3, len(arrays))
        structure: Any = {"format": "gradcli tensors, version 1", "content": content}
        if self.rng.random() < 0.4:
            structure = self._with_something_else(structure)
        text = json.dumps(structure)
        if self.rng.random() < 0.05:
            text = self.rng.choice(("[" * 100_000, "", "nul", '{"format": ' * 5_000))
        method = zipfile.ZIP_DEFLATED if self.rng.random() < 0.05 else zipfile.ZIP_STORED
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            if self.rng.random() < 0.97:
                archive.writestr(zipfile.ZipInfo("structure.json"), text, method)
            for index, member in enumerate(arrays):
                archive.writestr(zipfile.ZipInfo(f"{index}.npy"), member, method)
        data = bytearray(file.getvalue())
        for _ in range(self.rng.choice((0, 0, 1, 3))):
            data[self.rng.randrange(len(data))] = self.rng.randrange(256)
        return bytes(data[: self.rng.randrange(len(data))] if self.rng.random() < 0.05 else data)

    def _content(self, depth: int, count: int) -> Any:
        """A structure of nested values, with tensors that are there or not."""
        if depth <= 0 or self.rng.random() < 0.2:
            return self.rng.choice(
                (None, 1, 2.5, "text", True, {"dtype": "float32"}, {"size": [2, 3]}, {"dtype": "no such"})
            )
        kind = self.rng.choice(("tensor", "parameter", "dict", "ordered", "list", "tuple", "size"))
        if kind in ("tensor", "parameter"):
            return {kind: [self.rng.randint(0, count), self.rng.random() < 0.5]}
        inner = [self._content(depth - 1, count) for _ in range(self.rng.randint(0, 3))]
        return {
            kind: [[str(place), each] for place, each in enumerate(inner)] if kind in ("dict", "ordered") else inner
        }

    def _member(self) -> bytes:
        """An array's file, of numbers of any kind, now and then with another head."""
        kinds = ("f4", "f8", "i8", "?", "u1", ">f8", "c16", "U3", "f2", "M8[s]", "i4,f4")
        array = np.zeros(self.rng.choice(((), (2,), (2, 3), (0, 2), (1, 1, 1))), self.rng.choice(kinds))
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        data = file.getvalue()
        if self.rng.random() < 0.2:
            shapes = (b"(99999999999,)", b"(-2,)", b"(2.5,)", b"(2, ", b"('a',)", b"(2L,)", b"(True,)")
            data = data.replace(str(array.shape).encode(), self.rng.choice(shapes))
        return data


def _csv(rows: list[list[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _toml(value: Any) -> str:
    """A value in TOML, near enough."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _encoded(text: str) -> bytes:
    """The text in UTF-8; halves of surrogate pairs stand for bytes that are none."""
    return text.encode("utf-8", "surrogatepass")
