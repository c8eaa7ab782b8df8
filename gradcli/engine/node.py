"""The recorded graph: nodes, what they save, and how an operation's derivative is declared.

A derivative is declared as it stands in a table, one rule per differentiable input,
and the names of a rule's parameters say what it needs:

    MulBackward0 = derivative(
        "MulBackward0",
        self=lambda grad, other: grad * other,
        other=lambda grad, self: grad * self,
    )

`grad` is the gradient of the output; a parameter named like an input, or `result`, is saved for the backward pass when
a rule that is going to run asks for it; any other parameter is an attribute that the operation records (`exponent`,
`dim`). From this follow the saved tensors (`grad_fn._saved_other`), the error of a second backward and the check of
versions.

Rules are plain NumPy mathematics. The ordinary backward pass calls them on arrays; with create_graph they are called on
Tensors, which answer to the same operators and, by NumPy's protocols, to the same functions, so that the backward pass
is itself recorded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gradcli.engine import errors, modes

if TYPE_CHECKING:
    from gradcli.engine.tensor import Tensor

Rule = Callable[..., Any]
BoundRule = Callable[[Any, Sequence[Any]], Any]
"""A rule as a function of the gradient and of all values that its node keeps."""
next_sequence_nr: Final = count().__next__


class Variable:
    """What a graph leads to and what its nodes save, besides numbers and arrays: Tensor, and what stands for one."""

    __slots__ = ()

    of: ClassVar[Callable[..., Tensor]]
    """Makes the Tensor of an array; Tensor's module says how."""

    if TYPE_CHECKING:

        @property
        def _array(self) -> Any: ...
        @property
        def _counter(self) -> VersionCounter | None: ...

    def _unpacked_for(self, node: Node, connected: bool) -> Any:
        """The Tensor that `node` saved."""
        return self


Views = list["weakref.ref[Tensor]"]


class VersionCounter:
    """Counts in-place writes; shared by a tensor, its views and what it was detached to."""

    __slots__ = ("value", "views")

    def __init__(self) -> None:
        self.value = 0
        self.views: Views | None = None
        """The views of what it counts for, weakly."""


class InferenceCounter(VersionCounter):
    """Stands where an inference tensor would have its counter: it counts nothing, and refuses writes outside
    inference mode."""

    __slots__ = ()

    @property
    def value(self) -> int:
        """Always 0. Setting raises RuntimeError outside inference mode."""
        return 0

    @value.setter
    def value(self, number: int) -> None:
        if number and not modes.state.inference:
            raise RuntimeError(errors.INFERENCE_WRITTEN)


INFERENCE: Final = InferenceCounter()


class Freed:
    """Stands where saved values were, after backward has freed them."""

    __slots__ = ()

    def __iter__(self) -> Iterator[None]:
        return iter(())


FREED: Final = Freed()
FORBIDDEN: Final = -1
"""The output number of a view that lost its history (see `views`)."""


