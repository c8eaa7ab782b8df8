"""torch.vmap: a function of single examples, applied to a batch of them at once.

The function runs once, on tensors whose arrays are `Batched`. Where it does what one run for all examples cannot do, it
runs again for each of them, and the results are stacked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from gradcli.engine import errors, modes
from gradcli.engine.batching.arrays import ITEM, STORAGE, TRUTH, Batched, Level, Refused, Undecided, level_of, levels_of
from gradcli.engine.batching.levels import enter, leave, lift
from gradcli.engine.batching.rules import entered
from gradcli.engine.batching.trees import Tree, leaves_of, like, spread_over, structure_of
from gradcli.engine.ops.index.indexing import narrow, select
from gradcli.engine.ops.join.joining import cat, stack
from gradcli.engine.random.generator import Generator, default_generator
from gradcli.engine.tensor import Tensor

Function = Callable[..., Any]
_state: Final = modes.state

# What is being mapped.


class Mapping:
    """A batch that vmap is at, and what it does about random numbers. `singly` where the examples take turns."""

    __slots__ = ("level", "outer", "randomness", "singly")

    def __init__(self, level: Level, randomness: str) -> None:
        self.level = level
        self.randomness = randomness
        self.outer: Mapping | None = None
        self.singly = False

    def __enter__(self) -> Mapping:
        self.outer, _state.mapping = _state.mapping, self
        _state.record(_state.enabled)
        return self

    def __exit__(self, *error: object) -> None:
        _state.mapping = self.outer
        _state.record(_state.enabled)

    def levels(self) -> list[Level]:
        """The levels that are being mapped over, the innermost first."""
        return [each.level for each in _active()]

    def source(self, generator: Generator) -> Any:
        """What to draw from in place of a generator. Raises RuntimeError where drawing was not allowed for."""
        batches = []
        for each in _active():
            if each.randomness == "error":
                raise Refused(_RANDOM)
            if each.randomness == "different" and not each.singly:
                batches.append(each.level)
        return _Drawing(generator, batches) if batches else generator

    def applied(self, function: Any, args: Sequence[Any], with_setup: bool) -> tuple[Any] | None:
        """See function_applied."""
        return function_applied(function, args, with_setup)

    def refuse(self, array: Any, text: str) -> None:
        """Raise RuntimeError where an array has other contents for each example."""
        if type(array) is Batched:
            raise Refused(text)

    def refuse_same(self, array: Any) -> None:
        """Raise RuntimeError where what is drawn, the same for each example, depends on the example."""
        if self.randomness == "same":
            self.refuse(array, _SAME)

    def refuse_gradient(self, outputs: Sequence[Any]) -> None:
        """Raise RuntimeError where autograd.grad is asked to differentiate examples, which func.grad is for."""
        mapped = {each.level for each in _active()}
        for index, each in enumerate(outputs):
            if isinstance(each, Tensor) and mapped.intersection(levels_of(each._array)):
                raise Refused(str(errors.no_grad_fn(index)))

    def refuse_truth(self, array: Any) -> None:
        """Raise RuntimeError where a condition may not be the same for each example."""
        self.refuse(array, TRUTH)

    def refuse_item(self, array: Any) -> None:
        """Raise RuntimeError where a number is not the same for each example."""
        self.refuse(array, ITEM)

    def refuse_storage(self, array: Any) -> None:
        """Raise RuntimeError where there is no array of one example."""
        self.refuse(array, STORAGE)


_RANDOM: Final = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
    "randomness flags on vmap or perform the randomness operation out of vmap"
)

_SAME: Final = (
    "Vmap does not currently support same randomness with a batched tensor input. Please file an issue with functorch"
)


def _active() -> Iterator[Mapping]:
    """The batches that vmap is at, the innermost first."""
    mapping: Mapping | None = _state.mapping
    while mapping is not None:
        yield mapping
        mapping = mapping.outer


def lift_to_mapped(tensor: Tensor) -> Tensor:
    """The tensor as an example of every batch that is being mapped over."""
    return lift(tensor, {each.level for each in _active() if not each.singly})


class VmapInfo(NamedTuple):
    """What the `vmap` of a Function of the user's own learns of the batch."""

    batch_size: int
    randomness: str


