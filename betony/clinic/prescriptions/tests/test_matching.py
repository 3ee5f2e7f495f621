"""Matching charts to people at the dispensary: on saving a patient, and for everybody on connecting."""

import pytest

from betony.clinic.patients.models import Consent
from betony.clinic.prescriptions import history, jobs, queries
from betony.clinic.prescriptions.actions import linking, revoking
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import system

pytestmark = pytest.mark.slow


def match(home, patient):
    """Do what saving the patient queues."""
    jobs.match_patient.queue(organization_id=home.pk, patient_id=patient.pk)
    return worker.work()


def test_connecting_links_who_the_rule_allows_and_brings_their_history_in(home):
    zoe = home.patient(first_name="Zoë", last_name="Nakamura-O'Brien", email="zoe@example.com",
                       date_of_birth="1992-02-29")  # fmt: skip
    home.patient(first_name="Omar", email="omar@example.com")
    there = home.there.add_patient("Zoe", "Nakamura-O'Brien", "ZOE@example.com", date_of_birth="1992-02-29")
    plan = home.there.write_plan(there, home.there.practitioners[0], [home.zinc["variants"][0]["id"]])
    home.there.place_order(plan)
    cast.connect(home)
    assert not worker.work().failed
    link = cast.link_of(home, zoe)
    assert (link.state, link.remote_id, link.how) == ("linked", there["id"], "matched")
    assert link.imported_at is not None
    with tenancy.organization(home.pk):
        assert PatientLink.objects.count() == 1
        (prescription,) = history.prescriptions(zoe.pk)
        (order,) = history.orders(zoe.pk)
        assert prescription.items.get().product_name == "Zinc Picolinate 30 mg"
        assert prescription.prescriber_name.startswith("Alice")
        assert prescription.ordered_at == order.completed_at
    assert home.there.mails == []


def test_saving_a_patient_links_and_creates_nobody(connected):
    carol = connected.patient()
    there = connected.there.add_patient("Carol", "Castle", "carol@example.com", date_of_birth="1980-04-03")
    omar = connected.patient(first_name="Omar", email="omar@example.com")
    assert not match(connected, carol).failed
    match(connected, omar)
    assert cast.link_of(connected, carol).remote_id == there["id"]
    assert cast.link_of(connected, omar) is None
    assert len(connected.there.patients) == 1


def test_a_writer_opened_at_the_moment_of_linking_leaves_one_link_and_no_question(connected, monkeypatch):
    carol = connected.patient()
    there = connected.there.add_patient("Carol", "Castle", "carol@example.com", date_of_birth="1980-04-03")
    look = linking.locked_link

    def opened_just_after(patient_id, dispensary):
        monkeypatch.setattr(linking, "locked_link", look)
        found = look(patient_id, dispensary)
        linking.ask_for_link(by=connected.actor("Alice"), patient=carol, dispensary=dispensary)
        return found

    monkeypatch.setattr(linking, "locked_link", opened_just_after)
    with tenancy.organization(connected.pk):
        by = system("test", organization_id=connected.pk)
        linking.keep_link(
            by=by, patient=carol, dispensary=queries.current_dispensary(by), remote_id=there["id"],
            remote_name="Carol Castle", how="matched",
        )  # fmt: skip
    link = cast.link_of(connected, carol)
    assert (link.state, link.remote_id) == ("linked", there["id"])


def test_matching_twice_and_in_two_jobs_links_once(connected):
    carol = connected.patient()
    cast.link(connected, carol)
    match(connected, carol)
    jobs.match_all.queue(organization_id=connected.pk, dispensary_id=carol.pk, is_first=True)
    worker.work()
    with tenancy.organization(connected.pk):
        assert PatientLink.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"shares_with_dispensary": Consent.REFUSED},
        {"is_active": False},
        {"deceased_date": "2020-01-01"},
        {"email": ""},
    ],
    ids=["refused sharing", "inactive", "deceased", "no email"],
)
def test_who_may_not_be_shared_is_not_even_asked_for(connected, fields):
    worker.work()
    carol = connected.patient(**fields)
    there = connected.there.add_patient("Carol", "Castle", "carol@example.com", date_of_birth="1980-04-03")
    asked: list[str] = []
    connected.server.watchers.append(asked.append)
    match(connected, carol)
    jobs.match_all.queue(organization_id=connected.pk, dispensary_id=carol.pk, is_first=False)
    worker.work()
    assert cast.link_of(connected, carol) is None
    # What comes after is the comparison, which is told of everybody there by their events.
    matched = asked[: asked.index("GET /api/events/treatment_plans")]
    assert "GET /api/clinic/patients" in matched
    assert not [one for one in matched if "search" in one or there["id"] in one]


def test_a_shared_email_links_nobody_and_is_a_question(connected):
    priya = connected.patient(first_name="Priya", last_name="Raman", email="raman.family@example.com")
    mia = connected.patient(first_name="Mia", last_name="Raman", email="Raman.Family@example.com")
    connected.there.add_patient("Priya", "Raman", "raman.family@example.com", date_of_birth="1980-04-03")
    match(connected, priya)
    match(connected, mia)
    for patient in (priya, mia):
        link = cast.link_of(connected, patient)
        assert (link.state, link.reason, link.remote_id) == ("question", "shared_email", None)
        with tenancy.organization(connected.pk):
            assert link.candidates.get().full_name == "Priya Raman"


