"""Who is connected to which dispensary, and as whom people may write there."""

from datetime import timedelta
from uuid import UUID

from betony.clinic.accounts.models import Membership
from betony.clinic.practice import queries as practice_queries
from betony.clinic.practice import rules as practice_rules
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    DispensaryPractitioner,
)
from betony.kit import clock, tenancy
from betony.kit.actor import Actor

STALE_PRACTITIONERS = timedelta(seconds=30)


def environment_of(membership: Membership) -> str:
    """Return which Fullscript this member's organization talks to, by its country."""
    return "ca" if membership.organization.country == "CA" else "us"


def current_dispensary(by: Actor) -> Dispensary | None:
    """Return the dispensary the actor's organization is connected to, if it is to one."""
    return Dispensary.objects.filter(organization_id=by.organization, ended_at=None).first()


def is_connected(by: Actor) -> bool:
    """Tell whether the user has a live connection of their own."""
    live = Connection.objects.live().filter(organization_id=by.organization, membership_id=by.membership)
    return live.exists()


def has_live_connection(by: Actor) -> bool:
    """Tell whether background work has a connection to use."""
    return Connection.objects.live().filter(organization_id=by.organization).exists()


def connection_of(by: Actor) -> Connection | None:
    """Return the user's own connection, live or broken, with its dispensary and chosen practitioner, if any."""
    return (
        Connection.objects.current()
        .select_related("dispensary", "writes_as")
        .filter(organization_id=by.organization, membership_id=by.membership)
        .first()
    )


def live_connections(organization_id: UUID) -> list[Connection]:
    """Return the connections that background work may use, the newest first. Opens its own transaction."""
    with tenancy.organization(organization_id):
        rows = Connection.objects.live().filter(organization_id=organization_id)
        return list(rows.select_related("dispensary").order_by("-connected_at", "-id"))


def practitioners_are_stale(dispensary: Dispensary) -> bool:
    """Tell whether the practitioners should be asked for again."""
    fetched = dispensary.practitioners_fetched_at
    return fetched is None or fetched < clock.now() - STALE_PRACTITIONERS


def practitioners_for(by: Actor, connection: Connection) -> list[DispensaryPractitioner]:
    """Return whom the user may prescribe as, the one with the user's own email first (story 2.5 and 2.8).

    A practitioner at the dispensary who bears the email of another member, also of one who has left, is that
    member's alone, unless they delegated; one who is nobody here may be chosen by the clinic's practitioners.
    """
    return practitioners_at(by, connection.dispensary_id)


def shown_name(by: Actor, practitioner: DispensaryPractitioner) -> str:
    """Return the practitioner's name with the credential they have here: Fullscript tells none with its people."""
    credential = practice_queries.credential_of(by.organization, practitioner.email)
    return practice_rules.display_name(full_name=practitioner.full_name, credential=credential)


def practitioners_at(by: Actor, dispensary_id: UUID) -> list[DispensaryPractitioner]:
    """Return whom the user may prescribe as at this dispensary, with or without a connection there."""
    if not by.may("prescriptions.write"):
        return []
    membership = Membership.objects.select_related("user").get(pk=by.membership)
    people = list(
        DispensaryPractitioner.objects.filter(dispensary_id=dispensary_id, removed_at=None).order_by(
            "last_name", "first_name", "id"
        )
    )
    mine = {
        rules.email_key(one.membership.user.email)
        for one in practice_queries.practitioners_the_user_may_write_for(membership)
    }
    members = {
        rules.email_key(email)
        for email in Membership.objects.filter(organization_id=by.organization).values_list(
            "user__email", flat=True
        )
    }
    writes_as_self = membership.role in {role.value for role in practice_rules.ROLES_THAT_WRITE_AS_THEMSELVES}
    allowed = [
        one
        for one in people
        if rules.email_key(one.email) in mine
        or (writes_as_self and rules.email_key(one.email) not in members)
    ]
    return rules.own_first([(one.email, one) for one in allowed], membership.user.email)
