"""The engine: graph, edit plans, runs and what they give."""

from se_explorer.engine.data_rows import DataRows
from se_explorer.engine.edits import BlockEdit, EditPlan, Mode
from se_explorer.engine.engine import Engine
from se_explorer.engine.peeking import Making, making_of
from se_explorer.engine.requests import TraceRequest
from se_explorer.engine.results import Block, BlockTrace, Prediction, Run, Trace
from se_explorer.engine.resume import ResumeCache
from se_explorer.engine.worker import Worker

__all__ = [
    "Block",
    "BlockEdit",
    "BlockTrace",
    "DataRows",
    "EditPlan",
    "Engine",
    "Making",
    "Mode",
    "Prediction",
    "ResumeCache",
    "Run",
    "Trace",
    "TraceRequest",
    "Worker",
    "making_of",
]
