"""The page that shows every component, and the three answers it tries them with."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from betony.kit.ui import icons, views


@pytest.mark.parametrize("look", ["", "betony-dark", "shop", "shop-dark", "unknown"])
def test_the_gallery_shows_every_component_in_every_look(rf: RequestFactory, look: str) -> None:
    response = views.gallery(rf.get("/", {"look": look}))
    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="menu"' in page
    assert 'role="listbox"' in page
    assert 'aria-invalid="true"' in page
    assert [name for name in icons.names() if f"</svg>{name}</span>" not in page] == []


@pytest.mark.parametrize(
    "view", [views.gallery, views.gallery_menu, views.gallery_dialog, views.gallery_results]
)
def test_production_has_no_gallery(rf: RequestFactory, settings, view) -> None:
    settings.BETONY_ENV = "production"
    with pytest.raises(Http404):
        view(rf.get("/"))


def test_the_dialog_comes_back_with_its_errors_and_closes_when_saved(rf: RequestFactory) -> None:
    refused = views.gallery_dialog(rf.post("/", {"nickname": ""}))
    saved = views.gallery_dialog(rf.post("/", {"nickname": "Junie"}))
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()
    assert saved.status_code == 204
    assert "dialog:close" in saved["HX-Trigger"]
    assert "Junie" in saved["HX-Trigger"]


def test_results_hold_what_was_typed(rf: RequestFactory) -> None:
    page = views.gallery_results(rf.get("/", {"q": "citrate"})).content.decode()
    assert page.count('role="option"') == 1


def test_the_page_carries_no_script_or_style_of_its_own(rf: RequestFactory) -> None:
    page = views.gallery(rf.get("/")).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")
    assert " onclick" not in page
    assert "hx-on" not in page
