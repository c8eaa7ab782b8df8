"""`gradcli batch FILE…`: many problems."""

from __future__ import annotations

import gc

import click
from click.core import ParameterSource

from gradcli.cli.options import (
    FORMATS,
    digits_option,
    dtype_option,
    encoding_option,
    order_option,
    output_options,
    pool_options,
    refuse_unchecked,
    wrt_option,
)
from gradcli.cli.program import subcommand

EXAMPLES = r"""Examples:
  echo 'x^2 sin(x) at x=1.5' | gradcli batch -
  printf 'expr,x,y\nx^2 y,2,3\nln(x y),1,2\n' | gradcli batch - --from csv --to jsonl
  printf 'x^2 at x=%s\n' 1 2 3 | gradcli batch - --to csv --output example.csv
"""
WORK = "gradcli.batch.work"
WITNESS = "gradcli.calculus.check"
FORMULAS = "gradcli.calculus.symbolic"
"""What the check and the formulas need, which is slow to import."""
TIMEOUT = 30.0
MEMORY = 2_000


@subcommand("batch", EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--from", "source", type=click.Choice(FORMATS), help="The input's format (by the file's extension).")
@encoding_option("the input is")
@click.option("--to", type=click.Choice(FORMATS), default="text", help="The output's format (text).")
@output_options("Write to FILE, through a journal.")
@pool_options("one problem", TIMEOUT, MEMORY)
@click.option("--scheduler", metavar="ADDRESS", help="Work on the Dask cluster with this scheduler, tcp://HOST:PORT.")
@click.option("--expr", metavar="EXPR", help="The expression of rows and objects that have none.")
@wrt_option
@order_option(50)
@dtype_option
@digits_option("Significant digits to show (text: 6; else all).")
@click.option("--formulas", is_flag=True, help="Also the derivatives as formulas.")
@click.option("--full", is_flag=True, help="Also formulas of more than 200 characters.")
@click.option("--no-check", is_flag=True, help="Leave out the cross-check.")
@click.option(
    "--sample", type=click.FloatRange(0, 1), metavar="SHARE", help="Check a random share of the problems, such as 0.1."
)
@click.option("--seed", type=int, default=0, metavar="N", help="The seed of --sample (0).")
@click.option("--strict", is_flag=True, help="An undecided check is a failure, too.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
def command(
    files: tuple[str, ...],
    source: str | None,
    encoding: str,
    to: str,
    output: str | None,
    resume: bool,
    jobs: int | None,
    timeout: float,
    memory: int,
    scheduler: str | None,
    expr: str | None,
    wrt: tuple[str, ...],
    order: int,
    dtype: str,
    digits: int | None,
    formulas: bool,
    full: bool,
    no_check: bool,
    sample: float | None,
    seed: int,
    strict: bool,
    fail_fast: bool,
) -> int:
    """Calculate, differentiate and check the problems in FILE..., a result for each, in order; `-` is standard input.

    Text (.txt) has a problem on each line, with its values: x^2 y at x=2, y=3. CSV (.csv) has a column expr, one for
    each variable, and any of id, wrt, of, partial, vjp, order, dtype, request. JSON Lines (.jsonl, .ndjson) has objects
    such as {"expr": "x^2 y", "at": {"x": 2, "y": 3}} with the same fields besides. What cannot be read or calculated is
    an error in its place, FILE:LINE:COLUMN, and the rest goes on.

    With --output the records are kept in FILE.part until all are done. After an interruption, a crash or a full disk
    the same command with --resume goes on, loses nothing and repeats nothing. A device or a pipe (/dev/stdout) is
    written to as the records come.

    With --scheduler the problems go to a Dask cluster (pip install 'gradcli[dask]', there too) and the results are the
    same. What is lost with a worker is done by another. Time is not limited there, and memory is as the cluster's
    workers were told: -j, --timeout and --memory are for this machine.

    Exit status: 0 all is done and right, 1 a problem failed or a check differs, 2 a file could not be read or written.
    """
    from gradcli.batch.settings import BatchSettings
    from gradcli.streams.formats import Format
    from gradcli.streams.pool import Pool, cores

    gc.enable()  # main() switches it off for one-liners; this may go on for long
    if resume and output is None:
        raise click.UsageError("--resume goes on with an --output, and none is named")
    if no_check and sample is not None:
        raise click.UsageError("--no-check and --sample exclude each other")
    if no_check:
        refuse_unchecked(digits)
    from gradcli.cli.outputs import STANDARD, refuse_to_resume, targets

    target = targets({"--output": STANDARD if output is None else output}, files)["--output"]
    assert target is not None, "there is always an output"
    if resume:
        refuse_to_resume(target)
    if scheduler is not None:
        _refuse_limits()
    count = 0 if scheduler is not None else cores() if jobs is None else jobs
    modules = (WORK, *(() if no_check else (WITNESS,)), *((FORMULAS,) if formulas or full else ()))
    if count:
        from gradcli.streams.processes import warm_up

        warm_up(modules)
    from gradcli.cli.batch_run import BatchRun
    from gradcli.cli.operands import names

    by = names(wrt)
    form = Format(to)
    share = 0.0 if no_check else 1.0 if sample is None else sample
    columns = _columns(expr, by) if form is Format.CSV else ()
    settings = BatchSettings(form, by, order, dtype, digits, share, seed, formulas or full, columns, full)
    pool = Pool(count, timeout, memory, modules, scheduler)
    given = None if source is None else Format(source)
    return BatchRun(files, given, expr, settings, pool, strict, fail_fast, encoding).to(target, resume)


def _refuse_limits() -> None:
    """Raise UsageError where a limit is given that does not hold on a cluster."""
    context = click.get_current_context()
    for name, option in (("jobs", "-j"), ("timeout", "--timeout"), ("memory", "--memory")):
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"{option} is for the workers of this machine, and --scheduler takes a cluster's")


def _columns(expr: str | None, wrt: tuple[str, ...] | None) -> tuple[str, ...]:
    """The variables that have a column each in CSV: those that are the same for all rows."""
    from gradcli.language import DiagnosticError, free_names, parse
    from gradcli.operations import CONSTANTS, vocabulary

    if wrt is not None or expr is None:
        return wrt or ()
    try:
        return tuple(free_names(parse(expr, vocabulary()).program, CONSTANTS))
    except DiagnosticError:  # each row says what is wrong, or has the variables that make it right
        return ()
