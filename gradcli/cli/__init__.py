"""The command line."""

from gradcli.cli.program import main

__all__ = ["main"]
