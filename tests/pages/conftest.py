"""What the page tests share."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from se_explorer.engine import Engine
from se_explorer.models import open_network


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The bundled network, apart from the app's own copy."""
    torch.set_num_threads(1)
    return Engine(open_network(), "cpu")


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A PNG of coloured noise, 200 x 150."""
    pixels = np.random.default_rng(5).integers(0, 256, (15, 20, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((200, 150), Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()
