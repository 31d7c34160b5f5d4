"""The paper's own systems: every row of Tables 2, 3 and 10 to 16 as a network that can be built and trained."""

from se_explorer.models.paper.systems import PaperSystem, paper_system, paper_systems

__all__ = ["PaperSystem", "paper_system", "paper_systems"]
