"""The layers come from the import contracts and order modules from the top down."""

from tools import layers


def test_a_module_may_know_what_stands_below_it_and_not_what_stands_above_or_beside_it():
    assert layers.may_know("clinic", "prescriptions", "patients")
    assert not layers.may_know("clinic", "patients", "prescriptions")
    assert not layers.may_know("clinic", "prescriptions", "labs")
    assert layers.may_know("dispensary", "orders", "catalog")
    assert not layers.may_know("dispensary", "catalog", "patients")
