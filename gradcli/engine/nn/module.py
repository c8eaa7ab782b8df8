"""Module: a function with parameters, built of other such functions (torch.nn.Module)."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from gradcli.engine import dtypes, modes
from gradcli.engine.left_out import left_out
from gradcli.engine.nn import hooks, state
from gradcli.engine.nn.hooks import Hook, Hooks
from gradcli.engine.nn.parameter import Buffer, Parameter, UninitializedParameter
from gradcli.engine.node import RemovableHandle
from gradcli.engine.tensor import Tensor
from gradcli.engine.typeinfo import typename

Conversion = Callable[[Tensor], Tensor]
BOTH_KINDS: Final = (
    "Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them."
)
NO_EXTRA: Final = (
    "Reached a code path in Module.{}() that should never be called. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug."
)

_ASSIGNED: Final[tuple[tuple[str, Any, str, str], ...]] = (
    ("_parameters", (), "parameter", "torch.nn.Parameter or None"),
    ("_modules", (), "child module", "torch.nn.Module or None"),
    ("_buffers", Tensor, "buffer", "torch.nn.Buffer, torch.Tensor or None"),
)
"""The tables of modules, what else than their own kinds and None may be assigned to a name in them, and the words."""


class Module:
    """The base of all layers, losses and networks.

    A subclass calls `super().__init__()`, assigns its Parameters and Modules to attributes, which registers them, and
    defines `forward`; calling the module calls that.
    """

    training: bool
    dump_patches: ClassVar[bool] = False
    call_super_init: ClassVar[bool] = False
    _version: ClassVar[int] = 1
    _everywhere: ClassVar[Hooks] = defaultdict(dict)
    """The hooks of all modules."""
    _tables: ClassVar[tuple[str, ...]] = ("_parameters", "_buffers", "_modules")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        name = type(self).__name__
        if keywords:
            raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{next(iter(keywords))}'")
        if arguments:
            raise TypeError(f"{name}.__init__() takes 1 positional argument but {len(arguments) + 1} were given")
        own: dict[str, Any] = {
            "training": True,
            "_parameters": {},
            "_buffers": {},
            "_non_persistent_buffers_set": set(),
            "_modules": {},
            "_forward_hooks": {},
            "_forward_pre_hooks": {},
        }
        self.__dict__.update(own)

    # Calling.

    def forward(self, *arguments: Any, **keywords: Any) -> Any:
        """What the module computes; every subclass defines it. Raises NotImplementedError where it does not."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """`forward`, with the hooks around it."""
        hooked = self._forward_hooks or self._forward_pre_hooks or "_other_hooks" in self.__dict__
        if not hooked and not self._everywhere:
            return self.forward(*arguments, **keywords)
        from gradcli.engine.nn.calling import called

        return called(self, arguments, keywords)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, arguments, result)`, or with `with_kwargs` `hook(module, arguments, keywords, result)`,
        after each forward, with `always_call` also after one that failed; what it returns, if anything, is the result.
        """
        return RemovableHandle(self._forward_hooks, Hook(hook, with_kwargs, always_call), first=prepend)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, arguments)` before each forward; what it returns, if anything, are the arguments.

        With `with_kwargs` it is called with the keywords, too, and returns both.
        """
        return RemovableHandle(self._forward_pre_hooks, Hook(hook, with_kwargs), first=prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the arguments are known; a tuple that it
        returns replaces these. Raises RuntimeError where the module has a hook of register_backward_hook."""
        if hooks.of(self, "backward_of_node"):
            raise RuntimeError(BOTH_KINDS)
        return hooks.register(self, "backward", hook, first=prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` with the gradients of the results; a tuple it returns replaces these."""
        return hooks.register(self, "backward_before", hook, first=prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` with the gradients of the last node; register_full_backward_hook
        has replaced it. Raises RuntimeError where the module has a hook of that."""
        if hooks.of(self, "backward"):
            raise RuntimeError(BOTH_KINDS)
        return hooks.register(self, "backward_of_node", hook)

    # Registering.

    def _table(self, name: str, what: str) -> dict[str, Any]:
        """One of the tables. Raises AttributeError where the subclass has not called `super().__init__()`."""
        table: dict[str, Any] | None = self.__dict__.get(name)
        if table is None:
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        return table

    def _check_name(self, name: Any, kind: str, table: dict[str, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
        if not name:
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in table:
            raise KeyError(f"attribute '{name}' already exists")

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter, or a place for one. Raises KeyError on a bad name, TypeError on another kind of value."""
        table = self._table("_parameters", "parameter")
        self._check_name(name, "parameter", table)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        table[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the state but is not trained. Raises as register_parameter does."""
        table = self._table("_buffers", "buffer")
        self._check_name(name, "buffer", table)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        table[name] = tensor
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a child. Raises KeyError on a bad name, TypeError where it is no Module."""
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{typename(module)} is not a Module subclass")
        table = self._table("_modules", "module")
        self._check_name(name, "module", table)
        table[name] = module

    register_module = add_module

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            self._table("_parameters", "parameters")
            self._forget(name)
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            table = self._table("_modules", "module")
            if name not in table:
                self._forget(name)
            table[name] = value
        elif isinstance(value, Buffer):
            self._table("_buffers", "buffer")
            if name not in self._buffers:
                self._forget(name)
            self.register_buffer(name, value, value.persistent)
        else:
            self._set_plain(name, value)

    def _set_plain(self, name: str, value: Any) -> None:
        """Assign what is neither Parameter, Module nor Buffer; to a registered name only what may stand there."""
        for table, kind, what, expected in _ASSIGNED:
            entries = self.__dict__.get(table, ())
            if name in entries:
                if value is not None and not isinstance(value, kind):
                    raise TypeError(f"cannot assign '{typename(value)}' as {what} '{name}' ({expected} expected)")
                entries[name] = value
                return
        object.__setattr__(self, name, value)

    def _forget(self, name: str) -> None:
        """Take a name off everything but the parameters, where assigning keeps its place."""
        self.__dict__.pop(name, None)
        for table in ("_buffers", "_modules"):
            self.__dict__[table].pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __getattr__(self, name: str) -> Any:
        for table in self._tables:
            entries = self.__dict__.get(table)
            if entries is not None and name in entries:
                return entries[name]
        error = None if name.startswith("_") else left_out("torch.nn.Module", name)
        raise error or AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for table in self._tables:
            if name in self.__dict__[table]:
                del self.__dict__[table][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = [*super().__dir__(), *self._parameters, *self._modules, *self._buffers]
        return sorted({each for each in names if not each[0].isdigit()})

    # What is registered.

    def _named_members(
        self, table: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is None or id(value) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(value))
                yield f"{path}.{name}" if path else name, value

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of the module and, with `recurse`, of all below it, each once."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their names, as `0.weight`."""
        yield from self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of the module and, with `recurse`, of all below it."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their names."""
        yield from self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def children(self) -> Iterator[Module]:
        """The modules directly below, each once."""
        for _, module in self.named_children():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below with their names."""
        seen: set[int] = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """The module itself and all below it, each once."""
        for _, module in self.named_modules(remove_duplicate=remove_duplicate):
            yield module

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """The module itself and all below it with their paths."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def get_submodule(self, target: str) -> Module:
        """The module of a path. Raises AttributeError where there is none."""
        found: Any = self
        for name in filter(None, target.split(".")):
            if not hasattr(found, name):
                raise AttributeError(f"{type(found).__name__} has no attribute `{name}`")
            found = getattr(found, name)
            if not isinstance(found, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        module: Module = found
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of a path. Raises AttributeError where there is none."""
        module, name = self._owner(target)
        found = getattr(module, name)
        if not isinstance(found, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a path. Raises AttributeError where there is none."""
        module, name = self._owner(target)
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        found: Tensor = module._buffers[name]
        return found

    def _owner(self, target: str) -> tuple[Module, str]:
        """The module that has the last name of a path, and that name. Raises AttributeError where it has it not."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        return module, name

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put a module at a path. Raises ValueError where the path or the module is none, AttributeError where nothing
        leads there, or, when `strict`, where nothing is there."""
        path, _, name = target.rpartition(".")
        if not name:
            raise ValueError("Cannot set the submodule without a target name!")
        parent = self.get_submodule(path)
        if strict and not hasattr(parent, name):
            raise AttributeError(f"{type(parent).__name__} has no attribute `{name}`")
        if hasattr(parent, name) and not isinstance(getattr(parent, name), Module):
            raise AttributeError(f"`{name}` is not an nn.Module")
        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        setattr(parent, name, module)

    # Modes, gradients and dtypes.

    def train(self, mode: bool = True) -> Any:
        """Set training mode (`training` of all modules), on which Dropout depends; returns the module.

        Raises ValueError where `mode` is no bool.
        """
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Any:
        """Set evaluation mode; returns the module."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Set requires_grad of all parameters; returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or set them to zero."""
        state.zero_gradients(self.parameters(), set_to_none)

    def apply(self, fn: Callable[[Module], Any]) -> Any:
        """Call `fn` on every module below, then on this; returns the module."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _apply(self, fn: Conversion, recurse: bool = True) -> Any:
        """Replace every parameter, gradient and buffer by what `fn` makes of it."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        with modes.no_grad():
            for parameter in self._parameters.values():
                if parameter is not None:
                    grad = parameter._grad
                    parameter.data = fn(parameter)
                    parameter._grad = None if grad is None else fn(grad)
            for name, buffer in self._buffers.items():
                if buffer is not None:
                    self._buffers[name] = fn(buffer)
        return self

    def to(
        self, *target: Any, dtype: dtypes.dtype | None = None, device: Any = None, non_blocking: bool = False
    ) -> Any:
        """Convert the floating-point parameters and buffers to a dtype, or that of a tensor; returns the module.

        Raises TypeError on a dtype that is not of floating point; the only device is the CPU.
        """
        from gradcli.engine.devices import check_device

        for each in map(dtypes.named, target):
            if isinstance(each, dtypes.dtype):
                dtype = each
            elif isinstance(each, Tensor):
                dtype = each.dtype
            elif not isinstance(each, bool):
                device = each
        check_device(device)
        dtype = dtypes.named(dtype)
        if dtype is None:
            return self
        if not dtype.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )
        return self._converted(dtype)

    def _converted(self, dtype: dtypes.dtype) -> Any:
        return self._apply(lambda tensor: tensor.to(dtype) if tensor.dtype.is_floating_point else tensor)

    def float(self) -> Any:
        """Convert to float32; returns the module."""
        return self._converted(dtypes.float32)

    def double(self) -> Any:
        """Convert to float64; returns the module."""
        return self._converted(dtypes.float64)

    def half(self) -> Any:
        """Convert to float16; returns the module."""
        return self._converted(dtypes.float16)

    def type(self, dst_type: Any) -> Any:
        """Convert all parameters and buffers to a dtype or the type of a name; returns the module."""
        return self._apply(lambda tensor: tensor.type(dst_type))

    def to_empty(self, *, device: Any, recurse: bool = True) -> Any:
        """The module itself, whose numbers do not matter any more: it is on the CPU, which is the only device."""
        return self.to(device=device)

    def share_memory(self) -> Any:
        """The module itself: it computes in one process."""
        return self

    def cpu(self) -> Any:
        """The module itself: it is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Any:
        """Raises AssertionError, as a torch without CUDA does."""
        raise AssertionError("Torch not compiled with CUDA enabled")

    # State.

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> OrderedDict[str, Tensor]:
        """The parameters and persistent buffers by name: detached on the same memory, or as they are (`keep_vars`)."""
        found: OrderedDict[str, Tensor] = OrderedDict() if destination is None else destination
        if destination is None:
            vars(found)["_metadata"] = OrderedDict()
        notes = {"version": self._version}
        if hasattr(found, "_metadata"):
            found._metadata[prefix[:-1]] = notes
        for hook in hooks.of(self, "state_before"):
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(found, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=found, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in hooks.of(self, "state"):
            changing = isinstance(hook, Hook)
            changed = (hook.function if changing else hook)(self, found, prefix, notes)
            if changed is not None:
                if not changing:
                    raise RuntimeError("state_dict post-hook must return None")
                found = changed
        return found

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Put the module's own entries into a state."""
        for name, value in state.own(self).items():
            whole = keep_vars or isinstance(value, UninitializedParameter)
            destination[prefix + name] = value if whole else value.detach()
        if type(self).get_extra_state is not Module.get_extra_state:
            destination[prefix + state.EXTRA] = self.get_extra_state()

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Take the module's own entries from a state, and note what was missing, unexpected or wrong."""
        noted = (missing_keys, unexpected_keys, error_msgs)
        takes_extra = type(self).set_extra_state is not Module.set_extra_state
        state.load_own(self, state_dict, prefix, local_metadata, takes_extra, *noted)

    def get_extra_state(self) -> Any:
        """What else belongs to the state; subclasses define it. Raises RuntimeError where they do not."""
        raise RuntimeError(NO_EXTRA.format("get_extra_state"))

    def set_extra_state(self, state: Any) -> None:
        """Take what get_extra_state gave; subclasses define it. Raises RuntimeError where they do not."""
        raise RuntimeError(NO_EXTRA.format("set_extra_state"))

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before state_dict looks at the module."""
        return hooks.register(self, "state_before", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` when the module's state is in the dict."""
        return hooks.register(self, "state", hook)

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """As register_state_dict_post_hook; what the hook returns, if anything, is the state."""
        return hooks.register(self, "state", Hook(hook))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)`
        before load_state_dict looks at the module."""
        return hooks.register(self, "load_before", hook)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        """As register_load_state_dict_pre_hook, the hook being called without the module unless `with_module`."""
        function = hook if with_module else lambda module, *arguments: hook(*arguments)
        return hooks.register(self, "load_before", function)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` when load_state_dict is through with the module and all below it; it
        may change the keys."""
        return hooks.register(self, "load", hook)

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> state._IncompatibleKeys:
        """Copy a state's tensors into the parameters and buffers, or put them in their place with `assign`.

        Returns the keys that were missing and unexpected. Raises RuntimeError on sizes that differ and, when `strict`,
        on such keys; TypeError where it is no mapping.
        """
        return state.load(self, state_dict, strict, assign)

    # Text.

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """What stands between the brackets of the module's text; subclasses define it."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        extra_lines = extra.split("\n") if extra else []
        child_lines = [f"({name}): {indented(repr(module))}" for name, module in self._modules.items()]
        if not child_lines and len(extra_lines) <= 1:
            return f"{self._get_name()}({extra})"
        return f"{self._get_name()}(\n  " + "\n  ".join(extra_lines + child_lines) + "\n)"


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call `hook` after each forward of all modules, before their own hooks, as Module.register_forward_hook says."""
    return RemovableHandle(Module._everywhere["forward"], Hook(hook, with_kwargs, always_call))


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, arguments)` before each forward of all modules, before their own hooks."""
    return RemovableHandle(Module._everywhere["forward_before"], Hook(hook))


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook` for all modules, before their own hooks, as Module.register_full_backward_hook says."""
    return RemovableHandle(Module._everywhere["backward"], hook)


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook` for all modules, before their own hooks, as Module.register_full_backward_pre_hook says."""
    return RemovableHandle(Module._everywhere["backward_before"], hook)


def indented(text: str) -> str:
    """The text with all lines but the first moved to the right by two."""
    return text.replace("\n", "\n  ")


def keep(arguments: Mapping[str, Any], *but: str) -> None:
    """Make the arguments of a module's constructor (its `locals()`), `but` for some, attributes by the same names."""
    module = arguments["self"]
    for name, value in arguments.items():
        if name not in ("self", "__class__", *but):
            setattr(module, name, value)
