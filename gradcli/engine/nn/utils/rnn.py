"""Sequences of several lengths in one tensor (torch.nn.utils.rnn)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradcli.engine import errors
from gradcli.engine.creation import full
from gradcli.engine.left_out import missing_from
from gradcli.engine.tensor import Tensor


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Tensors (length, …) made as long as the longest, (longest, number, …), with `batch_first` (number, longest, …).

    `padding_side` is where they are filled up with `padding_value`. Raises RuntimeError where there is no sequence, or
    the sequences differ in more than their length.
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    given = list(sequences)
    if not given:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    longest = max(len(each) for each in given)
    sizes = (len(given), longest) if batch_first else (longest, len(given))
    result: Tensor = full((*sizes, *given[0].shape[1:]), padding_value, dtype=given[0].dtype)
    for number, each in enumerate(given):
        if each.shape[1:] != given[0].shape[1:]:
            raise errors.sizes_must_match((len(each), *given[0].shape[1:]), each.shape)
        places = slice(longest - len(each), longest) if padding_side == "left" else slice(len(each))
        result[(number, places) if batch_first else (places, number)] = each
    return result


__getattr__ = missing_from("torch.nn.utils.rnn")
