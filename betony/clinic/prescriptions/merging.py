"""Merging two patients: prescriptions, orders and links follow; drafts of one author become one.

Each record may be linked at the dispensary. Every link is kept: one is for writing, the others still receive.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from betony.clinic.patients.merging import parts
from betony.clinic.prescriptions.models import (
    Acknowledgement,
    Order,
    PatientLink,
    Prescription,
    PrescriptionItem,
)
from betony.clinic.prescriptions.rules import LinkState, PrescriptionState

FOLLOWS = (
    parts.Follows(model=PatientLink, what="links"),
    parts.Follows(model=Prescription, what="prescriptions"),
    parts.Follows(model=Order, what="orders"),
)
STAYS: Mapping[str, str] = {}
WORDS: "Mapping[str, Promise | str]" = {
    "links": ngettext_lazy("%(number)d link to Fullscript", "%(number)d links to Fullscript", "number"),
    "prescriptions": ngettext_lazy("%(number)d prescription", "%(number)d prescriptions", "number"),
    "drafted": ngettext_lazy(
        "%(number)d product of an unfinished prescription",
        "%(number)d products of unfinished prescriptions",
        "number",
    ),
    "orders": ngettext_lazy("%(number)d order", "%(number)d orders", "number"),
}


def plan(pair: parts.Pair) -> parts.Plan:
    """Say what follows. Links come first, in the order in which this module takes its locks."""
    links, link_remarks = _links(pair)
    drafts = _drafts(pair)
    prescriptions = parts.rows_of(Prescription, pair).exclude(pk__in=[theirs.pk for theirs, _ours in drafts])
    joined, draft_remarks = _into_one(pair, drafts)
    return parts.Plan(
        changes=(
            *links,
            parts.follow(prescriptions, pair, what="prescriptions"),
            *joined,
            parts.follow(parts.rows_of(Order, pair), pair, what="orders"),
        ),
        remarks=(*link_remarks, *_waiting(pair), *draft_remarks),
    )


def _links(pair: parts.Pair) -> tuple[list[parts.Change], list[str]]:
    """Return what becomes of the links; at each dispensary at most one is for writing afterwards."""
    rows = PatientLink._base_manager.filter(
        organization_id=pair.organization_id, patient_id__in=(pair.kept_id, pair.merged_id)
    )
    rows = rows.order_by("pk").select_for_update(of=("self",)) if pair.locks else rows.order_by("pk")
    found = list(rows)
    ours = {one.dispensary_id: one for one in found if _writes(one) and one.patient_id == pair.kept_id}
    theirs = [one for one in found if one.patient_id == pair.merged_id]
    receiving, remarks = [], []
    for link in theirs:
        own = ours.get(link.dispensary_id) if _writes(link) else None
        if own is None:
            continue
        is_linked, is_own_linked = (one.state == LinkState.LINKED for one in (link, own))
        # One that is nobody's yet gives way; what was answered about it still counts.
        receiving.append(own.pk if is_linked and not is_own_linked else link.pk)
        if is_linked and is_own_linked:
            remarks.append(_said_of_both(own, link))
    moving = tuple(one.pk for one in theirs)
    changes = [
        parts.Change(
            model=PatientLink, ids=tuple(sorted(receiving)), columns={"is_for_writing": (True, False)}
        ),
        parts.Change(
            model=PatientLink,
            ids=moving,
            columns={"patient_id": (pair.merged_id, pair.kept_id)},
            what="links",
        ),
    ]
    return changes, remarks


def _said_of_both(own: PatientLink, link: PatientLink) -> str:
    return _(
        "Both are known at Fullscript: prescriptions go to %(kept)s there, and what %(merged)s has or orders "
        "there still comes in."
    ) % {"kept": own.remote_name, "merged": link.remote_name}


def _writes(link: PatientLink) -> bool:
    return link.ended_at is None and link.is_for_writing


def _drafts(pair: parts.Pair) -> list[tuple[Prescription, Prescription]]:
    """Return the drafts that one author has in both records: the merged record's, and the kept one's."""
    rows = Prescription._base_manager.filter(
        organization_id=pair.organization_id,
        state=PrescriptionState.DRAFT,
        revises=None,
        patient_id__in=(pair.kept_id, pair.merged_id),
    ).order_by("pk")
    found = list(rows.select_for_update(of=("self",)) if pair.locks else rows)
    ours = {(one.dispensary_id, one.written_by_id): one for one in found if one.patient_id == pair.kept_id}
    theirs = [one for one in found if one.patient_id == pair.merged_id]
    return [
        (one, ours[one.dispensary_id, one.written_by_id])
        for one in theirs
        if (one.dispensary_id, one.written_by_id) in ours
    ]


def _into_one(
    pair: parts.Pair, drafts: Sequence[tuple[Prescription, Prescription]]
) -> tuple[list[parts.Change], list[str]]:
    """Return how one draft takes the other's products, the reasons given for them, and its message where it has none.

    A product on both, and a warning that has a reason on both, stay as they are on the kept one; what does not
    follow stays with the merged record.
    """
    if not drafts:
        return [], []
    into = {theirs.pk: ours.pk for theirs, ours in drafts}
    messages = [
        parts.Change(model=Prescription, ids=(ours.pk,), columns={"message": ("", theirs.message)})
        for theirs, ours in drafts
        if theirs.message and not ours.message
    ]
    products = _joining(PrescriptionItem, pair, into, alike="variant_id", what="drafted")
    reasons = _joining(Acknowledgement, pair, into, alike="digest")
    return [*messages, *products, *reasons], _said_of_drafts(drafts)


def _joining(
    model: type[PrescriptionItem | Acknowledgement], pair: parts.Pair, into: Mapping[UUID, UUID], *, alike: str,
    what: str = "",
) -> list[parts.Change]:  # fmt: skip
    """Return how the rows of one draft join the other's, but for those like one that is there already."""
    rows = model._base_manager.filter(prescription_id__in=[*into, *into.values()]).order_by("pk")
    rows = rows.select_for_update(of=("self",)) if pair.locks else rows
    found = list(rows.values_list("pk", "prescription_id", alike))
    taken = {(prescription, value) for _pk, prescription, value in found}
    moving: dict[UUID, list[UUID]] = {}
    for pk, prescription, value in found:
        if prescription in into and (into[prescription], value) not in taken:
            moving.setdefault(prescription, []).append(pk)
    return [
        parts.Change(
            model=model, ids=tuple(ids), columns={"prescription_id": (prescription, into[prescription])}, what=what
        )
        for prescription, ids in moving.items()
    ]  # fmt: skip


