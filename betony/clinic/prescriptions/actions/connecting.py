"""Connecting a user to the dispensary, and choosing whom to prescribe as."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.actions import practitioners, revoking
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import (
    AuthorizationAttempt,
    Connection,
    Dispensary,
    DispensaryPractitioner,
    DispensaryRoute,
)
from betony.kit import clock, events, secrets_box
from betony.kit.actor import Actor
from betony.kit.audit import trail

ATTEMPT_LIVES = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What the consent page's address needs."""

    environment: str
    state: str
    challenge: str
    asks_again: bool


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def begin_trip(*, by: Actor, environment: str, browser_key: str, return_to: str) -> Trip:
    """Remember that this user, in this browser, goes to the consent page; return what its address needs.

    `browser_key` is a secret of the browser's session. The state and the PKCE verifier (RFC 7636, S256)
    are new for every trip.
    """
    by.require("prescriptions.connect")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    attempt = AuthorizationAttempt.objects.create(
        organization_id=by.organization,
        membership_id=by.membership,
        state_digest=_digest(state),
        browser_digest=_digest(browser_key),
        verifier_sealed=secrets_box.seal(verifier),
        environment=environment,
        return_to=return_to,
        created_at=clock.now(),
    )
    trail.record(by=by, action="prescriptions.connecting_began", subject=attempt)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    was_reset = Connection.objects.filter(membership_id=by.membership).exclude(ended_at=None).exists()
    return Trip(environment=environment, state=state, challenge=challenge, asks_again=was_reset)


@transaction.atomic
def end_trip(*, by: Actor, state: str, browser_key: str) -> AuthorizationAttempt:
    """Return the trip this state belongs to and use it up.

    Raises StateRefused when it is unknown, used, too old, or another user's or browser's.
    """
    attempt = (
        AuthorizationAttempt.objects.select_for_update()
        .filter(
            state_digest=_digest(state),
            membership_id=by.membership,
            browser_digest=_digest(browser_key),
            used_at=None,
            created_at__gt=clock.now() - ATTEMPT_LIVES,
        )
        .first()
    )
    if attempt is None:
        raise failures.StateRefused
    attempt.used_at = clock.now()
    attempt.save(update_fields=["used_at"])
    trail.record(by=by, action="prescriptions.connecting_answered", subject=attempt)
    return attempt


@transaction.atomic
def connect(
    *,
    by: Actor,
    environment: str,
    tokens: shapes.Tokens,
    clinic: shapes.Clinic,
    people: list[shapes.Practitioner],
) -> Connection:
    """Keep the user's new connection and return it; the one before is ended and revoked.

    Raises AnotherDispensary when the organization has a different one, HeldElsewhere when another clinic
    account has this one. Whoever catches these revokes the tokens (`revoking.queue_revocation`).
    """
    by.require("prescriptions.connect")
    is_first = not Connection.objects.live().filter(organization_id=by.organization).exists()
    dispensary = _dispensary(by, environment, clinic)
    practitioners.keep(dispensary=dispensary, people=people)
    for old in Connection.objects.current().select_for_update().filter(membership_id=by.membership):
        revoking.end_connection(old, reason="renewed")
    now = clock.now()
    connection = Connection.objects.create(
        organization_id=by.organization,
        membership_id=by.membership,
        dispensary=dispensary,
        owner_type=tokens.owner_type,
        owner_id=tokens.owner_id,
        access_token_sealed=secrets_box.seal(tokens.access_token),
        refresh_token_sealed=secrets_box.seal(tokens.refresh_token),
        access_expires_at=now + timedelta(seconds=tokens.expires_in),
        scope=tokens.scope,
        connected_at=now,
    )
    trail.record(by=by, action="prescriptions.connected", subject=connection)
    events.publish(
        our_events.DispensaryConnected(
            organization_id=connection.organization_id, dispensary_id=dispensary.pk, is_first=is_first
        )
    )
    return connection


def _dispensary(by: Actor, environment: str, clinic: shapes.Clinic) -> Dispensary:
    """Return the organization's dispensary, locked, so that the last colleague's reset cannot end it meanwhile."""
    current = _locked_current(by) or _take(by, environment, clinic)
    if (current.environment, current.remote_id) != (environment, clinic.id):
        raise failures.AnotherDispensary(
            _(
                "Your practice is connected to %(name)s, and a practice can have only one dispensary. To change it, "
                "every connected user must first choose Reset User in the Fullscript Prescription Writer."
            )
            % {"name": current.name}
        )
    return current


def _locked_current(by: Actor) -> Dispensary | None:
    rows = Dispensary.objects.select_for_update(no_key=True)
    return rows.filter(organization_id=by.organization, ended_at=None).first()


def _take(by: Actor, environment: str, clinic: shapes.Clinic) -> Dispensary:
    """Make this the organization's dispensary and return it, or the one a colleague connected at this moment."""
    try:
        with transaction.atomic():
            # A dispensary that was let go of and comes back keeps its links and history.
            dispensary, _created = Dispensary.objects.update_or_create(
                organization_id=by.organization,
                environment=environment,
                remote_id=clinic.id,
                defaults={"name": clinic.name[:200], "connected_at": clock.now(), "ended_at": None},
            )
            DispensaryRoute.objects.create(
                environment=environment, remote_id=clinic.id, organization_id=by.organization
            )
    except IntegrityError as error:
        colleagues = _locked_current(by)
        if colleagues is None:
            raise failures.HeldElsewhere from error
        return colleagues
    return dispensary


@transaction.atomic
def choose_practitioner(*, by: Actor, practitioner: DispensaryPractitioner) -> Connection:
    """Remember whom the user prescribes as; raise NotAllowedAsPractitioner or NobodyConnected."""
    by.require("prescriptions.write")
    connection = Connection.objects.live().select_for_update().filter(membership_id=by.membership).first()
    if connection is None:
        raise failures.NobodyConnected
    allowed = {one.pk for one in queries.practitioners_for(by, connection)}
    if practitioner.pk not in allowed:
        raise failures.NotAllowedAsPractitioner
    before = connection.writes_as_id
    connection.writes_as = practitioner
    connection.save(update_fields=["writes_as"])
    trail.record(
        by=by,
        action="prescriptions.practitioner_chosen",
        subject=connection,
        changes={"writes_as": [before, practitioner.pk]},
    )
    return connection
