"""The stage table as HTML, in the manner of Table 1: a unit's layers in brackets, times how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from se_explorer.figures.palette import Theme, colour, ink

__all__ = ["StageLine", "UnitCell", "stage_table_html"]


@dataclass(frozen=True)
class UnitCell:
    """Units that follow one another and are alike.

    Attributes:
        count: how many; 0 writes the layers without brackets.
        layers: one text a layer.
        excites: places among ``layers`` that are SE blocks.
        beside: texts of the layers in parallel.
    """

    count: int
    layers: tuple[str, ...]
    excites: tuple[int, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageLine:
    """A line of the table: its name, the size of its output, its units, and a note under them."""

    name: str
    output: str
    cells: tuple[UnitCell, ...]
    note: str = ""


def _layers(cell: UnitCell, theme: Theme) -> str:
    lines = []
    for place, text in enumerate(cell.layers):
        style = f' style="color:{ink("s", theme)};font-weight:600"' if place in cell.excites else ""
        lines.append(f"<div{style}>{escape(text)}</div>")
    for text in cell.beside:
        lines.append(f'<div style="opacity:.75">‖ {escape(text)}</div>')
    return "".join(lines)


def _cell(cell: UnitCell, theme: Theme) -> str:
    if not cell.count:
        return f'<div style="margin:.15rem 0">{_layers(cell, theme)}</div>'
    line = f"1.5px solid {colour('muted', theme)}"
    bracket = f"border-left:{line};border-right:{line};border-radius:6px;padding:.1rem .7rem"
    box = f'<div style="{bracket}">{_layers(cell, theme)}</div>'
    return (
        f'<div style="display:flex;align-items:center;gap:.6rem;margin:.35rem 0">{box}'
        f'<div style="white-space:nowrap">× {cell.count}</div></div>'
    )


def _line(line: StageLine, theme: Theme) -> str:
    rule = f"border-top:1px solid {colour('grid', theme)};padding:.4rem .5rem;vertical-align:top"
    note = f'<div style="opacity:.75;font-size:.85rem">{escape(line.note)}</div>' if line.note else ""
    cells = "".join(_cell(cell, theme) for cell in line.cells)
    return (
        f'<tr><th scope="row" style="{rule};text-align:left;font-weight:600;white-space:nowrap">{escape(line.name)}'
        f'<div style="font-weight:400;white-space:nowrap">{escape(line.output)}</div></th>'
        f'<td style="{rule};width:100%">{cells}{note}</td></tr>'
    )


def stage_table_html(lines: Sequence[StageLine], headings: tuple[str, str], caption: str, theme: Theme) -> str:
    """The table; every text is escaped.

    Args:
        headings: of the column of stages and of the column of layers.
        caption: read out by screen readers, not shown.
    """
    head = "".join(
        f'<th scope="col" style="text-align:left;padding:.2rem .5rem;font-weight:400;opacity:.75">{escape(text)}</th>'
        for text in headings
    )
    body = "".join(_line(line, theme) for line in lines)
    return (
        f'<table aria-label="{escape(caption)}" style="border-collapse:collapse;width:100%;font-size:.95rem;'
        f'color:{colour("text", theme)}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
