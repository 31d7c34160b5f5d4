"""Count the paper's systems anew: ``python -m scripts.count_systems`` writes ``assets/published/counted.json``.

Every system is built on the meta device and run once there, so that this needs neither memory nor weights. A test
counts them again and holds the file to it.
"""

from __future__ import annotations

import json

import torch

from se_explorer.analysis.published_counts import COUNTED, count_system
from se_explorer.models.paper import paper_systems

__all__ = ["main"]


def main() -> None:
    """Count all and write the file."""
    counts = {}
    for system in paper_systems():
        with torch.device("meta"):
            counted = count_system(system)
        counts[system.id] = {
            "parameters": counted.parameters,
            "macs": counted.macs,
            "se_parameters": counted.se_parameters,
        }
        print(system.id, counts[system.id])
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(values)}" for name, values in counts.items())
    COUNTED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
