"""Making tensors: what torch 2.13.0 makes of the same words, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch

T = torch.tensor

MADE = [
    (lambda: T([T(1.0), 2.0]), "tensor([1., 2.])"),
    (lambda: T([T(1), T(2.0, dtype=torch.float64)]), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: T([T([1.0]), T([3.0])]), "tensor([1., 3.])"),
    (lambda: T([np.float64(1.0), 2.0]), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: T([np.float32(1.0), 2.0]), "tensor([1., 2.])"),
    (lambda: T(np.float64(1.0)), "tensor(1., dtype=torch.float64)"),
    (lambda: T(np.int32(1)), "tensor(1, dtype=torch.int32)"),
    (lambda: T(np.array([1.0, 2.0])), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: T((1, 2)), "tensor([1, 2])"),
    (lambda: T(range(3)), "tensor([0, 1, 2])"),
    (lambda: T(1e40), "tensor(inf)"),
    (lambda: T(-1, dtype=torch.uint8), "tensor(255, dtype=torch.uint8)"),
    (lambda: T(1.5, dtype=torch.int64), "tensor(1)"),
    (lambda: T([1.5], dtype=torch.int64), "tensor([1])"),
    (lambda: T([], dtype=torch.int64), "tensor([], dtype=torch.int64)"),
    (lambda: T([]), "tensor([])"),
    (lambda: T([[]]), "tensor([], size=(1, 0))"),
    (lambda: T([[], []]), "tensor([], size=(2, 0))"),
    (lambda: T([1, 2], dtype=torch.bool), "tensor([True, True])"),
    (lambda: T([1, 2.5, True]), "tensor([1.0000, 2.5000, 1.0000])"),
    (lambda: T([True, 2]), "tensor([1, 2])"),
    (lambda: T([[T(1.0), 2], [3, 4]]), "tensor([[1., 2.],\n        [3., 4.]])"),
    (lambda: torch.as_tensor(T([1.0])), "tensor([1.])"),
    (lambda: torch.as_tensor([1, 2.0]), "tensor([1., 2.])"),
    (lambda: torch.as_tensor(np.array([1.0, 2.0])), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: torch.as_tensor(np.array([1.0, 2.0]), dtype=torch.float32), "tensor([1., 2.])"),
    (lambda: torch.from_numpy(np.array(1.0)), "tensor(1., dtype=torch.float64)"),
    (lambda: torch.Tensor([1, 2]), "tensor([1., 2.])"),
    (lambda: torch.Tensor(2, 0), "tensor([], size=(2, 0))"),
    (lambda: torch.Tensor(), "tensor([])"),
    (lambda: torch.Tensor(T([1.0])), "tensor([1.])"),
    (lambda: torch.Tensor(T([1])), "tensor([1])"),
    (lambda: torch.Tensor(np.array([1, 2])), "tensor([1., 2.])"),
    (lambda: torch.Tensor(torch.Size([2, 0])), "tensor([], size=(2, 0))"),
    (lambda: torch.Tensor((2, 3)), "tensor([2., 3.])"),
    (lambda: torch.Tensor([True]), "tensor([1.])"),
    (lambda: torch.LongTensor([1, 2]), "tensor([1, 2])"),
    (lambda: torch.LongTensor([1.5, 2]), "tensor([1, 2])"),
    (lambda: torch.FloatTensor([1, 2]), "tensor([1., 2.])"),
    (lambda: torch.DoubleTensor([1, 2]), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: torch.BoolTensor([1, 0]), "tensor([ True, False])"),
    (lambda: torch.IntTensor([1]), "tensor([1], dtype=torch.int32)"),
    (lambda: torch.FloatTensor, "<class 'torch.FloatTensor'>"),
    (lambda: isinstance(torch.ones(1), torch.FloatTensor), "True"),
    (lambda: torch.zeros(()), "tensor(0.)"),
    (lambda: torch.zeros(T(2)), "tensor([0., 0.])"),
    (lambda: torch.zeros(2, dtype=torch.bool), "tensor([False, False])"),
    (lambda: torch.full((2,), True), "tensor([True, True])"),
    (lambda: torch.full((2,), 1.5), "tensor([1.5000, 1.5000])"),
    (lambda: torch.full((2,), 1, dtype=torch.float64), "tensor([1., 1.], dtype=torch.float64)"),
    (lambda: torch.full((2,), T(3.0)), "tensor([3., 3.])"),
    (lambda: torch.arange(3), "tensor([0, 1, 2])"),
    (lambda: torch.arange(3.0), "tensor([0., 1., 2.])"),
    (lambda: torch.arange(1, 4, 0.5), "tensor([1.0000, 1.5000, 2.0000, 2.5000, 3.0000, 3.5000])"),
    (
        lambda: torch.arange(0, 1, 0.1),
        "tensor([0.0000, 0.1000, 0.2000, 0.3000, 0.4000, 0.5000, 0.6000, 0.7000, 0.8000,\n        0.9000])",
    ),
    (lambda: torch.arange(3, dtype=torch.float64), "tensor([0., 1., 2.], dtype=torch.float64)"),
    (lambda: torch.arange(T(3)), "tensor([0, 1, 2])"),
    (lambda: torch.arange(5, 0, -2), "tensor([5, 3, 1])"),
    (lambda: torch.arange(0), "tensor([], dtype=torch.int64)"),
    (lambda: torch.linspace(0, 1, 5), "tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])"),
    (lambda: torch.linspace(0, 1, 1), "tensor([0.])"),
    (lambda: torch.linspace(0, 1, 0), "tensor([])"),
    (lambda: torch.linspace(0, 10, 5, dtype=torch.int64), "tensor([ 0,  2,  5,  7, 10])"),
    (lambda: torch.logspace(0, 2, 3), "tensor([  1.,  10., 100.])"),
    (lambda: torch.logspace(0, 3, 4, base=2), "tensor([1., 2., 4., 8.])"),
    (lambda: torch.eye(2, 3), "tensor([[1., 0., 0.],\n        [0., 1., 0.]])"),
    (
        lambda: torch.finfo(torch.float32),
        (
            "finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, "
            "smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=float32)"
        ),
    ),
    (
        lambda: torch.finfo(torch.float64),
        (
            "finfo(resolution=1e-15, min=-1.79769e+308, max=1.79769e+308, eps=2.22045e-16, "
            "smallest_normal=2.22507e-308, tiny=2.22507e-308, dtype=float64)"
        ),
    ),
    (
        lambda: torch.finfo(torch.float16),
        (
            "finfo(resolution=0.001, min=-65504, max=65504, eps=0.000976562, smallest_normal=6.10352e-05, "
            "tiny=6.10352e-05, dtype=float16)"
        ),
    ),
    (
        lambda: torch.finfo(),
        (
            "finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, "
            "smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=float32)"
        ),
    ),
    (lambda: torch.finfo(torch.float32).eps, "1.1920928955078125e-07"),
    (lambda: torch.iinfo(torch.int64), "iinfo(min=-9.22337e+18, max=9.22337e+18, dtype=int64)"),
    (lambda: torch.iinfo(torch.uint8), "iinfo(min=0, max=255, dtype=uint8)"),
    (lambda: torch.device("cpu"), "device(type='cpu')"),
    (lambda: str(torch.device("cpu")), "'cpu'"),
    (lambda: torch.device("cpu:0"), "device(type='cpu', index=0)"),
    (lambda: torch.device("cpu", 0), "device(type='cpu', index=0)"),
    (lambda: torch.device("cpu") == "cpu", "False"),
    (lambda: torch.device("cpu") == torch.device("cpu"), "True"),
    (lambda: torch.scalar_tensor(1), "tensor(1.)"),
    (lambda: torch.scalar_tensor(2.5, dtype=torch.float64), "tensor(2.5000, dtype=torch.float64)"),
    (lambda: torch.numel(torch.ones(2, 3)), "6"),
    (lambda: torch.is_tensor(1), "False"),
    (lambda: torch.ones_like(T([1])), "tensor([1])"),
    (lambda: torch.full_like(T([1]), 2.5), "tensor([2])"),
    (lambda: torch.zeros_like(torch.ones(2, requires_grad=True)), "tensor([0., 0.])"),
    (lambda: torch.zeros_like(T([1]), dtype=torch.float32, requires_grad=True), "tensor([0.], requires_grad=True)"),
    (lambda: torch.result_type(T([1]), 1.0), "torch.float32"),
    (lambda: torch.can_cast(torch.float32, torch.int64), "False"),
    (lambda: torch.promote_types(torch.float32, torch.int64), "torch.float32"),
    (lambda: torch.is_floating_point(T(1.0)), "True"),
]

REFUSED = [
    (lambda: T([[1.0], 2.0]), TypeError, "not a sequence"),
    (lambda: T([[1, 2], 3]), TypeError, "not a sequence"),
    (lambda: T([1, [2]]), TypeError, "'list' object cannot be interpreted as an integer"),
    (lambda: T([True, [2]]), TypeError, "'list' object cannot be interpreted as an integer"),
    (lambda: T([1.0, [2.0]]), TypeError, "must be real number, not list"),
    (lambda: T([[1.0, 2.0], [3.0]]), ValueError, "expected sequence of length 2 at dim 1 (got 1)"),
    (lambda: T([1.0, None]), RuntimeError, "Could not infer dtype of NoneType"),
    (
        lambda: T([T([1.0, 2.0]), T([3.0, 4.0])]),
        ValueError,
        "only one element tensors can be converted to Python scalars",
    ),
    (
        lambda: T(np.array(["a"])),
        TypeError,
        (
            "can't convert np.ndarray of type numpy.str_. The only supported types are: float64, float32, "
            "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and "
            "bool."
        ),
    ),
    (
        lambda: T(np.array([1, 2], dtype=object)),
        TypeError,
        (
            "can't convert np.ndarray of type numpy.object_. The only supported types are: float64, float32, "
            "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and "
            "bool."
        ),
    ),
    (lambda: T({1, 2}), RuntimeError, "Could not infer dtype of set"),
    (lambda: T({"a": 1}), RuntimeError, "Could not infer dtype of dict"),
    (lambda: T(object()), RuntimeError, "Could not infer dtype of object"),
    (lambda: T([object()]), RuntimeError, "Could not infer dtype of object"),
    (lambda: T(2**63), ValueError, "Overflow when unpacking long long"),
    (lambda: T([2**63]), ValueError, "Overflow when unpacking long long"),
    (lambda: T(300, dtype=torch.uint8), RuntimeError, "value cannot be converted to type uint8 without overflow"),
    (lambda: T(40000, dtype=torch.int16), RuntimeError, "value cannot be converted to type int16 without overflow"),
    (lambda: T(2**40, dtype=torch.int32), RuntimeError, "value cannot be converted to type int32 without overflow"),
    (lambda: T([2**40], dtype=torch.int32), RuntimeError, "value cannot be converted to type int32 without overflow"),
    (
        lambda: T(float("nan"), dtype=torch.int64),
        RuntimeError,
        "value cannot be converted to type int64 without overflow",
    ),
    (lambda: T([1.0, 2.0], [1]), TypeError, "tensor() takes 1 positional argument but 2 were given"),
    (lambda: T([[1, 2], [3, 4, 5]]), ValueError, "expected sequence of length 2 at dim 1 (got 3)"),
    (
        lambda: T([[1, 2], [3, 4]], dtype="float32"),
        TypeError,
        "tensor(): argument 'dtype' must be torch.dtype, not str",
    ),
    (lambda: T([1.0], device="cuda"), AssertionError, "Torch not compiled with CUDA enabled"),
    (
        lambda: T([1.0], device="foo"),
        RuntimeError,
        (
            "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, "
            "lazy, vulkan, mps, meta, hpu, mtia, privateuseone device type at start of device string: foo"
        ),
    ),
    (lambda: T("abc"), TypeError, "new(): invalid data type 'str'"),
    (lambda: T("a"), TypeError, "new(): invalid data type 'str'"),
    (lambda: T(["a"]), ValueError, "too many dimensions 'str'"),
    (lambda: T([b"a"]), TypeError, "new(): invalid data type 'bytes'"),
    (lambda: T([[1, "a"]]), TypeError, "new(): invalid data type 'str'"),
    (lambda: T([1, "a"]), TypeError, "new(): invalid data type 'str'"),
    (lambda: T(None), RuntimeError, "Could not infer dtype of NoneType"),
    (lambda: T([None]), RuntimeError, "Could not infer dtype of NoneType"),
    (
        lambda: T(True, requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (
        lambda: T([1, 2], requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (
        lambda: T(1, requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (lambda: torch.from_numpy([1]), TypeError, "expected np.ndarray (got list)"),
    (
        lambda: torch.from_numpy(np.array(["a"])),
        TypeError,
        (
            "can't convert np.ndarray of type numpy.str_. The only supported types are: float64, float32, "
            "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and "
            "bool."
        ),
    ),
    (lambda: torch.from_numpy(np.float64(1.0)), TypeError, "expected np.ndarray (got numpy.float64)"),
    (lambda: torch.Tensor(2.5), TypeError, "new(): data must be a sequence (got float)"),
    (lambda: torch.Tensor("a"), TypeError, "new(): invalid data type 'str'"),
    (lambda: torch.LongTensor(2.5), TypeError, "new(): data must be a sequence (got float)"),
    (
        lambda: torch.LongTensor(T([1.0])),
        TypeError,
        (
            "expected TensorOptions(dtype=long int, device=cpu, layout=Strided, requires_grad=false (default), "
            "pinned_memory=false (default), memory_format=(nullopt)) (got TensorOptions(dtype=float, "
            "device=cpu, layout=Strided, requires_grad=false (default), pinned_memory=false (default), "
            "memory_format=(nullopt)))"
        ),
    ),
    (lambda: torch.zeros(), TypeError, 'zeros() missing 1 required positional arguments: "size"'),
    (lambda: torch.zeros(2.0), TypeError, "zeros(): argument 'size' (position 1) must be tuple of ints, not float"),
    (lambda: torch.zeros("a"), TypeError, "zeros(): argument 'size' (position 1) must be tuple of ints, not str"),
    (
        lambda: torch.zeros([2, "a"]),
        TypeError,
        (
            "zeros(): argument 'size' failed to unpack the object at pos 2 with error \"type must be tuple of "
            'ints,but got str"'
        ),
    ),
    (
        lambda: torch.zeros(2, (3,)),
        TypeError,
        (
            "zeros(): argument 'size' failed to unpack the object at pos 2 with error \"type must be tuple of "
            'ints,but got tuple"'
        ),
    ),
    (lambda: torch.zeros(-1), RuntimeError, "zeros: Dimension size must be non-negative."),
    (lambda: torch.zeros(2, -1), RuntimeError, "zeros: Dimension size must be non-negative."),
    (lambda: torch.ones(2, -1), RuntimeError, "Trying to create tensor with negative dimension -1: [2, -1]"),
    (
        lambda: torch.zeros(2, dtype=torch.int64, requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (lambda: torch.full(2, 1), TypeError, "full(): argument 'size' (position 1) must be tuple of ints, not int"),
    (lambda: torch.arange(0, 5, 0), RuntimeError, "step must be nonzero"),
    (lambda: torch.arange(5, 0), RuntimeError, "upper bound and lower bound inconsistent with step sign"),
    (lambda: torch.arange(0, 5, -1), RuntimeError, "upper bound and lower bound inconsistent with step sign"),
    (
        lambda: torch.arange(1, 3, requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (lambda: torch.arange(float("inf")), RuntimeError, "unsupported range: 0 -> inf"),
    (lambda: torch.linspace(0, 1, -1), RuntimeError, "number of steps must be non-negative"),
    (lambda: torch.eye(-1), RuntimeError, "n must be greater or equal to 0, got -1"),
    (lambda: torch.eye(2, -1), RuntimeError, "m must be greater or equal to 0, got -1"),
    (
        lambda: torch.finfo(torch.int64),
        TypeError,
        "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'",
    ),
    (
        lambda: torch.iinfo(torch.float32),
        TypeError,
        "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'",
    ),
    (
        lambda: torch.device("foo"),
        RuntimeError,
        (
            "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, "
            "lazy, vulkan, mps, meta, hpu, mtia, privateuseone device type at start of device string: foo"
        ),
    ),
    (lambda: torch.zeros_like([1]), TypeError, "zeros_like(): argument 'input' (position 1) must be Tensor, not list"),
    (
        lambda: torch.zeros_like(T([1]), requires_grad=True),
        RuntimeError,
        "Only Tensors of floating point and complex dtype can require gradients",
    ),
    (lambda: torch.tensor(1.0, 2), TypeError, "tensor() takes 1 positional argument but 2 were given"),
    (lambda: torch.tensor(), TypeError, 'tensor() missing 1 required positional arguments: "data"'),
    (
        lambda: torch.as_tensor([1.0], requires_grad=True),
        TypeError,
        "as_tensor() got an unexpected keyword argument 'requires_grad'",
    ),
]

WARNED = [
    (
        lambda: T([T(1.0, requires_grad=True)]),
        "tensor([1.])",
        (
            "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
            "behavior.\nConsider using tensor.detach() first."
        ),
    ),
    (
        lambda: T(torch.ones(2, requires_grad=True)),
        "tensor([1., 1.])",
        (
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
        ),
    ),
    (
        lambda: T(torch.ones(2), dtype=torch.float64, requires_grad=True),
        "tensor([1., 1.], dtype=torch.float64, requires_grad=True)",
        (
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
        ),
    ),
]


@pytest.mark.parametrize(("make", "text"), MADE, ids=[f"{i}: {text[:30]}" for i, (_, text) in enumerate(MADE)])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_made_as_torch_makes_it(make, text):
    assert repr(make()) == text


@pytest.mark.parametrize(
    ("make", "error", "text"), REFUSED, ids=[f"{i}: {text[:30]}" for i, (_, _, text) in enumerate(REFUSED)]
)
def test_refused_in_torch_s_words(make, error, text):
    with pytest.raises(error) as raised:
        make()
    assert str(raised.value) == text


@pytest.mark.parametrize(("make", "text", "warning"), WARNED)
def test_warns_in_torch_s_words(make, text, warning):
    with pytest.warns(UserWarning, match=".") as warned:
        assert repr(make()) == text
    assert [str(each.message) for each in warned] == [warning]


def test_tensor_copies_and_from_numpy_shares():
    array = np.array([1.0, 2.0])
    copied, shared, also_shared = torch.tensor(array), torch.from_numpy(array), torch.as_tensor(array)
    array[0] = 5
    assert copied.tolist() == [1, 2]
    assert shared.tolist() == [5, 2]
    assert also_shared.tolist() == [5, 2]


def test_as_tensor_keeps_the_tensor():
    x = torch.tensor([1.0], requires_grad=True)
    assert torch.as_tensor(x) is x


def test_copy_construction_leaves_the_graph():
    x = torch.tensor([1.0], requires_grad=True)
    with pytest.warns(UserWarning, match="To copy construct"):
        copied = torch.tensor(x * 2)
    assert copied.grad_fn is None
    assert not copied.requires_grad


def test_zero_dimensional_tensors_hold_numpy_scalars():
    assert isinstance(torch.tensor(2.0)._array, np.float32)
    assert isinstance(torch.zeros(())._array, np.float32)


def test_the_default_dtype_decides_for_floats():
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.tensor([1.0, 2]).dtype is torch.float64
        assert torch.zeros(2).dtype is torch.float64
        assert torch.arange(3.0).dtype is torch.float64
        assert torch.Tensor([1]).dtype is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_cpu_is_accepted_as_the_device():
    for where in ("cpu", torch.device("cpu"), None):
        assert torch.tensor([1.0], device=where).tolist() == [1]
        assert torch.zeros(1, device=where).tolist() == [0]


def test_ranges_cross_zero_with_torch_s_rounding():
    assert torch.arange(-1, 1, 0.001)[1000].item() == pytest.approx(2.0816681711721685e-17)
    assert torch.linspace(-10, 10, 100)[45].item() == -0.9090911149978638


def test_empty_is_deterministic_here():
    assert torch.empty(2, 2).tolist() == [[0, 0], [0, 0]]
    assert torch.empty_like(torch.ones(3)).tolist() == [0, 0, 0]
    assert torch.Tensor(3).shape == (3,)


@pytest.mark.torch
def test_ranges_are_torch_s_bit_for_bit(live_torch):
    for count in (2, 5, 10, 17, 50, 100, 1000):
        for dtype in ("float32", "float64"):
            kind, live_kind = getattr(torch, dtype), getattr(live_torch, dtype)
            expected = live_torch.linspace(-1.3, 7.1, count, dtype=live_kind).numpy()
            assert np.array_equal(torch.linspace(-1.3, 7.1, count, dtype=kind)._array, expected)
            expected = live_torch.arange(-1, 1, 2 / count, dtype=live_kind).numpy()
            assert np.array_equal(torch.arange(-1, 1, 2 / count, dtype=kind)._array, expected)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
def test_the_recorded_texts_are_torch_s(live_torch):
    for make, text in MADE:
        names = dict(make.__globals__, torch=live_torch, T=live_torch.tensor)
        assert repr(type(make)(make.__code__, names)()) == text


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda: torch.zeros(size=(2, 1)), "tensor([[0.],\n        [0.]])"),
        (lambda: torch.ones(size=[2]), "tensor([1., 1.])"),
        (lambda: torch.empty(size=torch.Size([0])), "tensor([])"),
        (lambda: torch.manual_seed(0) and torch.rand(size=(2,)), "tensor([0.4963, 0.7682])"),
        (lambda: torch.manual_seed(0) and torch.randn(size=(2,)), "tensor([ 1.5410, -0.2934])"),
        (lambda: torch.ones(1).new_zeros(size=(2,)), "tensor([0., 0.])"),
    ],
)
def test_a_shape_may_be_given_by_name(made: Callable[[], Any], shown: str) -> None:
    assert str(made()) == shown


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: torch.zeros(2, size=(2,)), "zeros() got multiple values for argument 'size'"),
        (lambda: torch.rand(size=2), "rand(): argument 'size' must be tuple of ints, not int"),
        (lambda: torch.ones(1).type(3), "dtype must be a type, str, or dtype object"),
    ],
)
def test_what_is_no_shape_or_type_is_refused_in_torchs_words(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError) as error:
        wrong()
    assert str(error.value) == message


def test_type_takes_tensor_types_names_and_dtypes() -> None:
    x = torch.tensor([1.5])
    for kind in (torch.LongTensor, "torch.LongTensor", torch.int64, torch.long):
        assert str(x.type(kind)) == "tensor([1])"
    assert x.type(torch.Tensor) is x
    with pytest.raises(ValueError, match="invalid type: 'int'"):
        x.type(int)


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda: torch.arange(end=3), "tensor([0, 1, 2])"),
        (lambda: torch.arange(end=1.5, start=0.5), "tensor([0.5000])"),
        (lambda: torch.randint(high=1, size=(2,)), "tensor([0, 0])"),
        (lambda: torch.stack([torch.ones(1), torch.zeros(1)], axis=1), "tensor([[1., 0.]])"),
        (lambda: torch.random.manual_seed(0) and torch.rand(1), "tensor([0.4963])"),
    ],
)
def test_arguments_may_be_given_by_torchs_names(made: Callable[[], Any], shown: str) -> None:
    assert str(made()) == shown


def test_a_range_needs_an_end() -> None:
    with pytest.raises(TypeError, match=r'^arange\(\) missing 1 required positional arguments: "end"$'):
        torch.arange()
