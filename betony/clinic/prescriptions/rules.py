"""Who is who, what may become of a prescription, and who stands first: pure functions."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, TypeVar


class PrescriptionState(StrEnum):
    """Where a prescription stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    SENT = "sent"
    NOT_SENT = "not_sent"
    CANCELLED = "cancelled"


class ChangeKind(StrEnum):
    """What somebody asked for on a prescription that was sent."""

    CHANGE = "change"
    CANCEL = "cancel"


class ChangeState(StrEnum):
    """Where a change of a prescription stands."""

    WAITING = "waiting"
    DONE = "done"
    NOT_SENT = "not_sent"


class LinkState(StrEnum):
    """How far a link is. `question` waits for a person to answer who is who, `ready` for the writer."""

    CREATING = "creating"
    LINKED = "linked"
    QUESTION = "question"
    READY = "ready"
    FAILED = "failed"


PRESCRIPTION_MOVES: Mapping[str, frozenset[PrescriptionState]] = {
    PrescriptionState.DRAFT: frozenset({PrescriptionState.WAITING}),
    # Cancelled before it was ever sent; or the answer to sending was lost, and by the next look it was cancelled there.
    PrescriptionState.WAITING: frozenset(
        {PrescriptionState.SENT, PrescriptionState.NOT_SENT, PrescriptionState.CANCELLED}
    ),
    PrescriptionState.NOT_SENT: frozenset(
        {PrescriptionState.WAITING, PrescriptionState.SENT, PrescriptionState.CANCELLED}
    ),
    PrescriptionState.SENT: frozenset({PrescriptionState.CANCELLED}),
    # Cancelled here as never sent, and it arrived all the same: it is cancelled there, too.
    PrescriptionState.CANCELLED: frozenset({PrescriptionState.SENT}),
}

CHANGE_MOVES: Mapping[str, frozenset[ChangeState]] = {
    ChangeState.WAITING: frozenset({ChangeState.DONE, ChangeState.NOT_SENT}),
    ChangeState.NOT_SENT: frozenset({ChangeState.WAITING}),
    ChangeState.DONE: frozenset(),
}

# A link that is linked stays so; a wrong one is ended, and its history kept.
LINK_MOVES: Mapping[str, frozenset[LinkState]] = {
    LinkState.CREATING: frozenset({LinkState.LINKED, LinkState.QUESTION, LinkState.FAILED}),
    # Failed: everybody there with the email was answered to be somebody else, so another email is needed.
    LinkState.QUESTION: frozenset({LinkState.CREATING, LinkState.LINKED, LinkState.READY, LinkState.FAILED}),
    # An email for Fullscript was given; the patient is set up when the writer opens.
    LinkState.READY: frozenset({LinkState.CREATING, LinkState.LINKED, LinkState.QUESTION}),
    LinkState.FAILED: frozenset({LinkState.CREATING, LinkState.LINKED, LinkState.QUESTION, LinkState.READY}),
    LinkState.LINKED: frozenset(),
}

# The words for why something waits, was not done, or is asked. Every one has its sentence in words.py.

# What a prescription, or a change of one, waits for.
WAITS_FOR_CONNECTION = "not_connected"
WAITS_FOR_LINK = "patient_not_linked"
WAITS_FOR_EMAIL = "email_changed_here"
WAITS_FOR_FULLSCRIPT = "fullscript_not_answering"
WAITS = (WAITS_FOR_CONNECTION, WAITS_FOR_LINK, WAITS_FOR_EMAIL, WAITS_FOR_FULLSCRIPT)

# Why nothing about a patient may go to the dispensary.
PATIENT_INACTIVE = "patient_inactive"
PATIENT_DECEASED = "patient_deceased"
PATIENT_REFUSED_SHARING = "patient_refused_sharing"
REFUSALS_TO_SHARE = (PATIENT_INACTIVE, PATIENT_DECEASED, PATIENT_REFUSED_SHARING)
# Why nobody who has no email is looked for, or created.
NO_EMAIL = "no_email"
REFUSALS_TO_KNOW = (*REFUSALS_TO_SHARE, NO_EMAIL)

# Why a prescription that waits, or a change of one, must not be sent after all.
SENDER_LEFT = "sender_left"
SENDER_MAY_NOT_PRESCRIBE = "sender_may_not_prescribe"
PRESCRIBER_REMOVED = "prescriber_removed"
NOT_FOR_THIS_PRESCRIBER = "not_for_this_prescriber"
# It was sent to somebody to whom its patient is no longer linked; a change of it must not go there.
REACHED_ANOTHER = "reached_another"
REFUSALS = (
    SENDER_LEFT,
    SENDER_MAY_NOT_PRESCRIBE,
    PRESCRIBER_REMOVED,
    NOT_FOR_THIS_PRESCRIBER,
    REACHED_ANOTHER,
    *REFUSALS_TO_SHARE,
)

# Why it was not sent, besides what the dispensary says in words of its own.
DISCONNECTED = "disconnected"
CANCELLED_THERE = "cancelled_there"
CHANGED_THERE = "changed_there"
NOT_SENT_BECAUSE = (*REFUSALS, NO_EMAIL, DISCONNECTED, CANCELLED_THERE, CHANGED_THERE)

