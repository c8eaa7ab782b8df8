"""The names of a program: the vocabulary of expressions, and what torch and Python have besides.

Nothing that a program names is looked up anywhere but in these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from gradcli import engine
from gradcli.engine import catalogue, dtypes
from gradcli.engine.node import AccumulateGrad, Node
from gradcli.engine.tensor import Tensor
from gradcli.language.script import ScriptVocabulary
from gradcli.language.values import frozen
from gradcli.language.vocabulary import Signature, Vocabulary
from gradcli.operations import vocabulary
from gradcli.program import values


@frozen
class Addition:
    """A function or method that expressions do not have. `parameters`, `required`, `keywords` and `variadic` are as in
    `language.vocabulary.Signature`; `owner` is what its first argument must be."""

    name: str
    call: Callable[..., Any]
    parameters: tuple[str, ...] = ("x",)
    required: int = 1
    keywords: tuple[str, ...] = ()
    variadic: bool = False
    owner: tuple[type, ...] = ()

    @property
    def signature(self) -> Signature:
        """How it is called."""
        return Signature(self.name, self.parameters, self.required, self.keywords, self.variadic)


DTYPES: Final[Mapping[str, dtypes.dtype]] = {
    **{name: getattr(dtypes, name) for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64")},
    "uint8": dtypes.uint8,
    "bool": dtypes.bool_,
    "half": dtypes.float16,
    "float": dtypes.float32,
    "double": dtypes.float64,
    "short": dtypes.int16,
    "int": dtypes.int32,
    "long": dtypes.int64,
}
"""The dtypes by torch's names."""

MODES: Final[Mapping[str, Callable[..., Any]]] = {
    "no_grad": engine.no_grad,
    "enable_grad": engine.enable_grad,
    "inference_mode": engine.inference_mode,
    "set_grad_enabled": engine.set_grad_enabled,
}
"""The contexts of `with`; the last one takes an argument."""


def _names(kind: type, names: str) -> dict[tuple[type, str], Callable[[Any], Any]]:
    return {(kind, name): _getter(name) for name in names.split()}


def _getter(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(value, name)


_ATTRIBUTES: Final = {
    **_names(Tensor, "grad grad_fn is_leaf requires_grad shape dtype data ndim retains_grad output_nr _version"),
    **_names(Node, "next_functions _saved_self _saved_other _saved_result _saved_exponent"),
    **_names(AccumulateGrad, "next_functions variable"),
    **_names(tuple, "values indices"),
}
"""What may stand after a dot without brackets, for each kind of value."""


def attribute(value: Any, name: str) -> Any:
    """The attribute `name` of a value. Raises AttributeError where the value has none of that name."""
    for kind in type(value).__mro__:
        getter = _ATTRIBUTES.get((kind, name))
        if getter is not None:
            return getter(value)
    raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")


def assign_attribute(owner: Any, name: str, value: Any) -> None:
    """`owner.name = value`. Raises AttributeError; RuntimeError or TypeError where it takes no such value."""
    setter = _SETTERS.get(name)
    if setter is None or not isinstance(owner, Tensor):
        raise AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r} to assign")
    setter(owner, value)


def _set_grad(owner: Tensor, value: Any) -> None:
    owner.grad = value


def _set_data(owner: Tensor, value: Any) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
    owner.data = value


def _set_requires_grad(owner: Tensor, value: Any) -> None:
    if not isinstance(value, bool):
        raise TypeError("requires_grad must be a bool")
    owner.requires_grad = value


_SETTERS: Final[Mapping[str, Callable[[Tensor, Any], None]]] = {
    "grad": _set_grad,
    "data": _set_data,
    "requires_grad": _set_requires_grad,
}


def _tensor_method(name: str) -> Callable[..., Any]:
    """A method of Tensor: the class's own, or one that the catalogue has."""

    def call(x: Any, *arguments: Any, **keywords: Any) -> Any:
        return _found(name)(x, *arguments, **keywords)

    return call


