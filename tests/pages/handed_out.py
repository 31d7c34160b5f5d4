"""What a page's download buttons hold for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import streamlit as st

from se_explorer.language import language

#: Chinese characters and the punctuation of Chinese texts.
CHINESE = re.compile("[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
SYMBOLS = "²"  # of an equation, in English too


@contextmanager
def handed_out() -> Iterator[dict[str, str]]:
    """The CSV files that pages offer within the block, by their names; each is made as a click in Chinese would."""
    files: dict[str, str] = {}
    offer = st.download_button

    def noted(label: str, data: Any, file_name: str, mime: str, **more: Any) -> Any:
        if mime == "text/csv":
            with language("zh-Hans"):
                files[file_name] = data()
        return offer(label, data, file_name, mime, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "download_button", noted)
        yield files


def chinese_in(files: dict[str, str]) -> dict[str, list[str]]:
    """Lines of files that hold Chinese, and headings that hold more than ASCII."""
    found = {}
    for name, text in files.items():
        lines = text.splitlines()
        heading = [] if lines[0].translate(dict.fromkeys(map(ord, SYMBOLS))).isascii() else lines[:1]
        found[name] = heading + [line for line in lines if CHINESE.search(line)]
    return {name: lines for name, lines in found.items() if lines}
