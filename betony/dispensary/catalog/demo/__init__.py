"""The invented catalogue of the demo: explicit tables and a pure, deterministic generator."""
