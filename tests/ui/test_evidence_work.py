"""Evidence of the page: quick ones at once, slow ones when asked for, kept, cancelled, on any network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from se_explorer.analysis import Progress, ShapleyBlocks, contributions
from se_explorer.engine import EditPlan, Engine
from se_explorer.ui import caches, evidence_work
from se_explorer.ui.evidence_methods import METHODS, attributed, measured, methods_of
from se_explorer.ui.evidence_work import asked_for, blank_picture, network_of, slow
from se_explorer.ui.state import View
from tests.networks import Toy, Untraceable, open_toy, picture


def view_of(kind: type[Toy] = Toy, means: bool = True) -> View:
    engine = Engine(open_toy(kind))
    if means:
        found = {name: np.full(count, 0.4, np.float32) for name, count in engine.channels.items()}
        engine = Engine(replace(engine.network, gate_means=found))
    return View(engine, picture(), "noise", EditPlan(), "light", {})


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session's state of one's own, and nothing kept from before."""
    session: dict[str, Any] = {}
    monkeypatch.setattr(evidence_work.st, "session_state", session)
    caches.evidence().drop(lambda key: True)
    return session


def ask(view: View, method: str, block: str = "", target: int = 0) -> None:
    evidence_work._ask([evidence_work._key(view, method, block, target)])


@pytest.mark.parametrize("kind", [Toy, Untraceable])
def test_every_method_on_a_traced_and_a_hooked_network(kind: type[Toy]) -> None:
    view = view_of(kind)
    assert methods_of(view) == list(METHODS)
    for method in METHODS:
        if method != "gradient":
            assert attributed(view, method, "", 0) is None, "nobody asked"
            ask(view, method)
        found = attributed(view, method, "", 0)
        assert found is not None
        assert found.per_block.shape == (2,)
        assert attributed(view, method, "", 0) is found, "kept"
        assert isinstance(found, ShapleyBlocks) == (method == "shapley")
        assert contributions(measured(view, "leave-one-out", METHODS[method].mode, 0)).shape == (2,)
        if METHODS[method].channel_mode:
            sweep = measured(view, "channels:SE_2_1", METHODS[method].channel_mode, 0)
            assert contributions(sweep).shape == (view.engine.channels["SE_2_1"],)


def test_one_block_alone_is_another_line_than_all_together() -> None:
    view = view_of()
    ask(view, "integrated")
    assert attributed(view, "integrated", "SE_2_1", 0) is None
    ask(view, "integrated", "SE_2_1")
    alone = attributed(view, "integrated", "SE_2_1", 0)
    assert alone is not None
    assert alone.per_block == pytest.approx(contributions(measured(view, "leave-one-out", "mean", 0))[1:], abs=1e-5)


def test_without_means_no_line_begins_at_them() -> None:
    assert "integrated" not in methods_of(view_of(means=False))


def test_what_was_asked_for_is_asked_of_this_picture_and_class() -> None:
    view = view_of()
    ask(view, "shapley")
    assert asked_for(view, "shapley", "", 0)
    assert not asked_for(view, "shapley", "", 1)
    assert not asked_for(replace(view, picture=picture(seed=1)), "shapley", "", 0)


def test_a_cancelled_work_is_thrown_away_and_its_hooks_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class PersonDidSomethingError(Exception):
        pass

    class Bar:
        def progress(self, share: float, text: str) -> None:
            raise PersonDidSomethingError

    ended: list[bool] = []

    def steps() -> Iterator[Progress]:
        try:
            yield Progress(1, 3)
            yield Progress(2, 3)
        finally:
            ended.append(True)

    view = view_of()
    ask(view, "shapley")
    with monkeypatch.context() as patched:
        patched.setattr(evidence_work.st, "progress", lambda *_: Bar())
        with pytest.raises(PersonDidSomethingError):
            slow(view, "shapley", "", 0, "Working", steps)  # type: ignore[arg-type]
    assert ended == [True]
    assert len(caches.evidence()) == 0
    buttons: list[dict[str, Any]] = []
    monkeypatch.setattr(evidence_work.st, "button", lambda label, **how: buttons.append(how))
    attributed(view, "shapley", "", 0)
    buttons[0]["on_click"](*buttons[0]["args"])
    assert not asked_for(view, "shapley", "", 0), "Cancel forgets the wish"


def test_a_network_that_goes_takes_its_evidence_with_it() -> None:
    view = view_of()
    attributed(view, "gradient", "", 0)
    assert len(caches.evidence()) == 1
    first = network_of(view)
    assert network_of(view) is first
    caches._release(view.engine)
    assert len(caches.evidence()) == 0
    assert network_of(view) is not first


def test_the_blank_picture_is_nothing_to_the_network() -> None:
    view = view_of()
    seen = view.engine.prepare([blank_picture(view)])
    assert float(seen.abs().max()) <= 0.5 / 255 / min(view.engine.network.preprocessing.std) + 1e-6
