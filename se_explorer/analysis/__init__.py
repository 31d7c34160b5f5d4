"""What traces mean: effects of edits, gate circuits, attribution, saturation, accuracy and statistics over data."""

from se_explorer.analysis.accuracy import Evaluation, evaluate
from se_explorer.analysis.agreement import Agreement, agreement, contributions
from se_explorer.analysis.attribution import (
    Completeness,
    GateAttribution,
    PictureAttribution,
    grad_cam,
    gradient_x_gate,
)
from se_explorer.analysis.attribution_conductance import gate_conductance
from se_explorer.analysis.attribution_paths import integrated_gates, integrated_picture
from se_explorer.analysis.attribution_shapley import ShapleyBlocks, shapley_blocks
from se_explorer.analysis.attribution_steps import Progress, carried_out
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
from se_explorer.analysis.data_sweep import DataSweeper, compare_plans
from se_explorer.analysis.data_sweep_record import DataSweep, read_data_sweep, write_data_sweep
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
    "Agreement",
    "Baseline",
    "BinnedBlock",
    "BlockContrast",
    "BlockProfile",
    "BlockSpecificity",
    "Circuit",
    "Claim",
    "ClaimKind",
    "ClassDistances",
    "Completeness",
    "Concord",
    "Contrast",
    "DataSweep",
    "DataSweeper",
    "Doubt",
    "Effect",
    "Evaluation",
    "Extremes",
    "GateAttribution",
    "GateShape",
    "GateStates",
    "GateStatistics",
    "LogitContrast",
    "Pair",
    "Picking",
    "PictureAttribution",
    "Profile",
    "ProfileClass",
    "ProfileHeader",
    "Progress",
    "Quantity",
    "Removal",
    "Resumption",
    "ShapleyBlocks",
    "SqueezeParts",
    "Sweep",
    "SweepKind",
    "SweepPart",
    "SweepRow",
    "Sweeper",
    "Term",
    "Verdict",
    "agreement",
    "answer_in_data",
    "bin_network",
    "bundled_profile",
    "carried_out",
    "claims_of",
    "class_distances",
    "compare",
    "compare_plans",
    "concord",
    "contrast",
    "contrast_logits",
    "contributions",
    "default_classes",
    "evaluate",
    "gate_circuit",
    "gate_conductance",
    "gate_deviation",
    "gate_range",
    "gate_shape",
    "gate_states",
    "grad_cam",
    "gradient_x_gate",
    "hidden_circuit",
    "integrated_gates",
    "integrated_picture",
    "interactions",
    "load_profile",
    "measure_gates",
    "measure_profile",
    "open_share",
    "pairs_of",
    "read_data_sweep",
    "sampled_channels",
    "save_profile",
    "shapley_blocks",
    "specificity",
    "squeeze_parts",
    "top_differences",
    "wilson",
    "within_class_deviation",
    "write_data_sweep",
]
