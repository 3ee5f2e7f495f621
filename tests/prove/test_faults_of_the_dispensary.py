"""Whatever the dispensary does at any step: pages answer, nothing is lost, and it all arrives exactly once."""

import concurrent.futures
import time

import httpx
import pytest

from betony.cli.testing import demo as demos
from tests.prove.books import PLAN, WELCOME, Books
from tests.prove.fault_proxy import Fault, FaultProxy
from tests.prove.staff import NINA, PASSWORD, Person, Staff, submit

pytestmark = pytest.mark.prove

FAULTS = [one for one in Fault if one is not Fault.PASS]
# Five seconds for a call that hangs, and one for the rest of the page.
SEARCH_SECONDS = 6.0
PAGE_SECONDS = 1.0
SENTENCES = {
    Fault.UNAUTHORIZED: "Fullscript is no longer connected.",
    Fault.BUSY: "Fullscript is busy right now.",
    Fault.REFUSED: "Fullscript refused this.",
}
NOT_ANSWERING = "Fullscript is not answering right now."


@pytest.fixture
def person(connected: Staff) -> Person:
    """A patient of the clinic whom the dispensary does not know."""
    return connected.add_patient()


@pytest.fixture
def known_person(connected: Staff, person: Person, books: Books) -> Person:
    """A patient who is set up at the dispensary."""
    connected.open_writer(person)
    connected.choose_practitioner(person)
    books.wait(lambda: books.link_state(person) == "linked", "The patient is set up")
    return person


@pytest.fixture
def draft(connected: Staff, known_person: Person) -> str:
    """A draft with one product for a patient who is set up."""
    path = connected.product_paths(known_person, "magnesium")[0]
    assert "was added" in connected.add_product(path).headers["HX-Trigger"]
    return connected.draft_id(known_person)


@pytest.fixture
def nobody_connected(nina: Staff) -> None:
    """The owner is not connected, as after a reset."""
    nina.reset()


def _timed(answer: httpx.Response) -> float:
    return answer.elapsed.total_seconds()


