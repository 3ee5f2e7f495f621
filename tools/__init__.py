"""The checks and generators that keep the house in order. Each runs alone: ``python -m tools.NAME``."""
