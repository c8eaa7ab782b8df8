"""Sentences know their formulas: as a text they are plain ASCII, and every reader can have his own way of writing."""

from __future__ import annotations

import pickle

from gradcli.language import parse, to_text
from gradcli.language.sentences import LONGEST, Excerpt, Sentence, filled_in, joined, marked, split_at_marks, written
from gradcli.language.tree import Expr
from gradcli.operations import vocabulary
from gradcli.render.latex import to_latex
from gradcli.render.paper import to_paper
from gradcli.render.spelling import Spelling, sentence_respelled


def tree(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


SAID = Sentence("the factor ", tree("2*x"), " is lost, in ", tree("asin(2*x)"))


def test_a_sentence_is_its_text_in_plain_ascii() -> None:
    assert SAID == "the factor 2*x is lost, in asin(2*x)"
    assert {SAID: 1}[str(SAID)] == 1


def test_its_formulas_are_written_as_wanted() -> None:
    assert SAID.written(to_paper) == "the factor 2x is lost, in arcsin(2x)"
    assert written(SAID, to_latex) == r"the factor 2 x is lost, in \arcsin\left(2 x\right)"
    assert written("2*x", to_paper) == "2*x"  # a text that knows no formulas


def test_sentences_of_sentences_keep_their_formulas() -> None:
    both = joined("; or ", [SAID, Sentence("read as ", tree("x**2"))])
    assert (both + ", twice").written(to_paper) == "the factor 2x is lost, in arcsin(2x); or read as x², twice"
    filled = filled_in("{first} and not {second}", {"first": SAID, "second": tree("sqrt(x)")})
    assert filled.written(to_paper) == "the factor 2x is lost, in arcsin(2x) and not √x"


def test_marks_keep_formulas_apart_in_a_text() -> None:
    assert marked(SAID) == "the factor `2*x` is lost, in `asin(2*x)`"
    assert marked("2*x") == "2*x"
    assert list(split_at_marks("in `2*x`, `x`")) == [("in ", False), ("2*x", True), (", ", False), ("x", True)]
    assert sentence_respelled(SAID.marked, ("x",), Spelling.PAPER) == SAID.written(to_paper)


def test_a_mark_that_is_no_formula_is_left_out_and_a_single_one_stays() -> None:
    assert sentence_respelled("in `2*`, and ` alone", (), Spelling.PAPER) == "in 2*, and ` alone"


def test_a_long_excerpt_is_cut_and_has_no_marks() -> None:
    long = tree(" + ".join(f"x{number}" for number in range(40)))
    said = Sentence("in ", Excerpt(long))
    assert len(said) == len("in ") + LONGEST
    assert said.endswith("…")
    assert marked(said) == said
    assert Sentence("in ", long) == f"in {to_text(long)}"


def test_a_sentence_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(SAID))
    assert again == SAID
    assert again.written(to_paper) == SAID.written(to_paper)
