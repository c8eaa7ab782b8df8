"""How fast a class is graded: beside SymPy's `simplify`, beside Math-Verify, and beside itself.

    python -m tests.benchmarks.homework [ANSWERS]

The answers, 10,000 unless told otherwise, are to the twenty questions of samples/homework, in the forms of
`tests.samples.homework_class`. Students of the first class often write the same; of the second, one answer in four is
varied, and of the third, each: respaced, with a factor taken out and put back, or with a number misread. Ours is the
processor time of one process with one thread, for all of reading, judging, naming mistakes and writing, what is
computed once for a question included. The loop `simplify(parse_expr(answer) - derivative) == 0` and Math-Verify are
slow, and run on a sample of the answers, each on what it can read. Their times are means, as a class waits for the sum:
a few answers, trigonometric ones, take `simplify` seconds.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import csv
import gc
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import sympy
from sympy.parsing.sympy_parser import parse_expr

from gradcli.homework.classfile.roster import Submission
from gradcli.homework.grading import Bench, graded
from gradcli.homework.key import Key, read_key
from gradcli.homework.records import AnswerOutcome
from gradcli.homework.results import Verdict
from gradcli.homework.submissions import read_submissions
from gradcli.streams.formats import Format
from tests.batch.process import children, status_of
from tests.samples.homework_class import FOLDER, FORMS

CHUNK = 256
ROUNDS = 3
SAMPLE = 300
"""How many answers the peers judge, too, as far as these are formulas."""
FORMULAS = [f"q{number}" for number in (1, *range(3, 16))]
"""The questions whose answers are one formula."""
WORKERS_CLASS = 10
"""How many times as large the class is that shows what workers are worth once they have started."""
KEY = (FOLDER / "key.toml").read_bytes()
NUMBER = re.compile(r"\d+")


def main(count: int = 10_000) -> None:
    """Print the table."""
    key = read_key(KEY)
    print(f"{'':60} {'ours':>10} {'peer':>10} {'ratio':>7} {'bound':>7}")
    for varying in (0.0, 0.25, 1.0):
        answers = class_of(count // len(FORMS), varying)
        text = csv_of(answers)
        submissions = list(read_submissions(BytesIO(text), Format.CSV, key.plan, lambda notice: None))
        distinct = len({(each.question, each.answer) for each in submissions})
        print(f"{len(submissions):,} answers, {distinct:,} of them distinct")
        per_answer = statistics.median(graded_seconds(text) for _ in range(ROUNDS)) / len(submissions)
        sample = random.Random(2).sample(submissions, SAMPLE)
        simplify_row(key, sample, per_answer)
    math_verify_row(key, sample)
    workers_row(text, f"{len(submissions):,}")
    larger = class_of(WORKERS_CLASS * count // len(FORMS), 1.0)
    workers_row(csv_of(larger), f"{len(larger) * len(FORMS):,}")
    memory_row(answers)


def class_of(count: int, varying: float) -> list[dict[str, str]]:
    """A row of answers for each of so many students, who write the forms as they are, or vary this share of them."""
    draw = random.Random(1)
    rows = []
    for number in range(count):
        row = {"student": f"student {number}"}
        for question, forms in FORMS.items():
            right = draw.random() < 0.65
            form = draw.choice(forms.right if right else forms.wrong)
            row[question] = varied(draw, form) if draw.random() < varying else form
        rows.append(row)
    return rows


def varied(draw: random.Random, form: str) -> str:
    """An answer like the form: with other spaces, with a factor taken out and put back, with a number misread."""
    kind = draw.random()
    if kind < 0.2:
        numbers = list(NUMBER.finditer(form))
        chosen = draw.choice(numbers) if numbers else None
        if chosen is not None:
            form = form[: chosen.start()] + str(draw.randint(2, 99)) + form[chosen.end() :]
    elif kind < 0.6 and "[" not in form and "\\" not in form:
        factor = draw.randint(2, 999)
        form = f"{factor}({form})/{factor}"
    return (
        "".join(f" {each}" if each in "+-" and draw.random() < 0.5 else each for each in form)
        + draw.randint(0, 9) * " "
    )


def csv_of(rows: Sequence[dict[str, str]]) -> bytes:
    """The class as a file."""
    stream = StringIO()
    writer = csv.DictWriter(stream, ["student", *FORMS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def graded_seconds(text: bytes) -> float:
    """The seconds to grade the class in a process of its own, from bytes to records."""
    program = (
        "import gc, sys, time\n"
        "from tests.benchmarks.homework import records\n"
        "text = sys.stdin.buffer.read(); gc.collect(); gc.freeze(); start = time.process_time()\n"
        "count = len(records(text)); print(time.process_time() - start)\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, check=True)
    return float(finished.stdout)


def records(text: bytes) -> list[str]:
    """The records of a class, in this process."""
    found = list(read_submissions(BytesIO(text), Format.CSV, read_key(KEY).plan, lambda notice: None))
    chunks = (found[start : start + CHUNK] for start in range(0, len(found), CHUNK))
    return [result.text for chunk in chunks for result in graded(chunk, KEY, Format.CSV)]


def pairs(key: Key, sample: Sequence[Submission]) -> Iterator[tuple[Submission, Any, str, AnswerOutcome]]:
    """The answers of a sample that are formulas: SymPy's derivative, the answer as Python writes it, our outcome."""
    bench = Bench(key)
    for each in sample:
        judged = bench.judged(each)
        if each.question not in FORMULAS or judged is None or judged.judgement.reading is None:
            continue
        judgement = judged.judgement
        question = key.questions[each.question]
        derivative = real(question.source.replace("^", "**"))
        for name in (question.wrt if question.wrt else ()) * question.order:
            derivative = sympy.diff(derivative, sympy.Symbol(name, real=True))
        yield each, derivative, judgement.reading, AnswerOutcome(judgement.verdict.value)


