"""The cast: Alice who owns the clinic and prescribes, Nina beside her, Amir who helps, Bob at the desk, Carol.

Everything here opens its own short transactions, so it serves tests with and without one around them.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from betony.clinic.accounts.models import Membership, Organization
from betony.clinic.patients.models import Patient
from betony.clinic.patients.tests import factories
from betony.clinic.practice.models import Delegation, Modality, Practitioner
from betony.clinic.prescriptions import provider, queries
from betony.clinic.prescriptions.actions import connecting, linking, tokens, writing
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.models import Connection, PatientLink, Prescription
from betony.clinic.prescriptions.rules import email_key
from betony.kit import clock, secrets_box, tenancy
from betony.kit.actor import Actor

BROWSER = "a secret of this browser"


@dataclass
class House:
    """A clinic, the people in it, and the dispensary server it talks to."""

    organization: Organization
    server: fake.FakeServer
    there: fake.Clinic
    members: dict[str, Membership] = field(default_factory=dict)
    zinc: dict[str, Any] = field(default_factory=dict)
    shelf: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def pk(self) -> UUID:
        return self.organization.pk

    def actor(self, name: str) -> Actor:
        return factories.actor(self.members[name])

    def add(self, name: str, role: str) -> Membership:
        """Somebody who works here; owners and practitioners practise."""
        member = factories.member(self.organization, role=role, first=name, last="Archer")
        self.members[name] = member
        if role in ("owner", "practitioner"):
            with tenancy.organization(self.pk):
                Practitioner.objects.create(
                    organization=self.organization, membership=member, credential="ND",
                    modality=Modality.NATUROPATHIC,
                )  # fmt: skip
        return member

    def delegate(self, *, practitioner: str, to: str) -> Delegation:
        """Let a colleague write for a practitioner."""
        with tenancy.organization(self.pk):
            who = Practitioner.objects.get(membership=self.members[practitioner])
            return Delegation.objects.create(
                organization=self.organization, practitioner=who, membership=self.members[to],
                started_at=clock.now(),
            )  # fmt: skip

    def practises_there(self, name: str) -> dict[str, Any]:
        """Make the member a practitioner at the dispensary, with the same email."""
        user = self.members[name].user
        return self.there.add_practitioner(user.first_name, user.last_name, user.email)

    def patient(self, **fields: Any) -> Patient:
        """A chart: Carol Castle, born 3 April 1980, unless told otherwise."""
        values = {"email": "carol@example.com", **fields}
        values["email_key"] = email_key(values["email"])
        with tenancy.organization(self.pk):
            return factories.patient(self.organization, **values)


def house(*, name: str = "Meadowlark", country: str = "US", server: fake.FakeServer | None = None) -> House:
    """A clinic with its usual people, and its own dispensary with Alice, Nina and a product."""
    organization = factories.organization(name=name, slug=name.lower(), country=country)
    found = server or fake.server("ca" if country == "CA" else "us")
    made = House(organization, found, found.add_clinic(f"{name} Dispensary"))
    for person, role in (
        ("Alice", "owner"), ("Nina", "practitioner"), ("Amir", "clinical_staff"), ("Bob", "front_desk"),
        ("Theo", "biller"), ("Olga", "auditor"),
    ):  # fmt: skip
        made.add(person, role)
    made.practises_there("Alice")
    made.practises_there("Nina")
    made.zinc = found.add_product()
    return made


def consent(
    home: House, name: str, *, at: fake.Clinic | None = None, person: Any = None, return_to: str = ""
) -> tuple[str, str]:
    """Go to the consent page and authorize; return the state and the code the browser comes back with."""
    by, clinic = home.actor(name), at or home.there
    user = home.members[name].user
    known = [one for one in (*clinic.practitioners, *clinic.staff) if one["email"] == user.email]
    with tenancy.organization(home.pk):
        trip = connecting.begin_trip(
            by=by, environment=queries.environment_of(home.members[name]), browser_key=BROWSER,
            return_to=return_to,
        )  # fmt: skip
    chosen = person or (known[0] if known else clinic.add_staff("Ada", name, f"{name}@there.example"))
    code = home.server.authorize(clinic, chosen, redirect_uri=tokens.redirect_uri(), challenge=trip.challenge)
    return trip.state, code


def connect(
    home: House, name: str = "Alice", *, at: fake.Clinic | None = None, person: Any = None
) -> Connection:
    """Connect a user as the pages do, jobs left to be run."""
    by = home.actor(name)
    state, code = consent(home, name, at=at, person=person)
    with tenancy.organization(home.pk):
        trip = connecting.end_trip(by=by, state=state, browser_key=BROWSER)
    verifier = secrets_box.open_sealed(trip.verifier_sealed)
    got = provider.api(trip.environment).exchange_code(
        code=code, redirect_uri=tokens.redirect_uri(), verifier=verifier
    )
    api = provider.api(trip.environment, got.access_token)
    clinic, people = api.clinic(), api.practitioners()
    with tenancy.organization(home.pk):
        return connecting.connect(
            by=by, environment=trip.environment, tokens=got, clinic=clinic, people=people
        )


def write_as(home: House, name: str, email_of: str | None = None) -> None:
    """Choose whom the user prescribes as: themselves, or the colleague named."""
    by = home.actor(name)
    email = home.members[email_of or name].user.email
    with tenancy.organization(home.pk):
        connection = queries.connection_of(by)
        assert connection is not None
        chosen = next(one for one in queries.practitioners_for(by, connection) if one.email == email)
        connecting.choose_practitioner(by=by, practitioner=chosen)


def write_plan(home: House) -> dict[str, Any]:
    """Have the dispensary's first practitioner write one zinc for its first patient, past the clinic."""
    zinc = home.zinc["variants"][0]["id"]
    return home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [zinc])


