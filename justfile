# What one does here, by name: `just` lists it. Each recipe uses the Python of the environment that is active.

python := "python"

_list:
    @just --list --unsorted

# Set up: this checkout, the tests' tools and the linters, in the environment that is active.
setup:
    {{ python }} -m pip install --quiet --editable '.[test,lint]'

# The tests that answer within half a minute.
fast *ARGUMENTS:
    {{ python }} -m pytest -m fast {{ ARGUMENTS }}

# The ordinary tests, or those named: `just test tests/language -k latex`.
test *ARGUMENTS:
    {{ python }} -m pytest {{ ARGUMENTS }}

# The linters, types, import contracts and the counts of the house.
check:
    {{ python }} -m ruff check .
    {{ python }} -m ruff format --check .
    {{ python }} -m mypy
    lint-imports
    {{ python }} -m tests.checks.house

# What changes by itself where it can: imports, layout.
fix:
    {{ python }} -m ruff check --fix .
    {{ python }} -m ruff format .

# The tests beside the real torch 2.13.0.
live:
    {{ python }} -m pip install --quiet '.[parity]'
    {{ python }} -m pytest -m torch

# The long property runs.
slow:
    {{ python }} -m pytest -m slow

# Inputs at random, for so many minutes.
fuzz MINUTES="1" SEED="1":
    {{ python }} -m tests.fuzz --minutes {{ MINUTES }} --seed {{ SEED }}

# The benchmarks beside their peers: engine, tensors, startup, batch, formulas, homework, minima.
bench NAME *ARGUMENTS:
    {{ python }} -m tests.benchmarks.{{ NAME }} {{ ARGUMENTS }}

# What is written by a script: ball rules, man pages, the README's picture, the outputs in the pages.
docs:
    {{ python }} -m gradcli.calculus.symbolic.rules
    {{ python }} docs/manual.py
    {{ python }} docs/terminal.py
    {{ python }} -m tests.documents

# Everything that must hold before a change lands, in a fresh environment.
ci:
    .ci/run
