"""What the engine shows otherwise than torch, of the variants: the calls, the kinds of operands, and why."""

from __future__ import annotations

DEVIATIONS: dict[str, dict[str, set[str]]] = {
    "integers are taken, or refused in other words": {
        "torch.frac({x})": {"integers"},
        "torch.nanmean({x})": {"integers"},
        "torch.var_mean({x})": {"integers"},
        "torch.std_mean({x})": {"integers"},
        "torch.hypot({x}, {y})": {"integers"},
        "torch.nanmean({x}, 0)": {"integers"},
        "torch.matrix_power({A}, 2)": {"integers"},
    },
    "refused with NumPy's words where torch names its kernel": {
        "torch.bitwise_not({x})": {"0-dim", "empty", "strided", "expanded", "two dtypes"},
        "torch.bitwise_and({x}, {y})": {"0-dim", "empty", "strided", "expanded", "broadcast", "two dtypes"},
        "torch.bitwise_or({x}, {y})": {"0-dim", "empty", "strided", "expanded", "broadcast", "two dtypes"},
        "torch.bitwise_xor({x}, {y})": {"0-dim", "empty", "strided", "expanded", "broadcast", "two dtypes"},
        "~{x}": {"0-dim", "empty", "strided", "expanded", "two dtypes"},
    },
    "a 0-dim tensor is taken, or refused in other words": {
        "{x} @ {y}.mT": {"0-dim"},
        "torch.mv({x}, {v})": {"0-dim"},
        "torch.linalg.cross({x}, {y})": {"0-dim"},
        "torch.linalg.multi_dot([{A}, {B}])": {"0-dim"},
        "torch.addmv({v}, {A}, {w})": {"0-dim"},
        "torch.addr({A}, {v}, {w})": {"0-dim"},
        "torch.baddbmm({A}[None], {A}[None], {B}[None])": {"0-dim"},
        "F.linear({x}, {y})": {"0-dim"},
        "F.embedding(j, {x})": {"0-dim"},
        "torch.linalg.cholesky({A} @ {A}.mT + torch.eye(3))": {"0-dim"},
        "torch.linalg.eigh({A} + {A}.mT)[0]": {"0-dim"},
        "{x}.mT": {"0-dim"},
        "torch.cumulative_trapezoid({x})": {"0-dim"},
        "torch.constant_pad_nd({x}, (1, 2), 2)": {"0-dim"},
        "torch.addbmm({A}, {A}[None], {B}[None])": {"0-dim"},
    },
    "recorded as UnsafeViewBackward0, which is reshape's": {
        "torch.diagflat({x})": {"strided", "expanded"},
    },
    "two dtypes are taken, or refused in other words": {
        "torch.inner({x}, {y})": {"two dtypes"},
        "F.huber_loss({x}, {y})": {"two dtypes"},
        "F.prelu({x}, {v}[:1])": {"two dtypes"},
        "torch.cross({x}, {y})": {"two dtypes"},
        "torch.linalg.cross({x}, {y})": {"two dtypes"},
        "torch.linalg.multi_dot([{A}, {B}])": {"two dtypes"},
        "torch.addmv({v}, {A}, {w})": {"two dtypes"},
        "torch.addr({A}, {v}, {w})": {"two dtypes"},
        "torch.addbmm({A}, {A}[None], {B}[None])": {"two dtypes"},
        "torch.chain_matmul({A}, {B})": {"two dtypes"},
    },
    "torch gives the gradient's own tensor back, which shows requires_grad": {
        "torch.cummax({x}, 0)": {"empty"},
        "torch.cummin({x}, 0)": {"empty"},
    },
    "an empty tensor is taken, or refused in other words": {
        "F.embedding(j, {x})": {"empty"},
        "F.cross_entropy({x}, {y})": {"empty"},
        "{x}.index_fill(0, i[:1], 2)": {"empty"},
    },
    "recorded with two inputs, also where one is a number": {
        "{x} // 2": {"0-dim", "empty", "strided", "expanded", "two dtypes"},
        "({x} * 1).floor_divide_(2)": {"0-dim", "empty", "strided", "expanded", "two dtypes"},
    },
    "one digit of a gradient is rounded otherwise": {
        "torch.ldexp({x}, {y})": {"strided"},
        "F.batch_norm({x}, None, None, training=True)": {"strided"},
    },
    "torch refuses strided matrices, by a view that it takes within": {
        "torch.kron({A}, {B})": {"strided"},
    },
    "refused in other words": {},
    "recorded with other nodes than torch's": {
        "torch.tensordot({x}, {y}, 2)": {"0-dim", "strided", "expanded", "two dtypes"},
        "torch.cosine_similarity({x}, {y}, dim=0)": {
            "0-dim",
            "empty",
            "integers",
            "strided",
            "expanded",
            "broadcast",
            "two dtypes",
        },
        "torch.pairwise_distance({x}, {y})": {"0-dim", "empty", "strided", "expanded", "broadcast", "two dtypes"},
    },
}
"""By reason. Each is one in single precision at least; `test_variants` fails where one is none any more."""
