"""`import torch` gives the engine: a finder that maps torch's modules to the engine's, for this process only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

from gradcli.engine.left_out import left_out

ENGINE: Final = "gradcli.engine"
NEED_THE_REAL_TORCH: Final = frozenset(
    {"torchvision", "torchaudio", "torchtext", "torchdata", "functorch", "pytorch_lightning", "lightning", "fastai"}
)
"""Packages that are built on torch's own binaries: with the engine in its place they count as not installed."""
ELSEWHERE: Final = {
    "torch.nn.modules": "gradcli.engine.nn",
    "torch.nn.modules.module": "gradcli.engine.nn.module",
    "torch.nn.modules.linear": "gradcli.engine.nn.layers",
    "torch.nn.modules.loss": "gradcli.engine.nn.losses",
    "torch.nn.modules.activation": "gradcli.engine.nn.activations",
    "torch.nn.modules.container": "gradcli.engine.nn.containers",
}
"""Modules of torch that the engine has under another name."""
HOMES: Final = {
    "gradcli.engine.tensor": "torch",
    "gradcli.engine.dtypes": "torch",
    "gradcli.engine.creation": "torch",
    "gradcli.engine.nn.layers": "torch.nn.modules.linear",
    "gradcli.engine.nn.losses": "torch.nn.modules.loss",
    "gradcli.engine.nn.activations": "torch.nn.modules.activation",
    "gradcli.engine.nn.containers": "torch.nn.modules.container",
    "gradcli.engine.nn.module": "torch.nn.modules.module",
    "gradcli.engine.modes": "torch.autograd.grad_mode",
    "gradcli.engine.node": "builtins",
}
"""Where torch's classes of these modules of the engine say they are defined, where the paths differ."""


def install() -> None:
    """From now on this process imports the engine when it imports torch."""
    sys.meta_path.insert(0, _Finder())
    sys.meta_path.append(_LeftOut())


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
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname) from None
        return ModuleSpec(fullname, _Existing(module), is_package=hasattr(module, "__path__"))


class _LeftOut(MetaPathFinder):
    """Asked last, for a module of the engine that nobody found.

    `from torch.nn import Conv2d` tries one where the name is missing, and would otherwise end in an ImportError that
    does not say why.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None; raises ImportError with the engine's sentence for what it leaves out."""
        owner, _, name = fullname.rpartition(".")
        if owner.startswith(ENGINE):
            error = left_out("torch" + owner.removeprefix(ENGINE), name)
            if error is not None:
                raise ImportError(str(error), name=fullname)
        return None


class _Existing(Loader):
    """Loads a module that is there already: the import system is given it, and its spec is put back."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec
        _rename_classes()


def _rename_classes() -> None:
    """Let the engine's classes say that they are torch's, as `type(x)` prints them."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(ENGINE):
            continue
        for each in list(vars(module).values()):
            if isinstance(each, type) and each.__module__.startswith(ENGINE):
                home = HOMES.get(each.__module__, "torch" + each.__module__.removeprefix(ENGINE))
                each.__module__ = home
