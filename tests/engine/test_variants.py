"""Operations on operands of other kinds, dtypes and layouts show what torch shows, errors included."""

from __future__ import annotations

import json

import pytest

from tests.engine import harness
from tests.engine.deviations import DEVIATIONS
from tests.engine.variants import CALLS, Variant, shown, variants

pytestmark = pytest.mark.filterwarnings("ignore:(Mean of empty slice|invalid value encountered):RuntimeWarning")
"""NumPy reports them from within its own modules, where torch is silent."""

ENGINE = harness.engine()
SHOWN: dict[str, list[str]] = json.loads((harness.GOLDEN / "variants.json").read_text(encoding="utf-8"))["shown"]


DEVIATING = {(call, kind) for calls in DEVIATIONS.values() for call, kinds in calls.items() for kind in kinds}


def deviates(variant: Variant) -> bool:
    """Whether the engine shows something else than torch showed."""
    return shown(ENGINE, variant) != SHOWN[str(variant)]


@pytest.mark.parametrize("call", CALLS)
def test_shows_what_torch_showed(call: str) -> None:
    found = {str(each): shown(ENGINE, each) for each in variants(call) if (call, each.kind) not in DEVIATING}
    assert found == {name: SHOWN[name] for name in found}


@pytest.mark.torch
@pytest.mark.parametrize("call", CALLS)
def test_what_torch_showed_is_what_it_shows(call: str, torch_library: harness.Library) -> None:
    for each in variants(call):
        assert shown(torch_library, each) == SHOWN[str(each)]


@pytest.mark.parametrize(("call", "kind"), sorted(DEVIATING))
def test_a_known_deviation_is_one(call: str, kind: str) -> None:
    assert any(deviates(each) for each in variants(call) if each.kind == kind)
