"""What traces mean: effects of edits, gate circuits, saturation, accuracy and statistics over data."""

from se_explorer.analysis.accuracy import Evaluation, evaluate
from se_explorer.analysis.bundled_profiles import bundled_profile
from se_explorer.analysis.circuits import Circuit, Term, gate_circuit, hidden_circuit
from se_explorer.analysis.claims import Claim, ClaimKind, Doubt, Removal, Verdict, claims_of
from se_explorer.analysis.class_answers import Concord, answer_in_data, concord
from se_explorer.analysis.class_profiles import (
    BlockSpecificity,
    ClassDistances,
    class_distances,
    open_share,
    specificity,
    within_class_deviation,
)
from se_explorer.analysis.class_sampling import SAMPLED, Picking, default_classes, sampled_channels
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
from se_explorer.analysis.profile import BlockProfile, Extremes, Profile, Quantity, load_profile, save_profile
from se_explorer.analysis.profile_header import QUANTILES, ProfileClass, ProfileHeader
from se_explorer.analysis.profiling import Resumption, measure_profile
from se_explorer.analysis.saturation import GateStates, gate_states
from se_explorer.analysis.squeeze_parts import SqueezeParts, squeeze_parts
from se_explorer.analysis.sweep_effects import Baseline, SweepRow
from se_explorer.analysis.sweep_kinds import SweepKind
from se_explorer.analysis.sweep_pairs import Pair, interactions, pairs_of
from se_explorer.analysis.sweeps import Sweep, Sweeper, SweepPart

__all__ = [
    "QUANTILES",
    "SAMPLED",
    "Baseline",
    "BinnedBlock",
    "BlockContrast",
    "BlockProfile",
    "BlockSpecificity",
    "Circuit",
    "Claim",
    "ClaimKind",
    "ClassDistances",
    "Concord",
    "Contrast",
    "Doubt",
    "Effect",
    "Evaluation",
    "Extremes",
    "GateShape",
    "GateStates",
    "GateStatistics",
    "LogitContrast",
    "Pair",
    "Picking",
    "Profile",
    "ProfileClass",
    "ProfileHeader",
    "Quantity",
    "Removal",
    "Resumption",
    "SqueezeParts",
    "Sweep",
    "SweepKind",
    "SweepPart",
    "SweepRow",
    "Sweeper",
    "Term",
    "Verdict",
    "answer_in_data",
    "bin_network",
    "bundled_profile",
    "claims_of",
    "class_distances",
    "compare",
    "concord",
    "contrast",
    "contrast_logits",
    "default_classes",
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
    "measure_profile",
    "open_share",
    "pairs_of",
    "sampled_channels",
    "save_profile",
    "specificity",
    "squeeze_parts",
    "top_differences",
    "wilson",
    "within_class_deviation",
]
