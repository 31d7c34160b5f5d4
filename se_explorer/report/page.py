"""A report as one HTML file that opens without a network: everything is in it, and its policy lets it fetch nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from plotly.offline import get_plotlyjs

from se_explorer.figures import alternative_text
from se_explorer.language import _, current_language, ngettext, whole
from se_explorer.report import sections, sections_block
from se_explorer.report.parts import Chart, Image, Part, Section, Table, Text
from se_explorer.report.present import Present
from se_explorer.report.provenance import provenance

__all__ = ["SECTIONS", "document_html", "report_html"]

HERE = Path(__file__).parent

#: One more section is one more line.
SECTIONS: tuple[Callable[[Present], Section], ...] = (
    sections.answers,
    sections.blocks,
    sections_block.block,
    sections_block.why,
    sections_block.maps,
    sections.ranking,
    provenance,
)


def _source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _data(text: str) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element or begins another."""
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _buttons(what: str, *formats: str) -> str:
    """Buttons that save a part; ``what`` names it for those who hear the page."""
    inner = "".join(f'<button type="button" data-format="{name}">{name.upper()}</button>' for name in formats)
    return f'<div class="save" data-what="{escape(what)}">{inner}</div>'


def _cell(value: object) -> str:
    if value is None or value != value:  # None and NaN: nobody knows it, such as an interval of two seeds
        value = "–"
    elif isinstance(value, (bool, np.bool_)):
        value = _("yes") if value else _("no")
    elif isinstance(value, np.generic):
        value = str(value) if isinstance(value, np.floating) else value.item()  # all digits of its own precision
    return f"<td>{escape(str(value))}</td>"


def _table(part: Table) -> str:
    text = json.dumps(part.file, ensure_ascii=False)
    data = f'<script type="application/json" class="csv">{_data(text)}</script>'
    table = part.table
    count = len(table)
    told = ngettext("{caption} ({count} line)", "{caption} ({count} lines)", count)
    lines = escape(told.format(caption=part.caption, count=whole(count)))
    file = _buttons(part.caption, "csv") + data
    if not part.shown:
        return f'<div class="table" data-name="{escape(part.name)}"><p>{lines}</p>{file}</div>'
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table.columns)
    columns = [table[name].to_numpy() for name in table.columns]
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in zip(*columns, strict=True))
    body = f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    folded = f"<details{'' if part.folded else ' open'}><summary>{lines}</summary>{body}</details>"
    return f'<div class="table" data-name="{escape(part.name)}">{folded}{file}</div>'


def _chart(part: Chart) -> str:
    alt, height = alternative_text(part.figure), part.figure.layout.height or 360
    what = str(part.figure.layout.title.text or part.caption or alt).replace("<br>", " ")
    return (
        f'<figure class="chart" data-name="{escape(part.name)}">'
        f'<div class="plot" role="img" aria-label="{escape(alt)}" style="height:{int(height)}px"></div>'
        f"{_buttons(what, 'png', 'svg')}<figcaption>{escape(part.caption)}</figcaption>"
        f'<script type="application/json">{_data(part.figure.to_json())}</script></figure>'
    )


def _image(part: Image) -> str:
    source = base64.b64encode(part.png).decode()
    return (
        f'<figure class="image" data-name="{escape(part.name)}">'
        f'<img alt="{escape(part.alt)}" src="data:image/png;base64,{source}">'
        f"{_buttons(part.alt, 'png')}<figcaption>{escape(part.caption)}</figcaption></figure>"
    )


def _part(part: Part) -> str:
    match part:
        case Text():
            return f"<p>{escape(part.text)}</p>"
        case Chart():
            return _chart(part)
        case Image():
            return _image(part)
        case Table():
            return _table(part)


def _section(section: Section) -> str:
    return f"<section><h2>{escape(section.title)}</h2>{''.join(map(_part, section.parts))}</section>"


def _policy(scripts: Sequence[str]) -> str:
    """Only these scripts run, and nothing is fetched. plotly.js writes style attributes and draws through blobs."""
    digests = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def document_html(title: str, sections: Sequence[Section], name: str) -> str:
    """Sections as one HTML text with all figures, tables and plotly.js in it; it asks for nothing from anywhere.

    It is in the language in force, its CSV files are in English.

    Args:
        name: what the files that are saved from it are named after.
    """
    body = "".join(map(_section, sections))
    scripts = (get_plotlyjs(), _source("report.js"))
    scriptless = _("Charts need JavaScript; all numbers are in the tables.")
    save = escape(_("Save as {format}: {what}"))
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_source('report.css')}</style></head>"
        f'<body data-network="{escape(name)}" data-save="{save}"><main><h1>{escape(title)}</h1>'
        f"<noscript><p>{escape(scriptless)}</p></noscript>{body}</main>"
        + "".join(f"<script>{script}</script>" for script in scripts)
        + "</body></html>\n"
    )


def report_html(state: Present, more: Sequence[Section] = ()) -> str:
    """The report of the present state, in the language in force; see ``document_html``.

    Args:
        more: further sections, which come before the provenance.
    """
    made = [section(state) for section in SECTIONS]
    title = _("SE Explorer: {picture}, {network}").format(
        picture=state.picture.name, network=state.engine.network.title
    )
    return document_html(title, [*made[:-1], *more, made[-1]], state.engine.network.id.replace(":", "-"))
