"""The language belongs to a context: threads do not hear each other's."""

from __future__ import annotations

import math
import threading

import pytest

from se_explorer.language import (
    _,
    current_language,
    decimal,
    known_language,
    language,
    list_of,
    ngettext,
    percent,
    set_language,
    whole,
)
from se_explorer.report.experiment_words import signed_points


def test_texts_are_looked_up_when_they_are_said() -> None:
    assert _("Edit plan") == "Edit plan"
    with language("zh-Hans"):
        assert _("Edit plan") == "编辑方案"
        with language("en"):
            assert _("Edit plan") == "Edit plan"
        assert _("no such text") == "no such text"
        assert _("") == ""
    assert current_language() == "en"


def test_threads_speak_their_own_language() -> None:
    heard: dict[str, str] = {}
    spoken = threading.Barrier(3)

    def speak(name: str, tag: str | None) -> None:
        if tag is not None:
            set_language(tag)
        spoken.wait(60)
        heard[name] = _("Edit plan")

    threads = [
        threading.Thread(target=speak, args=arguments)
        for arguments in (("one", "zh-Hans"), ("two", "en"), ("three", None))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"one": "编辑方案", "two": "Edit plan", "three": "Edit plan"}


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("ZH", "zh-Hans"),
        ("zh-Hant-TW", "zh-Hans"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language(wanted: str | None, known: str) -> None:
    assert known_language(wanted) == known


def test_plural_forms() -> None:
    one, many = (
        "{parameters} M parameters, {count} SE block, {classes} classes, {size} px.",
        "{parameters} M parameters, {count} SE blocks, {classes} classes, {size} px.",
    )
    assert ngettext(one, many, 1) == one
    assert ngettext(one, many, 16) == many
    with language("zh-Hans"):
        assert ngettext(one, many, 1) == ngettext(one, many, 16) != many


def test_numbers() -> None:
    assert whole(353664) == "353,664"
    assert decimal(-1234.5678, 2) == "−1,234.57"
    assert percent(0.97149) == "97.1%"
    assert percent(-0.5, 0) == "−50%"
    assert (decimal(-1e-5, 4), decimal(-0.0, 2), whole(-0), percent(-1e-5)) == ("0.0000", "0.00", "0", "0.0%")
    assert (decimal(-0.06, 1), signed_points(-1e-7), signed_points(1e-7)) == ("−0.1", "0.00", "0.00")
    assert (signed_points(0.00123), signed_points(-0.00123), signed_points(0.0)) == ("+0.12", "−0.12", "0.00")
    assert "nan" in decimal(math.nan, 2).lower()
    with language("zh-Hans"):
        assert decimal(-1234.5678, 2) == "−1,234.57"
        assert list_of(["甲", "乙"]) == "甲、乙"
    assert list_of(["a", "b"]) == "a, b"
