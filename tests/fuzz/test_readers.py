"""Every reader of people's bytes, on the corpus of the fuzzer and on what it makes of it; see docs/security.md."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzzing.mutate import mutated
from fuzzing.property import check, watch_for_effects
from fuzzing.targets import CORPUS, TARGETS, corpus_of

FILES = sorted(path for name in TARGETS for path in (CORPUS / name).iterdir())
#: Sound files that are no good on purpose: paths that lead to no picture, and a pickle that holds code.
REFUSED = {"path/above", "path/folder", "path/inside", "pickle/system.pkl"}
FUZZ = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", autouse=True)
def _watched() -> None:
    watch_for_effects()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus(path: Path, tmp_path: Path) -> None:
    given = check(TARGETS[path.parent.name].reader(tmp_path), path.read_bytes())
    if not path.name.startswith("found-"):
        assert given == (f"{path.parent.name}/{path.name}" not in REFUSED)


@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    target, corpus, read = TARGETS[name], list(corpus_of(name)), TARGETS[name].reader(tmp_path)

    @FUZZ
    @given(st.integers(0, 2**32))
    def hold(seed: int) -> None:
        check(read, mutated(corpus, target.form, target.tokens, str(seed)))

    hold()


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_read_or_refused(name: str, tmp_path: Path) -> None:
    read = TARGETS[name].reader(tmp_path)

    @FUZZ
    @given(st.one_of(st.binary(max_size=200), st.text(max_size=60).map(str.encode)))
    def hold(data: bytes) -> None:
        check(read, data)

    hold()


class Code:
    """Unpickling this calls a function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["pickle", "checkpoint", "resume"])
def test_no_pickle_runs_code(name: str, protocol: int, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    calls = [(exec, f"open({str(canary)!r}, 'w')"), (Path.touch, canary), (open, str(canary), "w")]
    for function, *arguments in calls:
        harmful = pickle.dumps({"state_dict": Code(function, *arguments)}, protocol)
        assert not check(TARGETS[name].reader(tmp_path), harmful)
    assert not canary.exists()
    pickle.loads(harmful)  # the canary would sing
    assert canary.exists()
