"""Gradients at kinks, ties and poles, and the errors of calls that do not fit."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from tests.engine.harness import Library, values

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True, slots=True)
class Edge:
    """A call at a point where the derivative is a matter of convention: source over `x` and `y`, and their elements."""

    source: str
    x: tuple[float, ...]
    y: tuple[float, ...] = ()

    def __str__(self) -> str:
        return f"{self.source} at {list(self.x)}{f' and {list(self.y)}' if self.y else ''}"


EDGES = [
    Edge("x.abs()", (-1.0, 0.0, -0.0, 2.0)),
    Edge("x.relu()", (-1.0, 0.0, 1.0, NAN)),
    Edge("x.sqrt()", (0.0, 4.0)),
    Edge("x.rsqrt()", (0.0,)),
    Edge("x.log()", (0.0, -1.0)),
    Edge("x**2", (0.0,)),
    Edge("x**0", (0.0, 2.0)),
    Edge("x**0.5", (0.0,)),
    Edge("x**-1", (0.0,)),
    Edge("x**y", (0.0, 2.0, -2.0), (0.0, 0.0, 2.0)),
    Edge("x**y", (0.0,), (2.0,)),
    Edge("0**x", (0.0, 1.0, -1.0)),
    Edge("2**x", (0.0,)),
    Edge("x.max()", (1.0, 3.0, 3.0)),
    Edge("x.min()", (1.0, 1.0, 3.0)),
    Edge("x.max(0)[0]", (1.0, 3.0, 3.0)),
    Edge("x.max()", (1.0, NAN, 3.0)),
    Edge("x.amax()", (1.0, 3.0, 3.0)),
    Edge("x.median()", (1.0, 3.0, 3.0, 2.0)),
    Edge("x.median()", (1.0, NAN, 2.0)),
    Edge("x.nanmedian()", (1.0, NAN, 2.0)),
    Edge("torch.maximum(x, y)", (1.0, 2.0), (1.0, 3.0)),
    Edge("torch.minimum(x, y)", (1.0, 2.0), (1.0, 3.0)),
    Edge("torch.fmax(x, y)", (1.0, 2.0), (1.0, 3.0)),
    Edge("torch.fmin(x, y)", (1.0, NAN), (1.0, 3.0)),
    Edge("torch.max(x, y)", (1.0,), (1.0,)),
    Edge("x.clamp(0, 1)", (-1.0, 0.0, 0.5, 1.0, 2.0)),
    Edge("x.clamp(min=0)", (-1.0, 0.0, 1.0)),
    Edge("x.sign()", (0.0, 2.0)),
    Edge("x.norm()", (0.0, 0.0)),
    Edge("x.norm(p=1)", (0.0, -2.0)),
    Edge("x.norm(p=3)", (0.0, 0.0)),
    Edge("x.norm(p=1.5)", (0.0, 0.0)),
    Edge("x.norm(p=0.5)", (0.0, 1.0)),
    Edge("x.norm(p=0)", (0.0, 2.0)),
    Edge("x.norm(p=float('inf'))", (1.0, -1.0)),
    Edge("torch.dist(x, y)", (1.0, 2.0), (1.0, 2.0)),
    Edge("x.std()", (1.0, 1.0)),
    Edge("x.std()", (1.0,)),
    Edge("x.var()", (1.0,)),
    Edge("x.var()", (1.0, 2.0, 4.0)),
    Edge("x.prod()", (0.0, 2.0, 3.0)),
    Edge("x.prod()", (0.0, 0.0, 3.0)),
    Edge("x.prod(0)", (2.0, 0.0, 3.0)),
    Edge("x.cumprod(0)", (0.0, 2.0, 3.0)),
    Edge("x.cumprod(0)", (2.0, 0.0, 3.0, 0.0, 1.5)),
    Edge("x.floor()", (1.5,)),
    Edge("x.round()", (1.5, 2.5)),
    Edge("x/y", (1.0,), (0.0,)),
    Edge("x/y", (0.0,), (0.0,)),
    Edge("x%y", (5.0, -5.0), (3.0, 3.0)),
    Edge("x%2", (5.0,)),
    Edge("x.fmod(2)", (5.0,)),
    Edge("torch.where(x>0, x.log(), x)", (0.0, 1.0)),
    Edge("x.tan()", (0.0,)),
    Edge("x.asin()", (1.0,)),
    Edge("x.acos()", (0.0,)),
    Edge("torch.atan2(x, y)", (0.0,), (0.0,)),
    Edge("x.sigmoid()", (0.0, 100.0)),
    Edge("x.exp()", (100.0,)),
    Edge("x.logsumexp(0)", (-INF, 0.0)),
    Edge("x.logsumexp(0)", (INF, 0.0)),
    Edge("x.logsumexp(0)", (1000.0, 0.0)),
    Edge("x.softmax(0)[0]", (0.0, 0.0)),
    Edge("x.log_softmax(0)[0]", (0.0, 0.0)),
    Edge("x.sort()[0][0]", (2.0, 1.0)),
    Edge("x.topk(1)[0]", (1.0, 1.0)),
    Edge("torch.hypot(x, y)", (0.0,), (0.0,)),
    Edge("x.nansum()", (1.0, NAN)),
    Edge("x.nanmean()", (1.0, NAN)),
    Edge("x.masked_fill(x>1, 0)", (0.0, 2.0)),
    Edge("x[[0, 0, 1]]", (1.0, 2.0)),
    Edge("x.expm1()", (0.0,)),
    Edge("x.log1p()", (-1.0,)),
    Edge("x.reciprocal()", (0.0,)),
    Edge("x.square()", (3.0,)),
    Edge("x.cummax(0)[0]", (1.0, 3.0, 3.0, 2.0)),
    Edge("x.cummin(0)[0]", (1.0, NAN, 3.0, 0.0)),
    Edge("x.sort(descending=True)[0]*torch.arange(1., 4.)", (1.0, NAN, 3.0)),
    Edge("x.reshape(2, 2).det()", (0.0, 0.0, 0.0, 0.0)),
    Edge("x.unique()", (1.0,)),
]


def gradients_at(library: Library, edge: Edge) -> dict[str, Any]:
    """The gradients of the sum, by input; or the text of the error."""
    inputs = {"x": library.tensor(edge.x, "float32", True)}
    if edge.y:
        inputs["y"] = library.tensor(edge.y, "float32", True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(edge.source, {"torch": library.torch, "F": library.F, **inputs})
            found = library.grad(result.sum(), list(inputs.values()))
    except (RuntimeError, NotImplementedError) as error:
        return {"error": str(error)}
    return {name: values(each) for name, each in zip(inputs, found, strict=True)}


ERRORS = [
    "torch.ones(2,3).mm(torch.ones(2,3))",
    "torch.ones(2,3)@torch.ones(2,3)",
    "torch.ones(2,3)@torch.ones(2)",
    "torch.ones(2)@torch.ones(3,2)",
    "torch.ones(2)@torch.ones(3)",
    "torch.ones(2).dot(torch.ones(3))",
    "torch.ones(2,2).dot(torch.ones(3))",
    "torch.ones(2).mm(torch.ones(2,2))",
    "torch.ones(2,3).mv(torch.ones(2))",
    "torch.ones(2,3).mv(torch.ones(2,2))",
    "torch.ones(2,3,4).bmm(torch.ones(2,3,4))",
    "torch.ones(3,4).bmm(torch.ones(3,4))",
    "torch.ones(2,3,4)@torch.ones(3,4,5)",
    "torch.ones(2,3,4)@torch.ones(2,3,4)",
    "torch.tensor(1.)@torch.ones(2)",
    "torch.ones(2,2)@torch.ones(2,2,dtype=torch.float64)",
    "torch.ones(2).dot(torch.ones(2,dtype=torch.float64))",
    "torch.ones(2,2).mv(torch.ones(2,dtype=torch.float64))",
    "torch.ones(2,2)@torch.ones(2,2,dtype=torch.int64)",
    "torch.outer(torch.ones(2,2),torch.ones(2))",
    "torch.addmm(torch.ones(2),torch.ones(2,4),torch.ones(3,2))",
    "F.linear(torch.ones(2,4),torch.ones(2,3),torch.ones(2))",
    "F.linear(torch.ones(4),torch.ones(2,3),torch.ones(2))",
    "F.linear(torch.ones(2,3,dtype=torch.float64),torch.ones(2,3),torch.ones(2))",
    "torch.ones(6).view(4)",
    "torch.ones(6).view(-1,4)",
    "torch.ones(6).view(-1,-1)",
    "torch.ones(2,3).t().view(6)",
    "torch.ones(6).reshape(4)",
    "torch.ones(6).reshape(-1,4)",
    "torch.ones(6).reshape(-2,3)",
    "torch.ones(3).expand(4)",
    "torch.ones(2,3).expand(3)",
    "torch.ones(3).broadcast_to(2,4)",
    "torch.ones(3).squeeze(2)",
    "torch.ones(3).unsqueeze(3)",
    "torch.ones(3).sum(1)",
    "torch.ones(3).sum(-2)",
    "torch.tensor(1.).sum(1)",
    "torch.ones(2,3).sum((0,0))",
    "torch.tensor([1,2]).mean()",
    "torch.ones(0).max()",
    "torch.ones(0,2).max(0)",
    "torch.ones(0).argmax()",
    "torch.ones(0).amax()",
    "torch.ones(3)[5]",
    "torch.ones(3)[-4]",
    "torch.ones(2,3)[0,7]",
    "torch.ones(3)[0,0]",
    "torch.tensor(1.)[0]",
    "torch.tensor(1.)[:]",
    "torch.ones(3)[torch.tensor([True,False])]",
    "torch.ones(3)[torch.tensor([0,5])]",
    "torch.ones(3)[torch.tensor([0.])]",
    "torch.ones(3,3)[torch.tensor([0,1]),torch.tensor([0,1,2])]",
    "torch.ones(3)[::-1]",
    "torch.ones(3)[::0]",
    "torch.ones(3)[1.5]",
    "torch.ones(2,2,2).t()",
    "torch.ones(3).mT",
    "torch.ones(2,3).transpose(0,2)",
    "torch.ones(2,3).permute(0)",
    "torch.ones(2,3).permute(0,0)",
    "torch.ones(2,3).select(0,2)",
    "torch.ones(2,3).narrow(0,1,2)",
    "torch.cat([torch.ones(2,3),torch.ones(2,4)])",
    "torch.cat([torch.ones(2),torch.ones(2,4)])",
    "torch.cat([])",
    "torch.cat([torch.tensor(1.),torch.tensor(2.)])",
    "torch.stack([torch.ones(2),torch.ones(3)])",
    "torch.stack([])",
    "torch.ones(3).split([1,1])",
    "torch.ones(3).chunk(0)",
    "torch.tensor(1.).unbind()",
    "torch.linalg.inv(torch.zeros(2,2))",
    "torch.linalg.solve(torch.zeros(2,2),torch.ones(2))",
    "torch.linalg.cholesky(-torch.eye(2))",
    "torch.linalg.det(torch.ones(2,3))",
    "torch.ones(3).gather(0,torch.tensor([5]))",
    "torch.ones(3).gather(0,torch.tensor([0.]))",
    "torch.ones(2,3).gather(0,torch.tensor([0]))",
    "torch.ones(3).index_select(0,torch.tensor([5]))",
    "torch.ones(3).masked_fill(torch.ones(3),0)",
    "torch.ones(3).masked_select(torch.ones(3))",
    "torch.ones(2).tril()",
    "torch.ones(2).topk(3)",
    "torch.ones(2,3).repeat(2)",
    "torch.ones(3)+torch.ones(2)",
    "torch.ones(2,3)*torch.ones(4,3)",
    "torch.einsum('ij,jk->ik', torch.ones(2,2))",
    "torch.einsum('i->j', torch.ones(2))",
    "torch.ones(2,3).trace()",
    "torch.tensor([1,2])**-1",
    "torch.exp(1.0)",
    "torch.sum(1.0)",
    "-torch.tensor(True)",
]
"""Calls that do not fit."""


def error_text(library: Library, source: str) -> str | None:
    """`Type: text` of the error that a call raises, None where it raises none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            eval(source, {"torch": library.torch, "F": library.F})
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return None
