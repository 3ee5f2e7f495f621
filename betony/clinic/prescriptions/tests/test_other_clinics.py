"""Another clinic's ids lead nowhere: object rules, scoped queries and row-level security, each alone."""

import uuid

import pytest
from django.apps import apps
from django.http import Http404
from django.urls import reverse

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import access, queries, urls
from betony.clinic.prescriptions.actions import changing
from betony.clinic.prescriptions.models import (
    Acknowledgement,
    DispensaryPractitioner,
    LinkCandidate,
    PatientLink,
    Prescription,
    PrescriptionChange,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.actor import NotPermitted
from betony.kit.tenancy.models import TenantModel

pytestmark = pytest.mark.slow

MODELS = [
    model for model in apps.get_app_config("clinic_prescriptions").get_models()
    if issubclass(model, TenantModel)
]  # fmt: skip


@pytest.fixture
def full(connected, carol):
    """A clinic with a row in each table."""
    worker.work()
    cast.save(connected, cast.draft(connected, carol))
    worker.work()
    connected.there.place_order(connected.there.plans[0])
    with tenancy.working_for(connected.pk):
        from betony.clinic.prescriptions.exchange import importing, synchronizing

        importing.import_order(connected.pk, connected.there.orders[0]["id"])
        synchronizing.run(connected.pk)
    worker.work()
    _change(connected)
    cast.draft(connected, carol)
    with tenancy.organization(connected.pk):
        Acknowledgement.objects.create(
            organization_id=connected.pk, prescription=Prescription.objects.filter(state="draft").get(),
            digest="d", finding_key="k", product_name="p", severity="severe", left="l", right="r", text="t",
            reason="because", acknowledged_at=clock.now(),
        )  # fmt: skip
        LinkCandidate.objects.create(
            organization_id=connected.pk,
            link=PatientLink.objects.get(),
            remote_id="there-1",
            seen_at=clock.now(),
        )
    return connected


def _change(home):
    """Change the prescription's words, which keeps a change and a version."""
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        sent = Prescription.objects.get(state="sent")
        draft = changing.begin_change(by=by, prescription=sent)
        changing.save_change(by=by, draft=draft, message="Other words")
    worker.work()


@pytest.fixture
def stranger(full):
    return cast.house(name="Harbour", country="CA")


def seen():
    return [model.__name__ for model in MODELS if model._default_manager.exists()]


def test_row_level_security_hides_every_table_even_from_unscoped_queries(full, stranger):
    with tenancy.organization(full.pk):
        assert seen() == [model.__name__ for model in MODELS]
    with tenancy.organization(stranger.pk):
        assert seen() == []
    assert seen() == []


def ids(full):
    with tenancy.organization(full.pk):
        draft = Prescription.objects.get(state="draft")
        return draft, draft.items.get(), DispensaryPractitioner.objects.first()


def test_the_roads_to_records_end_at_the_organization(full, carol):
    """Inside the transaction of the records' own clinic, so that only the object rule is left."""
    other = cast.house(name="Harbour", country="CA").actor("Alice")
    draft, item, practitioner = ids(full)
    with tenancy.organization(full.pk):
        candidate = LinkCandidate.objects.get()
        for call in (
            lambda: access.patient(by=other, patient_id=carol.pk),
            lambda: access.prescription(by=other, prescription_id=draft.pk),
            lambda: access.prescription_state(by=other, prescription_id=draft.pk),
            lambda: access.own_draft(by=other, prescription_id=draft.pk),
            lambda: access.draft_item(by=other, item_id=item.pk),
            lambda: access.practitioner(by=other, practitioner_id=practitioner.pk),
            lambda: access.link(by=other, link_id=candidate.link_id),
            lambda: access.candidate(by=other, candidate_id=candidate.pk),
        ):
            with pytest.raises(Http404):
                call()
        assert queries.current_dispensary(other) is None
        assert queries.connection_of(other) is None


def test_a_colleagues_draft_is_not_ones_own(full):
    draft, item, _ = ids(full)
    nina = full.actor("Nina")
    with tenancy.organization(full.pk):
        with pytest.raises(Http404):
            access.own_draft(by=nina, prescription_id=draft.pk)
        with pytest.raises(Http404):
            access.draft_item(by=nina, item_id=item.pk)


@pytest.mark.parametrize("name", ["Theo"])
def test_billers_see_no_history(full, name):
    draft, _, _ = ids(full)
    with tenancy.organization(full.pk), pytest.raises(NotPermitted):
        access.prescription(by=full.actor(name), prescription_id=draft.pk)


PAGES = [
    ("get", "show_connection", "patient"),
    ("get", "connect_user", "patient"), ("get", "open_writer", "patient"), ("post", "set_up_patient", "patient"),
    ("get", "show_link", "patient"), ("get", "refresh_practitioners", "patient"), ("get", "search_products", "patient"),
    ("get", "list_brands", "patient"), ("get", "list_categories", "patient"),
    ("post", "choose_practitioner", "patient"), ("get", "show_history", "patient"),
    ("get", "show_panel", "patient"), ("get", "change_product", "item"), ("post", "change_product", "item"),
    ("post", "remove_product", "item"), ("post", "move_product", "item"), ("get", "show_prescription", "prescription"),
    ("get", "show_draft", "prescription"),
    ("post", "keep_message", "prescription"), ("post", "save_prescription", "prescription"),
    ("get", "show_outcome", "prescription"), ("post", "discard_draft", "prescription"),
    ("post", "try_prescription_again", "prescription"), ("post", "open_checkout", "prescription"),
    ("post", "answer_question", "candidate"), ("post", "give_email", "link"), ("get", "unlink_patient", "link"),
    ("post", "unlink_patient", "link"), ("post", "link_patient_again", "link"), ("post", "update_email", "link"),
    ("post", "keep_email", "link"), ("get", "change_email", "link"), ("post", "change_email", "link"),
    ("get", "show_product", "patient"), ("post", "show_product", "patient"),
    ("post", "check_directions", "patient"), ("post", "keep_reasons", "prescription"),
    ("post", "begin_change", "prescription"), ("get", "cancel_prescription", "prescription"),
    ("post", "cancel_prescription", "prescription"),
    ("get", "show_change_outcome", "change"), ("post", "try_change_again", "change"),
]  # fmt: skip
FURTHER_ARGUMENTS = {"show_product": ["1"], "check_directions": ["1"]}


def test_every_address_with_an_id_is_tried_with_another_clinics():
    named = {one.name for one in urls.urlpatterns if one.pattern.converters}
    assert named == {name for _method, name, _whose in PAGES}


def test_another_clinics_ids_do_not_exist_on_any_page(full, stranger, carol):
    cast.connect(stranger)
    draft, item, _ = ids(full)
    with tenancy.organization(full.pk):
        candidate = LinkCandidate.objects.get()
        change = PrescriptionChange.objects.get()
    theirs = {
        "patient": carol.pk, "prescription": draft.pk, "item": item.pk, "candidate": candidate.pk,
        "link": candidate.link_id, "change": change.pk,
    }  # fmt: skip
    browser = factories.signed_in(stranger.members["Alice"])
    answers = {
        (method, page, pk): getattr(browser, method)(
            reverse(f"fullscript:{page}", args=[pk, *FURTHER_ARGUMENTS.get(page, [])])
        ).status_code
        for method, page, whose in PAGES
        for pk in (uuid.uuid4(), theirs[whose])
    }
    assert {asked: status for asked, status in answers.items() if status != 404} == {}


def test_a_reference_to_another_clinics_row_cannot_be_stored(full, stranger, carol):
    from django.db import IntegrityError, transaction

    cast.connect(stranger)
    with tenancy.organization(stranger.pk):
        mine = queries.current_dispensary(stranger.actor("Alice"))
        with pytest.raises(IntegrityError), transaction.atomic():
            PatientLink.objects.create(
                organization=stranger.organization, dispensary=mine, patient=carol, state="creating",
                created_at=mine.connected_at,
            )  # fmt: skip