def _said_of_drafts(drafts: Sequence[tuple[Prescription, Prescription]]) -> list[str]:
    names = sorted({ours.written_by_name for _theirs, ours in drafts})
    said = _("%(names)s: the unfinished prescriptions in both records become one.") % {
        "names": ", ".join(names)
    }
    if all(not theirs.message or not ours.message for theirs, ours in drafts):
        return [said]
    return [said, _("Where both have a message to the patient, the one in the kept record stays.")]


def _waiting(pair: parts.Pair) -> list[str]:
    number = parts.rows_of(Prescription, pair).filter(state=PrescriptionState.WAITING).count()
    if not number:
        return []
    remark = ngettext(
        "%(number)d prescription is still waiting to be sent: it goes to the person the kept record is linked to.",
        "%(number)d prescriptions are still waiting to be sent: they go to the person the kept record is linked to.",
        number,
    )
    return [remark % {"number": number}]


def cannot_return(pair: parts.Pair, changes: Sequence[parts.Change]) -> Mapping[UUID, str]:
    """Say which rows an undo must leave: products that were sent meanwhile, and links that were replaced."""
    return _products_that_stay(pair, changes) | _links_that_were_replaced(pair, changes)


def also_returns(pair: parts.Pair, changes: Sequence[parts.Change]) -> list[parts.Change]:
    """What the merged record's links brought since goes back with them: the dispensary says whose it is."""
    links = _moved_links(changes)
    found = []
    for model, what in ((Prescription, "prescriptions"), (Order, "orders")):
        known = {one for change in changes if change.model is model for one in change.ids}
        rows = model._base_manager.filter(
            organization_id=pair.organization_id, patient_id=pair.kept_id, brought_by_id__in=links
        )
        ids = tuple(one for one in parts.ids_of(rows, pair) if one not in known)
        columns = {"patient_id": (pair.merged_id, pair.kept_id)}
        found.append(parts.Change(model=model, ids=ids, columns=columns, what=what))
    return found


def _moved_links(changes: Sequence[parts.Change]) -> list[UUID]:
    return [
        one
        for change in changes
        if change.model is PatientLink and "patient_id" in change.columns
        for one in change.ids
    ]


def _products_that_stay(pair: parts.Pair, changes: Sequence[parts.Change]) -> dict[UUID, str]:
    """Products, and reasons given for them, go back from a draft to a draft, and nowhere else."""
    moved = [change for change in changes if change.model in (PrescriptionItem, Acknowledgement)]
    wanted = {one for change in moved for one in change.columns["prescription_id"]}
    drafts = (
        Prescription._base_manager.filter(pk__in=wanted, state=PrescriptionState.DRAFT) if wanted else None
    )
    open_now = set(parts.ids_of(drafts, pair)) if drafts is not None else set()
    sentence = _("The unfinished prescription has been saved or discarded since.")
    return {
        one: sentence
        for change in moved
        if not open_now.issuperset(change.columns["prescription_id"])
        for one in change.ids
    }


def _links_that_were_replaced(pair: parts.Pair, changes: Sequence[parts.Change]) -> dict[UUID, str]:
    """A link that gave way writes again, unless its record has another for writing by now."""
    gave_way = {
        one
        for change in changes
        if change.model is PatientLink and "is_for_writing" in change.columns
        for one in change.ids
    }
    if not gave_way:
        return {}
    leaving = set(_moved_links(changes))
    rows = PatientLink._base_manager.filter(
        organization_id=pair.organization_id, patient_id__in=(pair.kept_id, pair.merged_id), ended_at=None
    ).order_by("pk")
    rows = rows.select_for_update(of=("self",)) if pair.locks else rows
    place = {
        one.pk: (one.pk in leaving or one.patient_id == pair.merged_id, one.dispensary_id) for one in rows
    }
    writing = {place[one.pk] for one in rows if one.is_for_writing}
    sentence = _("Prescriptions now go through another link to Fullscript.")
    return {one: sentence for one in gave_way if place.get(one) in writing}
