"""The audit trail: who did or saw what, whose, when, from where, why. Insert-only; written through `trail`."""
