"""Many plans at once give what each gives alone, on every family, however they are put together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from se_explorer.blocks import SEBlock, registry
from se_explorer.blocks.library import OwnAdapter
from se_explorer.engine import Engine, ResumeCache
from se_explorer.errors import EditPlanError
from tests.engine.families import opened
from tests.networks import FAMILIES, Toy, Untraceable, make_network, open_toy, picture, randomise

TOLERANCE = 1e-5  # of the largest logit
SEEN = picture(40)


@cache
def plans_of(name: str) -> tuple[str, ...]:
    """A mixture of all that can be done, one plan twice."""
    engine = opened(name).engine
    names = [block.name for block in engine.blocks]
    first, middle, last = names[0], names[len(names) // 2], names[-1]
    return (
        "",
        *(f"{block}=off" for block in names[:: max(1, len(names) // 5)]),
        *(f"{first}=zero;{block}=off" for block in (middle, last) if block != first),
        f"{first}=mean;{last}=shuffle:3",
        f"{last}.0=2;{last}.1=0",
        f"{middle}.2=0.5;{middle}=constant:0.25",
        f"{last}=off",
        "*=off",
        "",
    )


@cache
def alone(name: str) -> np.ndarray:
    """The full run of each plan."""
    engine = opened(name).engine
    return np.stack([engine.trace(SEEN, plan).logits for plan in plans_of(name)])


def together(engine: Engine, plans: Sequence[str], **options: object) -> np.ndarray:
    """The plans' logits, whatever the batches."""
    found: dict[int, np.ndarray] = {}
    for batch in engine.rows(SEEN, plans, **options):  # type: ignore[arg-type]
        assert not found.keys() & set(batch.numbers)
        found.update(zip(batch.numbers, batch.logits, strict=True))
    return np.stack([found[number] for number in range(len(plans))])


def close(ours: np.ndarray, expected: np.ndarray) -> None:
    """Equal up to rounding."""
    assert np.abs(ours - expected).max() <= TOLERANCE * np.abs(expected).max()


