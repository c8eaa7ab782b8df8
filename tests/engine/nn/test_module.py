"""Modules register, name, convert, copy and describe what is assigned to them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import gradcli.engine as torch
import gradcli.engine.nn.functional as F
from gradcli.engine import nn


class Scaled(nn.Module):
    """A linear map, times a parameter, plus a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.factor = nn.Parameter(torch.zeros(1))
        self.register_buffer("shift", torch.ones(1))
        self.register_buffer("hidden", torch.ones(1), persistent=False)

    def forward(self, x: Any) -> Any:
        return self.linear(x) * self.factor + self.shift


def test_registers_by_assignment() -> None:
    module = Scaled()
    assert [name for name, _ in module.named_parameters()] == ["factor", "linear.weight", "linear.bias"]
    assert [name for name, _ in module.named_buffers()] == ["shift", "hidden"]
    assert list(module.state_dict()) == ["factor", "shift", "linear.weight", "linear.bias"]
    assert repr(module) == "Scaled(\n  (linear): Linear(in_features=2, out_features=2, bias=True)\n)"


def test_assignment_before_init_says_so() -> None:
    class Early(nn.Module):
        def __init__(self) -> None:
            self.linear = nn.Linear(1, 1)

    class EarlyParameter(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(torch.ones(1))

    with pytest.raises(AttributeError, match=r"cannot assign module before Module.__init__\(\) call"):
        Early()
    with pytest.raises(AttributeError, match=r"cannot assign parameters before Module.__init__\(\) call"):
        EarlyParameter()


def test_deleting_and_replacing_a_parameter() -> None:
    module = Scaled()
    module.linear.bias = None
    assert module.linear.bias is None
    del module.factor
    assert [name for name, _ in module.named_parameters()] == ["linear.weight"]
    with pytest.raises(AttributeError, match="'Scaled' object has no attribute 'factor'"):
        _ = module.factor


def test_shared_parameters_are_listed_once() -> None:
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    network = nn.Sequential(first, second)
    assert len(list(network.parameters())) == 3
    assert len(dict(network.named_parameters(remove_duplicate=False))) == 4


def test_forward_hooks_see_and_replace() -> None:
    module = Scaled()
    seen = []
    handles = [
        module.register_forward_pre_hook(lambda mod, arguments: (arguments[0] * 2,)),
        module.register_forward_hook(lambda mod, arguments, result: seen.append(arguments[0]) or result + 1),
    ]
    assert module(torch.ones(1, 2)).tolist() == [[2, 2]]
    assert seen[0].tolist() == [[2, 2]]
    for handle in handles:
        handle.remove()
    assert module(torch.ones(1, 2)).tolist() == [[1, 1]]


def test_apply_reaches_every_module_children_first() -> None:
    order: list[str] = []
    nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())).apply(lambda module: order.append(type(module).__name__))
    assert order == ["ReLU", "Tanh", "Sequential", "Sequential"]


def test_conversion_keeps_the_parameter_and_converts_its_gradient() -> None:
    module = nn.Linear(2, 1)
    weight = module.weight
    module(torch.ones(1, 2)).sum().backward()
    assert module.double() is module
    assert module.weight is weight
    assert weight.dtype is torch.float64
    assert weight.grad.dtype is torch.float64
    assert module.to(torch.float32).weight.dtype is torch.float32
    assert module.to("cpu").weight is weight


def test_state_shares_memory_and_loads_by_copy() -> None:
    source, target = Scaled(), Scaled()
    with torch.no_grad():
        source.factor.fill_(3.0)
    memory = target.factor
    assert repr(target.load_state_dict(source.state_dict())) == "<All keys matched successfully>"
    assert target.factor is memory
    assert target.factor.item() == 3
    source.state_dict()["factor"].fill_(4.0)
    assert source.factor.item() == 4
    assert target.factor.item() == 3


def test_loading_can_assign() -> None:
    module = nn.Linear(1, 1)
    module.load_state_dict({"weight": torch.ones(1, 1), "bias": torch.ones(1)}, assign=True)
    assert isinstance(module.weight, nn.Parameter)
    assert module.weight.requires_grad


def test_copies_and_pickles_are_independent() -> None:
    module = Scaled()
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert repr(twin) == repr(module)
        assert twin.linear.weight.tolist() == module.linear.weight.tolist()
        nn.init.zeros_(twin.linear.weight)
        assert module.linear.weight.tolist() != twin.linear.weight.tolist()


def test_zero_grad_drops_or_clears() -> None:
    module = nn.Linear(2, 1)
    module(torch.ones(1, 2)).sum().backward()
    grad = module.weight.grad
    module.zero_grad(set_to_none=False)
    assert module.weight.grad is grad
    assert grad.tolist() == [[0, 0]]
    module.zero_grad()
    assert module.weight.grad is None


