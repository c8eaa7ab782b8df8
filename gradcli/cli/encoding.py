"""`--encoding NAME`."""

from __future__ import annotations

import click

from gradcli.batch.encodings import encoding_of


def known(context: click.Context, parameter: click.Parameter, name: str) -> str:
    """The encoding with this name, in Python's words. Raises BadParameter."""
    try:
        return encoding_of(name)
    except ValueError as error:
        message = f"{error}; some that are: utf-8, utf-16, windows-1252, iso-8859-2, mac-roman"
        raise click.BadParameter(message) from None
