"""The conversations of `contracts/`, held with each side in its own test run."""
