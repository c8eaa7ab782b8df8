"""Inputs made at random, over all that the program reads, and what must hold whatever they are.

`python -m tests.fuzz --minutes 60 --seed 1` runs for an hour; see `--help`. `expressions`, `programs` and `files` make
inputs, `cases` says how one is given to gradcli, `promises` what every answer keeps, `running` and `supervised` run
them, and `shrinking` makes what fails small.
"""
