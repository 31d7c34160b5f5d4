"""SE Explorer opens up Squeeze-and-Excitation networks.

    from se_explorer import load_model, load_picture, trace

    model = load_model()
    result = trace(model, load_picture("photo.jpg"), edits="SE_3_4=off")
    result.top(3), result.block("SE_4_6").gates

The words are the paper's (Hu et al., arXiv 1709.01507): u, z, hidden, s and x~ = s u.
"""

from __future__ import annotations

from se_explorer.analysis import (
    Circuit,
    Effect,
    Evaluation,
    Profile,
    Sweep,
    SweepRow,
    compare,
    evaluate,
    gate_circuit,
    hidden_circuit,
    load_profile,
    save_profile,
)
from se_explorer.blocks import BlockAdapter, BlockParts, SEBlock, find_blocks, insert_se, register_block
from se_explorer.engine import Block, BlockTrace, EditPlan, Engine, Mode, Prediction, Trace
from se_explorer.errors import SEExplorerError
from se_explorer.images import (
    LabelledFolder,
    Picture,
    Preprocessing,
    decode_picture,
    load_picture,
    open_folder,
    open_pictures,
    open_sample,
)
from se_explorer.models import open_checkpoint
from se_explorer.notebook import load_model, open_model, profile, report, sweep, trace

__all__ = [
    "Block",
    "BlockAdapter",
    "BlockParts",
    "BlockTrace",
    "Circuit",
    "EditPlan",
    "Effect",
    "Engine",
    "Evaluation",
    "LabelledFolder",
    "Mode",
    "Picture",
    "Prediction",
    "Preprocessing",
    "Profile",
    "SEBlock",
    "SEExplorerError",
    "Sweep",
    "SweepRow",
    "Trace",
    "compare",
    "decode_picture",
    "evaluate",
    "find_blocks",
    "gate_circuit",
    "hidden_circuit",
    "insert_se",
    "load_model",
    "load_picture",
    "load_profile",
    "open_checkpoint",
    "open_folder",
    "open_model",
    "open_pictures",
    "open_sample",
    "profile",
    "register_block",
    "report",
    "save_profile",
    "sweep",
    "trace",
]
