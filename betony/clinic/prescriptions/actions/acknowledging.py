"""Warnings about a prescription: nothing severe is handed over without a reason that somebody gave."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from betony.clinic.prescriptions import checking, failures, seen
from betony.clinic.prescriptions.models import Acknowledgement, Prescription, PrescriptionItem
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit import clock, identifiers
from betony.kit.actor import Actor
from betony.kit.audit import trail

LONGEST_REASON = 500


@transaction.atomic
def acknowledge(
    *, by: Actor, prescription: Prescription, reasons: Mapping[str, str], on: seen.Seen | None = None
) -> seen.Kept:
    """Keep the reasons as they are typed, by the digest of their warning.

    Reasons for what is not a warning of this draft now are dropped; an emptied one takes back what was said.
    Raises NotADraft, ReasonTooLong, TypedElsewhere when another tab has given another reason than the page shows.
    """
    by.require("prescriptions.write")
    rows = Prescription.objects.select_for_update(of=("self",)).select_related("patient", "dispensary")
    draft = rows.filter(pk=prescription.pk, state=PrescriptionState.DRAFT).first()
    if draft is None:
        raise failures.NotADraft
    is_as_seen = seen.is_as_seen(draft, on)
    if _keep(by, draft, _check(draft), reasons, on):
        draft.version += 1
        draft.save(update_fields=["version"])
    return seen.Kept(draft=draft, is_as_seen=is_as_seen)


@transaction.atomic
def settle(*, by: Actor, prescription: Prescription, reasons: Mapping[str, str]) -> checking.Checked:
    """Check the locked prescription as the patient stands now, and return what was said of it.

    Raises MustBeAcknowledged when anything severe has no reason. Reasons for what no longer is a warning, such
    as one about a product taken off, go.
    """
    checked = _check(prescription)
    _keep(by, prescription, checked, reasons)
    current = {one.digest for one in checked.severe}
    mine = Acknowledgement.objects.filter(prescription=prescription)
    counting = Acknowledgement.objects.filter(
        prescription_id__in=[one for one in (prescription.pk, prescription.revises_id) if one]
    )
    if missing := current - set(counting.values_list("digest", flat=True)):
        raise failures.MustBeAcknowledged(count=len(missing))
    mine.exclude(digest__in=current).delete()
    return checked


def check_again(*, prescription: Prescription, items: Iterable[PrescriptionItem]) -> None:
    """Pass when nothing severe has come up against these products since; else raise NewWarning."""
    if any(one.is_open for one in _check(prescription, items).severe):
        raise failures.NewWarning


def hand_on(*, draft: Prescription, original: Prescription) -> None:
    """Let what was acknowledged on a draft that changes a prescription stand with the prescription."""
    given = Acknowledgement.objects.filter(prescription=draft)
    original.acknowledgements.filter(digest__in=list(given.values_list("digest", flat=True))).delete()
    given.update(prescription=original)


def copy_given(*, given_by: UUID, original: Prescription, draft: Prescription) -> None:
    """Let the reasons that this member gave on a prescription stand with the draft that begins anew, too.

    A colleague's do not: whoever prescribes gives the reason.
    """
    given = list(original.acknowledgements.filter(acknowledged_by_id=given_by).order_by("pk"))
    for one in given:
        one.pk, one.prescription = identifiers.uuid7(), draft
    Acknowledgement.objects.bulk_create(given)


def _check(prescription: Prescription, items: Iterable[PrescriptionItem] | None = None) -> checking.Checked:
    """Check these products, or else the prescription's own."""
    if items is None:
        items = prescription.items.order_by("position", "pk")
    return checking.check_prescription(
        prescription=prescription, items=items, today=timezone.localdate(clock.now())
    )


def _keep(
    by: Actor, prescription: Prescription, checked: checking.Checked, reasons: Mapping[str, str],
    on: seen.Seen | None = None,
) -> bool:  # fmt: skip
    """Keep what differs, and tell whether anything did."""
    is_changed = False
    for warned in checked.severe:
        if warned.digest not in reasons:
            continue
        reason = " ".join(reasons[warned.digest].split())
        before = warned.acknowledgement
        stands = before.reason if before else ""
        if reason == stands:
            continue
        if len(reason) > LONGEST_REASON:
            raise failures.ReasonTooLong
        if on is not None and stands != on.reasons.get(warned.digest, ""):
            raise failures.TypedElsewhere(theirs=stands, digest=warned.digest)
        is_changed = True
        if before is not None and before.prescription_id == prescription.pk:
            before.delete()
        if reason:
            _new(by, prescription, warned, reason).save(force_insert=True)
        trail.record(
            by=by,
            action="prescriptions.warning_acknowledged" if reason else "prescriptions.reason_taken_back",
            subject=prescription, patient_ids=[prescription.patient_id], reason=reason,
            changes={
                "warning": [None, warned.finding.key],
                "text": [None, warned.finding.text],
                "reason": [before.reason if before else None, reason or None],
            },
        )  # fmt: skip
    return is_changed


def _new(by: Actor, prescription: Prescription, warned: checking.Warned, reason: str) -> Acknowledgement:
    finding = warned.finding
    source = ", ".join(part for part in (finding.source.title, finding.source.locator) if part)
    return Acknowledgement(
        organization_id=prescription.organization_id,
        prescription=prescription,
        digest=warned.digest,
        finding_key=finding.key,
        product_name=finding.product.name[:300],
        severity=finding.severity,
        left=str(finding.left),
        right=str(finding.right),
        text=finding.text,
        source=source,
        source_url=finding.source.url,
        source_date=finding.source.date,
        reviewed_by=finding.reviewed_by[:200],
        reason=reason,
        acknowledged_by_id=by.membership,
        acknowledged_by_name=by.name,
        acknowledged_at=clock.now(),
    )
