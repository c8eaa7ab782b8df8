"""The graphs of gradients: with create_graph, the node of d(sum f)/dx and those behind it, from torch 2.13.0."""

from __future__ import annotations

from typing import Any

NOTHING = "None (grad does not require grad)"

GRAPHS = {
    "x+y": NOTHING,
    "x*y": "MulBackward0 <- None, AccumulateGrad",
    "x*2": NOTHING,
    "x/y": "DivBackward0 <- None, AccumulateGrad",
    "x/2": NOTHING,
    "1/x": "MulBackward0 <- None, MulBackward0",
    "x-y": NOTHING,
    "1-x": NOTHING,
    "-x": NOTHING,
    "x**2": "MulBackward0 <- None, MulBackward1",
    "x**3": "MulBackward0 <- None, MulBackward1",
    "x**1": "MulBackward0 <- None, MulBackward1",
    "x**0": NOTHING,
    "x**y": "WhereBackward0 <- None, MulBackward0",
    "2**x": "MulBackward0 <- None, MulBackward1",
    "x.exp()": "MulBackward0 <- None, ExpBackward0",
    "x.log()": "DivBackward0 <- None, AccumulateGrad",
    "x.sin()": "MulBackward0 <- None, CosBackward0",
    "x.cos()": "MulBackward0 <- None, NegBackward0",
    "x.tan()": "MulBackward0 <- None, AddBackward1",
    "x.sqrt()": "DivBackward0 <- None, MulBackward1",
    "x.sigmoid()": "SigmoidBackwardBackward0 <- None, SigmoidBackward0",
    "x.tanh()": "TanhBackwardBackward0 <- None, TanhBackward0",
    "x.relu()": "ThresholdBackwardBackward0 <- None, ReluBackward0",
    "x.abs()": "MulBackward0 <- None, SgnBackward0",
    "x.sum()": NOTHING,
    "x.mean()": NOTHING,
    "x.max()": NOTHING,
    "x.clamp(0,1)": NOTHING,
    "A@A": "AddBackward0 <- MmBackward0, MmBackward0",
    "A.mv(x)": "MulBackward0 <- None, AccumulateGrad",
    "x.dot(y)": "MulBackward0 <- None, AccumulateGrad",
    "x.norm()": "MulBackward0 <- None, MaskedFillBackward0",
    "x.std()": "MulBackward0 <- MulBackward1, SubBackward0",
    "x.var()": "MulBackward0 <- None, SubBackward0",
    "F.softmax(x,0)": "SoftmaxBackwardDataBackward0 <- None, SoftmaxBackward0",
    "F.log_softmax(x,0)": "LogSoftmaxBackwardDataBackward0 <- None, LogSoftmaxBackward0",
    "F.mse_loss(x,y)": "MseLossBackwardBackward0 <- None, AccumulateGrad, AccumulateGrad",
    "F.cross_entropy(A,torch.tensor([0,1,2]))": (
        "LogSoftmaxBackwardDataBackward0 <- NllLossBackwardBackward0, LogSoftmaxBackward0"
    ),
    "x.prod()": "MulBackward0 <- None, DivBackward0",
    "x.cumsum(0)": NOTHING,
    "torch.maximum(x,y)": NOTHING,
    "x[0]": NOTHING,
    "x[1:]": NOTHING,
    "x[[0,1]]": NOTHING,
    "x.view(3,1)": NOTHING,
    "A.t()": NOTHING,
    "torch.cat([x,y])": NOTHING,
    "torch.stack([x,y])": NOTHING,
    "torch.where(x>1,x,y)": NOTHING,
    "F.gelu(x)": "GeluBackwardBackward0 <- None, AccumulateGrad",
    "F.silu(x)": "MulBackward0 <- MulBackward0, AddBackward1",
    "F.softplus(x)": "SoftplusBackwardBackward0 <- None, AccumulateGrad",
    "F.leaky_relu(x)": "LeakyReluBackwardBackward0 <- None, AccumulateGrad",
    "F.elu(x)": "EluBackwardBackward0 <- None, AccumulateGrad",
    "x.log1p()": "DivBackward0 <- None, AddBackward1",
    "x.expm1()": "MulBackward0 <- None, AddBackward1",
    "x.reciprocal()": "MulBackward0 <- None, MulBackward0",
    "x.expand(2,3)": NOTHING,
    "A.sum(0)": NOTHING,
    "A.mean(0)": NOTHING,
    "x.atan()": "DivBackward0 <- None, AddBackward1",
    "x.asin()": "MulBackward0 <- None, RsqrtBackward0",
    "x.logsumexp(0)": "MulBackward0 <- None, ExpBackward0",
}


def described(library: Any, expression: str) -> str:
    """The node of the gradient of the expression's sum and those behind it, as `name <- names`."""
    scope = {
        "torch": library,
        "F": library.nn.functional,
        "x": library.tensor([0.3, 0.6, 0.9], requires_grad=True),
        "y": library.tensor([0.5, 0.7, 0.8], requires_grad=True),
        "A": library.tensor([[0.3, 0.2, 0.1], [0.4, 0.6, 0.2], [0.7, 0.1, 0.9]], requires_grad=True),
    }
    value = eval(expression, scope)
    of = scope["A" if expression.startswith("A") or "(A" in expression else "x"]
    (gradient,) = library.autograd.grad(value.sum(), of, create_graph=True)
    node = gradient.grad_fn
    if node is None:
        return NOTHING
    behind = [
        "None" if each is None else each.name().removeprefix("torch::autograd::") for each, _ in node.next_functions
    ]
    return f"{node.name()} <- {', '.join(behind)}"
