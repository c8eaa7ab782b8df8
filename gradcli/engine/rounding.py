"""Arithmetic with fewer roundings than floats have."""

from __future__ import annotations

from typing import Any

import numpy as np


def wide(array: Any) -> Any:
    """float16 as float32, in which torch calculates with it; anything else as it is."""
    return array.astype(np.float32) if array.dtype.char == "e" else array


def fused(a: Any, b: Any, c: Any) -> Any:
    """`a * b + c` in float64 with one rounding: the errors of product and sum are carried along (Dekker, Knuth)."""
    product, error = _exact_product(np.float64(a), np.float64(b))
    total = product + c
    part = total - product
    return total + ((product - (total - part)) + (c - part) + error)


def _exact_product(a: Any, b: Any) -> tuple[Any, Any]:
    splitter = 134217729.0
    a_high = splitter * a - (splitter * a - a)
    b_high = splitter * b - (splitter * b - b)
    a_low, b_low = a - a_high, b - b_high
    product = a * b
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def fused_single(a: Any, b: Any, c: Any) -> Any:
    """`a * b + c` of float32 numbers, rounded once: the product is exact in float64."""
    return (np.float64(a) * np.float64(b) + np.float64(c)).astype(np.float32)
