"""Every page that shows something of a patient leaves an event that names this patient (guarantee 9).

Each person of a small clinic has a word of their own in every text that is kept about them. Every address is asked
for every one of them, by somebody who may see everything, as a page and as htmx asks, and rolled back. Whose
word stands in an answer must stand in an event of the request.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.test import Client

if settings.BETONY_SERVER != "clinic":
    pytest.skip("only the clinic keeps a trail of reading", allow_module_level=True)

from betony.clinic.health_record import actions as health
from betony.clinic.health_record.details import AllergyDetails
from betony.clinic.health_record.models import Allergy
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.actions import changing
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.models import (
    Acknowledgement,
    LinkCandidate,
    Order,
    OrderLine,
    PatientLink,
    Prescription,
    PrescriptionChange,
    PrescriptionItem,
    PrescriptionVersion,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.workflows.tests import records
from betony.clinic.workspace.notices import hearing
from betony.clinic.workspace.notices.models import Notice
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from tools import server_facts

pytestmark = pytest.mark.slow

# A page in the background is read as much as any other.
AS_A_PAGE: dict[str, str] = {}
AS_HTMX = {"HX-Request": "true", "X-Betony-Background": "1"}
# What a form is sent with, where an empty one would not get as far as showing anything.
SENT = {
    "fullscript:answer_question": {"answer": "different", "seen": ""},
    "patients:add": {
        "first_name": "New",
        "last_name": "Body",
        "date_of_birth": "1980-04-03",
        "mobile_phone": "(607) 555-0142",
    },
}
# What an address asks about, where it shows nobody otherwise.
ASKED = {"workspace:palette": {"q": "mark"}, "workspace:merge": {"q": "mark"}}
# What ends the sign-in that this test goes on with, and what is asked by machines about the server (no name).
LEAVE_ALONE = {"sign_out", "settings:end_other_sessions", ""}
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
# With fewer pages that show somebody, the clinic made here has lost what there is to show.
FEWEST_SHOWING = {"page": 36, "htmx": 50}
EVERYBODY = ("Carolmark", "Miamark", "Omarmark", "Mergedmark", "Zoomark")


# What addresses are asked with, by the names of their arguments.
Ids = dict[tuple[str, ...], list[tuple[Any, ...]]]


@dataclass
class Clinic:
    """The people, and what each kind of address is asked with: the names of its arguments to their values."""

    home: cast.House
    people: dict[str, Patient] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Whose words an answer held, and whose ids the events of the request."""

    shown: set[str]
    named: set[UUID]
    status: int


@pytest.fixture
def clinic(db, settings) -> Clinic:
    settings.BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.fake.FakeDispensary"
    fake.fresh_servers()
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    worker.work()
    made = Clinic(home)
    for name in EVERYBODY:
        made.people[name] = _person(home, name)
    _linked(home, made.people["Carolmark"])
    _asked_about(home, made.people["Miamark"], linked=made.people["Carolmark"])
    _waiting(home, made.people["Omarmark"])
    merge = records.merge(home, made.people["Mergedmark"], into=made.people["Carolmark"])
    _noticed(home)
    made.ids = _ids(home, merge, made.people)
    return made


def _person(home: cast.House, name: str) -> Patient:
    """A patient with their own word in the profile and, but for who is merged, in the health record."""
    is_merged = name == "Mergedmark"
    patient = home.patient(
        first_name=name, last_name=f"{name}son", email=f"{name.lower()}@example.com", city=f"{name}ville",
        notes="" if is_merged else f"{name} prefers mornings",
        mobile_phone="+16075550142" if name == "Zoomark" else "",
    )  # fmt: skip
    if not is_merged:
        with tenancy.organization(home.pk):
            health.add_allergy(
                by=home.actor("Alice"), patient_id=patient.pk,
                details=AllergyDetails(substance=f"{name} nuts"),
            )  # fmt: skip
    return patient


def _mark(home: cast.House, patient: Patient) -> None:
    """Put the patient's word into what was prescribed and ordered."""
    name = patient.first_name
    with tenancy.organization(home.pk):
        mine = Prescription.objects.filter(patient=patient)
        PrescriptionItem.objects.filter(prescription__in=mine).update(product_name=f"Zinc {name}")
        mine.update(message=f"Dear {name}")


def _linked(home: cast.House, carol: Patient) -> None:
    """Carol has everything: what was sent, changed and ordered, a draft, a reason given, earlier versions."""
    name = carol.first_name
    cast.link(home, carol)
    cast.save(home, cast.draft(home, carol))
    worker.work()
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        sent = Prescription.objects.get(patient=carol)
        changing.save_change(
            by=by, draft=changing.begin_change(by=by, prescription=sent), message="Otherwise"
        )
        order = Order.objects.create(
            organization_id=home.pk, dispensary_id=sent.dispensary_id, patient=carol, remote_id="o-1",
            order_number=f"R-{name}", completed_at=clock.now(), prescription_remote_ids=[sent.remote_id],
        )  # fmt: skip
        OrderLine.objects.create(
            organization_id=home.pk, order=order, variant_id="v", product_name=f"Zinc {name}", quantity=1
        )
        PrescriptionVersion.objects.create(
            organization_id=home.pk,
            prescription=sent,
            number=99,
            message=f"Before, {name}",
            replaced_at=clock.now(),
        )
    draft = cast.draft(home, carol)
    records_of_a_warning = {
        "left": f"Zinc {name}",
        "right": "Warfarin",
        "text": "May bleed",
        "reason": f"{name} knows",
    }
    with tenancy.organization(home.pk):
        for one in (sent, draft):
            Acknowledgement.objects.create(
                organization_id=home.pk, prescription=one, digest="d", finding_key="k", product_name="p",
                severity="severe", acknowledged_at=clock.now(), **records_of_a_warning,
            )  # fmt: skip
    _mark(home, carol)


