"""The report in Chinese: nothing that a person reads in it is English, and it says which language it is in."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator

import pytest
from plotly.offline import get_plotlyjs

from se_explorer.engine import Engine
from se_explorer.images import open_sample
from se_explorer.language import _, language
from se_explorer.models import open_network
from se_explorer.report import Present, gather, report_html
from se_explorer.report.experiment_page import experiment_html
from se_explorer.training.experiments import COMMITTED, collect, committed_records
from tests.pages.spoken import PLACES, of_chart, words

#: Values of the provenance's table that are no words of ours: ids, versions, commands, digests, formats, devices.
CODE = re.compile(r"[0-9a-f]{40,}|python -m se_explorer.*|\blayer\d\S*|\S+==\S+|\bpretrained\b|seresnet50-imagenette")
PACKAGES = (
    "numpy",
    "plotly",
    "Python",
    "torch.fx",
    "torchvision",
    "Squeeze-and-Excitation Networks",
    "Hu, Shen, Albanie, Sun, Wu",
)


def pages(state: Present) -> tuple[str, str]:
    """The report in English and in Chinese, without plotly.js."""
    made = []
    for tag in ("en", "zh-Hans"):
        with language(tag):
            made.append(report_html(state).replace(get_plotlyjs(), ""))
    return made[0], made[1]


def read(page: str) -> Iterator[str]:
    """What a person reads or hears of it: texts, alternative texts, words of charts."""
    body = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)
    for text in re.findall(r'<script type="application/json">(.*?)</script>', body, re.DOTALL):
        yield from of_chart(json.loads(text))
    body = re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)
    for attribute in re.findall(r'(?:alt|aria-label|data-what|data-save)="([^"]*)"', body):
        yield html.unescape(attribute)
    yield from (html.unescape(text) for text in re.split(r"<[^>]*>", body) if text.strip())


def files(page: str) -> list[str]:
    """Its CSV files."""
    return [
        json.loads(text) for text in re.findall(r'<script type="application/json" class="csv">(.*?)</script>', page)
    ]


def english_in(page: str, *names: str) -> dict[str, list[str]]:
    seen = (text for text in read(page) if text not in PLACES)
    found = {text: words(CODE.sub(" ", text), *names, *PACKAGES) for text in seen}
    return {text: left for text, left in found.items() if left}


def test_it_holds_no_english(present: Present) -> None:
    english, chinese = pages(present)
    names = (present.engine.network.title, *present.before.labels, str(present.plan))
    assert english_in(chinese, *names) == {}
    assert len(english_in(english, *names)) > 100, "what is looked for is found"
    assert '<html lang="en">' in english
    assert '<html lang="zh-Hans">' in chinese
    assert "哪些块重要" in chinese


def test_its_files_are_the_same_in_either_language(present: Present) -> None:
    english, chinese = map(files, pages(present))
    assert len(chinese) > 5
    assert chinese == english
    for text in chinese:
        headings, *rows = csv.reader(io.StringIO(text))
        assert "".join(headings).isascii()
        assert len(rows) > 1


def test_an_experiments_files_are_the_same_in_either_language() -> None:
    experiment = next(each for each in collect(committed_records(COMMITTED), ()) if each.name == "digits")
    made = []
    for tag in ("en", "zh-Hans"):
        with language(tag):
            page = experiment_html(
                experiment, experiment.base, lambda: {runs.key: _(runs.title) for runs in experiment.runs}, ""
            )
        assert (tag == "en") == ("训练方案" not in page)
        made.append(files(page))
    english, chinese = made
    assert chinese == english
    assert english[0].startswith("Recipe,Seeds,")


def test_random_weights_and_another_family_hold_no_english() -> None:
    engine = Engine(open_network("timm:mobilenetv3_small_050", "random:0"), "cpu")
    state = gather(engine, open_sample("church"))
    _, chinese = pages(state)
    paths = [block.path for block in engine.blocks]
    assert english_in(chinese, engine.network.title, engine.network.id, *engine.network.labels, *paths) == {}
    assert "没有意义" in chinese


@pytest.mark.parametrize("tag", ["en", "zh-Hans"])
def test_the_numbers_are_the_same_in_either_language(present: Present, tag: str) -> None:
    with language(tag):
        page = report_html(present)
    cells = re.findall(r"<td>(-?\d[\d.e-]*)</td>", page)
    assert len(cells) > 1000
    with language("en"):
        assert cells == re.findall(r"<td>(-?\d[\d.e-]*)</td>", report_html(present))
