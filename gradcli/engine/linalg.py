"""The namespace torch.linalg."""

from __future__ import annotations

from typing import Final

from gradcli.engine.catalogue import accept_out
from gradcli.engine.left_out import missing_from
from gradcli.engine.ops.decompose import (
    LinAlgError,
    det,
    eigh,
    eigvalsh,
    inv,
    matrix_rank,
    solve,
    svd,
    svdvals,
)
from gradcli.engine.ops.decompose import linalg_cholesky as cholesky
from gradcli.engine.ops.decompose import linalg_slogdet as slogdet
from gradcli.engine.ops.matrix import linalg_cross as cross
from gradcli.engine.ops.matrix import matmul, matrix_power, multi_dot
from gradcli.engine.ops.norm import linalg_norm as norm
from gradcli.engine.ops.norm import matrix_norm, vector_norm
from gradcli.engine.ops.rearrange import linalg_diagonal as diagonal

_OUT: Final = (
    "cholesky cross det eigh eigvalsh inv matmul matrix_norm matrix_power matrix_rank multi_dot norm slogdet "
    "solve svd svdvals vector_norm"
)
accept_out(globals(), "linalg_", _OUT.split())


__getattr__ = missing_from("torch.linalg")


__all__ = [
    "LinAlgError",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "vector_norm",
]
