"""A GPU that is not there, or whose memory runs out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from se_explorer.errors import DeviceError
from se_explorer.training import Trainer
from tests.training.tiny import ignore, in_memory, recipe, same, trainer


def test_a_training_on_a_device_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"a device of this machine .* but got 'cuda'"):
        Trainer(recipe(), 0, in_memory(24, 0), in_memory(4, 1), tmp_path, "cuda")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "fault", [torch.OutOfMemoryError("CUDA out of memory."), MemoryError()], ids=["gpu", "machine"]
)
def test_memory_that_runs_out_in_a_training_costs_the_epoch_alone(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trainer(tmp_path / "whole")
    whole.run(ignore)
    run, step = trainer(tmp_path / "cut"), Trainer._step

    def fails(self: Trainer, *arguments: Any) -> Any:
        if len(self.curve) == 2:
            raise fault
        return step(self, *arguments)

    monkeypatch.setattr(Trainer, "_step", fails)
    with pytest.raises(DeviceError, match=r"memory for a training step, but got none left on cpu.*--resume"):
        run.run(ignore)
    monkeypatch.undo()
    again = trainer(tmp_path / "cut")
    again.resume()
    assert len(again.curve) == 2
    again.run(ignore)
    assert same(again, whole)
