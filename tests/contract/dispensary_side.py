"""Betony's own dispensary server, for the conversations: called through its WSGI handler, on a real database."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import time_machine
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import actions as catalog_actions
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog.models import Product as CatalogProduct
from betony.dispensary.orders import factories as orders
from betony.dispensary.patients import actions as patient_actions
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient as PatientRow
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Person as PracticePerson
from betony.dispensary.treatment_plans import actions as plan_actions
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import RecommendationValues
from betony.dispensary.webhooks import rules as sending
from betony.kit import clock, tenancy
from betony.kit.jobs import testing
from contracts import webhooks
from contracts.world import Answer, Application, Person, Product, World


class RealWorld:
    """A world of the dispensary server."""

    def __init__(self) -> None:
        self._cedar: Organization = accounts.organization(name="Cedar Dispensary", slug="cedar")
        app = accounts.application()
        self.application = Application(app.client_id, accounts.CLIENT_SECRET, app.redirect_uris[0])
        self.clinic_id, self.clinic_name = str(self._cedar.pk), self._cedar.name
        self._by = patients.alice(self._cedar)
        self._people: dict[str, PracticePerson] = {}
        with tenancy.organization(self._cedar.pk):
            self.owner = self._person(practices.practitioner(self._cedar, is_owner=True))
            self.colleague = self._person(practices.practitioner(self._cedar))
            self.staff = self._person(practices.staff(self._cedar))
            zinc = catalog.product(name="Zinc Picolinate 30 mg")
            self.zinc = _product(zinc)
            self.magnesium = _product(
                catalog.product(
                    name="Magnesium Glycinate",
                    of_brand=catalog.brand(name="Alder & Ash"),
                    ingredients=["Magnesium"],
                )
            )
            category = catalog_actions.add_category(by=self._by, name="Immune")
            catalog_actions.add_to_category(by=self._by, category=category, product=zinc)
            self.category_id = str(category.pk)

    def _person(self, found: PracticePerson) -> Person:
        self._people[str(found.pk)] = found
        return Person(str(found.pk), found.first_name, found.last_name, found.email)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        address = f"{path}?{urlencode(params)}" if params else path
        data = "" if body is None else json.dumps(body)
        answer = Client().generic(
            method, address, data=data, content_type="application/json", headers=dict(headers or {})
        )
        return Answer(answer.status_code, json.loads(answer.content))

    def authorize(self, person: Person, *, challenge: str = "") -> str:
        browser = Client()
        browser.force_login(self._people[person.id].user)
        values = {
            "client_id": self.application.client_id, "redirect_uri": self.application.redirect_uri,
            "response_type": "code", "state": "x",
        }  # fmt: skip
        if challenge:
            values |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        answer = browser.post(f"/oauth/authorize?{urlencode(values)}", {"decision": "authorize"})
        return parse_qs(urlsplit(answer["Location"]).query)["code"][0]

    def add_patient(self, first_name: str, last_name: str, email: str, *, date_of_birth: str = "") -> str:
        born = date.fromisoformat(date_of_birth) if date_of_birth else None
        with tenancy.organization(self._cedar.pk):
            made = patients.patient(
                self._cedar, first_name=first_name, last_name=last_name, email=email, date_of_birth=born
            )
        return str(made.pk)

    def add_dependent(
        self, guardian_id: str, first_name: str, last_name: str, *, date_of_birth: str = ""
    ) -> str:
        born = date.fromisoformat(date_of_birth) if date_of_birth else None
        with tenancy.organization(self._cedar.pk):
            guardian = PatientRow.objects.get(pk=guardian_id)
            made = patients.dependent(
                guardian, first_name=first_name, last_name=last_name, date_of_birth=born
            )
        return str(made.pk)

    def archive_patient(self, patient_id: str) -> None:
        with tenancy.organization(self._cedar.pk):
            patient_actions.archive_patient(by=self._by, patient_id=UUID(patient_id))

    def patient_elsewhere(self) -> str:
        other = accounts.organization()
        with tenancy.organization(other.pk):
            return str(patients.patient(other).pk)

    def cancel_plan(self, plan_id: str) -> None:
        with tenancy.organization(self._cedar.pk):
            plan_actions.cancel_plan(by=self._by, plan_id=UUID(plan_id))

    def write_plan(self, patient_id: str) -> str:
        values = RecommendationValues(variant_id=UUID(self.zinc.variant_id))
        with tenancy.organization(self._cedar.pk):
            plan = plan_actions.create_plan(
                by=self._by, patient=PatientRow.objects.get(pk=patient_id),
                practitioner_id=UUID(self.owner.id), recommendations=[values],
            )  # fmt: skip
            return str(plan_actions.activate_plan(by=self._by, plan_id=plan.pk).pk)

    def place_order(self, plan_id: str) -> str:
        with tenancy.organization(self._cedar.pk):
            return str(orders.order(TreatmentPlan.objects.get(pk=plan_id)).pk)

    def mails_to(self, email: str) -> int:
        testing.run_queued()
        return sum(email in letter.to for letter in mail.outbox)

    def later(self, seconds: float) -> AbstractContextManager[object]:
        return time_machine.travel(clock.now() + timedelta(seconds=seconds))


def _product(found: CatalogProduct) -> Product:
    variant = found.variants.get()
    return Product(str(found.pk), str(variant.pk), found.name, str(found.brand_id), found.brand.name)


@contextmanager
def world() -> Iterator[World]:
    """A fresh world."""
    yield RealWorld()


def webhooks_are_as_agreed() -> None:
    """Sign the example as it stands, and take the clinic's answer for an acknowledgement."""
    assert sending.signature(webhooks.BODY, secrets=webhooks.SECRETS, at=webhooks.AT) == webhooks.HEADER
    problem = sending.problem_of_answer(status=200, content=webhooks.ANSWER, challenge=webhooks.CHALLENGE)
    assert problem == ""
