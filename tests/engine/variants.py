"""Each operation on operands of other kinds: 0-dim, empty, integers, strided, expanded, broadcast, of two
dtypes, in single and in double precision.

A call is written once, over the operands `{x}` and `{y}` (2 by 3), `{A}` and `{B}` (square), `{v}` and `{w}`
(vectors). What does not fit a kind fails, in torch's words.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.engine import harness
from tests.engine.samples import Sample, flat, weights

KINDS: dict[str, dict[str, str]] = {
    "0-dim": {"x": "s", "y": "r", "A": "s", "B": "r", "v": "s", "w": "r"},
    "empty": {
        "x": "empty", "y": "empty", "A": "empty[:, :0]", "B": "empty[:, :0]", "v": "empty[:, 0]", "w": "empty[:, 1]",
    },
    "integers": {"x": "k", "y": "l", "A": "I @ I.T", "B": "I @ k", "v": "k[0]", "w": "l[1]"},
    "strided": {"x": "K.t()", "y": "N", "A": "A.t()", "B": "B", "v": "A[:, 1]", "w": "y"},
    "expanded": {"x": "row.expand(2, 3)", "y": "s.expand(2, 3)", "v": "s.expand(3)", "w": "x"},
    "broadcast": {"x": "column", "y": "row"},
    "two dtypes": {"x": "M.double()", "y": "N", "A": "A.double()", "B": "B", "v": "x", "w": "y.double()"},
}  # fmt: skip
"""What stands for the operands, by kind. An operand that a kind does not name is left out of it."""

OF_ONE = (
    "exp exp2 expm1 log log2 log10 log1p sqrt rsqrt reciprocal sin cos tan asin acos atan sinh cosh tanh asinh acosh "
    "atanh square abs neg positive sigmoid relu deg2rad rad2deg frac sign sgn floor ceil round trunc isnan isinf "
    "isfinite logical_not bitwise_not erf erfc erfinv lgamma digamma sinc logit nan_to_num selu celu count_nonzero "
    "sum nansum mean nanmean prod var std all any var_mean std_mean max min amax amin aminmax argmax argmin argsort "
    "sort msort median nanmedian mode unique ravel flatten squeeze clone atleast_1d atleast_2d atleast_3d nonzero "
    "argwhere norm diag diagflat flipud fliplr t"
)
OF_TWO = (
    "add sub rsub mul div pow float_power remainder fmod floor_divide atan2 hypot maximum minimum fmax fmin eq ne lt "
    "le gt ge logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor bitwise_left_shift "
    "bitwise_right_shift xlogy logaddexp logaddexp2 "
    "copysign heaviside dist inner max min bmm"
)
ALONG = (
    "sum nansum mean nanmean prod var std logsumexp all any count_nonzero max min amax amin aminmax argmax argmin sort "
    "argsort median nanmedian mode cummax cummin cumsum cumprod logcumsumexp softmax log_softmax squeeze unsqueeze "
    "unbind"
)
ACTIVATIONS = (
    "relu6 hardtanh leaky_relu hardsigmoid hardswish elu gelu silu mish softplus softsign tanhshrink logsigmoid"
)
LOSSES = (
    "mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits kl_div "
    "cross_entropy"
)
OF_SQUARES = "adjoint det slogdet logdet inverse cholesky trace tril triu diagonal diag_embed"
OF_LINALG = "eigvalsh svdvals inv det matrix_norm vector_norm norm matrix_rank diagonal slogdet"

CALLS: list[str] = [
    *(f"torch.{name}({{x}})" for name in OF_ONE.split()),
    *(f"torch.{name}({{x}}, {{y}})" for name in OF_TWO.split()),
    *(f"torch.{name}({{x}}, 0)" for name in ALONG.split()),
    *(f"F.{name}({{x}})" for name in ACTIVATIONS.split()),
    *(f"F.{name}({{x}}, {{y}})" for name in LOSSES.split()),
    *(f"torch.{name}({{A}})" for name in OF_SQUARES.split()),
    *(f"torch.linalg.{name}({{A}})" for name in OF_LINALG.split()),
    *("torch.add({x}, {y}, alpha=2)", "{x} + 1", "1.5 - {x}", "{x} * 2", "{x} / 2", "2 / {x}", "{x} ** 2", "2 ** {x}"),
    *("{x} ** 0.5", "{x} % 2", "{x} // 2", "{x} > 1", "~{x}", "-{x}", "torch.div({x}, {y}, rounding_mode='floor')"),
    *("torch.where({x} > 0.5, {x}, {y})", "torch.where({x} > 0.5, {x}, 0)", "{x}.where({x} > 1, {y})"),
    *("torch.clamp({x}, 0.6, 1.5)", "torch.clamp({x}, 0, 1)", "torch.clamp({x}, min={y})", "{x}.clamp(min=1)"),
    *("{x}.clamp_min(1)", "torch.clamp_max({x}, {y})", "torch.ldexp({x}, {y})", "torch.frexp({x})"),
    *("torch.polygamma(1, {x})", "torch.mvlgamma({x} + 3, 2)", "torch.lerp({x}, {y}, 0.25)"),
    *("torch.addcmul({x}, {x}, {y}, value=2)", "torch.addcdiv({x}, {x}, {y}, value=2)", "F.softmin({x}, 0)"),
    *("F.prelu({x}, {v}[:1])", "F.threshold({x}, 0.2, 5.0)", "F.glu({x}, 0)", "F.nll_loss({x}, j[:2])"),
    *("F.layer_norm({x}, {x}.shape[-1:])", "F.batch_norm({x}, None, None, training=True)"),
    *("F.cross_entropy({x}, j[:2])", "{x}.sum(0, keepdim=True)", "{x}.mean(-1)", "{x}.std(unbiased=False)"),
    *("{x}.flip(0)", "{x}.topk(1)", "{x}.kthvalue(1)", "{x}.norm(1)", "{x}.norm(2, 0)"),
    *("{x}.norm(float('inf'))", "{x}.norm(p=0)"),
    *("{x} @ {y}.mT", "torch.mm({x}, {y}.t())", "torch.mv({x}, {v})", "torch.dot({v}, {w})", "{v} @ {w}", "{A} @ {v}"),
    *("{A} @ {B}", "torch.matmul({v}, {A})", "torch.outer({v}, {w})", "torch.kron({A}, {B})", "torch.cross({x}, {y})"),
    *("torch.linalg.cross({x}, {y})", "torch.matrix_power({A}, 2)", "torch.linalg.multi_dot([{A}, {B}])"),
    *("torch.addmm({A}, {A}, {B})", "torch.addmv({v}, {A}, {w})", "torch.addr({A}, {v}, {w})"),
    *("torch.baddbmm({A}[None], {A}[None], {B}[None])", "torch.tensordot({x}, {y}, 2)", "torch.linalg.solve({A}, {B})"),
    *("torch.einsum('ij,ij->i', {x}, {y})", "torch.einsum('ii', {A})", "F.linear({x}, {y})"),
    *("torch.linalg.cholesky({A} @ {A}.mT + torch.eye(3))", "torch.linalg.eigh({A} + {A}.mT)[0]"),
    *("torch.linalg.svd({A})[1]", "{x}.view(-1)", "{x}.reshape(-1)", "{x}.view_as({x})", "{x}.reshape_as({x})"),
    *("{x}.flatten(0, -1)", "{x}.unflatten(0, (1, -1))", "{x}.transpose(0, 1)", "{x}.permute(1, 0)", "{x}.T", "{x}.mT"),
    "torch.swapaxes({x}, 0, 1)",
    *("{x}.permute(-1, 0)", "{x}.movedim(0, -1)", "{x}.expand(2, 2, 3)", "{x}.expand_as({y})", "{x}.contiguous()"),
    *("{x}.broadcast_to(2, 2, 3)", "{x}.unfold(0, 1, 1)", "{x}.repeat(2, 1)", "{x}.tile(2)", "{x}.roll(1)"),
    *("{x}.repeat_interleave(2)", "{x}.rot90()", "{x}.to(torch.float64)", "{x}.float()", "{x}.double()", "{x}.long()"),
    *("{x}.half().float()", "{x}.type_as({y})", "{x}.type(torch.float64)", "{x}.bool()", "{x}.int()", "{x}.cpu()"),
    *("{x}.select(0, 0)", "{x}.narrow(0, 0, 1)", "{x}[0]", "{x}[..., 0]", "{x}[None]", "{x}[1:]", "{x}[{x} > 1]"),
    *("{x}[i[:1]]", "{x}.index_select(0, j[:1])", "{x}.gather(0, torch.zeros_like({x}, dtype=torch.int64))"),
    *("torch.take({x}, j)", "torch.take_along_dim({x}, torch.zeros_like({x}, dtype=torch.int64), 0)"),
    *("{x}.scatter(0, torch.zeros_like({x}[:1], dtype=torch.int64), {y})", "{x}.masked_fill({x} > 1, 2)"),
    *("{x}.scatter_add(0, torch.zeros_like({x}[:1], dtype=torch.int64), {y})", "{x}.masked_select({x} > 1)"),
    *("{x}.index_add(0, i[:1], {y}[:1])", "{x}.index_fill(0, i[:1], 2)", "{x}.index_copy(0, i[:1], {y}[:1])"),
    *("{x}.index_put((i[:1],), {y}[:1])", "torch.cat([{x}, {y}])", "torch.stack([{x}, {y}])"),
    *("torch.hstack([{x}, {y}])", "torch.vstack([{x}, {y}])", "torch.dstack([{x}, {y}])"),
    *("torch.meshgrid({v}, {w}, indexing='ij')", "torch.broadcast_tensors({x}, {y})"),
    *("{x}.split(1)", "{x}.chunk(2)", "tuple({x})", "{x}.tensor_split(2)"),
    *("{x}.diff()", "torch.trapezoid({x})", "torch.trapz({v})", "torch.cumulative_trapezoid({x})", "torch.vander({v})"),
    *("torch.combinations({v})", "torch.cartesian_prod({v}, {w})", "torch.block_diag({x}, {A})", "{x}.hsplit(1)"),
    *("torch.constant_pad_nd({x}, (1, 2), 2)", "{x}.as_strided((1,), (1,))", "{x}.vsplit(1)"),
    *("{x}[None].dsplit(1)", "{x}.split_with_sizes((1,))", "{x}.isposinf()", "{x}.isneginf()", "{x}.signbit()"),
    *("torch.cosine_similarity({x}, {y}, dim=0)", "torch.pairwise_distance({x}, {y})"),
    *("F.embedding(j, {x})", "F.embedding({v}, A)", "torch.bincount({v})", "torch.bincount(j, {v})"),
    *("torch.column_stack(({x}, {y}))", "torch.addbmm({A}, {A}[None], {B}[None])", "torch.chain_matmul({A}, {B})"),
    *("{x}.masked_scatter({x} > 1, {y})", "torch.concat([{x}, {y}], -1)"),
    *("torch.conv1d({x}, {y}[:, None, :2], groups=2)", "torch.conv2d({x}[None], {y}[None, None, :2, :2])"),
    *("torch.max_pool1d({x}, 2)", "torch.max_pool1d_with_indices({x}, 2)", "torch.max_pool2d({x}[None], 2, 1)"),
    *("torch.avg_pool1d({x}, 2)", "F.avg_pool2d({x}[None], 2, 1)", "F.max_pool2d_with_indices({x}[None], 2, 1)"),
    *("torch.adaptive_avg_pool1d({x}, 2)", "F.adaptive_max_pool1d({x}, 2)", "F.adaptive_avg_pool2d({x}[None], 2)"),
    *("F.adaptive_max_pool2d({x}[None], 2)", "F.adaptive_max_pool2d_with_indices({x}[None], 2)"),
    *("F.adaptive_max_pool1d_with_indices({x}, 2)", "F.pad({x}, (1, 1), mode='reflect')"),
    *("torch.zeros_like({x})", "torch.ones_like({x})", "torch.full_like({x}, 2)", "{x}.new_ones(2)", "{x}.detach()"),
    *("({x} * 1).add_({y})", "({x} * 1).sub_({y})", "({x} * 1).mul_({y})", "({x} * 1).div_({y})", "({x} * 1).pow_(2)"),
    *("({x} * 1).exp_()", "({x} * 1).sin_()", "({x} * 1).sqrt_()", "({x} * 1).sigmoid_()", "({x} * 1).relu_()"),
    *("({x} * 1).asinh_()", "({x} * 1).acosh_()", "({x} * 1).atanh_()", "({x} * 1).float_power_(2)"),
    *("({x} * 1).clamp_(0, 1)", "({x} * 1).floor_divide_(2)", "({x} * 1).remainder_(2)"),
    *("({x} * 1).fill_(2)", "({x} * 1).copy_({y})", "({x} * 1).masked_fill_({x} > 1, 2)", "({x} * 1).unsqueeze_(0)"),
    *("({x} * 1).squeeze_()", "({x} * 1).t_()", "({x} * 1).transpose_(0, -1)", "({x} * 1).cumsum_(0)"),
    *("({x} * 1).zero_()", "({x} * 1).floor_()"),
]  # fmt: skip
"""The calls."""


UNDEFINED = {
    ("torch.median({x}, 0)", "expanded"),
    ("torch.nanmedian({x}, 0)", "expanded"),
    ("{x}.unflatten(0, (1, -1))", "0-dim"),
}
"""Where torch shows what happens to lie in its memory, or where its code does."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A call on operands of one kind, in one precision."""

    call: str
    kind: str
    dtype: str

    @property
    def source(self) -> str:
        """The call as it is evaluated."""
        return self.call.format(**KINDS[self.kind])

    def __str__(self) -> str:
        return f"{self.source} in {self.dtype}"


