"""What torch has and this engine leaves out on purpose: it says so in one sentence when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LeftOutError(NotImplementedError):
    """torch has it, and the engine leaves it out."""


class LeftOutNameError(LeftOutError, AttributeError):
    """A name of torch that the engine leaves out: `hasattr` finds it missing."""


def unsupported(what: str, reason: str) -> LeftOutError:
    """An argument, a value or a kind of number that is left out; `reason` says what there is instead."""
    return LeftOutError(_sentence(what, reason))


def left_out(namespace: str, name: str) -> LeftOutNameError | None:
    """What to raise where `name` is asked of `namespace` (`torch.nn`, `torch.Tensor`) and torch has it; None where
    torch has no such name either."""
    from gradcli.engine.left_out_names import INSTEAD, NAMES, WHOLE

    if namespace in WHOLE and not name.startswith("_"):
        return LeftOutNameError(_sentence(f"{namespace}.{name}", WHOLE[namespace]))
    for reason, names in NAMES.get(namespace, {}).items():
        if name in names.split():
            whole = f"{namespace}.{name}"
            return LeftOutNameError(_sentence(whole, f"use {INSTEAD[whole]}" if whole in INSTEAD else reason))
    return None


def missing(namespace: str, name: str) -> AttributeError:
    """What to raise where `name` is asked of `namespace` and is not there: LeftOutNameError where torch has it,
    AttributeError in torch's words where it has not."""
    return left_out(namespace, name) or AttributeError(f"module {namespace!r} has no attribute {name!r}")


def missing_from(namespace: str) -> Callable[[str], Any]:
    """The `__getattr__` of the module that is `namespace`: it raises what `missing` says."""

    def refuse(name: str) -> Any:
        raise missing(namespace, name)

    return refuse


def refuse_module(fullname: str) -> None:
    """Raise ImportError with the sentence of what is left out, where `fullname` is a module of the engine that torch
    has in its place."""
    owner, _, name = fullname.rpartition(".")
    error = left_out("torch" + owner.removeprefix("gradcli.engine"), name)
    if error is not None:
        raise ImportError(str(error), name=fullname)


def complex_numbers() -> LeftOutError:
    """What to raise where a complex number, or an array of them, is to become a tensor."""
    from gradcli.engine.left_out_names import COMPLEX

    return unsupported("complex numbers", COMPLEX)


def _sentence(what: str, reason: str) -> str:
    return f"gradcli's engine leaves out {what}: {reason}"
