"""Reading patients."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models.expressions import RawSQL
from django.utils.crypto import constant_time_compare, salted_hmac

from betony.dispensary.patients import rules
from betony.dispensary.patients.models import Patient, PatientQuerySet, PatientReference

# No limit, which would leave out people before the rest of the question is asked.
MOST_FOUND = None


def searched(patients: PatientQuerySet, text: str) -> PatientQuerySet:
    """The patients whose names, email or phone hold every word of the text, wherever it stands."""
    words = rules.search_words(text)
    if not words:
        return patients.none() if text.strip() else patients
    # The ids stay in the database, however many there are: they are narrowed and counted there.
    return patients.filter(pk__in=RawSQL("select dispensary_patients_search(%s, %s)", [words, MOST_FOUND]))


def references(*, application_id: UUID, patients: Iterable[Patient]) -> dict[UUID, str]:
    """The ids the application knows these patients by, by patient."""
    ids = [patient.pk for patient in patients]
    rows = PatientReference.objects.filter(application_id=application_id, patient_id__in=ids)
    return dict(rows.values_list("patient_id", "value"))


def referred_to(*, organization_id: UUID, application_id: UUID, value: str) -> PatientQuerySet:
    """The patients the application knows by this id; all it has an id for when none is given."""
    known = PatientReference.objects.for_organization(organization_id).filter(application_id=application_id)
    known = known.filter(value=value) if value else known
    return Patient.objects.for_organization(organization_id).filter(pk__in=known.values("patient_id"))


def with_password(*, organization_id: UUID, email: str, password: str) -> Patient | None:
    """The active patient with this email and password. Takes as long whether or not there is one."""
    rows = Patient.objects.for_organization(organization_id).active().exclude(email="")
    patient = rows.select_related("organization").filter(email=rules.normal_email(email)).first()
    if patient is None or not patient.password:
        make_password(password)
        return None
    return patient if check_password(password, patient.password) else None


def sign_in_digest(patient: Patient) -> str:
    """What a session remembers of the password, so that a new password ends it."""
    return salted_hmac("betony.dispensary.shop", patient.password, algorithm="sha256").hexdigest()


def is_still_signed_in(patient: Patient, digest: str) -> bool:
    """Tell whether a session with this digest was opened with the password the patient has now."""
    return bool(patient.password) and constant_time_compare(sign_in_digest(patient), digest)
