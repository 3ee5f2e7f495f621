"""What the clinic keeps about its dispensary: connections, links, prescriptions, orders, webhooks."""

from betony.clinic.prescriptions.models.acknowledgements import Acknowledgement
from betony.clinic.prescriptions.models.changes import PrescriptionChange, PrescriptionVersion
from betony.clinic.prescriptions.models.connections import (
    AuthorizationAttempt,
    Connection,
    Dispensary,
    DispensaryPractitioner,
    DispensaryRoute,
)
from betony.clinic.prescriptions.models.links import LinkCandidate, PatientLink
from betony.clinic.prescriptions.models.orders import Order, OrderLine
from betony.clinic.prescriptions.models.prescriptions import KnownVariant, Prescription, PrescriptionItem
from betony.clinic.prescriptions.models.substances import IngredientIndex, KnownIngredient, KnownSubstance
from betony.clinic.prescriptions.models.synchronization import HistoryCursor, Synchronization
from betony.clinic.prescriptions.models.webhooks import WebhookEnvelope

__all__ = [
    "Acknowledgement",
    "AuthorizationAttempt",
    "Connection",
    "Dispensary",
    "DispensaryPractitioner",
    "DispensaryRoute",
    "HistoryCursor",
    "IngredientIndex",
    "KnownIngredient",
    "KnownSubstance",
    "KnownVariant",
    "LinkCandidate",
    "Order",
    "OrderLine",
    "PatientLink",
    "Prescription",
    "PrescriptionChange",
    "PrescriptionItem",
    "PrescriptionVersion",
    "Synchronization",
    "WebhookEnvelope",
]
