"""Text to program: statements, then what `at` binds; and one binding of the command line. `grammar` has the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final, NoReturn

from gradcli.language import codes
from gradcli.language.conventions import KEYBOARD, Conventions, is_latex
from gradcli.language.diagnostics import DiagnosticError, Note
from gradcli.language.expressions import ExpressionParser
from gradcli.language.habits import Ambiguity, Choice
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import A_FUNCTION, GREEK_NAMES, kind_of, normalised, quoted
from gradcli.language.rewriting import walk
from gradcli.language.spelling import compounds
from gradcli.language.tokens import END, NAME, NEWLINE, NUMBER, Tokens
from gradcli.language.tree import Assignment, Binding, Definition, Equation, Expr, Name, Number, Program, Range, Span
from gradcli.language.values import frozen, replace
from gradcli.language.vocabulary import Vocabulary

if TYPE_CHECKING:
    from gradcli.language import segmentation

_CONSTANTS: Final = {"e": "exp(1)", "pi": "acos(-1)", "tau": "2*acos(-1)"}
"""The constants that people also give values to, and what else they can be written as."""
_SEPARATORS: Final = frozenset({";", "\n"})
_BINDING_HELP = "write a name, =, and a value, as in x=2"


@frozen
class Parsed:
    """A text as read: the program, and notes on readings that people differ on.

    `names` are the names in the program's result, in order of first appearance as `free_names` has it; None where there
    are assignments before it, or the text has another order than the tree; then `mentioned` has those in the text.
    """

    program: Program
    notes: tuple[Note, ...]
    source: str
    names: tuple[str, ...] | None = None
    mentioned: frozenset[str] = frozenset()


def parse(
    text: str, vocabulary: Vocabulary, variables: Collection[str] = (), conventions: Conventions = KEYBOARD
) -> Parsed:
    """The program that `text` writes, by the conventions of whoever wrote it.

    `variables` are names bound elsewhere (on the command line). They are variables whatever else they may look like:
    `rate(x+1)` is a product where `rate` is one of them.
    Raises DiagnosticError, and nothing else, for any text that is none.
    """
    parser = _ProgramParser(text, vocabulary, variables, conventions)
    is_known = conventions.names is not None and not parser.closed  # in LaTeX, each letter is a name by itself
    if is_known and compounds(parser.tokens, vocabulary, _names(parser)):
        return _parse_segmented(parser)
    program, names = parser.program()
    if parser.ambiguities:
        parser.notes += _notes_on_readings(program, parser)
    mentioned = frozenset(parser.named if names is None else ())
    return Parsed(program, tuple(parser.notes), parser.source, names, mentioned)


def reread(
    text: str,
    vocabulary: Vocabulary,
    variables: Collection[str] = (),
    conventions: Conventions = KEYBOARD,
    tokens: Tokens | None = None,
    chosen: Collection[Choice] = (),
) -> tuple[Program, list[Ambiguity]]:
    """The program that a text writes for people with other habits at some places; all places where habits differ.

    `tokens` are the text's, where its letters run together. Raises DiagnosticError where it writes none.
    """
    parser = _ProgramParser(text, vocabulary, variables, conventions, tokens, chosen)
    return parser.program()[0], parser.ambiguities


def first_reading(
    text: str, vocabulary: Vocabulary, variables: Collection[str] = (), conventions: Conventions = KEYBOARD
) -> Program:
    """The program that the first way to take a text apart gives, without notes. Raises DiagnosticError."""
    tokens = next(segmentations(text, vocabulary, variables, conventions))
    return reread(text, vocabulary, variables, conventions, tokens)[0]


def segmentations(
    text: str, vocabulary: Vocabulary, variables: Collection[str] = (), conventions: Conventions = KEYBOARD
) -> Iterator[Tokens]:
    """The ways to take a text apart, the language's own first; some of them may not be readable."""
    parser = _ProgramParser(text, vocabulary, variables, conventions)
    if conventions.names is None or parser.closed:
        yield parser.tokens
    else:
        yield from (way.tokens for way in _segmentations(parser))


