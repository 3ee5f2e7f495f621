"""Each action leaves one event, and an event that cannot be written undoes what it describes."""

import pytest
from django.http import Http404

from betony.clinic.prescriptions import access, queries, rules
from betony.clinic.prescriptions.actions import (
    answering,
    connecting,
    emails,
    envelopes,
    linking,
    matching,
    practitioners,
    receiving,
    revoking,
    unlinking,
    writing,
)
from betony.clinic.prescriptions.dispensary import parsing, shapes
from betony.clinic.prescriptions.models import (
    AuthorizationAttempt,
    Connection,
    Dispensary,
    DispensaryPractitioner,
    LinkCandidate,
    PatientLink,
    Prescription,
    PrescriptionItem,
    WebhookEnvelope,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import system
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


class TrailIsFull(Exception):
    """The trail cannot be written."""


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.fixture
def broken(monkeypatch):
    """Let every write of the trail fail from now on."""

    def fail(**values):
        raise TrailIsFull

    return lambda: monkeypatch.setattr(trail, "record", fail)


def last_actions(home, count):
    with tenancy.organization(home.pk):
        rows = AuditEvent.objects.filter(action__startswith="prescriptions.").order_by("-id")
        return [row.action.removeprefix("prescriptions.") for row in rows[:count]][::-1]


def test_a_prescriptions_way_stands_in_the_trail(home, carol):
    draft = cast.draft(home, carol)
    cast.save(home, draft)
    worker.work()
    assert last_actions(home, 4) == [
        "draft_begun", "product_added", "prescription_saved", "prescription_sent",
    ]  # fmt: skip
    with tenancy.organization(home.pk):
        saved = AuditEvent.objects.get(action="prescriptions.prescription_saved")
        assert saved.patient_ids == [carol.pk]
        assert saved.changes["state"] == ["draft", "waiting"]
        assert saved.actor_id == home.members["Alice"].user_id
        sent = AuditEvent.objects.get(action="prescriptions.prescription_sent")
        assert sent.actor_kind == "system"


def test_connecting_and_disconnecting_stand_in_the_trail(home):
    cast.connect(home, "Nina")
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Nina"))
    assert last_actions(home, 4) == [
        "connecting_began", "connecting_answered", "connected", "disconnected",
    ]  # fmt: skip


def test_reading_a_prescription_and_the_history_stand_in_the_trail(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    with tenancy.organization(home.pk):
        access.prescription(by=home.actor("Bob"), prescription_id=saved.pk)
        access.note_read(by=home.actor("Bob"), part="history", patient=carol)
    assert last_actions(home, 2) == ["prescription_shown", "history_shown"]


def test_a_draft_is_shown_to_its_author_alone(home, carol):
    draft = cast.draft(home, carol)
    with tenancy.organization(home.pk):
        assert access.prescription(by=home.actor("Alice"), prescription_id=draft.pk).pk == draft.pk
        with pytest.raises(Http404):
            access.prescription(by=home.actor("Bob"), prescription_id=draft.pk)


def test_no_event_holds_a_message_a_token_or_a_name(home, carol):
    cast.save(home, cast.draft(home, carol), message="very private words")
    worker.work()
    with tenancy.organization(home.pk):
        everything = str([(one.changes, one.reason) for one in AuditEvent.objects.all()])
    for secret in (
        "private",
        "Castle",
        "carol@",
        *(p.access for g in home.server.tokens.grants for p in g.pairs),
    ):
        assert secret not in everything


def families_of_who_is_who(home, carol, by, dispensary):
    """The same for linking, and what people answer about it."""
    omar = home.patient(first_name="Omar", email="omar@example.com")
    mia = home.patient(first_name="Mia", email="mia@example.com")
    there = rules.RemotePerson(id="priya", first_name="Priya", last_name="R", email="mia@example.com",
                               date_of_birth=None)  # fmt: skip
    with tenancy.organization(home.pk):
        question = linking.ask(
            by=by, patient=mia, dispensary=dispensary, people=[there],
            decision=rules.Decision("ask", "priya", "first_name_differs"),
        )  # fmt: skip
        candidate = question.candidates.get()
        linked = queries.current_link(carol.pk, dispensary)
    return {
        "linking": (
            lambda: linking.ask_for_link(by=by, patient=omar, dispensary=dispensary),
            lambda: queries.current_link(omar.pk, dispensary),
        ),
        "answering": (
            lambda: answering.answer(by=by, candidate=candidate, answer="different", seen=""),
            lambda: LinkCandidate.objects.get(pk=candidate.pk).answer,
        ),
        "unlinking": (
            lambda: unlinking.unlink(by=by, link=linked),
            PatientLink.objects.current().count,
        ),
        "emails": (
            lambda: emails.note_seen(
                by=by,
                link_id=linked.pk,
                person=rules.RemotePerson(
                    id=linked.remote_id,
                    first_name="C",
                    last_name="C",
                    email="new@x.example",
                    date_of_birth=None,
                ),
            ),
            lambda: PatientLink.objects.get(pk=linked.pk).remote_email,
        ),
        "matching": (
            lambda: matching.note_matched(by=by, dispensary=dispensary),
            lambda: Dispensary.objects.get(pk=dispensary.pk).matched_at,
        ),
    }


def families(home, carol):
    """One action of each family, with what must be as before when its event fails."""
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(by)
    draft = cast.draft(home, carol)
    patient, practitioner = home.there.patients[0], home.there.practitioners[0]
    plan = parsing.plan(home.there.write_plan(patient, practitioner, [home.zinc["variants"][0]["id"]]))
    person = shapes.Practitioner(id="new-person", first_name="Zed", last_name="A", email="zed@x.example")
    return families_of_who_is_who(home, carol, by, dispensary) | {
        "connecting": (
            lambda: connecting.begin_trip(by=by, environment="us", browser_key="b", return_to=""),
            AuthorizationAttempt.objects.count,
        ),
        "practitioners": (
            lambda: practitioners.keep(dispensary=dispensary, people=[person]),
            DispensaryPractitioner.objects.filter(removed_at=None).count,
        ),
        "writing": (
            lambda: writing.save_prescription(by=by, prescription=draft, message="x"),
            lambda: Prescription.objects.get(pk=draft.pk).state,
        ),
        "receiving": (
            lambda: receiving.keep_plan(by=by, dispensary=dispensary, plan=plan),
            lambda: (Prescription.objects.count(), PrescriptionItem.objects.count()),
        ),
        "revoking": (
            lambda: revoking.disconnect(by=by),
            Connection.objects.live().count,
        ),
        "envelopes": (
            lambda: envelopes.keep_envelope(
                environment="us", event_id="e1", event_type="order.placed", body="{}"
            ),
            WebhookEnvelope.objects.count,
        ),
    }


@pytest.mark.parametrize(
    "family",
    [
        "connecting",
        "practitioners",
        "linking",
        "writing",
        "receiving",
        "revoking",
        "answering",
        "unlinking",
        "emails",
        "matching",
        "envelopes",
    ],
)
def test_a_failing_event_undoes_the_change(home, carol, broken, family):
    change, look = families(home, carol)[family]
    with tenancy.organization(home.pk):
        before = look()
        broken()
        with pytest.raises(TrailIsFull):
            change()
        assert look() == before


def test_a_failing_event_undoes_noting_that_it_was_sent(home, carol, broken):
    from betony.clinic.prescriptions.actions import sending

    saved = cast.save(home, cast.draft(home, carol))
    row = home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [])
    broken()
    with tenancy.organization(home.pk), pytest.raises(TrailIsFull):
        sending.note_sent(by=system("test", organization_id=home.pk), prescription_id=saved.pk,
                          plan=parsing.plan(row))  # fmt: skip
    assert cast.now(home, saved).state == "waiting"
