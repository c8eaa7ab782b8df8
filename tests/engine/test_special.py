"""Special functions and the less common elementwise ones.

The table was recorded from torch 2.13.0+cpu: source over the inputs v, the inputs (float64), the node, what it saves,
the value and the gradients of its sum.
"""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

import gradcli.engine as torch
import gradcli.engine.ops.special as S

pytestmark = [pytest.mark.filterwarnings("ignore::RuntimeWarning"), pytest.mark.filterwarnings("ignore:reduction")]

RECORDED = [
    (
        "torch.erf(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "ErfBackward0",
        "self",
        [-0.5204998778130465, -0.999593047982555, 0.9953222650189527, 0.3286267594591274, 1.0, nan],
        [
            [
                0.8787825789354448,
                0.00217828423035271,
                0.020666985354092053,
                1.031260909618963,
                5.9159629580030695e-22,
                nan,
            ]
        ],
    ),
    (
        "torch.erfc(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "ErfcBackward0",
        "self",
        [1.5204998778130465, 1.999593047982555, 0.004677734981047266, 0.6713732405408726, 4.183825607779414e-23, nan],
        [
            [
                -0.8787825789354448,
                -0.00217828423035271,
                -0.020666985354092053,
                -1.031260909618963,
                -5.9159629580030695e-22,
                nan,
            ]
        ],
    ),
    (
        "torch.lgamma(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "LgammaBackward0",
        "self",
        [1.2655121234846454, -0.05624371649767405, 0.0, 1.0957979948180756, 6.579251212010101, nan],
        [[0.03648997397857639, 1.1031566406452433, 0.422784335098467, -3.502524222200133, 1.872784335098467, nan]],
    ),
    (
        "torch.digamma(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "DigammaBackward0",
        "self",
        [0.03648997397857639, 1.1031566406452433, 0.422784335098467, -3.502524222200133, 1.872784335098467, nan],
        [[8.934802200117687, 9.53924664493752, 0.6449340670881899, 12.245364544940365, 0.1535451779624394, nan]],
    ),
    (
        "torch.sinc(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "SincBackward0",
        "self",
        [
            0.6366197723675814,
            0.12732395447351627,
            -3.8981718325193755e-17,
            0.8583936913341398,
            3.8981718325193755e-17,
            nan,
        ],
        [[1.2732395447351625, 0.05092958178940638, 0.5, -0.9020281301388888, -0.14285714285714288, nan]],
    ),
    (
        "torch.nan_to_num(v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "NanToNumBackward0",
        "self",
        [-0.5, -2.5, 2.0, 0.3, 7.0, 0.0],
        [[1.0, 1.0, 1.0, 1.0, 1.0, 0.0]],
    ),
    (
        "torch.polygamma(0, v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "PolygammaBackward0",
        "self",
        [0.03648997397857639, 1.1031566406452433, 0.422784335098467, -3.502524222200133, 1.872784335098467, nan],
        [[8.934802200117687, 9.53924664493752, 0.6449340670881899, 12.245364544940365, 0.1535451779624394, nan]],
    ),
    (
        "torch.polygamma(1, v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "PolygammaBackward0",
        "self",
        [8.934802200117687, 9.53924664493752, 0.6449340670881899, 12.245364544940365, 0.1535451779624394, nan],
        [[-0.82879664423432, -0.1082040516417282, -0.4041138063191886, -75.27253658872601, -0.023530472985855234, nan]],
    ),
    (
        "torch.polygamma(2, v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "PolygammaBackward0",
        "self",
        [-0.82879664423432, -0.1082040516417282, -0.4041138063191886, -75.27253658872601, -0.023530472985855234, nan],
        [[193.40909103400242, 194.74787621918756, 0.4939394022668293, 743.1417646550497, 0.007198198563125444, nan]],
    ),
    (
        "torch.polygamma(3, v[0])",
        ([-0.5, -2.5, 2.0, 0.3, 7.0, nan],),
        "PolygammaBackward0",
        "self",
        [193.40909103400242, 194.74787621918756, 0.4939394022668293, 743.1417646550497, 0.007198198563125444, nan],
        [
            [
                -3.4742498266672257,
                -0.06799599950675606,
                -0.8862661234408787,
                -9883.46855549699,
                -0.003296771589026381,
                nan,
            ]
        ],
    ),
    ("torch.erf(v[0])", (0.3,), "ErfBackward0", "self", 0.3286267594591274, [1.031260909618963]),
    ("torch.erfc(v[0])", (0.3,), "ErfcBackward0", "self", 0.6713732405408726, [-1.031260909618963]),
    ("torch.lgamma(v[0])", (0.3,), "LgammaBackward0", "self", 1.0957979948180756, [-3.502524222200133]),
    ("torch.digamma(v[0])", (0.3,), "DigammaBackward0", "self", -3.502524222200133, [12.245364544940365]),
    ("torch.sinc(v[0])", (0.3,), "SincBackward0", "self", 0.8583936913341398, [-0.9020281301388888]),
    ("torch.nan_to_num(v[0])", (0.3,), "NanToNumBackward0", "self", 0.3, [1.0]),
    ("torch.polygamma(0, v[0])", (0.3,), "PolygammaBackward0", "self", -3.502524222200133, [12.245364544940365]),
    ("torch.polygamma(1, v[0])", (0.3,), "PolygammaBackward0", "self", 12.245364544940365, [-75.27253658872601]),
    ("torch.polygamma(2, v[0])", (0.3,), "PolygammaBackward0", "self", -75.27253658872601, [743.1417646550497]),
    ("torch.polygamma(3, v[0])", (0.3,), "PolygammaBackward0", "self", 743.1417646550497, [-9883.46855549699]),
    (
        "torch.erfinv(v[0])",
        ([0.05, 0.3, 0.5, 0.97, nan],),
        "ErfinvBackward0",
        "self",
        [0.044340387910005497, 0.2724627147267543, 0.4769362762044699, 1.5344856217777179, nan],
        [[0.8879710235717784, 0.9545203588405493, 1.1125848189719496, 9.33586921124011, nan]],
    ),
    (
        "torch.logit(v[0])",
        ([0.05, 0.3, 0.5, 0.97, nan],),
        "LogitBackward0",
        "self",
        [-2.9444389791664403, -0.8472978603872036, 0.0, 3.4760986898352724, nan],
        [[21.05263157894737, 4.761904761904762, 4.0, 34.36426116838485, nan]],
    ),
    (
        "torch.logit(v[0], 0.1)",
        ([0.05, 0.3, 0.5, 0.97, nan],),
        "LogitBackward0",
        "self",
        [-2.197224577336219, -0.8472978603872036, 0.0, 2.1972245773362196, nan],
        [[0.0, 4.761904761904762, 4.0, 0.0, nan]],
    ),
    (
        "S.entr(v[0])",
        ([0.05, 0.3, 0.5, 0.97, nan],),
        "SpecialEntrBackward0",
        "self",
        [0.14978661367769955, 0.3611918412977808, 0.34657359027997264, 0.029545431260167315, nan],
        [[1.9957322735539909, 0.20397280432593612, -0.3068528194400547, -0.9695407925152915, nan]],
    ),
    (
        "torch.erfinv(v[0])",
        ([0.0, 1.0, -1.0, 2.0],),
        "ErfinvBackward0",
        "self",
        [0.0, inf, -inf, nan],
        [[0.8862269254527579, inf, inf, nan]],
    ),
    (
        "torch.lgamma(v[0])",
        ([0.0, 1.0, inf],),
        "LgammaBackward0",
        "self",
        [inf, 0.0, inf],
        [[-inf, -0.5772156649015328, inf]],
    ),
    (
        "torch.digamma(v[0])",
        ([0.0, -0.0, 1.0],),
        "DigammaBackward0",
        "self",
        [-inf, inf, -0.5772156649015328],
        [[inf, inf, 1.6449340676383375]],
    ),
    ("torch.sinc(v[0])", ([0.0, 1.0],), "SincBackward0", "self", [1.0, 3.8981718325193755e-17], [[0.0, -1.0]]),
    (
        "torch.logit(v[0])",
        ([0.0, 1.0, -1.0, 2.0],),
        "LogitBackward0",
        "self",
        [-inf, inf, nan, nan],
        [[inf, inf, nan, nan]],
    ),
    ("S.entr(v[0])", ([0.0, 1.0],), "SpecialEntrBackward0", "self", [0.0, -0.0], [[inf, -1.0]]),
    (
        "torch.nan_to_num(v[0])",
        ([inf, -inf, nan],),
        "NanToNumBackward0",
        "self",
        [1.7976931348623157e308, -1.7976931348623157e308, 0.0],
        [[0.0, 0.0, 0.0]],
    ),
    (
        "torch.nan_to_num(v[0], 1.0, 2.0, 3.0)",
        ([inf, -inf, nan],),
        "NanToNumBackward0",
        "self",
        [2.0, 3.0, 1.0],
        [[0.0, 0.0, 0.0]],
    ),
    (
        "torch.xlogy(*v)",
        ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0]),
        "XlogyBackward0",
        "other,self",
        [-0.6931471805599453, 2.1972245773362196, 0.0],
        [[-0.6931471805599453, 1.0986122886681098, 0.0], [2.0, 0.6666666666666666, 3.0]],
    ),
    (
        "torch.logaddexp(*v)",
        ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0]),
        "LogaddexpBackward0",
        "other,self",
        [1.4740769841801067, 3.313261687518223, 3.1269280110429727],
        [
            [0.6224593312018546, 0.2689414213699951, 0.8807970779778823],
            [0.3775406687981454, 0.7310585786300049, 0.11920292202211755],
        ],
    ),
    (
        "torch.logaddexp2(*v)",
        ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0]),
        "Logaddexp2Backward0",
        "other,self",
        [1.7715533031636121, 3.584962500721156, 3.321928094887362],
        [[0.585786437626905, 0.3333333333333333, 0.8], [0.4142135623730951, 0.6666666666666666, 0.2]],
    ),
    (
        "torch.copysign(*v)",
        ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0]),
        "CopysignBackward0",
        "result,self",
        [1.0, 2.0, 3.0],
        [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]],
    ),
    (
        "torch.xlogy(*v)",
        ([[1.0], [2.0]], [0.5, 3.0, 1.0]),
        "XlogyBackward0",
        "other,self",
        [[-0.6931471805599453, 1.0986122886681098, 0.0], [-1.3862943611198906, 2.1972245773362196, 0.0]],
        [[[0.4054651081081645], [0.4054651081081645]], [6.0, 1.0, 3.0]],
    ),
    (
        "torch.logaddexp(*v)",
        ([[1.0], [2.0]], [0.5, 3.0, 1.0]),
        "LogaddexpBackward0",
        "other,self",
        [
            [1.4740769841801067, 3.1269280110429727, 1.6931471805599454],
            [2.2014132779827524, 3.313261687518223, 2.313261687518223],
        ],
        [[[1.2416622532239723], [1.8175744761936437]], [0.5599661926045018, 1.6118556566078872, 0.7689414213699951]],
    ),
    (
        "torch.logaddexp2(*v)",
        ([[1.0], [2.0]], [0.5, 3.0, 1.0]),
        "Logaddexp2Backward0",
        "other,self",
        [[1.7715533031636121, 3.321928094887362, 2.0], [2.436751795439824, 3.584962500721156, 2.584962500721156]],
        [[[1.285786437626905], [1.7387961250362585]], [0.6754174373368365, 1.4666666666666668, 0.8333333333333333]],
    ),
    (
        "torch.copysign(*v)",
        ([[1.0], [2.0]], [0.5, 3.0, 1.0]),
        "CopysignBackward0",
        "result,self",
        [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]],
        [[[3.0], [3.0]], [0.0, 0.0, 0.0]],
    ),
    ("torch.xlogy(*v)", (1.0, 2.0), "XlogyBackward0", "other,self", 0.6931471805599453, [0.6931471805599453, 0.5]),
    (
        "torch.logaddexp(*v)",
        (1.0, 2.0),
        "LogaddexpBackward0",
        "other,self",
        2.313261687518223,
        [0.2689414213699951, 0.7310585786300049],
    ),
    (
        "torch.logaddexp2(*v)",
        (1.0, 2.0),
        "Logaddexp2Backward0",
        "other,self",
        2.584962500721156,
        [0.3333333333333333, 0.6666666666666666],
    ),
    ("torch.copysign(*v)", (1.0, 2.0), "CopysignBackward0", "result,self", 1.0, [1.0, 0.0]),
    (
        "torch.xlogy(*v)",
        ([0.0, 0.0, 1.0, 0.0], [0.0, nan, 0.0, 2.0]),
        "XlogyBackward0",
        "other,self",
        [0.0, nan, -inf, 0.0],
        [[0.0, nan, -inf, 0.6931471805599453], [nan, nan, inf, 0.0]],
    ),
    (
        "torch.logaddexp(*v)",
        ([1000.0, -inf, inf], [0.0, 0.0, inf]),
        "LogaddexpBackward0",
        "other,self",
        [1000.0, 0.0, inf],
        [[1.0, 0.0, nan], [0.0, 1.0, nan]],
    ),
    (
        "torch.copysign(*v)",
        ([0.0, -1.0, 2.0], [-1.0, 0.0, -0.0]),
        "CopysignBackward0",
        "result,self",
        [-0.0, 1.0, -2.0],
        [[0.0, -1.0, -1.0], [0.0, 0.0, 0.0]],
    ),
    (
        "torch.xlogy(v[0], 2.0)",
        ([0.0, 3.0],),
        "XlogyBackward2",
        "self",
        [0.0, 2.0794415416798357],
        [[0.6931471805599453, 0.6931471805599453]],
    ),
    ("torch.xlogy(v[0], 0.0)", ([0.0, 3.0],), "XlogyBackward2", "self", [0.0, -inf], [[0.0, -inf]]),
    (
        "torch.xlogy(2.0, v[0])",
        ([2.0, 3.0],),
        "XlogyBackward1",
        "other",
        [1.3862943611198906, 2.1972245773362196],
        [[1.0, 0.6666666666666666]],
    ),
    ("torch.copysign(v[0], -2.0)", ([2.0, -3.0],), "CopysignBackward1", "result,self", [-2.0, -3.0], [[-1.0, 1.0]]),
    (
        "torch.lerp(*v)",
        ([1.0, 2.0], [3.0, 5.0], [0.25, 0.75]),
        "LerpBackward1",
        "end,self,weight",
        [1.5, 4.25],
        [[0.75, 0.25], [0.25, 0.75], [2.0, 3.0]],
    ),
    (
        "torch.lerp(v[0], v[1], 0.25)",
        ([1.0, 2.0], [3.0, 5.0]),
        "LerpBackward0",
        "",
        [1.5, 2.75],
        [[0.75, 0.75], [0.25, 0.25]],
    ),
    (
        "torch.addcmul(*v, value=2)",
        ([1.0, 2.0], [3.0, 5.0], [0.2, 0.7]),
        "AddcmulBackward0",
        "tensor1,tensor2",
        [2.2, 9.0],
        [[1.0, 1.0], [0.4, 1.4], [6.0, 10.0]],
    ),
    (
        "torch.addcdiv(*v, value=2)",
        ([1.0, 2.0], [[3.0], [5.0]], [0.2, 0.7]),
        "AddcdivBackward0",
        "tensor1,tensor2",
        [[31.0, 10.571428571428571], [51.0, 16.285714285714285]],
        [[2.0, 2.0], [[12.857142857142858], [12.857142857142858]], [-399.9999999999999, -32.653061224489804]],
    ),
]

