"""What makes the entries of whole tensors, by the operation's name in the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.calculus.entries import contractions, losses, tensors, windows

BUILDERS: Mapping[str, tensors.Builder] = {
    **tensors.BUILDERS,
    **contractions.BUILDERS,
    **windows.BUILDERS,
    **losses.LOSSES,
}
