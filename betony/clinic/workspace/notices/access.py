"""The only roads from a member and an id to a notice. Unknown, another's and not shown any more look the same."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404

from betony.clinic.workspace.notices import queries
from betony.clinic.workspace.notices.models import Notice
from betony.kit.actor import Actor
from betony.kit.audit import trail


def own_notice(*, by: Actor, notice_id: UUID) -> Notice:
    """Return a notice of the actor's own that they may still see, or raise Http404."""
    found = queries.shown_to(by).filter(pk=notice_id).first()
    if found is None:
        raise Http404
    return found


def record_shown(*, by: Actor, notices: Iterable[Notice]) -> None:
    """Note that a list named these notices' patients; one that named nobody leaves no event."""
    ids = {one.prescription.patient_id for one in notices if one.prescription is not None}
    if ids:
        trail.record_read(by=by, action="workspace.notices_shown", patient_ids=sorted(ids))
