"""Limits on guessing and flooding, counted in PostgreSQL so that every process shares them."""
