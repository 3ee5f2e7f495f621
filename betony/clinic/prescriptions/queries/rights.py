"""Who may still send, change or cancel a prescription, and why not."""

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership
from betony.clinic.practice import queries as practice_queries
from betony.clinic.practice import rules as practice_rules
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import (
    DispensaryPractitioner,
    Prescription,
)
from betony.clinic.prescriptions.queries import connections, links
from betony.kit.actor import Actor


def refusal_to_send(prescription: Prescription) -> str:
    """Return why a waiting prescription must not be sent after all, as one of rules.REFUSALS; else nothing.

    Its patient, its sender, with the user, and its prescriber must be loaded.
    """
    return links.refusal_to_share(prescription.patient) or refusal_to_write(prescription.sender, prescription)


def refusal_to_write(sender: Membership | None, prescription: Prescription) -> str:
    """Return why this member must not write for the prescriber, as one of rules.REFUSALS; else nothing."""
    prescriber = prescription.prescriber
    if sender is None or not (sender.is_active and sender.user.is_active):
        return rules.SENDER_LEFT
    by = actors.staff(sender)
    if not by.may("prescriptions.write"):
        return rules.SENDER_MAY_NOT_PRESCRIBE
    if prescriber is None or prescriber.removed_at is not None:
        return rules.PRESCRIBER_REMOVED
    allowed = connections.practitioners_at(by, prescription.dispensary_id)
    return "" if prescriber.pk in {one.pk for one in allowed} else rules.NOT_FOR_THIS_PRESCRIBER


def may_recall(by: Actor, prescription: Prescription) -> bool:
    """Tell whether the user may cancel, or write again, a prescription that was not sent.

    Its author may, whoever may write for its prescriber, and, when nobody is left who may, whoever writes as
    themselves: it must not wait for ever. No connection is needed, for nothing goes out. Its prescriber must be loaded.
    """
    if not by.may("prescriptions.write"):
        return False
    if prescription.written_by_id == by.membership:
        return True
    allowed = {one.pk for one in connections.practitioners_at(by, prescription.dispensary_id)}
    if prescription.prescriber_id in allowed:
        return True
    return _is_gone(prescription.prescriber, by) and _writes_as_self(by)


def _is_gone(prescriber: DispensaryPractitioner | None, by: Actor) -> bool:
    """Tell whether nobody who practises here is this practitioner at the dispensary any more."""
    if prescriber is None or prescriber.removed_at is not None:
        return True
    here = practice_queries.practitioners(by.organization)
    return rules.email_key(prescriber.email) not in {
        rules.email_key(one.membership.user.email) for one in here
    }


def _writes_as_self(by: Actor) -> bool:
    roles = [role.value for role in practice_rules.ROLES_THAT_WRITE_AS_THEMSELVES]
    return Membership.objects.filter(pk=by.membership, role__in=roles).exists()
