"""The forms of accounts: at the doors, and in Settings."""
