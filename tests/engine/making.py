"""Samples of what makes tensors, converts them and writes to them: one line for each way in which it is called."""

from __future__ import annotations

from gradcli.engine.catalogue import ALIASES
from tests.engine.operations import UNARY
from tests.engine.samples import Sample, table

MAKE = [
    *table("torch.tensor([1.5, 2])", "torch.as_tensor(x)", "torch.as_tensor([[1, 2], [3, 4]])", "torch.asarray(c)"),
    *table("torch.scalar_tensor(2)"),
    *table("torch.zeros(2, 3)", "torch.ones(3)", "torch.full((2, 2), 1.5)", "torch.full((2,), 3)"),
    *table("torch.eye(3)", "torch.eye(2, 3)", "torch.arange(4)", "torch.arange(1, 2.5, 0.5)"),
    *table("torch.linspace(0, 1, 5)", "torch.logspace(0, 2, 3)", "torch.zeros(0, 3)"),
    *table("torch.zeros_like(x)", "torch.ones_like(M)", "torch.full_like(M, 7)", "torch.ones_like(i)"),
    *table("torch.tril_indices(3, 3)", "torch.triu_indices(2, 3, 1)"),
    *table("torch.empty(0)", "torch.empty_like(empty)"),
    *table(
        "x.new_zeros(2)",
        "M.new_ones(2, 2)",
        "x.new_full((2,), 3.5)",
        "x.new_tensor([1, 2])",
        "x.new_empty(0)",
        "k.new([1, 2])",
    ),
]

CONVERT = [
    *table("x.float()", "x.half().float()", smooth=False),
    *table("x.type_as(i)", "x.type_as(c)", "i.type_as(c)", "x.int()", "x.short()", "x.byte()"),
    *table("x.char()", "x.bool()", "x.cpu()", "i.double()", "i.half()", "i.float()", "m.long()", "m.float()"),
]

LOGIC = [
    *table(
        "x < y",
        "x >= y",
        "x > 1",
        "c // 2",
        "torch.floor_divide(c, w)",
        "i // 2",
        "j % 2",
        "torch.fmod(j, 2)",
        smooth=False,
    ),
    *table("torch.isinf(x)", "torch.heaviside(c, c)", "j.unique()", smooth=False),
    *table("~m", "~j", "j & 1", "j | 2", "j ^ 3", "m & m", "m | mm", "m ^ mm"),
    *table(
        "torch.logical_and(m, mm)",
        "torch.logical_or(m, x)",
        "torch.logical_xor(x, y)",
        "torch.logical_not(z)",
        smooth=False,
    ),
]

INTEGERS = [
    *table("i + j[:2]", "i * 2", "i / 2", "i - 1", "i ** 2", "i.sum()", "i.prod()", "I.cumsum(0)", "I.max(0)"),
    *table("I.sort(1)", "I @ I.T", "i.float().mean()", "I.abs()", "-I", "i * c[0]", "torch.where(m, j, 0)"),
    *table("i.sin()", "i.exp()", "i.sqrt()", "m.sum()", "m.any()", "I.T", "I.reshape(-1)", "torch.cat([i, j])"),
]

NOT_IN_PLACE = {"positive": "torch has no positive_", "asinh": "asinh_ has no derivative: see `variants`"}
"""Functions of one tensor that are not written here, and why not."""
OF_ONE = [name for name in UNARY if ALIASES.get(name, name) not in NOT_IN_PLACE]
MORE_OF_ONE = ["floor", "ceil", "round", "trunc", "sign", "sgn", "erf", "erfc", "lgamma", "digamma", "sinc"]

WRITE = [
    *[Sample(f"(x * 1).{name}_()") for name in (*OF_ONE, *MORE_OF_ONE, "nan_to_num")],
    *[Sample(f"(p * 1).{name}_()") for name in ("asin", "acos", "erfinv", "logit")],
    *table("(x * 1).clamp_(0.6, 1.5)", "(x * 1).clamp_(min=1)"),
    *[Sample(f"(x * 1).{name}_(y)") for name in ("add", "sub", "mul", "div", "pow", "remainder", "fmod", "atan2")],
    *[Sample(f"(x * 1).{name}_(y)") for name in ("hypot", "xlogy", "copysign")],
    *table("(x * 1).add_(y, alpha=2)", "(x * 1).sub_(2)", "(x * 1).mul_(2)", "(x * 1).div_(2)", "(x * 1).pow_(2)"),
    *table("(x * 1).clamp_min_(1)", "(x * 1).clamp_max_(n)", "(c * 1).heaviside_(c)", "(x * 1).ldexp_(y)"),
    *table("(x * 1).masked_scatter_(m, y)", graph=False),
    *table("(M * 1).add_(x)", "(M * 1).mul_(column)", "(M * 1).div_(s)", "(empty * 1).mul_(2)"),
    *table("(c * 1).floor_divide_(2)", "(c.double() * 1).float_power_(2)"),
    *[Sample(f"(c * 1).logical_{name}_(x)") for name in ("and", "or", "xor")],
    *[Sample(f"(j * 1).bitwise_{name}_(2)") for name in ("and", "or", "xor", "left_shift", "right_shift")],
    *table("(c * 1).logical_not_()", "(j * 1).bitwise_not_()"),
    *table("(x * 1).lerp_(y, 0.25)", "(x * 1).addcmul_(x, y, value=2)", "(x * 1).addcdiv_(x, y, value=2)"),
    *table("(x * 1).masked_fill_(m, 0)", "(x * 1).index_fill_(0, i, 1.0)", "(x * 1).index_add_(0, i, b)"),
    *table("(x * 1).index_copy_(0, i, b)", "(A * 1).scatter_(1, I, 1.0)", "(x * 1).index_put_((i,), b)"),
    *table("(A * 1).scatter_(1, I[:, :1], K[:, :1])", "(A * 1).scatter_add_(1, I, K)", graph=False),
    *table("(A * 1).tril_()", "(A * 1).triu_(1)", "(A * 1).cumsum_(0)", "(A * 1).cumprod_(1)"),
    *table(
        "(A * 1).addmm_(A, B)",
        "(x * 1).addmv_(A, y)",
        "(A * 1).addr_(x, y)",
        "(A * 1)[None].baddbmm_(X[:1, :, :3], Y[:1, :3])",
    ),
    *table("(x * 1).copy_(y)", "(M * 1).copy_(x)", "(x * 1).fill_(2)", "(x * 1).fill_(s)", "(x * 1).zero_()"),
    *table(
        "(A * 1).fill_diagonal_(0)",
        "(M * 1).t().contiguous().fill_diagonal_(1, wrap=True)",
        "(A * 1).t_()",
        "(A * 1).as_strided_((2, 2), (1, 2))",
        "x.view(torch.int32)",
        "torch.ones(2, 4).view(torch.float64)",
        "(X * 1).transpose_(0, 2)",
        "(x * 1).unsqueeze_(0)",
    ),
    *table("(row * 1).squeeze_(0)", "(row * 1).squeeze_()"),
]

MAKING: list[Sample] = [*MAKE, *CONVERT, *LOGIC, *INTEGERS, *WRITE]
"""All samples of what makes, converts and writes."""
