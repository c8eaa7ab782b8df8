"""Small programs of views and in-place writes, drawn by chance from a fixed seed, and what running one shows."""

from __future__ import annotations

import contextlib
import math
import random
import warnings
from typing import Any

LEAVES = {
    "x": [1.0, -2.0, 0.5],
    "y": [[0.3, 1.5, -0.7], [2.0, 0.9, 1.1], [-1.2, 0.4, 0.6]],
    "s": 1.5,
}
STARTS = (
    "x.clone()",
    "x * 2",
    "y.clone()",
    "y.clone()",
    "y * 1.5",
    "y + x",
    "s * 3",
    "torch.zeros(3)",
    "torch.zeros(3, 3)",
    "y.t() * 2",
    "y.sin()",
    "x.exp()",
    "(y * x).t().clone()",
)
VIEWS = (
    "[0]",
    "[1:]",
    "[::2]",
    "[:2]",
    "[:, 1]",
    "[..., 0]",
    "[None]",
    "[...]",
    ".t()",
    ".view(-1)",
    ".reshape(-1)",
    ".unsqueeze(0)",
    ".squeeze()",
    ".diagonal()",
    ".transpose(0, -1)",
    ".narrow(0, 1, 1)",
    ".select(-1, 1)",
    ".flatten()",
    ".expand(2, 3, 3)",
    ".unbind()[0]",
    ".split(2)[0]",
    ".detach()",
    ".data",
    ".movedim(0, -1)",
    ".view_as({other})",
)
WRITES = (
    "{a}.mul_(2)",
    "{a}.add_({b})",
    "{a} += {b}",
    "{a} *= {b}",
    "{a} -= 1",
    "{a} /= 2",
    "{a} **= 2",
    "{a}.sin_()",
    "{a}.exp_()",
    "{a}.tanh_()",
    "{a}.sigmoid_()",
    "{a}.relu_()",
    "{a}.neg_()",
    "{a}.abs_()",
    "{a}.zero_()",
    "{a}.fill_(0.5)",
    "{a}.fill_({b}.sum())",
    "{a}.copy_({b})",
    "{a}.clamp_(-1, 1)",
    "{a}[0] = 4",
    "{a}[1:] = {b}",
    "{a}[:, 1] = x",
    "{a}[-1] = {b}[0]",
    "{a}[...] = {b}",
    "{a}[mask] = 0.25",
    "{a}[index] = x[:2]",
    "{a}[index] *= 3",
    "{a}[0, index] = {b}[0]",
    "{a}[{a} > 0] = 1.5",
    "{a}[1:] *= 2",
    "{a}[0].mul_({b}[0])",
    "{a}.masked_fill_(mask, 2)",
    "{a}.masked_fill_(mask, s)",
    "{a}.index_fill_(0, index, 3)",
    "{a}.index_add_(0, index, {b}[:2])",
    "{a}.addcmul_({b}, {b}, value=0.5)",
    "{a}.lerp_({b}, 0.25)",
    "{a}.t_()",
    "{a}.unsqueeze_(0)",
    "{a}.squeeze_(0)",
    "{a}.detach_()",
    "{a}.transpose_(0, 1)",
    "{a}.requires_grad_()",
    "{a}.retain_grad()",
    "{a}.data.mul_(3)",
    "{a}.detach().add_(1)",
)
RESHAPING = (".t_()", "squeeze_(0)", ".transpose_(0, 1)")
"""What under no_grad leaves a tensor of another shape than its node's, which torch does not mend either."""
RESULTS = ("{a} * {b}", "{a} + {b}", "{a}.sin()", "{a} ** 2", "{a}.exp()", "{a} * 2", "{a}.sum()", "{a}.clone()", "{a}")


def program(seed: int) -> list[str]:
    """The statements of one program."""
    chance = random.Random(seed)
    lines = [f"u0 = {chance.choice(STARTS)}"]
    names = ["u0"]
    for step in range(1, chance.randint(4, 9)):
        a, b = chance.choice(names), chance.choice([*names, *names, "x", "y", "s"])
        kind = chance.random()
        if kind < 0.3:
            lines.append(f"u{step} = {a}{chance.choice(VIEWS).format(other=b)}")
            names.append(f"u{step}")
        elif kind < 0.4:
            lines.append(f"u{step} = {chance.choice(RESULTS).format(a=a, b=b)}")
            names.append(f"u{step}")
        else:
            lines.append(chance.choice(WRITES).format(a=a, b=b))
            if chance.random() < 0.15 and not lines[-1].endswith(RESHAPING):
                lines[-1] = f"with torch.no_grad(): {lines[-1]}"
    return lines


