"""GET /api/clinic."""

from betony.dispensary.accounts.models import Integration
from betony.dispensary.api import frame
from betony.dispensary.api.practice import shapes
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import access


@frame.operation("clinic:read")
def show_clinic(call: frame.Call) -> frame.Body:
    """Answer the dispensary of the token."""
    integration = Integration.objects.get(pk=call.integration_id)
    return {
        "clinic": shapes.clinic(
            call.organization,
            patients=Patient.objects.for_organization(call.organization_id).filter(archived_at=None).count(),
            practitioners=access.practitioners(call.organization_id).count(),
            integration=(str(integration.pk), frame.timestamp(integration.activated_at)),
        )
    }
