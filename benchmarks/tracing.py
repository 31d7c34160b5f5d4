"""``trace`` beside the plain forward pass of the same network and beside its peers."""

from __future__ import annotations

import copy

import torch

from benchmarks.effort import Effort
from benchmarks.peers import captum, hooks_that_clone, hooks_that_measure, installed_peers, plain
from benchmarks.results import Findings, ratio
from benchmarks.timing import Rival, interleave
from se_explorer.engine import Engine
from se_explorer.images import open_sample

__all__ = ["measure_trace"]

PLAIN = "plain forward"
SLOW = ("torchlens",)  # takes a hundred times as long as a forward pass: fewer turns, among themselves


def measure_trace(engine: Engine, effort: Effort) -> Findings:
    """z, hidden, s and all statistics of every block of one picture, and who else can look inside."""
    batch, module = engine.inputs([open_sample("church")]), engine.network.module
    other = copy.deepcopy(module).to(memory_format=torch.contiguous_format)
    last = engine.blocks[-1].name
    forward = Rival(plain(module, batch))
    rivals = {
        PLAIN: forward,
        "trace": Rival(lambda: engine.run(batch, statistics=True)),
        "one block off": Rival(lambda: engine.logits(batch, f"{last}=off")),
        "hooks that clone": hooks_that_clone(engine, batch),
        "hooks that measure the same": hooks_that_measure(engine, batch),
        "captum LayerActivation": captum(engine, batch),
        "plain forward, channels first": Rival(plain(other, batch.contiguous())),
    }
    installed, absent = installed_peers(engine, batch)
    slow = {name: rival for name, rival in installed.items() if name in SLOW}
    rivals |= {name: rival for name, rival in installed.items() if name not in SLOW}
    seconds = interleave(rivals, effort.forwards)
    name = engine.network.id
    found = [ratio(name, seconds, rival, PLAIN) for rival in rivals if rival != PLAIN]
    if slow:
        slowly = interleave({PLAIN: forward, **slow}, effort.slow)
        found += [ratio(name, slowly, rival, PLAIN) for rival in slow]
    return Findings(ratios=tuple(found), absent=absent)
