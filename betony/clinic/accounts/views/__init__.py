"""The pages of accounts: the doors, and what of Settings is about people and the clinic itself."""