def function_applied(function: Any, args: Sequence[Any], with_setup: bool) -> tuple[Any] | None:
    """What the user's own vmap of an autograd.Function gives, in a tuple; None where no argument is an example.

    Raises RuntimeError where it has none, and Undecided where the examples are to take turns.
    """
    if not with_setup:
        raise Refused(_NO_SETUP)
    level = level_of(*[each._array for each in args if isinstance(each, Tensor)])
    mapping = next((each for each in _active() if each.level is level), None)
    if mapping is None:
        return None
    if function.generate_vmap_rule:
        raise Undecided
    if not hasattr(function, "vmap"):
        raise Refused(_NO_RULE.format(function.__name__))
    level = mapping.level
    dims = tuple([0 if isinstance(each, Tensor) and level in levels_of(each._array) else None for each in args])
    whole = [each if dim is None else leave(each, level) for each, dim in zip(args, dims, strict=True)]
    info = VmapInfo(level.size, mapping.randomness)
    inner, _state.mapping = _state.mapping, mapping.outer
    try:
        outputs, out_dims = function.vmap(info, dims, *whole)
    finally:
        _state.mapping = inner
    places = spread_over(out_dims, outputs) or []
    pairs = zip(leaves_of(outputs), places, strict=True)
    return (like(outputs, [each if dim is None else enter(each, level, dim) for each, dim in pairs]),)


_NO_SETUP: Final = (
    "In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override "
    "the setup_context staticmethod. For more details, please see "
    "https://pytorch.org/docs/main/notes/extending.func.html"
)
_NO_RULE: Final = (
    "You tried to vmap over {}, but it does not have vmap support. Please override and implement the vmap staticmethod "
    "or set generate_vmap_rule=True. For more details, please see "
    "https://pytorch.org/docs/main/notes/extending.func.html"
)


class _Drawing:
    """A generator that draws for each example of some batches."""

    def __init__(self, generator: Generator, batches: Sequence[Level]) -> None:
        self._generator = generator
        self._batches = batches

    def __getattr__(self, name: str) -> Function:
        draw = getattr(self._generator, name)

        def drawn(count: int, *arguments: Any) -> Any:
            sizes = [each.size for each in reversed(self._batches)]
            array = draw(int(np.prod(sizes)) * count, *arguments).reshape(*sizes, count)
            for level in reversed(self._batches):
                array = entered(array, level, 0)
            return array

        return drawn


# vmap.