def test_lazy_linear_learns_its_size_and_is_a_linear_then() -> None:
    module = nn.LazyLinear(3)
    assert repr(module.weight) == "<UninitializedParameter>"
    assert repr(module.state_dict()["bias"]) == "<UninitializedParameter>"
    torch.manual_seed(0)
    assert module(torch.ones(2, 4)).shape == (2, 3)
    assert type(module) is nn.Linear
    torch.manual_seed(0)
    assert module.weight.tolist() == nn.Linear(4, 3).weight.tolist()
    loaded = nn.LazyLinear(3)
    loaded.load_state_dict(module.state_dict())
    assert loaded(torch.ones(2, 4)).tolist() == module(torch.ones(2, 4)).tolist()


def test_containers_index_and_change() -> None:
    layers = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    layers[1] = nn.Tanh()
    del layers[0]
    assert repr(layers) == ("Sequential(\n  (0): Tanh()\n  (1): Linear(in_features=2, out_features=1, bias=True)\n)")
    layers.insert(0, nn.Sigmoid())
    assert [type(each).__name__ for each in layers] == ["Sigmoid", "Tanh", "Linear"]
    assert type(layers.pop(-1)) is nn.Linear
    assert len(layers + nn.Sequential(nn.ReLU())) == 3
    modules = nn.ModuleList([nn.ReLU()])
    modules += [nn.Tanh()]
    assert len(modules + nn.ModuleList([nn.ReLU()])) == 3
    named = nn.ModuleDict({"a": nn.ReLU()})
    named["b"] = nn.Tanh()
    assert "a" in named
    assert type(named.pop("a")) is nn.ReLU
    assert list(named) == ["b"]
    parameters = nn.ParameterList([torch.ones(1)])
    parameters += [torch.zeros(2)]
    parameters[0] = torch.ones(3)
    assert [tuple(each.shape) for each in parameters] == [(3,), (2,)]
    assert isinstance(parameters[0], nn.Parameter)


def test_a_parameter_is_a_leaf_on_the_memory_it_was_given() -> None:
    data = torch.ones(2)
    parameter = nn.Parameter(data)
    data[0] = 5.0
    assert parameter.tolist() == [5, 1]
    result = (parameter * parameter).sum()
    assert type(result) is torch.Tensor
    result.backward()
    assert parameter.grad.tolist() == [10, 2]
    assert parameter.is_leaf


def test_rules_record_a_parameter_as_the_tensor_it_is() -> None:
    def names(kind: Any) -> list[str]:
        x, y = kind(torch.tensor([1.0, 2.0])), kind(torch.tensor([3.0, 4.0]))
        first = torch.autograd.grad((x * y / 2 + x**2 + y / x).sum(), [x, y], create_graph=True)
        found, stack = [], [each.grad_fn for each in first]
        while stack:
            node = stack.pop()
            if node is not None:
                found.append(type(node).__name__)
                stack.extend(each for each, _ in node.next_functions)
        return found

    assert names(nn.Parameter) == names(lambda data: data.requires_grad_())


def test_in_place_activations_write_to_their_input() -> None:
    leaf = torch.tensor([-1.0, 2.0], requires_grad=True)
    u = leaf * 1
    assert nn.ReLU(inplace=True)(u) is u
    assert u.tolist() == [0, 2]
    v = leaf * 1
    assert type(F.elu(v, 1.0, True).grad_fn).__name__ == "EluBackward1"
    (u + v).sum().backward()
    assert leaf.grad[1].item() == 2
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        F.relu_(leaf)


def test_padding_is_differentiable_twice() -> None:
    x = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    (first,) = torch.autograd.grad((F.pad(x, (1, -1, 0, 1), value=2.0) ** 3).sum(), x, create_graph=True)
    assert first.tolist() == [[3, 12, 0]]
    (second,) = torch.autograd.grad(first.sum(), x)
    assert second.tolist() == [[6, 12, 0]]


def test_gradients_are_clipped_in_place() -> None:
    x, y = (torch.tensor([value], requires_grad=True) for value in (3.0, 4.0))
    ((x**2 + y**2) / 2).sum().backward()
    assert nn.utils.clip_grad_norm_([x, y], 1.0).item() == pytest.approx(5)
    assert [x.grad.item(), y.grad.item()] == pytest.approx([0.6, 0.8], rel=1e-6)
    nn.utils.clip_grad_value_([x, y], 0.7)
    assert y.grad.item() == pytest.approx(0.7)
    nn.utils.vector_to_parameters(torch.tensor([7.0, 8.0]), [x, y])
    assert [x.item(), y.item()] == [7, 8]


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        (nn, "ConvTranspose2d"),
        (nn, "EmbeddingBag"),
        (nn, "TransformerEncoder"),
        (nn, "Transformer"),
        (F, "conv3d"),
        (F, "interpolate"),
        (nn.init, "dirac_"),
        (torch.optim, "LBFGS"),
        (torch.optim.lr_scheduler, "OneCycleLR"),
        (torch.utils.data, "WeightedRandomSampler"),
    ],
)
def test_what_is_left_out_says_so(namespace: Any, name: str) -> None:
    with pytest.raises(NotImplementedError, match=rf"gradcli's engine leaves out torch[\w.]*\.{name}: it has"):
        getattr(namespace, name)


def test_importing_the_engine_imports_no_networks() -> None:
    import subprocess
    import sys

    program = "import sys, gradcli.engine; print([m for m in sys.modules if m.startswith('gradcli.engine.nn')])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
