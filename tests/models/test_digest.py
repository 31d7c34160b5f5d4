"""Which weights a network has, in one number."""

from __future__ import annotations

import copy

import torch

from se_explorer.models import DEFAULT_MODEL, bundled_cards, open_network
from se_explorer.models.digest import state_sha256, weights_sha256
from tests.networks import open_toy


def test_a_bundled_network_has_its_cards() -> None:
    assert weights_sha256(open_network()) == bundled_cards()[DEFAULT_MODEL].sha256
    other = open_network(DEFAULT_MODEL, "random:1")
    assert weights_sha256(other) == state_sha256(other.module) != bundled_cards()[DEFAULT_MODEL].sha256
    assert weights_sha256(open_network(DEFAULT_MODEL, "random:1")) == weights_sha256(other)


def test_any_value_type_and_name_counts_and_the_layout_does_not() -> None:
    module = open_toy().module
    whole = state_sha256(module)
    assert state_sha256(copy.deepcopy(module).to(memory_format=torch.channels_last)) == whole
    changed = copy.deepcopy(module)
    with torch.no_grad():
        next(changed.parameters()).view(-1)[-1] += 1e-3
    assert state_sha256(changed) != whole
    assert state_sha256(copy.deepcopy(module).double()) != whole
    renamed = copy.deepcopy(module)
    renamed.other = renamed.fc
    assert state_sha256(renamed) != whole