# Why a prescription was cancelled, where nobody typed a reason.
UNLINKED_MEANWHILE = "unlinked_meanwhile"
CANCELLED_MEANWHILE = "cancelled_meanwhile"
WRITTEN_AGAIN = "written_again"
CANCELLED_BECAUSE = (UNLINKED_MEANWHILE, CANCELLED_MEANWHILE, WRITTEN_AGAIN)

# Why a person says who a patient is at the dispensary, or gives another email.
SHARED_EMAIL = "shared_email"
SEVERAL_THERE = "several_there"
ARCHIVED_THERE = "archived_there"
DEPENDENT_THERE = "dependent_there"
FIRST_NAME_DIFFERS = "first_name_differs"
LAST_NAME_DIFFERS = "last_name_differs"
BIRTH_DATE_DIFFERS = "birth_date_differs"
LINKED_TO_ANOTHER_CHART = "linked_to_another_chart"
NEEDS_EMAIL = "email_is_anothers"
ASKED_BECAUSE = (
    SHARED_EMAIL,
    SEVERAL_THERE,
    ARCHIVED_THERE,
    DEPENDENT_THERE,
    FIRST_NAME_DIFFERS,
    LAST_NAME_DIFFERS,
    BIRTH_DATE_DIFFERS,
    LINKED_TO_ANOTHER_CHART,
    NEEDS_EMAIL,
)

# What a job that is to be tried again says of a dispensary that asks to slow down.
BUSY = "busy"

FREQUENCIES = (
    "once per day",
    "twice per day",
    "three times per day",
    "four times per day",
    "every morning",
    "every night",
)
DURATIONS = ("30", "60", "90", "120", "as needed", "until symptoms resolve", "ongoing")
TIMES_OF_DAY = ("morning", "midday", "evening", "bedtime")
TAKE_WITH = ("food", "water", "empty_stomach")


def may_move(before: str, after: str) -> bool:
    """Tell whether a prescription in one state may come into the other."""
    return after in PRESCRIPTION_MOVES.get(before, frozenset())


def may_change_move(before: str, after: str) -> bool:
    """Tell whether a change of a prescription in one state may come into the other."""
    return after in CHANGE_MOVES.get(before, frozenset())


def may_link_move(before: str, after: str) -> bool:
    """Tell whether a link in one state may come into the other."""
    return after in LINK_MOVES.get(before, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPerson:
    """A patient as the clinic's chart knows them."""

    first_name: str
    preferred_name: str
    last_name: str
    email: str
    date_of_birth: date | None
    is_active: bool = True
    is_deceased: bool = False
    refuses_sharing: bool = False
    email_for_fullscript: str = ""

    @property
    def email_there(self) -> str:
        """The email the person goes by at the dispensary."""
        return self.email_for_fullscript or self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePerson:
    """A patient as the dispensary knows them."""

    id: str
    first_name: str
    last_name: str
    email: str
    date_of_birth: date | None
    is_archived: bool = False
    is_dependent: bool = False
    metadata_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What people answered about the chart's person, and who there is linked to other charts; by their ids."""

    same: frozenset[str] = frozenset()
    different: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a chart's person.

    `link` to a remote patient, `nobody` there, `ask` a person; `other_email` when everybody there with the
    email was answered to be somebody else; `never` when it is not allowed.
    """

    kind: Literal["link", "nobody", "ask", "other_email", "never"]
    remote_id: str = ""
    reason: str = ""


def email_key(email: str) -> str:
    """Return the email as it is compared: trimmed and case-folded."""
    return email.strip().casefold()


_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ′`´"), "'")


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, accents, surrounding space and kinds of apostrophe."""
    # Before the accents: one of the apostrophes would fall apart into a space and an accent.
    plain = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES).casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def refusal_to_share(person: ChartPerson) -> str:
    """Return why nothing about the person may go to the dispensary, as one of REFUSALS_TO_SHARE; else nothing."""
    if person.is_deceased:
        return PATIENT_DECEASED
    if not person.is_active:
        return PATIENT_INACTIVE
    return PATIENT_REFUSED_SHARING if person.refuses_sharing else ""


def refusal_to_know(person: ChartPerson) -> str:
    """Return why the dispensary may not come to know the person: one of REFUSALS_TO_SHARE, NO_EMAIL, or nothing."""
    return refusal_to_share(person) or ("" if email_key(person.email_there) else NO_EMAIL)


NOTHING_KNOWN = Known()


