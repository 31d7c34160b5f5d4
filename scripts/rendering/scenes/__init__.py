"""One module per rendered sample."""
