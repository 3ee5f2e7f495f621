"""Double clicks, two tabs and two workers, each with connections of its own (guarantee 15)."""

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, jobs, queries
from betony.clinic.prescriptions.actions import (
    answering,
    connecting,
    linking,
    orders,
    receiving,
    revoking,
    unlinking,
    writing,
)
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.models import Connection, Dispensary, Order, PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import system


def ready():
    """A clinic with Alice connected, on a real database."""
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    worker.work()
    return home


def errors_in(results):
    return [one for one in results if isinstance(one, Exception)]


def test_two_users_connecting_at_once_share_one_dispensary(at_once):
    home = cast.house()
    results = at_once(lambda: cast.connect(home, "Alice"), lambda: cast.connect(home, "Nina"))
    assert errors_in(results) == []
    with tenancy.organization(home.pk):
        assert Dispensary.objects.count() == 1
        assert Connection.objects.live().count() == 2


def test_two_users_connecting_different_dispensaries_at_once_get_one_and_a_name(at_once):
    home = cast.house()
    other = home.server.add_clinic("Larkspur Dispensary")
    ines = other.add_practitioner("Ines", "Moreau", "ines@larkspur.example")
    results = at_once(
        lambda: cast.connect(home, "Alice"), lambda: cast.connect(home, "Nina", at=other, person=ines)
    )
    (refused,) = errors_in(results)
    assert isinstance(refused, failures.AnotherDispensary)
    with tenancy.organization(home.pk):
        assert Connection.objects.get().dispensary.name in str(refused)


def test_two_clinics_taking_the_same_dispensary_at_once_get_one_and_no_name(at_once):
    home = cast.house()
    other = cast.house(name="Thistle", server=home.server)
    alice = home.there.practitioners[0]
    results = at_once(
        lambda: cast.connect(home, "Alice"),
        lambda: cast.connect(other, "Alice", at=home.there, person=alice),
    )
    (refused,) = errors_in(results)
    assert isinstance(refused, failures.HeldElsewhere)


def test_one_user_finishing_two_trips_at_once_has_one_connection(at_once):
    home = cast.house()
    results = at_once(*[lambda: cast.connect(home, "Alice")] * 3)
    assert errors_in(results) == []
    with tenancy.organization(home.pk):
        assert Connection.objects.current().count() == 1
    worker.work()
    assert home.server.living_grants == 1


def test_one_answer_that_comes_twice_at_once_is_taken_once(at_once):
    home = cast.house()
    state, _ = cast.consent(home, "Alice")

    def end():
        with tenancy.organization(home.pk):
            return connecting.end_trip(by=home.actor("Alice"), state=state, browser_key=cast.BROWSER)

    (refused,) = errors_in(at_once(end, end))
    assert isinstance(refused, failures.StateRefused)


def test_a_reset_and_a_colleague_connecting_at_once_leave_a_dispensary_that_is_connected(at_once):
    home = ready()

    def reset():
        with tenancy.organization(home.pk):
            return revoking.disconnect(by=home.actor("Alice"))

    for _ in range(3):
        results = at_once(reset, lambda: cast.connect(home, "Nina"))
        assert errors_in(results) == []
        with tenancy.organization(home.pk):
            (connection,) = Connection.objects.live().select_related("dispensary")
            assert connection.dispensary.ended_at is None
            revoking.disconnect(by=home.actor("Nina"))
        cast.connect(home, "Alice")


def test_two_writers_opened_at_once_set_the_patient_up_once(at_once):
    home = ready()
    carol = home.patient()

    def open_writer(name):
        by = home.actor(name)
        with tenancy.organization(home.pk):
            return linking.ask_for_link(by=by, patient=carol, dispensary=queries.current_dispensary(by)).pk

    first, second, third = at_once(*[lambda: open_writer("Alice"), lambda: open_writer("Nina")] * 1,
                                   lambda: open_writer("Alice"))  # fmt: skip
    assert first == second == third
    results = at_once(worker.work, worker.work)
    assert errors_in(results) == []
    assert len(home.there.patients) == 1
    assert len(home.there.mails) == 1


def test_a_double_click_on_save_sends_one_prescription(at_once):
    home = ready()
    carol = home.patient()
    cast.link(home, carol)
    draft = cast.draft(home, carol)
    results = at_once(*[lambda: cast.save(home, draft)] * 3)
    assert errors_in(results) == []
    at_once(worker.work, worker.work, worker.work)
    assert len(home.there.plans) == 1
    assert len(home.there.mails) == 1
    assert cast.now(home, draft).state == "sent"


def test_two_clicks_that_begin_a_draft_at_once_share_it(at_once):
    home = ready()
    carol = home.patient()
    magnesium = home.server.add_product("Magnesium")
    results = at_once(lambda: cast.draft(home, carol).pk, lambda: cast.draft(home, carol, row=magnesium).pk)
    assert results[0] == results[1]
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().items.count() == 2


def test_the_same_product_clicked_twice_at_once_stands_once(at_once):
    home = ready()
    carol = home.patient()
    (refused,) = errors_in(at_once(lambda: cast.draft(home, carol), lambda: cast.draft(home, carol)))
    assert isinstance(refused, failures.AlreadyOnPrescription)


def test_saving_and_resetting_at_once_leave_nothing_waiting_for_nobody(at_once):
    home = ready()
    carol = home.patient()
    cast.link(home, carol)
    draft = cast.draft(home, carol)

    def reset():
        with tenancy.organization(home.pk):
            return revoking.disconnect(by=home.actor("Alice"))

    at_once(lambda: cast.save(home, draft), reset)
    assert cast.now(home, draft).state in ("draft", "not_sent")


