"""``python -m benchmarks``: headline figures beside their peers, as ratios of medians."""
