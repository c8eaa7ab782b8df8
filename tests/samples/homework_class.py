"""Makes the answers of samples/homework: a class of forty, drawn with a seed from lists of what students write.

`python -m tests.samples.homework_class` writes `answers.csv` and `one.jsonl`. `FORMS` says for each question how a
right answer may look, and what comes of the usual mistakes; the tests hold the judge to that.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "samples" / "homework"
SEED: Final = 20_240_517


@dataclass(frozen=True)
class Forms:
    """How a question is answered rightly, wrongly (what is usual comes first), so that readers differ, and in another
    shape than it asks: these stand among the wrong ones, and cannot be judged."""

    right: Sequence[str]
    wrong: Sequence[str]
    doubtful: Sequence[str] = ()
    shapeless: Sequence[str] = ()


FORMS: Final[Mapping[str, Forms]] = {
    "q1": Forms(
        [
            "8x^3 + 3x^2 + 6x + 5",
            "8*x**3 + 3*x**2 + 6*x + 5",
            "8x³+3x²+6x+5",
            r"8x^3+3x^2+6x+5",
            "5 + 6x + 3x^2 + 8x^3",
            r"8x^{3} + 3x^{2} + 6x + 5",
            "x(8x^2 + 3x + 6) + 5",
            "2*4x^3 + 3x^2 + 2*3x + 5",
        ],
        [
            "8x^3 + 3x^2 + 6x + 6",
            "8x^3 + 3x^2 + 6x + 5x",
            "8x^4 + 3x^3 + 6x^2 + 5x",
            "8x^3 + 3x^2 + 3x + 5",
            "2x^3 + x^2 + 3x + 5",
            "8x^3 + 3x^2 + 6x",
        ],
    ),
    "q2": Forms(
        ["7.75", "31/4", "8 - 1/4", "7.750", r"\frac{31}{4}", "3*2^2 - 4 - 1/2^2"],
        ["8.25", "8", "0.5", "7.5", "-7.75", "12"],
    ),
    "q3": Forms(
        [
            "3x^2 - 6x + 1",
            "2x(x - 3) + x^2 + 1",
            "2x(x-3) + (x^2+1)",
            "2x^2 - 6x + x^2 + 1",
            r"2x\left(x-3\right)+x^2+1",
            "1 - 6x + 3x²",
            "3(x-1)^2 - 2",
        ],
        ["2x", "2x(x-3)", "2x + 1", "2x(x-3) - (x^2+1)", "3x^2 - 6x", "3x^2 - 3x + 1"],
    ),
    "q4": Forms(
        [
            "2x sin(x) + x^2 cos(x)",
            "x(2 sin x + x cos x)",
            "x^2 cos x + 2x sin x",
            r"2x\sin x + x^2\cos x",
            r"x^{2}\cos(x)+2x\sin(x)",
            "2*x*sin(x) + x**2*cos(x)",
            "x²·cos(x) + 2·x·sin(x)",
            "2 x sin x + x² cos x",
        ],
        [
            "2x cos(x)",
            "2x sin(x) - x^2 cos(x)",
            "2x sin(x)",
            r"2x\cos x",
            "2x + cos(x)",
            "x^2 cos(x)",
            "x sin(x) + x^2 cos(x)",
        ],
    ),
    "q5": Forms(
        [
            "(1 - x^2)/(x^2 + 1)^2",
            "(x^2 + 1 - 2x^2)/(x^2 + 1)^2",
            "1/(x^2+1) - 2x^2/(x^2+1)^2",
            r"\frac{1-x^2}{(x^2+1)^2}",
            r"\frac{(x^2+1)-x\cdot 2x}{(x^2+1)^2}",
            "-(x^2 - 1)/(x^2 + 1)^2",
            "(1-x)(1+x)(x^2+1)^-2",
            "(x²+1)⁻² (1-x²)",
        ],
        [
            "1/(2x)",
            "(1 + 3x^2)/(x^2 + 1)^2",
            "(x^2 - 1)/(x^2 + 1)^2",
            "(1 - x^2)/(x^2 + 1)",
            "1 - x^2",
            r"\frac{1}{2x}",
            "(1 - x^2)/x^2",
        ],
    ),
    "q6": Forms(
        [
            "15(3x + 1)^4",
            "5(3x+1)^4 * 3",
            "15*(3*x + 1)**4",
            r"15\left(3x+1\right)^4",
            r"5(3x+1)^{4}\cdot 3",
            "1215x^4 + 1620x^3 + 810x^2 + 180x + 15",
            "15(1+3x)⁴",
        ],
        ["5(3x + 1)^4", "15(3x+1)^5", "5*3^4", "3(3x + 1)^4", "15 x^4", "5(3x+1)^4 + 3", "(3x+1)^4"],
    ),
    "q7": Forms(
        [
            "x/sqrt(x^2 + 9)",
            "x (x^2+9)^(-1/2)",
            r"\frac{x}{\sqrt{x^2+9}}",
            "2x/(2 sqrt(x^2+9))",
            "1/2 (x^2+9)^(-1/2) * 2x",
            "x/√(x²+9)",
            r"\dfrac{2x}{2\sqrt{x^{2}+9}}",
            "x sqrt(x^2+9)/(x^2+9)",
        ],
        [
            "1/(2 sqrt(x^2 + 9))",
            "2x/sqrt(x^2 + 9)",
            "1",
            "x/(x^2+9)",
            r"\frac{1}{2\sqrt{x^2+9}}",
            "x sqrt(x^2 + 9)",
            "1/(2 sqrt(2x))",
        ],
    ),
    "q8": Forms(
        [
            "-x e^(-x^2/2)",
            "-x exp(-x^2/2)",
            r"-x e^{-x^2/2}",
            r"-xe^{-\frac{x^2}{2}}",
            "-x*exp(-x**2/2)",
            "-x/e^(x^2/2)",
            "e^(-0.5x^2) * (-x)",
            "-x/sqrt(exp(x^2))",
        ],
        [
            "e^(-x^2/2)",
            "x e^(-x^2/2)",
            "-x^2/2 e^(-x^2/2 - 1)",
            "e^(-x)",
            "-2x e^(-x^2/2)",
            r"x e^{-x^2/2}",
        ],
    ),
    "q9": Forms(
        [
            "ln(x) + 1",
            "1 + ln x",
            "ln|x| + 1",
            r"\ln x + 1",
            r"\ln(x)+1",
            "log(x) + 1",
            "ln(e x)",
            "ln(x) + x/x",
            "1 + ln(x^2)/2",
        ],
        ["1/x", "ln(x)", "ln(x) + 1/x", "ln(x) - 1", r"\frac{1}{x}", "1", "x + ln(x)"],
    ),
    "q10": Forms(
        [
            "2x/(x^2 - 4)",
            "1/(x-2) + 1/(x+2)",
            r"\frac{2x}{x^2-4}",
            "2*x/(x**2 - 4)",
            "2x (x^2-4)^-1",
            "2x/((x-2)(x+2))",
            r"\frac{1}{x-2}+\frac{1}{x+2}",
        ],
        ["1/(x^2 - 4)", "1/(2x)", "2x ln(x^2 - 4)", r"\frac{1}{x^2-4}", "2/x", "2x/(x^2-4)^2", "2x"],
    ),
    "q11": Forms(
        [
            "2 sin(x) cos(x)",
            "sin(2x)",
            "2 sin x cos x",
            r"\sin 2x",
            r"2\sin x\cos x",
            "2cos(x)*sin(x)",
            "cos(pi/2 - 2x)",
            "2 tan(x) cos(x)^2",
        ],
        ["2 sin(x)", "2 cos(x)", "cos(x)^2", "-2 sin(x) cos(x)", r"2\sin x", "sin(x) cos(x)", "2 sin^2 x cos x"],
    ),
    "q12": Forms(
        [
            "sec(x)^2",
            "1/cos(x)^2",
            "1 + tan(x)^2",
            r"\sec^2 x",
            r"\frac{1}{\cos^2 x}",
            "1 + tan² x",
            "cos(x)^-2",
            "sec^2 x",
        ],
        ["sec(x)", "-sec(x)^2", "cot(x)", "1/cos(x)", "sec(x) tan(x)", r"\frac{1}{\sin^2 x}", "cos(x)/-sin(x)"],
    ),
    "q13": Forms(
        [
            "2/(1 + 4x^2)",
            "2/(1 + (2x)^2)",
            r"\frac{2}{1+4x^2}",
            "2(1+4x^2)^-1",
            "1/(1 + (2x)^2) * 2",
            "1/(1/2 + 2x^2)",
            r"\frac{2}{4x^{2}+1}",
        ],
        ["1/(1 + 4x^2)", "2/(1 + 2x^2)", "2/(1 - 4x^2)", "1/(1+x^2)", "2 sec(2x)^2", "2/(1+x^2)"],
    ),
    "q14": Forms(
        [
            "-9 sin(3x)",
            "-9*sin(3*x)",
            r"-9\sin(3x)",
            r"-9\sin 3x",
            "-(3^2) sin 3x",
            "9 sin(-3x)",
            "-9 sin(x) (3 - 4 sin(x)^2)",
        ],
        ["9 sin(3x)", "-3 sin(3x)", "-sin(3x)", "3 cos(3x)", "-9 cos(3x)", "-6 sin(3x)"],
        ["-9 sin 3*x"],
    ),
    "q15": Forms(
        [
            "x^2 + 1/y",
            "x**2 + 1/y",
            r"x^2+\frac{1}{y}",
            "1/y + x²",
            "(x^2 y + 1)/y",
            "x^2 + y^-1",
            "x^2 + 1/|y|",
        ],
        ["2x y", "2x + 1/y", "x^2", "x^2 + ln(y)", "x^2 y + 1/y", "2x y + x^2 + 1/y", "x^2 - 1/y^2"],
    ),
    "q16": Forms(
        [
            "[2x y^3 - 2y, 3x^2 y^2 - 2x]",
            "[2*x*y**3 - 2*y, 3*x**2*y**2 - 2*x]",
            "[2y(x y^2 - 1), x(3x y^2 - 2)]",
            "[2y³x - 2y, 3x²y² - 2x]",
            "[y(2x y^2 - 2), 3(x y)^2 - 2x]",
        ],
        [
            "[3x^2 y^2 - 2x, 2x y^3 - 2y]",
            "[2x y^3 - 2, 3x^2 y^2 - 2]",
            "[2x y^3, 3x^2 y^2]",
            "2x y^3 - 2y + 3x^2 y^2 - 2x",
            "[2x y^3 - 2y]",
            "[2x - 2y, 3y^2 - 2x]",
        ],
        shapeless=["2x y^3 - 2y + 3x^2 y^2 - 2x", "[2x y^3 - 2y]"],
    ),
    "q17": Forms(
        [
            "[[10, 16, 22], [22, 16, 10]]",
            "[[10,16,22],[22,16,10]]",
            "[[10.0, 16.0, 22.0], [22.0, 16.0, 10.0]]",
            "[[60/6, 96/6, 132/6], [132/6, 96/6, 60/6]]",
        ],
        [
            "[[60, 96, 132], [132, 96, 60]]",
            "[10, 16, 22, 22, 16, 10]",
            "[[10, 22], [16, 16], [22, 10]]",
            "[[10/3, 16/3, 22/3], [22/3, 16/3, 10/3]]",
            "[[10, 16, 22], [22, 16, 11]]",
            "140",
        ],
        shapeless=["[10, 16, 22, 22, 16, 10]", "[[10, 22], [16, 16], [22, 10]]", "140"],
    ),
    "q18": Forms(
        [
            "[0.6652, 0.2447, -0.9100]",
            "[0.66524, 0.24473, -0.90997]",
            "[0.665, 0.245, -0.91]",
            "[e/(e + 1 + 1/e), 1/(e + 1 + 1/e), 1/e/(e + 1 + 1/e) - 1]",
        ],
        [
            "[0.6652, 0.2447, 0.0900]",
            "[-0.6652, -0.2447, 0.9100]",
            "[0.6652, -0.7553, 0.0900]",
            "[0, 0, -1]",
            "2.4076",
            "[0.2217, 0.0816, -0.3033]",
        ],
        shapeless=["2.4076"],
    ),
    "q19": Forms(
        ["[-1/3, 0, 1/3]", "[-0.333, 0, 0.333]", "[-0.3333, 0.0, 0.3333]", "[-3^-1, 0, 3^-1]"],
        [
            "[1/3, 2/3, 1]",
            "[1/3, 0, -1/3]",
            "[2/9, 4/9, 6/9]",
            "[0.222, 0.444, 0.667]",
            "2",
            "[1, 2, 3]",
        ],
        shapeless=["2"],
    ),
    "q20": Forms(
        [
            "[[6x, 2y], [2y, 2x]]",
            "[[6*x, 2*y], [2*y, 2*x]]",
            "[[3*2x, 2y], [2y, 2x]]",
            "2*[[3x, y], [y, x]]",
        ],
        [
            "[3x^2 + y^2, 2x y]",
            "[[6x, 2y], [2x, 2y]]",
            "[[6x, 0], [0, 2x]]",
            "[[6x + 2y, 2y], [2y, 2x]]",
            "[6x, 2x]",
            "[[6x, y], [y, 2x]]",
        ],
        shapeless=["[3x^2 + y^2, 2x y]", "[6x, 2x]"],
    ),
}

UNREADABLE: Final = (
    "?",
    "idk",
    "diff(x^2, x)",
    "2x or 3x",
    "f'(x)",
    "y' = d/dx",
    "2x dx",
    "(2x + 1",
    "2x + + * 3",
    "see sheet 2",
    r"\frac{x}{",
    "sine(x)",
    "x/0.5)",
)
"""What is no answer to any question."""

STUDENTS: Final = (
    "Ada Lovelace",
    "Aisha Rahman",
    "Ana García",
    "Anton Müller",
    "Beatriz Souza",
    "Björn Åkesson",
    "Chen Wei",
    "Chiara Conti",
    "Dmitri Ivanov",
    "Dana Cohen",
    "Emre Yılmaz",
    "Eva Novotná",
    "Fatou Diop",
    "Finn O'Connor",
    "Grace Hopper",
    "Gustav Lind",
    "Hana Suzuki",
    "Hugo Martin",
    "Ines Ferreira",
    "Ioana Popescu",
    "Jan Kowalski",
    "João Silva",
    "Kofi Mensah",
    "Klara Fischer",
    "Lena Bauer",
    "Liam Walsh",
    "Maya Patel",
    "Mehdi Hosseini",
    "Nadia Haddad",
    "Noah Smith, Jr.",
    "Olga Petrova",
    "Pierre Dubois",
    "Quinn Taylor",
    "Rosa Jiménez",
    "Søren Nielsen",
    "Tamar Levi",
    "Uchenna Obi",
    "Viktor Nagy",
    "Wanjiru Kamau",
    "张伟",
)


def answers() -> list[dict[str, str]]:
    """A row for each student: the name and an answer to each question, empty where there is none."""
    draw = random.Random(SEED)
    rows = []
    for student in STUDENTS:
        ability = draw.uniform(0.5, 1.0)
        habit = draw.randrange(100)
        row = {"student": student}
        for place, (question, forms) in enumerate(FORMS.items()):
            difficulty = 0.75 + 0.5 * place / len(FORMS)
            row[question] = _answer(draw, forms, ability**difficulty, habit)
        rows.append(row)
    return rows


def _answer(draw: random.Random, forms: Forms, chance: float, habit: int) -> str:
    """An answer by a student who is right with this chance, and mostly writes in one way."""
    luck = draw.random()
    if luck < 0.035:
        return ""
    if luck < 0.06:
        return draw.choice(UNREADABLE)
    if forms.doubtful and luck > 0.9:
        return draw.choice(forms.doubtful)
    if draw.random() < chance:
        own = forms.right[habit % len(forms.right)]
        return own if draw.random() < 0.5 else draw.choice(forms.right)
    return draw.choices(forms.wrong, weights=[1 / (1 + place) for place in range(len(forms.wrong))])[0]


def csv_text() -> str:
    """`answers.csv`: a column for each question."""
    stream = StringIO()
    writer = csv.DictWriter(stream, ["student", *FORMS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(answers())
    return stream.getvalue()


def jsonl_text() -> str:
    """`one.jsonl`: one student's answers, as an autograder gets them."""
    student = answers()[8]
    lines = [
        {"student": student["student"], "question": question, "answer": student[question]}
        for question in FORMS
        if student[question]
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def main() -> None:
    """Write the files."""
    (FOLDER / "answers.csv").write_text(csv_text(), encoding="utf-8", newline="\n")
    (FOLDER / "one.jsonl").write_text(jsonl_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
