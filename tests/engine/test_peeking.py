"""What goes into the convolution before a block, against a hook on a copy of the network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from se_explorer.engine import EditPlan, Engine, making_of
from se_explorer.errors import BlockError, EditPlanError
from tests.engine.families import opened
from tests.networks import Untraceable, open_toy, picture


def test_the_input_is_what_a_hook_sees() -> None:
    case = opened("own")
    seen = picture(case.engine.network.preprocessing.size)
    block = case.engine.blocks[1]
    making = making_of(case.engine, seen, EditPlan(), block.name)
    assert making is not None
    wanted = next(path for path, module in case.engine.network.module.named_modules() if module is making.convolution)
    given: list[torch.Tensor] = []
    twin = dict(case.pristine.named_modules())[wanted]
    handle = twin.register_forward_hook(lambda _module, inputs, _output: given.append(inputs[0][0].clone()))
    with torch.inference_mode():
        case.pristine(case.engine.inputs([seen]))
    handle.remove()
    assert torch.equal(making.given, given[0])
    with torch.inference_mode():
        u = making.convolution(making.given[None])
        for module in making.between:
            u = module(u)
    kept = case.engine.trace(seen, keep=[block.name]).block(block.name).kept_maps
    torch.testing.assert_close(u[0], torch.from_numpy(kept.copy()))


def test_edits_before_the_block_are_in_it() -> None:
    engine = opened("own").engine
    seen = picture(engine.network.preprocessing.size)
    first, last = engine.blocks[0].name, engine.blocks[-1].name
    plain = making_of(engine, seen, EditPlan(), last)
    edited = making_of(engine, seen, engine.fit(f"{first}=zero"), last)
    bypassed = making_of(engine, seen, engine.fit(f"{first}=off"), last)
    assert plain is not None
    assert edited is not None
    assert bypassed is not None
    assert not torch.equal(plain.given, edited.given)
    assert not torch.equal(plain.given, bypassed.given)


def test_a_network_run_by_hooks_has_no_steps_to_look_into() -> None:
    engine = Engine(open_toy(Untraceable), "cpu")
    assert making_of(engine, picture(), EditPlan(), engine.blocks[0].name) is None


def test_what_does_not_exist_is_refused() -> None:
    engine = opened("own").engine
    seen = picture(engine.network.preprocessing.size)
    with pytest.raises(BlockError):
        making_of(engine, seen, EditPlan(), "SE_9_9")
    with pytest.raises(EditPlanError):
        making_of(engine, seen, EditPlan.parse("SE_9_9=off"), engine.blocks[0].name)


def test_the_network_is_left_as_it_is() -> None:
    case = opened("own")
    seen = picture(case.engine.network.preprocessing.size)
    before = {name: value.clone() for name, value in case.engine.network.module.state_dict().items()}
    making_of(case.engine, seen, EditPlan(), case.engine.blocks[0].name)
    assert all(torch.equal(value, before[name]) for name, value in case.engine.network.module.state_dict().items())
    assert not any(
        module._forward_hooks for module in case.engine.network.module.modules() if isinstance(module, nn.Conv2d)
    )
