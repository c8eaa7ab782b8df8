"""Optimizer: what steps parameters along their gradients (torch.optim.Optimizer)."""

from __future__ import annotations

import copy
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from gradcli.engine import inplace, modes
from gradcli.engine.left_out import unsupported
from gradcli.engine.nn import hooks
from gradcli.engine.nn.state import zero_gradients
from gradcli.engine.node import RemovableHandle
from gradcli.engine.tensor import Tensor, wrap
from gradcli.engine.typeinfo import typename

Group = dict[str, Any]
"""A parameter group as torch shows it: `params`, and the settings by name."""
State = dict[str, Any]
"""What an optimiser remembers of one parameter, by name."""
Params = Iterable[Any]
"""Tensors, pairs of a name and a tensor, or groups."""


class Optimizer:
    """The base of all optimisers.

    `params` are tensors, pairs of a name and a tensor, or dicts of `params` and settings of their own; `defaults` are
    the settings of those that have none. Raises TypeError and ValueError in torch's words on what is no leaf tensor.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + typename(params)
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, State] = defaultdict(dict)
        self.param_groups: list[Group] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Add a dict of `params` and settings. Raises TypeError and ValueError on what it cannot optimise."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        _separate_names(param_group)
        for each in param_group["params"]:
            if not isinstance(each, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {typename(each)}")
            if not each.is_leaf and not each.retains_grad:
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        self._check_against_others(param_group)
        self.param_groups.append(param_group)

    def _check_against_others(self, param_group: Group) -> None:
        ids = [id(each) for each in param_group["params"]]
        if len(ids) != len(set(ids)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=4,
            )
        for group in self.param_groups:
            if ("param_names" in param_group) != ("param_names" in group):
                kind = "with names" if "param_names" in param_group else "without names"
                raise ValueError(
                    "all optimizer param groups should be with/without names. cannot add param group "
                    f"{kind} to the optimizer"
                )
            if not set(ids).isdisjoint(id(each) for each in group["params"]):
                raise ValueError("some parameters appear in more than one parameter group")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient by one step.

        `closure`, if given, is called first, with recording on; what it returns, the loss, is returned.
        """
        loss = None
        if closure is not None:
            with modes.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param._grad is not None:
                    self._update(param, param._grad._array, group)
        return loss

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        """Change one parameter in place by its gradient, an array; every optimiser here defines it."""
        raise NotImplementedError

    def _begun(self, param: Tensor, *buffers: str, start: float = 0.0) -> State:
        """What is remembered of a parameter before its first step: a count, and buffers filled with `start`."""
        state = self.state[param]
        state["step"] = wrap(np.float32(0))
        for name in buffers:
            state[name] = wrap(np.full(param.shape, start, param.dtype.numpy)[()])
        return state

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; a pair that it returns replaces both."""
        self._look_for_hooks()
        return hooks.register(self, "step_before", hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        self._look_for_hooks()
        return hooks.register(self, "step", hook)

    @classmethod
    def _look_for_hooks(cls) -> None:
        """From now on the steps of the class's optimisers look for hooks; before, they pay nothing for them."""
        if not hasattr(cls.step, "looks_for_hooks"):
            type.__setattr__(cls, "step", _looking_for_hooks(cls.step))

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before state_dict."""
        return hooks.register(self, "state_before", hook, first=prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after state_dict; what it returns, if anything, is the state."""
        return hooks.register(self, "state", hook, first=prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before load_state_dict; what it returns, if anything, is the state."""
        return hooks.register(self, "load_before", hook, first=prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after load_state_dict."""
        return hooks.register(self, "load", hook, first=prepend)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            zero_gradients(group["params"], set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """`state` and `param_groups` with the parameters' numbers in their place."""
        for hook in hooks.of(self, "state_before"):
            hook(self)
        numbers: dict[int, int] = {}
        for group in self.param_groups:
            for param in group["params"]:
                numbers.setdefault(id(param), len(numbers))
        groups = [
            {**{k: v for k, v in group.items() if k != "params"}, "params": [numbers[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        found = {"state": {numbers[id(param)]: state for param, state in self.state.items()}, "param_groups": groups}
        result: dict[str, Any] = hooks.changed(self, "state", found)
        return result

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what state_dict returned. Raises ValueError where the groups differ in size or number."""
        if hooks.of(self, "load_before"):
            state_dict = hooks.changed(self, "load_before", dict(state_dict))
        saved = copy.deepcopy(state_dict["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(saved, self.param_groups, strict=True)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        by_number: dict[int, Tensor] = {}
        for own, other in zip(self.param_groups, saved, strict=True):
            by_number.update(zip(other["params"], own["params"], strict=True))
            other["params"] = own["params"]
            if "param_names" in own:
                other.setdefault("param_names", own["param_names"])
        self.param_groups = saved
        self.state = defaultdict(dict)
        for number, state in state_dict["state"].items():
            param = by_number[number]
            self.state[param] = {name: _copied(value, name, param) for name, value in state.items()}
        for hook in hooks.of(self, "load"):
            hook(self)

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for number, group in enumerate(self.param_groups):
            text += f"\nParameter Group {number}\n"
            text += "".join(f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
        return text + ")"


def _looking_for_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """`step` of a class of optimisers, with the hooks of the optimiser around it."""

    @wraps(step)
    def hooked(*arguments: Any, **keywords: Any) -> Any:
        optimizer = arguments[0]
        for hook in hooks.of(optimizer, "step_before"):
            changed = hook(optimizer, arguments, keywords)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {changed}.")
            arguments, keywords = changed
        result = step(*arguments, **keywords)
        for hook in hooks.of(optimizer, "step"):
            hook(optimizer, arguments, keywords)
        return result

    vars(hooked)["looks_for_hooks"] = True
    return hooked


def _separate_names(param_group: Group) -> None:
    """Make `params` a list of tensors, and their names, if they came with any, `param_names`."""
    params = param_group["params"]
    if isinstance(params, set):
        raise TypeError(
            "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
            "will change between runs. Please use a list instead."
        )
    each = [params] if isinstance(params, Tensor) else list(params)
    names = [pair[0] for pair in each if isinstance(pair, tuple)]
    if names and len(names) != len(each):
        raise ValueError("all optimizer params should be with/without names. Some param names are missing")
    if names:
        param_group["param_names"] = names
    param_group["params"] = [pair[1] if isinstance(pair, tuple) else pair for pair in each]


def _copied(value: Any, name: str, param: Tensor) -> Any:
    """A remembered value for `param`: tensors but `step` in its dtype, and on memory of their own."""
    if not isinstance(value, Tensor) or name == "step":
        return value
    return wrap(np.array(value._array, param.dtype.numpy)[()])


# What the optimisers share.


def check_settings(given: Mapping[str, Any], names: str) -> None:
    """Raise ValueError on the first of these settings that is negative, or a tensor of several elements."""
    for name in names.split():
        value = given[name]
        word = {"lr": "learning rate", "eps": "epsilon value"}.get(name, f"{name} value")
        if isinstance(value, Tensor) and value.numel() != 1:
            raise ValueError(f"Tensor {'lr' if name == 'lr' else word} must be 1-element")
        if not value >= 0.0:
            raise ValueError(f"Invalid {word}: {value}")


def settings(given: Mapping[str, Any], names: str) -> Group:
    """The settings of these names, in order, as parameter groups show them.

    Raises RuntimeError or NotImplementedError where torch's choices of kernels (`foreach`, `fused`,
    `differentiable`), which change nothing here, exclude each other.
    """
    if given.get("fused") and given["differentiable"]:
        raise RuntimeError("`fused` does not support `differentiable`")
    if given.get("fused") and given["foreach"]:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
    if given["differentiable"]:
        raise unsupported("optimisers with differentiable=True", "steps taken by hand can be differentiated through")
    return {name: given[name] for name in names.split()}


def number(value: Any) -> float:
    """A setting that may be a tensor of one element, as a number."""
    return float(value.item()) if isinstance(value, Tensor) else value


def ascent(grad: Any, group: Group) -> Any:
    """The gradient, negated where the group maximises."""
    return -grad if group["maximize"] else grad


def decayed(grad: Any, param: Tensor, group: Group) -> Any:
    """The gradient with the weight decay added (an L2 penalty)."""
    decay = number(group["weight_decay"])
    return grad + decay * param._array if decay != 0 else grad


def count_step(state: State) -> int:
    """Count a step of a parameter; returns how many it has taken."""
    steps = int(state["step"]._array) + 1
    state["step"] = wrap(np.float32(steps))
    return steps


def subtract(param: Tensor, array: Any) -> None:
    """Subtract `array` from the parameter's elements in place, past the graph; the version counter counts it."""
    memory = param._array
    if not isinstance(memory, np.ndarray) or not memory.flags.writeable:
        inplace.write(param, memory - array)
        return
    memory -= array
    param._version_counter().value += 1


def averaged(average: Tensor, value: Any, weight: float) -> Any:
    """Move a running average in place towards `value` by `weight` (torch's lerp_); returns its array."""
    array = average._array
    if weight < 0.5:
        array += weight * (value - array)
    else:
        array = np.asarray(value - (value - array) * (1 - weight))[()]
    average._array = array
    return array


def averaged_square(average: Tensor, grad: Any, beta: float) -> Any:
    """`beta * average + (1 - beta) * grad**2`, in place; returns the array."""
    array = average._array
    array *= beta
    array += (1 - beta) * grad * grad
    average._array = array
    return array
