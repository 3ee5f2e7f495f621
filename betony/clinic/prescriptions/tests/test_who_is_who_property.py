"""Random families, changes, answers and races: nobody is linked silently whom the story does not allow.

The story's sentence stands here a second time, as a tiny model of its own; the real actions and jobs run on a
real database, with the dispensary in memory.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions import failures, jobs, queries
from betony.clinic.prescriptions.actions import answering, linking, unlinking
from betony.clinic.prescriptions.dispensary import fake
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

# A mother and her daughter on one email, a namesake of the mother with an email of her own, and a neighbour.
PEOPLE = st.sampled_from([
    ("Ann", "Moss", "family@example.com", "1980-04-03"),
    ("Bea", "Moss", "family@example.com", "2015-01-23"),
    ("ANN", "Moss", "Ann@Example.com", "1980-04-03"),
    ("Cleo", "Fern", "cleo@example.com", "1971-12-01"),
])  # fmt: skip
FIRST = st.sampled_from(["Ann", "Bea", "Cleo"])
EMAIL = st.sampled_from(["family@example.com", "ann@example.com", "cleo@example.com"])
WHO = st.integers(0, 3)
CHANGE_THERE = st.one_of(
    st.tuples(st.just("email"), EMAIL),
    st.tuples(st.just("first_name"), FIRST),
    st.tuples(st.just("archived"), st.booleans()),
    st.tuples(st.just("date_of_birth"), st.sampled_from([None, "1980-04-03"])),
)
CHANGE_HERE = st.one_of(
    st.tuples(st.just("email"), EMAIL),
    st.tuples(st.just("first_name"), FIRST),
    st.tuples(st.just("status"), st.sampled_from(["fine", "inactive", "deceased", "refuses"])),
)
CHARTS = st.tuples(st.just("chart"), PEOPLE)
THERE = st.tuples(
    st.just("there"), PEOPLE, st.sampled_from(["", "", "", "archived", "dependent", "no birthday"])
)
STEPS = st.one_of(
    CHARTS,
    THERE,
    st.tuples(st.just("change_here"), WHO, CHANGE_HERE),
    st.tuples(st.just("change_there"), WHO, CHANGE_THERE),
    st.tuples(st.just("race"), WHO, CHANGE_HERE),
    st.tuples(st.just("writer"), WHO),
    st.tuples(st.just("everybody"), WHO),
    st.tuples(st.just("answer"), WHO, WHO, st.sampled_from(["same", "different"])),
    st.tuples(st.just("unlink"), WHO),
    st.tuples(st.just("own_email"), WHO),
)
# People come first, in any order; then things happen to them.
STORIES = st.tuples(
    st.lists(st.one_of(CHARTS, THERE), min_size=3, max_size=6), st.lists(STEPS, min_size=2, max_size=9)
).map(lambda both: both[0] + both[1])


@dataclass
class Reference:
    """What people said, which is all the model has to remember: pairs of chart and person there."""

    different: set[tuple[UUID, str]] = field(default_factory=set)
    confirmed: set[tuple[UUID, str]] = field(default_factory=set)
    judged: set[UUID] = field(default_factory=set)


def key(email: str | None) -> str:
    return (email or "").strip().lower()


def may_be_linked_silently(chart: Patient, there: dict[str, Any], charts: list[Patient], everybody: list[Any],
                           email: str) -> bool:  # fmt: skip
    """Story 4.2, written down again: every condition of its one sentence."""
    same = [one for one in everybody if key(one["email"]) == key(email) and not one["archived"]]
    others = [one for one in charts if one.pk != chart.pk and one.is_active and key(one.email) == key(email)]
    born_there = date.fromisoformat(there["date_of_birth"]) if there["date_of_birth"] else None
    return (
        key(there["email"]) == key(email)
        and [one["id"] for one in same] == [there["id"]]
        and not others
        and not there["is_dependent"]
        and chart.first_name.lower() == there["first_name"].lower()
        and (
            chart.last_name == there["last_name"] if born_there is None else chart.date_of_birth == born_there
        )
    )


class Story:
    """One run of the steps, judged after each."""

    def __init__(self) -> None:
        fake.fresh_servers()
        self.home = cast.house()
        cast.connect(self.home)
        self.by = self.home.actor("Alice")
        self.model = Reference()
        self.charts: list[UUID] = []
        worker.work()
        with tenancy.organization(self.home.pk):
            self.dispensary = queries.current_dispensary(self.by)

    def do(self, step: tuple[Any, ...]) -> None:
        name, *values = step
        try:
            with transaction.atomic():
                getattr(self, name)(*values)
        except failures.CannotDo:
            event(f"refused: {name}")
        worker.work()
        self.judge()

    def chart(self, person: tuple[str, ...]) -> None:
        first, last, email, born = person
        if len(self.charts) < 4:
            made = self.home.patient(first_name=first, last_name=last, email=email, date_of_birth=born)
            self.charts.append(made.pk)
            self._saved(made.pk)

    def there(self, person: tuple[str, ...], kind: str) -> None:
        first, last, email, born = person
        values: dict[str, Any] = {
            "date_of_birth": None if kind == "no birthday" else born, "archived": kind == "archived",
        }  # fmt: skip
        if kind == "dependent":
            values |= {"is_dependent": True, "guardian_patient_id": fake.new_id()}
        self.home.there.add_patient(first, last, email, **values)

    def change_here(self, who: int, change: tuple[str, str]) -> None:
        if chart_id := self._chosen(who):
            self._change(chart_id, *change)
            self._saved(chart_id)

    def change_there(self, who: int, change: tuple[str, Any]) -> None:
        if self.home.there.patients:
            self.home.there.patients[who % len(self.home.there.patients)].update([change])

    def race(self, who: int, change: tuple[str, str]) -> None:
        """Something changes here after the dispensary was asked, and before its answer is worked on."""
        if chart_id := self._chosen(who):
            self.home.server.meanwhile(
                lambda: self._change(chart_id, *change), on="GET /api/clinic/search/patients"
            )
            self._saved(chart_id)

    def writer(self, who: int) -> None:
        if chart_id := self._chosen(who):
            with tenancy.organization(self.home.pk):
                patient = Patient.objects.get(pk=chart_id)
                linking.ask_for_link(by=self.by, patient=patient, dispensary=self.dispensary)

    def everybody(self, _who: int) -> None:
        jobs.match_all.queue(organization_id=self.home.pk, dispensary_id=self.dispensary.pk, is_first=False)

    def answer(self, who: int, which: int, what: str) -> None:
        link = self._link(who)
        with tenancy.organization(self.home.pk):
            people = list(link.candidates.order_by("pk")) if link else []
            if not people:
                return
            one = people[which % len(people)]
            answering.answer(by=self.by, candidate=one, answer=what, seen=one.answer)
            self._said(link, one.remote_id, what)

    def unlink(self, who: int) -> None:
        link = self._link(who)
        if link is not None and link.state == "linked":
            with tenancy.organization(self.home.pk):
                unlinking.unlink(by=self.by, link=link)
            self._said(link, link.remote_id, "different")

    def own_email(self, who: int) -> None:
        link = self._link(who)
        if link is not None:
            with tenancy.organization(self.home.pk):
                answering.give_email(
                    by=self.by, link=link, email=f"own{who}@example.com", is_writer_open=True
                )

    def _said(self, link: PatientLink, remote_id: str, what: str) -> None:
        pair = (link.patient_id, remote_id)
        (self.model.confirmed if what == "same" else self.model.different).add(pair)
        (self.model.different if what == "same" else self.model.confirmed).discard(pair)

    def _chosen(self, who: int) -> UUID | None:
        return self.charts[who % len(self.charts)] if self.charts else None

    def _link(self, who: int) -> PatientLink | None:
        chart_id = self._chosen(who)
        with tenancy.organization(self.home.pk):
            return PatientLink.objects.current().filter(patient_id=chart_id).first()

    def _change(self, chart_id: UUID, name: str, value: str) -> None:
        values: dict[str, Any] = {name: value}
        if name == "email":
            values["email_key"] = value.lower()
        if name == "status":
            values = {
                "is_active": value != "inactive",
                "deceased_date": "2020-01-01" if value == "deceased" else None,
                "shares_with_dispensary": Consent.REFUSED if value == "refuses" else Consent.NOT_ASKED,
            }
        with tenancy.organization(self.home.pk):
            Patient.objects.filter(pk=chart_id).update(**values)

    def _saved(self, chart_id: UUID) -> None:
        jobs.match_patient.queue(organization_id=self.home.pk, patient_id=chart_id)

    def judge(self) -> None:
        """Whoever is linked since the last step may be; who was answered to be different is not."""
        with tenancy.organization(self.home.pk):
            links = list(PatientLink.objects.current().filter(state="linked").select_related("patient"))
            charts = list(Patient.objects.all())
        ids = [one.remote_id for one in links]
        assert len(ids) == len(set(ids)), "two charts are linked to one person"
        rows = {row["id"]: row for row in self.home.there.patients}
        for link in links:
            pair = (link.patient_id, str(link.remote_id))
            assert pair not in self.model.different, "linked although somebody said they are different"
            if link.pk in self.model.judged:
                continue
            self.model.judged.add(link.pk)
            event(f"linked: {link.how}")
            self._judge_new(link, pair, rows[str(link.remote_id)], charts)

    def _judge_new(self, link: PatientLink, pair: Any, there: dict[str, Any], charts: list[Patient]) -> None:
        if link.how == "confirmed":
            assert pair in self.model.confirmed, "nobody said that they are the same"
            return
        chart = link.patient
        assert chart.is_active
        assert not chart.is_deceased
        assert not chart.refuses_dispensary
        if link.how == "created":
            assert there["metadata"]["id"] == str(chart.pk)
            return
        email = link.email_for_fullscript or chart.email
        rows = self.home.there.patients
        assert may_be_linked_silently(chart, there, charts, rows, email), "linked without asking"


def check(steps: Any) -> None:
    with transaction.atomic():
        story = Story()
        for step in steps:
            story.do(step)
        transaction.set_rollback(True)


WHATEVER_THE_SIZE = settings(
    deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.django_db
@settings(WHATEVER_THE_SIZE, max_examples=12)
@given(steps=STORIES)
def test_nobody_is_linked_silently_whatever_happens(steps):
    check(steps)


@pytest.mark.prove
@pytest.mark.django_db
@settings(WHATEVER_THE_SIZE, max_examples=200)
@given(steps=STORIES)
def test_nobody_is_linked_silently_in_many_stories(steps):
    check(steps)
