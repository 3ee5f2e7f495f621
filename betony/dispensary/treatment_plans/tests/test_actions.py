"""Treatment plans against the real database."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.patients import actions as patient_actions
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients import postage
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import actions, factories, rules
from betony.dispensary.treatment_plans.models import Recommendation, TreatmentPlan
from betony.dispensary.webhooks.models import Event
from betony.kit import tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing
from betony.kit.rate_limits import counting


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def alice(cedar: Organization) -> Actor:
    return patients.alice(cedar)


@pytest.fixture
def doctor(cedar: Organization) -> Practitioner:
    return practices.practitioner(cedar)


@pytest.fixture
def carol(cedar: Organization) -> Patient:
    return patients.patient(cedar)


def test_a_change_of_an_active_plan_is_told_and_of_a_draft_is_not(
    alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    draft = factories.draft(by=alice, patient=carol, practitioner=doctor)
    actions.change_plan(by=alice, plan_id=draft.pk, personal_message="x")
    assert Event.objects.count() == 0
    actions.activate_plan(by=alice, plan_id=draft.pk)
    actions.change_plan(by=alice, plan_id=draft.pk, recommendations=[factories.recommendation()])
    actions.change_plan(by=alice, plan_id=draft.pk)
    types = Event.objects.order_by("created_at", "pk").values_list("type", flat=True)
    assert list(types) == ["treatment_plan.created", "treatment_plan.recommendation.updated"]


def test_the_trail_keeps_what_a_change_replaced(alice: Actor, carol: Patient, doctor: Practitioner) -> None:
    plan = factories.draft(by=alice, patient=carol, practitioner=doctor)
    before = plan.recommendations.get().variant_id
    actions.change_plan(by=alice, plan_id=plan.pk, recommendations=[factories.recommendation()])
    event = AuditEvent.objects.get(action="treatment_plans.plan_changed")
    assert event.changes["recommendations"][0][0]["variant_id"] == str(before)


def test_a_draft_that_is_cancelled_is_told_to_nobody(
    alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    plan = factories.draft(by=alice, patient=carol, practitioner=doctor)
    actions.cancel_plan(by=alice, plan_id=plan.pk)
    assert Event.objects.count() == 0
    with pytest.raises(actions.MoveRefused):
        actions.activate_plan(by=alice, plan_id=plan.pk)


def test_the_letter_leaves_once_however_often_its_job_runs(
    alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    factories.active(by=alice, patient=carol, practitioner=doctor)
    ((name, arguments),) = testing.queued()
    testing.run_queued()
    testing.declared_job(name)(**arguments)
    assert len(mail.outbox) == 1


def test_no_letter_to_who_wants_none_or_about_what_was_cancelled(
    cedar: Organization, alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    quiet = patients.patient(cedar, email_refused=True)
    factories.active(by=alice, patient=quiet, practitioner=doctor)
    cancelled = factories.active(by=alice, patient=carol, practitioner=doctor)
    actions.cancel_plan(by=alice, plan_id=cancelled.pk)
    testing.run_queued()
    assert mail.outbox == []


def test_an_archived_patients_draft_is_not_activated(
    alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    plan = factories.draft(by=alice, patient=carol, practitioner=doctor)
    patient_actions.archive_patient(by=alice, patient_id=carol.pk)
    with pytest.raises(actions.InvalidPlan):
        actions.activate_plan(by=alice, plan_id=plan.pk)


def test_an_activation_without_its_audit_event_does_not_happen(
    alice: Actor, carol: Patient, doctor: Practitioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = factories.draft(by=alice, patient=carol, practitioner=doctor)

    def fail(**_: object) -> None:
        raise DatabaseError("the trail is broken")

    monkeypatch.setattr(trail, "record", fail)
    with pytest.raises(DatabaseError):
        actions.activate_plan(by=alice, plan_id=plan.pk)
    plan.refresh_from_db()
    assert (plan.state, testing.queued(), Event.objects.count()) == ("draft", [], 0)


def test_a_plan_cannot_name_another_dispensarys_practitioner_even_past_the_action(
    cedar: Organization, alice: Actor, carol: Patient
) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        stranger = practices.practitioner(elsewhere)
    with pytest.raises(actions.InvalidPlan):
        factories.draft(by=alice, patient=carol, practitioner=stranger)
    now = carol.created_at
    with pytest.raises(IntegrityError), transaction.atomic():
        TreatmentPlan.objects.create(
            organization=cedar, patient=carol, practitioner=stranger, source="app", created_at=now,
            updated_at=now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"units_to_purchase": 0}, ("units_to_purchase", "invalid")),
        ({"units_to_purchase": 101}, ("units_to_purchase", "invalid")),
        ({"dosage_amount": "x" * 81}, ("dosage_amount", "too_long")),
        ({"dosage_time_of_day": ("x" * 41,)}, ("dosage_time_of_day", "too_long")),
    ],
)
def test_what_cannot_be_kept_is_named_with_its_place(
    values: dict[str, object], problem: tuple[str, str]
) -> None:
    bad = factories.recommendation(variant_id=uuid4(), **values)
    good = factories.recommendation(variant_id=uuid4())
    found = rules.problems(message="", recommendations=[good, bad])
    assert found == [rules.Problem(*problem, 2)]


def test_two_organizations_never_see_each_others_recommendations(
    cedar: Organization, alice: Actor, carol: Patient, doctor: Practitioner
) -> None:
    factories.draft(by=alice, patient=carol, practitioner=doctor)
    with tenancy.organization(accounts.organization().pk):
        assert (TreatmentPlan.objects.count(), Recommendation.objects.count()) == (0, 0)


def test_a_letter_about_a_plan_waits_for_an_owner_who_has_not_confirmed(
    cedar: Organization, alice: Actor, doctor: Practitioner, carol: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postage, "A_DISPENSARY", counting.Limit("test.letters", most=1, window_seconds=60))
    accounts.user(cedar, is_owner=True, is_email_confirmed=False)
    plans = [factories.draft(by=alice, patient=carol, practitioner=doctor) for _each in range(3)]
    for plan, is_mailed in zip(plans, (True, True, False), strict=True):
        actions.activate_plan(by=alice, plan_id=plan.pk, is_mailed=is_mailed)
    testing.run_queued()
    assert len(mail.outbox) == 1
    User.objects.update(is_email_confirmed=True)
    actions.queue_held_mails(organization_id=cedar.pk)
    testing.run_queued()
    assert len(mail.outbox) == 2
    actions.queue_held_mails(organization_id=cedar.pk)
    assert testing.queued() == []
