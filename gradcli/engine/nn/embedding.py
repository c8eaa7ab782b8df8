"""Tables of vectors that are learnt (torch.nn.Embedding)."""

from __future__ import annotations

from typing import Any

from gradcli.engine.left_out import unsupported
from gradcli.engine.left_out_names import SPARSE
from gradcli.engine.nn import functional as F
from gradcli.engine.nn import init
from gradcli.engine.nn.layers import empty
from gradcli.engine.nn.module import Module, keep
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.ops.nn.embedding import padding_of
from gradcli.engine.tensor import Tensor


class Embedding(Module):
    """A table of `num_embeddings` vectors of `embedding_dim` numbers: integers (…) to vectors (…, embedding_dim).

    The weight (num_embeddings, embedding_dim) starts standard normal, with torch's numbers;
    the row of `padding_idx` is zero.
    """

    padding_idx: int | None

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if sparse:
            raise unsupported("nn.Embedding with sparse=True", SPARSE)
        padding_idx = None if padding_idx is None else padding_of(padding_idx, num_embeddings)
        keep(locals(), "_weight", "_freeze", "device", "dtype")
        if _weight is None:
            self.weight = Parameter(empty((num_embeddings, embedding_dim), device, dtype), requires_grad=not _freeze)
            self.reset_parameters()
        else:
            assert list(_weight.shape) == [num_embeddings, embedding_dim], (
                "Shape of weight does not match num_embeddings and embedding_dim"
            )
            self.weight = Parameter(_weight, requires_grad=not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """The table that a matrix is, which shares its memory; it is not learnt further where `freeze`."""
        assert embeddings.dim() == 2, "Embeddings parameter is expected to be 2-dimensional"
        return cls(
            num_embeddings=embeddings.shape[0],
            embedding_dim=embeddings.shape[1],
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
            _weight=embeddings,
            _freeze=freeze,
        )

    def reset_parameters(self) -> None:
        """Draw the weight anew."""
        init.normal_(self.weight)
        self._zero_padding()

    def _zero_padding(self) -> None:
        """Let the row of the padding be zero."""
        if self.padding_idx is not None:
            init.zeros_(self.weight.detach()[self.padding_idx])

    def forward(self, input: Tensor) -> Any:
        """The vectors of the integers. Raises IndexError where the table has none for one."""
        options = (self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse)
        return F.embedding(input, self.weight, *options)

    def extra_repr(self) -> str:
        """The sizes, and what is not as usual."""
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        for name, usual in (("padding_idx", None), ("max_norm", None), ("norm_type", 2), ("scale_grad_by_freq", False)):
            if getattr(self, name) != usual:
                text += f", {name}={getattr(self, name)}"
        return text
