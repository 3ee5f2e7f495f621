"""The safety check and the whole way of a prescription, with a dispensary that sends the vendor's fields alone."""

import re

import pytest

from betony.clinic.health_record import actions as health_record
from betony.clinic.health_record.details import AllergyDetails, MedicationDetails
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.dispensary.fake import client
from betony.clinic.prescriptions.models import KnownSubstance
from betony.clinic.prescriptions.tests import cast, vendor_fields, worker
from betony.kit import tenancy
from betony.kit.ui.testing import HTMX, words

pytestmark = pytest.mark.slow

EXTRA = ("is_dependent", "take_with", "time_of_day", "ingredients", "invite_accepted", "source")


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setattr(client, "FakeServer", vendor_fields.StrictServer)
    client.fresh_servers()
    yield
    client.fresh_servers()


@pytest.fixture
def home(strict, db):
    made = cast.house()
    made.shelf["wort"] = made.server.add_product("Quiet Mood", ingredients=["St. John's wort"])
    made.shelf["dusk"] = made.server.add_product("Dusk", description="<p>Niacin 500 mg in each tablet.</p>")
    cast.connect(made)
    cast.write_as(made, "Alice")
    return made


def test_the_server_tells_no_more_than_the_vendors_file(home):
    said: list[str] = []
    server = home.server
    answer = server.call("GET", "/api/clinic", headers={"Authorization": "Bearer x"})
    assert answer.status == 401
    worker.work()
    grant = server.tokens.grants[0]
    headers = {"Authorization": f"Bearer {grant.pairs[-1].access}"}
    for path in ("/api/clinic/practitioners", f"/api/catalog/products/{home.shelf['wort']['id']}",
                 "/api/catalog/search/products", "/api/catalog/ingredients"):  # fmt: skip
        said.append(server.call("GET", path, headers=headers).body.decode())
    assert "Quiet Mood" in "".join(said)
    assert not [name for name in EXTRA if f'"{name}":' in "".join(said).replace('{"ingredients":', "")]


def test_a_prescription_is_checked_acknowledged_and_sent(home):
    alice, carol = factories.signed_in(home.members["Alice"]), home.patient()
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        health_record.add_medication(
            by=by, patient_id=carol.pk, details=MedicationDetails(kind="medication", name="Warfarin")
        )
        health_record.add_allergy(by=by, patient_id=carol.pk, details=AllergyDetails(substance="Niacin"))
    worker.work()
    assert KnownSubstance.objects.get().name == "St. John's wort"
    products = f"/fullscript/writer/{carol.pk}/products/"
    assert "Quiet Mood" in words(alice.get(products, {"q": "quiet"}, headers=HTMX))
    alice.post(f"/fullscript/writer/{carol.pk}/set-up/", headers=HTMX)
    for row in home.shelf.values():
        page = words(alice.get(f"{products}{row['id']}/", headers=HTMX))
        assert "Severe" in page, row["name"]
        alice.post(f"{products}{row['id']}/", {"quantity": "1"}, headers=HTMX)
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    fields = dict.fromkeys(re.findall(r'name="(reason-\w+)"', page), "Discussed")
    assert len(fields) == 2
    address = re.search(r'action="(/fullscript/prescriptions/[^"]+/save/)"', page)
    assert alice.post(address[1], {"message": ""}, headers=HTMX).status_code == 422
    assert "Waiting to send" in words(alice.post(address[1], {"message": "", **fields}, headers=HTMX))
    worker.work()
    assert len(home.there.plans[0]["recommendations"]) == 2
