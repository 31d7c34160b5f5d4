"""What a report is made of is what the engine gives."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis import Sweeper
from se_explorer.engine import Engine
from se_explorer.errors import BlockError, EditPlanError, TraceError
from se_explorer.images import open_sample
from se_explorer.report import Present, first_block, gather, strongest_channel
from tests.report.conftest import PLAN


def test_traces_and_ranking_are_those_of_the_engine(present: Present, engine: Engine) -> None:
    picture = open_sample("golf-ball")
    assert np.array_equal(present.before.logits, engine.trace(picture).logits)
    after = engine.trace(picture, PLAN, keep=("SE_4_2",))
    np.testing.assert_allclose(present.after.logits, after.logits, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(present.block.kept_maps, after.block("SE_4_2").kept_maps, rtol=1e-4, atol=1e-5)
    rows = Sweeper(engine, picture).run().rows
    expected = [row.target_logit_delta for row in rows]
    assert [row.target_logit_delta for row in present.ranking.rows] == pytest.approx(expected, abs=1e-3)
    assert present.target == present.before.top(1)[0].index


def test_without_a_word_it_looks_where_the_pages_begin(engine: Engine) -> None:
    state = gather(engine, open_sample("church"))
    assert state.block.block == first_block(engine)
    assert state.block.block.name == "SE_4_6"
    assert state.channel == strongest_channel(state.block)
    assert np.array_equal(state.before.logits, state.after.logits)


def test_a_ranking_that_is_known_is_taken(present: Present, engine: Engine) -> None:
    asked: list[int] = []

    def known(target: int) -> object:
        asked.append(target)
        return present.ranking

    state = gather(engine, open_sample("golf-ball"), target=3, ranking=known)  # type: ignore[arg-type]
    assert state.ranking is present.ranking
    assert asked == [3]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"plan": "SE_9_9=off"}, EditPlanError),
        ({"block": "SE_9_9"}, BlockError),
        ({"channel": 99999}, TraceError),
        ({"target": 10}, TraceError),
        ({"mode": "donor:cat"}, EditPlanError),
    ],
    ids=str,
)
def test_what_is_not_there_is_told(options: dict[str, object], error: type[Exception], engine: Engine) -> None:
    with pytest.raises(error):
        gather(engine, open_sample("church"), **options)  # type: ignore[arg-type]
