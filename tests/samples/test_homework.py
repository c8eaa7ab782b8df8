"""The key and the answers that the README shows are the sample's."""

from __future__ import annotations

import pytest

from tests.samples.homework_class import FOLDER

README = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("fence", "name"), [("```toml", "week3.toml"), ("```", "week3.csv")])
def test_the_readme_shows_the_sample(fence: str, name: str) -> None:
    assert f"{fence}\n{(FOLDER / name).read_text(encoding='utf-8')}```" in README
