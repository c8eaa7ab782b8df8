"""Homework: a question, an answer, and a verdict with its evidence.

An answer is called wrong only with a counterexample, and proved only by a proof. In between it `agrees at N points`,
and where nothing can be said it is `undecided`.
"""

from gradcli.homework.asked import Form
from gradcli.homework.judge import Judge
from gradcli.homework.question import Question, Tolerance, make_question, read_question
from gradcli.homework.results import Counterexample, Evidence, Judgement, Mistake, Verdict

__all__ = [
    "Counterexample",
    "Evidence",
    "Form",
    "Judge",
    "Judgement",
    "Mistake",
    "Question",
    "Tolerance",
    "Verdict",
    "make_question",
    "read_question",
]
