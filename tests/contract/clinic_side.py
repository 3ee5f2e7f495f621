"""The clinic's fake of the dispensary, for the conversations."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.test import Client, override_settings

from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.exchange import webhooks as receiving
from betony.kit import clock
from contracts import webhooks
from contracts.world import Answer, Application, Person, Product, World

REDIRECT = "https://clinic.example/callback"


class FakeWorld:
    """A world of the dispensary in memory."""

    def __init__(self) -> None:
        fake.fresh_servers()
        self.server = fake.server()
        self.application = Application(
            self.server.tokens.client_id, self.server.tokens.client_secret, REDIRECT
        )
        self.clinic = self.server.add_clinic("Cedar Dispensary")
        self.clinic_id, self.clinic_name = self.clinic.id, self.clinic.name
        self.owner = _person(self.clinic.add_practitioner("Ada", "Owner", "ada@cedar.example"))
        self.colleague = _person(self.clinic.add_practitioner("Bea", "Colleague", "bea@cedar.example"))
        self.staff = _person(self.clinic.add_staff("Cy", "Staff", "cy@cedar.example"))
        self.zinc = _product(
            self.server.add_product("Zinc Picolinate 30 mg", brand="Fernway Labs", ingredients=["Zinc"])
        )
        self.magnesium = _product(
            self.server.add_product("Magnesium Glycinate", brand="Alder & Ash", ingredients=["Magnesium"])
        )
        self.category_id = fake.new_id()
        self.clinic.categories.append(
            {"id": self.category_id, "name": "Immune", "product_ids": [self.zinc.id]}
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self.server.call(method, path, params=params, body=body, headers=headers)
        return Answer(answer.status, json.loads(answer.body))

    def authorize(self, person: Person, *, challenge: str = "") -> str:
        rows = (*self.clinic.practitioners, *self.clinic.staff)
        row = next(one for one in rows if one["id"] == person.id)
        return self.server.authorize(self.clinic, row, redirect_uri=REDIRECT, challenge=challenge)

    def add_patient(self, first_name: str, last_name: str, email: str, *, date_of_birth: str = "") -> str:
        row = self.clinic.add_patient(first_name, last_name, email, date_of_birth=date_of_birth or None)
        return str(row["id"])

    def add_dependent(
        self, guardian_id: str, first_name: str, last_name: str, *, date_of_birth: str = ""
    ) -> str:
        row = self.clinic.add_dependent(
            guardian_id, first_name, last_name, date_of_birth=date_of_birth or None
        )
        return str(row["id"])

    def archive_patient(self, patient_id: str) -> None:
        next(one for one in self.clinic.patients if one["id"] == patient_id)["archived"] = True

    def patient_elsewhere(self) -> str:
        other = self.server.add_clinic("Larkspur Dispensary")
        return str(other.add_patient("Ines", "Other", "ines@example.com")["id"])

    def cancel_plan(self, plan_id: str) -> None:
        self.clinic.cancel_plan(self._plan(plan_id))

    def write_plan(self, patient_id: str) -> str:
        patient = next(one for one in self.clinic.patients if one["id"] == patient_id)
        row = self.clinic.write_plan(patient, self.clinic.practitioners[0], [self.zinc.variant_id])
        return str(row["id"])

    def place_order(self, plan_id: str) -> str:
        return str(self.clinic.place_order(self._plan(plan_id))["id"])

    def mails_to(self, email: str) -> int:
        return sum(to == email for to, _kind in self.clinic.mails)

    def later(self, seconds: float) -> AbstractContextManager[object]:
        return time_machine.travel(clock.now() + timedelta(seconds=seconds))

    def _plan(self, plan_id: str) -> dict[str, Any]:
        return next(one for one in self.clinic.plans if one["id"] == plan_id)


def _person(row: dict[str, Any]) -> Person:
    return Person(row["id"], row["first_name"], row["last_name"], row["email"])


def _product(row: dict[str, Any]) -> Product:
    brand = row["brand"]
    return Product(row["id"], row["variants"][0]["id"], row["name"], brand["id"], brand["name"])


@contextmanager
def world() -> Iterator[World]:
    """A fresh world."""
    yield FakeWorld()
    fake.fresh_servers()


def webhooks_are_as_agreed() -> None:
    """Take the example with either secret, and answer it as the dispensary expects."""
    ours = settings.BETONY_FULLSCRIPT["us"]
    for secret in webhooks.SECRETS:
        known = {"us": {**ours, "webhook_secret": secret, "challenge_token": webhooks.CHALLENGE}}
        with override_settings(BETONY_FULLSCRIPT=known), time_machine.travel(webhooks.AT):
            receiving.verify(environment="us", header=webhooks.HEADER, body=webhooks.BODY)
            answer = Client().post(
                "/fullscript/webhooks/us/", webhooks.BODY, content_type="application/json",
                headers={"Fullscript-Signature": webhooks.HEADER},
            )  # fmt: skip
        assert (answer.status_code, answer.content) == (200, webhooks.ANSWER)
