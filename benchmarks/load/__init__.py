"""Many sessions at once on one running server: does each see its own result, and how long does it wait."""
