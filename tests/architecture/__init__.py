"""The shape of the house, read from the running server: run once with each server's settings."""