def test_news_of_one_plan_and_order_in_several_workers_at_once_is_kept_once(at_once):
    home = ready()
    carol = home.patient()
    there = cast.link(home, carol)
    row = home.there.write_plan(there, home.there.practitioners[0], [home.zinc["variants"][0]["id"]])
    plan, order = parsing.plan(row), parsing.order(home.there.place_order(row))
    by = system("test", organization_id=home.pk)

    def keep():
        with tenancy.organization(home.pk):
            dispensary = queries.current_dispensary(by)
            receiving.keep_plan(by=by, dispensary=dispensary, plan=plan)
            return orders.keep_order(by=by, dispensary=dispensary, order=order)

    assert errors_in(at_once(keep, keep, keep)) == []
    with tenancy.organization(home.pk):
        prescription, found = Prescription.objects.get(), Order.objects.get()
        assert prescription.items.count() == found.lines.count() == 1
        assert prescription.ordered_at == found.completed_at


def test_matching_in_two_workers_at_once_links_once(at_once):
    home = cast.house()
    home.patient()
    home.there.add_patient("Carol", "Castle", "carol@example.com", date_of_birth="1980-04-03")
    cast.connect(home)
    cast.connect(home, "Nina")
    assert errors_in(at_once(worker.work, worker.work)) == []
    with tenancy.organization(home.pk):
        assert PatientLink.objects.get().state == "linked"


def test_a_colleague_and_the_author_trying_again_at_once_send_it_once(at_once):
    home = ready()
    carol = home.patient()
    cast.link(home, carol)
    home.server.trouble("refused", on="POST /api/clinic/patients/*/treatment_plans", status=422)
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()

    def again():
        with tenancy.organization(home.pk):
            return writing.try_again(by=home.actor("Alice"), prescription=saved)

    assert errors_in(at_once(again, again)) == []
    at_once(worker.work, worker.work)
    assert len(home.there.plans) == 1


def question(home):
    """Priya's chart and Priya at the dispensary, with a question about the two: another chart has the email."""
    priya = home.patient(first_name="Priya", last_name="Raman", email="raman@example.com")
    home.patient(first_name="Mia", last_name="Raman", email="raman@example.com")
    home.there.add_patient("Priya", "Raman", "raman@example.com")
    jobs.match_patient(organization_id=home.pk, patient_id=priya.pk)
    with tenancy.organization(home.pk):
        return priya, PatientLink.objects.get(patient=priya).candidates.get()


def test_of_two_users_who_answer_at_once_one_wins_and_the_other_is_told(at_once):
    home = ready()
    priya, candidate = question(home)

    def say(name, what):
        def run():
            with tenancy.organization(home.pk):
                answering.answer(by=home.actor(name), candidate=candidate, answer=what, seen="")

        return run

    results = at_once(say("Alice", "same"), say("Nina", "different"))
    (told,) = errors_in(results)
    assert isinstance(told, failures.AnsweredMeanwhile)
    with tenancy.organization(home.pk):
        standing = PatientLink.objects.get(patient=priya)
        answer = standing.candidates.get().answer
        assert (answer, standing.state) in (("same", "linked"), ("different", "failed"))


def test_an_answer_and_the_matching_at_once_never_link_who_is_different(at_once):
    home = ready()
    priya, candidate = question(home)
    with tenancy.organization(home.pk):
        Patient.objects.filter(first_name="Mia").update(email="mia@example.com", email_key="mia@example.com")

    def say():
        with tenancy.organization(home.pk):
            answering.answer(by=home.actor("Alice"), candidate=candidate, answer="different", seen="")

    results = at_once(say, *[lambda: jobs.match_patient(organization_id=home.pk, patient_id=priya.pk)] * 2)
    assert all(isinstance(one, failures.AnsweredMeanwhile) for one in errors_in(results))
    with tenancy.organization(home.pk):
        standing = PatientLink.objects.get(patient=priya)
        assert (standing.state == "linked") == (standing.candidates.get().answer != "different")


def test_two_workers_matching_everybody_and_each_link_each_patient_once(at_once):
    home = ready()
    for number in range(4):
        home.patient(first_name="Ann", last_name=f"N{number}", email=f"ann{number}@example.com")
        home.there.add_patient("Ann", f"N{number}", f"ann{number}@example.com", date_of_birth="1980-04-03")
    jobs.match_all(organization_id=home.pk, dispensary_id=home.organization.pk, is_first=False)
    results = at_once(*[lambda: jobs.match_patients(organization_id=home.pk)] * 2)
    assert errors_in(results) == []
    with tenancy.organization(home.pk):
        links = PatientLink.objects.filter(state="linked")
        assert (links.count(), len({one.remote_id for one in links})) == (4, 4)


def test_unlinking_in_two_tabs_hides_once(at_once):
    home = ready()
    carol = home.patient()
    cast.link(home, carol)
    link = cast.link_of(home, carol)

    def undo(name):
        def run():
            with tenancy.organization(home.pk):
                unlinking.unlink(by=home.actor(name), link=link)

        return run

    assert errors_in(at_once(undo("Alice"), undo("Nina"))) == []
    with tenancy.organization(home.pk):
        assert PatientLink.objects.current().count() == 0
        assert link.candidates.count() == 1
