"""The people at the dispensary who may be the chart's person: as last seen there, with what was answered."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import Dispensary, LinkCandidate, PatientLink
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import clock


@transaction.atomic
def keep(*, link: PatientLink, people: Iterable[rules.RemotePerson]) -> None:
    """Keep these people beside the link; one nobody has answered about and who is not among them is let go.

    What was answered about somebody on an earlier link of the patient still stands.
    """
    found = {one.id: one for one in people}
    LinkCandidate.objects.filter(link=link, answer="").exclude(remote_id__in=list(found)).delete()
    for remote_id, one in sorted(found.items()):
        _keep_one(link, remote_id, seen(one))


@transaction.atomic
def add(*, patient_id: UUID, dispensary: Dispensary, people: Iterable[rules.RemotePerson]) -> None:
    """Keep these people too beside the question that stands about the patient."""
    rows = PatientLink.objects.for_writing().select_for_update(of=("self",))
    link = rows.filter(dispensary=dispensary, patient_id=patient_id, state=LinkState.QUESTION).first()
    if link is not None:
        for one in sorted(people, key=lambda person: person.id):
            _keep_one(link, one.id, seen(one))


def seen(one: rules.RemotePerson) -> dict[str, object]:
    """Return a person's columns."""
    return {
        "first_name": one.first_name[:120], "last_name": one.last_name[:120], "email": one.email[:254],
        "date_of_birth": one.date_of_birth, "is_archived": one.is_archived, "is_dependent": one.is_dependent,
        "seen_at": clock.now(),
    }  # fmt: skip


def _keep_one(link: PatientLink, remote_id: str, values: dict[str, object]) -> None:
    kept, is_new = LinkCandidate.objects.update_or_create(
        link=link, remote_id=remote_id, defaults=values,
        create_defaults={**values, "organization_id": link.organization_id},
    )  # fmt: skip
    earlier = _earlier_answer(link, remote_id) if is_new else None
    if earlier is not None:
        LinkCandidate.objects.filter(pk=kept.pk).update(
            answer=earlier.answer, answered_by_id=earlier.answered_by_id, answered_at=earlier.answered_at
        )


def _earlier_answer(link: PatientLink, remote_id: str) -> LinkCandidate | None:
    """Return the last answer about the two, given on an earlier link."""
    rows = LinkCandidate.objects.filter(
        link__patient_id=link.patient_id, link__dispensary_id=link.dispensary_id, remote_id=remote_id
    )
    last = rows.exclude(answer="").order_by("-answered_at", "-id").first()
    return last if last is not None and last.answer == Answer.DIFFERENT else None
