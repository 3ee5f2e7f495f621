"""Writing the trail, in the transaction of what it describes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models

from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import earliest_uuid7

# How long one event stands for a part of a page that asks for itself again every few seconds.
READ_AGAIN = timedelta(minutes=5)


def record(
    *,
    by: Actor,
    action: str,
    subject: models.Model | None = None,
    patient_ids: Iterable[UUID] = (),
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    organization_id: UUID | None = None,
) -> AuditEvent:
    """Insert one event and return it; an error here undoes the change it describes.

    `action` is `module.thing_done`. `changes` maps a field to [before, after]. `organization_id` is
    the actor's unless given.
    """
    return AuditEvent.objects.create(
        organization_id=organization_id or by.organization_id,
        occurred_at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_role=(by.role or by.name)[:80] if by.kind == "system" else by.role,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        patient_ids=list(patient_ids),
        changes=dict(changes or {}),
        reason=reason,
        ip=by.ip,
        request_id=by.request_id,
    )


def record_read(
    *, by: Actor, action: str, patient_ids: Iterable[UUID], subject: models.Model | None = None
) -> AuditEvent:
    """Insert the one event of a page or list that showed these patients' data, and return it."""
    return record(by=by, action=action, subject=subject, patient_ids=patient_ids)


def record_repeated_read(
    *, by: Actor, action: str, patient_ids: Iterable[UUID], subject: models.Model
) -> AuditEvent | None:
    """Insert the event of a part of a page that draws itself again by itself, unless it stands there already.

    One event stands for what the same person, at the same network address, was shown of the same patients within
    the last minutes; whoever else is shown meanwhile is an event of its own. Only the trail decides this: what a
    request says of itself does not. Two requests at once may both insert theirs.
    """
    ids = sorted(set(patient_ids))
    since = clock.now() - READ_AGAIN
    # The index by subject begins to read at the first event of these minutes, as ids grow with time.
    told = AuditEvent.objects.filter(
        organization_id=by.organization_id, subject_id=subject.pk, id__gte=earliest_uuid7(since),
        occurred_at__gt=since, action=action, actor_id=by.id, actor_role=by.role, ip=by.ip, patient_ids=ids,
    )  # fmt: skip
    if told.exists():
        return None
    return record_read(by=by, action=action, patient_ids=ids, subject=subject)


def was_done_by(*, by: Actor, action: str, subject: models.Model) -> bool:
    """Tell whether it was this actor who did this to the record."""
    return AuditEvent.objects.filter(
        organization_id=by.organization_id, subject_id=subject.pk, action=action, actor_kind=by.kind,
        actor_id=by.id,
    ).exists()  # fmt: skip


def changed_fields(instance: models.Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return {field: [before, after]} for the values that differ from the record's own."""
    return {
        name: [getattr(instance, name), value]
        for name, value in values.items()
        if getattr(instance, name) != value
    }
