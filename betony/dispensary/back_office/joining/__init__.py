"""The page by which a practice opens a dispensary of its own."""
