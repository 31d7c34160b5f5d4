"""What traces mean: effects of edits, gate circuits, saturation, accuracy and statistics over data."""

from se_explorer.analysis.accuracy import Evaluation, evaluate
from se_explorer.analysis.circuits import Circuit, Term, gate_circuit, hidden_circuit
from se_explorer.analysis.effects import Effect, compare
from se_explorer.analysis.gate_statistics import GateStatistics, measure_gates
from se_explorer.analysis.intervals import wilson
from se_explorer.analysis.saturation import GateStates, gate_states

__all__ = [
    "Circuit",
    "Effect",
    "Evaluation",
    "GateStates",
    "GateStatistics",
    "Term",
    "compare",
    "evaluate",
    "gate_circuit",
    "gate_states",
    "hidden_circuit",
    "measure_gates",
    "wilson",
]
