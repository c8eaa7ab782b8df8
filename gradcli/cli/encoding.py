"""`--encoding NAME`."""

from __future__ import annotations

from typing import Final

import click

UTF8: Final = "utf-8"


def known(context: click.Context, parameter: click.Parameter, name: str) -> str:
    """The encoding with this name, in Python's words. Raises BadParameter."""
    from gradcli.streams.encodings import encoding_of

    try:
        return encoding_of(name)
    except ValueError as error:
        message = f"{error}; some that are: utf-8, utf-16, windows-1252, iso-8859-2, mac-roman"
        raise click.BadParameter(message) from None