@pytest.mark.parametrize("path", ["/api/oauth/token", "/api/clinic"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_connection_that_cannot_be_made_says_so_and_the_next_try_makes_it(
    nina: Staff, nobody_connected: None, proxy: FaultProxy, books: Books, fault: Fault, path: str
) -> None:
    callback = nina.consent()
    with proxy.fault(path, fault):
        landed = nina.http.get(callback)
    assert landed.status_code == 409
    assert "Fullscript was not connected." in landed.text
    assert _timed(landed) < SEARCH_SECONDS
    assert not books.is_connected(nina.email)
    assert nina.connect().status_code == 200
    assert books.is_connected(nina.email)


def test_tokens_of_a_connection_that_failed_half_way_are_revoked(
    nina: Staff, nobody_connected: None, proxy: FaultProxy, books: Books
) -> None:
    callback = nina.consent()
    books.settle()
    before = len(proxy.seen)
    with proxy.fault("/api/clinic/practitioners", Fault.GARBAGE):
        nina.http.get(callback)
    books.wait(
        lambda: any(one.path.startswith("/api/oauth/revoke") for one in proxy.seen[before:]),
        "The tokens are revoked",
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_the_writer_answers_whatever_the_dispensary_does(
    connected: Staff, known_person: Person, proxy: FaultProxy, fault: Fault
) -> None:
    product = connected.product_paths(known_person, "magnesium")[0]
    base = f"/fullscript/writer/{known_person.id}"
    with proxy.fault("/api/", fault):
        opened = connected.open_writer(known_person)
        answers = [
            connected.get(f"{base}/products/?q=zinc"), connected.get(product),
            connected.get(f"{base}/categories/"),
        ]  # fmt: skip
        others = [connected.get(f"{base}/practitioners/"), connected.get(f"{base}/brands/")]
        again = connected.get(f"{base}/")
    assert opened.status_code == again.status_code == 200
    assert max(_timed(opened), _timed(again)) < PAGE_SECONDS
    assert [one.status_code for one in answers] == [200, 200, 200]
    for answer in answers:
        assert SENTENCES.get(fault, NOT_ANSWERING) in answer.text
    assert {one.status_code for one in others} <= {200, 204}
    assert max(_timed(one) for one in [*answers, *others]) < SEARCH_SECONDS


def test_a_product_that_cannot_be_added_says_so_and_is_added_later(
    connected: Staff, known_person: Person, proxy: FaultProxy
) -> None:
    product = connected.product_paths(known_person, "magnesium")[0]
    with proxy.fault("/api/catalog/", Fault.HANG):
        answer = connected.post(product, {"quantity": "1"})
    assert "The product was not added" in answer.headers["HX-Trigger"]
    assert _timed(answer) < SEARCH_SECONDS
    assert "was added" in connected.add_product(product).headers["HX-Trigger"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_patient_is_set_up_once_with_one_welcome(
    connected: Staff, person: Person, proxy: FaultProxy, books: Books, fault: Fault
) -> None:
    with proxy.fault("/api/clinic/patients", fault, method="POST"):
        before = proxy.faults_met()
        connected.open_writer(person)
        _meet(connected, books, proxy, fault, before)
        assert connected.get(f"/fullscript/writer/{person.id}/link/").status_code == 200
    _help(connected, books, person)
    books.wait(lambda: books.link_state(person) == "linked", "The patient is set up")
    books.settle()
    assert books.patients_there(person) == 1
    assert books.mails_to(person, WELCOME) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_prescription_is_sent_once_with_one_mail(
    connected: Staff, known_person: Person, draft: str, proxy: FaultProxy, books: Books, fault: Fault
) -> None:
    with proxy.fault("/api/clinic/patients/", fault, method="POST"):
        before = proxy.faults_met()
        saved = connected.save(draft)
        assert "Waiting to send" in saved.text
        assert _timed(saved) < PAGE_SECONDS
        _meet(connected, books, proxy, fault, before)
        shown = connected.get(f"/fullscript/prescriptions/{draft}/outcome/")
        assert "Waiting to send" in shown.text or "Not sent" in shown.text
    if fault is Fault.REFUSED:
        books.wait(lambda: books.state(draft) == "not_sent", "The refusal is said")
        assert "Something is not valid" in connected.get(f"/fullscript/prescriptions/{draft}/").text
        connected.post(f"/fullscript/prescriptions/{draft}/try-again/")
    _help(connected, books, known_person)
    _sent_once(books, known_person, draft)


def test_what_is_saved_while_the_dispensary_is_down_arrives_once(
    connected: Staff, known_person: Person, draft: str, proxy: FaultProxy, books: Books
) -> None:
    with proxy.down():
        assert NOT_ANSWERING in connected.search(known_person, "zinc").text
        first, second = connected.save(draft), connected.save(draft)
        assert "Waiting to send" in first.text
        assert second.status_code in (200, 404)
        assert _timed(connected.get(f"/fullscript/writer/{known_person.id}/")) < PAGE_SECONDS
    _sent_once(books, known_person, draft)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_checkout_that_cannot_be_opened_says_so_and_opens_later(
    connected: Staff, known_person: Person, draft: str, proxy: FaultProxy, books: Books, fault: Fault
) -> None:
    connected.save(draft)
    books.wait(lambda: books.state(draft) == "sent", "The prescription is sent")
    address = f"/fullscript/prescriptions/{draft}/checkout/"
    with proxy.fault("/api/clinic/treatment_plans/", fault, method="POST"):
        answer = connected.post(address, is_part=False)
    assert answer.status_code == 409
    assert "The checkout could not be opened." in answer.text
    assert _timed(answer) < SEARCH_SECONDS
    _help(connected, books, known_person)
    assert connected.post(address, is_part=False).status_code == 302


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.ERROR, Fault.GARBAGE, Fault.HALF, Fault.LOST])
def test_a_webhook_that_is_lost_comes_again_and_counts_once(
    connected: Staff, known_person: Person, draft: str, books: Books, demo: demos.Demo, fault: Fault
) -> None:
    connected.save(draft)
    _sent_once(books, known_person, draft)
    between = FaultProxy()
    between.target = demo.clinic_url
    sql = "update dispensary_webhooks_endpoint set url = replace(url, %s, %s)"
    books.dispensary.execute(sql, [demo.clinic_url, between.url])
    try:
        with between.fault("/fullscript/webhooks/", fault):
            _cancel_at_the_dispensary(demo, books.plan_id(draft))
            books.wait(lambda: between.faults_met() > 0, "The dispensary calls", hurrying=False)
        books.wait(lambda: books.state(draft) == "cancelled", "The clinic hears of it")
        books.wait(lambda: between.faults_met() < len(between.seen), "The dispensary calls again")
    finally:
        books.dispensary.execute(sql, [between.url, demo.clinic_url])
        between.stop()
    books.settle()
    assert books.prescriptions_of(known_person) == 1
    assert books.times_in_trail("prescriptions.prescription_renewed", draft) == 1


def test_twenty_searches_that_hang_leave_the_other_pages_alone(
    connected: Staff, known_person: Person, proxy: FaultProxy, demo: demos.Demo
) -> None:
    connected.get("/patients/")
    pages = []
    with proxy.fault("/api/", Fault.HANG), concurrent.futures.ThreadPoolExecutor(20) as pool:
        searches = [pool.submit(connected.search, known_person, f"zinc{n}") for n in range(20)]
        time.sleep(0.1)
        while not all(one.done() for one in searches):
            pages.append(_timed(connected.get("/patients/", is_part=False)))
            time.sleep(0.1)
        answers = [one.result() for one in searches]
    assert sum(one > PAGE_SECONDS for one in pages) <= 2, pages
    assert max(pages) < 3, pages
    for answer in answers:
        assert NOT_ANSWERING in answer.text or SENTENCES[Fault.BUSY] in answer.text
    assert max(_timed(one) for one in answers) < SEARCH_SECONDS + 1


def _meet(staff: Staff, books: Books, proxy: FaultProxy, fault: Fault, before: int) -> None:
    """Wait until the worker has met the fault; a refused token only counts when a fresh one is refused too."""
    books.wait(lambda: proxy.faults_met() > before, "The fault is met", hurrying=False)
    if fault is Fault.UNAUTHORIZED:
        books.wait(lambda: not books.is_connected(staff.email), "The connection is over", hurrying=False)


def _cancel_at_the_dispensary(demo: demos.Demo, plan_id: str) -> None:
    """Cancel a plan there, as its practitioner does."""
    with httpx.Client(timeout=60, trust_env=False) as http:
        submit(http, f"{demo.dispensary_url}/sign-in/", {"email": NINA, "password": PASSWORD})
        page = http.get(f"{demo.dispensary_url}/plans/{plan_id}/")
        answer = submit(http, f"{demo.dispensary_url}/plans/{plan_id}/cancel/", {}, page=page)
        assert answer.status_code == 302


def _help(staff: Staff, books: Books, person: Person) -> None:
    """Do what the person at the screen is asked to do after some faults: connect, or try again."""
    if not books.is_connected(staff.email):
        assert staff.connect().status_code == 200
    if books.link_state(person) == "failed":
        staff.post(f"/fullscript/writer/{person.id}/set-up/")


def _sent_once(books: Books, person: Person, *prescription_ids: str) -> None:
    """Wait until all are sent, and hold both sides to exactly one of everything."""
    books.wait(lambda: all(books.state(one) == "sent" for one in prescription_ids), "All are sent")
    books.settle()
    assert books.plans_there(*prescription_ids) == [1 for _one in prescription_ids]
    assert books.plans_of(person) == books.prescriptions_of(person) == len(prescription_ids)
    assert books.patients_there(person) == 1
    assert books.mails_to(person, WELCOME) == 1
    assert books.mails_to(person, PLAN) == len(prescription_ids)
