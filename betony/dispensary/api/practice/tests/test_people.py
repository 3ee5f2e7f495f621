"""Practitioners and staff through the API."""

import pytest
from django.core import mail

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.api import factories
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner, PractitionerType
from betony.kit import identifiers, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs.testing import run_queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Organization:
    return accounts.organization(name="Meadowlark Dispensary")


@pytest.fixture
def nina(shop: Organization) -> Practitioner:
    with tenancy.organization(shop.pk):
        return practices.practitioner(shop, is_owner=True, first_name="Nina", last_name="Alvarez")


@pytest.fixture
def program(nina: Practitioner) -> factories.Program:
    return factories.program(nina)


def test_the_clinic_tells_its_numbers(program, nina, shop) -> None:
    answer = program.get("clinic")
    assert answer.status_code == 200
    clinic = answer.json()["clinic"]
    assert clinic["id"] == str(shop.pk)
    assert clinic["name"] == "Meadowlark Dispensary"
    assert (clinic["practitioner_count"], clinic["patient_count"], clinic["discount"]) == (1, 0, 0)
    assert clinic["integration_activated_at"].endswith("Z")
    assert answer["X-Request-Id"]


def test_practitioners_are_listed_with_their_pages(program, nina) -> None:
    answer = program.get("clinic/practitioners?page%5Bsize%5D=1")
    assert answer.json() == {
        "practitioners": [
            {
                "id": str(nina.pk),
                "first_name": "Nina",
                "last_name": "Alvarez",
                "email": nina.email,
                "practitioner_type_id": str(nina.practitioner_type_id),
                "invite_accepted": True,
                "metadata": {"id": None},
            }
        ],
        "meta": {"current_page": 1, "next_page": None, "prev_page": None, "total_pages": 1, "total_count": 1},
    }


def test_a_new_practitioner_is_invited_by_mail(program, shop) -> None:
    answer = program.post(
        "clinic/practitioners",
        {
            "practitioner_type_id": str(PractitionerType.objects.get(code="LAc").pk),
            "email": "Sam.Okafor@Meadowlark.example",
            "first_name": "Sam",
            "last_name": "Okafor",
            "metadata": {"id": "EMR-7"},
        },
    )
    assert answer.status_code == 201, answer.json()
    practitioner = answer.json()["practitioner"]
    assert practitioner["email"] == "sam.okafor@meadowlark.example"
    assert practitioner["metadata"] == {"id": "EMR-7"}
    assert practitioner["invite_accepted"] is False
    run_queued()
    assert [letter.to for letter in mail.outbox] == [["sam.okafor@meadowlark.example"]]
    with tenancy.organization(shop.pk):
        assert AuditEvent.objects.filter(action="practices.practitioner_added").count() == 1


def test_what_is_wrong_with_a_new_practitioner_is_told_at_once(program) -> None:
    answer = program.post("clinic/practitioners", {"email": "not an address", "first_name": ""})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": '["First name can\'t be blank", "Last name can\'t be blank", "Email is invalid", '
        '"Practitioner type can\'t be blank"]'
    }


def test_an_email_is_taken_once_across_all_dispensaries(program) -> None:
    elsewhere = accounts.organization()
    stranger = accounts.user(elsewhere)
    answer = program.post(
        "clinic/staff", {"email": stranger.email.upper(), "first_name": "A", "last_name": "B"}
    )
    assert answer.status_code == 422
    assert answer.json() == {"error": '["Email has already been taken"]'}


def test_an_email_that_somebody_has_is_no_better_in_a_change(program, nina, shop) -> None:
    elsewhere = accounts.organization()
    stranger, founder = accounts.user(elsewhere), accounts.user(elsewhere, is_email_confirmed=False)
    with tenancy.organization(shop.pk):
        rosa = practices.staff(shop)
    for email in (stranger.email.upper(), rosa.email):
        answer = program.patch(f"clinic/practitioners/{nina.pk}", {"email": email})
        assert (answer.status_code, answer.json()) == (422, {"error": '["Email has already been taken"]'})
    # An email that nobody has proved is nobody's, and one's own may be said again.
    for email in (founder.email, nina.email):
        assert program.patch(f"clinic/practitioners/{nina.pk}", {"email": email}).status_code == 200


