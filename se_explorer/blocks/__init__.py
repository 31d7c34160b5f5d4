"""What an SE block is: one adapter a library class; find, read and name blocks."""

from se_explorer.blocks.adapter import BlockAdapter, BlockFacts, Excitation, ExcitationLayers
from se_explorer.blocks.find import BlockSurvey, FoundBlock, UnsupportedGate, adapter_for, find_blocks
from se_explorer.blocks.naming import name_blocks
from se_explorer.blocks.se_block import SEBlock

__all__ = [
    "BlockAdapter",
    "BlockFacts",
    "BlockSurvey",
    "Excitation",
    "ExcitationLayers",
    "FoundBlock",
    "SEBlock",
    "UnsupportedGate",
    "adapter_for",
    "find_blocks",
    "name_blocks",
]
