"""Programs on torch.nn and torch.utils.data, and what they print: the table that goldens are recorded from."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections import OrderedDict
from types import SimpleNamespace
from typing import Any

MODULES = """
nn.ReLU() | nn.ReLU(inplace=True) | nn.LeakyReLU() | nn.LeakyReLU(0.2, True) | nn.ELU() | nn.ELU(inplace=True)
nn.CELU() | nn.CELU(inplace=True) | nn.SELU() | nn.SELU(True) | nn.GELU('tanh') | nn.SiLU()
nn.SiLU(True) | nn.Sigmoid() | nn.Tanh() | nn.Softmax() | nn.Softmax(1) | nn.LogSoftmax(1) | nn.LogSoftmax()
nn.Softmin(1) | nn.Softplus() | nn.Softplus(2., 3.) | nn.Softsign() | nn.ReLU6() | nn.ReLU6(True) | nn.Hardtanh()
nn.Hardtanh(-2, 2, inplace=True) | nn.LogSigmoid() | nn.Mish() | nn.Mish(True) | nn.Threshold(.1, 20)
nn.Threshold(.1, 20, True) | nn.PReLU() | nn.GLU() | nn.Hardsigmoid() | nn.Hardsigmoid(True) | nn.Hardswish()
nn.Hardswish(True) | nn.Tanhshrink() | nn.Identity() | nn.Identity(3, a=4) | nn.Flatten() | nn.Flatten(0)
nn.Unflatten(1, (2, 2)) | nn.Dropout(0.2).eval() | nn.Dropout(1.)
"""
LOSSES = """
nn.MSELoss() | nn.MSELoss(reduction='sum') | nn.L1Loss() | nn.SmoothL1Loss() | nn.SmoothL1Loss(beta=.1)
nn.HuberLoss() | nn.HuberLoss(delta=.25) | nn.BCELoss() | nn.BCEWithLogitsLoss() | nn.KLDivLoss()
nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1., 2., 3., 4.])) | nn.KLDivLoss(reduction='batchmean')
"""
CLASS_LOSSES = """
nn.NLLLoss() | nn.CrossEntropyLoss() | nn.CrossEntropyLoss(weight=torch.tensor([1., 2., 3., 4.]))
nn.CrossEntropyLoss(label_smoothing=.1) | nn.CrossEntropyLoss(reduction='none')
"""
TEXTS = """
nn.CrossEntropyLoss(ignore_index=1, reduction='none')(torch.ones(2, 3).requires_grad_(), torch.tensor([2, 1]))
nn.GELU()
nn.Dropout(.2)
nn.CrossEntropyLoss(weight=torch.ones(2))
nn.Linear(3, 2)
nn.Linear(3, 2, bias=False)
nn.LazyLinear(3)
nn.Sequential()
nn.Sequential(nn.Sequential(nn.Linear(1, 2)), nn.ReLU())
nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1, bias=False))
nn.ModuleList()
nn.ModuleList([nn.Linear(1, 2), nn.ReLU(), nn.ReLU()])
nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.ReLU()])
nn.ModuleDict({'a': nn.ReLU(), 'b': nn.Sequential(nn.Tanh())})
nn.ParameterList([nn.Parameter(torch.ones(2)), torch.ones(2, 3)])
nn.CosineSimilarity()
nn.Parameter(torch.ones(2))
nn.Parameter()
nn.Parameter(torch.tensor(1.), requires_grad=False)
[nn.Parameter(torch.ones(1))]
nn.Parameter(torch.ones(2)) * 2
nn.Parameter(torch.ones(2)).data
nn.Parameter(torch.ones(2)).detach()
copy.deepcopy(nn.Parameter(torch.ones(2)))
pickle.loads(pickle.dumps(nn.Parameter(torch.ones(2))))
seeded(0, lambda: list(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).parameters()))
seeded(3, lambda: nn.Linear(30, 20).weight)
seeded(3, lambda: nn.Linear(2, 3, dtype=torch.float64).state_dict())
seeded(3, lambda: nn.Linear(2, 1).double().bias)
seeded(1, lambda: F.dropout(torch.ones(4, 5).requires_grad_()))
seeded(1, lambda: nn.Dropout(0.3)(torch.ones(40)))
F.dropout(torch.ones(3), 1.)
F.dropout(torch.ones(3), 0.3, False)
F.dropout(torch.ones(3), 2)
nn.Dropout(2)
nn.Linear(2, 3)(1)
nn.Linear(2, 3).foo
nn.Linear(3, 2)(torch.ones(2, 4))
nn.Linear(3, 2)(torch.ones(4))
nn.Linear(3, 2)(torch.ones(2, 3, dtype=torch.float64))
nn.Linear(3, 2)(torch.ones(2, 3, dtype=torch.int64))
nn.Linear(2, 3).to(torch.int64)
nn.Linear(1, 1).cuda()
nn.Linear(0, 3)
nn.Module()(1)
nn.Module(3)
nn.Module(a=3)
nn.Sequential(1)
nn.ModuleList([1])
nn.ModuleDict({'a': 3})
nn.Unflatten(1, 3)
nn.Sequential(nn.ReLU())[3]
nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))[:2]
nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))[-1]
nn.Sequential(OrderedDict([('a', nn.ReLU()), ('b', nn.Tanh())])).b
len(nn.Sequential(nn.ReLU(), nn.Tanh()))
nn.Sequential(nn.ReLU()).append(nn.Tanh())
nn.ModuleList([nn.ReLU()]).extend([nn.Tanh(), nn.Tanh()])[1:]
list(nn.ModuleDict({'a': nn.ReLU()}).keys())
[name for name, _ in nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)).named_parameters()]
[name for name, _ in nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.ReLU())).named_modules()]
[name for name, _ in nn.Sequential(nn.Linear(1, 2), nn.ReLU()).named_children()]
nn.Sequential(nn.ReLU()).train(3)
nn.Sequential(nn.Dropout()).eval()[0].training
nn.Linear(2, 2).requires_grad_(False).weight.requires_grad
nn.Linear(1, 1).register_parameter('a.b', None)
nn.Linear(1, 1).register_parameter('weight', 3)
nn.Linear(1, 1).register_parameter('x', torch.ones(1))
nn.Linear(1, 1).register_buffer('weight', None)
nn.Linear(1, 1).register_buffer('x', 3)
nn.Linear(1, 1).add_module('x', 3)
nn.Linear(1, 1).add_module('', nn.ReLU())
setattr(nn.Linear(1, 1), 'weight', 3)
setattr(nn.Linear(1, 1), 'weight', torch.ones(3))
setattr(nn.Sequential(nn.ReLU()), '0', 3)
nn.Linear(2, 2).get_parameter('x')
nn.Linear(2, 2).get_submodule('weight')
nn.Parameter(3)
nn.Parameter([1.])
nn.Parameter(torch.tensor([1, 2]))
nn.Foo
F.foo
nn.Linear(2, 3).load_state_dict(3)
nn.Linear(2, 3).load_state_dict({})
nn.Linear(2, 3).load_state_dict({'weight': torch.ones(2), 'a': torch.ones(2), 'bias': torch.ones(3), 'b.c': 1})
nn.Linear(2, 3).load_state_dict({'weight': torch.ones(3, 2), 'bias': torch.ones(3)})
nn.Linear(2, 3).load_state_dict({'weight': torch.ones(3, 2), 'x': torch.ones(1)}, strict=False)
nn.Sequential(nn.Linear(1, 1)).load_state_dict({'0.weight': torch.ones(1, 1), '0.bias': 3})
nn.CrossEntropyLoss(weight=torch.ones(2)).state_dict()
nn.init.calculate_gain('tanh')
nn.init.calculate_gain('leaky_relu', .2)
nn.init.calculate_gain('leaky_relu', True)
nn.init.calculate_gain('foo')
nn.init.xavier_uniform_(torch.ones(3))
nn.init.kaiming_normal_(torch.ones(3, 3), mode='x')
nn.init.eye_(torch.ones(3))
nn.init.eye_(torch.ones(3, 2))
nn.init.ones_(torch.zeros(3, 2))
nn.init.zeros_(torch.ones(()))
nn.init.constant_(nn.Parameter(torch.ones(2)), 3.)
seeded(5, lambda: nn.init.uniform_(torch.zeros(3, 7), -1., 2.))
seeded(5, lambda: nn.init.normal_(torch.zeros(3, 7), 1., 2.))
seeded(5, lambda: nn.init.normal_(torch.zeros(3)))
seeded(5, lambda: nn.init.xavier_uniform_(torch.zeros(3, 7)))
seeded(5, lambda: nn.init.xavier_normal_(torch.zeros(3, 7), gain=2.))
seeded(5, lambda: nn.init.kaiming_uniform_(torch.zeros(3, 7), nonlinearity='relu'))
seeded(5, lambda: nn.init.kaiming_normal_(torch.zeros(3, 7), mode='fan_out'))
seeded(5, lambda: nn.init.trunc_normal_(torch.zeros(3, 7)))
seeded(5, lambda: nn.init.trunc_normal_(torch.zeros(3, 7), 0, 1, 1., 2.))
seeded(5, lambda: nn.init.orthogonal_(torch.zeros(3, 5)))
F.one_hot(torch.tensor([0, 2]))
F.one_hot(torch.tensor(1), 3)
F.one_hot(torch.tensor([1.]))
F.one_hot(torch.tensor([-1]))
F.one_hot(torch.tensor([3]), 2)
F.one_hot(torch.tensor([], dtype=torch.int64))
F.pad(torch.ones(2, 2).requires_grad_(), (1, -1, 2, 0), value=7.)
F.pad(torch.ones(2), (1,))
F.pad(torch.ones(2), (1, 1, 1, 1))
F.pad(torch.ones(2), (-1, -2))
F.linear(torch.ones(2), 3)
F.softmax(torch.ones(2, 2), dim=2)
F.normalize(torch.tensor([3., 4.]).requires_grad_(), dim=0)
F.cosine_similarity(torch.tensor([[3., 4.]]).requires_grad_(), torch.tensor([[1., 2.]]))
F.pairwise_distance(torch.tensor([[3., 4.]]).requires_grad_(), torch.tensor([[1., 2.]]))
F.leaky_relu_(torch.tensor([-1., 2.]).requires_grad_() * 1)
F.relu(torch.tensor([-1., 2.]).requires_grad_(), inplace=True)
nn.utils.parameters_to_vector([torch.ones(2), torch.zeros(1, 2)])
seeded(0, lambda: epochs(DataLoader(numbers(10), batch_size=4, shuffle=True), 2))
seeded(0, lambda: (epochs(DataLoader(numbers(10), batch_size=4), 1), torch.rand(1)))
seeded(0, lambda: (epochs(DataLoader(numbers(10), batch_size=4, shuffle=True), 1), torch.rand(1)))
epochs(DataLoader(list(range(7)), 3, shuffle=True, generator=torch.Generator().manual_seed(1)), 2)
epochs(DataLoader(numbers(7), 3, drop_last=True), 1)
epochs(DataLoader(numbers(3), batch_size=None), 1)
epochs(DataLoader(numbers(6), batch_sampler=[[1, 3], [5]]), 1)
epochs(DataLoader([(1, 2., 'a'), (3, 4., 'b')], 2), 1)
epochs(DataLoader([{'a': 1}, {'a': 2}], 2), 1)
epochs(DataLoader([[1, [2., 3.]], [4, [5., 6.]]], 2), 1)
epochs(DataLoader(numbers(4), 2, collate_fn=len), 1)
epochs(DataLoader([object()]), 1)
len(DataLoader(numbers(10), 3)), len(DataLoader(numbers(10), 3, drop_last=True))
seeded(2, lambda: list(RandomSampler(range(5), replacement=True, num_samples=40)))
seeded(2, lambda: list(RandomSampler(range(5), num_samples=12)))
seeded(2, lambda: list(SubsetRandomSampler([3, 4, 5])))
list(BatchSampler(SequentialSampler(range(5)), 2, False))
seeded(0, lambda: [list(each.indices) for each in random_split(numbers(10), [.5, .3, .2])])
[list(each.indices) for each in random_split(numbers(10), [5, 5], generator=torch.Generator().manual_seed(3))]
seeded(0, lambda: epochs(DataLoader(random_split(numbers(10), [6, 4])[1], 2, shuffle=True), 1))
random_split(numbers(10), [3, 3])
TensorDataset(torch.ones(2), torch.ones(3))
(numbers(2) + numbers(3))[3], len(numbers(2) + numbers(3))
DataLoader(numbers(3), batch_size=0)
DataLoader(numbers(3), sampler=[1], shuffle=True)
DataLoader(numbers(3), shuffle=True, batch_sampler=[[1]])
DataLoader(numbers(3), num_workers=-1)
DataLoader([], shuffle=True)
setattr(DataLoader(numbers(3)), 'batch_size', 2)
"""

_INPUT = "torch.tensor([[-2., -.5, .05, 1.5], [.3, 7., -1.25, 2.]]).requires_grad_()"
_TARGET = "torch.tensor([[.1, .2, .3, .4], [.4, .3, .2, .1]])"


def _cells(table: str) -> list[str]:
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("|")]


def sources() -> list[str]:
    """All expressions of the table."""
    modules, losses, class_losses = _cells(MODULES), _cells(LOSSES), _cells(CLASS_LOSSES)
    return [
        *modules,
        *losses,
        *(f"trace({module}({_INPUT} * 1))" for module in modules),
        *(f"trace({loss}(torch.sigmoid({_INPUT}), {_TARGET}))" for loss in losses),
        *(f"trace({loss}({_INPUT}, torch.tensor([3, 1])))" for loss in class_losses),
        *TEXTS.strip().splitlines(),
    ]


def _names(torch: Any, data: Any) -> dict[str, Any]:
    """What the expressions may use."""

    def seeded(seed: int, function: Any) -> Any:
        torch.manual_seed(seed)
        return function()

    def trace(tensor: Any) -> Any:
        """A result, and the derivative of its square by the leaf it came from."""
        node = tensor.grad_fn
        while node.next_functions:
            node = next(each for each, _ in node.next_functions if each is not None)
        leaf = node.variable
        tensor.pow(2).sum().backward()
        return tensor, leaf.grad

    own = {
        "seeded": seeded,
        "trace": trace,
        "epochs": lambda loader, count: [list(loader) for _ in range(count)],
        "numbers": lambda count: data.TensorDataset(torch.arange(count), torch.arange(float(count)) * 2),
        "copy": copy,
        "pickle": pickle,
        "OrderedDict": OrderedDict,
    }
    samplers = ("RandomSampler", "SequentialSampler", "SubsetRandomSampler", "BatchSampler")
    names = ("DataLoader", "TensorDataset", "random_split", *samplers)
    return {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, **own, **{n: getattr(data, n) for n in names}}


def outcome(library: SimpleNamespace, source: str) -> str:
    """The text of an expression's value, or of the exception that it raises; no addresses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return repr(eval(source, _names(library.torch, library.data)))
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def engine() -> SimpleNamespace:
    """The engine under test."""
    import gradcli.engine as torch

    return SimpleNamespace(torch=torch, data=torch.utils.data)


def real() -> SimpleNamespace:
    """The real torch. Raises ImportError where it is not installed."""
    import torch
    import torch.utils.data

    return SimpleNamespace(torch=torch, data=torch.utils.data)