def real(text: str) -> Any:
    """A formula of ours in SymPy, its variables real."""
    from sympy.parsing.sympy_parser import implicit_multiplication, standard_transformations

    names: dict[str, Any] = {name: sympy.Symbol(name, real=True) for name in ("x", "y")}
    names.update({"e": sympy.E, "arctan": sympy.atan, "abs": sympy.Abs, "ln": sympy.log})
    return parse_expr(text, names, (*standard_transformations, implicit_multiplication))


def simplify_row(key: Key, sample: Sequence[Submission], ours: float) -> None:
    """An answer, beside the loop that a user would write."""
    found = list(pairs(key, sample))
    taken = []
    verdicts = []
    for _, derivative, answer, _ in found:
        start = time.process_time()
        verdicts.append(bool(sympy.simplify(real(answer) - derivative) == 0))
        taken.append(time.process_time() - start)
    row("an answer / simplify(parse_expr(answer) - derivative) == 0", ours, statistics.mean(taken), 1 / 100)
    missed = sum(
        not verdict and each[3] is AnswerOutcome.CORRECT for verdict, each in zip(verdicts, found, strict=True)
    )
    print(f"{'':4}(of {len(found)} answers simplify calls {missed} wrong that are proved right)")


def math_verify_row(key: Key, sample: Sequence[Submission]) -> None:
    """An answer that both read, beside Math-Verify."""
    from math_verify import parse, verify

    bench = Bench(key)
    bench.judged(Submission(0, "", "q1", r"\frac{x}{2}"))  # what reads LaTeX is imported
    ours, theirs, agree, both = [], [], 0, 0
    for each, derivative, answer, _ in pairs(key, sample):
        written = sympy.latex(real(answer))
        gold = parse(f"${sympy.latex(derivative)}$")
        for form in (FORMS[each.question].right[0], FORMS[each.question].wrong[0]):
            bench.judged(Submission(0, "", each.question, form))  # what is computed once for a question
        first, judged = seconds(lambda: bench.judged(Submission(0, "", each.question, written)))  # noqa: B023
        second, verdict = seconds(lambda: verify(gold, parse(f"${written}$")))  # noqa: B023
        if judged is None or judged.judgement.verdict is Verdict.UNREADABLE:
            continue
        ours.append(first)
        theirs.append(second)
        both += 1
        agree += verdict is (judged.judgement.verdict is Verdict.CORRECT)
    row("an answer in LaTeX / Math-Verify", statistics.mean(ours), statistics.mean(theirs), 1 / 20)
    print(f"{'':4}(of {both} answers that both read, they judge {agree} alike)")


def workers_row(text: bytes, count: str) -> None:
    """The command with two workers, beside one. Each worker starts, and prepares the questions, for itself."""
    taken = [(command_seconds(text, "-j2"), command_seconds(text, "-j1")) for _ in range(ROUNDS)]
    two, one = sorted(taken, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    row(f"{count} answers with two workers / one (elapsed)", two, one, 1 / 1.7)


def command_seconds(text: bytes, jobs: str) -> float:
    """The seconds that `gradcli grade` takes for the class."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.csv"
        file.write_bytes(text)
        arguments = ["grade", str(FOLDER / "key.toml"), str(file), jobs, "--output", f"{folder}/results.csv"]
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "gradcli", *arguments], capture_output=True, check=False)
        return time.perf_counter() - start


def memory_row(rows: Sequence[dict[str, str]]) -> None:
    """The most memory of the process and its worker for the class ten times over, beside once."""
    tenfold = [{**row, "student": f"{row['student']} {copy}"} for copy in range(10) for row in rows]
    once, ten = peak_megabytes(csv_of(rows)), peak_megabytes(csv_of(tenfold))
    row("megabytes for ten times the answers / once", ten, once, 1.2, unit=1.0)


def peak_megabytes(text: bytes) -> float:
    """The most memory that the command has had, its worker included."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.csv"
        file.write_bytes(text)
        arguments = ["grade", str(FOLDER / "key.toml"), str(file), "-j1", "--output", f"{folder}/results.csv"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gradcli", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        most = 0.0
        while process.poll() is None:
            family = [process.pid, *children([process.pid]), *children(children([process.pid]))]
            most = max(most, sum(resident(each) for each in family))
            time.sleep(0.1)
        return most


def resident(process: int) -> float:
    """The megabytes that a process has in memory."""
    fields = status_of(process)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if len(fields) > 21 else 0.0


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """The processor time that work takes, and what comes of it."""
    gc.disable()
    start = time.process_time()
    found = work()
    taken = time.process_time() - start
    gc.enable()
    return taken, found


def row(what: str, ours: float, peer: float, bound: float, unit: float = 1e3) -> None:
    """A line of the table; milliseconds where there is no unit."""
    ratio = ours / peer
    mark = "" if ratio <= bound else "  over"
    print(f"{what:60} {ours * unit:>10.4g} {peer * unit:>10.4g} {ratio:>7.3f} {bound:>7.3f}{mark}", flush=True)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]))