@pytest.mark.parametrize(
    "bound",
    [
        pytest.param(1, id="one by one", marks=pytest.mark.slow),
        pytest.param(2_000_000, id="in batches"),
        pytest.param(2**28, id="at once"),
    ],
)
@pytest.mark.parametrize("name", FAMILIES)
def test_together_is_alone(name: str, bound: int) -> None:
    engine = opened(name).engine
    assert np.ptp(alone(name), axis=0).max() > 1e-3
    close(together(engine, plans_of(name), bound=bound), alone(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_shares_rows(name: str) -> None:
    (batch,) = opened(name).engine.rows(SEEN, plans_of(name))
    assert batch.shared
    assert batch.forwards < 0.8 * len(plans_of(name))


@pytest.mark.parametrize("name", ["own", "timm:mobilenetv3_small_050"])
def test_what_a_trace_kept_is_taken_up(name: str) -> None:
    memory = ResumeCache(2**28)
    engine = Engine(opened(name).engine.network, memory=memory)
    last = engine.blocks[-1].name
    plans = [f"{last}=off", f"{last}=zero", f"{last}.3=0"]
    engine.trace(SEEN)
    (batch,) = engine.rows(SEEN, plans)
    assert memory.resumed == 1
    close(batch.logits, np.stack([opened(name).engine.trace(SEEN, plan).logits for plan in plans]))
    expected = opened(name).engine.trace(SEEN, f"{last}=off")
    assert np.array_equal(engine.trace(SEEN, f"{last}=off").logits, expected.logits)


def test_rows_leave_nothing_that_a_trace_would_begin_at() -> None:
    """Rows may fold batch norms; traces give the untouched network's bits."""
    engine = Engine(opened("own").engine.network, memory=ResumeCache(2**28))
    names = [block.name for block in engine.blocks]
    list(engine.rows(SEEN, [f"{names[-1]}=off"]))
    trace = engine.trace(SEEN, f"{names[-1]}=off")
    assert trace.resumed_from is None
    assert np.array_equal(trace.logits, opened("own").engine.trace(SEEN, f"{names[-1]}=off").logits)


def test_what_it_costs() -> None:
    """Both blocks of the toy left out: all rows at the end, one at the beginning."""
    engine = Engine(open_toy())
    (batch,) = engine.rows(SEEN, ["", "SE_1_1=off", "SE_2_1=off"])
    stem, conv, fc = 8 * 8 * 8 * 27, 4 * 4 * 8 * 72, 8 * 4
    first, second = 2 * 8 * 4, 2 * 8 * 2  # the blocks' own layers, at the head of what follows them
    total = stem + first + conv + second + fc
    expected = (stem + 2 * (first + conv) + 3 * (second + fc)) / total
    assert batch.forwards == pytest.approx(expected, rel=0.01)
    assert sum(batch.forwards for batch in engine.rows(SEEN, [""])) == pytest.approx(1)


def test_channels_are_edited_all_at_once() -> None:
    engine, name = opened("timm resnet").engine, opened("timm resnet").engine.blocks[-1].name
    plans = [f"{name}.{channel}=0" for channel in range(engine.channels[name])]
    (batch,) = engine.rows(SEEN, plans)
    close(batch.logits[::7], np.stack([engine.trace(SEEN, plan).logits for plan in plans[::7]]))


@pytest.mark.parametrize("seed", range(3))
def test_random_plans_in_random_batches(seed: int) -> None:
    random.seed(seed)
    engine = opened("own").engine
    modes = ("off", "zero", "constant:0.5", f"shuffle:{seed}", "mean")
    plans = [
        ";".join(f"{block}={random.choice(modes)}" for block in engine.channels if random.random() < 0.4)
        for _ in range(13)
    ]
    expected = np.stack([engine.trace(SEEN, plan).logits for plan in plans])
    close(together(engine, plans, bound=random.randint(100_000, 3_000_000)), expected)


class Windows(Toy):
    """Cuts its maps into windows across a block: nothing has one row a picture there."""

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = x.reshape(-1, 8, 4, 8).contiguous()
        x = self.first(x).reshape(-1, 8, 8, 8)
        return self.fc(self.second(self.conv(x)).mean((2, 3)))


class Counting(Toy):
    """Carries the number of pictures and a tuple over its second block."""

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.first(self.stem(x)))
        count, parts = x.shape[0], x.chunk(2, 1)
        x = self.second(self.conv(x)).mean((2, 3)).view(count, 8)
        return self.fc(x + torch.cat((parts[0], parts[1]), 1).mean((2, 3)))


class Touching(Toy):
    """Its rows depend on each other."""

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(self.stem(x))
        return self.fc(self.second(self.conv(x - x.mean(0))).mean((2, 3)))


class Broadcasting(Toy):
    """Adds a shortcut of another shape to a block's output, and uses u afterwards."""

    def forward(self, x: Tensor) -> Tensor:
        u = self.stem(x)
        x = self.first(u) + u.mean((2, 3), keepdim=True)
        return self.fc(self.second(self.conv(x)).mean((2, 3)) + u.amax((2, 3)))


PLANS = (
    "SE_1_1=off",
    "",
    "SE_1_1.0=2",
    "SE_2_1=off",
    "SE_1_1=off;SE_2_1=zero",
    "*=shuffle:2",
    "SE_2_1.3=0",
    "*=off",
    "",
)


@pytest.mark.parametrize(
    ("kind", "shared"),
    [(Toy, True), (Counting, True), (Broadcasting, True), (Untraceable, False), (Windows, False), (Touching, False)],
)
def test_networks_of_all_sorts(kind: type[nn.Module], shared: bool) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        engine = Engine(make_network(randomise(kind())))
    names = list(engine.channels)
    plans = [plan.replace("SE_1_1", names[0]).replace("SE_2_1", names[1]) for plan in PLANS]
    batches = list(engine.rows(SEEN, plans))
    assert {batch.shared for batch in batches} == {shared}
    assert (engine.one_by_one() is None) == shared
    if not shared:
        assert [batch.numbers for batch in batches] == [(number,) for number in range(len(plans))]
        assert sum(batch.forwards for batch in batches) == len(plans)
    close(together(engine, plans), np.stack([engine.trace(SEEN, plan).logits for plan in plans]))


def test_a_block_of_ones_own_with_a_scale_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Einsum(OwnAdapter):
        def scale(self, u: Tensor, s: Tensor) -> Tensor:
            called.append(len(s))
            return torch.einsum("nchw,nc->nchw", u, s)

    called: list[int] = []
    monkeypatch.setattr(registry, "_known", {**registry.known_blocks(), SEBlock: Einsum()})
    engine = Engine(open_toy())
    close(together(engine, PLANS), np.stack([engine.trace(SEEN, plan).logits for plan in PLANS]))
    assert max(called) > 4


def test_leaving_off_between_batches() -> None:
    engine = opened("own").engine
    batches = engine.rows(SEEN, plans_of("own"), bound=1)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    close(together(engine, plans_of("own")), alone("own"))


def test_plans_that_do_not_fit_are_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(open_toy())
    monkeypatch.setattr(engine, "_runner", None)
    for plan in ("SE_9_9=off", "SE_1_1=mean", "SE_1_1=donor:x", "rubbish"):
        with pytest.raises(EditPlanError):
            engine.rows(SEEN, ["", plan])


def test_donors() -> None:
    engine = opened("own").engine
    first = engine.blocks[0].name
    donors = {"x": engine.trace(picture(64, seed=9)).gates}
    plans = ["", f"{first}=donor:x"]
    expected = np.stack([engine.trace(SEEN, plan, donors=donors).logits for plan in plans])
    close(together(engine, plans, donors=donors), expected)


def test_threads() -> None:
    engine = Engine(opened("own").engine.network, memory=ResumeCache(2**22))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda bound: together(engine, plans_of("own"), bound=bound), [1, 10**6, 2**28] * 6))
    for logits in found:
        close(logits, alone("own"))
