"""People who work at a clinic read English whole, whatever their browser asks for."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_page_is_not_in_two_languages_at_once() -> None:
    answer = Client().post("/sign-in/", {"email": ""}, headers={"Accept-Language": "fr-CA"})
    assert answer["Content-Language"] == "en"
    shown = answer.content.decode()
    assert '<html lang="en"' in shown
    assert "This field is required." in shown
