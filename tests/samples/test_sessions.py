"""Every sample session prints what it says, and the numbers that its source document published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.samples.sessions import NUMBER, Step, files, printed, steps

STEPS = [(file.stem, step) for file in files() for step in steps(file)]


@pytest.mark.parametrize(("name", "step"), STEPS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(STEPS)])
def test_a_sample_prints_its_expected_output_and_its_sources_numbers(name: str, step: Step) -> None:
    lines = printed(step.run())
    assert lines == step.expected
    results = "\n".join(line for line in lines if not line.startswith("check"))
    numbers = [float(text) for text in NUMBER.findall(results)]
    for published in step.published:
        assert any(abs(number - float(published)) <= tolerance(published) for number in numbers), (published, lines)


def tolerance(published: str) -> float:
    """Four units in the last published digit: the inputs, too, are known only to their printed digits."""
    exponent = Decimal(published).as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.0 if exponent >= 0 and "e" not in published else 4 * 10.0**exponent


def test_every_source_document_has_its_samples() -> None:
    assert [file.name[:3] for file in files()] == ["000", "001", "002", "003", "004"]
