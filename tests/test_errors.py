"""An error says what was expected, what came and what to do, in the language of whoever reads it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from se_explorer import errors
from se_explorer.errors import ImageError, SEExplorerError
from se_explorer.language import Text, decimal, language, later, later_n, list_of, whole

ROOT = Path(__file__).resolve().parents[1]
KINDS = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]


def error(kind: type[SEExplorerError] = ImageError) -> SEExplorerError:
    return kind(later("Edit plan"), Text.of(list_of, ["a.jpg", later("Networks")]), "—")


def test_an_error_is_said_when_it_is_shown() -> None:
    caught = error()
    assert str(caught) == "Expected Edit plan, but got a.jpg, Networks. —"
    with language("zh-Hans"):
        assert str(caught) == "需要：编辑方案；得到：a.jpg、网络。—"
        assert (caught.expected, caught.received, caught.remedy) == ("编辑方案", "a.jpg、网络", "—")
    assert caught.expected == "Edit plan"


def test_an_error_of_a_thread_is_said_in_the_readers_language() -> None:
    """A worker's thread speaks English; who waits for it need not."""

    def fail() -> None:
        raise error()

    with language("zh-Hans"), ThreadPoolExecutor() as pool, pytest.raises(ImageError, match="需要：编辑方案"):
        pool.submit(fail).result()


def test_an_error_of_another_process_is_said_in_the_readers_language() -> None:
    code = "import pickle, sys; from tests.test_errors import error; sys.stdout.buffer.write(pickle.dumps(error()))"
    sent = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout
    with language("zh-Hans"):
        assert str(pickle.loads(sent)) == "需要：编辑方案；得到：a.jpg、网络。—"


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickled_error_keeps_its_texts(kind: type[SEExplorerError]) -> None:
    with language("zh-Hans"):
        sent = pickle.dumps(error(kind))
    came = pickle.loads(sent)
    assert type(came) is kind
    assert came.parts == error(kind).parts
    assert str(came).startswith("Expected Edit plan")
    with language("zh-Hans"):
        assert str(came).startswith("需要：编辑方案")


def test_an_error_hands_its_texts_on() -> None:
    first = error()
    second = ImageError(first.parts.expected, later("{name} of {whole}", name="x", whole=first.parts.received), "")
    assert second.parts.expected is first.parts.expected
    assert second.received == "x of a.jpg, Networks"


def test_texts_that_are_said_later() -> None:
    one, many = (
        "{parameters} M parameters, {count} SE block, {classes} classes, {size} px.",
        "{parameters} M parameters, {count} SE blocks, {classes} classes, {size} px.",
    )
    text = later_n(one, many, 3000, parameters=Text.of(decimal, -2.5, 1), classes=Text.of(whole, 1000), size=8)
    assert str(text) == "−2.5 M parameters, 3,000 SE blocks, 1,000 classes, 8 px."
    with language("zh-Hans"):
        assert f"{text}" != "−2.5 M parameters, 3,000 SE blocks, 1,000 classes, 8 px."
        assert "3,000" in f"{text}"
    assert str(later("{braces} stay where nothing is filled in")) == "{braces} stay where nothing is filled in"
    assert later("a {x}", x=1) == later("a {x}", x=1) != later("a {x}", x=2)
    assert len({later("a {x}", x=1), later("a {x}", x=1)}) == 1


def test_a_pickled_error_keeps_the_error_it_came_from() -> None:
    outer = error()
    outer.__cause__ = error(ImageError)
    came = pickle.loads(pickle.dumps(outer))
    assert isinstance(came.__cause__, ImageError)
    assert came.__cause__.parts == outer.__cause__.parts
    outer.__cause__ = OSError("a machine's own")
    assert pickle.loads(pickle.dumps(outer)).__cause__ is None
