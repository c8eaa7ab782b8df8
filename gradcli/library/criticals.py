"""`gradcli.critical_points`: all critical points in a range, each proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np

from gradcli.language import DiagnosticError, parse_interval
from gradcli.language.tree import Range
from gradcli.language.values import replace
from gradcli.library.arguments import Value, bindings_and_ranges, number_of, refuse_unused, text_of, whole_number
from gradcli.library.guard import guarded
from gradcli.library.reprs import WIDTH, cut, pretty, shown
from gradcli.operations import vocabulary
from gradcli.problem import MOST_DIGITS, Problem
from gradcli.stationary import Criticals, critical

if TYPE_CHECKING:
    from gradcli.library.expressions import Expression

SECONDS: Final = 8.0
NO_VARIABLE: Final = "E356"


def critical_points(
    text: str | Expression,
    at: Mapping[str, Value] | None = None,
    /,
    *,
    digits: int | None = None,
    seconds: float = SECONDS,
    **values: Value,
) -> CriticalPoints:
    """All critical points of an expression in a closed range, proved to be there and to be all.

    Keywords, or the mapping `at`, give a variable its range, `x=(-2, 2)` or `x="0:2pi"`, and a parameter its value.
    A variable without either goes from -10 to 10. `digits` are those that are shown; the search ends after so many
    `seconds` with what it has found.

    Raises DiagnosticError where there is nothing to search; TypeError and ValueError for arguments that mean nothing.

        >>> import gradcli
        >>> found = gradcli.critical_points("x^3 - 3x", x=(-2, 2))
        >>> found
        CriticalPoints('x**3 - 3*x', [Critical(x=-1.0, kind='maximum'), Critical(x=1.0, kind='minimum')])
        >>> [(each.at["x"], each.value, each.kind, each.proved) for each in found]
        [(-1.0, 2.0, 'maximum', True), (1.0, -2.0, 'minimum', True)]
        >>> found.complete, found.least
        (True, -2.0)
        >>> print(gradcli.critical_points("x^2 + x y + y^2", x=(-1, 1), y=(-1, 1)))
        x  y  f  kind
        0  0  0  minimum  proved
        least value 0 at x = 0, y = 0 (proved)
    """
    fixed, written = bindings_and_ranges(at, values)
    ranges = [found for each in written.values() if isinstance(found := parse_interval(each, vocabulary()), Range)]
    problem = Problem(text_of(text), fixed)
    limit = number_of(seconds, "seconds")
    if limit <= 0:
        raise ValueError(f"seconds is a number above 0, and not {seconds}")
    shown_digits = None if digits is None else whole_number(digits, "digits", MOST_DIGITS)
    with guarded():
        named = replace(problem, bindings={**fixed, **dict.fromkeys(written, np.ones(()))})
        refuse_unused(named, values, critical_points)
        try:
            return CriticalPoints.of(critical(problem, ranges, digits=shown_digits, seconds=limit))
        except DiagnosticError as error:
            if error.diagnostic.code != NO_VARIABLE:
                raise
            hint = "a range is a tuple or a text: x=(-2, 2), x='-2:2'"
            raise DiagnosticError(replace(error.diagnostic, help=hint)) from None


class Critical:
    """A critical point; `to_dict()` is its object in what the command prints with `--json`."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)

    @property
    def at(self) -> dict[str, float]:
        """The point, by variable: the nearest floats."""
        return {name: float(each) for name, each in self._record["at"].items()}

    @property
    def exact(self) -> dict[str, str]:
        """The coordinates that are fractions or multiples of pi, and not seen to be so from their decimals."""
        return dict(self._record.get("exact", {}))

    @property
    def value(self) -> float:
        """The value there."""
        return float(self._record["value"])

    @property
    def kind(self) -> str:
        """`minimum`, `maximum`, `saddle`, `inflection`, or `degenerate` where the kind is not decided."""
        return str(self._record["kind"])

    @property
    def is_kink(self) -> bool:
        """Whether there is no derivative, which changes its sign there."""
        return bool(self._record["kink"])

    @property
    def is_degenerate(self) -> bool:
        """Whether the Hessian is singular there."""
        return bool(self._record["degenerate"])

    @property
    def proved(self) -> bool:
        """Whether it is proved that it is there."""
        return bool(self._record["proved"])

    @property
    def alone(self) -> bool:
        """Whether it is proved, too, that there is no other right beside it."""
        return bool(self._record["alone"])

    def to_dict(self) -> dict[str, Any]:
        """The object; its numbers are texts where more digits were asked for than floats have."""
        return dict(self._record)

    def __eq__(self, other: object) -> bool:
        return self._record == other._record if isinstance(other, Critical) else NotImplemented

    def __repr__(self) -> str:
        at = ", ".join(f"{name}={each!r}" for name, each in self.at.items())
        return f"Critical({at}, kind={self.kind!r})"


class CriticalPoints(Sequence[Critical]):
    """What came of `gradcli.critical_points`: a sequence of Critical, in the order of the first variable.

    `str()` is what the command prints, `to_dict()` the object that it prints with `--json`.
    """

    def __init__(
        self,
        record: Mapping[str, Any],
        notes: tuple[str, ...],
        table: Sequence[Sequence[str]],
        remarks: Sequence[tuple[str, str]],
        text: str,
    ) -> None:
        self._record, self._table, self._remarks, self._text = dict(record), table, remarks, text
        self._points = tuple(map(Critical, record["points"]))
        self.notes = notes
        """What there is to say beside it: a range that was chosen, where the function is not defined."""

    @classmethod
    def of(cls, found: Criticals) -> CriticalPoints:
        """What a search found, with its exact numbers written out: they cannot be pickled."""
        from gradcli.render import criticals

        return cls(
            criticals.criticals_object(found),
            tuple(note.message for note in criticals.notes(found)),
            [[*found.names, "f", "kind", ""], *criticals.rows(found)],
            [(line.text, line.style.value) for line in criticals.remarks(found)],
            "\n".join(line.text for line in criticals.lines(found, WIDTH)),
        )

    @property
    def expression(self) -> str:
        """The expression in plain ASCII, as it was read."""
        return str(self._record["expr"])

    @property
    def complete(self) -> bool:
        """Whether all critical points are found and proved."""
        return bool(self._record["complete"])

    @property
    def least(self) -> float | None:
        """The least value in the whole range; None where it is not proved which it is."""
        return self._extreme("least")

    @property
    def greatest(self) -> float | None:
        """The greatest value in the whole range; None where it is not proved which it is."""
        return self._extreme("greatest")

    def _extreme(self, which: str) -> float | None:
        return float(self._record[which]["value"]) if which in self._record else None

    @property
    def remaining(self) -> list[dict[str, Any]]:
        """The parts of the range of which nothing is claimed, each with its `range` and the `reason`."""
        return [dict(each) for each in self._record["remaining"]]

    def to_dict(self) -> dict[str, Any]:
        """The object that the command prints with `--json`."""
        return dict(self._record)

    @overload
    def __getitem__(self, index: int) -> Critical: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Critical, ...]: ...
    def __getitem__(self, index: int | slice) -> Critical | tuple[Critical, ...]:
        return self._points[index]

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[Critical]:
        return iter(self._points)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        points = ", ".join(map(repr, self._points[:3])) + (", …" if len(self) > 3 else "")
        lacking = "" if self.complete else ", complete=False"
        return f"CriticalPoints({shown(cut(self.expression))}, [{points}]{lacking})"

    _repr_pretty_ = pretty

    def _repr_html_(self) -> str:
        from gradcli.library.display import criticals_html

        return criticals_html(self._table, self._remarks, self.notes)
