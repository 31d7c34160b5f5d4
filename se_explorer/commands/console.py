"""Where the commands print: brackets and colons in paths and labels are text, and a pipe cuts no table off."""

from __future__ import annotations

import sys

from rich.console import Console

__all__ = ["error_console", "table_console"]

PIPE_WIDTH = 160


def table_console() -> Console:
    """The output stream; as wide as the terminal, or wide enough for every table where there is none."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(width=width, markup=False, emoji=False, highlight=False)


def error_console() -> Console:
    """The error stream, which keeps what is printed clean for programs."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)
