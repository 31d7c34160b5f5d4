"""Hostile input, tried: ``python -m fuzzing``; see docs/security.md. Nothing in the package imports this."""
