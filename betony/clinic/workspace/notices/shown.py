"""From a notice to what people read: what happened, why, where it can be settled, and whether it is."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from betony.clinic.prescriptions import rules, words
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.clinic.workspace.notices.models import Notice
from betony.clinic.workspace.notices.queries import Facts
from betony.clinic.workspace.notices.rules import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words of one kind of notice. `link` is the text of the way to where it can be settled."""

    title: str
    detail: str
    link: str
    settled: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice as a line of a list."""

    notice: Notice
    said: Said
    url: str
    is_settled: bool

    @property
    def is_new(self) -> bool:
        return self.notice.read_at is None and not self.is_settled

    @property
    def has_link(self) -> bool:
        """Whether there is still something to do there, or to see."""
        return not self.is_settled or self.notice.prescription_id is not None


def lines(notices: list[Notice], facts: Facts) -> list[Shown]:
    """Return the notices (of `queries.shown_to`) as lines, in their order."""
    return [
        Shown(
            notice=one,
            said=_WORDS[Kind(one.kind)](one, facts),
            url=url_of(one),
            is_settled=one.settled_at is not None or one.is_over,  # type: ignore[attr-defined]  # annotated
        )
        for one in notices
    ]


def url_of(notice: Notice) -> str:
    """Return the page where the notice can be settled."""
    if notice.kind in (Kind.NOT_SENT, Kind.CHANGE_NOT_SENT, Kind.TAKEN_BACK):
        return reverse("fullscript:show_prescription", args=[notice.prescription_id])
    if notice.kind == Kind.CONNECTION_BROKE:
        return reverse("fullscript:connect_user")
    if notice.kind == Kind.TO_CONFIRM:
        return reverse("fullscript:confirm_patients")
    return reverse("patients:list")


def inbox_url() -> str:
    """Return the page with everything in the inbox."""
    return reverse("notices:list")


def settings_url() -> str:
    """Return the page where people choose their mails."""
    return reverse("settings:notices")


def count_words(unread: int) -> str:
    """Return the number of unread notices as a screen reader says it."""
    return ngettext("%(number)s unread notice", "%(number)s unread notices", unread) % {"number": unread}


def _not_sent(notice: Notice, facts: Facts) -> Said:
    prescription = notice.prescription
    assert prescription is not None  # noqa: S101  (a constraint)
    settled = {
        PrescriptionState.WAITING: _("It is being sent again."),
        PrescriptionState.SENT: _("It was sent afterwards."),
        PrescriptionState.CANCELLED: _("It was cancelled."),
    }
    return Said(
        title=_("A prescription for %(name)s was not sent") % {"name": prescription.patient.full_name},
        detail=words.reason(prescription),
        link=_("Open the prescription"),
        settled=settled.get(prescription.state, ""),
        icon="pill",
    )


def _change_not_sent(notice: Notice, facts: Facts) -> Said:
    prescription = notice.prescription
    assert prescription is not None  # noqa: S101  (a constraint)
    return Said(
        title=_("A change to a prescription for %(name)s was not sent")
        % {"name": prescription.patient.full_name},
        detail=_("At Fullscript the prescription is as it was before. Open it to see why."),
        link=_("Open the prescription"),
        settled=_("It was tried again, or the prescription has changed since."),
        icon="pill",
    )


def _taken_back(notice: Notice, facts: Facts) -> Said:
    prescription = notice.prescription
    assert prescription is not None  # noqa: S101  (a constraint)
    is_done = prescription.state == PrescriptionState.CANCELLED
    done = _("It was cancelled there.") if is_done else _("It is being cancelled there.")
    if notice.taken_back_because == rules.CANCELLED_MEANWHILE:  # type: ignore[attr-defined]  # annotated
        happened, then = (
            _(
                "It was cancelled here because it seemed never to have been sent, but it reached "
                "Fullscript all the same."
            ),
            "",
        )
    else:
        happened = _(
            "The patient was unlinked while it was on its way, so it reached the person who had been linked by "
            "mistake."
        )
        then = _("Write it again once the patient is linked.")
    return Said(
        title=_("A prescription for %(name)s was taken back") % {"name": prescription.patient.full_name},
        detail=f"{happened} {done} {then}".strip(),
        link=_("Open the prescription"),
        settled="",
        icon="pill",
    )


def _connection_broke(notice: Notice, facts: Facts) -> Said:
    connection = notice.connection
    was_renewed = connection is not None and connection.end_reason == "renewed"
    return Said(
        title=_("Your Fullscript connection stopped working"),
        detail=_("Nothing is lost. What is waiting is sent once you are connected again."),
        link=_("Connect again"),
        settled=_("You are connected again.") if was_renewed else _("The connection was ended."),
        icon="unlink",
    )


def _to_confirm(notice: Notice, facts: Facts) -> Said:
    people = ngettext("%(number)s patient to confirm", "%(number)s patients to confirm", facts.questions)
    return Said(
        title=people % {"number": facts.questions} if facts.questions else _("Patients to confirm"),
        detail=_("Somebody has to say who is who at Fullscript. Until then, what is waiting is not sent."),
        link=_("Answer who is who"),
        settled=_("All are answered."),
        icon="users",
    )


def _nobody_connected(notice: Notice, facts: Facts) -> Said:
    dispensary = notice.dispensary
    name = dispensary.name if dispensary is not None else "Fullscript"
    return Said(
        title=_("Nobody is connected to %(dispensary)s any more") % {"dispensary": name},
        detail=_(
            "Prescriptions and history stay readable. Anybody on your team can connect again, from a patient's "
            "actions."
        ),
        link=_("Go to the patients"),
        settled=_("Somebody is connected again."),
        icon="leaf",
    )


_WORDS: dict[Kind, Callable[[Notice, Facts], Said]] = {
    Kind.NOT_SENT: _not_sent,
    Kind.CHANGE_NOT_SENT: _change_not_sent,
    Kind.TAKEN_BACK: _taken_back,
    Kind.CONNECTION_BROKE: _connection_broke,
    Kind.TO_CONFIRM: _to_confirm,
    Kind.NOBODY_CONNECTED: _nobody_connected,
}