class RemovableHandle:
    """What registering a hook returns; `remove()`, or leaving a `with` of it, takes the hook off again."""

    __module__ = "torch.utils.hooks"

    def __init__(self, functions: dict[int, Any], hook: Any, *, first: bool = False) -> None:
        self._functions = functions
        self.id = next_sequence_nr()
        earlier = dict(functions) if first else {}
        for each in earlier:
            del functions[each]
        functions[self.id] = hook
        functions.update(earlier)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Take the hook off."""
        self._functions.pop(self.id, None)


class Details:
    """What few nodes have; Node says what each is."""

    __slots__ = ("accumulators", "edge_outputs", "expected", "hooks", "result_counter", "result_version", "versions")

    def __init__(self) -> None:
        self.accumulators: tuple[AccumulateGrad, ...] = ()
        self.edge_outputs: tuple[int, ...] | None = None
        self.expected: tuple[tuple[tuple[int, ...], Any] | None, ...] | None = None
        self.versions: tuple[int, ...] | None = None
        self.result_counter: VersionCounter | None = None
        self.result_version = 0
        self.hooks: Hooks | None = None

    def result_written(self) -> bool:
        """Whether the result was written to in place since it was saved."""
        return self.result_counter is not None and self.result_counter.value != self.result_version


_NO_DETAILS: Final = Details()


def _detail(name: str, doc: str) -> Any:
    """A property of Node that is kept in its details."""

    def read(self: Node) -> Any:
        return getattr(self.details or _NO_DETAILS, name)

    def write(self: Node, value: Any) -> None:
        if self.details is None:
            self.details = Details()
        setattr(self.details, name, value)

    return property(read, write, doc=doc)


def _saved(name: str) -> Any:
    """A property of a class of nodes: what they save, or note, under a name."""

    def read(self: Node) -> Any:
        if name in self.attribute_names:
            return self.attributes[self.attribute_names.index(name)]
        return self.saved_tensors()[self.saved_names.index(name)]

    return property(read)


def _raw_saved(name: str) -> Any:
    """A property of a class of nodes: what they save under a name, as hooks of saved tensors take it. (A `__getattr__`
    would slow down each access to each slot.)"""
    return property(lambda self: self._raw(name))


class Node:
    """One recorded operation.

    `edges` leads to what produced each input: a Node, a leaf Tensor, or None where no gradient goes. `saved` holds
    what the rules need, by the class's `saved_names`: a Tensor for an input, an array for the result, a number for a
    Python operand. `details` is what few nodes have, None for the others.
    """

    __slots__ = ("__weakref__", "attributes", "details", "edges", "saved", "sequence_nr")

    accumulators = _detail("accumulators", "The AccumulateGrads that it has shown: they live as long as it does.")
    edge_outputs = _detail("edge_outputs", "Which output of its node each input was; None: the first of each.")
    expected = _detail(
        "expected", "The shape and dtype that the gradient of an input that was broadcast or converted must have."
    )
    versions = _detail("versions", "How often the saved tensors had been written to when saved; None: never.")
    result_counter = _detail("result_counter", "The counter of writes to the result, once somebody shares it.")
    result_version = _detail("result_version", "What that counter showed when the result was saved.")
    hooks = _detail("hooks", "What happens to gradients when the node runs.")

    inputs: ClassVar[tuple[str, ...]] = ()
    saved_names: ClassVar[tuple[str, ...]] = ()
    saved_inputs: ClassVar[tuple[int | None, ...]] = ()
    """Which input each of the saved is, None for one that the operation hands over by its name."""
    attribute_names: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[tuple[BoundRule | None, ...] | None] = None
    """One for each input, None where it has no derivative; None as a whole where a class has a `vjp` of its own."""
    users: ClassVar[tuple[tuple[int, ...], ...]] = ()
    elementwise: ClassVar[bool] = False
    """Whether the rules do the same to each element, so that they may be run block by block."""
    place: ClassVar[Callable[..., Any] | None] = None
    """Of an operation that takes a slice: the slice's index, by the attributes."""
    outputs: ClassVar[int] = 1
    results: ClassVar[tuple[str, ...]] = ("result",)

    def __init__(
        self,
        edges: tuple[Node | Tensor | None, ...],
        saved: tuple[Any, ...],
        attributes: tuple[Any, ...] = (),
    ) -> None:
        self.edges = edges
        self.saved: tuple[Any, ...] | Freed = saved
        self.attributes = attributes
        self.details: Details | None = None
        self.sequence_nr = next_sequence_nr()

    def __init_subclass__(cls) -> None:
        if "vjp" in cls.__dict__:
            cls.rules = None
        for name in (*cls.saved_names, *cls.attribute_names):
            if not name.startswith("_"):
                setattr(cls, f"_saved_{name}", _saved(name))
        for name in cls.saved_names:
            setattr(cls, f"_raw_saved_{name}", _raw_saved(name))

    def name(self) -> str:
        """The C++ name (torch's Node::name)."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """`(node, output number)` for each input; a leaf is shown through its AccumulateGrad, always the same one as
        long as a graph leads to it."""
        numbers = self.edge_outputs or (0,) * len(self.edges)
        functions = tuple(
            [each if each is None or isinstance(each, Node) else each._accumulator() for each in self.edges]
        )
        if shown := tuple([each for each in functions if isinstance(each, AccumulateGrad)]):
            self.accumulators = shown
        return tuple(zip(functions, numbers, strict=True))

    def register_prehook(self, hook: Callable[..., Any]) -> Any:
        """Call `hook(grad_outputs)` before the node runs; a tuple that it returns replaces the gradients."""
        self.hooks = self.hooks or Hooks()
        return RemovableHandle(self.hooks.before, hook)

    def register_hook(self, hook: Callable[..., Any]) -> Any:
        """Call `hook(grad_inputs, grad_outputs)` after the node ran; a tuple that it returns replaces grad_inputs."""
        self.hooks = self.hooks or Hooks()
        return RemovableHandle(self.hooks.after, hook)

    def _sequence_nr(self) -> int:
        return self.sequence_nr

    if TYPE_CHECKING:  # what `methods` gives it

        def __getattr__(self, name: str) -> Any: ...
        def __call__(self, *grads: Any) -> Any:
            """See methods."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def values(self) -> Sequence[Any]:
        """The saved values as arrays and numbers, and the attributes, as rules take them.

        Raises RuntimeError where something was freed or written to in place since it was saved.
        """
        saved = self.saved
        if not saved:
            return self.attributes
        if saved is FREED:
            raise RuntimeError(errors.FREED)
        written = self.details is not None and self.details.result_written()
        values = [*saved, *self.attributes]
        for i, value in enumerate(saved):
            if isinstance(value, Variable):
                values[i] = value._array
                counter = value._counter
                if counter is not None and counter.value:
                    written = True
        if written:
            self._check_versions()
        return values

    def saved_tensors(self, *, connected: bool = False) -> list[Any]:
        """The saved values as Tensors (numbers stay numbers), the result with this node as its grad_fn; `connected`
        says that operations on them lead to the leaves, as `Packed.unpack` has it."""
        saved = self.saved
        if isinstance(saved, Freed):
            raise RuntimeError(errors.FREED)
        self._check_versions()
        results = self.results
        return [
            value._unpacked_for(self, connected)
            if isinstance(value, Variable)
            else Variable.of(value, node=self, output_nr=results.index(name))
            if name in results and value is not None
            else value
            for name, value in zip(self.saved_names, saved, strict=True)
        ]

    def _check_versions(self) -> None:
        """Raise RuntimeError where a saved tensor was written to in place since it was saved."""
        saved = self.saved
        if isinstance(saved, Freed):
            raise RuntimeError(errors.FREED)
        versions = self.versions or (0,) * len(saved)
        for name, value, expected in zip(self.saved_names, saved, versions, strict=True):
            if name == self.results[0]:
                counter = self.result_counter
                expected = self.result_version
                origin: Node | None = self
            else:
                counter = getattr(value, "_counter", None)
                origin = getattr(value, "_node", None)
            if counter is not None and counter.value != expected:
                raise _modified(value, origin, counter.value, expected)

    def replace_saved(self, value: Any, by: Any) -> None:
        """Let `by` stand wherever `value` itself is saved."""
        saved = self.saved
        if not isinstance(saved, Freed) and any(each is value for each in saved):
            self.saved = tuple([by if each is value else each for each in saved])

    def free(self) -> None:
        """Drop what is saved (a backward pass without retain_graph); where that is nothing, it is not missed either."""
        for value in self.saved:
            if value is not None:
                self.saved = FREED
                return

    def vjp(self, grad: Any, recording: bool) -> Sequence[Any]:
        """The gradients of the inputs, None for those that need none.

        `grad` is an array, or a Tensor when `recording`. Raises RuntimeError where saved values were freed or changed.
        """
        values = (
            [*_operands(self.saved_tensors(connected=True), grad), *self.attributes] if recording else self.values()
        )
        grads = [
            None if edge is None or rule is None else ruled(rule, grad, values)
            for edge, rule in zip(self.edges, self.rules or (), strict=True)
        ]
        if self.expected is not None:
            from gradcli.engine.broadcasting import fit

            for i, expected in enumerate(self.expected):
                if expected is not None and grads[i] is not None:
                    grads[i] = fit(grads[i], *expected)
        return grads


