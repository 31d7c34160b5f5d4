"""A tab that rests on a page holds no network: what its widgets keep is let go of, or never had one."""

from __future__ import annotations

import gc
import time
import weakref

import pytest

from se_explorer.ui import caches
from tests.pages.driver import assert_healthy, open_app

pytestmark = pytest.mark.slow

SMALL, WEIGHTS = "timm:mobilenetv3_small_050", "random:0"
BUNDLED = "seresnet50-imagenette", "pretrained"


@pytest.mark.parametrize(
    ("page", "model", "weights"),
    [
        *((page, SMALL, WEIGHTS) for page in ("explore", "ablate", "atlas", "compare", "evidence", "architecture")),
        ("learn", SMALL, WEIGHTS),
        ("ablate", *BUNDLED),  # with what is shipped over data, and edits
        ("classes", *BUNDLED),
    ],
)
def test_a_dropped_network_is_gone(page: str, model: str, weights: str) -> None:
    caches.engine_for.clear()
    query = {} if weights == "pretrained" else {"model": model, "weights": weights}
    edits = {"edits": "SE_2_1=off"} if weights == "pretrained" else {}
    app = open_app(page, **query, **edits)
    app.run()
    assert_healthy(app)
    engine = caches.engine_for(model, weights)
    held = weakref.ref(engine), weakref.ref(engine.network.module)
    del engine
    caches.engine_for.clear()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # the worker's thread lets go of the network when it ends
        gc.collect()
        if held[0]() is None and held[1]() is None:
            break
        time.sleep(0.05)
    assert (held[0](), held[1]()) == (None, None)
    assert app.main.children  # the tab is still open
