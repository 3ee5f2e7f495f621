"""What happens to prescriptions and connections that other modules may want to know."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DispensaryConnected:
    """A user connected; `is_first` when nobody of the organization was connected before."""

    organization_id: UUID
    dispensary_id: UUID
    is_first: bool


@dataclass(frozen=True, slots=True)
class PatientLinked:
    """A chart's patient is now known to be one of the dispensary's."""

    organization_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class LinkQuestionAsked:
    """Somebody must say whether the patient is one of the dispensary's people."""

    organization_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class LinkQuestionAnswered:
    """The question about the patient was answered, or need not be asked any more."""

    organization_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PrescriptionNotSent:
    """The last try failed, or sending was given up; its author should know."""

    organization_id: UUID
    prescription_id: UUID


@dataclass(frozen=True, slots=True)
class PrescriptionTakenBack:
    """A prescription reached somebody the patient was unlinked from, or had been cancelled here before it arrived.

    It is being cancelled there.
    """

    organization_id: UUID
    prescription_id: UUID


@dataclass(frozen=True, slots=True)
class PrescriptionChangeNotSent:
    """A change or cancellation was refused or given up; whoever asked for it should know."""

    organization_id: UUID
    change_id: UUID


@dataclass(frozen=True, slots=True)
class PrescriptionMovedOn:
    """What was not sent is so no longer: a prescription is tried again, is cancelled here or the dispensary has it, a
    change is asked for again or anew."""

    organization_id: UUID
    prescription_id: UUID


@dataclass(frozen=True, slots=True)
class ConnectionBroke:
    """The dispensary no longer accepts a user's connection; nothing else is lost."""

    organization_id: UUID
    connection_id: UUID


@dataclass(frozen=True, slots=True)
class ConnectionEnded:
    """A user's connection was reset, renewed or ended with the user's place here."""

    organization_id: UUID
    connection_id: UUID


@dataclass(frozen=True, slots=True)
class NobodyConnected:
    """The last connected user left, and the organization has let go of its dispensary."""

    organization_id: UUID
    dispensary_id: UUID
