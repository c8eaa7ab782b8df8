"""Activation, special and loss functions: what is called, and at which points.

The points are chosen by hand, in float64: far out, at kinks, poles and ties, on a single number, and, for differences,
away from all of them.
"""

from __future__ import annotations

from math import inf, nan
from typing import Any

from tests.engine.samples import Sample, table


def at(*arrays: Any) -> dict[str, Any]:
    """The elements of the inputs `x`, `y` and `z`."""
    return dict(zip("xyz", arrays, strict=False))


ELEMENTWISE = [
    *("F.relu6(x)", "F.hardtanh(x)", "F.hardtanh(x, -2.0, 0.5)", "F.leaky_relu(x)", "F.leaky_relu(x, 0.2)"),
    *("F.elu(x)", "F.elu(x, 0.5)", "F.selu(x)", "F.celu(x)", "F.celu(x, 2.0)"),
    *("F.gelu(x)", "F.gelu(x, approximate='tanh')", "F.silu(x)", "F.mish(x)"),
    *("F.softplus(x)", "F.softplus(x, 2.0, 3.0)", "F.softsign(x)", "F.hardswish(x)"),
    *("F.logsigmoid(x)", "F.threshold(x, 0.2, 5.0)", "F.tanhshrink(x)"),
]

WRITING = ["F.relu_(x * 1)", "F.hardtanh_(x * 1)", "F.threshold_(x * 1, 0.2, 5.0)"]
SAVING_ANOTHER = ["F.leaky_relu_(x * 1)", "F.elu_(x * 1)", "F.selu_(x * 1)", "F.celu_(x * 1)"]
"""torch saves what these wrote, the engine what was there before."""
PAIR = [[3.0, 4.0], [1.0, -2.0]], [[0.5, 1.0], [2.0, 1.5]]

FAR_OUT = at([-1000.0, -3.0, -1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 1000.0, nan])

ACTIVATION = [
    *table(*ELEMENTWISE, at=FAR_OUT, smooth=False),
    *table(*ELEMENTWISE, at=at(0.7)),
    *table(*ELEMENTWISE, at=at([-2.2, -0.7, -0.1, 0.3, 1.4, 4.7])),
    *table("F.relu(x)", "F.sigmoid(x)", "F.tanh(x)", "F.softmax(x, 0)", "F.log_softmax(x, 0)", at=at([-1.5, 0.5, 2.0])),
    *table(*WRITING, at=at([-1.5, 0.5, 2.0])),
    *table(*SAVING_ANOTHER, at=at([-1.5, 0.5, 2.0]), node=False),
    *table("F.normalize(x)", "F.pad(x, (1, 2))", "F.pad(x, (0, -1), value=1.0)", at=at([[3.0, 4.0], [1.0, -2.0]])),
    *table("F.cosine_similarity(x, y)", "F.pairwise_distance(x, y)", at=at(*PAIR), graph=False),
    *table("F.one_hot(i, 4)", "F.one_hot(j)", at={}),
    *table("F.prelu(x, y)", at=at([-1.0, 0.5, 2.0], [0.25]), graph=False),
    *table("F.prelu(x, y)", at=at([[-1.0, 1.0], [2.0, -3.0]], [0.25, 0.5])),
    *table("F.glu(x)", at=at([1.0, 2.0, 3.0, 4.0])),
    *table("F.glu(x, 0)", at=at([[1.0], [2.0]])),
    *table("torch.sigmoid(x)", at=at([-1000.0, 0.0, 1000.0]), smooth=False),
    *table("torch.sigmoid(x)", at=at([-0.5, 2.0])),
]

ON_THE_LINE = [
    *("torch.erf(x)", "torch.erfc(x)", "torch.lgamma(x)", "torch.digamma(x)", "torch.sinc(x)", "torch.nan_to_num(x)"),
    *("torch.polygamma(0, x)", "torch.polygamma(1, x)", "torch.polygamma(2, x)", "torch.polygamma(3, x)"),
]
ON_THE_UNIT_INTERVAL = ["torch.erfinv(x)", "torch.logit(x)", "torch.logit(x, 0.1)", "S.entr(x)"]
OF_TWO = ["torch.xlogy(x, y)", "torch.logaddexp(x, y)", "torch.logaddexp2(x, y)", "torch.copysign(x, y)"]

