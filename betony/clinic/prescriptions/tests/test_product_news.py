"""Webhooks about products: the catalogue is everybody's, and the vendor names no clinic in them."""

import json

import pytest

from betony.clinic.prescriptions import jobs
from betony.clinic.prescriptions.models import KnownSubstance, WebhookEnvelope
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.prescriptions.tests.webhooks import deliver, event, post, sign

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    WebhookEnvelope.objects.all().delete()
    return settled


@pytest.fixture
def reformulated(home):
    """A product that was prescribed here, and holds something else by now."""
    row = home.server.add_product("Joint Care", description="<p>One capsule: zinc 15 mg.</p>")
    home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [row["variants"][0]["id"]])
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    assert held(row) == ["zinc"]
    row["description_html"] = "<p>One capsule: vitamin K2 100 mcg.</p>"
    WebhookEnvelope.objects.all().delete()
    return row


def held(row):
    rows = KnownSubstance.objects.filter(product_id=row["id"]).order_by("name")
    return [one.name.casefold() for one in rows]


def product_updated(home, row, **changes):
    body = event(home, "product.updated", {"product": {"id": row["id"], "name": row["name"]}}, **changes)
    if "clinic_id" not in changes:
        del body["event"]["clinic_id"]
    return body


def outcome():
    return WebhookEnvelope.objects.get().outcome


def test_a_product_that_changed_is_read_again_although_no_clinic_is_named(home, settings, reformulated):
    deliver(settings, product_updated(home, reformulated))
    assert not worker.work().failed
    assert outcome() == "done"
    assert held(reformulated) == ["vitamin k2"]


@pytest.mark.parametrize("clinic_id", [None, "", "00000000-0000-4000-8000-000000000000"])
def test_nor_does_it_matter_which_one_is(home, settings, reformulated, clinic_id):
    deliver(settings, product_updated(home, reformulated, clinic_id=clinic_id))
    worker.work()
    assert (outcome(), held(reformulated)) == ("done", ["vitamin k2"])


@pytest.mark.parametrize("is_named", [True, False])
def test_a_clinic_whose_connection_broke_leaves_it_to_the_next(home, settings, reformulated, is_named):
    home.server.revoke_all()
    second = cast.house(name="Larkspur", server=home.server)
    cast.connect(second)
    WebhookEnvelope.objects.all().delete()
    deliver(
        settings,
        product_updated(home, reformulated, **({"clinic_id": home.there.id} if is_named else {})),
    )
    worker.work()
    assert (outcome(), held(reformulated)) == ("done", ["vitamin k2"])


def test_the_other_country_has_a_catalogue_of_its_own(home, settings, reformulated):
    raw = json.dumps(product_updated(home, reformulated)).encode()
    assert post(raw, sign(settings, raw, environment="ca"), environment="ca").status_code == 200
    worker.work()
    assert (outcome(), held(reformulated)) == ("nobody's", ["zinc"])


def test_news_of_anything_else_is_still_only_for_whom_it_names(home, settings, reformulated):
    body = event(home, "treatment_plan.updated", {"treatment_plan": home.there.plans[0]}, clinic_id="")
    deliver(settings, body)
    worker.work()
    assert outcome() == "nobody's"
