"""The vocabulary table is consistent in itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradcli.operations import CONSTANTS, OPERATIONS, TABLE, vocabulary


def test_no_name_is_declared_twice() -> None:
    names = [name for operation in TABLE for name in (operation.name, *operation.aliases)]
    assert len(names) == len(set(names)) == len(OPERATIONS)


def test_no_name_is_also_a_constant() -> None:
    assert not CONSTANTS & OPERATIONS.keys()


def test_entries_are_consistent() -> None:
    for operation in TABLE:
        assert 0 <= operation.required <= len(operation.parameters), operation.name
        assert not set(operation.parameters) & set(operation.keywords), operation.name
        assert operation.help, operation.name
        assert not operation.help.endswith("."), operation.name
        assert operation.inverse is None or operation.inverse in OPERATIONS, operation.name
        assert not operation.prefix or operation.required == 1, operation.name


@pytest.mark.parametrize(
    ("alias", "name"),
    [("ln", "log"), ("arcsin", "asin"), ("arsinh", "asinh"), ("swish", "silu"), ("clip", "clamp"), ("sgn", "sign")],
)
def test_aliases_lead_to_the_canonical_operation(alias: str, name: str) -> None:
    assert OPERATIONS[alias].name == name
    assert vocabulary().functions[alias].name == name


def test_inverse_functions_are_each_others() -> None:
    for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sec"):
        inverse = OPERATIONS[name].inverse
        assert inverse is not None
        assert OPERATIONS[inverse].inverse == name


def test_importing_the_table_loads_neither_numpy_nor_sympy() -> None:
    program = (
        "import sys, gradcli.operations as o; o.vocabulary(); print(sorted({'numpy', 'sympy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
