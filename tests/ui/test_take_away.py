"""Files that are made when somebody clicks, on a thread that knows nothing of the session."""

from __future__ import annotations

import gc
import io
import weakref
from dataclasses import replace

import numpy as np
import pytest

from se_explorer.engine import Engine, Mode
from se_explorer.errors import ModelError
from se_explorer.ui.caches import sweeps
from se_explorer.ui.take_away import Order, make_maps, make_report
from tests.networks import open_toy, picture


@pytest.fixture
def engine() -> Engine:
    """Two blocks."""
    return Engine(open_toy(), "cpu")


def order_of(engine: Engine) -> Order:
    """What a page would order."""
    plan, shown = engine.fit(f"{engine.blocks[0].name}=off"), picture()
    sweep = (engine.serial, shown.digest, "leave-one-out", "zero", "", -1)
    block = engine.blocks[1].name
    return Order(weakref.ref(engine), shown, plan, {}, Mode("zero"), block, 2, 1, sweep, None)


def test_the_report_is_of_the_state_and_its_ranking_is_shared(engine: Engine) -> None:
    order = order_of(engine)
    page = make_report(order)
    assert f"Block {order.block}" in page
    assert f"Why gate 2 of {order.block} opened" in page
    assert str(order.plan) in page
    kept = sweeps().get((*order.sweep[:-1], 1), lambda: pytest.fail("the ranking was not kept"))
    assert kept.mode == "zero"
    assert kept.baseline.target.index == 1


def test_maps_are_u_as_numbers(engine: Engine) -> None:
    order = order_of(engine)
    maps = np.load(io.BytesIO(make_maps(order)))
    expected = engine.trace(order.picture, order.plan, keep=(order.block,)).block(order.block).kept_maps
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps, expected, rtol=1e-5, atol=1e-6)


def test_a_report_that_cannot_be_made_says_why(engine: Engine) -> None:
    page = make_report(replace(order_of(engine), block="<b>SE_9_9"))
    assert "No report" in page
    assert "&lt;b&gt;SE_9_9" in page
    assert "<b>" not in page


def test_what_waits_for_a_click_keeps_no_network() -> None:
    engine = Engine(open_toy(), "cpu")
    order = order_of(engine)
    del engine
    gc.collect()
    assert order.engine() is None
    assert "Load the page again" in make_report(order)
    with pytest.raises(ModelError):
        make_maps(order)
