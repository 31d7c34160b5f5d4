"""What traces mean: effects of edits, gate circuits, saturation, accuracy and statistics over data."""

from se_explorer.analysis.accuracy import Evaluation, evaluate
from se_explorer.analysis.circuits import Circuit, Term, gate_circuit, hidden_circuit
from se_explorer.analysis.data_sweep import DataSweeper, compare_plans
from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep, write_data_sweep
from se_explorer.analysis.effects import Effect, compare
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
    "BlockProfile",
    "Circuit",
    "DataSweep",
    "DataSweeper",
    "Effect",
    "Evaluation",
    "Extremes",
    "GateStates",
    "GateStatistics",
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
    "compare",
    "compare_plans",
    "evaluate",
    "gate_circuit",
    "gate_states",
    "hidden_circuit",
    "interactions",
    "load_profile",
    "measure_gates",
    "pairs_of",
    "read_data_sweep",
    "save_profile",
    "wilson",
    "write_data_sweep",
]
