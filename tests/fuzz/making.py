"""The case of each number: a kind, and a call of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import click

from gradcli.cli.commands import COMMANDS
from gradcli.cli.program import program
from tests.fuzz.cases import Case
from tests.fuzz.files import Files
from tests.fuzz.programs import Programs

NEVER = frozenset({"scheduler", "jobs"})
"""Options that reach beyond the process."""
JSON = 0.3
"""The share of calls that ask for JSON."""


def made(seed: int, number: int, kinds: Sequence[str] = ()) -> Case:
    """The case of this number: it depends on nothing else. `kinds` are those to choose from, all where empty."""
    rng = random.Random(f"{seed}:{number}")
    chosen = tuple(kinds) or tuple(KINDS)
    kind = rng.choices(chosen, [_WEIGHTS[each] for each in chosen])[0]
    return KINDS[kind](rng)


def _expressions(rng: random.Random) -> Case:
    make = Files(rng)
    options: list[str] = []
    form = rng.random()
    if form < 0.15:
        options += ["--order", rng.choice(("2", "3", "2", "5"))]
    elif form < 0.25:
        options.append("--hessian")
    elif form < 0.35:
        options.append("--jacobian")
    elif form < 0.45:
        options += ["--vjp", rng.choice(("[1, 2, 3]", "1", "[[1, 2], [3, 4]]", "x", "None", "[inf, nan]"))]
    choices = (
        ["--no-check"],
        ["--dtype", "float32"],
        ["--digits", "17"],
        ["--wrt", rng.choice(("x", "x,y", "q", ","))],
        ["-q"],
    )
    options += [each for option in choices if rng.random() < 0.15 for each in option]
    if rng.random() < 0.3 and "--no-check" not in options:
        options.append("--no-check")
    bindings = make.bindings() if rng.random() < 0.9 else []
    return Case("expressions", _arguments([make.text(), *bindings, *options, *_json(rng)]))


def _explanations(rng: random.Random) -> Case:
    make = Files(rng)
    bindings = make.bindings() if rng.random() < 0.6 else []
    options = rng.choice(([], [], ["--order", "2"], ["--style", "latex"], ["--style", "python"], ["--json"]))
    return Case("explanations", _arguments(["explain", make.text(rng.randint(0, 2)), *bindings, *options]))


def _programs(rng: random.Random) -> Case:
    make = Programs(rng)
    text = make.program() if rng.random() < 0.93 else make.debris()
    options = ["--max-steps", "2000", *(["--dtype", "float64"] if rng.random() < 0.1 else []), *_json(rng)]
    if rng.random() < 0.1:
        options.append("-q")
    return Case("programs", ("run", "-", *options), text.encode("utf-8", "surrogateescape"))


def _checks(rng: random.Random) -> Case:
    make = Files(rng)
    choices = (
        ["--wrt", rng.choice(("x", "y", "x,y", "q"))],
        ["--at", rng.choice(("x=2", "x=[1, 2]", "x=nan", "y=1", "x="))],
        ["--order", "2"],
        ["--domain", rng.choice(("x > 0", "x", "x > 1 ", "q < 0"))],
        [rng.choice(("--jacobian", "--hessian", "--latex"))],
        ["--digits", "3"],
    )
    options = [each for option in choices if rng.random() < 0.1 for each in option]
    return Case("checks", _arguments(["check", make.function(), make.answer(), *options, *_json(rng)]))


def _classes(rng: random.Random) -> Case:
    make = Files(rng)
    questions = ["q1", "q2", "q3"][: rng.randint(1, 3)]
    form = rng.choice(("csv", "jsonl"))
    files = {"key.toml": make.key(questions), f"answers.{form}": make.answers(questions, form)}
    arguments = ("grade", "key.toml", f"answers.{form}", "-j", "0", "--to", rng.choice(("csv", "jsonl", "jsonl")))
    return Case("classes", arguments, files=files)


def _batches(rng: random.Random) -> Case:
    make = Files(rng)
    form = rng.choice(("text", "csv", "jsonl"))
    data, records = make.batch(form)
    options = ["--order", "2"] if rng.random() < 0.1 else []
    options += ["--no-check"] if rng.random() < 0.5 else []
    options += ["--formulas"] if rng.random() < 0.1 else []
    arguments = (
        "batch",
        "-",
        "--from",
        form,
        "--to",
        rng.choice(("text", "csv", "jsonl", "jsonl")),
        "-j",
        "0",
        *options,
    )
    return Case("batches", arguments, data, records=records)


def _notebooks(rng: random.Random) -> Case:
    data = Files(rng).notebook()
    return Case(
        "notebooks", ("replay", "notebook.ipynb", "--timeout", "20", *_json(rng)), files={"notebook.ipynb": data}
    )


def _archives(rng: random.Random) -> Case:
    return Case("archives", files={"archive.pt": Files(rng).archive()})


def _calls(rng: random.Random) -> Case:
    """Any command with any of its options, and anything for their values."""
    make = Files(rng)
    name = rng.choice(sorted(COMMANDS))
    command = program.get_command(click.Context(program), name)
    assert command is not None
    words = [name] if rng.random() < 0.95 else [rng.choice(("chek", "help", "--version", "-h", "--no-such", "--"))]
    operands = (
        "x^2",
        "x=2",
        "x^2 sin(x)",
        "2x",
        "-",
        "no such.txt",
        "",
        "x",
        "sin",
        ".",
        "-x^2",
        make.text(1),
        make.answer(),
    )
    words += [rng.choice(operands) for _ in range(rng.choice((0, 1, 2, 2, 2, 3)))]
    options = [each for each in command.params if isinstance(each, click.Option) and each.name not in NEVER]
    for option in rng.sample(options, min(len(options), rng.choice((0, 1, 1, 2, 3)))):
        words.append(rng.choice(option.opts))
        if not option.is_flag and rng.random() < 0.95:
            choices = option.type.choices if isinstance(option.type, click.Choice) else ()
            words.append(
                str(
                    rng.choice(
                        (*choices, *choices, "1", "3", "0", "-1", "x", "x > 0", "", "x=1", "1e-3", "nan", "out.csv")
                    )
                )
            )
    if name in ("batch", "grade"):
        words += ["-j", "0"]
    return Case("calls", _arguments(words), rng.choice((b"", b"x^2 at x=2\n", b"\xff", b"{}")))


def _json(rng: random.Random) -> list[str]:
    return ["--json"] if rng.random() < JSON else []


def _arguments(words: list[str]) -> tuple[str, ...]:
    """Words that a command line can hold: no NUL, and of halves of surrogate pairs those that stand for bytes."""
    return tuple(word.replace("\0", "") for word in words)


KINDS: dict[str, Callable[[random.Random], Case]] = {
    "expressions": _expressions,
    "explanations": _explanations,
    "programs": _programs,
    "checks": _checks,
    "classes": _classes,
    "batches": _batches,
    "notebooks": _notebooks,
    "archives": _archives,
    "calls": _calls,
}
"""What is tried, by name."""
_WEIGHTS = {
    **dict.fromkeys(KINDS, 6),
    **{"expressions": 30, "programs": 30, "archives": 15, "notebooks": 1, "explanations": 8, "checks": 8},
}
