"""The list of patients: what it shows, to whom, and how fast."""

from betony.clinic.patients.tests import factories
from betony.kit import tenancy


def test_the_list_shows_who_is_active(alice, clinic):
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="June", last_name="Hartley", mobile_phone="+16075550142")
        factories.patient(clinic, first_name="Gone", last_name="Away", is_active=False)
    page = alice.get("/patients/").content.decode()
    assert "Hartley, June" in page
    assert "(607) 555-0142" in page
    assert 'aria-label="Actions for June Hartley"' in page
    assert "Away" not in page
    assert "1 active" in page
