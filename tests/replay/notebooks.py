"""Notebooks made in code, for the tests of replay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.cli.process import Outcome, gradcli


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def result(text: str, **data: str) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": text, **data},
    }


def picture() -> dict[str, Any]:
    data = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def raised(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def cell(source: str, *outputs: dict[str, Any], count: int | None = 1) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "source": source.splitlines(keepends=True),
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], language: str = "python", version: str = "3.11.9") -> dict[str, Any]:
    text = {"cell_type": "markdown", "metadata": {}, "source": ["Some text."]}
    metadata = {"language_info": {"name": language, "version": version}}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [text, *cells]}


def replayed(folder: Path, *cells: dict[str, Any], options: Sequence[str] = (), **about: str) -> Outcome:
    """Write a notebook of these cells and replay it."""
    file = folder / "notebook.ipynb"
    file.write_text(json.dumps(notebook(*cells, **about)), encoding="utf-8")
    return gradcli("replay", str(file), *options)


def verdicts(folder: Path, *cells: dict[str, Any], options: Sequence[str] = (), **about: str) -> list[str]:
    """What the report says of each cell, without the lines that differ."""
    lines = replayed(folder, *cells, options=options, **about).out.splitlines()
    return [line.split("  ", 1)[1].strip() for line in lines[:-1] if line.startswith("cell ")]
