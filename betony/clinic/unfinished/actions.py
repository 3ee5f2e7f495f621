"""Every change to unfinished forms. The trail says that one was begun or thrown away, never what stands in it."""

from uuid import UUID

from django.db import IntegrityError, transaction

from betony.clinic.unfinished import rules
from betony.clinic.unfinished.models import UnfinishedForm
from betony.kit import clock, secrets_box, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail


class NotOwn(Exception):
    """Somebody else's form bears this id."""


@transaction.atomic
def keep_typing(*, by: Actor, form_id: UUID, path: str, typed: str) -> UnfinishedForm:
    """Keep what stands in the form now, and return it; nothing more of one that is finished. Raises NotOwn."""
    known = UnfinishedForm.objects.select_for_update(of=("self",)).filter(pk=form_id).first()
    if known is None:
        return _begin(by, form_id, path, typed)
    if known.membership_id != by.membership:
        raise NotOwn
    if known.finished_at is None:
        known.typed_sealed, known.typed_at = secrets_box.seal(typed), clock.now()
        known.save(update_fields=["typed_sealed", "typed_at"])
    return known


def _begin(by: Actor, form_id: UUID, path: str, typed: str) -> UnfinishedForm:
    now = clock.now()
    try:
        with transaction.atomic():
            begun = UnfinishedForm.objects.create(
                id=form_id, organization_id=by.organization, membership_id=by.membership, path=path,
                typed_sealed=secrets_box.seal(typed), began_at=now, typed_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        # Another clinic's, or the same page's other request, which has begun it at this moment.
        raise NotOwn from error
    trail.record(by=by, action="unfinished.form_begun", subject=begun)
    oldest = UnfinishedForm.objects.of(by.membership).still_typed().order_by("-typed_at", "-id")
    too_many = list(oldest.values_list("pk", flat=True)[rules.MOST_KEPT :])
    UnfinishedForm.objects.filter(pk__in=too_many).delete()
    return begun


@transaction.atomic
def throw_away(*, by: Actor, form_id: UUID) -> None:
    """Throw away what the actor had typed; a second click, and somebody else's, changes nothing.

    What is still on its way to be kept finds the form finished, also when nothing of it had been kept before.
    """
    mine = UnfinishedForm.objects.of(by.membership).still_typed().select_for_update(of=("self",))
    form = mine.filter(pk=form_id).first()
    _finish(organization_id=by.organization, membership_id=by.membership, form_id=form_id, path="")
    if form is not None:
        trail.record(by=by, action="unfinished.form_thrown_away", subject=form)


def finish(*, organization_id: UUID, membership_id: UUID, form_id: UUID, path: str) -> None:
    """Forget what was typed into a form that is saved now; the save has its own event.

    What is still on its way to be kept finds the form finished, also when nothing of it had been kept before.
    """
    with tenancy.organization(organization_id):
        _finish(organization_id=organization_id, membership_id=membership_id, form_id=form_id, path=path)


def sweep(*, organization_id: UUID) -> None:
    """Delete what is too old to be offered, and the marks of what was saved long ago. It was never a record."""
    now = clock.now()
    with tenancy.organization(organization_id):
        UnfinishedForm.objects.filter(typed_at__lte=now - rules.KEPT_FOR).delete()
        UnfinishedForm.objects.filter(finished_at__lte=now - rules.FINISHED_KEPT_FOR).delete()


def _finish(*, organization_id: UUID, membership_id: UUID, form_id: UUID, path: str) -> None:
    """Leave nothing of the form but its mark."""
    now = clock.now()
    mine = UnfinishedForm.objects.of(membership_id).filter(pk=form_id)
    if mine.update(typed_sealed="", finished_at=now, typed_at=now) == 0:
        row = UnfinishedForm(
            id=form_id, organization_id=organization_id, membership_id=membership_id, path=path, began_at=now,
            typed_at=now, finished_at=now,
        )  # fmt: skip
        UnfinishedForm.objects.bulk_create([row], ignore_conflicts=True)