@cache
def _found(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = catalogue.find(name, catalogue.METHODS) or getattr(Tensor, name)
    return found


def _method(
    name: str, *parameters: str, required: int | None = None, keywords: tuple[str, ...] = (), variadic: bool = False
) -> Addition:
    """A method of tensors; `required` of its parameters must be given, all where None."""
    least = 1 + (len(parameters) if required is None else required)
    return Addition(name, _tensor_method(name), ("x", *parameters), least, keywords, variadic, (Tensor,))


def _function(
    name: str, *parameters: str, required: int | None = None, keywords: tuple[str, ...] = (), variadic: bool = False
) -> Addition:
    """A function of torch."""
    return Addition(
        name,
        lambda *arguments, **given: getattr(engine, name)(*arguments, **given),
        parameters,
        len(parameters) if required is None else required,
        keywords,
        variadic,
    )


_MADE: Final = ("dtype", "requires_grad")
_POINTWISE_IN_PLACE: Final = (
    "neg_ exp_ exp2_ expm1_ log_ log2_ log10_ log1p_ sqrt_ rsqrt_ reciprocal_ sin_ cos_ tan_ asin_ acos_ atan_ sinh_ "
    "cosh_ tanh_ abs_ sign_ floor_ ceil_ round_ trunc_ frac_ sigmoid_ relu_ square_ erf_ lgamma_ zero_ detach_ t_"
)
_IN_PLACE_WITH_OTHER: Final = "remainder_ fmod_ floor_divide_ atan2_ hypot_ fill_ copy_"
_COMPARED: Final = "eq ne lt le gt ge"

METHODS: Final[Mapping[str, Addition]] = {
    each.name: each
    for each in (
        # Autograd.
        _method("backward", "gradient", "retain_graph", "create_graph", "inputs", required=0),
        _method("requires_grad_", "requires_grad", required=0),
        _method("retain_grad"),
        # What a tensor is, and its numbers.
        _method("item"),
        _method("tolist"),
        _method("numel"),
        _method("dim"),
        _method("size", "dim", required=0),
        _method("is_floating_point"),
        _method("to", "other", keywords=("dtype",), required=0),
        _method("type", "dtype"),
        _method("type_as", "other"),
        _method("view_as", "other"),
        _method("reshape_as", "other"),
        _method("expand_as", "other"),
        _method("contiguous"),
        # In place.
        *(_method(name) for name in _POINTWISE_IN_PLACE.split()),
        *(_method(name, "other") for name in _IN_PLACE_WITH_OTHER.split()),
        _method("add_", "other", keywords=("alpha",)),
        _method("sub_", "other", keywords=("alpha",)),
        _method("mul_", "other"),
        _method("div_", "other", keywords=("rounding_mode",)),
        _method("pow_", "exponent"),
        _method("clamp_", "min", "max", required=0),
        _method("addcmul_", "tensor1", "tensor2", keywords=("value",)),
        _method("addcdiv_", "tensor1", "tensor2", keywords=("value",)),
        _method("masked_fill_", "mask", "value"),
        _method("unsqueeze_", "dim"),
        _method("squeeze_", "dim", required=0),
        _method("transpose_", "dim0", "dim1"),
        _method("uniform_", "from", "to", required=0),
        _method("normal_", "mean", "std", required=0),
    )
}
"""The methods of tensors."""

NODE_METHODS: Final[Mapping[str, Addition]] = {
    "name": Addition("name", lambda node: node.name(), ("node",), 1, owner=(Node, AccumulateGrad)),
}
"""The methods of the graph's nodes."""

CONVERSIONS: Final[Mapping[str, Addition]] = {
    name: Addition(str(dtype), lambda x, dtype=dtype: x.to(dtype), owner=(Tensor,))
    for name, dtype in DTYPES.items()
    if name in ("half", "float", "double", "short", "int", "long", "bool")
}
"""`x.float()` and the other conversions; as functions, `float(x)` and `int(x)` are Python's."""

FUNCTIONS: Final[Mapping[str, Addition]] = {
    each.name: each
    for each in (
        _function(
            "grad",
            *("outputs", "inputs", "grad_outputs", "retain_graph", "create_graph"),
            required=2,
            keywords=("allow_unused", "materialize_grads"),
        ),
        _function("backward", "tensors", "grad_tensors", "retain_graph", "create_graph", required=1),
        _function("is_grad_enabled"),
        _function("set_grad_enabled", "mode"),
        _function("add", "x", "other", keywords=("alpha",)),
        _function("sub", "x", "other", keywords=("alpha",)),
        _function("mul", "x", "other"),
        _function("div", "x", "other", keywords=("rounding_mode",)),
        _function("neg", "x"),
        *(_function(name, "x", "other") for name in _COMPARED.split()),
        _function("allclose", "x", "other", "rtol", "atol", required=2),
        _function("equal", "x", "other"),
        _function("numel", "x"),
        _function("empty", "size", variadic=True, keywords=_MADE),
        _function("full_like", "x", "fill_value", keywords=_MADE),
        _function("rand_like", "x", keywords=_MADE),
        _function("randn_like", "x", keywords=_MADE),
        _function("randint", "low", "high", "size", required=2, keywords=_MADE),
        _function("randperm", "n", keywords=("dtype",)),
    )
}
"""The functions of torch that expressions do not have."""

BUILTINS: Final[Mapping[str, Addition]] = {
    each.name: each
    for each in (
        Addition("print", print, ("values",), 0, ("sep", "end"), variadic=True),
        Addition("range", range, ("start", "stop", "step")),
        Addition("enumerate", enumerate, ("values", "start")),
        Addition("zip", zip, ("values",), 1, variadic=True),
        Addition("len", len, ("values",)),
        Addition("float", float),
        Addition("int", int),
        Addition("str", str),
        Addition("repr", repr),
        Addition("format", values.formatted, ("x", "spec")),
    )
}
"""Python's own functions; `print` is the interpreter's."""

NUMERIC: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "max": max,
    "min": min,
    "round": round,
    "pow": values.NUMBERS["**"],
}
"""What these functions of torch are for Python's numbers alone."""

_ALSO_METHODS: Final = ("add", "sub", "mul", "div", "neg", *_COMPARED.split(), "allclose", "equal")


@cache
def script_vocabulary() -> ScriptVocabulary:
    """The names as the parser reads them."""
    base = vocabulary()
    functions = {name: each.signature for name, each in {**FUNCTIONS, **BUILTINS}.items()}
    methods = {**{name: FUNCTIONS[name] for name in _ALSO_METHODS}, **METHODS, **NODE_METHODS, **CONVERSIONS}
    return ScriptVocabulary(
        Vocabulary(MappingProxyType({**base.functions, **functions}), base.constants | frozenset(DTYPES)),
        MappingProxyType({**base.functions, **{name: each.signature for name, each in methods.items()}}),
        frozenset(name for _, name in _ATTRIBUTES),
        MappingProxyType({name: name == "set_grad_enabled" for name in MODES}),
    )


@cache
def additions() -> Mapping[str, Addition]:
    """What the calls of a program's tree mean beyond the vocabulary of expressions, by canonical name."""
    conversions = {each.name: each for each in CONVERSIONS.values()}
    return MappingProxyType({**METHODS, **NODE_METHODS, **conversions, **FUNCTIONS, **BUILTINS})
