"""Everything that a page says, and what of it is English on a page that should speak Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from se_explorer.models import open_network

#: Fields of Streamlit's messages that nobody reads: identities, addresses, icons, styles, values of the choice itself.
UNSEEN = re.compile(
    r"(^|_)(id|ids|icon|url|key|hash|type|format|align|color|theme|mode|height|width|script_path|form_id|default"
    r"|element_id|page|divider|data_testid|language|pattern|accept_multiple_files|config|css_content|js_content|html_content)$"
)
#: Parts of a chart that are read, by the name under which they stand; "alt" is the alternative text.
READ = {"text", "title", "name", "hovertemplate", "hovertext", "alt", "ticktext", "texttemplate", "customdata"}
NOT_WORDS = re.compile(
    r"\$\$?[^$]*\$\$?|`[^`]*`|https?://\S+|:[a-z-]+\[|:material/\w+:|<[^>]*>|%\{[^}]*\}|&\w+;|\{[^}]*\}|\]\([^)]*\)"
    r"|\bSE_\d+_\d+(\.\d+)?=\S+"
    r"|\b(timm|torchvision|own|paper|random)\\?:\S+|\S*\.(jpg|png|html|csv|npy|json|toml|safetensors)\b|(?<!\S)[./]\S*/\S*"
    r"|python -m se_explorer[^\n]*"
)
PLACES = {"left", "right", "center", "container", "main"}  # where Streamlit puts something
WORD = re.compile(r"[A-Za-z][A-Za-z']{2,}")

#: Words that stay as they are in Chinese: proper names, units, symbols and terms that Chinese papers write in Latin.
KEPT = frozenset(Path(__file__).with_name("kept_words.txt").read_text(encoding="utf-8").split())


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """One of the names, whole, the longer ones first."""
    longest = "|".join(map(re.escape, sorted(set(filter(None, names)), key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z])(?:{longest})(?![A-Za-z])")


def words(text: str, *names: str) -> list[str]:
    """The English words of a text; ``names`` stay as they are."""
    text = text.replace("<br>", " ")  # a name may be broken into lines
    told = _any_of(names).sub(" ", text) if names else text
    return [word for word in WORD.findall(NOT_WORDS.sub(" ", told)) if word.strip("'") not in KEPT]


def _of_message(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name == "columns" and isinstance(value, str):  # a table's, as JSON
            yield from _of_columns(json.loads(value))
            continue
        if UNSEEN.search(field.name):
            continue
        values = value if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]
        for part in values:
            if isinstance(part, Message):
                yield from _of_message(part)
            elif isinstance(part, str):
                yield part


def _of_columns(columns: dict[str, Any]) -> Iterator[str]:
    for column in columns.values():
        yield from (str(column[name]) for name in ("label", "help") if column.get(name))


def of_chart(part: Any, name: str = "") -> Iterator[str]:
    """The read strings of a plotly figure."""
    if isinstance(part, dict):
        unread = ("bdata", "shapes")  # numbers; outlines, whose names nobody sees
        unread += () if "customdata" in str(part.get("hovertemplate")) else ("customdata",)
        for key, value in part.items():
            if key not in unread:
                yield from of_chart(value, key if key in READ or name not in READ else name)
    elif isinstance(part, list):
        for value in part:
            yield from of_chart(value, name)
    elif isinstance(part, str) and name in READ:
        yield part


def _of_frame(element: Any) -> Iterator[str]:
    yield from (str(name) for name in element.value.columns)
    for _name, column in element.value.items():
        yield from {value for value in column if isinstance(value, str)}


def said(app: AppTest) -> Iterator[str]:
    """Every string of the page and its side bar that a person reads or hears."""
    waiting: list[Any] = [app._tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Block):
            waiting += node.children.values()
            if isinstance(getattr(node, "proto", None), Message):
                yield from _of_message(node.proto)
            continue
        assert isinstance(node, Element)
        if node.type == "plotly_chart":
            yield from of_chart(json.loads(node.proto.spec))
        elif node.type == "arrow_data_frame":
            yield from _of_frame(node)
        elif isinstance(node.proto, Message) and node.type not in ("bidi_component", "html", "iframe"):
            yield from _of_message(node.proto)


def english_left(app: AppTest, *names: str) -> dict[str, list[str]]:
    """What is still English on the page: the text, and its words; ``names`` (class labels, titles) stay as they are."""
    found = {text: words(text, *names) for text in said(app) if text not in PLACES}
    return {text: english for text, english in found.items() if english}


def labels_of(model: str) -> tuple[str, ...]:
    """The class labels of a network that is not bundled, which are names in either language."""
    return open_network(model, "random:0").labels
