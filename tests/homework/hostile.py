"""Answers that are meant to break something, or that nobody would think of: none of them is 2x."""

from __future__ import annotations

CODE = """
x.__class__
().__class__.__bases__[0].__subclasses__()
__import__('os').system('true')
open('/etc/passwd').read()
eval("2*x")
exec("x=1")
lambda: x
getattr(x, 'grad')
os.system('true')
import os
import os; 2x + 1
[].append(x)
{}.__class__
"{0.__class__}".format(x)
f'{x}'
print(x)
globals()
x.grad
x.data
x.backward()
x.grad_fn
torch.load('x')
numpy.load('x')
sympy.sympify('x')
x if x else x
while True: x
for i in range(10): x
def f(x): x
with open('f') as f: x
del x
x += 1
x := 3
=HYPERLINK("http://example.org", "2x")
=1+1
+cmd|' /C calc'!A0
@SUM(1,1)
<script>alert(1)</script>
<b>3x</b>
'; DROP TABLE answers; --
$(true)
`true`
%s%s%s%n
../../etc/passwd
""".strip().splitlines()

LATEX = [
    r"\input{/etc/passwd}",
    r"\include{x}",
    r"\write18{true}",
    r"\immediate\write18{true}",
    r"\def\a{\a\a}\a",
    r"\newcommand{\a}{2x} \a",
    r"\let\x=\y",
    r"\csname end\endcsname",
    r"\loop\repeat",
    r"\catcode`\@=11",
    r"\begin{verbatim}2x\end{verbatim}",
    r"\begin{cases} 2x \\ 3x \end{cases}",
    r"\frac{2x}",
    r"\frac{2x}{",
    r"\left(2x",
    r"2x\right)}",
    r"\sqrt[",
    r"\sqrt[n]{x}",
    r"2^",
    r"x_",
    r"2x % and nothing else \\",
    r"\text{two x}",
    r"\href{http://example.org}{2x}",
    r"\unknown{2x}",
    r"\int 2\,dx",
    r"2x \quad \text{or} \quad 3x",
    "$2x$ $3x$",
    "{" * 5000,
    r"\frac{1}{" * 90 + "x" + "}" * 90,
    r"\frac{1}{" * 400,
    r"\sqrt{" * 150 + "x" + "}" * 150,
    "\\",
    "\\\x00",
]

LARGE = [
    "9**9**9",
    "9^9^9^9^9^9",
    "x^9^9^9",
    "(((x^99)^99)^99)^99",
    "(10^10000)^10000 x",
    "e^e^e^e^e^x",
    "e^(e^(e^(e^(e^(e^x)))))",
    "x! ! !",
    "((((x!)!)!)!)!",
    "factorial(factorial(1000))",
    "gamma(1e300) x",
    "1e999x",
    "1e-999x",
    "1e300x 1e300",
    "1" * 5000 + "x",
    "0." + "3" * 3000 + "x",
    "x^1e300",
    "x^-1e300",
    "sin(1e300) x",
    "tan(" * 90 + "x" + ")" * 90,
    "sin " * 2000 + "x",
    "(" * 100_000 + "x" + ")" * 100_000,
    "(" * 9_000,
    "[" * 9_000,
    "|" * 9_000,
    "-" * 9_000 + "x",
    "√" * 9_000 + "x",
    "x" + "^x" * 3_000,
    "x" + "!" * 5_000,
    "(x+1)^1000",
    "(x+y)^1e6",
    "(1+x)^(10^6)",
    "*".join(f"(x+{number})" for number in range(1, 900)),
    "+".join(f"x^{number}" for number in range(1, 1200)),
    "+".join(f"a{number}" for number in range(1, 1500)),
    "1/(1+" * 90 + "x" + ")" * 90,
    "max(x, " + ", ".join(str(number) for number in range(1000)) + ")",
    "[" + ",".join("x" for _ in range(4000)) + "]",
    "where(x > 0, " * 40 + "x" + ", 0)" * 40,
    "x" * 9_000,
    "2x" + " " * 9_900 + "x",
    "zeros(100000, 100000)",
    "ones(1000000000)",
    "eye(100000) x",
    "arange(1000000000)",
    "linspace(0, 1, 1000000000)",
    "x.repeat(1000000000)",
    "x.expand(100000, 100000)",
    "full([100000, 100000], 2)",
    "outer([1, 2], [3, 4])",
    "rand(3)",
    "randn()",
    "manual_seed(0)",
]

TEXT = [
    "\x00",
    "2x\x00",
    "\x1b[31m2x\x1b[0m + 1",
    "2\u0445",
    "２x + 1",
    "2x\u202e + 1",
    "2\u200bx + 1",
    "\ufeff2x + 1",
    "2x\u0301",
    "\ud800",
    "١٢٣x",
    "二x",
    "🙂",
    "3×️x",
    "x₁",
    "d/dx x^2",
    "dy/dx",
    "f'(x)",
    "x'",
    "x′",
    "∂x",
    "∫ 2x",
    "2x dx",
    "2x or 3x",
    "2x, 3x",
    "2x; 3x",
    "y = 3x",
    "f(x) = 3x",
    "x == x",
    "1 < x",
    "diff(x^2, x)",
    "",
    "   ",
    "?",
    "???",
    "-",
    "I don't know",
    "n/a",
    "see paper",
    "2x\n3x",
    "x at x=2",
    "1,000x",
    "3,5x",
    "2..x",
    "x[0]",
    "x[None]",
    "x[1e9]",
    "x[...]",
    "x.T",
    "x @ x",
    "[2x, 2x]",
    "[[2x], [2x]]",
    "[]",
    "[1, [2]]",
    "True",
    "None",
    "nan",
    "inf",
    "-inf",
    "1/0",
    "0/0 x",
    "x/(x-x)",
    "ln(-1)",
    "sqrt(-1) x",
    "2i x",
    "X",
    "median([x, 1])",
    "det([[x, 1], [1, x]])",
    "softmax([x, 1])",
    "x // 1",
    "x % 2",
    "sum([x, x, x])",
    "mean()",
    "sin",
    "sin()",
    "sin(x, x)",
    "log(x, 0)",
    "where(x, 1)",
    "#2x",
    "2x + C",
    "2x + 0/0",
]

ANSWERS = [*CODE, *LATEX, *LARGE, *TEXT]
