"""The engine: graph, edit plans, runs and what they give."""

from se_explorer.engine.edits import BlockEdit, EditPlan, Mode
from se_explorer.engine.engine import Engine, Run
from se_explorer.engine.results import Block, BlockTrace, Prediction, Trace

__all__ = ["Block", "BlockEdit", "BlockTrace", "EditPlan", "Engine", "Mode", "Prediction", "Run", "Trace"]