def operands(call: str) -> set[str]:
    """The names of a call's operands."""
    return {name for _, name, _, _ in string.Formatter().parse(call) if name}


def variants(call: str) -> Iterator[Variant]:
    """A call on all kinds of operands that it can be asked of: broadcasting takes two; in double precision, all
    that hold floats."""
    wanted = operands(call)
    for kind, known in KINDS.items():
        if (call, kind) in UNDEFINED:
            continue
        if wanted <= known.keys() and (kind != "broadcast" or wanted == {"x", "y"}):
            yield Variant(call, kind, "float32")
    yield Variant(call, "strided", "float64")
    if call.count("{") == 1 and (call, "0-dim") not in UNDEFINED:
        yield Variant(call, "0-dim", "float64")


VARIANTS: list[Variant] = [each for call in CALLS for each in variants(call)]
"""All variants."""


def shown(library: harness.Library, variant: Variant) -> list[str]:
    """What a variant shows, line by line: text, graph, saved tensors and gradients; or its error."""
    lines: list[str] = []
    try:
        result, inputs = harness.call(library, Sample(variant.source), variant.dtype)
        lines.append(repr(result))
        node = next((each.grad_fn for each in flat(result) if getattr(each, "grad_fn", None) is not None), None)
        if node is not None:
            lines.append(f"{_graph(node)} saves {' '.join(harness.saved(node))}".removesuffix(" saves "))
            found = harness.gradients(library, result, inputs, weigh=weights)
            lines.extend(f"{name}: {gradient!r}" for name, gradient in found.items())
    except (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError, AttributeError) as error:
        lines.append(f"{type(error).__name__}: {error}")
    return lines


def _graph(node: Any) -> str:
    """A node and those below it."""
    if node is None:
        return "None"
    below = ", ".join(_graph(each) for each, _ in node.next_functions)
    return f"{harness.name_of(node)}({below})" if below else harness.name_of(node)
