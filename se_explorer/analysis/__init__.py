"""What traces mean: effects of edits, gate circuits, saturation, accuracy and statistics over data."""

from se_explorer.analysis.accuracy import Evaluation, evaluate
from se_explorer.analysis.circuits import Circuit, Term, gate_circuit, hidden_circuit
from se_explorer.analysis.contrast import (
    BlockContrast,
    Contrast,
    LogitContrast,
    contrast,
    contrast_logits,
    top_differences,
)
from se_explorer.analysis.effects import Effect, compare
from se_explorer.analysis.gate_bins import BinnedBlock, bin_network
from se_explorer.analysis.gate_shapes import GateShape, gate_deviation, gate_range, gate_shape
from se_explorer.analysis.gate_statistics import GateStatistics, measure_gates
from se_explorer.analysis.intervals import wilson
from se_explorer.analysis.saturation import GateStates, gate_states
from se_explorer.analysis.sweep_effects import Baseline, SweepRow
from se_explorer.analysis.sweep_kinds import SweepKind
from se_explorer.analysis.sweep_pairs import Pair, interactions, pairs_of
from se_explorer.analysis.sweeps import Sweep, Sweeper, SweepPart

__all__ = [
    "Baseline",
    "BinnedBlock",
    "BlockContrast",
    "Circuit",
    "Contrast",
    "Effect",
    "Evaluation",
    "GateShape",
    "GateStates",
    "GateStatistics",
    "LogitContrast",
    "Pair",
    "Sweep",
    "SweepKind",
    "SweepPart",
    "SweepRow",
    "Sweeper",
    "Term",
    "bin_network",
    "compare",
    "contrast",
    "contrast_logits",
    "evaluate",
    "gate_circuit",
    "gate_deviation",
    "gate_range",
    "gate_shape",
    "gate_states",
    "hidden_circuit",
    "interactions",
    "measure_gates",
    "pairs_of",
    "top_differences",
    "wilson",
]
