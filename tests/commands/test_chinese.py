"""The command line in Chinese: no English sentence is left, and programs get the same in either language."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from typer.main import get_command

from se_explorer import cli
from se_explorer.commands.usage import FIXED, in_our_words, wanted_language
from se_explorer.language import LANGUAGES, language
from se_explorer.models.cards import cards
from tests.commands.conftest import Command, Outcome
from tests.commands.test_errors import CASES, corner
from tests.pages.spoken import words
from tests.pages.test_chinese import names

__all__ = ["corner"]  # a fixture

#: What is no word of a language: options, placeholders, things in quotes, plans, kinds and modes, modules and paths.
CODE = re.compile(
    r"--[a-z]+([-.][a-z]+)*|\b[A-Z]{2,}[\w.]*|'[^']*'|\{[a-z]+\}|\b(SE_|layer|n0)[\w*.]+|\S*/\S+|\b\w+(\.\w+)+(\([^)]*\))?|\b\w+:\w+|assets\S*"
    r"|python -m se_explorer( (models|profile|sweep DIR))?|\b(leave-one-out|keep-one|stages|pairs|channels|cumulative"
    r"|back|off|mean|zero|constant|shuffle|pretrained|own|app|models|fetch|describe|trace|evaluate|profile|sweep|report"
    r"|train|cuda|mps|no-\w+|resume|compact|snapshot|image|recipe|digits|load_profile|state_dict"
    r"|serve|requirements-ray\.txt|ray|local|auto|Ray|Serve|seresnet50-imagenette|SE-ResNet|torchvision|donor|cat|Squeeze-and-Excitation)\b"
)
FACES = re.compile(r"[╭╮╰╯─│┃━┏┓┗┛┡┩╇┳┴└┘]")

Chinese = Callable[..., Outcome]


@pytest.fixture
def chinese(command: Command, monkeypatch: pytest.MonkeyPatch) -> Chinese:
    """Runs a command in Chinese."""
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: command("--lang", "zh-Hans", *arguments)


@pytest.fixture
def folder(tmp_path: Path, pictures: dict[str, Path]) -> Path:
    """Two classes under the data set's own names."""
    for name, sample in (("n03028079", "church"), ("n03028079", "temple"), ("n03888257", "parachute")):
        (tmp_path / "n0_data" / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(pictures[sample], tmp_path / "n0_data" / name)
    return tmp_path / "n0_data"


def english(text: str, *kept: str) -> list[str]:
    """The English words of what a command printed; ``kept`` stay as they are."""
    for name in (*kept, *names()):
        text = text.replace(str(name), " ")
    return words(CODE.sub(" ", FACES.sub(" ", text)))


@pytest.mark.parametrize("name", ["", *get_command(cli.app).commands])  # type: ignore[attr-defined]
def test_help(name: str, chinese: Chinese) -> None:
    shown = chinese(*filter(None, [name]), "--help")
    assert shown.status == 0, shown.err
    assert "用法：" in shown.out
    assert english(shown.out) == []


WRONG: dict[str, list[str]] = {
    "no-such-command": ["bogus"],
    "a-command-misspelt": ["trac"],
    "argument-missing": ["trace"],
    "option-missing": ["profile", "x"],
    "no-such-option": ["models", "--famly", "x"],
    "argument-too-many": ["models", "x", "y"],
    "value-missing": ["trace", "x.jpg", "--edits"],
    "value-too-many": ["models", "--json=1"],
    "value-too-small": ["profile", "x", "--out", "y", "--batch", "0"],
    "value-of-another-kind": ["profile", "x", "--out", "y", "--batch", "many"],
    "nothing-at-all": [],
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage(case: str, chinese: Chinese) -> None:
    shown = chinese(*WRONG[case])
    assert shown.status == 2
    assert english(shown.out + shown.err, "famly", "family", "many") == []
    assert re.search("[一-鿿]", shown.out + shown.err)


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][0][0] != "train"])
def test_errors(case: str, chinese: Chinese, corner: Path, pictures: dict[str, Path]) -> None:
    arguments, kind, _ = CASES[case]
    shown = chinese(*[text.format(tmp=corner, church=pictures["church"]) for text in arguments])
    assert (shown.status, shown.out) == (2, "")
    told = next(line for line in shown.err.splitlines() if line.startswith(f"{kind}: "))
    families = {card.family for card in cards().values()}
    said = told.removeprefix(f"{kind}: ").replace(str(corner), " ")
    assert said.startswith("需要："), said
    assert (
        english(said, *families, "none.jpg", "none.pt", "text.jpg", "blue", "red", "warp", "conv1.weight", "weight")
        == []
    )


