"""A dispensary that sends no field beyond the vendor's own description of its API of December 2021.

The names were read from the response examples of that file (version 2, 61 operations); the file itself is the
vendor's and is not kept here. What anybody added later must be no more than a help.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from betony.clinic.prescriptions.dispensary import fake
from betony.kit import http_client

Fields = dict[str, Any]


def _fields(names: str, **nested: Fields) -> Fields:
    return {**dict.fromkeys(names.split()), **nested}


META = _fields("current_page next_page prev_page total_pages total_count")
MARK = _fields("id")
BRAND = _fields("id name prefix")
SOLD = "id sku primary units unit_of_measure availability status upc msrp supplier_sku"
PICTURES = " image_url_small image_url_medium image_url_large"
ROW = _fields(
    "id name variant_count status", brand=BRAND, primary_variant=_fields(SOLD + PICTURES)
)  # fmt: skip
LABEL = _fields("recommended_amount recommended_frequency recommended_duration format additional_info")
PRODUCT = _fields(
    "id name description_html", brand=BRAND, variants=_fields(SOLD), dosage=LABEL, custom_dosage=LABEL
)
PERSON_ROW = _fields("id first_name last_name email archived")
PERSON = _fields(
    "id first_name last_name email archived date_of_birth gender discount total_discount mobile_number "
    "text_message_notification",
    metadata=MARK,
)
PLAN_ROW = _fields("id state available_at created_at updated_at", patient=MARK, practitioner=MARK)
DOSAGE = _fields("amount frequency duration format additional_info")
PLAN = PLAN_ROW | _fields(
    "invitation_url personal_message",
    metadata=MARK,
    recommendations=_fields("variant_id refill units_to_purchase", dosage=DOSAGE),
)
CLINIC = _fields(
    "id name patient_count practitioner_count discount dispensary_url integration_id integration_activated_at"
)
TOKENS = _fields(
    "access_token token_type expires_in refresh_token scope created_at", resource_owner=_fields("id type")
)

ANSWERS: tuple[tuple[str, Fields], ...] = (
    (r"POST /api/oauth/token", _fields("", oauth=TOKENS)),
    (r"POST /api/oauth/revoke", {}),
    (r"GET /api/clinic", _fields("", clinic=CLINIC)),
    (
        r"GET /api/clinic/practitioners",
        _fields(
            "",
            practitioners=_fields("id first_name last_name email practitioner_type_id", metadata=MARK),
            meta=META,
        ),
    ),
    (
        r"GET /api/clinic/metadata",
        _fields("", metadata=_fields("id type", data=PERSON | PLAN), meta=META),
    ),
    (r"GET /api/clinic/(search/)?patients", _fields("", patients=PERSON_ROW, meta=META)),
    (r"(POST|GET) /api/clinic/patients(/[^/]+)?", _fields("", patient=PERSON)),
    (r"GET /api/clinic/patients/[^/]+/treatment_plans", _fields("", treatment_plans=PLAN_ROW, meta=META)),
    (r"POST /api/clinic/patients/[^/]+/treatment_plans", _fields("", treatment_plan=PLAN)),
    (r"GET /api/clinic/treatment_plans/[^/]+", _fields("", treatment_plan=PLAN)),
    (r"GET /api/clinic/orders", _fields("", orders=_fields("id"), meta=META)),
    (r"GET /api/catalog/ingredients", _fields("", ingredients=_fields("id name"), meta=META)),
    (r"GET /api/catalog/search/products", _fields("", products=ROW, meta=META)),
    (r"GET /api/catalog/products/[^/]+", _fields("", product=PRODUCT)),
)


def strip(value: Any, fields: Fields | None) -> Any:
    """Return the answer without what the vendor's file does not name."""
    if isinstance(value, list):
        return [strip(one, fields) for one in value]
    if isinstance(value, Mapping) and fields is not None:
        return {key: strip(one, fields[key]) for key, one in value.items() if key in fields}
    return value


class StrictServer(fake.FakeServer):
    """The dispensary in memory, telling nothing that the vendor's file does not."""

    def call(self, method: str, path: str, **options: Any) -> http_client.Answer:
        """Answer a call, stripped; one that the list does not know is a mistake of the test."""
        answer = super().call(method, path, **options)
        if answer.status >= 300:
            return answer
        fields = next(one for pattern, one in ANSWERS if re.fullmatch(pattern, f"{method} {path}"))
        body = json.dumps(strip(json.loads(answer.body), fields)).encode()
        return http_client.Answer(answer.status, answer.headers, body)
