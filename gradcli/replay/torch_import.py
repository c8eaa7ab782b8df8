"""`import torch` gives the engine: a finder that maps torch's modules to the engine's, for this process only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

from gradcli.engine.left_out import LeftOutError

ENGINE: Final = "gradcli.engine"
NEED_THE_REAL_TORCH: Final = frozenset(
    {"torchvision", "torchaudio", "torchtext", "torchdata", "functorch", "pytorch_lightning", "lightning", "fastai"}
)
"""Packages that are built on torch's own binaries: with the engine in its place they count as not installed."""
ELSEWHERE: Final = {
    "torch.autograd.gradcheck": "gradcli.engine.autograd.checking",
    "torch.nn.utils.clip_grad": "gradcli.engine.nn.utils",
    "torch.nn.utils.convert_parameters": "gradcli.engine.nn.utils",
    "torch.nn.modules": "gradcli.engine.nn",
    "torch.nn.modules.module": "gradcli.engine.nn.module",
    "torch.nn.modules.linear": "gradcli.engine.nn.layers",
    "torch.nn.modules.distance": "gradcli.engine.nn.layers",
    "torch.nn.modules.dropout": "gradcli.engine.nn.layers",
    "torch.nn.modules.flatten": "gradcli.engine.nn.layers",
    "torch.nn.modules.batchnorm": "gradcli.engine.nn.normalization",
    "torch.nn.modules.normalization": "gradcli.engine.nn.normalization",
    "torch.nn.modules.conv": "gradcli.engine.nn.convolution",
    "torch.nn.modules.pooling": "gradcli.engine.nn.pooling",
    "torch.nn.modules.lazy": "gradcli.engine.nn.lazy",
    "torch.nn.modules.loss": "gradcli.engine.nn.losses",
    "torch.nn.modules.activation": "gradcli.engine.nn.activations",
    "torch.nn.modules.container": "gradcli.engine.nn.containers",
    "torch.nn.utils.stateless": "gradcli.engine.nn.stateless",
    "torch.nn.modules.rnn": "gradcli.engine.nn.recurrent",
    "torch.nn.modules.sparse": "gradcli.engine.nn.embedding",
    "torch.optim.adamw": "gradcli.engine.optim.adam",
    "torch.utils.data.dataloader": "gradcli.engine.utils.data.loader",
}
"""Modules of torch that the engine has under another name."""
HOMES: Final = {
    "gradcli.engine.creation": "torch",
    "gradcli.engine.autograd.saving": "torch.autograd.graph",
    "gradcli.engine.nn.layers": "torch.nn.modules.linear",
    "gradcli.engine.nn.convolution": "torch.nn.modules.conv",
    "gradcli.engine.nn.pooling": "torch.nn.modules.pooling",
    "gradcli.engine.nn.lazy": "torch.nn.modules.conv",
    "gradcli.engine.nn.losses": "torch.nn.modules.loss",
    "gradcli.engine.nn.activations": "torch.nn.modules.activation",
    "gradcli.engine.nn.containers": "torch.nn.modules.container",
    "gradcli.engine.nn.normalization": "torch.nn.modules.normalization",
    "gradcli.engine.nn.recurrent": "torch.nn.modules.rnn",
    "gradcli.engine.nn.embedding": "torch.nn.modules.sparse",
    "gradcli.engine.nn.module": "torch.nn.modules.module",
    "gradcli.engine.modes": "torch.autograd.grad_mode",
    "gradcli.engine.node": "builtins",
}
"""Where torch's classes of these modules of the engine say they are defined, where the paths differ."""
HOMES_OF_CLASSES: Final = {
    "gradcli.engine.nn.layers.CosineSimilarity": "torch.nn.modules.distance",
    "gradcli.engine.nn.layers.Dropout": "torch.nn.modules.dropout",
    "gradcli.engine.nn.layers.Flatten": "torch.nn.modules.flatten",
    "gradcli.engine.nn.layers.PairwiseDistance": "torch.nn.modules.distance",
    "gradcli.engine.nn.layers.Unflatten": "torch.nn.modules.flatten",
    "gradcli.engine.nn.normalization.BatchNorm1d": "torch.nn.modules.batchnorm",
    "gradcli.engine.nn.normalization.BatchNorm2d": "torch.nn.modules.batchnorm",
    "gradcli.engine.nn.normalization._BatchNorm": "torch.nn.modules.batchnorm",
    "gradcli.engine.nn.lazy.LazyLinear": "torch.nn.modules.linear",
    "gradcli.engine.nn.lazy.LazyModuleMixin": "torch.nn.modules.lazy",
    "gradcli.engine.node.Node": "torch.autograd.graph",
    "gradcli.engine.ops.decompose._LinAlgError": "torch._C",
    "gradcli.engine.optim.adam.AdamW": "torch.optim.adamw",
    "gradcli.engine.utils.data.loader.DataLoader": "torch.utils.data.dataloader",
}
"""Where torch's classes say they are, where their module's others are elsewhere."""


def install() -> None:
    """From now on this process imports the engine when it imports torch."""
    sys.meta_path[:0] = [_Finder(), _Engine()]
    for name, module in list(sys.modules.items()):
        if name.startswith(ENGINE):
            _rename_classes(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        root = fullname.partition(".")[0]
        if root in NEED_THE_REAL_TORCH:
            raise ModuleNotFoundError(f"No module named {root!r}", name=root)
        if root != "torch":
            return None
        name = ELSEWHERE.get(fullname, ENGINE + fullname.removeprefix("torch"))
        try:
            module = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
            _refuse(name)
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname) from None
        return ModuleSpec(fullname, _Existing(module), is_package=hasattr(module, "__path__"))


def _refuse(name: str) -> None:
    """Raise ImportError with the engine's sentence where a module of it leaves out the name of a missing one."""
    owner, _, last = name.rpartition(".")
    try:
        getattr(import_module(owner), last)
    except LeftOutError as error:
        raise ImportError(str(error), name=name) from None
    except (AttributeError, ModuleNotFoundError):
        return


class _Engine(MetaPathFinder):
    """Finds the engine's own modules as Python does, and has their classes renamed when they are there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{ENGINE}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Renaming(spec.loader)
        return spec


class _Renaming(Loader):
    """Loads a module as another loader does, and renames its classes."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        _rename_classes(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


class _Existing(Loader):
    """Loads a module that is there already: the import system is given it, and its spec is put back."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


def _rename_classes(module: ModuleType) -> None:
    """Let the classes of a module of the engine say that they are torch's, as `type(x)` prints them."""
    for each in list(vars(module).values()):
        if isinstance(each, type) and each.__module__.startswith(ENGINE):
            home = HOMES.get(each.__module__, "torch" + each.__module__.removeprefix(ENGINE))
            each.__module__ = HOMES_OF_CLASSES.get(f"{each.__module__}.{each.__name__}", home)
