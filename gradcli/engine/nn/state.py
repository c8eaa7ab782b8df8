"""The state of modules: its loading, and the dropping of gradients."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gradcli.engine.inplace import write
from gradcli.engine.nn import hooks
from gradcli.engine.nn.parameter import Parameter, UninitializedParameter
from gradcli.engine.tensor import Tensor

if TYPE_CHECKING:
    from gradcli.engine.nn.module import Module


class _IncompatibleKeys(NamedTuple):
    """What load_state_dict returns: the keys that the state lacked, and those that the module lacks."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def zero_gradients(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Drop the gradients, or set them to zero in place, outside any graph."""
    for parameter in parameters:
        if set_to_none:
            parameter._grad = None
        elif parameter._grad is not None:
            grad = parameter._grad
            if grad._node is not None:
                grad = parameter._grad = grad.detach()
            grad._requires_grad = False
            write(grad, 0)


def own(module: Module) -> dict[str, Any]:
    """The parameters and persistent buffers of a module without those below it, by name."""
    transient = module._non_persistent_buffers_set
    entries = {**module._parameters, **{k: v for k, v in module._buffers.items() if k not in transient}}
    return {name: value for name, value in entries.items() if value is not None}


EXTRA: Final = "_extra_state"
"""The key of what get_extra_state gives."""


def load(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> _IncompatibleKeys:
    """Load a state into a module and all below it (see Module.load_state_dict)."""
    if not isinstance(state, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state)}.")
    loading = _Loading(OrderedDict(state), getattr(state, "_metadata", None), strict, assign)
    loading.load(module, "")
    missing, unexpected, problems = loading.missing, loading.unexpected, loading.problems
    if strict:
        keys = [("Missing", missing), ("Unexpected", unexpected)]
        problems = [f"{kind} key(s) in state_dict: {_quoted(found)}. " for kind, found in keys if found] + problems
    if problems:
        text = "\n\t".join(problems)
        raise RuntimeError(f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{text}")
    return _IncompatibleKeys(missing, unexpected)


def _quoted(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


class _Loading:
    """A state on its way into a module and those below it, with what is found wrong."""

    def __init__(self, state: dict[str, Any], metadata: Any, strict: bool, assign: bool) -> None:
        self.state = state
        self.metadata = metadata
        self.strict = strict
        self.assign = assign
        self.missing: list[str] = []
        self.unexpected: list[str] = []
        self.problems: list[str] = []

    def load(self, module: Module, prefix: str) -> None:
        """Load a module and those below it, with their hooks."""
        notes = {} if self.metadata is None else self.metadata.get(prefix[:-1], {})
        if self.assign:
            notes["assign_to_params_buffers"] = True
        noted = (self.strict, self.missing, self.unexpected, self.problems)
        for hook in hooks.of(module, "load_before"):
            hook(module, self.state, prefix, notes, *noted)
        module._load_from_state_dict(self.state, prefix, notes, *noted)
        for name, child in module._modules.items():
            if child is not None:
                self.load(child, f"{prefix}{name}.")
        for hook in hooks.of(module, "load"):
            if hook(module, _IncompatibleKeys(self.missing, self.unexpected)) is not None:
                raise AssertionError(_HOOK_RETURNED)


_HOOK_RETURNED: Final = (
    "Hooks registered with ``register_load_state_dict_post_hook`` are notexpected to return new values, if "
    "incompatible_keys need to be modified,it should be done inplace."
)


def load_own(
    module: Module,
    state: Mapping[str, Any],
    prefix: str,
    notes: Mapping[str, Any],
    takes_extra: bool,
    missing: list[str],
    unexpected: list[str],
    problems: list[str],
) -> None:
    """Load a module's own entries (see Module._load_from_state_dict)."""
    _load_entries(module, state, prefix, bool(notes.get("assign_to_params_buffers")), missing, problems)
    extra = prefix + EXTRA
    if takes_extra and extra in state:
        module.set_extra_state(state[extra])
    elif takes_extra:
        missing.append(extra)
    unexpected.extend(each for each in _unexpected(module, state, prefix) if each != extra or not takes_extra)


def _unexpected(module: Module, state: Mapping[str, Any], prefix: str) -> list[str]:
    """The keys below `prefix` that lead neither to an own entry of the module nor to a child."""
    entries = own(module)
    found = []
    for key in state:
        if key.startswith(prefix):
            name, dot, _ = key[len(prefix) :].partition(".")
            if name not in (module._modules if dot else entries):
                found.append(key)
    return found


def _load_entries(
    module: Module,
    state: Mapping[str, Any],
    prefix: str,
    assign: bool,
    missing: list[str],
    problems: list[str],
) -> None:
    for name, target in own(module).items():
        key = prefix + name
        if key not in state:
            missing.append(key)
            continue
        value = state[key]
        if not isinstance(value, Tensor):
            problems.append(
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                f"checkpoint but received {type(value)}"
            )
            continue
        if isinstance(target, UninitializedParameter):
            target.materialize(value.shape)
        array = np.asarray(value._array)
        if target.shape == () and array.shape == (1,):
            array = array[0]
        if array.shape != tuple(target.shape):
            problems.append(
                f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, the shape in "
                f"current model is {target.shape}."
            )
        elif assign:
            parameter = isinstance(target, Parameter) and not isinstance(value, Parameter)
            setattr(module, name, Parameter(value, target.requires_grad) if parameter else value)
        else:
            write(target, array)
