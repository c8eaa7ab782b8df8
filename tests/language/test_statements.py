"""Programs of several statements: their trees, their blocks, and where a text that is none is at fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.language import Diagnostic, DiagnosticError, Vocabulary, to_text
from gradcli.language import script as s
from gradcli.language.script import ScriptVocabulary
from gradcli.language.statements import ParsedScript, parse_script
from gradcli.language.tree import Expr, Name
from gradcli.language.vocabulary import Signature

ScriptReader = Callable[[str], ParsedScript]
ScriptRefuser = Callable[[str], Diagnostic]


def _script_vocabulary(vocabulary: Vocabulary) -> ScriptVocabulary:
    functions = {
        **vocabulary.functions,
        "print": Signature("print", ("values",), 0, ("sep", "end"), variadic=True),
        "range": Signature("range", ("start", "stop", "step"), 1),
        "grad": Signature("grad", ("outputs", "inputs"), 2),
    }
    methods = {
        **vocabulary.functions,
        "zero_": Signature("zero_", ("x",), 1),
        "backward": Signature("backward", ("x", "gradient"), 1, ("retain_graph",)),
    }
    attributes = frozenset({"grad", "data", "shape", "requires_grad", "grad_fn"})
    return ScriptVocabulary(
        Vocabulary(functions, vocabulary.constants), methods, attributes, {"no_grad": False, "set_grad_enabled": True}
    )


@pytest.fixture(scope="session")
def script_vocabulary(vocabulary: Vocabulary) -> ScriptVocabulary:
    return _script_vocabulary(vocabulary)


@pytest.fixture(scope="session")
def read_script(script_vocabulary: ScriptVocabulary) -> ScriptReader:
    return lambda text: parse_script(text, script_vocabulary)


@pytest.fixture(scope="session")
def refuse_script(script_vocabulary: ScriptVocabulary) -> ScriptRefuser:
    def refusal(text: str) -> Diagnostic:
        with pytest.raises(DiagnosticError) as caught:
            parse_script(text, script_vocabulary)
        diagnostic = caught.value.diagnostic
        assert diagnostic.source == text
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        return diagnostic

    return refusal


def target_text(target: s.Target | s.Unpacking) -> str:
    if isinstance(target, s.Unpacking):
        return ", ".join(name.name for name in target.names)
    return to_text(target)


def lines(statements: tuple[s.Statement, ...], indent: str = "") -> list[str]:
    """A program as plain text, which shows how it was read."""
    found: list[str] = []
    for statement in statements:
        match statement:
            case s.ExpressionStatement(value=value):
                found.append(indent + to_text(value))
            case s.Assign(targets=targets, value=value):
                found.append(indent + " = ".join([*map(target_text, targets), to_text(value)]))
            case s.AugmentedAssign(target=target, operator=operator, value=value):
                found.append(f"{indent}{target_text(target)} {operator}= {to_text(value)}")
            case s.For(target=target, iterable=iterable, body=body):
                found += [f"{indent}for {target_text(target)} in {to_text(iterable)}", *lines(body, indent + "  ")]
            case s.With(mode=mode, argument=argument, body=body):
                shown = "" if argument is None else to_text(argument)
                found += [f"{indent}with {mode}({shown})", *lines(body, indent + "  ")]
            case s.If(test=test, body=body, otherwise=otherwise):
                found += [f"{indent}if {to_text(test)}", *lines(body, indent + "  ")]
                found += [f"{indent}else", *lines(otherwise, indent + "  ")] if otherwise else []
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = 3x+2; y", ["y = 3*x + 2", "y"]),
        ("x -= 0.1*x.grad", ["x -= 0.1*x.grad"]),
        ("x **= 2; x ^= 2; x //= 2; x @= W; x %= 2", ["x **= 2", "x **= 2", "x //= 2", "x @= W", "x %= 2"]),
        ("x.grad.zero_()", ["zero_(x.grad)"]),
        ("x.data -= 1; x.grad = None", ["x.data -= 1", "x.grad = None"]),
        ("x[0] = 2; x[1:, 0] *= 3", ["x[0] = 2", "x[1:, 0] *= 3"]),
        ("a = b = 2", ["a = b = 2"]),
        ("a, b = 1, 2", ["a, b = tuple(1, 2)"]),
        ("(a, b) = grad(y, [x, z])", ["a, b = grad(y, [x, z])"]),
        ("(g,) = grad(y, x)", ["g = grad(y, x)"]),
        ("y.backward([0.1, 1])", ["backward(y, [0.1, 1])"]),
        ("y.backward(retain_graph=True)", ["backward(y, retain_graph=True)"]),
        ("sum = 0; sum += 1; sum", ["sum = 0", "sum += 1", "sum"]),
        ("torch.autograd.grad(y, x); autograd.grad(y, x)", ["grad(y, x)", "grad(y, x)"]),
        ("for i in range(3): x = i; y = 2", ["for i in range(3)", "  x = i", "  y = 2"]),
        ("for a, _ in z:\n  a", ["for a, _ in z", "  a"]),
        ("with torch.no_grad(): x = 1\ny = 2", ["with no_grad()", "  x = 1", "y = 2"]),
        ("with set_grad_enabled(False):\n\tx = 1", ["with set_grad_enabled(False)", "  x = 1"]),
        (
            "for i in range(2):\n    for j in [1, 2]:\n        k = i*j\n\n    # a comment\n    k\nx = 1\n",
            ["for i in range(2)", "  for j in [1, 2]", "    k = i*j", "  k", "x = 1"],
        ),
        (
            "if a < 1: b\nelif a < 2:\n  c\nelse: d",
            ["if a < 1", "  b", "else", "  if a < 2", "    c", "  else", "    d"],
        ),
        ("for i in range(3):\n  pass\nx", ["for i in range(3)", "x"]),
        ("x = tensor([1,\n  2],\nrequires_grad=True)", ["x = tensor([1, 2], requires_grad=True)"]),
        ("import torch\nfrom torch import tensor, no_grad\nx = 1", ["x = 1"]),
        ("", []),
        ("# nothing\n\n", []),
    ],
)  # fmt: skip
def test_a_program_reads_as_its_statements(read_script: ScriptReader, text: str, expected: list[str]) -> None:
    assert lines(read_script(text).script.statements) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print('a', x)", "print('a', x)"),
        (r"print('it\'s\t1')", 'print("it\'s\t1")'),
        ("f'loss {loss:.4f}'", "'loss ' + format(loss, '.4f')"),
        ("f'{x}'", "format(x, '')"),
        ("f'{x!r}, {2x^2 + 1:>8}{{}}'", "repr(x) + ', ' + format(2*x**2 + 1, '>8') + '{}'"),
        ("f'{x = }'", "'x = ' + repr(x)"),
        ("f'{x[0:2].sum():.2f}'", "format(sum(x[0:2]), '.2f')"),
        ("'-' * 20", "'-'*20"),
        ("f''", "''"),
    ],
)
def test_strings_and_f_strings_are_read(read_script: ScriptReader, text: str, expected: str) -> None:
    (statement,) = read_script(text).script.statements
    assert isinstance(statement, s.ExpressionStatement)
    assert to_text(statement.value) == expected


def test_a_fields_expression_keeps_its_place_in_the_text(read_script: ScriptReader) -> None:
    text = "y = 1\nprint(f'a {xy:.1f}')"
    statement = read_script(text).script.statements[1]
    assert isinstance(statement, s.ExpressionStatement)
    found = [node for node in _nodes(statement.value) if isinstance(node, Name)]
    assert [text[node.span.start : node.span.end] for node in found] == ["xy"]


def _nodes(node: Expr) -> list[Expr]:
    from gradcli.language import walk

    return list(walk(node))


def test_statements_have_the_spans_of_their_text(read_script: ScriptReader) -> None:
    text = "x = 1; y += 2\nfor i in range(2):\n    z.zero_()\nw"
    spans = [statement.span for statement in read_script(text).script.statements]
    assert [text[span.start : span.end] for span in spans] == [
        "x = 1",
        "y += 2",
        "for i in range(2):\n    z.zero_()",
        "w",
    ]


@pytest.mark.parametrize(
    ("text", "code", "part", "help_"),
    [
        ("for i in range(3)\n  i", "E131", "", "write for ...: with a colon"),
        ("for i in range(3):\ni", "E130", "for", "indent the lines that belong to it"),
        ("for i in range(3):", "E130", "for", "indent the lines that belong to it"),
        ("x = 1\n  y = 2", "E130", "  ", "lines are indented after for ...:, with ...: and if ...: only"),
        ("  x = 1", "E130", "  ", "lines are indented after for ...:, with ...: and if ...: only"),
        ("if a:\n    x\n  y", "E130", "  ", "indent it as the block that it belongs to"),
        ("if a:\n\tx\n    y", "E130", "    ", "indent every line of a block with the same blanks"),
        ("for 3 in x: y", "E131", "3", "write for i in range(3):"),
        ("for i on x: y", "E131", "on", "write for i in range(3):"),
        ("with nograd(): x", "E131", "nograd", "did you mean no_grad?"),
        ("with no_grad: x", "E131", "no_grad", "write with no_grad():"),
        ("x = 1; for i in y: i", "E131", "for", "put it on a new line"),
        ("else: x", "E131", "else", "indent it as the if that it belongs to"),
        ("while x: y", "E134", "while", "repeat a number of times: for i in range(100):"),
        ("def f(x): x", "E134", "def", "write the calculation out, or repeat it: for i in range(3):"),
        ("import numpy", "E133", "import numpy", None),
        ("from torch import tensr", "E133", "tensr", "did you mean tensor?"),
        ("import torch as tc", "E133", "tc", "write torch.… where it is used"),
        ("x.shape = 3", "E132", "x.shape", "these attributes can be: data, grad, requires_grad"),
        ("x + 1 = 3", "E132", "x + 1", "write a name, x[0], x.grad or x.data before the ="),
        ("a = b += 1", "E132", "+=", "write it on a line of its own"),
        ("print = 3", "E119", "print", "choose another name"),
        ("sum = 3; sum(x)", "E119", "sum", "write torch.sum(...) for the function, or sum*(...) for a product"),
        ("x.gradd", "E111", "gradd", "did you mean grad or grad_fn?"),
        ("x.__class__", "E111", "__class__", None),
        ("x.zero()", "E111", "zero", "did you mean zeros or zero_?"),
        ("x.zero_", "E114", "zero_", "write .zero_()"),
        ("x.grad(1)", "E111", "grad", "write .grad without brackets"),
        ("print(x, file=y)", "E113", "file", "it has values, sep, end"),
        ("print(x\ny = 2", "E103", "(", "add ')'"),
        ("x = 'abc", "E103", "'abc", "add '"),
        ("f'{x'", "E135", "{", "write {{ for a brace"),
        ("f'x}'", "E135", "}", "write }} for a brace"),
        ("f'{}'", "E135", "{}", "write {x}"),
        ("f'{x!q}'", "E135", "!q", "write !r or !s"),
        ("f'{x:99999}'", "E135", "99999", "write .4f for four decimals; widths go up to 1000"),
        ("f'{2 +}'", "E101", "", None),
        ("x =", "E101", "", None),
        ("x.grad =", "E101", "", None),
        ("a, b =", "E101", "", None),
        ("(a, b) =", "E101", "", None),
        ("x = y =", "E101", "", None),
        ("f'{x $ y}'", "E105", "$", None),
        ("x = 2 3", "E102", "3", None),
    ],
)  # fmt: skip
def test_what_is_no_program_is_located_and_helped(
    refuse_script: ScriptRefuser, text: str, code: str, part: str, help_: str | None
) -> None:
    diagnostic = refuse_script(text)
    assert (diagnostic.code, text[diagnostic.span.start : diagnostic.span.end]) == (code, part)
    if help_ is not None:
        assert diagnostic.help == help_


def test_blocks_nest_to_the_documented_depth(read_script: ScriptReader, refuse_script: ScriptRefuser) -> None:
    def nested(depth: int) -> str:
        return "".join(f"{' ' * level}if a:\n" for level in range(depth)) + " " * depth + "x"

    assert len(lines(read_script(nested(90)).script.statements)) == 91
    assert refuse_script(nested(200)).code == "E125"


def test_many_statements_do_not_add_up_to_depth(read_script: ScriptReader) -> None:
    text = "a, b = 1, 2\nprint(f'{a}', f'{b}')\n" * 300
    assert len(read_script(text).script.statements) == 600


def test_an_import_of_torch_is_noted(read_script: ScriptReader) -> None:
    notes = read_script("import torch\nimport torch.nn.functional as F\n").notes
    assert [note.message for note in notes] == [
        "import torch is read over: torch's names are there without it",
        "import torch.nn.functional as F is read over: torch's names are there without it",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(x) = x^3\nf'(3) + f'(2)", "diff(x**3, x, at=3) + diff(x**3, x, at=2)"),
        ("f(x) = x^3\nprint(f'(3), 'f', f'(2))", "print(diff(x**3, x, at=3), 'f', diff(x**3, x, at=2))"),
        ("f(x) = x^3; f(2)", "2**3"),
        ("g(x) = x^2\nprint(g'(1), f'{g(2)}', 'g')", "print(diff(x**2, x, at=1), format(2**2, ''), 'g')"),
        ('f(x) = x^2\nprint(f(1), f"{f(2)}")', "print(1**2, format(2**2, ''))"),
        ("print('a' + 'b')", "print('a' + 'b')"),
        ("print(f'(3) + g')", "print('(3) + g')"),
        ("sin'(0.5)", "diff(sin(x), x, at=0.5)"),
    ],
)
def test_primes_and_strings_are_told_apart(read_script: ScriptReader, text: str, expected: str) -> None:
    *_, last = read_script(text).script.statements
    assert isinstance(last, s.ExpressionStatement)
    assert to_text(last.value) == expected


@pytest.mark.parametrize("text", ["d/dx x^2", "x = 2\n(x^2)'", "diff(x^2, x, at=3)", "∂/∂x x", "laplacian(x^2)"])
def test_programs_take_derivatives_of_functions_alone(refuse_script: ScriptRefuser, text: str) -> None:
    found = refuse_script(text)
    assert (found.code, found.message) == ("E118", "a program takes derivatives by functions and by backward()")


def test_a_name_that_gets_a_value_is_no_function_any_more(read_script: ScriptReader) -> None:
    *_, last = read_script("f(x) = x^2\nf = 3\nf(2)").script.statements
    assert isinstance(last, s.ExpressionStatement)
    assert to_text(last.value) == "f*2"
