"""The present state, worked out: network, picture, plan, and all that was measured of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from se_explorer.analysis import Sweep, Sweeper
from se_explorer.engine import Block, BlockTrace, EditPlan, Engine, Mode, Trace
from se_explorer.errors import TraceError
from se_explorer.images import Picture
from se_explorer.language import later

__all__ = ["Present", "first_block", "gather", "rank", "strongest_channel"]

#: Bytes that a batch of the ranking may need: little enough to leave room for other people.
BATCH_BYTES = 32 * 2**20


@dataclass(frozen=True, eq=False)
class Present:
    """What a report is made of.

    Attributes:
        engine, picture, plan: what ran, on what, and under which edits.
        donors: pictures whose gates the plan takes, by key.
        before, after: traces without and with the edits; ``after`` keeps the maps of ``block``.
        block, channel: what is looked at.
        target: index of the class that is watched.
        ranking: every block left out alone, from the unedited network.
        made: when.
    """

    engine: Engine
    picture: Picture
    plan: EditPlan
    donors: Mapping[str, Picture]
    before: Trace
    after: Trace
    block: BlockTrace
    channel: int
    target: int
    ranking: Sweep
    made: datetime


def first_block(engine: Engine) -> Block:
    """Where looking begins: the last block of stage 4, where gates tend to be class-specific."""
    stage_four = [block for block in engine.blocks if block.stage == 4]
    return (stage_four or list(engine.blocks))[-1]


def strongest_channel(trace: BlockTrace) -> int:
    """The channel whose map is strongest behind its gate."""
    return int(np.argmax(trace.energy * trace.applied**2))


def rank(
    engine: Engine,
    picture: Picture,
    mode: Mode,
    target: int,
    donors: Mapping[str, Mapping[str, np.ndarray]],
    client: Hashable = None,
) -> Sweep:
    """Each block edited alone, in the worker's line."""
    sweeper = Sweeper(engine, picture, mode=mode, target=target, donors=donors, bound=BATCH_BYTES)
    return sweeper.run(through=lambda step: engine.worker.call(step, client).result())


def gather(
    engine: Engine,
    picture: Picture,
    plan: EditPlan | str = "",
    *,
    block: str | None = None,
    channel: int | None = None,
    target: int | None = None,
    mode: Mode | str = "off",
    donors: Mapping[str, Picture] | None = None,
    ranking: Callable[[int], Sweep] | None = None,
    client: Hashable = None,
) -> Present:
    """Work out all that a report shows. Runs go through the engine's worker.

    Args:
        block: name of the block that is looked at; None takes the last of stage 4.
        channel: None takes the one whose map is strongest behind its gate.
        target: index of the class to watch; None watches the unedited answer.
        mode: what the ranking does to each block.
        donors: pictures whose gates plan and mode may take, by key.
        ranking: gives the ranking for the class that is watched, where somebody may know it already.
        client: whose turn it takes in the worker's line.

    Raises:
        EditPlanError: the plan cannot be read or does not fit.
        BlockError, TraceError: there is no such block, channel or class.
    """
    fitted, others = engine.fit(plan), donors or {}
    looked_at = block or first_block(engine).name
    engine.found(looked_at)
    turn = Mode.parse(mode) if isinstance(mode, str) else mode

    def run(what: Picture, edits: EditPlan, keep: tuple[str, ...] = ()) -> Trace:
        return engine.worker.trace(what, edits, keep=keep, donors=gates, client=client).result()

    gates: dict[str, dict[str, np.ndarray]] = {}  # filled by runs that need none
    gates.update({key: run(other, EditPlan()).gates for key, other in others.items()})
    before, after = run(picture, EditPlan()), run(picture, fitted, (looked_at,))
    trace = after.block(looked_at)
    chosen = strongest_channel(trace) if channel is None else channel
    if not 0 <= chosen < len(trace.gates):
        expected = later("a channel of {name}, 0 to {last}", name=looked_at, last=len(trace.gates) - 1)
        raise TraceError(expected, str(chosen), later("Choose another channel."))
    watched = before.top(1)[0].index if target is None else target
    table = ranking(watched) if ranking else rank(engine, picture, turn, watched, gates, client)
    made = datetime.now(UTC)
    return Present(engine, picture, fitted, others, before, after, trace, chosen, watched, table, made)
