"""Random expressions over the whole vocabulary, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gradcli.operations import OPERATIONS, TABLE, Operation

INTO_DOMAIN = {
    None: "{}",
    "x > 0": "(({})^2 + 0.5)",
    "x >= 0": "(({})^2 + 0.5)",
    "x > -1": "(({})^2 + 0.5)",
    "x >= 1": "(({})^2 + 1.5)",
    "x != 0": "(({})^2 + 0.5)",
    "abs(x) <= 1": "(0.9*sin({}))",
    "abs(x) < 1": "(0.9*sin({}))",
    "abs(x) >= 1": "(({})^2 + 1.5)",
    "abs(x) > 1": "(({})^2 + 1.5)",
    "sin(x) != 0": "(1.5 + 0.5*sin({}))",
    "cos(x) != 0": "(0.9*sin({}))",
    "logical_and(x > 0, x < 1)": "(0.1 + 0.8*sigmoid({}))",
    "logical_and(x > 0, x <= 1)": "(0.1 + 0.8*sigmoid({}))",
}
"""For a domain, what brings any number into it; other domains are kept by positive numbers."""
POSITIVE = "(({})^2 + 0.5)"

UNARY = [
    each
    for each in TABLE
    if each.category in ("trigonometry", "elementary", "elementwise", "activation")
    and each.required == 1
    and each.symbolic is not None
    and each.name not in ("clamp", "exp2", "exp", "expm1", "sinh", "cosh", "gamma", "factorial")
]
STEEP = ["exp2", "exp", "expm1", "sinh", "cosh", "gamma", "factorial"]
"""Functions that grow so fast that only a bounded argument keeps floats in range."""
BINARY = [
    "atan2", "hypot", "maximum", "minimum", "fmax", "fmin", "logaddexp", "xlogy", "pow", "fmod", "remainder",
    "heaviside",
]  # fmt: skip


@dataclass
class Generator:
    """Makes expressions of the scalars x and y, the vector v and the matrix m; `used` counts the operations in them."""

    seed: int
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def point(self) -> dict[str, np.ndarray]:
        """Values for the variables, away from special ones."""
        return {
            "x": np.array(round(self.random.uniform(-2, 2), 3) + 0.0137),
            "y": np.array(round(self.random.uniform(-2, 2), 3) + 0.0211),
            "v": np.array([round(self.random.uniform(-2, 2), 2) + 0.0173 for _ in range(3)]),
            "m": np.array(
                [[round(self.random.uniform(-2, 2), 2) + 0.0119 * (i + j) for j in range(3)] for i in range(3)]
            ),
        }

    def scalar(self, depth: int) -> str:
        """An expression worth a scalar."""
        if depth <= 0:
            return self.random.choice(["x", "y", "x", "y", "2", "0.5", "3", "pi"])
        choices: list[Callable[[int], str]] = [self.unary, self.arithmetic, self.binary, self.power, self.other]
        return self.random.choice(choices)(depth - 1)

    def unary(self, depth: int) -> str:
        if self.random.random() < 0.15:
            name = self.random.choice(STEEP)
            self.used.add(name)
            return f"{name}(1.5 + sin({self.scalar(depth)}))"
        operation = self.random.choice(UNARY)
        self.used.add(operation.name)
        inside = INTO_DOMAIN.get(operation.domain, POSITIVE).format(self.scalar(depth))
        return f"{operation.name}({inside})"

    def arithmetic(self, depth: int) -> str:
        left, right = self.scalar(depth), self.scalar(depth)
        form = self.random.choice(["{} + {}", "{} - {}", "({})*({})", "({})/(({})^2 + 1)", "-({}) + {}", "2({}) {}"])
        text = form.format(left, f"({right})" if form.endswith("{}") else right)
        return f"({text})"

    def binary(self, depth: int) -> str:
        name = self.random.choice(BINARY)
        self.used.add(name)
        left, right = self.scalar(depth), self.scalar(depth)
        if name in ("xlogy", "hypot", "fmod", "remainder", "atan2"):
            right = POSITIVE.format(right)
        if name == "pow":
            return f"pow({POSITIVE.format(left)}, sin({right}))"
        return f"{name}({left}, {right})"

    def power(self, depth: int) -> str:
        base = self.scalar(depth)
        exponent = self.random.choice(["2", "3", "4", "1", "0.5", "-1", "-2", "x", "sin(y)", "1.7"])
        if exponent in ("2", "3", "4", "1"):
            return f"({base})^{exponent}"
        return f"{POSITIVE.format(base)}^({exponent})"

    def other(self, depth: int) -> str:
        """Pieces, and scalars out of tensors."""
        kind = self.random.randrange(4)
        if kind == 0:
            self.used.add("where")
            a, b, c = (self.scalar(depth) for _ in range(3))
            return f"where({a} > 0.3, {b}, {c})"
        if kind == 1:
            self.used.add("clamp")
            return f"clamp({self.scalar(depth)}, -1, 1.5)"
        form = self.random.choice(REDUCTIONS)
        self.used |= {name for name in OPERATIONS if f"{name}(" in form or f".{name}" in form}
        tensor = self.vector(depth) if "V" in form else ""
        matrix = self.matrix(depth) if "M" in form else ""
        return form.replace("V", f"({tensor})").replace("M", f"({matrix})").replace("S", self.scalar(0))

    def vector(self, depth: int) -> str:
        """An expression worth a vector of three."""
        if depth <= 0:
            return self.random.choice(["v", "m[0]", "[x, y, 2]", "m[:, 1]", "v + 1"])
        form = self.random.choice(VECTORS)
        self.used |= {name for name in OPERATIONS if f"{name}(" in form}
        return form.replace("V", f"({self.vector(depth - 1)})").replace("S", self.scalar(depth - 1))

    def matrix(self, depth: int) -> str:
        """An expression worth a 3x3 matrix."""
        form = self.random.choice(MATRICES)
        self.used |= {name for name in OPERATIONS if f"{name}(" in form or f".{name}" in form}
        return form.replace("V", f"({self.vector(depth - 1)})").replace("S", self.scalar(0))


REDUCTIONS = [
    "sum(V)", "mean(V)", "prod(V)", "var(V)", "std(V)", "norm(V)", "max(V)", "min(V)", "amax(V)", "amin(V)",
    "logsumexp(V, 0)", "softmax(V, 0)[1]", "log_softmax(V, 0)[2]", "softmin(V, 0)[0]", "layer_norm(V)[1]",
    "cumsum(V, 0)[1]", "cumprod(V, 0)[2]",
    "dot(V, v)", "inner(V, v)", "V @ v", "mse_loss(V, v)", "l1_loss(V, v)", "smooth_l1_loss(V, v)", "huber_loss(V, v)",
    "binary_cross_entropy(0.1 + 0.8*sigmoid(V), [0, 1, 1])", "binary_cross_entropy_with_logits(V, [0, 1, 1])",
    "cross_entropy(V, 1)", "nll_loss(log_softmax(V, 0), 2)", "kl_div(V, [0.2, 0.3, 0.5])",
    "trace(M)", "det(M)", "sum(M)", "mean(M)", "norm(M)", "sum(M.T @ v)", "sum(mm(M, m))", "sum(mv(M, v))",
    "sum(matmul(M, m), dim=0)[1]", "sum(inverse(M + 9*eye(3)))", "sum(solve(M + 9*eye(3), v))", "sum(outer(V, v)*m)",
    "sum(kron(V, m))", "sum(cross(V, v)*V)", "sum(einsum('ij,jk->ki', M, m)*m)", "einsum('i,ij,j->', V, M, v)",
    "sum(diag(M))", "sum(tril(M)) + sum(triu(M))", "sum(torch.t(M) @ v)", "sum(M.mT)", "sum(flatten(M)*S)",
    "sum(bmm(unsqueeze(M, 0), unsqueeze(m, 0)))", "sum(cat([V, v])^2)", "sum(stack([V, v])^2)",
    "sum(reshape(M, 9)^2)", "sum(view(m, 9)*S)", "sum(ravel(M))", "sum(squeeze(unsqueeze(V, 0))*v)",
    "sum(transpose(M, 0, 1)*m)", "sum(permute(M, 1, 0)*m)", "sum(expand(V, 3, 3)*m)", "sum(repeat(V, 2))",
    "sum(flip(V, 0)*v)", "sum(roll(V, 1)*v)", "sum(clone(V)*detach(v))", "sum(V*zeros_like(v)) + sum(V*ones_like(v))",
    "sum(V*linspace(0, 1, 3)) + sum(V*arange(3))", "sum(V*zeros(3)) + sum(V*ones(3)) + sum(V*full(3, 2.5))",
    "sum(V*tensor([1, 2, 3]))", "sum(double(V))", "sum(where(logical_and(V > 0, v > 0), V, v))",
    "sum(where(logical_or(V > 0, v > 0), V, v))", "sum(where(logical_not(isnan(V)), V, v))",
    "sum(where(all(V > 0), V, v))", "sum(where(any(V > 0), V, v))", "median(V)", "V[argmax(V)]", "V[argmin(V)]*S",
    "sum(embedding([0, 2, 0], M)*m)", "sum(conv1d(M, reshape(m, 3, 3, 1))*V)",
    "sum(conv2d(unsqueeze(M, 0), reshape(m, 1, 1, 3, 3), padding=1)*m)", "sum(max_pool1d(M, 2)*S)",
    "sum(max_pool2d(unsqueeze(M, 0), 2)^2)", "sum(avg_pool1d(M, 2)^2)", "sum(avg_pool2d(unsqueeze(M, 0), 2)^2)",
]  # fmt: skip
VECTORS = ["V*v", "V + v", "V/(v^2 + 1)", "sin(V)", "S*V", "V^2", "tanh(V)", "V - S", "relu(V)", "softplus(V)"]
MATRICES = ["m", "m.T", "m @ m", "m*S", "outer(V, v)", "m + V", "exp(0.3*m)", "m^2", "diag(V)"]


def operations_to_cover() -> set[str]:
    """The names of the operations that random expressions must reach: all that have a derivative to compare."""
    return {each.name for each in TABLE if each.symbolic is not None and not _outside(each)}


def _outside(operation: Operation) -> bool:
    # float() rounds to float32, which SymPy does not; its own test is in test_evaluate.
    return operation.name == "float"
