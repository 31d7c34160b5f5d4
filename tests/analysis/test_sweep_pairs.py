"""Pairs beside their blocks alone: by hand, and what is no sweep over pairs."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis import Sweeper, interactions, pairs_of
from se_explorer.engine import Engine
from se_explorer.errors import EditPlanError
from se_explorer.images import Picture, load_picture
from tests.analysis.test_sweeps import Product
from tests.analysis.toys import paint
from tests.networks import make_network, open_toy, picture


@pytest.fixture(scope="module")
def white(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("white") / "white.png"
    paint(path, (255, 255, 255))
    return load_picture(path)


def test_a_product_of_three_by_hand(white: Picture) -> None:
    """Each block halves: 1/8, twice that without one, four times without two."""
    engine = Engine(make_network(Product(), 16, ("product", "tenth")))
    names = list(engine.channels)
    pairs = pairs_of(Sweeper(engine, white, "pairs", target=0).run(), names)
    assert [(pair.earlier, pair.later) for pair in pairs] == [
        (names[0], names[1]),
        (names[0], names[2]),
        (names[1], names[2]),
    ]
    for pair in pairs:
        assert pair.first.target_logit_delta == pair.second.target_logit_delta == pytest.approx(1 / 8, abs=1e-6)
        assert pair.both.target_logit_delta == pytest.approx(3 / 8, abs=1e-6)
        assert pair.interaction == pytest.approx(1 / 8, abs=1e-6)
        assert str(pair.both.edits) == f"{pair.earlier}=off;{pair.later}=off"
        assert str(pair.second.edits) == f"{pair.later}=off"
    matrix = interactions(pairs, names)
    np.testing.assert_allclose(matrix[~np.eye(3, dtype=bool)], 1 / 8, atol=1e-6)
    assert np.isnan(np.diag(matrix)).all()


def test_the_interaction_is_the_rows_own() -> None:
    engine = Engine(open_toy())
    sweep = Sweeper(engine, picture(), "pairs").run()
    (pair,) = pairs_of(sweep, list(engine.channels))
    assert pair.interaction == pytest.approx(sweep.rows[-1].interaction)


@pytest.mark.parametrize("kind", ["leave-one-out", "pairs"])
def test_other_sweeps_are_refused(kind: str) -> None:
    engine = Engine(open_toy())
    sweep = Sweeper(engine, picture(), kind).run()
    names = list(engine.channels)
    with pytest.raises(EditPlanError, match="a sweep over the pairs"):
        pairs_of(sweep, names if kind != "pairs" else [*names, "SE_9_9"])
