"""The fields of a problem that CSV and JSON Lines share, from what is written to what is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gradcli.batch.task import Entry, Value
from gradcli.language import DiagnosticError, did_you_mean
from gradcli.language.names import DIFFERENTIATED, name_of, variables_of
from gradcli.operations import vocabulary
from gradcli.problem import DTYPES, MOST_ORDER
from gradcli.streams import codes

REQUESTS: Final = ("grad", "vjp", "jacobian", "hessian")


class TaskFieldError(Exception):
    """A field that cannot be meant."""

    def __init__(self, field: str, message: str, help_: str | None = None, code: str = codes.BAD_FIELD) -> None:
        super().__init__(message)
        self.field, self.message, self.help, self.code = field, message, help_, code


def names_of(written: Any) -> tuple[str, ...] | None:
    """The variables of `wrt`: a text of names with commas or spaces between them, or a list of names.

    Raises TaskFieldError.
    """
    if written is None:
        return None
    try:
        return variables_of(_listed("wrt", written), vocabulary()) or None
    except DiagnosticError as error:
        raise bad_name("wrt", error) from None


def partial_of(written: Any) -> tuple[str, ...]:
    """The variables of `partial` in turn: `x,x,y` is a derivative of the third order. Raises TaskFieldError."""
    try:
        names = [] if written is None else _listed("partial", written)
        return tuple(name_of(each, vocabulary(), DIFFERENTIATED) for each in names)
    except DiagnosticError as error:
        raise bad_name("partial", error) from None


def variable_of(written: Any) -> str | None:
    """The variable that `of` names. Raises TaskFieldError."""
    if written is None:
        return None
    if not isinstance(written, str):
        raise TaskFieldError("of", "of takes the name of a variable", 'as in "y"')
    try:
        return name_of(written, vocabulary(), DIFFERENTIATED)
    except DiagnosticError as error:
        raise bad_name("of", error) from None


def _listed(field: str, written: Any) -> list[str]:
    """The names in a text with commas or spaces between them, or in a list. Raises TaskFieldError."""
    if isinstance(written, list) and all(isinstance(each, str) for each in written):
        return written
    if isinstance(written, str):
        return written.replace(",", " ").split()
    raise TaskFieldError(field, f"{field} takes the names of variables", 'as in "x" or ["x", "y"]')


def bad_name(field: str, error: DiagnosticError) -> TaskFieldError:
    """The TaskFieldError for a name in a field, or one that is a field, which cannot be one."""
    found = error.diagnostic
    return TaskFieldError(field, found.message, found.help, found.code)


def order_of(written: Any) -> int | None:
    """The order of the derivative."""
    if written is None:
        return None
    text = str(written).strip()
    if isinstance(written, bool) or not (text.isdecimal() and text.isascii() and 1 <= int(text[:3]) <= MOST_ORDER):
        raise TaskFieldError("order", f"order takes a whole number from 1 to {MOST_ORDER}")
    return int(text)


def request_of(written: Any, with_vjp: bool) -> str | None:
    """Which derivative is asked for; a vector for vjp asks for that."""
    if written is None:
        return "vjp" if with_vjp else None
    name = _one_of("request", written, REQUESTS)
    if (name == "vjp") != with_vjp:
        message = "the request vjp needs a vector" if name == "vjp" else f"the request {name} takes no vector"
        raise TaskFieldError("request", message, "the field vjp has the vector, as in [0.1, 1, 0.001]")
    return name


def single_dtype(written: Any) -> str | None:
    """The precision."""
    return None if written is None else _one_of("dtype", written, DTYPES)


def _one_of(field: str, written: Any, choices: tuple[str, ...]) -> str:
    name = written.strip() if isinstance(written, str) else written
    if name not in choices:
        near = did_you_mean(name, choices) if isinstance(name, str) else None
        raise TaskFieldError(field, f"{field} takes one of {', '.join(choices)}", near)
    return str(name)


def entry_of(
    written: Mapping[str, Any], text: str, values: tuple[Value, ...], vjp: Value | None, *, shared: bool = False
) -> Entry:
    """The problem that these fields write. Raises TaskFieldError."""
    return Entry(
        text,
        values,
        names_of(written.get("wrt")),
        request_of(written.get("request"), vjp is not None),
        order_of(written.get("order")),
        vjp,
        single_dtype(written.get("dtype")),
        shared,
        variable_of(written.get("of")),
        partial_of(written.get("partial")),
    )