def ruled(rule: BoundRule, grad: Any, values: Sequence[Any]) -> Any:
    """What a rule gives; of a batch that it cannot take as one, what it gives for each member."""
    try:
        return rule(grad, values)
    except Exception:
        if modes.state.batches is None:
            raise
        return modes.state.batches.ruled_singly(rule, grad, values)


def forward_name(node: Node) -> str:
    """The name of the operation that a node was recorded for, as errors give it: `Exp`, but `T1` of TBackward1."""
    name = node.name()
    stem = name.rstrip("0123456789")
    if not stem.endswith("Backward"):
        return name
    number = name.removeprefix(stem)
    return stem.removesuffix("Backward") + ("" if number == "0" else number)


def _operands(saved: list[Any], grad: Any) -> list[Any]:
    """Saved values with numbers as Tensors, which is what torch saved of them (`x * 2` is recorded with a Tensor 2)."""
    dtype = getattr(grad, "dtype", None)
    return [
        Variable.of(dtype.scalar(value), dtype)
        if dtype is not None and isinstance(value, (int, float)) and not isinstance(value, bool)
        else value
        for value in saved
    ]


def _modified(value: Any, origin: Node | None, version: int, expected: int) -> RuntimeError:
    from gradcli.engine import dtypes

    array = getattr(value, "_array", value)
    name = ""
    if origin is not None:
        number = getattr(value, "_output_nr", 0)
        name = f", which is output {number} of {forward_name(origin)},"
    return errors.modified_in_place(dtypes.of_array(array).tensor_name, array.shape, name, version, expected)


class Hooks:
    """What happens to a node's gradients when it runs.

    Before: tensor hooks, then tensors that retain their gradient, by output number, then the node's own `before`
    hooks. After: its `after` hooks.
    """

    __slots__ = ("after", "before", "functions", "retained")

    def __init__(self) -> None:
        self.functions: dict[int, dict[int, Callable[[Any], Any]]] = {}
        self.retained: dict[int, Any] = {}
        self.before: dict[int, Callable[..., Any]] = {}
        self.after: dict[int, Callable[..., Any]] = {}


