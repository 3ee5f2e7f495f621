"""What is sent to the dispensary, as its API takes it."""

from typing import Any

from betony.clinic.prescriptions.dispensary import shapes


def recommendation(one: shapes.Recommendation) -> dict[str, Any]:
    """Return a recommendation as the API takes it: nearly everything is a string there."""
    dosage: dict[str, Any] = {
        "amount": one.dosage.amount, "frequency": one.dosage.frequency, "duration": one.dosage.duration,
        "format": one.dosage.format, "additional_info": one.dosage.additional_info,
        "time_of_day": list(one.dosage.time_of_day),
    }  # fmt: skip
    row: dict[str, Any] = {
        "variant_id": one.variant_id,
        "units_to_purchase": str(one.quantity),
        "refill": "true" if one.refill else "false",
        "dosage": {key: value for key, value in dosage.items() if value},
    }
    if one.take_with:
        row["take_with"] = one.take_with
    return row
