"""Typical mistakes: the right derivation with a wrong rule in a right one's place, and wrong answers as a whole.

The tables (one module for each family of mistakes) say what is wrong in the teacher's words. Of each question, the
wrong derivatives are computed once, at the points at which its answers are judged; an answer that agrees with one of
them is consistent with that mistake. All that fit are named, the simplest first."""

from gradcli.homework.mistakes.naming import Recogniser
from gradcli.homework.mistakes.rules import MalRule, Misreading
from gradcli.homework.mistakes.table import MAL_RULES, MISREADINGS, NAMES

__all__ = ["MAL_RULES", "MISREADINGS", "NAMES", "MalRule", "Misreading", "Recogniser"]
