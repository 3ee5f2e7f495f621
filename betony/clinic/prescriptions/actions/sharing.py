"""Whether anything about a patient may go to the dispensary: looked at again by whatever hands it something."""

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.models import Dispensary


def check_consent(patient: Patient) -> None:
    """Pass when the patient is active, alive and has not refused sharing, else raise PatientCannotBeShared."""
    _refuse(queries.refusal_to_share(patient), patient)


def check_may_be_known(patient: Patient, dispensary: Dispensary) -> None:
    """Pass when the dispensary may come to know the patient, for which an email is needed.

    An **Email for Fullscript** serves as well as the chart's own. Raises PatientCannotBeShared.
    """
    _refuse(queries.refusal_to_know(patient, dispensary), patient)


def _refuse(refusal: str, patient: Patient) -> None:
    if refusal:
        raise failures.PatientCannotBeShared(refusal, name=patient.full_name)
