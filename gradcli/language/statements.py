"""Text to the program of several statements that it writes: one statement a line or between `;`, blocks by indentation.

Lines and blocks are Python's; expressions are those of one-liners (`2x^4` is `2*x**4`), with strings besides.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NoReturn

from gradcli.language import codes, suggestions
from gradcli.language.diagnostics import Note
from gradcli.language.formatted import FormattedParser
from gradcli.language.habits import Choice
from gradcli.language.names import GREEK_NAMES, MODULES, UNBINDABLE, quoted
from gradcli.language.script import (
    Assign,
    AugmentedAssign,
    ExpressionStatement,
    For,
    If,
    Script,
    ScriptVocabulary,
    Statement,
    Target,
    Unpacking,
    With,
)
from gradcli.language.tokens import END, NAME, NEWLINE
from gradcli.language.tree import Attribute, Call, Expr, Index, Name, Span
from gradcli.language.values import frozen
from gradcli.language.vocabulary import Signature

AUGMENTED: Final = {f"{operator}=": operator for operator in ("+", "-", "*", "/", "//", "%", "@", "**")} | {"^=": "**"}
"""Each operator that updates its target, and what it computes."""
ASSIGNABLE: Final = frozenset({"grad", "data", "requires_grad"})
"""The attributes that may be assigned."""
COMPOUND: Final = frozenset({"for", "with", "if"})
"""The words that begin a statement with a block."""
_UNSUPPORTED: Final = {
    "while": "repeat a number of times: for i in range(100):",
    "def": "write the calculation out, or repeat it: for i in range(3):",
    "lambda": "write the calculation out",
    **dict.fromkeys(
        ("class", "return", "del", "try", "assert", "raise", "break", "continue", "global", "yield", "async"),
        "a program has assignments, calls, print, for, with and if",
    ),
}
_IMPORTED_MODULES: Final = {
    **dict.fromkeys(("torch", "torch.nn", "torch.nn.functional", "torch.autograd"), MODULES),
    **dict.fromkeys(("torch.linalg", "torch.special"), frozenset[str]()),
}
"""What may be imported, and the names under which it is known without."""
_UNASSIGNABLE: Final = frozenset({"print", "range", "pass", *_UNSUPPORTED.keys() - GREEK_NAMES, *UNBINDABLE, *MODULES})


@frozen
class ParsedScript:
    """A text as read: the program, and notes on readings that people differ on."""

    script: Script
    notes: tuple[Note, ...]
    source: str


def parse_script(text: str, vocabulary: ScriptVocabulary, variables: Collection[str] = ()) -> ParsedScript:
    """The program that `text` writes; `variables` are names that have a value already.

    Raises DiagnosticError, and nothing else, for any text that is none. A text without any statement is a program
    that does nothing.
    """
    parser = _StatementParser(text, vocabulary, variables)
    script = parser.script()
    if parser.ambiguities:
        from gradcli.language.notes import notes_on_script  # needed where others read a text differently only

        def read(source: str, chosen: Collection[Choice] = ()) -> Script:
            return _StatementParser(source, vocabulary, variables, chosen).script()

        parser.notes += notes_on_script(text, script, parser.ambiguities, read)
    return ParsedScript(script, tuple(parser.notes), text)


class _StatementParser(FormattedParser):
    """Statements. `indents` are the indentations of the blocks around the place, the outermost first."""

    __slots__ = ("indents", "names")

    def __init__(
        self, source: str, vocabulary: ScriptVocabulary, variables: Collection[str], chosen: Collection[Choice] = ()
    ) -> None:
        super().__init__(source, vocabulary.expressions, variables, chosen=chosen)
        self.names = vocabulary
        self.indents = [""]

    # What the names of a program are.

    def method(self, name: str) -> Signature | None:
        """The method `name`."""
        return self.names.methods.get(name)

    def methods(self) -> Collection[str]:
        """The names of all methods."""
        return self.names.methods

    def attributes(self) -> Collection[str]:
        """The attributes that are no functions."""
        return self.names.attributes

    def qualified(self) -> Expr:
        """What stands behind a module's name: a dtype (`torch.float`), or a function."""
        if self.texts[self.position + 2] in self.vocabulary.constants and self.texts[self.position + 3] != "(":
            self.position += 2
            return super().variable()
        return super().qualified()

    def member(self, value: Expr, first: int) -> Expr:
        """`.name` at the place; an attribute is not called."""
        place = self.position + 1
        node = super().member(value, first)
        if isinstance(node, Attribute) and self.texts[self.position] == "(" and self.touches(self.position):
            message = f"{node.name} is an attribute, no method"
            self.fail(codes.UNKNOWN_ATTRIBUTE, message, self.token_span(place), f"write .{node.name} without brackets")
        return node

    def tuple_literal(self, opened: int, first: Expr) -> Call:
        """A tuple, which stays one."""
        elements = tuple(self.tuple_elements(first))
        span = Span(self.starts[opened], self.ends[self.position])
        return Call("tuple", elements, (), span, self.token_span(opened))

    def check_operator(self, span: Span) -> None:
        """Fail: what a variable of a program depends on is known when it runs, and not when it is read."""
        message = "a program takes derivatives by functions and by backward()"
        help_ = "write f(x) = x^2 and f'(3); or y = x**2, y.backward() and x.grad"
        self.fail(codes.DERIVATIVE_NOTATION, message, span, help_)

    def variable(self) -> Name:
        """The name at the place, as a variable that hides no function which is meant."""
        position = self.position
        name = self.texts[position]
        if self.texts[position + 1] == "(" and name in self.known and self.vocabulary.function(name):
            message = f"{name} is a variable in this program, and it is called here"
            help_ = f"write torch.{name}(...) for the function, or {name}*(...) for a product"
            self.fail(codes.NAME, message, self.token_span(position), help_)
        return super().variable()

    # Blocks.

    def script(self) -> Script:
        """The whole text."""
        self._check_brackets()
        return Script(self._statements(""), Span(0, len(self.source)))

    def _check_brackets(self) -> None:
        """Fail at a bracket that the text never closes: a line goes on to where its brackets are closed."""
        closings, _ = self.of_brackets()
        opened = [place for place, text in enumerate(self.texts) if text in ("(", "[") and place not in closings]
        if opened:
            closing = ")" if self.texts[opened[-1]] == "(" else "]"
            message = f"{quoted(self.texts[opened[-1]])} is never closed"
            self.fail(codes.UNCLOSED, message, self.token_span(opened[-1]), f"add '{closing}'")

    def _statements(self, indent: str) -> tuple[Statement, ...]:
        """The statements of the block whose lines begin with `indent`, to its end."""
        statements: list[Statement] = []
        while True:
            self._skip_newlines()
            if self.kinds[self.position] == END:
                return tuple(statements)
            found = self._indentation()
            if found != indent:
                if len(found) < len(indent) and found in self.indents:
                    return tuple(statements)
                self._wrong_indentation(found, indent)
            if self.texts[self.position] in COMPOUND:
                statements.append(self._compound(indent))
            else:
                statements += self._line()

    def _skip_newlines(self) -> None:
        while self.kinds[self.position] == NEWLINE:
            self.position += 1

    def _indentation(self) -> str:
        """What stands before the first token of the line at the place."""
        start = self.starts[self.position]
        line = self.source.rfind("\n", 0, start) + 1
        return self.source[line:start]

    def _wrong_indentation(self, found: str, indent: str) -> NoReturn:
        span = Span(self.starts[self.position] - len(found), self.starts[self.position])
        if not found.startswith(indent) and not indent.startswith(found):
            message = "tabs and blanks are mixed in the indentation"
            self.fail(codes.INDENTATION, message, span, "indent every line of a block with the same blanks")
        if len(found) > len(indent):
            help_ = "lines are indented after for ...:, with ...: and if ...: only"
            self.fail(codes.INDENTATION, "this line is indented, and the one before it begins no block", span, help_)
        message = "this line is indented as none of the blocks around it"
        self.fail(codes.INDENTATION, message, span, "indent it as the block that it belongs to")

    def _block(self, head: int, indent: str) -> tuple[Statement, ...]:
        """The block after the `:` at the place: what follows on its line, or the indented lines below."""
        word = self.texts[head]
        if self.texts[self.position] != ":":
            message = f"expected ':' after '{word} …', found {self.described(self.position)}"
            self.fail(codes.BLOCK, message, self.token_span(self.position), f"write {word} ...: with a colon")
        self.descend(head)
        self.position += 1
        if self.kinds[self.position] not in (NEWLINE, END):
            block = self._line()
        else:
            self._skip_newlines()
            found = "" if self.kinds[self.position] == END else self._indentation()
            if found == indent or not found.startswith(indent):
                if len(found) > len(indent):
                    self._wrong_indentation(found, indent)
                message = f"expected an indented block after '{word} …:'"
                self.fail(codes.INDENTATION, message, self.token_span(head), "indent the lines that belong to it")
            self.indents.append(found)
            block = self._statements(found)
            self.indents.pop()
        self.depth -= 1
        return block

    def _span_with_block(self, head: int) -> Span:
        """From the token at `head` to the end of the block just read."""
        last = self.position - 1
        while self.kinds[last] == NEWLINE:
            last -= 1
        return Span(self.starts[head], self.ends[last])

    def _line(self) -> tuple[Statement, ...]:
        """The statements up to the end of the line."""
        statements: list[Statement] = []
        while self.kinds[self.position] not in (NEWLINE, END):
            self.height = 0
            statement = self._simple()
            if statement is not None:
                statements.append(statement)
            if self.texts[self.position] == ";":
                self.position += 1
            elif self.kinds[self.position] not in (NEWLINE, END):
                self.after_value()
        return tuple(statements)

    # Statements with a block.

    def _compound(self, indent: str) -> Statement:
        head = self.position
        self.position += 1
        self.height = 0
        match self.texts[head]:
            case "for":
                return self._for(head, indent)
            case "with":
                return self._with(head, indent)
            case _:
                return self._if(head, indent)

    def _for(self, head: int, indent: str) -> For:
        target = self._loop_target()
        if self.texts[self.position] != "in":
            message = f"expected 'in', found {self.described(self.position)}"
            self.fail(codes.BLOCK, message, self.token_span(self.position), "write for i in range(3):")
        self.position += 1
        iterable = self._values()
        body = self._block(head, indent)
        return For(target, iterable, body, self._span_with_block(head))

    def _loop_target(self) -> Name | Unpacking:
        start = self.position
        names: list[Name] = []
        while True:
            if self.kinds[self.position] != NAME or self.texts[self.position] == "in":
                message = f"expected the name of a variable, found {self.described(self.position)}"
                self.fail(codes.BLOCK, message, self.token_span(self.position), "write for i in range(3):")
            names.append(self._bound_name())
            if self.texts[self.position] != ",":
                return names[0] if len(names) == 1 else Unpacking(tuple(names), self.span(start))
            self.position += 1

    def _bound_name(self) -> Name:
        """The name at the place, which gets a value there."""
        position = self.position
        name = self.texts[position]
        if name in _UNASSIGNABLE:
            message = f"{quoted(name)} has a meaning of its own here, and no value can be given to it"
            self.fail(codes.NAME, message, self.token_span(position), "choose another name")
        self.known.add(name)
        self.forget(name)
        self.position += 1
        return Name(name, self.token_span(position))

    def _with(self, head: int, indent: str) -> With:
        modes = self.names.modes
        start = self.position
        while self.kinds[self.position] == NAME and self.texts[self.position + 1] == ".":
            self.position += 2
        mode = self.texts[self.position]
        if mode not in modes:
            message = f"with takes a gradient mode, not {self.described(self.position)}"
            near = suggestions.did_you_mean(mode, modes) or "write with no_grad():"
            self.fail(codes.BLOCK, message, Span(self.starts[start], self.ends[self.position]), near)
        name = self.position
        self.position += 1
        if self.texts[self.position] != "(":
            self.fail(codes.BLOCK, f"{mode} needs brackets", self.token_span(name), f"write with {mode}():")
        arguments: list[Expr] = []
        signature = Signature(mode, ("mode",) if modes[mode] else (), int(modes[mode]))
        self.check_count(name, signature, arguments, self.arguments(name, signature, arguments))
        body = self._block(head, indent)
        return With(mode, arguments[0] if arguments else None, body, self._span_with_block(head))

    def _if(self, head: int, indent: str) -> If:
        test = self.expression()
        body = self._block(head, indent)
        otherwise: tuple[Statement, ...] = ()
        self._skip_newlines()
        word = self.texts[self.position]
        if word in ("elif", "else") and self._indentation() == indent:
            place = self.position
            self.position += 1
            otherwise = (self._if(place, indent),) if word == "elif" else self._block(place, indent)
        return If(test, body, otherwise, self._span_with_block(head))

    # Statements on a line.

    def _simple(self) -> Statement | None:
        """The statement at the place; None where nothing is left to do.

        That is so of `pass`, of `import torch`, and of `f(x) = x^2`, which is written out where it is called.
        """
        start = self.position
        word = self.texts[start]
        if self.begins_definition(start):
            self.definition()
            return None
        if self.kinds[start] == NAME and word not in self.known:
            if word in ("import", "from"):
                self._import(word)
                return None
            if word == "pass":
                self.position += 1
                return None
            if word in _UNSUPPORTED and not (word in GREEK_NAMES and self.texts[start + 1] == "="):
                message = f"programs have no {word}"
                self.fail(codes.UNSUPPORTED, message, self.token_span(start), _UNSUPPORTED[word])
            if word in COMPOUND or word in ("elif", "else"):
                self._misplaced(word)
        return self._assignment_or_value(start)

    def _assignment_or_value(self, start: int) -> Statement:
        targets: list[Target | Unpacking] = []
        while True:
            place = self.position
            names = self._unpacked()
            if names is not None:
                targets.append(names)
                continue
            self._foresee_update()
            value = self._values()
            text = self.texts[self.position]
            if text in AUGMENTED:
                return self._augmented(start, self._target(value, place), bool(targets))
            if text != "=":
                break
            targets.append(self._target(value, place))
            self.position += 1
        span = self.span(start)
        return Assign(tuple(targets), value, span) if targets else ExpressionStatement(value, span)

    def _misplaced(self, word: str) -> NoReturn:
        span = self.token_span(self.position)
        if word in COMPOUND:
            self.fail(codes.BLOCK, f"'{word}' begins a line of its own", span, "put it on a new line")
        self.fail(codes.BLOCK, f"'{word}' has no 'if' before it", span, "indent it as the if that it belongs to")

    def _augmented(self, start: int, target: Target, chained: bool) -> AugmentedAssign:
        position = self.position
        operator = AUGMENTED[self.texts[position]]
        if chained:
            message = f"{self.described(position)} stands after one target only"
            self.fail(codes.TARGET, message, self.token_span(position), "write it on a line of its own")
        self.position += 1
        value = self._values()
        return AugmentedAssign(target, operator, value, self.span(start))

    def _unpacked(self) -> Name | Unpacking | None:
        """The names before the next `=`, which is stepped over: `x =`, `a, b =`, `(a, b) =`; None of anything else."""
        start = place = self.position
        bracketed = self.texts[place] == "("
        place += bracketed
        while self.kinds[place] == NAME and self.texts[place + 1] == ",":
            place += 2
        if self.kinds[place] == NAME:
            place += 1
        end = place
        if bracketed and self.texts[place] == ")":
            end += 1
        if place == start + bracketed or self.texts[end] != "=" or (bracketed and end == place):
            return None
        several = self.texts[start + bracketed + 1] == ","
        names = []
        for position in range(start + bracketed, place, 2):
            self.position = position
            names.append(self._bound_name())
        self.position = end
        span = self.span(start)
        self.position += 1
        return Unpacking(tuple(names), span) if several else names[0]

    def _foresee_update(self) -> None:
        """Take the name before `+=` for a variable, so that it is read as one."""
        position = self.position
        if self.kinds[position] == NAME and self.texts[position + 1] in AUGMENTED:
            self._bound_name()
            self.position = position

    def _target(self, value: Expr, start: int) -> Target:
        """An expression read before `=` as what it assigns to."""
        if isinstance(value, Name | Index):
            return value
        span = self.span(start)
        if not isinstance(value, Attribute):
            message = f"{quoted(self.source[span.start : span.end])} cannot be assigned to"
            self.fail(codes.TARGET, message, span, "write a name, x[0], x.grad or x.data before the =")
        if value.name not in ASSIGNABLE:
            help_ = f"these attributes can be: {', '.join(sorted(ASSIGNABLE))}"
            self.fail(codes.TARGET, f"the attribute {value.name} cannot be assigned", span, help_)
        return value

    def _values(self) -> Expr:
        """An expression; several with commas between are a tuple."""
        start = self.argument = self.position
        first = self.expression()
        if self.texts[self.position] != ",":
            return first
        values = [first]
        while self.texts[self.position] == ",":
            self.position += 1
            if self.kinds[self.position] in (NEWLINE, END) or self.texts[self.position] in (";", "=", ":"):
                break
            self.argument = self.position
            values.append(self.expression())
        self.grow(start)
        return Call("tuple", tuple(values), (), self.span(start), self.token_span(start))

    # Imports.

    def _import(self, word: str) -> None:
        """Skip an import of torch's own names, with a note; fail at any other."""
        start = self.position
        self.position += 1
        module = self._dotted()
        known = _IMPORTED_MODULES.get(module)
        if known is None:
            help_ = "torch's functions are there without an import; so are sqrt(x), exp(x), pi and their kin"
            self.fail(codes.IMPORT, f"a program cannot import {quoted(module)}", self.span(start), help_)
        if word == "from":
            if self.texts[self.position] != "import":
                message = f"expected 'import', found {self.described(self.position)}"
                self.fail(codes.IMPORT, message, self.token_span(self.position))
            self._imported_names()
        elif self.texts[self.position] == "as":
            self.position += 1
            alias = self.texts[self.position]
            if alias not in known:
                message = f"{quoted(module)} cannot be renamed {self.described(self.position)}"
                self.fail(codes.IMPORT, message, self.token_span(self.position), f"write {module}.… where it is used")
            self.position += 1
        span = self.span(start)
        text = self.source[span.start : span.end]
        self.note(f"{text} is read over: torch's names are there without it", span)

    def _dotted(self) -> str:
        """The dotted name at the place."""
        parts = []
        while self.kinds[self.position] == NAME:
            parts.append(self.texts[self.position])
            self.position += 1
            if self.texts[self.position] != ".":
                break
            self.position += 1
        return ".".join(parts)

    def _imported_names(self) -> None:
        while True:
            self.position += 1
            position = self.position
            name = self.texts[position]
            known = {*self.vocabulary.functions, *self.vocabulary.constants, *self.names.modes, *MODULES}
            if name not in known:
                message = f"there is no {self.described(position)} here to import"
                help_ = suggestions.did_you_mean(name, known)
                self.fail(codes.IMPORT, message, self.token_span(position), help_)
            self.position += 1
            if self.texts[self.position] != ",":
                return
