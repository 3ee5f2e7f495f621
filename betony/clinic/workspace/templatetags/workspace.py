"""The tag that places the patient banner on a page."""

from typing import Any

from django import template

from betony.clinic.patients.models import Patient
from betony.clinic.workspace import banner

register = template.Library()


@register.inclusion_tag("workspace/banner.html", takes_context=True)
def patient_banner(context: dict[str, Any], patient: Patient, current: str = "") -> dict[str, Any]:
    """{% patient_banner patient "health_record" %}: who this page is about, and which link one stands on."""
    shown = banner.of_patient(
        patient, for_actor=context["request"].actor, current=current, record=context.get("health_record")
    )
    return {"banner": shown}
