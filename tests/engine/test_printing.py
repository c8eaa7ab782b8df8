"""torch's tensor text, line by line as torch 2.13.0 prints it (complex numbers are left out of the engine)."""

from __future__ import annotations

import pytest

import gradcli.engine as torch

T = torch.tensor

CASES = [
    (lambda: T(1.0), "tensor(1.)"),
    (lambda: T(1), "tensor(1)"),
    (lambda: T(True), "tensor(True)"),
    (lambda: T([]), "tensor([])"),
    (lambda: torch.zeros(0, 3), "tensor([], size=(0, 3))"),
    (lambda: torch.empty(0, dtype=torch.int64), "tensor([], dtype=torch.int64)"),
    (lambda: T([1.0, 2.0]), "tensor([1., 2.])"),
    (lambda: T([1.0, 2.5]), "tensor([1.0000, 2.5000])"),
    (lambda: T([-1.0, 2.5]), "tensor([-1.0000,  2.5000])"),
    (lambda: T([1e-5, 1.0]), "tensor([1.0000e-05, 1.0000e+00])"),
    (lambda: T([1e-4, 0.1]), "tensor([1.0000e-04, 1.0000e-01])"),
    (lambda: T([1e8, 1.0]), "tensor([1.0000e+08, 1.0000e+00])"),
    (lambda: T([100000001.0, 1.0]), "tensor([1.0000e+08, 1.0000e+00])"),
    (lambda: T([1e9]), "tensor([1.0000e+09])"),
    (lambda: T([1000.0, 1.0]), "tensor([1000.,    1.])"),
    (lambda: T([1001.0, 1.0]), "tensor([1.0010e+03, 1.0000e+00])"),
    (lambda: T([1001.5, 1.0]), "tensor([1.0015e+03, 1.0000e+00])"),
    (lambda: T([999.5, 1.0]), "tensor([999.5000,   1.0000])"),
    (lambda: T([0.0, 0.0]), "tensor([0., 0.])"),
    (lambda: T([-0.0, 0.0]), "tensor([-0., 0.])"),
    (lambda: T([-0.0, 1.5]), "tensor([-0.0000, 1.5000])"),
    (lambda: T([float("nan"), 1.0]), "tensor([nan, 1.])"),
    (lambda: T([float("inf"), 1.5]), "tensor([   inf, 1.5000])"),
    (lambda: T([float("-inf"), float("nan")]), "tensor([-inf, nan])"),
    (lambda: T([float("nan"), 100.5]), "tensor([     nan, 100.5000])"),
    (lambda: T(float("nan")), "tensor(nan)"),
    (lambda: T(float("inf")), "tensor(inf)"),
    (lambda: T(3.14159265), "tensor(3.1416)"),
    (lambda: T(3.14159265, dtype=torch.float64), "tensor(3.1416, dtype=torch.float64)"),
    (lambda: T([1.0, 2.0], dtype=torch.float64), "tensor([1., 2.], dtype=torch.float64)"),
    (lambda: T([1, 2], dtype=torch.int32), "tensor([1, 2], dtype=torch.int32)"),
    (lambda: T([1, 2], dtype=torch.float16), "tensor([1., 2.], dtype=torch.float16)"),
    (lambda: T([True, False]), "tensor([ True, False])"),
    (lambda: T([[1.0, 2.0], [3.0, 4.0]]), ("tensor([[1., 2.],\n        [3., 4.]])")),
    (lambda: T([[1.5, -2.0], [300.0, 4.0]]), ("tensor([[  1.5000,  -2.0000],\n        [300.0000,   4.0000]])")),
    (
        lambda: T([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]),
        ("tensor([[[1., 2.],\n         [3., 4.]],\n\n        [[5., 6.],\n         [7., 8.]]])"),
    ),
    (
        lambda: torch.arange(30.0),
        (
            "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
            "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n"
            "        28., 29.])"
        ),
    ),
    (
        lambda: torch.arange(30),
        (
            "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,\n"
            "        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])"
        ),
    ),
    (lambda: torch.arange(1001), "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    (lambda: torch.arange(1001.0), "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])"),
    (
        lambda: torch.arange(3000.0).reshape(100, 30),
        (
            "tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 2.7000e+01, 2.8000e+01,\n"
            "         2.9000e+01],\n"
            "        [3.0000e+01, 3.1000e+01, 3.2000e+01,  ..., 5.7000e+01, 5.8000e+01,\n"
            "         5.9000e+01],\n"
            "        [6.0000e+01, 6.1000e+01, 6.2000e+01,  ..., 8.7000e+01, 8.8000e+01,\n"
            "         8.9000e+01],\n"
            "        ...,\n"
            "        [2.9100e+03, 2.9110e+03, 2.9120e+03,  ..., 2.9370e+03, 2.9380e+03,\n"
            "         2.9390e+03],\n"
            "        [2.9400e+03, 2.9410e+03, 2.9420e+03,  ..., 2.9670e+03, 2.9680e+03,\n"
            "         2.9690e+03],\n"
            "        [2.9700e+03, 2.9710e+03, 2.9720e+03,  ..., 2.9970e+03, 2.9980e+03,\n"
            "         2.9990e+03]])"
        ),
    ),
    (
        lambda: torch.zeros(2, 1000),
        ("tensor([[0., 0., 0.,  ..., 0., 0., 0.],\n        [0., 0., 0.,  ..., 0., 0., 0.]])"),
    ),
    (lambda: T([1.0, 2.0], requires_grad=True), "tensor([1., 2.], requires_grad=True)"),
    (lambda: T([1.0, 2.0], requires_grad=True) * 2, "tensor([2., 4.], grad_fn=<MulBackward0>)"),
    (lambda: T(2.0, requires_grad=True) ** 2, "tensor(4., grad_fn=<PowBackward0>)"),
    (
        lambda: T([1.0, 2.0], dtype=torch.float64, requires_grad=True).sum(),
        "tensor(3., dtype=torch.float64, grad_fn=<SumBackward0>)",
    ),
    (
        lambda: torch.rand(5, 5, generator=torch.Generator().manual_seed(0)).requires_grad_() * 1,
        (
            "tensor([[0.4963, 0.7682, 0.0885, 0.1320, 0.3074],\n"
            "        [0.6341, 0.4901, 0.8964, 0.4556, 0.6323],\n"
            "        [0.3489, 0.4017, 0.0223, 0.1689, 0.2939],\n"
            "        [0.5185, 0.6977, 0.8000, 0.1610, 0.2823],\n"
            "        [0.6816, 0.9152, 0.3971, 0.8742, 0.4194]], grad_fn=<MulBackward0>)"
        ),
    ),
    (
        lambda: torch.rand(2, 7, generator=torch.Generator().manual_seed(0)).requires_grad_() * 1,
        (
            "tensor([[0.4963, 0.7682, 0.0885, 0.1320, 0.3074, 0.6341, 0.4901],\n"
            "        [0.8964, 0.4556, 0.6323, 0.3489, 0.4017, 0.0223, 0.1689]],\n"
            "       grad_fn=<MulBackward0>)"
        ),
    ),
    (
        lambda: torch.ones(20, requires_grad=True) * 1.5,
        (
            "tensor([1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,\n"
            "        1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,\n"
            "        1.5000, 1.5000], grad_fn=<MulBackward0>)"
        ),
    ),
    (
        lambda: torch.ones(3, 11, requires_grad=True) * 1.5,
        (
            "tensor([[1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,\n"
            "         1.5000, 1.5000],\n"
            "        [1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,\n"
            "         1.5000, 1.5000],\n"
            "        [1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,\n"
            "         1.5000, 1.5000]], grad_fn=<MulBackward0>)"
        ),
    ),
    (lambda: T([0.00001]), "tensor([1.0000e-05])"),
    (lambda: T([123456789.0]), "tensor([1.2346e+08])"),
    (lambda: T([0.1 + 0.2]), "tensor([0.3000])"),
    (lambda: T([16777217.0]), "tensor([16777216.])"),
    (lambda: T([2.5e-10, 1.0]), "tensor([2.5000e-10, 1.0000e+00])"),
    (lambda: T([1e-8]), "tensor([1.0000e-08])"),
    (lambda: torch.Size([2, 3]), "torch.Size([2, 3])"),
    (lambda: torch.float32, "torch.float32"),
    (lambda: T([1.0, 2.0]).dtype, "torch.float32"),
    (lambda: T([1.0, 2.0]).shape, "torch.Size([2])"),
    (lambda: T([1.0, 2.0]).tolist(), "[1.0, 2.0]"),
    (lambda: T(2.5).item(), "2.5"),
    (lambda: T([[1.0]]).size(), "torch.Size([1, 1])"),
    (lambda: torch.finfo(torch.float32).eps, "1.1920928955078125e-07"),
    (lambda: T([1.0, 2.0]).max(0), ("torch.return_types.max(\nvalues=tensor(2.),\nindices=tensor(1))")),
    (
        lambda: T([[2.0, 1.0]]).sort(),
        ("torch.return_types.sort(\nvalues=tensor([[1., 2.]]),\nindices=tensor([[1, 0]]))"),
    ),
    (
        lambda: T([1.0, 2.0], requires_grad=True).max(0),
        ("torch.return_types.max(\nvalues=tensor(2., grad_fn=<MaxBackward0>),\nindices=tensor(1))"),
    ),
    (lambda: torch.device("cpu"), "device(type='cpu')"),
    (lambda: T([1, 2]).type(), "'torch.LongTensor'"),
    (lambda: repr(T([1.0, 2.0], requires_grad=True).sum().grad_fn)[:20], "'<SumBackward0 object'"),
    (lambda: f"{T(2.5):.2f}", "'2.50'"),
    (lambda: f"{T(2.5)}", "'2.5'"),
    (lambda: str(T([2.5])), "'tensor([2.5000])'"),
    (lambda: "%.3f" % T(2.5), "'2.500'"),  # noqa: UP031
    (lambda: format(T(2.5), "8.3f"), "'   2.500'"),
    (lambda: format(T([2.5])), "'tensor([2.5000])'"),
    (lambda: T([1e-3, 1.0]), "tensor([0.0010, 1.0000])"),
    (lambda: T([0.001, 1.001]), "tensor([1.0000e-03, 1.0010e+00])"),
    (lambda: T([9.9999e-5, 0.05]), "tensor([9.9999e-05, 5.0000e-02])"),
    (lambda: T([99999999.5]), "tensor([100000000.])"),
    (lambda: T([1e7, 0.5]), "tensor([1.0000e+07, 5.0000e-01])"),
    (lambda: T([1.0, 1e3]), "tensor([   1., 1000.])"),
    (lambda: T([2.0, 3000.0]), "tensor([2.0000e+00, 3.0000e+03])"),
]


