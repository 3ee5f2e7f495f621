"""Who is linked without asking anybody (story 4.2), as a table of cases and as a property. No database."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betony.clinic.prescriptions import rules

BORN, OTHER_DAY = datetime.date(1992, 2, 29), datetime.date(1992, 3, 1)
CHART = rules.ChartPerson(
    first_name="Zoë", preferred_name="", last_name="Nakamura-O'Brien", email="zoe@example.com",
    date_of_birth=BORN,
)  # fmt: skip
THERE = rules.RemotePerson(
    id="there-1", first_name="Zoe", last_name="Nakamura-O’Brien", email=" ZOE@example.com ",
    date_of_birth=BORN,
)  # fmt: skip


def decided(chart=None, there=None, *, others=0, **changes):
    person = replace(chart or CHART, **changes)
    return rules.decide_link(person, [THERE] if there is None else there, other_charts_with_email=others)


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "the same person, typed with and without accents": ({}, {}, "link", ""),
    "the preferred name agrees": ({"first_name": "Zofia", "preferred_name": "Zoe"}, {}, "link", ""),
    "a decomposed accent is the same accent": ({"first_name": "Zoe\u0308"}, {}, "link", ""),
    "typewriter and printed apostrophes are the same": ({}, {"last_name": "NAKAMURA-O'BRIEN"}, "link", ""),
    "birthdays agree though the last name has changed": ({}, {"last_name": "Nakamura"}, "link", ""),
    "no birthday there, last names agree": ({}, {"date_of_birth": None}, "link", ""),
    "no birthday there, apostrophes of every kind": (
        {}, {"date_of_birth": None, "last_name": "Nakamura-OʼBrien"}, "link", ""
    ),
    "no birthday there, last names differ": (
        {}, {"date_of_birth": None, "last_name": "Nakamura"}, "ask", "last_name_differs"
    ),
    "no birthday here, last names differ": (
        {"date_of_birth": None}, {"last_name": "Nakamura"}, "ask", "last_name_differs"
    ),
    "birthdays differ": ({}, {"date_of_birth": OTHER_DAY}, "ask", "birth_date_differs"),
    "a mother's dispensary account and her daughter's chart": (
        {"first_name": "Mia"}, {}, "ask", "first_name_differs"
    ),
    "no first name there": ({}, {"first_name": " "}, "ask", "first_name_differs"),
    "archived there": ({}, {"is_archived": True}, "ask", "archived_there"),
    "somebody's dependent there": ({}, {"is_dependent": True}, "ask", "dependent_there"),
    "another e-mail there": ({}, {"email": "zoe@example.org"}, "nobody", ""),
    "no e-mail here": ({"email": " "}, {"email": " "}, "never", "no_email"),
    "inactive here": ({"is_active": False}, {}, "never", "inactive"),
    "deceased": ({"is_deceased": True}, {}, "never", "inactive"),
    "refused to be shared": ({"refuses_sharing": True}, {}, "never", "refuses_sharing"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_the_linking_rule(case):
    here, there, kind, reason = CASES[case]
    decision = decided(there=[replace(THERE, **there)], **here)
    assert (decision.kind, decision.reason) == (kind, reason)
    assert decision.remote_id == ("there-1" if kind == "link" else decision.remote_id)


def test_an_email_on_another_active_chart_is_a_question():
    assert decided(others=1).reason == "shared_email"


def test_two_active_people_with_the_email_are_a_question():
    assert decided(there=[THERE, replace(THERE, id="there-2")]).reason == "several_there"


def test_an_archived_double_beside_the_active_one_does_not_matter():
    decision = decided(there=[replace(THERE, id="old", is_archived=True), THERE])
    assert (decision.kind, decision.remote_id) == ("link", "there-1")


def test_nobody_there_is_nobody():
    assert decided(there=[]).kind == "nobody"


NAMES = st.sampled_from(["Zoë", "Zoe", "ZOE ", "Mia", "", "O'Brien", "O’Brien", "Raman"])
EMAILS = st.sampled_from(["zoe@example.com", " Zoe@Example.com", "family@example.com", ""])
DAYS = st.sampled_from([BORN, OTHER_DAY, None])
CHARTS = st.builds(
    rules.ChartPerson, first_name=NAMES, preferred_name=NAMES, last_name=NAMES, email=EMAILS,
    date_of_birth=DAYS, is_active=st.booleans(), is_deceased=st.booleans(), refuses_sharing=st.booleans(),
)  # fmt: skip
REMOTE = st.builds(
    rules.RemotePerson, id=st.uuids().map(str), first_name=NAMES, last_name=NAMES, email=EMAILS,
    date_of_birth=DAYS, is_archived=st.booleans(), is_dependent=st.booleans(),
)  # fmt: skip


def _plain(text):
    return text.strip().casefold().replace("ë", "e").replace("’", "'")


@settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(chart=CHARTS, remote=st.lists(REMOTE, max_size=4), others=st.integers(0, 2))
def test_nobody_is_linked_when_a_condition_of_the_story_fails(chart, remote, others):
    """The story's sentence, written down a second time."""
    decision = rules.decide_link(chart, remote, other_charts_with_email=others)
    if decision.kind != "link":
        return
    same = [one for one in remote if _plain(one.email) == _plain(chart.email) and not one.is_archived]
    (there,) = same
    assert decision.remote_id == there.id
    assert _plain(chart.email)
    assert others == 0
    assert chart.is_active
    assert not chart.is_deceased
    assert not chart.refuses_sharing
    assert not there.is_dependent
    assert _plain(there.first_name) in {_plain(chart.first_name), _plain(chart.preferred_name)} - {""}
    if chart.date_of_birth and there.date_of_birth:
        assert chart.date_of_birth == there.date_of_birth
    else:
        assert _plain(chart.last_name) == _plain(there.last_name)
