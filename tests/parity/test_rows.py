"""What torch 2.13.0 was seen to do, row by row: so does the engine, but for the misses listed, and torch live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import gradcli.engine as engine
from tests.engine.harness import saved
from tests.parity.misses import MISSES
from tests.parity.programs import agrees, inputs, shown, value_of
from tests.parity.table import ALL, IN_SCOPE, LEFT_OUT, Row


def marked(row: Row, misses: Mapping[str, str] = MISSES) -> Any:
    """The row as a case; a listed miss must fail, for the day on which it agrees is the day to take it off the list."""
    reason = misses.get(row.id)
    return pytest.param(row, id=str(row), marks=pytest.mark.xfail(strict=True, reason=reason) if reason else ())


@pytest.mark.parametrize("row", [marked(row) for row in IN_SCOPE])
def test_engine_shows_what_torch_shows(row: Row) -> None:
    said = shown(engine, row)
    assert agrees(row, said), f"{said}\ninstead of\n{row.shows}"


@pytest.mark.torch
@pytest.mark.parametrize("row", ALL, ids=str)
def test_row_is_what_torch_shows_live(row: Row, warning_torch: Any) -> None:
    said = shown(warning_torch, row)
    assert agrees(row, said), f"{said}\ninstead of\n{row.shows}"


def test_every_row_has_an_id_of_its_own() -> None:
    assert len({row.id for row in ALL}) == len(ALL)


def test_every_miss_is_a_row_in_scope() -> None:
    assert set(MISSES) <= {row.id for row in IN_SCOPE}


def test_97_of_100_rows_in_scope_agree() -> None:
    assert len(MISSES) <= 0.03 * len(IN_SCOPE)


@pytest.mark.parametrize("row", LEFT_OUT, ids=str)
def test_what_is_left_out_says_so_in_one_sentence(row: Row) -> None:
    scope = inputs(engine)
    with pytest.raises(NotImplementedError) as raised:
        exec(row.run, {**scope, "T": engine.tensor})
    assert str(raised.value).startswith(f"gradcli's engine leaves out {row.named}: ")
    assert "\n" not in str(raised.value)


WITHOUT_BACKWARD = {"2.150": "unique has no derivative", "2.323": "vander writes to what its cumprod saved"}
"""Rows whose gradient torch refuses, too."""

NODES = [
    row
    for row in IN_SCOPE
    if row.section == "section_2_nodes" and "Backward" in row.shows and row.id not in WITHOUT_BACKWARD
]


@pytest.mark.parametrize("row", NODES)
def test_a_second_backward_fails_exactly_where_a_node_saved_a_tensor(row: Row) -> None:
    result = value_of(engine, row)
    holds = _anything_saved(result.grad_fn, set())
    seed = engine.ones_like(result)
    result.backward(seed)
    if holds:
        with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
            result.backward(seed)
    else:
        result.backward(seed)


def _anything_saved(node: Any, seen: set[Any]) -> bool:
    if node is None or node in seen:
        return False
    seen.add(node)
    return bool(saved(node)) or any(_anything_saved(each, seen) for each, _ in node.next_functions)
