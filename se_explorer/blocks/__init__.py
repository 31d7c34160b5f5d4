"""What an SE block is: one adapter a library class; find, read and name blocks."""

from se_explorer.blocks.adapter import BlockAdapter, BlockFacts, BlockParts, Excitation, ExcitationLayers
from se_explorer.blocks.find import BlockSurvey, FoundBlock, UnsupportedGate, adapter_for, find_blocks
from se_explorer.blocks.insert import insert_se
from se_explorer.blocks.naming import name_blocks
from se_explorer.blocks.registry import register_block, registered_blocks, unregister_block
from se_explorer.blocks.se_block import NoSqueezeBlock, SEBlock

__all__ = [
    "BlockAdapter",
    "BlockFacts",
    "BlockParts",
    "BlockSurvey",
    "Excitation",
    "ExcitationLayers",
    "FoundBlock",
    "NoSqueezeBlock",
    "SEBlock",
    "UnsupportedGate",
    "adapter_for",
    "find_blocks",
    "insert_se",
    "name_blocks",
    "register_block",
    "registered_blocks",
    "unregister_block",
]
