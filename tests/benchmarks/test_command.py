"""``python -m benchmarks``: its tables, and JSON under keys that stay."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from benchmarks import sections
from benchmarks.__main__ import app
from benchmarks.effort import Effort
from benchmarks.machine import Machine
from benchmarks.report import as_json, print_tables
from benchmarks.results import Absent, Findings, PageRun, growth, ratio, start
from se_explorer.engine import Engine

MACHINE = Machine("a CPU", 2, "cpu", "2.0", 1, 40.0, 0.1)
SLOW_TRACE = {"trace": [2.0], "plain forward": [1.0]}
FOUND = Findings(
    (
        ratio("timm:seresnet50", SLOW_TRACE, "trace", "plain forward"),
        ratio("toy", SLOW_TRACE, "trace", "plain forward"),
    ),
    (growth("sweep", "toy", "SE blocks", "seconds", {2: [1.0], 4: [2.0]}),),
    (start({"ours": [3.0], "bare": [2.0]}, "ours", "bare"),),
    (PageRun("Explore", "first", 10.0, 9.0, 11.0, 60, 70_000, 7, 57_000, 3),),
    (Absent("nnsight", "It is not installed."),),
)


def test_json_has_all_keys_and_says_what_is_reached() -> None:
    told = json.loads(json.dumps(as_json(MACHINE, FOUND)))
    assert list(told) == ["machine", "ratios", "growth", "start", "pages", "absent"]
    assert set(told["machine"]) == {"cpu", "cores", "device", "torch", "threads", "gmacs", "load"}
    assert [(each["target"], each["reached"]) for each in told["ratios"]] == [("<= 1.05", False), (None, None)]
    assert told["growth"][0]["exponent"] == pytest.approx(1.0)
    assert told["start"][0]["peer_seconds"] == 2.0
    assert told["pages"][0]["sent_bytes"] == 70_000
    assert told["absent"] == [{"peer": "nnsight", "why": "It is not installed."}]


def test_tables_say_what_json_says() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    print_tables(console, MACHINE, FOUND)
    text = console.export_text()
    for told in ("40.0 G multiply-adds", "2.000", "<= 1.05", "no", "1.00", "70.0", "Not measured: nnsight"):
        assert told in text


def test_sections_measure_a_network_and_print_json(monkeypatch: pytest.MonkeyPatch, once: Effort) -> None:
    monkeypatch.setattr("benchmarks.__main__.QUICK", once)
    asked = ["--quick", "--json", "--device", "cpu", "--only", "toggle,pairs", "--model", "timm:mobilenetv3_small_050"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {each["network"] for each in told["ratios"]} == {"timm:mobilenetv3_small_050"}
    assert {each["denominator"] for each in told["ratios"]} == {"plain forward", "full run", "pairs"}
    assert told["machine"]["gmacs"] > 0
    assert told["growth"] == told["start"] == told["pages"] == []


def test_tables_are_printed_without_json(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setattr("benchmarks.__main__.measure", lambda *_: iter([sections.Progress("trace", "toy"), FOUND]))
    result = CliRunner().invoke(app, ["--device", "cpu"])
    assert result.exit_code == 0, result.output
    assert "Ratios of medians" in result.output


def test_an_unknown_section_is_refused() -> None:
    result = CliRunner().invoke(app, ["--only", "trace,nothing"])
    assert result.exit_code == 2
    assert "nothing" in result.output
