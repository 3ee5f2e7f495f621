"""Dealing with the dispensary: network calls outside transactions, what they bring kept in short ones."""