@pytest.mark.parametrize(("make", "text"), CASES, ids=[f"{i}: {text[:30]}" for i, (_, text) in enumerate(CASES)])
def test_prints_as_torch(make, text):
    assert repr(make()) == text


@pytest.fixture
def default_options():
    yield
    torch.set_printoptions(profile="default")


@pytest.mark.usefixtures("default_options")
def test_precision_can_be_set():
    torch.set_printoptions(precision=2)
    assert str(T([1.2345])) == "tensor([1.23])"


@pytest.mark.usefixtures("default_options")
def test_scientific_notation_can_be_switched_off_and_on():
    torch.set_printoptions(sci_mode=False)
    assert str(T([1e-5, 1.0])) == "tensor([0.0000, 1.0000])"
    torch.set_printoptions(sci_mode=True)
    assert str(T([1.5])) == "tensor([1.5000e+00])"


@pytest.mark.usefixtures("default_options")
def test_profiles_set_all_options_at_once():
    torch.set_printoptions(profile="short")
    assert str(torch.arange(1001.0)) == "tensor([   0.,    1.,  ...,  999., 1000.])"
    assert str(T([1.0, 2.5])) == "tensor([1.00, 2.50])"
    torch.set_printoptions(profile="full")
    assert "..." not in str(torch.arange(1001))
    torch.set_printoptions(profile="default")
    assert str(T([1.5])) == "tensor([1.5000])"


@pytest.mark.usefixtures("default_options")
def test_without_edge_items_the_size_shows():
    torch.set_printoptions(edgeitems=0)
    assert str(torch.arange(1001)) == "tensor([...], size=(1001,))"


@pytest.mark.usefixtures("default_options")
def test_line_width_wraps():
    torch.set_printoptions(linewidth=20)
    assert str(torch.arange(1.0, 6.0)) == "tensor([1., 2., 3.,\n        4., 5.])"


@pytest.mark.torch
def test_cases_are_what_torch_prints(live_torch):
    for make, text in CASES:
        names = dict(make.__globals__, torch=live_torch, T=live_torch.tensor)
        assert repr(type(make)(make.__code__, names)()) == text
