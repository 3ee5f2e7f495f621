"""Who may write now, and with which connection: looked at again by every action that hands something over."""

from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.models import Connection, DispensaryPractitioner
from betony.kit.actor import Actor


def locked_connection(by: Actor) -> Connection:
    """Return the user's connection, locked: what is handed over for sending is there when they reset.

    Raises NobodyConnected when they have none that lives.
    """
    rows = Connection.objects.current().select_for_update(of=("self",), no_key=True)
    by.require("prescriptions.write")
    connection = (
        rows.select_related("dispensary", "writes_as")
        .filter(organization_id=by.organization, membership_id=by.membership)
        .first()
    )
    if connection is None:
        raise failures.NobodyConnected
    return connection


def check_prescriber(by: Actor, connection: Connection, prescriber: DispensaryPractitioner | None) -> None:
    """Pass when the user may prescribe as this practitioner now, else raise NotAllowedAsPractitioner."""
    allowed = {one.pk for one in queries.practitioners_for(by, connection)}
    if prescriber is None or prescriber.pk not in allowed:
        raise failures.NotAllowedAsPractitioner
