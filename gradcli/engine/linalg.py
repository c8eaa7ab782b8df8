"""The namespace torch.linalg."""

from __future__ import annotations

from typing import Final

from gradcli.engine.catalogue import accept_out
from gradcli.engine.left_out import missing_from
from gradcli.engine.ops.linalg.factorizations import eigh, eigvalsh, matrix_rank, svd, svdvals
from gradcli.engine.ops.linalg.factorizations import linalg_cholesky as cholesky
from gradcli.engine.ops.linalg.norm import linalg_norm as norm
from gradcli.engine.ops.linalg.norm import matrix_norm, vector_norm
from gradcli.engine.ops.linalg.products import linalg_cross as cross
from gradcli.engine.ops.linalg.products import matmul, multi_dot
from gradcli.engine.ops.linalg.solve import LinAlgError, det, inv, matrix_power, solve
from gradcli.engine.ops.linalg.solve import linalg_slogdet as slogdet
from gradcli.engine.ops.shape.diagonals import linalg_diagonal as diagonal

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