class ForbiddenView(Node):
    """The history of a view that lost it, because its base was written to; to ask for it is an error."""

    __slots__ = ("error", "output")

    error: RuntimeError
    output: tuple[int, str] | None
    """Which output of which operation the view was, None where that was not recorded."""

    def vjp(self, grad: object, recording: bool) -> tuple[()]:
        """Raise RuntimeError."""
        raise self.error


class AccumulateGrad:
    """The graph's end at a leaf: adds what arrives to the leaf's `.grad`. Shown by `next_functions`; `variable` is
    the leaf."""

    __slots__ = ("__weakref__", "hooks", "variable")
    __module__ = "builtins"

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable
        self.hooks: Hooks | None = None

    next_functions: ClassVar[tuple[tuple[Any, int], ...]] = ()

    def name(self) -> str:
        """The C++ name."""
        return "torch::autograd::AccumulateGrad"

    def register_prehook(self, hook: Callable[..., Any]) -> Any:
        """Call `hook(grad_outputs)` before the gradient is added; a tuple that it returns replaces it."""
        self.hooks = self.hooks or Hooks()
        return RemovableHandle(self.hooks.before, hook)

    def register_hook(self, hook: Callable[..., Any]) -> Any:
        """Call `hook((), grad_outputs)` after the gradient was added: an AccumulateGrad has no inputs."""
        self.hooks = self.hooks or Hooks()
        return RemovableHandle(self.hooks.after, hook)

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self):#x}>"


def derivative(
    name: str,
    *,
    saves: Sequence[str] = (),
    attributes: Sequence[str] = (),
    outputs: int = 1,
    results: tuple[str, ...] = ("result",),
    elementwise: bool = False,
    **rules: Rule | None,
) -> type[Node]:
    """Declare the node class `name` with a rule for each differentiable input, in order (see the module's docstring).

    A rule of None stands for an input that is recorded but has no derivative.
    `saves` names saved tensors that are no differentiable inputs (`indices`, `mask`);
    what begins with an underscore there is nothing that torch saves, and no `_saved_…` shows it;
    `results` names the outputs that rules may ask for; `attributes` fixes the order of the recorded attributes
    where that of first use in the rules does not serve; `elementwise` rules do the same to each element.
    """
    inputs = tuple(rules)
    parameters = [
        () if rule is None else rule.__code__.co_varnames[1 : rule.__code__.co_argcount] for rule in rules.values()
    ]
    used = list(dict.fromkeys(parameter for each in parameters for parameter in each))
    tensors = {*inputs, *saves, *results}
    saved_names = tuple(sorted({each for each in used if each in tensors} | set(saves)))
    attribute_names = tuple(dict.fromkeys([*attributes, *(each for each in used if each not in tensors)]))
    order = (*saved_names, *attribute_names)
    body = {
        "__slots__": (),
        "__module__": "builtins",  # where torch's are, so that their types print alike
        "__doc__": f"The derivative of the operation recorded as {name}.",
        "inputs": inputs,
        "saved_names": saved_names,
        "saved_inputs": tuple(inputs.index(name) if name in inputs else None for name in saved_names),
        "attribute_names": attribute_names,
        "rules": tuple(
            None if rule is None else _bound(rule, tuple(order.index(parameter) for parameter in each))
            for rule, each in zip(rules.values(), parameters, strict=True)
        ),
        "users": tuple(_users(saved, parameters, results) for saved in saved_names),
        "elementwise": elementwise,
        "outputs": outputs,
        "results": results,
    }
    return type(name, (Node,), body)


def _users(saved: str, parameters: Sequence[Sequence[str]], results: Sequence[str]) -> tuple[int, ...]:
    """The inputs of which one must require a gradient for a value to be saved: as in torch's generated code, the one
    whose rule asks for it, and any of them where several rules do, or where the value is a result."""
    asking = [i for i, each in enumerate(parameters) if saved in each]
    return tuple(asking) if len(asking) == 1 and saved not in results else tuple(range(len(parameters)))


def unchanged(grad: Any) -> Any:
    """The rule of what hands its gradient on as it is, a sum's; the walk does not even call it."""
    return grad


def pass_on(grad: Any, values: Sequence[Any]) -> Any:
    """`unchanged`, bound."""
    return grad


def _bound(rule: Rule, needs: tuple[int, ...]) -> BoundRule:
    """The rule, taking its arguments from the places `needs` among its node's values."""
    if rule is unchanged:
        return pass_on
    if not needs:
        return lambda grad, values: rule(grad)
    if len(needs) == 1:
        (only,) = needs
        return lambda grad, values: rule(grad, values[only])
    if len(needs) == 2:
        first, second = needs
        return lambda grad, values: rule(grad, values[first], values[second])
    return lambda grad, values: rule(grad, *[values[i] for i in needs])