def decide_link(
    person: ChartPerson,
    remote: Iterable[RemotePerson],
    *,
    other_charts_with_email: int,
    known: Known = NOTHING_KNOWN,
) -> Decision:
    """Decide whether the chart's person is one of the dispensary's, without asking anybody.

    Story 4.2: linked only when the email is equal, exactly one active dispensary patient has it, no other
    active chart bears it, first or preferred names agree, and dates of birth agree or, where one is missing,
    last names do; or when somebody answered that they are the same. Never with whom somebody answered to be
    different, or whom another chart is linked to. `other_charts_with_email` counts the clinic's other active
    charts with the email.
    """
    if refusal := refusal_to_know(person):
        return Decision("never", reason=refusal)
    key = email_key(person.email_there)
    people = list(remote)
    confirmed = [one.id for one in people if one.id in known.same - known.different - known.taken]
    if len(confirmed) == 1:
        return Decision("link", confirmed[0])
    same = [one for one in people if email_key(one.email) == key]
    if not same:
        return Decision("nobody")
    active = [one for one in same if not one.is_archived]
    if all(one.id in known.different for one in same):
        # The email of somebody archived is free again.
        return Decision("other_email", reason=NEEDS_EMAIL) if active else Decision("nobody")
    # Whoever was ruled out still bears the email, so it still says too little about the others.
    if len(active) != 1 or active[0].id in known.different:
        return Decision("ask", reason=SEVERAL_THERE if len(active) > 1 else ARCHIVED_THERE)
    return _decide_about(person, active[0], other_charts_with_email, known)


def _decide_about(
    person: ChartPerson, there: RemotePerson, other_charts_with_email: int, known: Known
) -> Decision:
    if there.id in known.taken:
        return Decision("ask", there.id, LINKED_TO_ANOTHER_CHART)
    if there.is_dependent:
        return Decision("ask", there.id, DEPENDENT_THERE)
    if other_charts_with_email:
        return Decision("ask", there.id, SHARED_EMAIL)
    first = name_key(there.first_name)
    if not first or first not in {name_key(person.first_name), name_key(person.preferred_name)}:
        return Decision("ask", there.id, FIRST_NAME_DIFFERS)
    if person.date_of_birth and there.date_of_birth:
        agrees = person.date_of_birth == there.date_of_birth
        return Decision("link", there.id) if agrees else Decision("ask", there.id, BIRTH_DATE_DIFFERS)
    if name_key(person.last_name) == name_key(there.last_name):
        return Decision("link", there.id)
    return Decision("ask", there.id, LAST_NAME_DIFFERS)


def differences(person: ChartPerson, there: RemotePerson) -> frozenset[str]:
    """Return what differs between the two people: "name", "date_of_birth", "email".

    What one side does not know does not differ.
    """
    found = set()
    ours = {name_key(f"{first} {person.last_name}") for first in (person.first_name, person.preferred_name)}
    if name_key(f"{there.first_name} {there.last_name}") not in ours:
        found.add("name")
    if person.date_of_birth and there.date_of_birth and person.date_of_birth != there.date_of_birth:
        found.add("date_of_birth")
    if person.email and there.email and email_key(person.email) != email_key(there.email):
        found.add("email")
    return frozenset(found)


EmailStanding = Literal["agreed", "changed_here", "differs_there"]


def email_standing(*, ours: str, settled: str, theirs: str) -> EmailStanding:
    """Tell how the emails of a linked patient stand here and at the dispensary.

    `settled` is ours when it was last agreed on: at linking, or when somebody said to keep theirs. Ours being
    another by now is a question that stops sending; theirs being another is only shown.
    """
    if not theirs or email_key(ours) == email_key(theirs):
        return "agreed"
    if ours and email_key(ours) != email_key(settled):
        return "changed_here"
    return "differs_there"


Person = TypeVar("Person")


def own_first(people: Sequence[tuple[str, Person]], own_email: str) -> list[Person]:
    """Return the people with the one whose email is the user's own first; pairs are (email, person)."""
    key = email_key(own_email)
    return [one for _, one in sorted(people, key=lambda pair: email_key(pair[0]) != key)]


def size_label(units: str, unit_of_measure: str) -> str:
    """Return "180 capsules" for the size of a variant."""
    return f"{units} {unit_of_measure}".strip()


CAN_BE_ORDERED = frozenset({"available"})

RUNS_AN_HOUR = 12
# Of the 5,000 calls in five minutes that the dispensary allows, most are for people.
MOST_VISITS = 1500


def visits_per_run(linked: int) -> int:
    """Return how many linked patients a run compares, so that everybody's turn comes within the hour."""
    return min(-(-linked // RUNS_AN_HOUR), MOST_VISITS)


# A course without an end is taken to go on for so long; one with an end may begin late and run over a little.
LONGEST_COURSE = timedelta(days=365)
COURSE_MARGIN = timedelta(days=30)


def may_still_be_taken(*, written_on: date, duration: str, is_refilled: bool, today: date) -> bool:
    """Tell whether a product prescribed on a day may still be taken today.

    A number of days without refill ends, with a margin for delivery; anything else ("ongoing", a refill) counts
    for a year. Rather one too many than one too few: it is only warned about.
    """
    days = duration.strip()
    if not is_refilled and days.isascii() and days.isdigit():
        course = min(timedelta(days=min(int(days[:4]), 365)) + COURSE_MARGIN, LONGEST_COURSE)
    else:
        course = LONGEST_COURSE
    return written_on + course >= today