def _notes_on_readings(program: Program, parser: _ProgramParser) -> Iterator[Note]:
    """The notes on where others read the text of a parser differently, each with their reading of the whole."""
    if not [each for each in parser.ambiguities if each.is_noted]:
        return
    from gradcli.language.notes import notes_on_readings  # needed where others read a text differently only

    text, vocabulary, conventions = parser.source, parser.vocabulary, parser.conventions
    variables = parser.variables

    def read(chosen: Collection[Choice]) -> tuple[Program | None, list[Ambiguity]]:
        try:
            return reread(text, vocabulary, variables, conventions, parser.tokens, chosen)
        except DiagnosticError:
            return None, []

    def means(proposal: str, reading: Program) -> bool:
        try:
            return first_reading(proposal, vocabulary, variables, conventions) == reading
        except DiagnosticError:
            return False

    yield from notes_on_readings(text, program, parser.ambiguities, read, means)


def _names(parser: _ProgramParser) -> frozenset[str]:
    """All names that the text of a parser can have, where these are known."""
    assert parser.conventions.names is not None, "where letters may run together the names are known"
    return parser.variables | parser.conventions.names


def _segmentations(parser: _ProgramParser) -> Iterator[segmentation.Segmentation]:
    from gradcli.language import segmentation  # needed for answers only

    return segmentation.segmentations(parser.tokens, parser.source, parser.vocabulary, _names(parser))


def _parse_segmented(parser: _ProgramParser) -> Parsed:
    """The program of a text whose letters may run together: the first way to take it apart that can be read.

    The other ways are in its notes. Raises DiagnosticError where none can be read.
    """
    from gradcli.language import segmentation

    text, vocabulary, known = parser.source, parser.vocabulary, parser.variables
    found: list[tuple[_ProgramParser, Parsed, segmentation.Segmentation]] = []
    failure: DiagnosticError | None = None
    said = tuple(parser.notes)
    for way in _segmentations(parser):
        reader = parser
        if way.tokens is not parser.tokens:
            reader = _ProgramParser(text, vocabulary, known, parser.conventions, way.tokens)
        try:
            program, own = reader.program()
        except DiagnosticError as error:
            failure = failure or error
        else:
            found.append((reader, Parsed(program, tuple(reader.notes), text, own), way))
    if not found:
        assert failure is not None, "there is one way at least"
        raise failure
    (reader, parsed, way), *others = found
    notes = segmentation.notes(way, [(other, each.program.result) for _, each, other in others], text)
    readings = _notes_on_readings(parsed.program, reader) if reader.ambiguities else ()
    if reader is not parser:
        notes += said
    return replace(parsed, notes=(*notes, *parsed.notes, *readings))


def parse_binding(text: str, vocabulary: Vocabulary) -> Binding | Range:
    """The binding that one `NAME=VALUE` argument writes; the value is an expression of constants, or a range of them.

    Raises DiagnosticError for anything else.
    """
    return _ProgramParser(text, vocabulary, _bound_by(text)).single_binding()


def parse_interval(text: str, vocabulary: Vocabulary) -> Binding | Range:
    """The same of an argument that may be an interval, `NAME=FROM:TO`, whose ends and length are not looked at."""
    return _IntervalParser(text, vocabulary, _bound_by(text)).single_binding()


def _bound_by(argument: str) -> tuple[str, ...]:
    """The name that an argument in LaTeX binds."""
    name = normalised(argument.partition("=")[0]) if is_latex(argument) else None
    return () if name is None else (name,)