def _asked_about(home: cast.House, mia: Patient, *, linked: Patient) -> None:
    """Who is Mia there? One of those who may be her is linked to Carol."""
    with tenancy.organization(home.pk):
        theirs = PatientLink.objects.get(patient=linked)
        link = PatientLink.objects.create(
            organization_id=home.pk, dispensary_id=theirs.dispensary_id, patient=mia, state="question",
            reason="first_name_differs", created_at=clock.now(),
        )  # fmt: skip
        for remote_id in (theirs.remote_id, "somebody-else"):
            LinkCandidate.objects.create(
                organization_id=home.pk, link=link, remote_id=remote_id, first_name="Miamark",
                last_name="There", email="miamark.there@example.com", seen_at=clock.now(),
            )  # fmt: skip


def _waiting(home: cast.House, omar: Patient) -> None:
    """Omar's prescription was refused."""
    cast.link(home, omar)
    cast.save(home, cast.draft(home, omar))
    with tenancy.organization(home.pk):
        Prescription.objects.filter(patient=omar).update(state="not_sent", reason="The address is wrong")
    _mark(home, omar)


def _noticed(home: cast.House) -> None:
    with tenancy.organization(home.pk):
        refused = Prescription.objects.get(state="not_sent")
    hearing.prescription_not_sent(home.pk, refused.pk)


def _ids(home: cast.House, merge: PatientMerge, people: Mapping[str, Patient]) -> Ids:
    """Return what each kind of address is asked with, by its arguments."""

    def every(model: type[Model]) -> list[tuple[Any]]:
        return list(model._default_manager.values_list("pk"))

    everybody = [(one.pk,) for one in people.values()]
    carol, omar, merged = (people[name].pk for name in ("Carolmark", "Omarmark", "Mergedmark"))
    of_the_clinic = ("location_id", "invitation_id", "session_id", "delegation_id", "token")
    with tenancy.organization(home.pk):
        return {
            (): [()],
            ("patient_id",): everybody,
            ("patient_id", "other_id"): [(carol, omar), (carol, merged), (merged, carol)],
            ("patient_id", "merge_id"): [(merge.kept_id, merge.pk)],
            ("patient_id", "kind"): [(*one, "allergy") for one in everybody],
            ("patient_id", "kind", "entry_id"): [
                (one.patient_id, "allergy", one.pk) for one in Allergy.objects.all()
            ],
            ("patient_id", "product_id"): [(*one, home.zinc["id"]) for one in everybody],
            ("prescription_id",): every(Prescription),
            ("item_id",): every(PrescriptionItem),
            ("change_id",): every(PrescriptionChange),
            ("link_id",): every(PatientLink),
            ("candidate_id",): every(LinkCandidate),
            ("notice_id",): every(Notice),
            ("membership_id",): [(home.members["Bob"].pk,)],
            # What is the clinic's, a person's sign-in's, or was sent to a stranger.
            **{(name,): [(uuid4(),)] for name in of_the_clinic},
            ("user_id", "token"): [(uuid4(), "x")],
        }


def _requests(clinic: Clinic) -> Iterator[tuple[str, str, str]]:
    """Every request there is to make: the route's name, the method, the address."""
    for path, name, view in server_facts.views():
        for values in clinic.ids[tuple(ARGUMENT.findall(path))]:
            address = ARGUMENT.sub("{}", path).format(*values)
            for method in server_facts.methods_of(view):
                if method != "HEAD" and name not in LEAVE_ALONE:
                    yield name, "GET" if method == "any" else method, address


def _words(answer: Any) -> str:
    """Return everything an answer says, in its body and in what it has the page do."""
    return str(answer.getvalue(), errors="replace") + json.dumps(dict(answer.headers))


def _ask(
    clinic: Clinic, browser: Client, name: str, method: str, address: str, headers: dict[str, str]
) -> Seen:
    """Make one request, see whose word stands in the answer and who stands in its events, and undo it."""
    data = (ASKED if method == "GET" else SENT).get(name, {})
    with transaction.atomic():
        with tenancy.organization(clinic.home.pk):
            before = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
        answer = getattr(browser, method.lower())(address, data, headers=headers)
        words = _words(answer)
        with tenancy.organization(clinic.home.pk):
            events = AuditEvent.objects.filter(id__gt=before).values_list("patient_ids", flat=True)
            named = {one for ids in events for one in ids}
        transaction.set_rollback(True)
    return Seen({one for one in clinic.people if one in words}, named, answer.status_code)


@pytest.mark.parametrize("headers", [AS_A_PAGE, AS_HTMX], ids=["page", "htmx"])
def test_whoever_is_shown_stands_in_the_trail(clinic, headers):
    browser = factories.signed_in(clinic.home.members["Alice"])
    untold, showing, failed = set(), set(), set()
    for name, method, address in _requests(clinic):
        seen = _ask(clinic, browser, name, method, address, headers)
        if seen.shown:
            showing.add(f"{method} {name}")
        untold |= {f"{method} {name}: {one}" for one in seen.shown if clinic.people[one].pk not in seen.named}
        if seen.status >= 500:
            failed.add(f"{method} {name}")
    assert not untold, "record the reading, see access.py of the module:\n" + "\n".join(sorted(untold))
    assert not failed, sorted(failed)
    assert len(showing) >= FEWEST_SHOWING["htmx" if headers else "page"], sorted(showing)
