"""A new password is typed twice, held against the rules, and never stands in a page."""

from types import SimpleNamespace

import pytest

from betony.kit.ui.password_field import NewPasswordForm

GOOD = " four words put together "
OWNER = SimpleNamespace(first_name="Alexandrina", last_name="Abbot", email="alice@example.com")


def form_with(first, second, *, owner=None):
    return NewPasswordForm({"password": first, "password_again": second}, owner=owner)


def test_the_spaces_of_a_password_are_part_of_it():
    form = form_with(GOOD, GOOD, owner=OWNER)
    assert form.is_valid()
    assert form.cleaned_data["password"] == GOOD


def test_two_that_differ_are_refused_beside_the_second():
    assert form_with(GOOD, GOOD.strip()).errors == {"password_again": ["The two passwords are not the same."]}


@pytest.mark.parametrize("weak", ["short", "password123"])
def test_the_rules_are_those_of_its_owner(weak):
    assert "password" in form_with(weak, weak, owner=OWNER).errors
    assert form_with(weak, weak).is_valid(), (
        "whoever has no owner yet is held against the rules by the action"
    )


def test_what_was_typed_does_not_stand_in_the_page_that_is_drawn_again():
    drawn = str(form_with(GOOD, "another"))
    assert "four words put together" not in drawn
    assert drawn.count('autocomplete="new-password"') == 2
