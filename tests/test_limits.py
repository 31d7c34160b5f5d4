"""The limits of a process: their values in both profiles, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from se_explorer.errors import DataError, SettingError
from se_explorer.limits import PUBLIC, VARIABLES, Limits, check_local_paths, limits, reading, upload_mib, variable

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "deployment.md"


def test_without_a_word_the_profile_is_local_and_everything_is_allowed() -> None:
    found = reading({})
    assert found == Limits()
    assert (found.profile, found.local_paths, found.training, found.checkpoints) == ("local", True, True, "any")


def test_the_public_profile_forbids() -> None:
    found = reading({"SE_EXPLORER_PROFILE": " Public "})
    assert (found.profile, found.local_paths, found.training, found.checkpoints) == ("public", False, False, "off")
    assert found.downloads == 0
    numbers = [name for name, value in PUBLIC.items() if isinstance(value, int)]
    assert all(getattr(found, name) <= getattr(Limits(), name) for name in numbers)


def test_a_variable_sets_a_limit_in_either_profile() -> None:
    assert reading({"SE_EXPLORER_SESSIONS": "7"}).sessions == 7
    both = {"SE_EXPLORER_PROFILE": "public", "SE_EXPLORER_CHECKPOINTS": "safetensors", "SE_EXPLORER_TRAINING": "on"}
    found = reading(both)
    assert (found.checkpoints, found.training) == ("safetensors", True)
    assert not reading({"SE_EXPLORER_TRAINING": "off"}).training
    assert reading({"SE_EXPLORER_SESSIONS": " "}) == Limits()


def test_no_variable_opens_the_folders_of_a_public_server() -> None:
    assert not reading({"SE_EXPLORER_PROFILE": "public", "SE_EXPLORER_LOCAL_PATHS": "on"}).local_paths


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SE_EXPLORER_PROFILE", "pubic"),
        ("SE_EXPLORER_SESSIONS", "0"),
        ("SE_EXPLORER_SESSIONS", "many"),
        ("SE_EXPLORER_PICTURE_MIB", "21"),
        ("SE_EXPLORER_CHECKPOINTS", "pickle"),
        ("SE_EXPLORER_TRAINING", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_is_told_and_nothing_falls_back(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=re.escape(f"{name}={value}")) as told:
        reading({name: value})
    assert name in told.value.expected
    assert "docs/deployment.md" in told.value.remedy


def test_the_environment_is_read_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    monkeypatch.setenv("SE_EXPLORER_UPLOAD_MIB", "5")
    assert (limits().profile, upload_mib(500), upload_mib(1)) == ("public", 5, 1)
    with pytest.raises(DataError, match="a folder on this server"):
        check_local_paths()
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "local")
    check_local_paths()
    assert limits().profile == "local"


def test_every_limit_is_in_the_document_with_both_values() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(SE_EXPLORER_\w+)` \| (.*) \|$", text, re.MULTILINE))
    public = reading({"SE_EXPLORER_PROFILE": "public"})
    wanted = {name for name in VARIABLES if name not in ("SE_EXPLORER_PROFILE", "SE_EXPLORER_LOCAL_PATHS")}
    assert set(rows) >= wanted
    words = {True: "on", False: "off"}
    for field in Limits.model_fields:
        if variable(field) in wanted:
            cells = [cell.strip() for cell in rows[variable(field)].split("|")]
            values = [getattr(each, field) for each in (Limits(), public)]
            assert cells[:2] == [words[value] if isinstance(value, bool) else str(value) for value in values], field
