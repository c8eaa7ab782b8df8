"""What the prompt keeps from line to line: variables, formulas and functions by name, and the last value, as text."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

ANS: Final = "ans"
"""The name of the last value."""


class Named:
    """What a name stands for: `text` is the statement, `y = 3x + 2` or `f(x) = x^2`, and `uses` the names in it.

    `value` is what a variable was given, None of formulas and functions, through which derivatives go.
    """

    __slots__ = ("name", "text", "uses", "value")

    def __init__(self, name: str, text: str, uses: frozenset[str] = frozenset(), value: str | None = None) -> None:
        self.name, self.text, self.uses, self.value = name, text, uses, value


class Session:
    """The names that are kept, in the order in which they were given."""

    def __init__(self) -> None:
        self.kept: dict[str, Named] = {}
        self.ans: str | None = None
        self._changes: dict[str, Named | None] = {}

    def keep(self, kept: Named) -> None:
        """Have a name stand for something, and no longer for what it stood for."""
        self.kept[kept.name] = self._changes[kept.name] = kept

    def clear(self, names: Iterable[str]) -> None:
        """Forget names."""
        for name in names:
            if name == ANS:
                self.ans = None
            else:
                self.kept.pop(name, None)
                self._changes[name] = None

    def take_changes(self) -> dict[str, Named | None]:
        """What has changed since this was last asked for; None for a name that was cleared."""
        changes, self._changes = self._changes, {}
        return changes

    def apply(self, changes: dict[str, Named | None], ans: str | None) -> None:
        """Change what another session, which was the same, has changed."""
        for name, kept in changes.items():
            if kept is None:
                self.kept.pop(name, None)
            else:
                self.kept[name] = kept
        self.ans = ans

    def variables(self) -> Iterator[Named]:
        """The names that have a value."""
        return (kept for kept in self.kept.values() if kept.value is not None)

    def formulas(self) -> Iterator[Named]:
        """The names that stand for formulas and functions."""
        return (kept for kept in self.kept.values() if kept.value is None)

    def reached(self, names: Iterable[str]) -> list[Named]:
        """The formulas and functions that names need, each after those that it needs itself."""
        found: dict[str, Named] = {}
        seen: set[str] = set()
        ahead = [(name, False) for name in sorted(names, reverse=True)]
        while ahead:
            name, is_done = ahead.pop()
            kept = self.kept.get(name)
            if kept is None or kept.value is not None:
                continue
            if is_done:
                found[name] = kept
            elif name not in seen:
                seen.add(name)
                ahead.append((name, True))
                ahead += [(each, False) for each in sorted(kept.uses, reverse=True)]
        return list(found.values())

    def lines(self) -> list[str]:
        """Statements that give a session these names; formulas come after what they need."""
        values = [kept.text for kept in self.variables()]
        return values + [kept.text for kept in self.reached(kept.name for kept in self.formulas())]
