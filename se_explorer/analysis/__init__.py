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
from se_explorer.analysis.data_sweep import DataSweeper, compare_plans
from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep, write_data_sweep
from se_explorer.analysis.effects import Effect, compare
from se_explorer.analysis.gate_bins import BinnedBlock, bin_network
from se_explorer.analysis.gate_shapes import GateShape, gate_deviation, gate_range, gate_shape
from se_explorer.analysis.gate_statistics import GateStatistics, measure_gates
from se_explorer.analysis.intervals import wilson
from se_explorer.analysis.profile import BlockProfile, Extremes, Profile, Quantity, load_profile, save_profile
from se_explorer.analysis.profile_header import QUANTILES, ProfileClass, ProfileHeader
from se_explorer.analysis.saturation import GateStates, gate_states
from se_explorer.analysis.sweep_effects import Baseline, SweepRow
from se_explorer.analysis.sweep_kinds import SweepKind
from se_explorer.analysis.sweep_pairs import Pair, interactions, pairs_of
from se_explorer.analysis.sweeps import Sweep, Sweeper, SweepPart

__all__ = [
    "QUANTILES",
    "Baseline",
    "BinnedBlock",
    "BlockContrast",
    "BlockProfile",
    "Circuit",
    "Contrast",
    "DataSweep",
    "DataSweeper",
    "Effect",
    "Evaluation",
    "Extremes",
    "GateShape",
    "GateStates",
    "GateStatistics",
    "LogitContrast",
    "Pair",
    "Profile",
    "ProfileClass",
    "ProfileHeader",
    "Quantity",
    "Sweep",
    "SweepKind",
    "SweepPart",
    "SweepRow",
    "Sweeper",
    "Term",
    "bin_network",
    "compare",
    "compare_plans",
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
    "load_profile",
    "measure_gates",
    "pairs_of",
    "read_data_sweep",
    "save_profile",
    "top_differences",
    "wilson",
    "write_data_sweep",
]