SMOOTH = [
    ("torch.erf(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.erfc(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.lgamma(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.digamma(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.sinc(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.nan_to_num(v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.polygamma(0, v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.polygamma(1, v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.polygamma(2, v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.polygamma(3, v[0])", ([-0.5, 2.0, 0.8, 1.7],)),
    ("torch.erfinv(v[0])", ([0.2, 0.3, 0.55, 0.8],)),
    ("torch.logit(v[0])", ([0.2, 0.3, 0.55, 0.8],)),
    ("torch.logit(v[0], 0.1)", ([0.2, 0.3, 0.55, 0.8],)),
    ("S.entr(v[0])", ([0.2, 0.3, 0.55, 0.8],)),
    ("torch.xlogy(*v)", ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0])),
    ("torch.logaddexp(*v)", ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0])),
    ("torch.logaddexp2(*v)", ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0])),
    ("torch.copysign(*v)", ([1.0, 2.0, 3.0], [0.5, 3.0, 1.0])),
    ("torch.xlogy(*v)", ([[1.0], [2.0]], [0.5, 3.0, 1.0])),
    ("torch.logaddexp(*v)", ([[1.0], [2.0]], [0.5, 3.0, 1.0])),
    ("torch.logaddexp2(*v)", ([[1.0], [2.0]], [0.5, 3.0, 1.0])),
    ("torch.copysign(*v)", ([[1.0], [2.0]], [0.5, 3.0, 1.0])),
    ("torch.lerp(*v)", ([1.0, 2.0], [3.0, 5.0], [0.25, 0.75])),
    ("torch.lerp(v[0], v[1], 0.25)", ([1.0, 2.0], [3.0, 5.0])),
    ("torch.addcmul(*v, value=2)", ([1.0, 2.0], [3.0, 5.0], [0.2, 0.7])),
    ("torch.addcdiv(*v, value=2)", ([1.0, 2.0], [[3.0], [5.0]], [0.2, 0.7])),
    ("torch.mvlgamma(v[0], 2)", ([3.0, 4.5],)),
    ("torch.xlogy(2.0, v[0])", ([2.0, 3.0],)),
    ("torch.xlogy(v[0], 2.0)", ([2.0, 3.0],)),
]


