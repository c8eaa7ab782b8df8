"""What the engine leaves out says so in one sentence, and nothing of torch is missing without one."""

from __future__ import annotations

import pkgutil
import types
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import gradcli.engine as engine
from gradcli.engine.left_out import LeftOutError, LeftOutNameError
from gradcli.engine.left_out_names import INSTEAD, NAMES

NAMED = [(namespace, name) for namespace, kinds in NAMES.items() for names in kinds.values() for name in names.split()]


def object_of(library: Any, namespace: str) -> Any:
    """The module of a namespace, or a tensor, or a module of layers."""
    if namespace == "torch.nn.Module":
        return library.nn.Module()
    if namespace == "torch.Tensor":
        return library.ones(2, 2)
    return import_module(namespace.replace("torch", library.__name__, 1))


@pytest.mark.parametrize("namespace", list(NAMES))
def test_a_name_that_is_left_out_says_so_in_one_sentence(namespace: str) -> None:
    owner = object_of(engine, namespace)
    for name in (name for within, name in NAMED if within == namespace):
        with pytest.raises(LeftOutNameError) as raised:
            getattr(owner, name)
        said = str(raised.value)
        assert said.startswith(f"gradcli's engine leaves out {namespace}.{name}: ")
        assert "\n" not in said
        assert not hasattr(owner, name)


def test_no_name_is_left_out_for_two_reasons() -> None:
    assert len(set(NAMED)) == len(NAMED)


@pytest.mark.parametrize(
    "module",
    ["jit", "fx", "onnx", "sparse", "multiprocessing", "ao", "distributions", "utils.checkpoint", "nn.parallel"],
)
def test_a_module_that_is_left_out_says_so_where_it_is_imported(module: str) -> None:
    with pytest.raises(ImportError, match=rf"^gradcli's engine leaves out torch\.{module}: "):
        import_module(f"gradcli.engine.{module}")


def test_a_module_that_torch_has_not_either_is_not_left_out() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'gradcli\.engine\.foo'"):
        import_module("gradcli.engine.foo")


@pytest.mark.parametrize("whole", list(INSTEAD))
def test_what_to_use_instead_is_said(whole: str) -> None:
    namespace, _, name = whole.rpartition(".")
    with pytest.raises(LeftOutNameError, match=r"leaves out [\w.]+: use \S+"):
        getattr(object_of(engine, namespace), name)


@pytest.mark.parametrize(
    ("program", "named"),
    [
        ("torch.cuda.current_device()", "torch.cuda.current_device"),
        ("torch.backends.cudnn", "torch.backends.cudnn"),
        ("torch.accelerator.synchronize()", "torch.accelerator.synchronize"),
        ("torch.autograd.graph.get_gradient_edge", "torch.autograd.graph.get_gradient_edge"),
        ("torch.tensor(1j)", "complex numbers"),
        ("torch.tensor([[1.0, 2j]])", "complex numbers"),
        ("torch.full((2,), 1j)", "complex numbers"),
        ("torch.ones(2, device='meta')", "the device 'meta'"),
        ("x.to('mps')", "the device 'mps'"),
        ("torch.from_numpy(np.ones(2, np.complex128))", "complex numbers"),
        ("torch.optim.SGD([x], lr=0.1, differentiable=True)", "optimisers with differentiable=True"),
        ("torch.autograd.gradcheck(torch.sin, x, check_forward_ad=True)", "gradcheck of forward-mode AD and vmap"),
    ],
)
def test_an_argument_or_a_value_that_is_left_out_says_so_in_one_sentence(program: str, named: str) -> None:
    x = engine.ones(2, dtype=engine.float64, requires_grad=True)
    with pytest.raises(LeftOutError) as raised:
        eval(program, {"torch": engine, "F": engine.nn.functional, "np": np, "x": x})
    assert str(raised.value).startswith(f"gradcli's engine leaves out {named}: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("owner", [engine, engine.nn, engine.nn.functional, engine.linalg, engine.cuda, engine.ones(1)])
def test_a_name_that_torch_has_not_either_is_not_left_out(owner: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute '_foo'") as raised:
        owner._foo  # noqa: B018
    assert not isinstance(raised.value, LeftOutError)


DEPRECATED = {
    "torch.nn.init": "constant dirac eye kaiming_normal kaiming_uniform normal orthogonal sparse uniform xavier_normal "
    "xavier_uniform",
    "torch.linalg": "common_notes",
    "torch.nn.Module": "T_destination call_super_init",
}
"""Names that torch itself no longer documents, and texts that are no functions."""


@pytest.mark.torch
@pytest.mark.parametrize("namespace", list(NAMES))
def test_every_public_name_of_torch_is_here_or_said_to_be_left_out(namespace: str) -> None:
    import torch

    theirs, ours = object_of(torch, namespace), object_of(engine, namespace)
    unsaid = [name for name in public_names(theirs) if not is_here_or_left_out(ours, name)]
    assert [name for name in unsaid if name not in DEPRECATED.get(namespace, "").split()] == []


def public_names(owner: Any) -> list[str]:
    """The names that torch gives to the public, without the modules of others that it imported.

    Where dir() says what is there, its submodules are counted whether something has imported them already or not:
    otherwise the outcome would hang on what ran before.
    """
    whole = getattr(owner, "__all__", None) if getattr(owner, "__name__", "") != "torch" else None
    found = {name for name in whole or dir(owner) if belongs(owner, name)}
    if not whole:
        found.update(submodules(owner))
    return sorted(name for name in found if not name.startswith("_"))


def submodules(owner: Any) -> list[str]:
    """The names of the modules inside a package, imported or not."""
    return [module.name for module in pkgutil.iter_modules(getattr(owner, "__path__", ()))]


def belongs(owner: Any, name: str) -> bool:
    """Whether a name is torch's own, not what a module of torch imported from elsewhere."""
    if not hasattr(type(owner), name) and not hasattr(owner, name):
        return False
    if not isinstance(owner, types.ModuleType):
        return True
    value = getattr(owner, name)
    if isinstance(value, types.ModuleType):
        return value.__name__.startswith("torch.")
    home = getattr(value, "__module__", None) or "torch"
    return home.startswith(("torch", "_torch")) and name not in ("TYPE_CHECKING", "classproperty", "typename")


def is_here_or_left_out(owner: Any, name: str) -> bool:
    """Whether the engine has a name, or says that it has not; its modules count before they are imported, too, and so
    does an attribute that refuses, as `x.imag` does in torch."""
    if isinstance(owner, types.ModuleType) and name in submodules(owner):
        return True
    try:
        getattr(owner, name)
    except (LeftOutError, RuntimeError):
        return True
    except AttributeError:
        return False
    return True


PACKAGES = "nn nn.utils optim autograd utils utils.data cuda distributions amp jit fx onnx sparse ao multiprocessing"
"""The packages of torch whose modules are looked for."""


@pytest.mark.torch
@pytest.mark.parametrize("package", ["torch", *(f"torch.{each}" for each in PACKAGES.split())])
def test_every_public_module_of_torch_is_here_or_said_to_be_left_out(package: str) -> None:
    from gradcli.replay import torch_import

    finder = torch_import._Finder()
    unsaid = []
    for name in submodules(import_module(package)):
        try:
            finder.find_spec(f"{package}.{name}", None)
        except ImportError as error:
            if "leaves out" not in str(error) and not name.startswith("_"):
                unsaid.append(name)
    assert unsaid == []