COMMANDS: dict[str, list[str]] = {
    "models": ["models"],
    "describe": ["describe"],
    "describe-with-departures": ["describe", "--model", "timm:legacy_seresnet18.in1k"],
    "trace": ["trace", "{church}", "--edits", "SE_3_4=off"],
    "trace-unopened": [
        "trace",
        "{church}",
        "--model",
        "timm:test_efficientnet",
        "--weights",
        "random:0",
        "--labels",
        "{tmp}/n",
    ],
    "sweep": ["sweep", "{church}", "--kind", "pairs"],
    "evaluate": ["evaluate", "{data}"],
    "evaluate-plan": ["evaluate", "{data}", "--edits", "SE_5_3=off"],
    "evaluate-plans": ["evaluate", "{data}", "--edits", "SE_5_3=off", "--edits", "SE_2_1=off"],
    "sweep-over-data": ["sweep", "{data}", "--kind", "stages", "--modes", "off,mean", "--out", "{tmp}/sweep.json"],
    "profile": ["profile", "{data}", "--out", "{tmp}/profile.safetensors"],
    "report": ["report", "{church}", "--out", "{tmp}/report.html"],
    "fetch-what-is-bundled": ["fetch", "seresnet50-imagenette"],
}


@pytest.mark.parametrize("case", COMMANDS)
def test_what_is_printed(case: str, chinese: Chinese, folder: Path, tmp_path: Path, pictures: dict[str, Path]) -> None:
    (tmp_path / "n").write_text("\n".join(f"n{index}" for index in range(1000)))  # names of classes
    shown = chinese(*[text.format(church=pictures["church"], data=folder, tmp=tmp_path) for text in COMMANDS[case]])
    assert shown.status == 0, shown.err
    families = {card.family for card in cards().values()}
    ids = sorted(cards(), key=len, reverse=True)
    assert english(shown.out + shown.err, *ids, *families, tmp_path, "test_efficientnet") == []
    assert re.search("[一-鿿]", shown.out + shown.err)


@pytest.mark.parametrize("case", ["trace", "describe", "models", "evaluate-plan"])
def test_programs_get_the_same(
    case: str, command: Command, chinese: Chinese, folder: Path, pictures: dict[str, Path]
) -> None:
    arguments = [text.format(church=pictures["church"], data=folder) for text in COMMANDS[case]]
    assert chinese(*arguments, "--json").json == command(*arguments, "--json").json


def test_what_a_file_cannot_give_is_english_for_programs(command: Command, chinese: Chinese, folder: Path) -> None:
    (folder / "n03028079" / "broken.jpg").write_bytes(b"no picture")
    told = [run("evaluate", folder, "--json").json["unreadable"] for run in (command, chinese)]
    assert told[0] == told[1]
    assert "Expected" in told[0][0]


@pytest.mark.parametrize(
    ("arguments", "environment", "tag"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE"}, "en"),
        ([], {"LANG": "en_GB", "LC_MESSAGES": "zh_TW", "LC_ALL": ""}, "zh-Hans"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        (["--lang", "zh-Hans", "trace"], {}, "zh-Hans"),
        (["--lang=en", "trace"], {"LANG": "zh_CN"}, "en"),
        (["trace", "--lang", "zh-Hans"], {}, "en"),  # an option of the command, if it had one
        (["--lang"], {"LANG": "zh_CN"}, "en"),
    ],
)
def test_the_language_is_asked_for_or_the_systems(arguments: list[str], environment: dict[str, str], tag: str) -> None:
    assert wanted_language(arguments, environment) == tag


def test_every_language_can_be_asked_for(command: Command) -> None:
    wanted: Any = get_args(get_type_hints(cli.speak)["lang"])[0]
    assert get_args(wanted) == tuple(LANGUAGES)
    shown = command("--lang", "fr", "models")
    assert shown.status == 2
    assert "'en', 'zh-Hans'" in shown.err


def test_the_system_may_ask_for_chinese(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "List the networks" in command("--help").out
    monkeypatch.setattr("tests.commands.conftest.LOCALE", "zh_CN.UTF-8")
    assert "列出目录中的网络" in command("--help").out


def test_typers_own_strings_are_as_before_afterwards(chinese: Chinese) -> None:
    from typer import rich_utils

    before = {name: getattr(rich_utils, name) for name in FIXED}
    chinese("--help")
    assert {name: getattr(rich_utils, name) for name in FIXED} == before


def test_a_sentence_that_is_not_known_stays() -> None:
    with language("zh-Hans"):
        assert in_our_words("Something new in Typer.") == "Something new in Typer."
        assert in_our_words("Invalid value for '--x': Something new.") == "'--x' 的值无效：Something new."
