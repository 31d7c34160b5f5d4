"""The report: one file, nothing asked from anywhere, every number in it, nothing of a person's that runs."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs

from se_explorer.report import Present, report_html
from se_explorer.report.page import SECTIONS
from se_explorer.report.parts import Chart, Image, Section, Table, Text

EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(2)>.png"


@pytest.fixture(scope="module")
def told(present: Present) -> str:
    """The report without plotly.js."""
    return report_html(present).replace(get_plotlyjs(), "")


def test_plotly_is_in_it_once_and_nothing_is_loaded(present: Present) -> None:
    page = report_html(present)
    assert page.count(get_plotlyjs()) == 1
    rest = page.replace(get_plotlyjs(), "")
    assert not re.findall(r"<(?:link|iframe|object|embed|base)\b", rest)
    assert not re.findall(r"<script[^>]*\bsrc", rest)
    assert {source[:22] for source in re.findall(r'src="([^"]*)"', rest)} == {"data:image/png;base64,"}
    assert "@import" not in rest
    assert "url(" not in rest


def test_its_policy_lets_only_its_own_scripts_run(present: Present) -> None:
    page = report_html(present)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = {f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts}
    assert len(digests) == 2
    (rule,) = [part for part in policy[1].split("; ") if part.startswith("script-src")]
    assert set(rule.split()[1:]) == digests
    assert "\r" not in page, "a browser would turn it into a line feed, and no digest would hold"


def test_every_section_stands_in_it_with_its_figures_and_tables(present: Present, told: str) -> None:
    made = [section(present) for section in SECTIONS]
    headings = re.findall(r"<h2>(.*?)</h2>", told)
    assert [html.unescape(heading) for heading in headings] == [section.title for section in made]
    parts = [part for section in made for part in section.parts]
    assert told.count('<figure class="chart"') == sum(isinstance(part, Chart) for part in parts) == 8
    assert told.count('<figure class="image"') == sum(isinstance(part, Image) for part in parts) == 5
    assert told.count('<div class="table"') == sum(isinstance(part, Table) for part in parts)
    for part in parts:
        if isinstance(part, Text):
            assert html.escape(part.text) in told


def test_tables_hold_every_number_in_full(present: Present, told: str) -> None:
    found = re.search(r'<div class="table" data-name="channels-SE_4_2">.*?<tbody>(.*?)</tbody>', told, re.DOTALL)
    assert found
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", found[1])]
    assert [int(row[0]) for row in rows] == list(range(len(present.block.gates)))
    for column, values in ((1, present.block.squeeze), (3, present.block.gates), (5, present.block.energy)):
        assert np.array_equal(np.array([row[column] for row in rows], np.float32), values)


def test_what_nobody_knows_is_a_dash_and_what_is_read_aloud_has_no_markup(present: Present) -> None:
    """An experiment of two seeds has no intervals."""
    table = pd.DataFrame({"from": [None, 0.5], "to": [math.nan, 0.7], "over": ["seeds", None]})
    figure = go.Figure(layout={"title": {"text": "Time of a step:<br>median"}, "meta": {"alt": "Times"}})
    page = report_html(present, [Section("x", [Table(lambda: table, "name", "caption"), Chart(figure, "chart")])])
    inside = page[page.index('data-name="name"') :]
    assert re.findall(r"<td>(.*?)</td>", inside)[:6] == ["–", "–", "seeds", "0.5", "0.7", "–"]
    assert 'data-what="Time of a step: median"' in page


def test_a_figure_can_be_read_back(told: str) -> None:
    texts = re.findall(r'<figcaption>[^<]*</figcaption><script type="application/json">(.*?)</script></figure>', told)
    assert len(texts) == 8
    for text in texts:
        assert "<" not in text
        assert json.loads(text)["layout"]["meta"]["alt"]


def test_what_comes_from_people_is_text(present: Present) -> None:
    picture = replace(present.picture, name=EVIL)
    labels = (EVIL, *present.before.labels[1:])
    before, after = replace(present.before, labels=labels), replace(present.after, labels=labels)
    state = replace(present, picture=picture, before=before, after=after)
    page = report_html(state, [Section(EVIL, [Table(lambda: pd.DataFrame({EVIL: [EVIL]}), EVIL, EVIL)])])
    rest = page.replace(get_plotlyjs(), "")
    assert "<script>alert" not in rest
    assert "<img src=x" not in rest
    assert rest.count("<script>") == 2
    assert html.escape(EVIL) in rest
