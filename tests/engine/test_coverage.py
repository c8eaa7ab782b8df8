"""Every operation has samples: what the catalogue and the namespaces hold is looked for in the tables."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradcli.engine import catalogue, linalg, special
from gradcli.engine.nn import functional
from gradcli.operations import TABLE
from tests.engine.edges import EDGES
from tests.engine.harness import SUITES
from tests.engine.variants import KINDS, VARIANTS

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.USub: "neg",
    ast.UAdd: "positive",
    ast.Invert: "bitwise_not",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}

WITHOUT_SAMPLES = {
    "printing serialization autograd.anomaly_mode": "no calculations; test_printing, test_serialization, test_programs",
    "batching.mapping": "a function of functions; test_vmap",
    "random random.sampling ops.randomize": "draws depend on what was drawn before; test_random",
}
"""Modules of the catalogue whose names have no samples, why, and what shows them instead."""
WITHOUT_SAMPLES_OF_THEIR_OWN = {
    "is_contiguous stride data_ptr storage_offset": "say how a tensor lies in memory; test_views",
    "is_tensor is_floating_point numel result_type promote_types can_cast finfo iinfo device": "test_creation",
    "is_inference": "says how a tensor was made; test_creation",
    "typename set_default_device get_default_device set_default_tensor_type": "say what tensors are, or are to be; the "
    "parity rows",
    "is_complex is_nonzero is_same_size is_signed get_device is_cpu is_cuda is_meta is_mps is_nested is_quantized "
    "is_sparse is_xpu itemsize nbytes ndimension": "say what a tensor is; the parity rows",
    "real imag layout strided": "say what a tensor is; the parity rows",
    "storage untyped_storage resize_ resize_as_": "show and change how much memory a tensor shows; the parity rows",
    "broadcast_shapes": "of shapes, not tensors; the parity rows",
    "dropout": "draws; the networks' goldens",
    "from_numpy": "takes an array, not a tensor; test_creation",
    "HalfTensor FloatTensor DoubleTensor ByteTensor CharTensor ShortTensor IntTensor LongTensor BoolTensor": (
        "types; test_creation"
    ),
    "allclose equal isclose": "say how near tensors are; test_closeness",
}
"""Names that have no samples, why, and what shows them instead."""
WITHOUT_VARIANTS = {
    "arange as_tensor asarray empty empty_like full linspace logspace ones scalar_tensor tensor zeros": (
        "take no operand"
    ),
    "tril_indices triu_indices": "take no operand",
    "new new_empty new_full new_tensor new_zeros": "take nothing of the operand but its dtype, as new_ones does",
    "byte char short": "are one with int",
}
"""Names that have samples but no variants, and why; methods that write have theirs without writing."""


def called(source: str) -> Iterable[str]:
    """The names of the functions, methods and operators in a text."""
    for node in ast.walk(ast.parse(source, mode="eval")):
        if isinstance(node, ast.Attribute):
            yield catalogue.ALIASES.get(node.attr, node.attr)
        elif isinstance(node, (ast.BinOp, ast.UnaryOp)):
            yield OPERATORS[type(node.op)]
        elif isinstance(node, ast.Compare):
            yield from (OPERATORS[type(each)] for each in node.ops)


IN_SAMPLES = {
    name
    for source in [*(sample.source for suite in SUITES for sample in suite.samples), *(edge.source for edge in EDGES)]
    for name in called(source)
}
IN_VARIANTS = {name for variant in VARIANTS for name in called(variant.source)}
EXEMPT_MODULES = {module for modules in WITHOUT_SAMPLES for module in modules.split()}
EXEMPT = {name for names in WITHOUT_SAMPLES_OF_THEIR_OWN for name in names.split()}
EXEMPT_FROM_VARIANTS = {name for names in WITHOUT_VARIANTS for name in names.split()}
TABLES = [catalogue.BOTH, catalogue.ONLY_FUNCTIONS, catalogue.ONLY_METHODS, catalogue.ONLY_FUNCTIONAL]
IN_CATALOGUE = {
    name: module for table in TABLES for module, names in table.items() for name in names.split() if name not in EXEMPT
}
OPERATION_NAMES = [name for name, module in IN_CATALOGUE.items() if module not in EXEMPT_MODULES]
IN_FUNCTIONAL = [
    name
    for name in dir(functional)
    if name not in EXEMPT
    and not name.startswith("_")
    and (name.endswith("_") or getattr(getattr(functional, name), "__module__", None) == functional.__name__)
]
IN_LINALG = [name for name in linalg.__all__ if name != "LinAlgError"]


def test_every_operation_has_a_sample() -> None:
    assert {*OPERATION_NAMES, *IN_LINALG, *IN_FUNCTIONAL, *special.__all__} <= IN_SAMPLES | IN_VARIANTS


def test_every_operation_has_variants() -> None:
    names = [*(each for each in OPERATION_NAMES if not each.endswith("_")), *IN_LINALG]
    assert [name for name in names if (name in IN_VARIANTS) == (name in EXEMPT_FROM_VARIANTS)] == []


def test_every_operation_of_the_vocabulary_that_torch_has_is_in_the_catalogue() -> None:
    known = {*catalogue.METHODS, *catalogue.FUNCTIONS, *catalogue.FUNCTIONAL, *IN_LINALG, *dir(functional)}
    others = MADE_OF_OTHERS | ATTRIBUTES
    assert [each.name for each in TABLE if (each.name in known) == (each.name in others)] == []


MADE_OF_OTHERS = {
    *("sec", "csc", "cot", "asec", "acsc", "acot", "sech", "csch", "coth", "asech", "acsch", "acoth"),
    *("cbrt", "gamma", "factorial"),
}
"""Functions that torch has not: they are calculated with others."""
ATTRIBUTES = {"T", "mT", "detach"}
"""What is an attribute or a method of Tensor itself."""


def test_every_kind_of_operand_is_asked_for() -> None:
    assert {variant.kind for variant in VARIANTS} == KINDS.keys()
    assert {variant.dtype for variant in VARIANTS} == {"float32", "float64"}
