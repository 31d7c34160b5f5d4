"""An error is shown in the session's language, wherever it was raised."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page(tag: str) -> None:
    from se_explorer.engine.worker import Worker
    from se_explorer.images import decode_picture
    from se_explorer.language import set_language
    from se_explorer.ui.errors import shown_errors

    set_language(tag)
    with Worker(engine=None) as worker, shown_errors():  # type: ignore[arg-type]
        worker.call(lambda: decode_picture(b"")).result()


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("en", "Expected a picture file, but got an empty file. **Send the file again, or another picture.**"),
        ("zh-Hans", "需要：图片文件；得到：空文件。**请重新上传该文件，或换一张图片。**"),
    ],
)
def test_an_error_of_a_worker_is_shown_in_the_sessions_language(tag: str, told: str) -> None:
    app = AppTest.from_function(page, args=(tag,)).run(timeout=60)
    assert [error.value for error in app.error] == [told]
    assert not app.exception


def hostile_page() -> None:
    from se_explorer.errors import DataError
    from se_explorer.ui.errors import show_error

    show_error(DataError("a file", r"![x](https://example.org/x.png) \[y](z) $a$ `b` :red[c]", "Send another."))


def test_a_strangers_words_are_no_markup() -> None:
    """A picture in Markdown would ask its server, and so tell it who looks."""
    app = AppTest.from_function(hostile_page).run(timeout=60)
    told = r"!\[x\](https://example.org/x.png) \\\[y\](z) \$a\$ \`b\` :red\[c\]"
    assert [error.value for error in app.error] == [f"Expected a file, but got {told}. **Send another.**"]