def evaluated(source, *inputs):
    return eval("lambda *v: " + source, {"torch": torch, "S": S})(*inputs)


def leaves(inputs):
    return [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in inputs]


def identifier(row):
    return f"{row[0]} at {row[1]}"[:60]


@pytest.mark.parametrize("row", RECORDED, ids=identifier)
def test_value_node_and_gradient_are_torch_s(row):
    source, inputs, node, saved, value, gradients = row
    given = leaves(inputs)
    result = evaluated(source, *given)
    assert result.grad_fn.name() == node
    found = [name for name in dir(result.grad_fn) if isinstance(getattr(result.grad_fn, name), torch.Tensor)]
    assert ",".join(sorted(name.removeprefix("_saved_") for name in found)) == saved
    assert np.allclose(result.tolist(), value, rtol=1e-9, atol=1e-12, equal_nan=True)
    arrived = torch.grad(result.sum(), given, allow_unused=True)
    for gradient, expected in zip(arrived, gradients, strict=True):
        assert (gradient is None) == (expected is None)
        if expected is not None:
            assert np.allclose(gradient.tolist(), expected, rtol=1e-9, atol=1e-12, equal_nan=True)


def numeric(function, arrays, which, step=1e-6):
    """Central differences of a sum by one of the arrays."""
    found = np.zeros_like(arrays[which])
    for index in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = [np.array(each) for each in arrays]
            moved[which][index] += sign * step
            ends.append(function(moved))
        found[index] = (ends[0] - ends[1]) / (2 * step)
    return found


