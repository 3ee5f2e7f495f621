"""Tests that cross modules; everything else is tested beside its code."""
