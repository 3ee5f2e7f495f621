"""Ten thousand at once: webhooks are taken in fast and all worked on, and a history comes in without repeated work."""

import hashlib
import hmac
import json
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from betony.cli.testing import demo as demos
from tests.prove.books import Books
from tests.prove.fault_proxy import FaultProxy
from tests.prove.staff import Person, Staff

pytestmark = pytest.mark.prove

WEBHOOKS = 10_000
PLANS = 10_000
INTAKE_P95_SECONDS = 0.5
SECRET = "betony-clinic-webhook-secret"
ALL_SECONDS = 1800


def send_prescriptions(staff: Staff, books: Books, count: int) -> list[str]:
    """Send so many prescriptions, each to a patient of its own."""
    first = staff.add_patient()
    staff.choose_practitioner(first)
    people: list[Person] = [first, *(staff.add_patient() for _number in range(count - 1))]
    drafts = []
    for person in people:
        staff.add_product(staff.product_paths(person, "magnesium")[0])
        drafts.append(staff.draft_id(person))
        staff.save(drafts[-1])
    books.wait(lambda: all(books.state(one) == "sent" for one in drafts), "All are sent", seconds=120)
    return drafts


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    mark = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Fullscript-Signature": f"t={stamp},v1={mark}", "Content-Type": "application/json"}


def webhook(clinic_id: str, plan_id: str) -> bytes:
    return json.dumps({
        "event": {"id": str(uuid.uuid4()), "type": "treatment_plan.updated",
                  "created_at": "2026-11-21T10:00:00.000Z", "clinic_id": clinic_id,
                  "data": {"treatment_plan": {"id": plan_id}}},
    }).encode()  # fmt: skip


def test_ten_thousand_webhooks_at_once_are_taken_in_fast_and_end_in_one_state(
    demo: demos.Demo, connected: Staff, books: Books
) -> None:
    sent = send_prescriptions(connected, books, 20)
    books.settle(seconds=120)
    clinic_id = books.remote_dispensary_id()
    plans = [books.plan_id(one) for one in sent]
    # News nobody was told of yet: a quarter is cancelled there.
    books.cancel_there(plans[::4])
    seconds: list[float] = []

    def post(number: int) -> int:
        body = webhook(clinic_id, plans[number % len(plans)])
        began = time.monotonic()
        answer = http.post(f"{demo.clinic_url}/fullscript/webhooks/us/", content=body, headers=signed(body))
        seconds.append(time.monotonic() - began)
        return answer.status_code

    limits = httpx.Limits(max_connections=16)
    with httpx.Client(timeout=60, trust_env=False, limits=limits) as http, ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(post, range(WEBHOOKS)))
    p95 = statistics.quantiles(seconds, n=20)[-1]
    print(f"webhook intake p95 {p95 * 1000:.0f} ms")
    assert statuses == {200}
    books.wait(lambda: books.envelopes_left() == 0, "All are worked on", seconds=ALL_SECONDS, hurrying=False)
    expected = ["cancelled" if number % 4 == 0 else "sent" for number in range(len(sent))]
    assert [books.state(one) for one in sent] == expected
    assert books.plans_there(*sent) == [1] * len(sent)
    assert p95 < INTAKE_P95_SECONDS


def test_ten_thousand_plans_come_in_once_each(
    demo: demos.Demo, connected: Staff, books: Books, proxy: FaultProxy
) -> None:
    (sent,) = send_prescriptions(connected, books, 1)
    books.settle(seconds=120)
    books.copy_plan_there(books.plan_id(sent), PLANS)
    before = proxy.count_served("/api/clinic/treatment_plans/")
    books.forget_history_of(sent)
    connected.post("/fullscript/sync/")
    seen: set[tuple[int, int]] = set()

    def is_in() -> bool:
        seen.add(books.progress())
        return books.count_prescriptions_beside(sent) == PLANS + 1

    books.wait(is_in, "All are in", seconds=ALL_SECONDS, hurrying=False)
    books.settle(seconds=120)
    # So many plans are more than an application may read in five minutes: it is told to wait, and goes on.
    fetched = proxy.count_served("/api/clinic/treatment_plans/") - before
    totals: Any = {total for _done, total in seen if total}
    assert totals == {PLANS}
    assert fetched <= PLANS + 5
