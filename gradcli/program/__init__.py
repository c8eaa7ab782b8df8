"""Programs of several statements with torch's semantics: parsed in `language`, executed here, printed elsewhere.

`Interpreter` executes; `script_vocabulary` is what the parser must know. Values are tensors of the engine, Python's
numbers, strings, tuples and lists. A list of numbers is a tensor (`x = [1., 2.]`), but for the sizes, items and
settings that torch takes as lists; a list that holds tensors stays one, and is stacked where a tensor is wanted.
"""

from gradcli.program.execution import MAX_STEPS, Output
from gradcli.program.interpreter import Interpreter
from gradcli.program.vocabulary import script_vocabulary

__all__ = ["MAX_STEPS", "Interpreter", "Output", "script_vocabulary"]