def vmap(
    func: Function, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None
) -> Function:
    """`func` over a dimension of its inputs: `in_dims` says which of each tensor (None: the tensor as it is, for every
    example), `out_dims` where that dimension stands in the outputs (torch.vmap).

    Inputs and outputs are tensors, or tuples, lists and dicts of them. `randomness` is 'error', 'same' or 'different'
    for each example; `chunk_size` is how many examples run at once.

    Raises ValueError and RuntimeError in torch's words.
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def wrapped(*args: Any, **keywords: Any) -> Any:
        inputs = _Inputs(func, in_dims, args)
        size = inputs.size()
        step = size if chunk_size is None else min(chunk_size, size)
        if step >= size:
            return _run(func, inputs, size, out_dims, randomness, keywords)
        parts = []
        for start in range(0, size, step):
            count = min(step, size - start)
            parts.append(_run(func, inputs.part(start, count), count, out_dims, randomness, keywords))
        dims = spread_over(out_dims, parts[0]) or list(out_dims)
        columns = zip(*[leaves_of(each) for each in parts], strict=True)
        joined = [column[0] if dim is None else cat(column, dim) for dim, column in zip(dims, columns, strict=True)]
        return like(parts[0], joined)

    return wrapped


class _Inputs:
    """The arguments of a function that is mapped, their tensors in a row and the dimension of each."""

    def __init__(self, func: Function, in_dims: Any, args: tuple[Any, ...]) -> None:
        self.args: Tree = args
        self.leaves = leaves_of(args)
        name = _name(func)
        where = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>):"
        if not isinstance(in_dims, (int, tuple)):
            raise ValueError(
                f"{where} expected `in_dims` to be int or a (potentially nested) tuple matching the structure of "
                f"inputs, got: {type(in_dims)}."
            )
        if not args:
            raise ValueError(
                f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap "
                "over a function with no inputs. The latter is unsupported."
            )
        dims = spread_over(in_dims, args)
        if dims is None:
            raise ValueError(
                f"{where} in_dims is not compatible with the structure of `inputs`. in_dims has structure "
                f"{structure_of(in_dims)} but inputs has structure {structure_of(args)}."
            )
        self.dims = [_checked_dim(where, dim, leaf) for dim, leaf in zip(dims, self.leaves, strict=True)]

    def size(self) -> int:
        """How many examples there are. Raises ValueError where the inputs disagree, or none is mapped over."""
        sizes = [leaf._array.shape[dim] for leaf, dim in zip(self.leaves, self.dims, strict=True) if dim is not None]
        if not sizes:
            raise ValueError("vmap: Expected at least one Tensor to vmap over")
        if any(size != sizes[0] for size in sizes):
            raise ValueError(
                f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes} for the "
                "mapped dimension"
            )
        return int(sizes[0])

    def each(self, take: Callable[[Tensor, int], Tensor]) -> Any:
        """The arguments with `take(tensor, dim)` for each tensor that is mapped over."""
        pairs = zip(self.leaves, self.dims, strict=True)
        return like(self.args, [leaf if dim is None else take(leaf, dim) for leaf, dim in pairs])

    def example(self, i: int) -> Any:
        """The arguments for one example."""
        return self.each(lambda tensor, dim: select(tensor, dim, i))

    def part(self, start: int, count: int) -> _Inputs:
        """The inputs for some of the examples."""
        part = object.__new__(_Inputs)
        part.args = self.each(lambda tensor, dim: narrow(tensor, dim, start, count))
        part.leaves, part.dims = leaves_of(part.args), self.dims
        return part


def _checked_dim(where: str, dim: Any, leaf: Any) -> int | None:
    if dim is None:
        return None
    if not isinstance(dim, int):
        raise ValueError(
            f"{where} Got in_dim={dim} for an input but in_dim must be either an integer dimension or None."
        )
    if not isinstance(leaf, Tensor):
        raise ValueError(
            f"{where} Got in_dim={dim} for an input but the input is of type {type(leaf)}. We cannot vmap over "
            "non-Tensor arguments, please use None as the respective in_dim"
        )
    ndim = leaf._array.ndim
    if not -ndim <= dim < ndim:
        raise ValueError(
            f"{where} Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {ndim} so expected "
            f"in_dim to satisfy -{ndim} <= in_dim < {ndim}."
        )
    position: int = dim % ndim
    return position


def _name(func: Any) -> str:
    if isinstance(func, functools.partial):
        arguments = [str(each) for each in func.args] + [f"{key}={value}" for key, value in func.keywords.items()]
        return f"functools.partial({_name(func.func)}, {', '.join(arguments)})"
    return str(func.__name__) if hasattr(func, "__name__") else repr(func)


def _run(func: Function, inputs: _Inputs, size: int, out_dims: Any, randomness: str, keywords: dict[str, Any]) -> Any:
    """What the function gives for all examples: in one run, or, where that fails, in a run for each."""
    random = default_generator.get_state()
    level = Level(size)
    try:
        with Mapping(level, randomness):
            outputs = func(*inputs.each(lambda tensor, dim: enter(tensor, level, dim)), **keywords)
    except Refused:
        raise
    except Exception:
        if not size:
            raise
        default_generator.set_state(random)
    else:
        return _collected(func, out_dims, outputs, lambda output, dim: leave(output, level, dim), level)
    found = []
    with Mapping(level, randomness) as mapping:
        mapping.singly = True
        for i in range(size):
            if randomness == "same":
                default_generator.set_state(random)
            found.append(func(*inputs.example(i), **keywords))
    columns = list(zip(*[leaves_of(each) for each in found], strict=True))
    places = iter(columns)
    return _collected(func, out_dims, found[0], lambda _, dim: _stacked(next(places), dim), None)


def _stacked(column: Sequence[Tensor], dim: int) -> Tensor:
    if any(each._array.shape != column[0]._array.shape for each in column):
        raise Refused(
            "vmap: We do not support batching operators that can output dynamic shape: the examples have outputs of "
            "different shapes."
        )
    return stack(column, dim)


def _collected(
    func: Function, out_dims: Any, outputs: Any, take: Callable[[Tensor, int], Tensor], level: Level | None
) -> Any:
    """The outputs with `take(output, dim)` for each, in torch's order of complaints."""
    name = _name(func)
    leaves = leaves_of(outputs)
    dims: list[Any] | None = spread_over(out_dims, outputs)
    if isinstance(outputs, Tensor) and isinstance(out_dims, tuple) and len(out_dims) == 1:
        dims = list(out_dims)
    if any(not isinstance(each, int) and each is not None for each in leaves_of(out_dims)):
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a python collection of ints "
            "representing where in the outputs the vmapped dimension should appear."
        )
    if dims is None:
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of "
            f"`outputs`. out_dims has structure {structure_of(out_dims)} but outputs has structure "
            f"{structure_of(outputs)}."
        )
    taken = []
    for leaf, dim in zip(leaves, dims, strict=True):
        if dim is None:
            if isinstance(leaf, Tensor) and level is not None and level in levels_of(leaf._array):
                raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
            taken.append(leaf)
        elif not isinstance(leaf, Tensor):
            raise ValueError(
                f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(leaf)}. Did you mean to set "
                "out_dims= to None for output?"
            )
        else:
            ndim = leaf._array.ndim + 1
            if not -ndim <= dim < ndim:
                raise errors.dimension_out_of_range(dim, ndim)
            taken.append(take(leaf, dim % ndim))
    return like(outputs, taken)
