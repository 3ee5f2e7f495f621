"""Where a patient's health record stands, and the one row that was kept."""

from betony.kit import tenancy


def base(patient):
    return f"/patients/{patient.pk}/health-record/"


def only(clinic, model):
    """Return the clinic's only row of the model."""
    with tenancy.organization(clinic.pk):
        return model.objects.get()
