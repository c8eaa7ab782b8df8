"""Calling a module with other parameters and buffers than its own (torch.func.functional_call)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from gradcli.engine.nn.module import Module
from gradcli.engine.tensor import Tensor

Places = dict[str, tuple[dict[str, Any], str]]
"""By the name of a parameter or buffer, the table that has it and its name there."""


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Tensor],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """As torch.func.functional_call, by its former name. Warns of that."""
    warnings.warn(
        "`torch.nn.utils.stateless.functional_call` is deprecated as of PyTorch 2.0 and will be removed in a future "
        "version of PyTorch. Please use `torch.func.functional_call` instead which is a drop-in replacement.",
        FutureWarning,
        stacklevel=2,
    )
    return called(module, parameters_and_buffers, args, kwargs, tie_weights, strict)


def called(
    module: Module, given: Any, args: Any, kwargs: dict[str, Any] | None, tie_weights: bool, strict: bool
) -> Any:
    """See func.functional_call."""
    tensors = _as_one(given)
    with _exchanged(module, tensors, tie_weights, strict):
        arguments = args if isinstance(args, tuple) else () if args is None else (args,)
        return module(*arguments, **(kwargs or {}))


def _as_one(given: Any) -> dict[str, Tensor]:
    """Parameters and buffers of one or several dictionaries. Raises ValueError on a name that is in two of them."""
    if isinstance(given, Mapping):
        return dict(given)
    if not isinstance(given, Sequence):
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(given)}"
        )
    if not all(isinstance(each, Mapping) for each in given):
        raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
    names = [name for each in given for name in each]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
    return {name: tensor for each in given for name, tensor in each.items()}


def _places(module: Module) -> Places:
    return {
        f"{path}.{name}" if path else name: (table, name)
        for path, each in module.named_modules(remove_duplicate=False)
        for table in (each._parameters, each._buffers)
        for name in table
    }


@contextmanager
def _exchanged(module: Module, tensors: dict[str, Tensor], tie_weights: bool, strict: bool) -> Iterator[None]:
    """Within it the module has other tensors; what it puts in their places is in the dictionary afterwards."""
    places = _places(module)
    own = {name: table[key] for name, (table, key) in places.items()}
    if strict:
        _check_names(module, tensors, own, tie_weights)
    exchanged = {name: tensors[name] for name in tensors if name in own}
    if tie_weights:
        for name, tensor in _tied(tensors, own).items():
            exchanged.setdefault(name, tensor)
    try:
        for name, tensor in exchanged.items():
            table, key = places[name]
            table[key] = tensor
        yield
    finally:
        for name in exchanged:
            table, key = places[name]
            if name in tensors and key in table:
                tensors[name] = table[key]
            table[key] = own[name]


def _tied(tensors: Mapping[str, Tensor], own: Mapping[str, Any]) -> dict[str, Tensor]:
    """The tensors for the further names of what is given by one. Raises ValueError where two such names differ."""
    names: dict[int, list[str]] = {}
    for name, tensor in own.items():
        if tensor is not None:
            names.setdefault(id(tensor), []).append(name)
    found: dict[str, Tensor] = {}
    for group in names.values():
        given = [name for name in group if name in tensors]
        if len({id(tensors[name]) for name in given}) > 1:
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(given)}, which are tied. Consider using "
                "tie_weights=False"
            )
        found |= {name: tensors[given[0]] for name in group if given}
    return found


def _check_names(module: Module, tensors: Mapping[str, Tensor], own: Mapping[str, Any], tie_weights: bool) -> None:
    """Raise RuntimeError where not all are given, or others."""
    there = {name for name, tensor in own.items() if tensor is not None}
    given = {*tensors, *(_tied(tensors, own) if tie_weights else ())}
    said = [
        f"{what} key(s): {', '.join(map(repr, names))}."
        for what, names in (
            ("Unexpected", [name for name in tensors if name not in there]),
            ("Missing", [name for name in own if name in there and name not in given]),
        )
        if names
    ]
    if said:
        raise RuntimeError(f"Error(s) in reparametrizing for {module._get_name()}:\n\t" + "\n\t".join(said))
