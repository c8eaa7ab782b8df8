"""`gradcli grade KEY ANSWERS`: a class."""

from __future__ import annotations

import gc

import click

from gradcli.cli.options import TABLES, encoding_option, output_options, pool_options
from gradcli.cli.program import subcommand

EXAMPLES = r"""Examples:
  printf '[q1]\nfunction = "x^2"\n' > demo.toml && printf 'student,q1\nada,2x\nbob,x\n' | gradcli grade demo.toml -
  printf '[q1]\nanswer = "2x"\n' > demo.toml && printf 'student,q1\nada,x+x\n' | gradcli grade demo.toml - --to csv
  printf '[q1]\nanswer = "2x"\n' > demo.toml && printf 'student,q1\nada,2x\n' | gradcli grade demo.toml - --preview
"""
ATTEMPTS = ["first", "last", "all"]
MODULES = ("gradcli.homework.grading", "gradcli.language.latex", "gradcli.calculus.balls.formula")
TIMEOUT = 10.0
MEMORY = 1_000


@subcommand("grade", EXAMPLES)
@click.argument("key")
@click.argument("answers")
@click.option("--from", "source", type=click.Choice(TABLES), help="The answers' format (by the file's extension).")
@encoding_option("the answers are")
@click.option(
    "--student-column", "students", multiple=True, metavar="NAME", help="The column of names; several are joined."
)
@click.option(
    "--attempt", type=click.Choice(ATTEMPTS), help="Which attempt counts (the last where a column tells, else first)."
)
@click.option("--blank", "blanks", multiple=True, metavar="TEXT", help="What else stands for no answer, as - does.")
@click.option("--preview", is_flag=True, help="Say how ANSWERS are understood, and grade nothing.")
@click.option("--to", type=click.Choice(TABLES), help="The results' format (by --output's extension; else csv).")
@output_options("Write the results, through a journal.")
@click.option("--report", metavar="FILE", help="Write an HTML report to print.")
@click.option("--gradescope", metavar="FILE", help="Write results.json, of one student.")
@pool_options("one answer", TIMEOUT, MEMORY)
def command(
    key: str,
    answers: str,
    source: str | None,
    encoding: str,
    students: tuple[str, ...],
    attempt: str | None,
    blanks: tuple[str, ...],
    preview: bool,
    to: str | None,
    output: str | None,
    resume: bool,
    report: str | None,
    gradescope: str | None,
    jobs: int | None,
    timeout: float,
    memory: int,
) -> int:
    """Grade ANSWERS by KEY, and say how the class did, question by question; `-` is standard input.

    KEY is TOML: a table for each question, [q1], with function = "x^2 sin(x)" or answer = "2x", and what else there is
    to say (wrt, order, form, at, tolerance, domain, points, mistakes). ANSWERS are CSV, XLSX or ODS with the columns
    student,question,answer, or student and a column for each question; JSON Lines with the same fields; or what Moodle,
    Canvas, Blackboard, Google Forms, Microsoft Forms, PrairieLearn, WeBWorK and SurveyMonkey export. A table [columns]
    in the key says what other columns are: student = "Name", q1 = "Response 1". --preview shows how a file is read.

    Results, an answer each, go to --output FILE, or with --to to standard output. An answer that takes too long or too
    much memory is undecided, and the others are graded. After an interruption the same command with --resume goes on.

    Exit status: 0 all answers are correct, 1 some are not, 2 the key or the answers could not be read.
    """
    if preview and (resume or output or to or report or gradescope):
        raise click.UsageError("--preview grades nothing, so there is nothing to write")
    if resume and output is None:
        raise click.UsageError("--resume goes on with an --output, and none is named")
    from gradcli.cli.outputs import STANDARD, refuse_to_resume, targets
    from gradcli.streams.formats import Format
    from gradcli.streams.pool import Pool, cores

    results = STANDARD if output is None and to is not None else output
    named = {"--output": results, "--report": report, "--gradescope": gradescope}
    found = targets(named, (key, answers), prints=True)
    if resume:
        refuse_to_resume(found["--output"])
    gc.enable()  # main() switches it off for one-liners; what came of answers hangs together in circles
    count = 0 if preview else cores() if jobs is None else jobs
    if count:
        from gradcli.streams.processes import warm_up

        warm_up(MODULES)
    from gradcli.cli.grade_run import FileOptions, GradeRun, ResultFiles
    from gradcli.homework.classfile.plan import AttemptRule

    form = None if to is None else Format(to)
    outputs = ResultFiles(found["--output"], found["--report"], found["--gradescope"], form, resume)
    pool = Pool(count, timeout, memory, MODULES)
    wishes = FileOptions(students, None if attempt is None else AttemptRule(attempt), blanks, preview)
    given = None if source is None else Format(source)
    return GradeRun(key, answers, given, outputs, pool, encoding, wishes).execute()
