"""Betony: the clinic, the dispensary, and the kit they share."""
