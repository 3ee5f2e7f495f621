"""A practice opens a dispensary of its own."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from betony.dispensary.accounts import actions
from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.back_office.joining import views
from betony.dispensary.back_office.joining.forms import new_page
from betony.dispensary.back_office.joining.tests.typed import fill
from betony.dispensary.practices.models import Practitioner
from betony.kit import clock, tenancy
from betony.kit.rate_limits import counting

pytestmark = pytest.mark.django_db


def test_it_ends_signed_in_and_goes_on(client: Client) -> None:
    assert "Create a new dispensary" in client.get("/create-dispensary/").content.decode()
    answer = client.post("/create-dispensary/", fill())
    assert answer.status_code == 302
    assert answer["Location"] == "/oauth/authorize?client_id=x"
    owner = User.objects.get(email="ines.moreau@larkspur.example")
    assert owner.is_owner
    assert owner.organization.slug == "larkspur-dispensary"
    assert owner.organization.currency == "USD"
    with tenancy.organization(owner.organization_id):
        practitioner = Practitioner.objects.get()
    assert (practitioner.user_id, practitioner.first_name) == (owner.pk, "Ines")
    assert client.get("/connected-applications/").status_code == 200


def test_two_dispensaries_may_have_one_name(client: Client) -> None:
    client.post("/create-dispensary/", fill())
    client.post("/create-dispensary/", fill(email="other@larkspur.example"))
    assert len(set(Organization.objects.values_list("slug", flat=True))) == 2


def test_a_second_click_makes_nothing_and_ends_where_the_first_does(client: Client) -> None:
    form = fill()
    first, second = Client().post("/create-dispensary/", form), client.post("/create-dispensary/", form)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert client.get("/connected-applications/").status_code == 200
    assert Organization.objects.count() == User.objects.count() == 1


def test_the_same_page_sent_with_something_else_on_it_lets_nobody_in(client: Client) -> None:
    form = fill()
    Client().post("/create-dispensary/", form)
    for changes in ({"password": "another long password"}, {"email": "other@larkspur.example"}):
        answer = client.post("/create-dispensary/", {**form, **changes})
        assert answer.status_code == 422
        assert "This page was already sent." in answer.content.decode()
    assert client.get("/connected-applications/").status_code == 302
    assert Organization.objects.count() == 1


def test_a_page_sent_again_later_is_no_door(client: Client) -> None:
    form = fill()
    Client().post("/create-dispensary/", form)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        answer = client.post("/create-dispensary/", form)
    assert answer.status_code == 422
    assert "This page was already sent." in answer.content.decode()
    assert client.get("/connected-applications/").status_code == 302


def test_nobody_names_a_dispensary_that_is_there_to_try_its_owners_password(client: Client) -> None:
    Client().post("/create-dispensary/", fill())
    there = Organization.objects.get()
    for page in (str(there.pk), "", signing.dumps(str(there.pk)), new_page()[:-1]):
        answer = client.post("/create-dispensary/", fill(page=page, name="Another"))
        assert answer.status_code == 422
        assert "open for too long" in answer.content.decode()
    assert client.get("/connected-applications/").status_code == 302
    # What was typed stays, and the page that is shown again can be sent.
    fresh = re.search(r'name="page" value="([^"]+)"', answer.content.decode())
    assert fresh is not None
    assert 'value="Another"' in answer.content.decode()
    assert client.post("/create-dispensary/", fill(page=fresh[1], email="b@l.example")).status_code == 302


def test_a_second_click_is_guarded_against_guessing_like_the_door(client: Client) -> None:
    form = fill()
    Client().post("/create-dispensary/", form)
    for number in range(11):
        answer = client.post("/create-dispensary/", {**form, "password": f"guess number {number}"})
    assert "Too many attempts" in answer.content.decode()
    assert "Too many attempts" in client.post("/create-dispensary/", form).content.decode()


def test_two_that_take_one_address_at_this_moment_get_two(client, monkeypatch) -> None:
    Client().post("/create-dispensary/", fill())
    # What the second saw, before the first had saved.
    slugs = iter(["larkspur-dispensary", "larkspur-dispensary-1"])
    monkeypatch.setattr(actions, "_free_slug", lambda name: next(slugs))
    assert client.post("/create-dispensary/", fill(email="other@larkspur.example")).status_code == 302
    assert Organization.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"terms": ""}, "This field is required."),
        ({"password": "short"}, "too short"),
        ({"email": "nobody"}, "valid email"),
        ({"country": "FR"}, "valid choice"),
        ({"practitioner_type": "1"}, "not a valid"),
        ({"name": "nul\x00"}, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client: Client, changes, says) -> None:
    answer = client.post("/create-dispensary/", fill(**changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Organization.objects.exists()


def test_a_network_opens_only_so_many(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(views, "LIMIT", counting.Limit("test.create", 1, 60))
    client.post("/create-dispensary/", fill())
    answer = client.post("/create-dispensary/", fill(email="other@larkspur.example"))
    assert "Too many new dispensaries" in answer.content.decode()
