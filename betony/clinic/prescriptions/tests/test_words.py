"""What pages say about directions."""

import pytest

from betony.clinic.prescriptions import words
from betony.clinic.prescriptions.models import PrescriptionItem


@pytest.mark.parametrize(
    ("amount", "form", "said"),
    [
        ("1", "capsule", "1 capsule"),
        ("2", "capsule", "2 capsules"),
        ("1-2", "capsule", "1-2 capsules"),
        ("1/2", "tablet", "1/2 tablet"),
        ("1", "drops", "1 drop"),
        ("4", "drops", "4 drops"),
        ("1", "powder", "1 powder"),
        ("as much as fits", "capsule", "as much as fits"),
        ("2", "", "2"),
    ],
)
def test_an_amount_agrees_with_its_measure(amount, form, said):
    item = PrescriptionItem(amount=amount, format=form, frequency="once per day")
    assert words.directions(item).startswith(f"{said}, once per day")
