"""For all tests: the CPU, one thread, and the same examples on every run."""

from __future__ import annotations

import os

import torch
from hypothesis import settings

os.environ.setdefault("SE_EXPLORER_DEVICE", "cpu")
torch.set_num_threads(1)
settings.register_profile("same", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("same")