def weighted(tensor):
    """A sum in which no two elements count the same."""
    weights = torch.tensor(np.linspace(0.7, 1.9, tensor.numel()).reshape(tensor.shape))
    return (tensor * weights).sum()


@pytest.mark.parametrize("row", SMOOTH, ids=identifier)
def test_gradient_agrees_with_differences(row):
    source, inputs = row
    arrays = [np.array(each, np.float64) for each in inputs]
    given = leaves(inputs)
    gradients = torch.grad(weighted(evaluated(source, *given)), given)
    for which, gradient in enumerate(gradients):
        expected = numeric(lambda moved: weighted(evaluated(source, *leaves(moved))).item(), arrays, which)
        assert np.allclose(gradient.tolist(), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("row", SMOOTH, ids=identifier)
def test_second_order_agrees_with_differences_of_the_first(row):
    source, inputs = row
    arrays = [np.array(each, np.float64) for each in inputs]

    def slope(given, create_graph):
        total = weighted(evaluated(source, *given))
        gradients = torch.grad(total, given, create_graph=create_graph)
        return sum((weighted(each) * (i + 1) for i, each in enumerate(gradients)), torch.tensor(0.0))

    given = leaves(inputs)
    first = slope(given, True)
    found = torch.grad(first, given, allow_unused=True) if first.requires_grad else [None] * len(given)
    for which, gradient in enumerate(found):
        expected = numeric(lambda moved: slope(leaves(moved), False).item(), arrays, which)
        value = np.zeros_like(expected) if gradient is None else np.array(gradient.tolist())
        assert np.allclose(value, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", RECORDED, ids=identifier)
def test_the_recording_is_torch_s(live_torch, row):
    source, inputs, node, _, value, _ = row
    names = {"torch": live_torch, "F": live_torch.nn.functional, "S": live_torch.special}
    given = [live_torch.tensor(each, dtype=live_torch.float64, requires_grad=True) for each in inputs]
    result = eval("lambda *v: " + source, names)(*given)
    assert result.grad_fn.name() == node
    assert np.allclose(result.tolist(), value, rtol=1e-9, atol=1e-12, equal_nan=True)


REFUSED = [
    ("torch.polygamma(-1, torch.tensor(1.0))", RuntimeError, "polygamma(n, x) does not support negative n."),
    (
        "torch.logaddexp(torch.tensor([1]), torch.tensor([2]))",
        NotImplementedError,
        "\"logaddexp_cpu\" not implemented for 'Long'",
    ),
    (
        "torch.logaddexp(torch.tensor(1.0), 2.0)",
        TypeError,
        "logaddexp(): argument 'other' (position 2) must be Tensor, not float",
    ),
    (
        "torch.heaviside(torch.tensor([1.0]), torch.tensor([1]))",
        RuntimeError,
        "heaviside is not yet implemented for tensors with different dtypes.",
    ),
    (
        "torch.heaviside(torch.tensor(1.0), 1.0)",
        TypeError,
        "heaviside(): argument 'values' (position 2) must be Tensor, not float",
    ),
    (
        "torch.lerp(torch.tensor([1]), torch.tensor([2]), 0.5)",
        NotImplementedError,
        "\"lerp_kernel_scalar\" not implemented for 'Long'",
    ),
    (
        "torch.lerp(torch.tensor([1.0]), torch.tensor([2.0], dtype=torch.float64), 0.5)",
        RuntimeError,
        "expected dtype float for `end` but got dtype double",
    ),
    (
        "torch.addcdiv(torch.tensor([1]), torch.tensor([2]), torch.tensor([3]))",
        RuntimeError,
        (
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will "
            "perform a true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented "
            "as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as "
            "(input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the "
            "latter implementation: (input + value * tensor1 / tensor2), for all dtypes."
        ),
    ),
    ("torch.erf(1.0)", TypeError, "erf(): argument 'input' (position 1) must be Tensor, not float"),
]


@pytest.mark.parametrize("row", REFUSED, ids=identifier)
def test_refusals_are_torch_s(row):
    call, error, text = row
    with pytest.raises(error) as raised:
        evaluated(call)
    assert str(raised.value) == text


def test_erfinv_undoes_erf_to_a_few_ulp():
    x = np.concatenate([np.linspace(-0.999, 0.999, 201), 1 - 10.0 ** -np.arange(1, 15), 10.0 ** -np.arange(1, 20)])
    inverse = torch.erfinv(torch.tensor(x))
    assert np.allclose(torch.erf(inverse).tolist(), x, rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize(
    ("n", "x", "value"),
    [
        (0, 1.0, -0.57721566490153286),
        (0, 0.5, -1.9635100260214235),
        (1, 1.0, 1.6449340668482264),
        (1, 0.25, 17.197329154507109),
        (2, 1.0, -2.4041138063191886),
        (3, 1.0, 6.4939394022668291),
        (0, 1e6, 13.815510057964191),
    ],
)
def test_polygamma_has_its_closed_forms(n, x, value):
    assert torch.polygamma(n, torch.tensor(x, dtype=torch.float64)).item() == pytest.approx(value, rel=1e-14)


def test_the_curvature_of_sinc_at_zero_is_its_limit():
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.grad(torch.sinc(x), x, create_graph=True)
    assert torch.grad(slope, x)[0].item() == pytest.approx(-(np.pi**2) / 3)


def test_heaviside_steps_and_has_no_derivative():
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    y = torch.heaviside(x, torch.tensor([0.5]))
    assert repr(y) == "tensor([0.0000, 0.5000, 1.0000], grad_fn=<NotImplemented>)"
    assert y.grad_fn.name() == "torch::autograd::NotImplemented"
    with pytest.raises(RuntimeError) as raised:
        y.sum().backward()
    assert str(raised.value) == "derivative for aten::heaviside is not implemented"


def test_integers_are_converted_as_torch_converts_them():
    assert repr(torch.erf(torch.tensor([1]))) == "tensor([0.8427])"
    assert repr(torch.xlogy(2, torch.tensor([2]))) == "tensor([1.3863])"
    assert repr(torch.copysign(torch.tensor([1]), -2)) == "tensor([-1.])"
    assert repr(torch.addcmul(torch.tensor([1]), torch.tensor([2]), torch.tensor([3]))) == "tensor([7])"
    assert repr(torch.nan_to_num(torch.tensor([1]))) == "tensor([1])"


def test_empty_tensors_stay_empty():
    for name in ("erf", "erfinv", "lgamma", "digamma", "sinc", "logit"):
        assert getattr(torch, name)(torch.tensor([])).shape == (0,)
