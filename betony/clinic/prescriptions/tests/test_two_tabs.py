"""The same draft in two tabs: what is typed in one never overwrites the other unseen, and a save sends what was seen
(guarantee 10)."""

import re

import pytest

from betony.clinic.prescriptions.actions import changing, writing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.tests import cast, warned, worker
from betony.clinic.prescriptions.tests.tabs import Tab
from betony.kit import tenancy
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow


@pytest.fixture
def draft(home, carol):
    return cast.draft(home, carol)


def message_of(home, draft):
    return cast.now(home, draft).message


def add_another(home, carol):
    return cast.draft(home, carol, row=home.server.add_product("Second Product"))


def test_what_was_typed_in_another_tab_is_told_and_stays(settled, carol, alice, draft):
    here, there = Tab(alice, carol), Tab(alice, carol)
    assert there.type_message(draft, "From the other tab").status_code == 200
    answer = here.type_message(draft, "From here")
    assert answer.status_code == 422
    assert "HX-Trigger" not in answer, "nothing may count as saved"
    assert "Something else was typed here in another tab or window." in here.page
    assert "From the other tab" in here.page
    assert message_of(settled, draft) == "From the other tab"


def test_whoever_was_told_decides_which_of_the_two_stays(settled, carol, alice, draft):
    here, there = Tab(alice, carol), Tab(alice, carol)
    there.type_message(draft, "From the other tab")
    here.type_message(draft, "From here")
    assert here.type_message(draft, "From here and on").status_code == 422, "typing on is no answer"
    assert '"seen_message": "From the other tab"' in here.page
    kept = here.type_message(draft, "From here", seen_message="From the other tab")
    assert kept.status_code == 200
    assert message_of(settled, draft) == "From here"
    there.show(draft, "?take=theirs")
    assert "From here</textarea>" in there.page
    assert there.type_message(draft, "Agreed").status_code == 200


def test_one_tab_types_on_without_being_stopped_by_itself(settled, carol, alice, draft):
    here = Tab(alice, carol)
    for typed in ("T", "Ta", "Take it slowly\r\nwith food"):
        assert here.type_message(draft, typed).status_code == 200
        assert "another tab" not in here.page
    assert message_of(settled, draft) == "Take it slowly\nwith food"
    assert "Waiting to send" in here.save(draft, message="Take it slowly\r\nwith food").content.decode()


def test_a_product_that_another_tab_added_is_shown_before_it_is_sent(settled, carol, alice, draft):
    here = Tab(alice, carol)
    add_another(settled, carol)
    answer = here.type_message(draft, "Take both")
    assert answer.status_code == 200
    assert message_of(settled, draft) == "Take both", "the message itself is in nobody's way"
    assert "changed in another tab or window as well" in here.page
    answer = here.save(draft, message="Take both of them")
    assert answer.status_code == 422
    assert "so nothing was saved" in here.page
    for shown in ("Second Product", "Take both of them</textarea>", "The other version says:"):
        assert shown in here.page
    assert cast.now(settled, draft).state == "draft"
    assert "Waiting to send" in here.save(draft, message="Take both of them").content.decode()


def test_discarding_what_another_tab_added_to_is_asked_once_more(settled, carol, alice, draft):
    here = Tab(alice, carol)
    add_another(settled, carol)
    assert here.discard(draft).status_code == 422
    assert "Second Product" in here.page
    assert here.discard(draft).status_code == 200
    with tenancy.organization(settled.pk):
        assert not Prescription.objects.filter(pk=draft.pk).exists()


def test_directions_that_another_tab_changed_are_told_and_can_be_replaced_knowingly(
    settled, carol, alice, draft
):
    item = cast.inside(settled, draft.items.get)
    address = f"/fullscript/items/{item.pk}/change/"
    mark = seen_mark(alice.get(address, headers=HTMX))
    form = {"change-amount": "3", "change-quantity": "1", "seen_mark": mark}
    assert alice.post(address, form, headers=HTMX).status_code == 200
    form |= {"change-amount": "4"}
    told = alice.post(address, form, headers=HTMX)
    assert told.status_code == 422
    assert "This was changed in another tab or window; it now says: 3" in told.content.decode()
    assert 'value="4"' in told.content.decode(), "what was typed stays"
    assert cast.now(settled, item).amount == "3"
    assert alice.post(address, form | {"seen_mark": seen_mark(told)}, headers=HTMX).status_code == 200
    assert cast.now(settled, item).amount == "4"


def seen_mark(answer):
    found = re.search(r'name="seen_mark" value="(\w+)"', answer.content.decode())
    return found[1]


def test_a_change_of_what_was_sent_is_looked_at_once_more_too(settled, carol, sent, alice):
    begun = cast.inside(settled, changing.begin_change, by=settled.actor("Alice"), prescription=sent)
    here = Tab(alice, carol)
    cast.inside(
        settled, writing.write_message, by=settled.actor("Alice"), prescription=begun, message="From there"
    )
    answer = here.save(begun, message="From here")
    assert answer.status_code == 422
    assert "so nothing was saved" in here.page
    assert "From there" in here.page
    assert "Change waiting to send" in here.save(begun, message="From here").content.decode()


def test_a_reason_that_another_tab_gave_is_told_and_stays(home, carol, alice):
    warned.stock(home, carol)
    begun = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    here, there = Tab(alice, carol), Tab(alice, carol)
    assert there.give_reason(begun, digest, "INR is checked").status_code == 200
    assert there.give_reason(begun, digest, "INR is checked weekly").status_code == 200
    answer = here.give_reason(begun, digest, "Her wish")
    assert answer.status_code == 422
    assert "INR is checked weekly" in here.page
    assert [one.reason for one in warned.acknowledged(home)] == ["INR is checked weekly"]
    assert here.save(begun, message="", **{f"reason-{digest}": "Her wish"}).status_code == 422
    worker.work()
    assert cast.now(home, begun).state == "draft"


def test_typing_into_what_was_sent_meanwhile_is_told(settled, carol, alice, draft):
    here = Tab(alice, carol)
    cast.save(settled, draft, message="As it was")
    answer = here.type_message(draft, "Too late")
    assert answer.status_code == 422
    assert "This prescription is no longer a draft." in here.page
    assert message_of(settled, draft) == "As it was"


def test_every_box_of_the_draft_says_what_its_page_shows(home, carol, alice):
    warned.stock(home, carol)
    cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    assert set(Tab(alice, carol).seen) == {"seen_version", "seen_message", f"seen_reason-{digest}"}
