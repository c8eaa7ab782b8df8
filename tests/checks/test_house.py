"""The counts of the house, and that no table of operations is silent."""

from __future__ import annotations

from tests.checks import house


def test_every_table_of_operations_is_held_by_something() -> None:
    assert house.unheld() == []


def test_nothing_is_said_of_tables_that_are_not_there() -> None:
    assert house.HELD.keys() <= house.tables().keys()


def test_an_operation_is_declared_in_four_places_at_most() -> None:
    for name in house.scalar_operations():
        found = house.places(name)
        assert house.PLACES["gradcli/operations.py TABLE"] in found
        assert house.PLACES["tests/calculus/expressions.py"] in found
        assert len(found) <= house.MOST_PLACES, (name, found)


def test_linters_are_seldom_silenced() -> None:
    assert house.counted("# noqa") <= house.MOST_NOQA
    assert house.counted("# type: ignore") <= house.MOST_IGNORES