SPECIAL = [
    *table(*ON_THE_LINE, at=at([-0.5, -2.5, 2.0, 0.3, 7.0, nan]), smooth=False),
    *table(*ON_THE_LINE, at=at(0.3)),
    *table(*ON_THE_LINE, at=at([-0.5, 2.0, 0.8, 1.7])),
    *table(*ON_THE_UNIT_INTERVAL, at=at([0.05, 0.3, 0.5, 0.97, nan]), smooth=False),
    *table(*ON_THE_UNIT_INTERVAL, at=at([0.2, 0.3, 0.55, 0.8])),
    *table("torch.erfinv(x)", "torch.logit(x)", at=at([0.0, 1.0, -1.0, 2.0]), smooth=False),
    *table("torch.lgamma(x)", at=at([0.0, 1.0, inf]), smooth=False),
    *table("torch.digamma(x)", at=at([0.0, -0.0, 1.0]), smooth=False),
    *table("torch.sinc(x)", "S.entr(x)", at=at([0.0, 1.0]), smooth=False),
    *table("torch.nan_to_num(x)", "torch.nan_to_num(x, 1.0, 2.0, 3.0)", at=at([inf, -inf, nan]), smooth=False),
    *table("torch.mvlgamma(x, 2)", "S.multigammaln(x, 3)", "S.gammaln(x)", "S.psi(x)", "S.expit(x)", at=at([3.0, 4.5])),
    *table(*OF_TWO, at=at([1.0, 2.0, 3.0], [0.5, 3.0, 1.0])),
    *table(*OF_TWO, at=at([[1.0], [2.0]], [0.5, 3.0, 1.0])),
    *table(*OF_TWO, at=at(1.0, 2.0)),
    *table("torch.xlogy(x, y)", at=at([0.0, 0.0, 1.0, 0.0], [0.0, nan, 0.0, 2.0]), smooth=False),
    *table("torch.logaddexp(x, y)", at=at([1000.0, -inf, inf], [0.0, 0.0, inf]), smooth=False),
    *table("torch.copysign(x, y)", at=at([0.0, -1.0, 2.0], [-1.0, 0.0, -0.0]), smooth=False),
    *table("torch.xlogy(x, 2.0)", "torch.xlogy(x, 0.0)", at=at([0.0, 3.0]), smooth=False),
    *table("torch.xlogy(2.0, x)", "torch.xlogy(x, 2.0)", at=at([2.0, 3.0])),
    *table("S.xlog1py(x, y)", at=at([1.0, 2.0], [0.5, 3.0])),
    *table("torch.copysign(x, -2.0)", at=at([2.0, -3.0])),
    *table("torch.lerp(x, y, z)", at=at([1.0, 2.0], [3.0, 5.0], [0.25, 0.75])),
    *table("torch.lerp(x, y, 0.25)", at=at([1.0, 2.0], [3.0, 5.0])),
    *table("torch.addcmul(x, y, z, value=2)", at=at([1.0, 2.0], [3.0, 5.0], [0.2, 0.7])),
    *table("torch.addcdiv(x, y, z, value=2)", at=at([1.0, 2.0], [[3.0], [5.0]], [0.2, 0.7])),
]


def reduced(*sources: str) -> list[str]:
    """The calls with each of the three reductions."""
    return [f"{source[:-1]}, reduction='{how}')" for how in ("mean", "sum", "none") for source in sources]


REGRESSION = ["F.mse_loss(x, y)", "F.l1_loss(x, y)", "F.smooth_l1_loss(x, y)", "F.huber_loss(x, y)"]
OTHER_WIDTHS = ["F.huber_loss(x, y, delta=0.5)", "F.smooth_l1_loss(x, y, beta=0.5)"]
WITH_LOGITS = "F.binary_cross_entropy_with_logits"

PROBABLE_CLASSES = ["F.cross_entropy(x, y)", "F.cross_entropy(x, y, weight=w)"]
OF_PROBABILITIES = [
    *(f"{WITH_LOGITS}(x, y)", f"{WITH_LOGITS}(x, y, weight=w)"),
    *(f"{WITH_LOGITS}(x, y, pos_weight=w)", f"{WITH_LOGITS}(x, y, weight=w, pos_weight=w)"),
    *PROBABLE_CLASSES,
    *("F.kl_div(x, y, log_target=True)", "F.kl_div(x, y, log_target=False)"),
]
OF_CLASSES = [
    *("F.cross_entropy(x, i)", "F.cross_entropy(x, i, weight=w)"),
    *("F.cross_entropy(x, torch.tensor([0, -100]))", "F.cross_entropy(x, torch.tensor([0, -100]), weight=w)"),
]


