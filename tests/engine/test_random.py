"""torch's random numbers, bit for bit (vectors of torch 2.13.0+cpu)."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine.random.sampling import bernoulli_array, exponential_array, normal_array, uniform_array

VECTORS = {
    0: {
        "rand": [0.49625658988952637, 0.7682217955589294, 0.08847743272781372, 0.13203048706054688],
        "randn": [1.5409960746765137, -0.293428897857666, -2.1787893772125244, 0.5684312582015991],
        "randn16": [-1.1258398294448853, -1.152360200881958, -0.2505785822868347, -0.4338788092136383],
        "randn17": [1.586334228515625, 0.946298360824585, -0.843676745891571, 0.9318265914916992],
        "randint": [4, 9, 3, 0, 3, 9, 7, 3],
        "randperm": [1, 6, 7, 4, 3, 5, 0, 2],
        "rand64": [0.9700530018065531, 0.707819864399788],
        "randn64": [-2.1787893820745574, 0.5684312772806678],
    },
    1: {
        "rand": [0.7576315999031067, 0.2793108820915222, 0.40306925773620605, 0.7346844673156738],
        "randn": [0.6613521575927734, 0.266924113035202, 0.06167725846171379, 0.6213173270225525],
        "randn16": [-1.5255959033966064, -0.7502318024635315, -0.6539809107780457, -1.6094847917556763],
        "randn17": [-0.6177444458007812, -0.7980698347091675, -0.13162320852279663, -0.7984398007392883],
        "randint": [5, 9, 4, 8, 3, 3, 1, 1],
        "randperm": [7, 4, 1, 0, 2, 3, 5, 6],
        "rand64": [0.06105327471962363, 0.2245545065676504],
        "randn64": [0.061677258237348306, 0.6213173286854216],
    },
    42: {
        "rand": [0.8822692632675171, 0.9150039553642273, 0.38286375999450684, 0.9593056440353394],
        "randn": [0.33669036626815796, 0.12880940735340118, 0.23446236550807953, 0.23033303022384644],
        "randn16": [1.9269152879714966, 1.4872840642929077, 0.9007171988487244, -2.1055209636688232],
        "randn17": [0.041759490966796875, -0.2515752911567688, 0.859858512878418, -0.3097267746925354],
        "randint": [2, 7, 6, 4, 6, 5, 0, 4],
        "randperm": [6, 1, 0, 7, 2, 5, 3, 4],
        "rand64": [0.05815448596142969, 0.06291016742457756],
        "randn64": [0.23446236336153173, 0.2303330279146119],
    },
}


@pytest.mark.parametrize("seed", VECTORS)
class TestVectors:
    def test_rand(self, seed):
        torch.manual_seed(seed)
        assert torch.rand(4).tolist() == VECTORS[seed]["rand"]

    def test_randn(self, seed):
        torch.manual_seed(seed)
        assert torch.randn(4).tolist() == VECTORS[seed]["randn"]

    def test_randn_in_blocks(self, seed):
        torch.manual_seed(seed)
        assert torch.randn(16)[:4].tolist() == VECTORS[seed]["randn16"]

    def test_randn_with_a_rest(self, seed):
        torch.manual_seed(seed)
        assert torch.randn(17)[-4:].tolist() == VECTORS[seed]["randn17"]

    def test_randint_then_randperm(self, seed):
        torch.manual_seed(seed)
        assert torch.randint(0, 10, (8,)).tolist() == VECTORS[seed]["randint"]
        assert torch.randperm(8).tolist() == VECTORS[seed]["randperm"]

    def test_float64(self, seed):
        torch.manual_seed(seed)
        assert torch.rand(2, dtype=torch.float64).tolist() == VECTORS[seed]["rand64"]
        assert torch.randn(2, dtype=torch.float64).tolist() == VECTORS[seed]["randn64"]


def test_uniform_of_a_range_gives_the_parameters_of_linear_layers():
    torch.manual_seed(0)
    bound, second = 1 / np.sqrt(2), 1 / np.sqrt(3)
    weight = uniform_array((3, 2), torch.float32, -bound, bound)
    bias = uniform_array((3,), torch.float32, -bound, bound)
    assert weight.tolist()[0] == [-0.005293981172144413, 0.37932288646698]
    assert bias.tolist() == [-0.014010033570230007, 0.5606575012207031, -0.06275151669979095]
    last = uniform_array((1, 3), torch.float32, -second, second)
    assert last.tolist() == [[0.1527741253376007, -0.1744827926158905, -0.11348707973957062]]


def test_exponential():
    torch.manual_seed(11)
    drawn = exponential_array((3,), torch.float32, 2.0)
    assert drawn.tolist() == np.float32([0.10680317, 1.0826844, 0.5566815]).tolist()


def test_the_second_half_of_a_pair_is_remembered_across_calls():
    torch.manual_seed(0)
    six = torch.randn(6).tolist()
    torch.manual_seed(0)
    first = torch.randn(3).tolist()
    state = torch.get_rng_state()
    assert first + torch.randn(3).tolist() == six
    torch.set_rng_state(state)
    torch.rand(5)
    torch.randint(3, (2,))
    torch.randn(16)
    assert torch.randn(1).item() == six[3]


def test_seeding_forgets_the_second_half():
    torch.manual_seed(3)
    first = torch.randn(1).item()
    torch.manual_seed(3)
    assert torch.randn(1).item() == first


def test_generators_have_streams_of_their_own():
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(5)
    assert torch.rand(4, generator=generator).tolist() == VECTORS[0]["rand"]
    torch.manual_seed(5)
    expected = torch.rand(2).tolist()
    torch.manual_seed(5)
    torch.rand(9, generator=generator)
    assert torch.rand(2).tolist() == expected


def test_seeds():
    assert torch.Generator().initial_seed() == 67280421310721
    assert torch.manual_seed(-1).initial_seed() == 18446744073709551615
    assert torch.manual_seed(7) is torch.default_generator
    assert torch.initial_seed() == 7
    assert torch.seed() == torch.initial_seed()
    torch.manual_seed(2**32 + 5)
    drawn = torch.rand(2).tolist()
    torch.manual_seed(5)
    assert torch.rand(2).tolist() == drawn


@pytest.mark.parametrize("draws", [0, 1, 623, 624, 625])
def test_states_round_trip(draws):
    torch.manual_seed(9)
    torch.rand(draws)
    torch.randn(1)
    state = torch.get_rng_state()
    assert state.dtype is torch.uint8
    assert state.shape == (5056,)
    expected = torch.randn(3).tolist() + torch.rand(700).tolist()
    torch.set_rng_state(state)
    assert torch.randn(3).tolist() + torch.rand(700).tolist() == expected


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: torch.manual_seed("a"), ValueError, "invalid literal for int() with base 10: 'a'"),
        (lambda: torch.manual_seed(2**64), ValueError, "Overflow when unpacking long long"),
        (lambda: torch.manual_seed(-(2**63) - 1), ValueError, "Overflow when unpacking long long"),
        (lambda: torch.rand(-1), RuntimeError, "Trying to create tensor with negative dimension -1: [-1]"),
        (lambda: torch.rand(2.0), TypeError, "rand(): argument 'size' (position 1) must be tuple of ints, not float"),
        (
            lambda: torch.rand(2, dtype=torch.int64),
            NotImplementedError,
            "\"check_uniform_bounds\" not implemented for 'Long'",
        ),
        (
            lambda: torch.randn(2, dtype=torch.int64),
            NotImplementedError,
            "\"normal_kernel_cpu\" not implemented for 'Long'",
        ),
        (
            lambda: torch.randint(5, 3, (2,)),
            RuntimeError,
            "random_ expects 'from' to be less than 'to', but got from=5 >= to=3",
        ),
        (
            lambda: torch.randint(5, 3),
            TypeError,
            "randint(): argument 'size' (position 2) must be tuple of ints, not int",
        ),
        (lambda: torch.normal(0.0, -1.0, (2,)), RuntimeError, "normal expects std >= 0.0, but found std -1"),
        (lambda: torch.set_rng_state(1), TypeError, "expected a torch.ByteTensor, but got int"),
        (lambda: torch.set_rng_state(torch.zeros(5056)), TypeError, "RNG state must be a torch.ByteTensor"),
        (
            lambda: torch.set_rng_state(torch.zeros(3, dtype=torch.uint8)),
            RuntimeError,
            "Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be 3",
        ),
    ],
)
def test_refusals(call, error, text):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == text


def test_like_variants_take_shape_and_dtype():
    like = torch.zeros(2, 3, dtype=torch.float64)
    assert torch.rand_like(like).dtype is torch.float64
    assert torch.randn_like(like).shape == (2, 3)
    assert set(torch.randint_like(like, 2).tolist()[0]) <= {0.0, 1.0}


def test_bernoulli_has_a_derivative_of_zero():
    p = torch.tensor([0.0, 1.0], requires_grad=True)
    drawn = torch.bernoulli(p)
    assert drawn.tolist() == [0, 1]
    assert drawn.grad_fn.name() == "BernoulliBackward0"
    drawn.sum().backward()
    assert p.grad.tolist() == [0, 0]
    assert bernoulli_array((3,), 1.0).all()


def test_normal_of_tensors():
    mean = torch.tensor([1.0, 2.0], requires_grad=True)
    assert torch.normal(mean, 0.0).tolist() == [1, 2]
    assert torch.normal(mean, torch.zeros(2)).grad_fn.name() == "NormalBackward3"


def test_requires_grad_makes_leaves():
    assert torch.rand(2, requires_grad=True).requires_grad
    assert torch.rand(2, requires_grad=True).is_leaf


def test_threads_share_the_default_generator():
    torch.manual_seed(0)
    threads = [Thread(target=lambda: [torch.randn(1) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared = torch.randn(1).item()
    torch.manual_seed(0)
    serial = [torch.randn(1).item() for _ in range(201)]
    assert shared == serial[-1]


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [1, 15, 16, 17, 33, 100_000])
def test_numbers_are_torch_s_bit_for_bit(live_torch, dtype, count):
    live_torch.manual_seed(1)
    torch.manual_seed(1)
    kind, live_kind = getattr(torch, dtype), getattr(live_torch, dtype)
    assert np.array_equal(torch.randn(count, dtype=kind)._array, live_torch.randn(count, dtype=live_kind).numpy())
    expected = live_torch.empty(count, dtype=live_kind).normal_(1.5, 2.5).numpy()
    assert np.array_equal(normal_array((count,), kind, 1.5, 2.5), expected)
    expected = live_torch.empty(count, dtype=live_kind).uniform_(-0.3, 0.7).numpy()
    assert np.array_equal(uniform_array((count,), kind, -0.3, 0.7), expected)
    assert np.array_equal(torch.randint(2**40, (count,))._array, live_torch.randint(2**40, (count,)).numpy())
    assert np.array_equal(torch.randperm(count)._array, live_torch.randperm(count).numpy())
    assert np.array_equal(torch.get_rng_state()._array, live_torch.get_rng_state().numpy())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_multinomial_by_all_its_ways(dtype):
    generator = torch.Generator().manual_seed(5)
    p = torch.tensor([[0.1, 0.2, 0.3, 0.4], [4, 3, 2, 1]], dtype=dtype)
    assert torch.multinomial(p, 1, True, generator=generator).tolist() == [[3], [0]]
    assert torch.multinomial(p, 8, True, generator=generator).tolist() == [
        [3, 2, 2, 2, 3, 1, 1, 2],
        [0, 0, 2, 1, 1, 0, 0, 0],
    ]
    assert torch.multinomial(p, 3, generator=generator).tolist() == [[3, 2, 1], [0, 1, 2]]
    assert p[1].multinomial(4, generator=generator).tolist() == [3, 0, 1, 2]


def test_multinomial_of_many_categories():
    generator = torch.Generator().manual_seed(2147483647)
    counts = torch.multinomial(torch.rand(3, generator=generator), 100, True, generator=generator).bincount()
    assert counts.tolist() == [61, 33, 6]
    weights = torch.arange(1, 30001.0)
    drawn = torch.multinomial(weights, 6, True, generator=generator)
    assert drawn.tolist() == [27791, 15083, 14905, 16307, 28049, 13476]
    drawn = torch.multinomial(weights, 6, generator=generator)
    assert drawn.tolist() == [17861, 17007, 17742, 9560, 25699, 21009]


def test_multinomial_draws_nothing_that_cannot_be():
    drawn = torch.multinomial(torch.tensor([0.0, 2.0, 0.0, 1.0]), 1000, replacement=True)
    assert set(drawn.tolist()) == {1, 3}


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(3,), (27,), (5, 7), (3000,)])
def test_multinomial_draws_what_torch_draws_live(live_torch, shape):
    for seed in range(20):
        found = []
        for library in (torch, live_torch):
            generator = library.Generator().manual_seed(seed)
            p = library.rand(shape, generator=generator)
            p[..., 0] = 0
            for count, replacement in ((1, True), (1, False), (9, True), (2, False)):
                found.append(library.multinomial(p, count, replacement, generator=generator).tolist())
        assert found[:4] == found[4:]