def test_somebody_there_is_never_linked_to_two_charts(connected, carol):
    twin = connected.patient(first_name="Carol", email="other@example.com")
    taken = cast.link_of(connected, carol).remote_id
    with tenancy.organization(connected.pk):
        kept = linking.keep_link(
            by=connected.actor("Alice"), patient=twin, dispensary=queries.current_dispensary(
                connected.actor("Alice")), remote_id=taken, remote_name="Carol", how="matched",
        )  # fmt: skip
    assert kept is None
    assert cast.link_of(connected, twin) is None


def test_nobody_connected_means_nothing_is_asked(home):
    match(home, home.patient())
    assert home.server.calls.total() == 0


def test_trouble_while_matching_is_tried_again(connected):
    worker.work()
    carol = connected.patient()
    connected.there.add_patient("Carol", "Castle", "carol@example.com", date_of_birth="1980-04-03")
    connected.server.trouble("down", on="GET /api/clinic/search/patients")
    assert match(connected, carol).failed == ["prescriptions.match_patient"]
    worker.work()
    assert cast.link_of(connected, carol) is not None


def test_what_happened_while_nobody_was_connected_is_fetched_on_reconnecting(connected, carol):
    worker.work()
    with tenancy.organization(connected.pk):
        revoking.disconnect(by=connected.actor("Alice"))
    there = connected.there.patients[0]
    plan = connected.there.write_plan(
        there, connected.there.practitioners[0], [connected.zinc["variants"][0]["id"]]
    )
    connected.there.place_order(plan)
    cast.connect(connected)
    worker.work()
    with tenancy.organization(connected.pk):
        assert Prescription.objects.get(patient=carol).remote_id == plan["id"]
        assert Order.objects.get(patient=carol).lines.get().product_name == "Zinc Picolinate 30 mg"


def test_links_of_an_old_dispensary_stay_and_are_not_used_for_the_new_one(connected, carol):
    with tenancy.organization(connected.pk):
        revoking.disconnect(by=connected.actor("Alice"))
    other = connected.server.add_clinic("Larkspur Dispensary")
    ines = other.add_practitioner("Ines", "Moreau", "ines@larkspur.example")
    connection = cast.connect(connected, at=other, person=ines)
    with tenancy.organization(connected.pk):
        assert PatientLink.objects.get().dispensary_id != connection.dispensary_id
        assert queries.current_link(carol.pk, connection.dispensary) is None


def matching(home):
    with tenancy.organization(home.pk):
        found = queries.current_dispensary(home.actor("Alice"))
        return found.matching_done, found.matching_total, found.matched_at is not None


@pytest.fixture
def seven(home):
    """Seven charts, each with the same person at the dispensary; Alice connects."""
    for number in range(7):
        fields = {"first_name": "Ann", "last_name": f"Number{number}", "email": f"ann{number}@example.com"}
        home.patient(**fields, date_of_birth="1990-01-01")
        home.there.add_patient(*fields.values(), date_of_birth="1990-01-01")
    cast.connect(home)
    return home


def test_matching_goes_on_where_it_stopped_and_repeats_nothing(seven):
    calls: list[str] = []
    seven.server.watchers.append(calls.append)
    third = seven.there.patients[2]["id"]
    seven.server.trouble("down", on=f"GET /api/clinic/patients/{third}")
    assert "prescriptions.match_patients" in worker.work().failed
    assert matching(seven) == (2, 7, False)
    worker.work()
    assert matching(seven) == (7, 7, True)
    with tenancy.organization(seven.pk):
        assert PatientLink.objects.filter(state="linked").count() == 7
    matched = calls[: calls.index("GET /api/events/treatment_plans")]
    fetched = [
        one
        for one in matched
        if any(one == f"GET /api/clinic/patients/{row['id']}" for row in seven.there.patients)
    ]
    assert len(fetched) == 8


def test_a_colleague_who_connects_meanwhile_begins_nothing_anew(seven):
    third = seven.there.patients[2]["id"]
    seven.server.trouble("down", on=f"GET /api/clinic/patients/{third}")
    worker.work()
    cast.connect(seven, "Nina")
    jobs.match_all(organization_id=seven.pk, dispensary_id=seven.organization.pk, is_first=False)
    assert matching(seven) == (2, 7, False)
    worker.work()
    assert matching(seven) == (7, 7, True)


def test_connecting_again_looks_at_everybody_again(seven):
    worker.work()
    late = seven.patient(first_name="Late", last_name="Comer", email="late@example.com")
    seven.there.add_patient("Late", "Comer", "late@example.com", date_of_birth="1980-04-03")
    cast.connect(seven, "Nina")
    worker.work()
    assert matching(seven) == (8, 8, True)
    assert cast.link_of(seven, late).state == "linked"


def test_whoever_needs_a_person_is_asked_about_on_connecting(home):
    mia = home.patient(first_name="Mia", email="raman.family@example.com")
    home.there.add_patient("Priya", "Raman", "raman.family@example.com")
    cast.connect(home)
    worker.work()
    assert (cast.link_of(home, mia).state, cast.link_of(home, mia).reason) == (
        "question",
        "first_name_differs",
    )
    assert matching(home) == (1, 1, True)
