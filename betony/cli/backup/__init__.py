"""Backing up one server's database into one sealed file, and restoring it."""