def outcome(torch: Any, lines: list[str], *, second_order: bool = False) -> dict[str, Any]:
    """What the statements raise, the variables' values, histories and versions after them, and the gradients."""
    space: dict[str, Any] = {"torch": torch}
    for name, data in LEAVES.items():
        space[name] = torch.tensor(data, dtype=torch.float64, requires_grad=True)
    space["mask"] = torch.tensor([True, False, True])
    space["index"] = torch.tensor([0, 2])
    torch.set_default_dtype(torch.float64)
    shown: dict[str, Any] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shown["errors"] = [_run(line, space) for line in lines]
            names = [name for name in space if name.startswith("u")]
            shown["tensors"] = {name: _state(space[name]) for name in names}
            shown["gradients"] = _gradients(torch, [space[name] for name in names], space, second_order)
    finally:
        torch.set_default_dtype(torch.float32)
    return shown


def _run(line: str, space: dict[str, Any]) -> str | None:
    try:
        exec(line, space)
    except (RuntimeError, IndexError, TypeError, ValueError, NameError) as error:
        return f"{type(error).__name__}: {error}".split("\n")[0]
    return None


def _state(tensor: Any) -> list[Any]:
    try:
        name = "" if tensor.grad_fn is None else tensor.grad_fn.name()
        after = "" if tensor.grad_fn is None else [each and each.name() for each, _ in tensor.grad_fn.next_functions]
    except RuntimeError as error:
        return [str(error)]
    return [tensor.tolist(), list(tensor.shape), name, after, tensor.requires_grad, tensor.is_leaf, tensor._version]


def _gradients(torch: Any, tensors: list[Any], space: dict[str, Any], second_order: bool) -> Any:
    leaves = [space[name] for name in LEAVES]
    try:
        total = 0
        for number, tensor in enumerate(tensors):
            total = total + (tensor * tensor).sum() * (number + 1)
        if not second_order:
            total.backward()
            kept = [tensor for tensor in tensors if tensor.requires_grad and (tensor.is_leaf or tensor.retains_grad)]
            return [None if each.grad is None else each.grad.tolist() for each in [*leaves, *kept]]
        first = torch.autograd.grad(total, leaves, create_graph=True, allow_unused=True)
        again = 0
        for grad in first:
            if grad is not None:
                again = again + (grad**2).sum()
        with contextlib.suppress(AttributeError):
            again.backward()
        return [None if each.grad is None else each.grad.tolist() for each in leaves]
    except RuntimeError as error:
        return str(error)


DEVIATIONS = {
    186: "the error names AsStrided, the view that an in-place result was saved from, where ours names the operation",
    378: "as 186",
    603: "as 186",
    633: "as 186",
    472: "torch reads elements that it has just written, where operand and target overlap and neither is dense",
    631: "as 472",
    563: "a view's history, which torch makes only when it is next read, is lost with its base's by detach_",
    621: "as 563",
    778: "torch keeps zeros without memory, and cannot list them",
    808: "torch lets masked_fill_ write to an expanded tensor",
}
"""Programs that end otherwise than torch's, and why."""

RECORDED = [seed for seed in range(400) if seed not in DEVIATIONS]
COMPARED_LIVE = [seed for seed in range(1200) if seed not in DEVIATIONS]


def close(first: Any, second: Any) -> bool:
    """Whether two outcomes agree, their numbers to 1e-9."""
    if isinstance(first, float) and isinstance(second, float):
        both_nan = math.isnan(first) and math.isnan(second)
        return first == second or both_nan or abs(first - second) <= 1e-9 * max(1.0, abs(first), abs(second))
    if isinstance(first, (list, tuple)):
        same = isinstance(second, (list, tuple)) and len(first) == len(second)
        return same and all(close(a, b) for a, b in zip(first, second, strict=True))
    if isinstance(first, dict):
        return (
            isinstance(second, dict)
            and first.keys() == second.keys()
            and all(close(first[k], second[k]) for k in first)
        )
    return bool(first == second)
