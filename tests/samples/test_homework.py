"""The key and the answers that docs/homework.md shows are the sample's."""

from __future__ import annotations

import pytest

from tests.samples.homework_class import FOLDER

PAGE = (FOLDER.parents[1] / "docs" / "homework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("fence", "name"), [("```toml", "week3.toml"), ("```", "week3.csv")])
def test_the_page_shows_the_sample(fence: str, name: str) -> None:
    assert f"{fence}\n{(FOLDER / name).read_text(encoding='utf-8')}```" in PAGE
