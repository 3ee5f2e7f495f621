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
    "another email there": ({}, {"email": "zoe@example.org"}, "nobody", ""),
    "no email here": ({"email": " "}, {"email": " "}, "never", "no_email"),
    "inactive here": ({"is_active": False}, {}, "never", rules.PATIENT_INACTIVE),
    "deceased": ({"is_deceased": True}, {}, "never", rules.PATIENT_DECEASED),
    "refused sharing": ({"refuses_sharing": True}, {}, "never", rules.PATIENT_REFUSED_SHARING),
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


OLD = replace(THERE, id="there-2", is_archived=True)
MIA = rules.ChartPerson(
    first_name="Mia", preferred_name="", last_name="Raman", email="raman.family@example.com",
    date_of_birth=datetime.date(2015, 1, 23),
)  # fmt: skip
PRIYA_THERE = rules.RemotePerson(
    id="priya", first_name="Priya", last_name="Raman", email="raman.family@example.com",
    date_of_birth=datetime.date(1985, 6, 9),
)  # fmt: skip
# What is known, who is there, what is decided, about whom, and why.
KNOWN_CASES: dict[str, tuple[dict[str, set[str]], list[rules.RemotePerson], str, str, str]] = {
    "answered to be the same": ({"same": {"there-1"}}, [THERE], "link", "there-1", ""),
    "answered to be the same though archived": ({"same": {"there-2"}}, [THERE, OLD], "link", "there-2", ""),
    "answered to be the same, and linked to another chart": (
        {"same": {"there-1"}, "taken": {"there-1"}}, [THERE], "ask", "there-1", "linked_to_another_chart"
    ),
    "answered to be different": (
        {"different": {"there-1"}}, [THERE], "other_email", "", "email_is_anothers"
    ),
    "the only one with the email is archived and different": (
        {"different": {"there-2"}}, [OLD], "nobody", "", ""
    ),
    "one of two is different, and the email still says too little of the other": (
        {"different": {"there-2"}}, [THERE, replace(THERE, id="there-2")], "ask", "", "several_there"
    ),
    "the active one is different, an archived one is left": (
        {"different": {"there-1"}}, [THERE, OLD], "ask", "", "archived_there"
    ),
    "agrees in everything, and is linked to another chart": (
        {"taken": {"there-1"}}, [THERE], "ask", "there-1", "linked_to_another_chart"
    ),
    "somebody else entirely was different": ({"different": {"far"}}, [THERE], "link", "there-1", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", KNOWN_CASES, ids=list(KNOWN_CASES))
def test_what_people_answered_counts(case):
    known, there, kind, remote_id, reason = KNOWN_CASES[case]
    sets = {name: frozenset(ids) for name, ids in known.items()}
    decision = rules.decide_link(CHART, there, other_charts_with_email=0, known=rules.Known(**sets))
    assert (decision.kind, decision.remote_id, decision.reason) == (kind, remote_id, reason)


@pytest.mark.parametrize("never", [{"is_active": False}, {"is_deceased": True}, {"refuses_sharing": True}])
def test_an_answer_links_nobody_who_may_not_be_shared(never):
    known = rules.Known(same=frozenset({"there-1"}))
    person = replace(CHART, **never)
    assert rules.decide_link(person, [THERE], other_charts_with_email=0, known=known).kind == "never"


def test_the_email_for_fullscript_counts_in_place_of_the_charts():
    person = replace(MIA, email_for_fullscript="mia@example.com")
    assert rules.decide_link(person, [PRIYA_THERE], other_charts_with_email=0).kind == "nobody"
    mia_there = replace(PRIYA_THERE, id="mia", first_name="Mia", email="mia@example.com",
                        date_of_birth=MIA.date_of_birth)  # fmt: skip
    decision = rules.decide_link(person, [PRIYA_THERE, mia_there], other_charts_with_email=0)
    assert (decision.kind, decision.remote_id) == ("link", "mia")


def test_what_differs_between_two_people():
    assert rules.differences(CHART, THERE) == frozenset()
    assert rules.differences(MIA, PRIYA_THERE) == {"name", "date_of_birth"}
    assert rules.differences(CHART, replace(THERE, email="zoe@example.org")) == {"email"}
    unknown = replace(THERE, email="", date_of_birth=None)
    assert rules.differences(CHART, unknown) == frozenset()
    assert rules.differences(replace(CHART, first_name="Zofia", preferred_name="Zoe"), THERE) == frozenset()


STANDINGS = [
    ("equal", "a@x.example", "a@x.example", " A@x.example", "agreed"),
    ("theirs is not known", "a@x.example", "b@x.example", "", "agreed"),
    ("ours was changed", "new@x.example", "a@x.example", "a@x.example", "changed_here"),
    ("theirs was changed", "a@x.example", "a@x.example", "new@x.example", "differs_there"),
    (
        "ours was changed, and theirs was kept",
        "new@x.example",
        "new@x.example",
        "a@x.example",
        "differs_there",
    ),
    ("both were changed", "new@x.example", "a@x.example", "other@x.example", "changed_here"),
    ("ours was taken away", "", "a@x.example", "a@x.example", "differs_there"),
    ("nobody knows when they last agreed", "a@x.example", "", "b@x.example", "changed_here"),
]


@pytest.mark.parametrize("case", STANDINGS, ids=[one[0] for one in STANDINGS])
def test_how_the_emails_stand(case):
    _words, ours, settled, theirs, standing = case
    assert rules.email_standing(ours=ours, settled=settled, theirs=theirs) == standing


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
