"""Notices by mail: what happened and where to look, nothing about anybody's health (guarantee 25)."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from betony.clinic.accounts import actors
from betony.clinic.accounts import rules as account_rules
from betony.clinic.accounts.models import Membership
from betony.clinic.workspace.notices import actions, queries, rules, shown
from betony.clinic.workspace.notices.models import Notice
from betony.clinic.workspace.notices.rules import Kind
from betony.kit import tenancy
from betony.kit.actor import system

# Subject, and what to say above the link. Neither a patient, a product nor a reason stands in a mail.
WORDS: dict[Kind, tuple["Promise | str", "Promise | str"]] = {
    Kind.NOT_SENT: (
        gettext_lazy("A prescription was not sent"),
        gettext_lazy(
            "A prescription you wrote at %(clinic)s was not sent. Nothing is lost.\n\n"
            "Sign in to see why and to try again:"
        ),
    ),
    Kind.CHANGE_NOT_SENT: (
        gettext_lazy("A change of a prescription was not sent"),
        gettext_lazy(
            "A change or cancellation you asked for at %(clinic)s was not sent. The prescription stands as it "
            "was.\n\nSign in to see why and to try again:"
        ),
    ),
    Kind.TAKEN_BACK: (
        gettext_lazy("A prescription was taken back"),
        gettext_lazy(
            "A prescription you wrote at %(clinic)s reached somebody else at Fullscript, because its patient was "
            "unlinked while it was on its way. It is cancelled there.\n\nSign in to see it and to write it again:"
        ),
    ),
    Kind.CONNECTION_BROKE: (
        gettext_lazy("Your Fullscript connection stopped working"),
        gettext_lazy(
            "Fullscript no longer accepts your connection at %(clinic)s. Nothing is lost, and what waits to be "
            "sent is sent once you are connected again.\n\nSign in and connect again:"
        ),
    ),
    Kind.TO_CONFIRM: (
        gettext_lazy("There are patients to confirm"),
        gettext_lazy(
            "At %(clinic)s somebody has to say who is who at Fullscript. Until then, what waits is not sent.\n\n"
            "Sign in to answer:"
        ),
    ),
    Kind.NOBODY_CONNECTED: (
        gettext_lazy("Fullscript is no longer connected"),
        gettext_lazy(
            "Nobody at %(clinic)s is connected to Fullscript any more. Prescriptions and history stay "
            "readable.\n\nAnybody on your team can connect again, from a patient's actions:"
        ),
    ),
}


def mail(organization_id: UUID, notice_id: UUID, occasion: str) -> None:
    """Mail a notice unless that is no longer wanted, and note that it is out.

    Runs for one notice never overlap (the job's lock). The mail server is called between two transactions; who
    is killed in between sends again under the same Message-ID, by which mail programs know it for the same.
    """
    with tenancy.organization(organization_id):
        notice = (
            Notice.objects.select_related("recipient__user", "recipient__organization")
            .filter(pk=notice_id, occasion=occasion)
            .first()
        )
        letter = _letter(notice) if notice is not None and _is_wanted(notice) else None
    if notice is None or letter is None:
        return
    letter.send()
    by = system("workspace.mail_notice", organization_id=organization_id)
    with tenancy.organization(organization_id):
        actions.note_mailed(by=by, notice=notice)


def _is_wanted(notice: Notice) -> bool:
    """Tell whether the notice is still news to somebody who works here, may see it and wants a mail."""
    member = notice.recipient
    if not member.is_active or not member.user.is_active or notice.mailed_at is not None:
        return False
    by = actors.staff(member)
    present = queries.shown_to(by).unread().filter(pk=notice.pk).first()
    is_news = present is not None and not present.is_over  # type: ignore[attr-defined]  # annotated
    return is_news and rules.is_mailed(Kind(notice.kind), queries.wishes(member.pk))


def _letter(notice: Notice) -> EmailMessage:
    member: Membership = notice.recipient
    subject, sentence = WORDS[Kind(notice.kind)]
    said = str(sentence) % {"clinic": account_rules.one_line(member.organization.name)}
    settings_url = f"{settings.BETONY_PUBLIC_URL}{shown.settings_url()}"
    foot = _("You can choose about what you get mails:\n%(link)s") % {"link": settings_url}
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        subject=str(subject),
        body=f"{said}\n{settings.BETONY_PUBLIC_URL}{shown.url_of(notice)}\n\n{foot}\n",
        to=[member.user.email],
        headers={"Message-ID": f"<notice-{notice.pk}-{_plain(notice.occasion)}@{host}>"},
    )


def _plain(occasion: str) -> str:
    """Return the occasion as it may stand in a Message-ID."""
    return "".join(letter for letter in occasion if letter.isalnum())
