"""The fuzzer itself: what it would find, it finds."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzzing import drive, worker
from fuzzing.drive import fuzz
from fuzzing.forms import PNG, SAFETENSORS, ZIP
from fuzzing.minimise import minimised
from fuzzing.mutate import mutated
from fuzzing.property import Finding, check, watch_for_effects
from fuzzing.targets import TARGETS, Target, corpus_of
from se_explorer.errors import ImageError

CORPUS = (b"sound", b"also sound")


def refuse(received: str) -> Callable[[bytes], object]:
    def read(_: bytes) -> object:
        raise ImageError("a picture", received, "Send another.")

    return read


def divide(_: bytes) -> object:
    return 1 / 0


BREACHES: dict[str, tuple[Callable[[bytes], object], str]] = {
    "another exception": (divide, "ZeroDivisionError at test_fuzzer.py"),
    "an empty part": (refuse(" "), "an empty part"),
    "half a letter": (lambda data: refuse("\ud800")(data), ""),
    "no end": (refuse("x" * 5000), "a text without end"),
    "a file": (lambda _: Path(os.devnull).write_bytes(b""), "an effect: open"),
    "a process": (lambda _: os.system("true"), "an effect: os.system"),
}


@pytest.mark.parametrize("case", BREACHES)
def test_what_breaks_the_property_is_told(case: str) -> None:
    watch_for_effects()
    read, kind = BREACHES[case]
    if not kind:  # errors say a question mark there, so that it can be sent
        assert not check(read, b"")
        return
    with pytest.raises(Finding) as caught:
        check(read, b"")
    assert caught.value.kind.startswith(kind)


def test_a_value_and_a_refusal_are_told_apart() -> None:
    assert check(len, b"") is True
    assert check(refuse("none"), b"") is False


@pytest.mark.parametrize(("name", "form"), [("picture", PNG), ("checkpoint", ZIP), ("profile", SAFETENSORS)])
def test_a_form_puts_together_what_it_took_apart(name: str, form: object) -> None:
    apart = [(data, form.split(data)) for data in corpus_of(name)]  # type: ignore[attr-defined]
    again = [form.join(parts) for _, parts in apart if parts]  # type: ignore[attr-defined]
    assert again
    assert all(check(TARGETS[name].reader(), data) for data in again)


def test_a_seed_gives_one_case() -> None:
    cases = [mutated(CORPUS, None, (b"token",), str(seed)) for seed in range(200)]
    assert cases == [mutated(CORPUS, None, (b"token",), str(seed)) for seed in range(200)]
    assert len(set(cases)) > 150


def test_the_shortest_case_is_found() -> None:
    data = random.Random(1).randbytes(200) + b"needle" + random.Random(2).randbytes(300)
    assert minimised(data, lambda case: b"needle" in case) == b"needle"


def spin(data: bytes, folder: Path) -> None:
    while data == b"also sound":
        time.process_time()


def crash(data: bytes, folder: Path) -> None:
    if data == b"also sound":
        os.kill(os.getpid(), signal.SIGSEGV)


def swell(data: bytes, folder: Path) -> None:
    if data == b"also sound":
        bytearray(b"x") * (300 << 20)


def fail(data: bytes, folder: Path) -> None:
    assert data != b"also sound"


FAULTS = {
    "hang": (spin, "hang"),
    "crash": (crash, "ended by SIGSEGV"),
    "memory": (swell, "memory"),
    "exception": (fail, "AssertionError at test_fuzzer.py"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_case_that_ends_a_worker_is_kept_and_the_rest_is_tried(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, kind = FAULTS[fault]
    monkeypatch.setitem(TARGETS, "trial", Target("trial", read, memory=100))
    monkeypatch.setattr(drive, "corpus_of", lambda _: CORPUS)
    # The worker's own warm-up must not meet the fault: it would end before the first case.
    answers = iter([(), CORPUS])
    monkeypatch.setattr(worker, "corpus_of", lambda _: next(answers))
    monkeypatch.setattr(worker, "CASE_SECONDS", 2.0)
    told: list[str] = []
    report = fuzz("trial", 2, 0, tmp_path, told.append)
    assert [found.kind.split(":")[0] for found in report.found] == [kind.split(":")[0]]
    assert report.found[0].path.read_bytes() == b"also sound"
    assert (report.tally.failed, len(told)) == (1, 1)
