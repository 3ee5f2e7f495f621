"""Real databases for tests, with the roles the servers really use. README.md says how to use them."""
