"""No transaction is open while the dispensary is asked (style 21): slow answers would hold locks."""

from django.db import connection
from django.urls import reverse

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.actions import revoking
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.jobs import testing


def test_no_call_is_made_inside_a_transaction(committed_db):
    home = cast.house()
    inside = []
    home.server.watchers.append(lambda _name: inside.append(connection.in_atomic_block))
    carol = home.patient()
    state, code = cast.consent(home, "Alice")
    browser = factories.signed_in(home.members["Alice"])
    session = browser.session
    session["fullscript_browser"] = cast.BROWSER
    session.save()
    browser.get(reverse("fullscript:complete_connection"), {"state": state, "code": code})
    cast.write_as(home, "Alice")
    worker.work()
    home.server.expire_all()
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()
    plan = home.there.plans[0]
    home.there.place_order(plan)
    assert cast.now(home, saved).state == "sent"
    for name, arguments in (
        ("fullscript:refresh_practitioners", [carol.pk]),
        ("fullscript:list_brands", [carol.pk]),
        ("fullscript:list_categories", [carol.pk]),
    ):
        browser.get(reverse(name, args=arguments))
    browser.get(reverse("fullscript:search_products", args=[carol.pk]), {"query": "zinc", "q": "zinc"})
    browser.get(reverse("fullscript:show_product", args=[carol.pk, home.zinc["id"]]))
    browser.post(reverse("fullscript:open_checkout", args=[saved.pk]))
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    worker.work()
    assert len(inside) > 15
    assert not any(inside)


def test_every_job_that_waits_for_the_dispensary_has_slots_of_its_own():
    """What `retried` wraps calls the dispensary, and so does sending; mails must not wait behind those."""
    found = [one for one in testing.declared_jobs() if one.name.startswith("prescriptions.")]
    calling = [one.name for one in found if hasattr(one.function, "__wrapped__")] + ["prescriptions.send"]
    assert len(calling) > 5
    assert [one.name for one in found if one.name in calling and not one.calls_out] == []