def link(home: House, patient: Patient, **there: Any) -> dict[str, Any]:
    """Make the patient known at the dispensary and linked; return the row there."""
    row = home.there.add_patient(patient.first_name, patient.last_name, patient.email, **there)
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(by)
        assert dispensary is not None
        linking.keep_link(
            by=by, patient=patient, dispensary=dispensary, remote_id=row["id"],
            remote_name=f"{patient.first_name} {patient.last_name}", how="matched",
        )  # fmt: skip
    return row


def product(home: House, row: dict[str, Any] | None = None, **values: Any) -> writing.Product:
    """Return a product of the catalogue as the writer passes it on."""
    chosen = row or home.zinc
    variant = chosen["variants"][0]
    return writing.Product(**{
        "product_id": chosen["id"], "variant_id": variant["id"], "product_name": chosen["name"],
        "brand_name": chosen["brand"]["name"], "size": "60 capsules", "price": Decimal("12.80"),
        "currency": "USD", "status": "available", **values,
    })  # fmt: skip


DIRECTIONS = writing.Directions(
    amount="1-2", frequency="once per day", duration="60", format="capsule", time_of_day=("morning",),
    take_with="food", additional_info="with breakfast", quantity=2, refill=True,
)  # fmt: skip


def draft(
    home: House, patient: Patient, name: str = "Alice", row: dict[str, Any] | None = None
) -> Prescription:
    """Begin a prescription with one product."""
    with tenancy.organization(home.pk):
        item = writing.add_product(
            by=home.actor(name), patient=patient, product=product(home, row), directions=DIRECTIONS
        )
        return item.prescription


def save(home: House, prescription: Prescription, name: str = "Alice", message: str = "") -> Prescription:
    """Press **Save Prescription**."""
    with tenancy.organization(home.pk):
        return writing.save_prescription(by=home.actor(name), prescription=prescription, message=message)


def now(home: House, record: Any) -> Any:
    """Return the record as it stands now."""
    with tenancy.organization(home.pk):
        return type(record).objects.get(pk=record.pk)


def link_of(home: House, patient: Patient) -> PatientLink | None:
    """Return the patient's link as it stands now."""
    with tenancy.organization(home.pk):
        return PatientLink.objects.current().filter(patient=patient).first()


def inside(home: House, function: Callable[..., Any], **arguments: Any) -> Any:
    """Call an action or query in the clinic's transaction."""
    with tenancy.organization(home.pk):
        return function(**arguments)


BORN = datetime.date(1980, 4, 3)
