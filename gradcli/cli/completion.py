"""`gradcli completion SHELL`, and what the Tab key gives then.

It is click's protocol, with what click does not know of: expressions, their variables, files.

A shell's script calls gradcli with `_GRADCLI_COMPLETE=SHELL_complete` and, in `COMP_LINE`, the command line up to the
cursor. The answer has a line (zsh: three) for each completion: what kind it is, and the word.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from gradcli.cli import terminal
from gradcli.cli.commands import COMMANDS, DEFAULT, OPERANDS
from gradcli.cli.misuse import is_binding
from gradcli.cli.program import program, subcommand
from gradcli.cli.prompt.completion import paths

VARIABLE: Final = "_GRADCLI_COMPLETE"
OPEN: Final = "open"
"""The type of a completion after which one goes on writing in the same word: no blank is added."""
FILE: Final = "file"

ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-2", "iso-8859-15", "mac-roman")
ANSWERS: Final = (".csv", ".jsonl", ".ndjson", ".xlsx", ".ods")
OPERAND_FILES: Final = {
    "batch": (".txt", ".csv", ".jsonl", ".ndjson"),
    "run": (".grad", ".txt", ".py"),
    "replay": (".ipynb", ".py"),
    "grade": (".toml", *ANSWERS),
}
"""The extensions of the files that a command takes for operands."""
_LAST_NAME: Final = re.compile(r"[^\W\d]\w*$")
_NAME: Final = re.compile(r"[^\W\d]\w*")

_BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' completion
    COMPREPLY=()
    for completion in $(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" %(complete_var)s=bash_complete "$1" 2>/dev/null); do
        case ${completion%%%%,*} in
            open) compopt -o nospace ;;
            file) compopt -o filenames ;;
        esac
        COMPREPLY+=("${completion#*,}")
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""
_ZSH: Final = """\
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
%(complete_func)s() {
    local -a response words_plain help_plain words_open help_open words_file
    local line="${(j: :)${words[1,CURRENT-1]}} $QIPREFIX$IPREFIX$PREFIX" type value text
    response=("${(@f)$(env COMP_LINE="$line" %(complete_var)s=zsh_complete $words[1] 2>/dev/null)}")
    for type value text in "${response[@]}"; do
        [[ $text == _ ]] && text=$value || text="$value  $text"
        case $type in
            open) words_open+=("$value"); help_open+=("$text") ;;
            file) words_file+=("$value") ;;
            plain) words_plain+=("$value"); help_plain+=("$text") ;;
        esac
    done
    (( $#words_plain )) && compadd -l -V plain -d help_plain -a words_plain
    (( $#words_open )) && compadd -V open -S '' -d help_open -a words_open
    (( $#words_file )) && compadd -f -a words_file
}
compdef %(complete_func)s %(prog_name)s
"""
_FISH: Final = """\
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    for completion in (env COMP_LINE="$line" %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
        string replace -r '^[a-z]+,' '' -- $completion
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""
INSTALLED_BY: Final = {
    "bash": 'eval "$(gradcli completion bash)"    in ~/.bashrc',
    "zsh": 'eval "$(gradcli completion zsh)"    in ~/.zshrc',
    "fish": "gradcli completion fish | source    in ~/.config/fish/config.fish",
}


EXAMPLES = """\
Examples:
  eval "$(gradcli completion bash)"
  gradcli completion zsh
  gradcli completion fish
"""


@subcommand("completion", EXAMPLES)
@click.argument("shell", type=click.Choice(tuple(INSTALLED_BY)), metavar="bash|zsh|fish")
def command(shell: str) -> int:
    """Print the script that completes commands, options, files, functions and variables in bash, zsh or fish.

    It is installed by one line in what the shell reads when it starts:

    \b
    ~/.bashrc:
      eval "$(gradcli completion bash)"
    ~/.zshrc:
      eval "$(gradcli completion zsh)"
    ~/.config/fish/config.fish:
      gradcli completion fish | source

    After an expression the Tab key gives its variables: gradcli 'x^2 y' <TAB> is x= and y=.
    """
    terminal.write(script(shell))
    return 0


class Completing(ShellComplete):
    """What the shells have in common."""

    def source(self) -> str:
        """The script, which says how it is installed."""
        head = f"# Completion of gradcli for {self.name}. This line installs it:\n#   {INSTALLED_BY[self.name]}\n"
        return head + self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is being written, and what there is of it."""
        line = os.environ.get("COMP_LINE")
        if line is None:
            return super().get_completion_args()
        *words, last = split_arg_string(line + "|")  # the last word is there even where nothing is written of it
        return words[1:], last[:-1]

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What the word may become."""
        option, equals, value = incomplete.partition("=")
        if not (equals and option.startswith("--")):
            return self._completions(args, incomplete)
        found = self._completions([*args, option], value)
        if self.name == "bash":  # which takes what is behind the = for a word of its own
            return found
        return [CompletionItem(f"{option}={each.value}", each.type, each.help) for each in found]

    def _completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        found = super().get_completions(list(args), incomplete)
        wanted = _Wanted(args, incomplete)
        if any(each.type in (FILE, "dir") for each in found):
            return list(wanted.files(()))
        if found and not (not args and incomplete and incomplete[0] != "-"):
            return found
        return [*found, *wanted.completions()]


class ClosingQuotes(Completing):
    """What bash and fish have in common: they close the quotes of a word that can become one thing only."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What the word may become; within quotes that are to stay open it is two things, which begin alike."""
        found = super().get_completions(args, incomplete)
        if len(found) != 1 or found[0].type != OPEN or not _is_quoted(os.environ.get("COMP_LINE", "")):
            return found
        word = found[0].value
        return [] if word == incomplete else [CompletionItem(word + more, OPEN) for more in ("(", " ")]


class BashCompleting(ClosingQuotes, BashComplete):
    """bash, from 4.4."""

    name = "bash"
    source_template = _BASH

    def format_completion(self, item: CompletionItem) -> str:
        """A line: the kind and the word; bash sees by itself what is a folder."""
        return f"{item.type},{item.value.removesuffix('/') if item.type == FILE else item.value}"


class ZshCompleting(Completing, ZshComplete):
    """zsh."""

    name = "zsh"
    source_template = _ZSH

    def format_completion(self, item: CompletionItem) -> str:
        """Three lines: the kind, the word, what it is."""
        return f"{item.type}\n{item.value}\n{item.help or '_'}"


class FishCompleting(ClosingQuotes, FishComplete):
    """fish."""

    name = "fish"
    source_template = _FISH


def _is_quoted(line: str) -> bool:
    """Whether the line ends within quotes."""
    try:
        shlex.split(line + "x")
    except ValueError:
        return True
    return False


class _Wanted:
    """A command line up to a word, and what is there of the word."""

    def __init__(self, args: Sequence[str], incomplete: str) -> None:
        named = bool(args) and args[0] in COMMANDS
        self._name = args[0] if named else DEFAULT
        self._given = list(args[1:] if named else args)
        self._incomplete = incomplete
        command = program.get_command(click.Context(program), self._name)
        assert command is not None
        self._command = command

    def completions(self) -> Iterator[CompletionItem]:
        """What the word may become: an option's value, or an operand."""
        option = self._open_option()
        if option is not None:
            yield from self._values(option)
            return
        context = self._command.make_context(self._name, list(self._given), resilient_parsing=True)
        operands: list[str] = context.meta.get(OPERANDS, [])
        arguments = [each for each in self._command.params if isinstance(each, click.Argument)]
        metavar = (arguments[0].metavar or arguments[0].name or "") if arguments else ""
        if metavar.startswith(("EXPR", "FUNCTION")):
            yield from self._expression(operands, answers=metavar.startswith("FUNCTION"))
        elif self._name in OPERAND_FILES:
            extensions = OPERAND_FILES[self._name]
            if self._name == "grade":
                extensions = ANSWERS if operands else (".toml",)
            yield from self.files(extensions)
        elif self._name == "functions":
            yield from _starting(self._incomplete, _functions())
        elif self._name == "help":
            yield from _starting(self._incomplete, {name: summary for name, (_, summary) in COMMANDS.items()})

    def _open_option(self) -> click.Option | None:
        """The option whose value is being written."""
        last = self._given[-1] if self._given else ""
        options = (each for each in self._command.params if isinstance(each, click.Option))
        taking = (each for each in options if not (each.is_flag or each.count))
        return next((each for each in taking if last in (*each.opts, *each.secondary_opts)), None)

    def _values(self, option: click.Option) -> Iterator[CompletionItem]:
        name, metavar = option.name, option.metavar or ""
        if name in ("wrt", "of", "partial"):
            before, comma, last = self._incomplete.rpartition(",")
            known = [each for each in self._variables(self._given[:-1]) if each not in before.split(",")]
            for item in _starting(last, known):
                yield CompletionItem(before + comma + item.value)
        elif metavar.startswith("NAME=") or name == "bounds":
            yield from _bindings(self._incomplete, self._variables(self._given[:-1]))
        elif metavar == "FILE":
            yield from self.files(())
        elif name == "encoding":
            yield from _starting(self._incomplete, ENCODINGS)
        elif name == "expr":
            yield from _in_expression(self._incomplete, ())

    def _expression(self, operands: Sequence[str], *, answers: bool) -> Iterator[CompletionItem]:
        """The functions of an expression; after it, the variables that have no value, or what an answer is made of."""
        if not operands or is_binding(operands[0]):
            yield from _in_expression(self._incomplete, ())
        elif answers:
            yield from _in_expression(self._incomplete, self._variables(operands))
        else:
            bound = {each.partition("=")[0] for each in operands[1:]}
            yield from _bindings(self._incomplete, [each for each in _variables(operands[0]) if each not in bound])

    def _variables(self, given: Sequence[str]) -> list[str]:
        """The variables of the expression among what is given."""
        context = self._command.make_context(self._name, list(given), resilient_parsing=True)
        operands: list[str] = context.meta.get(OPERANDS, [])
        return _variables(operands[0]) if operands else []

    def files(self, extensions: Sequence[str]) -> Iterator[CompletionItem]:
        """The files with these extensions (none: all), and the folders on the way to them."""
        for path in paths(self._incomplete):
            if path.endswith("/") or not extensions or path.lower().endswith(tuple(extensions)):
                yield CompletionItem(path, FILE)


def _starting(start: str, words: Iterable[str] | dict[str, str]) -> Iterator[CompletionItem]:
    helps = words if isinstance(words, dict) else {}
    for word in words:
        if word.startswith(start):
            yield CompletionItem(word, help=helps.get(word))


def _bindings(start: str, variables: Iterable[str]) -> Iterator[CompletionItem]:
    for name in variables:
        if name.startswith(start):
            yield CompletionItem(f"{name}=", OPEN)


def _in_expression(text: str, variables: Iterable[str]) -> Iterator[CompletionItem]:
    """The text with its last name completed to functions and variables."""
    found = _LAST_NAME.search(text)
    if found is None:
        return
    before = text[: found.start()]
    for item in _starting(found[0], {**dict.fromkeys(variables, "variable"), **_functions()}):
        yield CompletionItem(before + item.value, OPEN, item.help)


def _functions() -> dict[str, str]:
    """The names of functions, each with what it is."""
    from gradcli.operations import OPERATIONS

    return {name: operation.help for name, operation in OPERATIONS.items() if name.isidentifier()}


def _variables(text: str) -> list[str]:
    """The variables of an expression; of one that cannot be read yet, the names in it that are nothing else."""
    from gradcli.language import DiagnosticError, free_names, parse
    from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary

    try:
        return list(free_names(parse(text, vocabulary()).program, CONSTANTS))
    except DiagnosticError:
        names = dict.fromkeys(_NAME.findall(text))
        return [name for name in names if name not in OPERATIONS and name not in CONSTANTS]


def register() -> None:
    """Have click answer the shells so."""
    for each in (BashCompleting, ZshCompleting, FishCompleting):
        add_completion_class(each)


def script(shell: str) -> str:
    """The script that completes gradcli in a shell."""
    classes: dict[str, Any] = {each.name: each for each in (BashCompleting, ZshCompleting, FishCompleting)}
    text: str = classes[shell](program, {}, "gradcli", VARIABLE).source()
    return text
