"""The catalogue's operations of the public API."""