def smoothed(sources: list[str]) -> list[str]:
    """The cross entropies with smoothed labels."""
    return [f"{source[:-1]}, label_smoothing=0.1)" for source in sources]


SCORES = [[1.0, 2.0, 3.0], [1.0, 0.0, 2.0]]
PROBABILITIES = [[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]
MEASURED = [[0.5, 2.2, -1.0], [0.1, 2.5, 1.3]]

LOSS = [
    *table(*reduced(*REGRESSION, *OTHER_WIDTHS), at=at(SCORES, MEASURED), smooth=False),
    *table(*reduced(*REGRESSION, *OTHER_WIDTHS), at=at([[1.1, 2.0, 3.0], [1.0, 0.3, 2.0]], MEASURED)),
    *table(*reduced(*REGRESSION), at=at(2.0, 0.25)),
    *table("F.mse_loss(x, y)", at=at([1.0, 2.0], [0.0, 0.0])),
    *table("F.l1_loss(x, y)", at=at([1.0, 2.0], [1.0, 0.0]), smooth=False),
    *table("F.smooth_l1_loss(x, y)", "F.huber_loss(x, y)", at=at([1.0, 3.0], [1.0, 0.0])),
    *table(*reduced("F.binary_cross_entropy(x, y)"), at=at([[0.2, 0.55, 0.9], [0.15, 0.3, 0.6]], PROBABILITIES)),
    *table("F.binary_cross_entropy(x, torch.tensor([1.0, 0.0], dtype=x.dtype))", at=at([0.0, 1.0]), smooth=False),
    *table(*reduced(*OF_PROBABILITIES), "F.kl_div(x, y, reduction='batchmean')", at=at(SCORES, PROBABILITIES)),
    *table(*reduced(*smoothed(PROBABLE_CLASSES)), at=at(SCORES, PROBABILITIES), graph=False),
    *table(*reduced(*OF_CLASSES), at=at(SCORES)),
    *table(*reduced(*smoothed(OF_CLASSES)), at=at(SCORES), graph=False),
    *table(*reduced("F.nll_loss(x, i)", "F.nll_loss(x, i, weight=w)"), at=at(SCORES)),
    *table("F.cross_entropy(x, torch.tensor(1))", at=at([1.0, 2.0, 3.0])),
]

SEQUENCES = [[[1.0, 2.0], [0.5, -1.0], [2.5, 0.0]], [[-0.5, 1.5], [0.0, 3.0], [1.0, -2.0]]]
SCALES = [0.5, 2.0, -1.0]
OF_THREE_CHANNELS = {"x": SEQUENCES, "y": SCALES, "z": [0.25, -1.5, 1.0]}
RUNNING = "torch.tensor([0.5, -1.0, 2.0], dtype=x.dtype), torch.tensor([1.5, 0.25, 2.0], dtype=x.dtype)"

NORMALIZATION = [
    *table("F.layer_norm(x, (2,))", "F.layer_norm(x, [3, 2], eps=0.1)", at=at(SEQUENCES)),
    *table("F.layer_norm(x, (2,), y, z)", at={"x": SEQUENCES, "y": [0.5, 2.0], "z": [1.0, -3.0]}),
    *table("F.layer_norm(x, (3,), y)", "F.layer_norm(x, (3,), None, y)", at=at([[1.0, 2.0, 4.0]], SCALES)),
    *table("F.batch_norm(x, None, None, training=True)", at=at([[3.0, 4.0], [1.0, -2.0], [2.5, 0.0]])),
    *table("F.batch_norm(x, None, None, y, z, training=True, eps=0.1)", at=OF_THREE_CHANNELS),
    *table(f"F.batch_norm(x, {RUNNING}, y, z)", f"F.batch_norm(x, {RUNNING}, y, z, True, 0.5)", at=OF_THREE_CHANNELS),
    *table(f"F.batch_norm(x, {RUNNING})", at=at(SEQUENCES)),
    *table(f"F.batch_norm(x, {RUNNING}, None, y)", at=at(SEQUENCES, SCALES)),
]

FUNCTIONS: list[Sample] = [*ACTIVATION, *SPECIAL, *LOSS, *NORMALIZATION]
"""All samples of the activation, special, loss and normalising functions."""
