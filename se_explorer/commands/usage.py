"""What the command line says of itself, help, usage and mistakes in it, in the language in force.

Typer writes these texts in English and looks most of them up nowhere, so its sentences stand here as templates: what it
says is found among them and said in the language. A sentence that is not among them stays English. Our own helps are
literals in ``cli.py``, where Typer wants them at import; they are looked up when the command line runs. ``texts`` is
what ``make translations`` gathers of all this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import typer
from rich.markup import escape
from typer import rich_utils
from typer.core import TyperGroup

from se_explorer.language import _, known_language

__all__ = ["in_our_words", "speaking", "texts", "wanted_language"]

#: Sentences of Typer and of Pydantic, which checks values for it; of two that fit the first is taken.
SENTENCES = (
    "Usage: {usage}",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Missing command.",
    "Invalid value for {name}: {reason}",
    "No such option: {name} (Possible options: {others})",
    "No such option: {name}",
    "No such command {name}. Did you mean {others}?",
    "No such command {name}.",
    "Got unexpected extra argument(s) ({arguments})",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "Value error, {value} is not one of {values}.",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than or equal to {least}",
    "Input should be less than or equal to {most}",
    "<str>",
    "<path>",
    "<bool>",
    "<int>",
    "<int range>",
    "<float>",
    "<float range>",
)
#: Typer's fixed strings by its names for them. "Error" alone would be the error of a network in our catalogs.
FIXED = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Wrong usage",
    "DEFAULT_STRING": "[default: {}]",
    "REQUIRED_LONG_STRING": "[required]",
    "RICH_HELP": "Try [blue]'{command_path} {help_option}'[/] for help.",
}


def wanted_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The tag of the language to speak: ``--lang`` before the command, else the system's, else English."""
    for here, after in pairwise([*arguments, ""]):
        name, _equals, value = here.partition("=")
        if name == "--lang":
            return known_language(value or after)
        if not here.startswith("-"):
            break
    system = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return known_language(next(filter(None, system), None))


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)


def in_our_words(text: str) -> str:
    """A sentence of Typer's in the language in force; one that is not known as it is."""
    for sentence in SENTENCES:
        found = _pattern(sentence).fullmatch(text)
        if found:
            return _(sentence).format(**{name: in_our_words(value) for name, value in found.groupdict().items()})
    return text


def _said(method: Callable[..., str | None]) -> Callable[..., str | None]:
    def said(*arguments: Any, **named: Any) -> str | None:
        text = method(*arguments, **named)
        return text and in_our_words(text)

    return said


def _commands(command: Any) -> Iterator[Any]:
    """A command and those below it."""
    yield command
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            yield from _commands(below)


def _parameters(command: Any) -> list[Any]:
    return list(command.get_params(typer.Context(command)))  # with --help, which is none of its own


def texts(command: Any) -> Iterator[str]:
    """Every text that a command and those below it say of themselves, as it stands in the code."""
    yield from SENTENCES
    yield from FIXED.values()
    for each in _commands(command):
        written = (each.help, each.options_metavar, getattr(each, "subcommand_metavar", None))
        yield from filter(None, (*written, *(parameter.help for parameter in _parameters(each))))


def _looked_up(text: str | None) -> str:
    return _(text) if text else ""


@contextmanager
def speaking(command: Any) -> Iterator[Any]:
    """A command as Typer has built it, which says everything of itself in the language in force within the block."""
    for each in _commands(command):
        each.help, each.options_metavar = escape(_looked_up(each.help)), _looked_up(each.options_metavar)
        each.get_usage = _said(each.get_usage)
        if isinstance(each, TyperGroup):
            each.subcommand_metavar = _looked_up(each.subcommand_metavar)
        for parameter in _parameters(each):
            parameter.help = escape(_looked_up(parameter.help))  # brackets are text
            parameter.display_type_rich = _said(parameter.display_type_rich)
    before = {name: getattr(rich_utils, name) for name in FIXED}
    try:
        for name, text in FIXED.items():
            setattr(rich_utils, name, _(text))
        yield command
    finally:
        for name, text in before.items():
            setattr(rich_utils, name, text)
