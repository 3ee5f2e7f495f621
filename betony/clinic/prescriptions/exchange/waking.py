"""What goes on after somebody connected, was linked, or left, and what was left behind."""

from uuid import UUID

from betony.clinic.accounts import queries as account_queries
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import (
    emails,
    linking,
    queueing_again,
    revoking,
    sending,
    sending_changes,
)
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import tenancy
from betony.kit.actor import system


def after_link(organization_id: UUID, patient_id: UUID) -> None:
    """Queue what waited for this patient."""
    by = system("prescriptions.waking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        sending.send_what_waits(by=by, patient_id=patient_id)


def after_merge(organization_id: UUID, patient_ids: list[UUID]) -> None:
    """Queue what a run about these patients may have left undone because their records changed under it."""
    by = system("prescriptions.waking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        for patient_id in patient_ids:
            link = dispensary and queries.current_link(patient_id, dispensary)
            if link and link.state == LinkState.CREATING:
                linking.queue_set_up(organization_id, patient_id)
            sending.send_what_waits(by=by, patient_id=patient_id)


def after_connection(organization_id: UUID) -> None:
    """Queue what waited for a connection: patients who were being set up, emails, and prescriptions."""
    by = system("prescriptions.waking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is not None:
            linking.set_up_what_waits(dispensary=dispensary)
            emails.update_what_waits(dispensary=dispensary)
        sending.send_what_waits(by=by)
        sending_changes.send_what_waits(by=by)


def what_was_left(organization_id: UUID) -> None:
    """Queue what waits and has no job: one was lost, or its last try could not be told."""
    by = system("prescriptions.waking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is not None and queries.has_live_connection(by):
            queueing_again.queue_what_was_left(dispensary=dispensary)


def after_deactivation(organization_id: UUID, membership_id: UUID) -> None:
    """End the connection of a deactivated user (story 3.5), unless they were made active again meanwhile."""
    by = system("prescriptions.waking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        if account_queries.is_active_member(membership_id):
            return
        revoking.disconnect(by=by, membership_id=membership_id, reason="deactivated")
