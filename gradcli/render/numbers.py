"""Numbers as people read them (some significant digits) and as machines do (round trip)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gradcli.calculus.results import Array, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

Texts: TypeAlias = Mapping[Place, str]
"""Decimals that stand in the place of entries."""
NO_TEXTS: Final[Texts] = MappingProxyType({})
DEFAULT_DIGITS = 6
FLOAT_DIGITS = 17
"""Significant digits that a float has at most."""
LARGEST_WHOLE = 1e15
"""Whole numbers below it are exact in float64 and are shown in full, unless a number of digits is asked for."""
THRESHOLD = 1000
"""Tensors with more entries are summarised for people."""


def counted(count: int, what: str) -> str:
    """How many of what: `1 step`, `2,000 steps`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def number_text(value: float, digits: int | None = None) -> str:
    """A number to `digits` significant digits (6, and whole numbers in full, where None)."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    if digits is None and value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    text = f"{value:.{min(digits or DEFAULT_DIGITS, FLOAT_DIGITS)}g}"
    return "0" if text == "-0" else text


def exact_text(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    if value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    return repr(value)


def array_text(array: Array, digits: int | None = None, width: int = 80, texts: Texts = NO_TEXTS) -> str:
    """A tensor as nested brackets, entries aligned, over several lines where it has rows; a 0-dim one as a number.

    `texts` stand in the place of entries that no float holds.
    """
    if array.ndim == 0:
        return texts.get((), "") or number_text(array.item(), digits)
    flat = array.ravel()
    at = {int(np.ravel_multi_index(place, array.shape)): text for place, text in texts.items()}

    def text_of(index: int) -> str:
        return at.get(index) or number_text(flat[index].item(), digits)

    places = np.arange(array.size).reshape(array.shape)
    if array.ndim == 1 and array.size <= THRESHOLD:
        line = "[" + ", ".join(map(text_of, range(array.size))) + "]"
        if len(line) <= width:
            return line
    shown = _summary(places) if array.size > THRESHOLD else places
    longest = max((len(text_of(index)) for index in shown.ravel().tolist()), default=1)

    def entry(index: Any) -> str:
        return text_of(int(index)).rjust(longest)

    return np.array2string(
        places,
        separator=", ",
        formatter={"all": entry},
        max_line_width=max(width, longest + 8),
        threshold=THRESHOLD,
    )


def texts_in_rows(texts: Texts, shape: Place) -> str:
    """A text for each place as nested brackets, entries aligned where there are rows; a single one as it is."""
    if not shape:
        return texts[()]
    longest = max(map(len, texts.values())) if len(shape) > 1 else 0

    def nested(place: Place, indent: int) -> str:
        if len(place) == len(shape):
            return texts[place].rjust(longest)
        parts = [nested((*place, at), indent + 1) for at in range(shape[len(place)])]
        ends = "," + "\n" * (len(shape) - len(place) - 1)
        return f"[{(ends + ' ' * (indent + 1 if len(shape) - len(place) > 1 else 1)).join(parts)}]"

    return nested((), 0)


def _summary(places: NDArray[np.intp]) -> NDArray[np.intp]:
    for axis, size in enumerate(places.shape):
        if size > 6:
            places = np.take(places, [0, 1, 2, -3, -2, -1], axis)
    return places


def exact_array_text(array: Array, digits: int | None = None, texts: Texts = NO_TEXTS) -> str:
    """A tensor on one line, each number read back exactly (or to `digits`); `texts` as in `array_text`."""
    return _nested(_with_texts(array, texts), digits)


def _with_texts(array: Array, texts: Texts) -> Any:
    """The nested list of the entries, with texts in their places."""
    if not texts:
        return array.tolist()
    entries = array.astype(object)
    for place, text in texts.items():
        entries[place] = text
    return entries.tolist()


def _nested(value: Any, digits: int | None) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(each, digits) for each in value) + "]"
    if isinstance(value, str):
        return value
    return exact_text(value) if digits is None else number_text(value, digits)


def plain_array(array: Array, texts: Texts = NO_TEXTS, *, as_texts: bool = False) -> Any:
    """An array for JSON: a number or nested lists.

    Of the `texts` those stand in their places whose numbers no float of the dtype holds. With `as_texts` they all do,
    and numbers that have none are written out.
    """
    if not as_texts:
        return plain(_with_texts(array, {at: text for at, text in texts.items() if not is_held(array[at], text)}))
    return plain(
        _with_texts(array, {at: texts.get(at) or exact_text(array[at].item()) for at in np.ndindex(array.shape)})
    )


def is_held(number: Any, text: str) -> bool:
    """Whether the float beside a decimal is that number: neither infinite, nor too small to have all its digits."""
    return bool(np.isfinite(number) and (abs(number) >= np.finfo(number.dtype).smallest_normal or text == "0"))


def plain(value: Any) -> Any:
    """A number, array or nested list for JSON: NaN and infinities as strings."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
