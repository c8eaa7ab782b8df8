"""Modules and parameters in sequences and mappings (torch.nn.Sequential, ModuleList, ModuleDict, ParameterList)."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gradcli.engine.nn.module import Module, indented
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.tensor import Tensor


def _index(position: Any, length: int) -> int:
    """`position` counted from the front. Raises IndexError where there is none."""
    index = operator.index(position)
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range")
    return index % length


class _Indexed(Module):
    """Modules under the names `0`, `1`, …: what Sequential and ModuleList share."""

    def _keys(self) -> list[str]:
        return list(self._modules)

    def _renumber(self, modules: Iterable[Any]) -> None:
        self.__dict__["_modules"] = {str(i): module for i, module in enumerate(modules)}

    def __getitem__(self, index: Any) -> Any:
        """The module at a position, or a container of those of a slice. Raises IndexError."""
        if isinstance(index, slice):
            return self._sliced(list(self._modules.items())[index])
        return self._modules[self._keys()[_index(index, len(self))]]

    def _sliced(self, items: list[tuple[str, Any]]) -> Any:
        raise NotImplementedError

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._keys()[_index(index, len(self))], module)

    def __delitem__(self, index: Any) -> None:
        gone = self._keys()[index] if isinstance(index, slice) else [self._keys()[_index(index, len(self))]]
        self._renumber([module for name, module in self._modules.items() if name not in gone])

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def __dir__(self) -> list[str]:
        return [each for each in super().__dir__() if not each.isdigit()]

    def append(self, module: Module) -> Any:
        """Add a module at the end; returns the container."""
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Add a module before a position; returns the container."""
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def extend(self, modules: Iterable[Module]) -> Any:
        """Add modules at the end; returns the container."""
        for module in modules:
            self.append(module)
        return self

    def pop(self, key: Any) -> Any:
        """Take a module out and return it."""
        module = self[key]
        del self[key]
        return module


class Sequential(_Indexed):
    """Modules that are called one after the other, given one by one or as an OrderedDict of named ones."""

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for index, module in enumerate(args):
                self.add_module(str(index), module)

    def _sliced(self, items: list[tuple[str, Any]]) -> Any:
        return type(self)(OrderedDict(items))

    def forward(self, input: Any) -> Any:
        """What the last module makes of what the others made of the input."""
        for module in self._modules.values():
            input = module(input)
        return input

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return type(self)(*self, *other)


class ModuleList(_Indexed):
    """A list of modules, registered."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self.extend(modules or ())

    def _sliced(self, items: list[tuple[str, Any]]) -> Any:
        return type(self)([module for _, module in items])

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, other: Iterable[Module]) -> Any:
        return self.extend(other)

    def __repr__(self) -> str:
        """Modules that print alike and follow each other are counted, not repeated."""
        runs: list[tuple[int, int, str]] = []
        for index, text in enumerate(map(repr, self)):
            if runs and runs[-1][2] == text:
                runs[-1] = (runs[-1][0], index, text)
            else:
                runs.append((index, index, text))
        lines = [
            indented(f"({first}): {text}" if first == last else f"({first}-{last}): {last - first + 1} x {text}")
            for first, last, text in runs
        ]
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)" if lines else f"{self._get_name()}()"


class ModuleDict(Module):
    """Modules by name, registered."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take a module out and return it."""
        return self._modules.pop(key)

    def keys(self) -> Any:
        """The names."""
        return self._modules.keys()

    def items(self) -> Any:
        """The names with the modules."""
        return self._modules.items()

    def values(self) -> Any:
        """The modules."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Add the modules of a mapping or of an iterable of pairs."""
        for name, module in modules.items() if isinstance(modules, (Mapping, ModuleDict)) else modules:
            self[name] = module


def _as_parameter(value: Any) -> Any:
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


class ParameterList(Module):
    """A list of parameters, registered; tensors become Parameters."""

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(values or ())

    def __getitem__(self, index: Any) -> Any:
        """The parameter at a position, or a list of those of a slice. Raises IndexError."""
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._parameters[str(_index(index, len(self)))]

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(_index(index, len(self))), _as_parameter(value))

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parameters.values())

    def __iadd__(self, values: Iterable[Any]) -> Any:
        return self.extend(values)

    def append(self, value: Any) -> Any:
        """Add a parameter at the end; returns the list."""
        self.register_parameter(str(len(self)), _as_parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> Any:
        """Add parameters at the end; returns the list."""
        for value in values:
            self.append(value)
        return self

    def extra_repr(self) -> str:
        """One line for each parameter."""
        return "\n".join(
            f"  ({name}): Parameter containing: [{value.dtype} of size {'x'.join(map(str, value.shape))}]"
            for name, value in self._parameters.items()
        )

    def __repr__(self) -> str:
        text = self.extra_repr()
        return f"{self._get_name()}(\n  " + text.replace("\n", "\n  ") + "\n)" if text else f"{self._get_name()}()"
