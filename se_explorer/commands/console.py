"""Where the commands print: brackets and colons in paths and labels are text, and a pipe cuts no table off."""

from __future__ import annotations

import io
import sys

from rich.console import Console

from se_explorer.language import _, ngettext, whole

__all__ = ["error_console", "let_streams_take_any_letter", "pictures_text", "run_text", "table_console"]

PIPE_WIDTH = 160


def table_console() -> Console:
    """The output stream; as wide as the terminal, or wide enough for every table where there is none."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(width=width, markup=False, emoji=False, highlight=False)


def error_console() -> Console:
    """The error stream, which keeps what is printed clean for programs."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)


def let_streams_take_any_letter() -> None:
    """A true minus sign is in no Latin-1: better a question mark than half a table."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def run_text(model: str, weights: str, device: object) -> str:
    """What ran and where, as the first line of a result has it."""
    return _("{model} ({weights}) on {device}").format(model=model, weights=weights, device=device)


def pictures_text(count: int, unreadable: int) -> str:
    """How many pictures something was measured over, and how many could not be read."""
    pictures = ngettext("{count} picture", "{count} pictures", count).format(count=whole(count))
    return _("{pictures}, {unreadable} unreadable").format(pictures=pictures, unreadable=whole(unreadable))
