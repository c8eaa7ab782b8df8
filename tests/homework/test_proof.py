"""The expensive proof: in a process of its own, which is stopped."""

from __future__ import annotations

from gradcli.homework import Evidence, Judge, make_question
from gradcli.homework.proof import Simplification
from gradcli.language import Expr, parse
from gradcli.operations import vocabulary


def read(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


def test_simplification_proves_what_needs_the_laws_of_a_function() -> None:
    with Simplification(seconds=60) as prove:
        assert prove(read("gamma(x+1)"), read("x*gamma(x)"), ["x"])
        assert not prove(read("gamma(x+1)"), read("gamma(x)"), ["x"])
        assert not prove(read("median([x, 1])"), read("x"), ["x"])


def test_a_proof_that_takes_too_long_is_none_and_the_next_one_is_tried() -> None:
    with Simplification(seconds=0.001) as prove:
        assert not prove(read("gamma(x+1)"), read("x*gamma(x)"), ["x"])
        assert not prove(read("gamma(x+1)"), read("x*gamma(x)"), ["x"])


def test_the_judge_uses_it_last() -> None:
    with Simplification(seconds=60) as prove:
        judge = Judge(make_question("gamma(x+1)*y", wrt="y"), prove=prove)
        assert judge.judge("x*gamma(x)").evidence is Evidence.PROVED
    assert Judge(make_question("gamma(x+1)*y", wrt="y")).judge("x*gamma(x)").evidence is Evidence.AGREES
