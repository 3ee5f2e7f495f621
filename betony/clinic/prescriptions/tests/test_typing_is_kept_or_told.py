"""What is typed into the writer is said to be kept only when it is, and what is refused stands there again."""

import pytest

from betony.clinic.prescriptions.tests import cast, warned
from betony.clinic.prescriptions.tests.tabs import Tab
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow

LONGEST = 5000
# 5,000 characters as a person and a browser count them: each line end is one.
LONG_ENOUGH = "\r\n".join(["x" * 99] * 50) + "x"


@pytest.fixture
def draft(home, carol):
    return cast.draft(home, carol)


def test_line_ends_count_once(settled, carol, alice, draft):
    assert len(LONG_ENOUGH.replace("\r\n", "\n")) == LONGEST
    here = Tab(alice, carol)
    assert here.type_message(draft, LONG_ENOUGH).status_code == 200
    assert len(cast.now(settled, draft).message) == LONGEST
    assert "Waiting to send" in here.save(draft, message=LONG_ENOUGH).content.decode()


def test_a_message_that_is_too_long_is_not_said_to_be_saved(settled, carol, alice, draft):
    here = Tab(alice, carol)
    answer = here.type_message(draft, LONG_ENOUGH + "!")
    assert answer.status_code == 422
    assert "HX-Trigger" not in answer
    assert "Keep the message under 5,000 characters." in here.page
    assert cast.now(settled, draft).message == ""


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without a script"])
def test_a_message_that_is_too_long_to_save_stands_there_again(settled, carol, alice, draft, headers):
    answer = alice.post(
        f"/fullscript/prescriptions/{draft.pk}/save/", {"message": "y" * 5001}, headers=headers
    )
    assert answer.status_code == 422
    assert "Keep the message under 5,000 characters." in answer.content.decode()
    assert "y" * 5001 in answer.content.decode()


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without a script"])
def test_whatever_refuses_a_save_leaves_what_was_typed(home, carol, alice, headers):
    warned.stock(home, carol)
    draft = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    form = {"message": "Typed just now", f"reason-{digest}": "x" * 501}
    answer = alice.post(f"/fullscript/prescriptions/{draft.pk}/save/", form, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("Keep each reason under 500 characters.", "Typed just now", "x" * 501):
        assert kept in page
    assert warned.acknowledged(home) == []


def test_a_reason_that_is_too_long_is_told_and_not_cut(home, carol, alice):
    warned.stock(home, carol)
    begun = cast.draft(home, carol, row=home.wort)
    [digest] = warned.digests(home, carol)
    here = Tab(alice, carol)
    assert here.give_reason(begun, digest, "x" * 501).status_code == 422
    assert "Keep each reason under 500 characters." in here.page
    assert warned.acknowledged(home) == []
