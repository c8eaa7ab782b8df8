"""gradcli: a command-line gradient calculator. `gradcli.engine` is its autograd engine, usable by itself."""

__version__ = "0.1.0"