def test_only_what_was_sent_is_changed(program, nina) -> None:
    answer = program.patch(f"clinic/practitioners/{nina.pk}", {"metadata": {"id": "77"}})
    assert answer.status_code == 200
    assert answer.json()["practitioner"]["metadata"] == {"id": "77"}
    assert answer.json()["practitioner"]["first_name"] == "Nina"
    assert program.call("PUT", f"clinic/practitioners/{nina.pk}", {"last_name": "A"}).status_code == 200


def test_markup_in_a_name_comes_back_as_text(program, nina) -> None:
    name = "<script>alert(1)</script>"
    answer = program.patch(f"clinic/practitioners/{nina.pk}", {"first_name": name})
    assert answer.json()["practitioner"]["first_name"] == name
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_people_of_another_dispensary_do_not_exist(program) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        stranger = practices.practitioner(elsewhere)
        clerk = practices.staff(elsewhere)
    unknown = program.get(f"clinic/practitioners/{identifiers.uuid7()}")
    for answer in (
        program.get(f"clinic/practitioners/{stranger.pk}"),
        program.patch(f"clinic/practitioners/{stranger.pk}", {"first_name": "X"}),
        program.get(f"clinic/staff/{clerk.pk}"),
        program.patch(f"clinic/staff/{clerk.pk}", {"first_name": "X"}),
    ):
        assert answer.status_code == 404
        assert answer.json() == unknown.json() == {"status": 404, "error": "Not Found"}


def test_metadata_leads_back_to_the_record(program, nina) -> None:
    program.patch(f"clinic/practitioners/{nina.pk}", {"metadata": {"id": "EMR-1"}})
    found = program.get("clinic/metadata?id=EMR-1&type=practitioner").json()["metadata"]
    assert [(one["id"], one["type"], one["data"]["id"]) for one in found] == [
        ("EMR-1", "practitioner", str(nina.pk))
    ]
    assert program.get("clinic/metadata?id=EMR-1&type=dragon").status_code == 422


def test_what_a_program_knows_people_by_is_its_own(program, nina, shop) -> None:
    with tenancy.organization(shop.pk):
        rosa = practices.staff(shop)
    other = factories.program(nina)
    for kind, one in (("practitioners", nina), ("staff", rosa)):
        program.patch(f"clinic/{kind}/{one.pk}", {"metadata": {"id": "ours"}})
        other.patch(f"clinic/{kind}/{one.pk}", {"metadata": {"id": "theirs"}})
        for who, mark in ((program, "ours"), (other, "theirs")):
            (shown,) = who.get(f"clinic/{kind}").json()[kind]
            assert shown["metadata"] == {"id": mark}
            assert who.get(f"clinic/{kind}/{one.pk}").content.count(mark.encode()) == 1
            (found,) = who.get(f"clinic/metadata?id={mark}&type={kind.removesuffix('s')}").json()["metadata"]
            assert found["data"] == shown
    assert program.get("clinic/metadata?id=theirs").json()["metadata"] == []


def test_an_archived_practitioner_is_gone(program, nina, shop) -> None:
    with tenancy.organization(shop.pk):
        sam = practices.practitioner(shop)
        Practitioner.objects.filter(pk=sam.pk).update(archived_at=sam.created_at)
    assert program.get(f"clinic/practitioners/{sam.pk}").status_code == 404
    assert program.get("clinic/practitioners").json()["meta"]["total_count"] == 1


def test_nobody_is_invited_in_the_name_of_an_owner_who_has_not_confirmed(program, nina) -> None:
    User.objects.filter(pk=nina.user_id).update(is_email_confirmed=False)
    rosa = {"first_name": "Rosa", "last_name": "L", "email": "rosa@meadowlark.example"}
    kind = {"practitioner_type_id": str(PractitionerType.objects.get(code="ND").pk)}
    for path, values in (("clinic/staff", rosa), ("clinic/practitioners", {**rosa, **kind})):
        answer = program.post(path, values)
        assert answer.status_code == 422
        assert "must confirm their email first" in answer.content.decode()
    assert User.objects.count() == 1
    run_queued()
    assert mail.outbox == []