class _ProgramParser(ExpressionParser):
    """Statements and bindings."""

    __slots__ = ()

    def program(self) -> tuple[Program, tuple[str, ...] | None]:
        """The whole text, and the names in its result (see Parsed)."""
        if "at" in self.texts:
            self._foresee_bindings()
        assignments, result = self._statements()
        written = assignments or self.definitions or not self.in_order
        names = None if written else tuple(dict.fromkeys(self.named))
        bindings, ranges_ = self._bindings() if self.texts[self.position] == "at" else ((), ())
        self._skip_separators()
        if self.kinds[self.position] != END:
            if bindings or ranges_:
                message = f"expected ',' or the end after a binding, found {self.described(self.position)}"
                self.fail(codes.BINDING, message, self.token_span(self.position), "bindings come last: … at x=2, y=3")
            self.after_value()
        if self.applied:
            self._check_applied()
        if "tau" in self.named or not self.known.isdisjoint(_CONSTANTS):
            self._note_constants()
        definitions = tuple(self.definitions.values()) if self.definitions else ()
        return Program(assignments, result, bindings, Span(0, len(self.source)), definitions, ranges_), names

    def _note_constants(self) -> None:
        """Notes on a constant that is a variable here, and on tau, which elsewhere is one."""
        bound = self.known & _CONSTANTS.keys()
        named = set(self.named)
        for name in sorted(bound & named):
            self._note_name(
                name, f"is a variable, since it is given a value; write {_CONSTANTS[name]} for the constant"
            )
        if "tau" in named and "tau" not in bound:
            self._note_name("tau", "reads as the constant 2*pi; give it a value for a variable")

    def _note_name(self, name: str, message: str) -> None:
        position = self.texts.index(name)
        if len(self.notes) < MAX_NOTES:
            self.note(f"{name} {message}", self.token_span(position))

    def _check_applied(self) -> None:
        """Fail where a name is a function at one place and a variable at another: `gamma(x) + gamma`."""
        variables = {*self.named, *self.known}
        for position in self.applied:
            name = self.texts[position]
            if name in variables:
                message = f"{quoted(name)} is a function here, and a variable elsewhere"
                help_ = f"write torch.{name}(...) for the function, {name}*(...) for a product"
                self.fail(codes.NAME, message, self.token_span(position), help_)

    def _foresee_bindings(self) -> None:
        """Take the names that `at` binds for variables from the start of the text."""
        texts = self.texts
        start = len(texts) - 1 - texts[::-1].index("at")
        place = start + 1
        for _ in range(texts[place + 1 :].count("=")):
            place = texts.index("=", place + 1)
            if self.kinds[place - 1] == NAME and texts[place - 2] in (",", "at"):
                self.check_bindable(place - 1, "bound")
                self.known.add(texts[place - 1])

    def _statements(self) -> tuple[tuple[Assignment, ...], Expr]:
        assignments: list[Assignment] = []
        last: Definition | None = None
        while True:
            self._skip_separators()
            if self._at_end():
                break
            start = self.position
            following = self.texts[start + 1]
            if following == "(" and self.begins_definition(start) and not self._is_built_in(start):
                last = self.definition()
                if self.texts[self.position] == "=":
                    self._chained(start)
            elif following == "=" and self._begins_assignment(start):
                assignment = self._assignment()
                if self.conventions.equation and assignment.name not in self.scope.assigned() and self._is_last():
                    left = Name(assignment.name, assignment.name_span)
                    return tuple(assignments), Equation(left, assignment.value, assignment.span)
                self._assign(assignment)
                assignments.append(assignment)
                last = None
            else:
                return tuple(assignments), self._result(start)
            if self.texts[self.position] not in _SEPARATORS:
                break
        if not self._at_end():
            self.after_value()
        if last is not None:
            return tuple(assignments), self.of_parameters(last, last.span)
        if not assignments:
            self._nothing()
        self._note_word(assignments[-1])
        return tuple(assignments[:-1]), assignments[-1].value

    def _is_built_in(self, position: int) -> bool:
        """Whether the name is that of a function that cannot be defined: before `=` it makes an equation."""
        return kind_of(self.texts[position], self.vocabulary) == A_FUNCTION

    def _at_end(self) -> bool:
        return self.kinds[self.position] == END or self.texts[self.position] == "at"

    def _is_last(self) -> bool:
        """Whether no further statement follows the one just read."""
        place = self.position
        while self.texts[place] in _SEPARATORS:
            place += 1
        return self.kinds[place] == END or self.texts[place] == "at"

    def _result(self, start: int) -> Expr:
        """The statement at the place that is the program's value: an expression or an equation."""
        left = self.expression()
        if self.texts[self.position] != "=":
            self._end_of_expression(start)
            return left
        self.position += 1
        right = self.expression()
        if self.texts[self.position] == "=":
            self._chained(start)
        span = self.span(start)
        help_ = None
        if self.begins_definition(start):
            help_ = f"{self.written(start)} is a function already; a function of one's own has another name"
        if not self._is_last():
            if help_ is not None:
                self.check_bindable(start, "defined")
            message = "an equation is the last statement"
            self.fail(codes.EQUATION, message, span, "write it at the end, and what it uses before it")
        self._end_of_expression(start)
        self._check_equation(left, right, span, help_)
        return Equation(left, right, span)

    def _chained(self, start: int) -> NoReturn:
        message = "an equation has two sides"
        help_ = "write one equation; or values one by one: a = 2; b = a"
        self.fail(codes.EQUATION, message, Span(self.starts[start], self.ends[self.position]), help_)

    def _check_equation(self, left: Expr, right: Expr, span: Span, help_: str | None) -> None:
        """Fail unless the equation is in two names at least that nothing above assigns."""
        used = self.variables_of(left, right)
        assigned = self.scope.assigned()
        names = {
            node.name: None for side in (left, right) for node in walk(side) if isinstance(node, Name)
        }.keys() - assigned
        free = [name for name in used if name in names]
        if len(free) > 1:
            return
        if not used:
            message = "this equation has no variable"
        elif len(free) == len(used):
            message = f"this equation has one variable, {used[0]}: there is nothing to differentiate it by"
        else:
            message = "an equation is in two names that no statement above it gives a value"
        self.fail(codes.EQUATION, message, span, help_ or "write it in two, such as x^2 + y^2 = 25; == compares")

    def _note_word(self, assignment: Assignment) -> None:
        """A note where the last statement gives a value to a name that may be a product: `xy = 1`."""
        name = assignment.name
        if len(name) != 2 or not name.isalpha() or name in GREEK_NAMES or self.texts.count(name) > 1:
            return
        product = "*".join(name)
        text = self.source[assignment.span.start : assignment.name_span.end]
        message = (
            f"{text} = … gives the name {name} a value; write {product} = … for an equation in {name[0]} and {name[1]}"
        )
        self.note(message, assignment.name_span)

    def _nothing(self) -> None:
        if self.texts[self.position] == "at":
            self.expected_value("write the expression before at, as in x^2 at x=2")
        self.fail(codes.EMPTY, "there is no expression", Span(0, 0), "write one, such as 2x^4 + x^3")

    def _end_of_expression(self, start: int) -> None:
        """Fail where a statement follows the expression that is the program's value."""
        if self.texts[self.position] not in _SEPARATORS:
            return
        end = self.position
        self._skip_separators()
        if self._at_end():
            return
        message = "only the last statement may be an expression: nothing uses this value"
        span = Span(self.starts[start], self.ends[end - 1])
        self.fail(codes.STATEMENT, message, span, "give it a name: y = …")

    def _skip_separators(self) -> None:
        while self.texts[self.position] in _SEPARATORS:
            self.position += 1

    def _begins_assignment(self, start: int) -> bool:
        """Whether a name stands before the `=`. Fails at any other single token there that is no value."""
        if self.kinds[start] != NAME and self.kinds[start] != NUMBER:
            self._not_a_name(start)
        return self.kinds[start] == NAME

    def _assignment(self) -> Assignment:
        """The assignment at the place; what it assigns to is not changed yet."""
        start = self.position
        self.check_bindable(start, "assigned")
        self.position += 2
        value = self.expression()
        if self.texts[self.position] == "=":
            self._chained(start)
        return Assignment(self.texts[start], value, self.span(start), self.token_span(start))

    def _assign(self, assignment: Assignment) -> None:
        """Take the name for a variable with that value from here on, and for no function any more."""
        name = assignment.name
        self.known.add(name)
        self.scope.assign(name, assignment.value)
        self.forget(name)

    def _not_a_name(self, position: int) -> None:
        message = f"a value is assigned to a name, and {self.described(position)} is none"
        self.fail(codes.STATEMENT, message, self.token_span(position), "write the name first, as in y = 3x+2")

    def _bindings(self) -> tuple[tuple[Binding, ...], tuple[Range, ...]]:
        """What follows the place, at the word `at`: values, and ranges of them."""
        bindings: dict[str, Binding] = {}
        found: dict[str, Range] = {}
        while True:
            self.position += 1
            place = self.position
            if bindings or found:
                if self.kinds[place] in (END, NEWLINE):
                    break
                if self.kinds[place] == NUMBER:
                    self.position -= 1
                    self.after_value()
            binding = self._binding()
            name = binding.name
            if name in bindings or name in found:
                self.fail(codes.DUPLICATE_BINDING, f"{quoted(name)} is bound twice", binding.name_span)
            if type(binding) is Binding:
                bindings[name] = binding
            elif type(binding) is Range:
                found[name] = binding
            if self.texts[self.position] != ",":
                break
        if found:
            from gradcli.language import ranges  # with exact numbers, needed for ranges only

            ranges.check_together(tuple(found.values()), self.source)
        return tuple(bindings.values()), tuple(found.values())

    def _binding(self) -> Binding | Range:
        place = self.position
        if self.kinds[place] == END and place and self.texts[place - 1] == "at":
            self.fail(codes.BINDING, "expected a binding after 'at'", self.token_span(place), _BINDING_HELP)
        if self.kinds[place] != NAME or self.texts[place + 1] != "=":
            self._not_a_binding(place)
        self.check_bindable(place, "bound")
        self.position += 2
        if self.kinds[self.position] == END:
            self.expected_value(_BINDING_HELP)
        value = self.expression()
        text = self.texts[self.position]
        if text == ":" or text == "..":
            return self._range(place, value)
        if text == "=" and self.kinds[self.position - 1] == NAME:
            message = "bindings are separated by commas"
            self.fail(codes.BINDING, message, self.token_span(self.position - 1), "write x=2, y=3")
        if not isinstance(value, Number):
            self._check_constant(self.texts[place], value)
        return Binding(self.texts[place], value, self.span(place), self.token_span(place))

    def _range(self, place: int, start: Expr) -> Range:
        """The range whose `:` or `..` is at the place, of the name at `place`."""
        two_dots = self.texts[self.position] == ".."
        self.position += 1
        stop = self.expression()
        step = None
        if not two_dots and self.texts[self.position] == ":":
            self.position += 1
            step = self.expression()
        for value in (start, stop, step):
            if value is not None:
                self._check_constant(self.texts[place], value)
        found = Range(self.texts[place], start, stop, step, self.span(place), self.token_span(place))
        self._check_range(found)
        return found

    def _check_range(self, found: Range) -> None:
        """Fail where a range has no points."""
        from gradcli.language import ranges

        ranges.check(found, self.source)

    def _not_a_binding(self, place: int) -> None:
        span = self.token_span(place)
        following = self.texts[place + 1] if self.kinds[place] != END else ""
        if self.kinds[place] == END:
            self.fail(codes.BINDING, "there is no binding", span, _BINDING_HELP)
        if self.texts[place] == "=":
            self.fail(codes.BINDING, "expected a name before '='", span, _BINDING_HELP)
        if following == "==":
            message = "a binding is written with one '='"
            self.fail(codes.BINDING, message, self.token_span(place + 1), f"write {self.written(place)}=…")
        if self.kinds[place] != NAME:
            message = f"a value is bound to a name, and {self.described(place)} is none"
            self.fail(codes.BINDING, message, span, _BINDING_HELP)
        message = f"expected '=' after {self.described(place)}"
        self.fail(codes.BINDING, message, span, f"write {self.written(place)}=…")

    def _check_constant(self, bound: str, value: Expr) -> None:
        """Fail where the value depends on a name that is no constant."""
        for node in walk(value):
            if isinstance(node, Name) and node.name not in self.vocabulary.constants:
                message = f"the value of {quoted(bound)} depends on {quoted(node.name)}, which is no constant"
                self.fail(codes.NOT_CONSTANT, message, node.span, f"write a number or a list, as in {bound}=2")

    def single_binding(self) -> Binding | Range:
        """The whole text as one binding."""
        self._skip_separators()
        binding = self._binding()
        self._skip_separators()
        place = self.position
        if self.texts[place] == "," and self.texts[place + 2 : place + 3] == ["="]:
            self.fail(codes.BINDING, "one binding at a time", self.token_span(place), "write each as its own argument")
        if self.texts[place] in ("=", "at"):
            message = f"expected the end after a binding, found {self.described(place)}"
            self.fail(codes.BINDING, message, self.token_span(place), _BINDING_HELP)
        if self.kinds[place] != END:
            self.after_value()
        return binding


class _IntervalParser(_ProgramParser):
    """Bindings whose ranges are intervals, and no series of points."""

    __slots__ = ()

    def _check_range(self, found: Range) -> None:
        pass
