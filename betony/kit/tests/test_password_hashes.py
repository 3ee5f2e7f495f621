"""What a stolen table of passwords costs to guess; every other test hashes at the least cost."""

import argon2
from argon2 import profiles
from django.contrib.auth import hashers


def test_passwords_are_hashed_with_argon2id_at_a_cost_that_hinders_guessing(full_cost_hashes):
    algorithm, encoded = hashers.make_password("a long enough password").split("$", 1)
    cost = argon2.extract_parameters(f"${encoded}")
    assert (algorithm, cost.type) == ("argon2", argon2.Type.ID)
    assert cost.time_cost >= 2
    assert cost.memory_cost >= profiles.RFC_9106_LOW_MEMORY.memory_cost
