"""Notices by mail: what happened and where to look, nothing about anybody's health (guarantee 25)."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

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
        ngettext_lazy("A prescription was not sent", "%(number)d prescriptions were not sent", "number"),
        ngettext_lazy(
            "A prescription you wrote at %(clinic)s was not sent. Nothing is lost.\n\n"
            "Sign in to see why and to try again:",
            "%(number)d prescriptions you wrote at %(clinic)s were not sent. Nothing is lost.\n\n"
            "Sign in to see why and to try again:",
            "number",
        ),
    ),
    Kind.CHANGE_NOT_SENT: (
        ngettext_lazy(
            "A change to a prescription was not sent",
            "%(number)d changes to prescriptions were not sent",
            "number",
        ),
        ngettext_lazy(
            "A change or cancellation you asked for at %(clinic)s was not sent. The prescription is as it "
            "was before.\n\nSign in to see why and to try again:",
            "%(number)d changes or cancellations you asked for at %(clinic)s were not sent. The prescriptions are "
            "as they were before.\n\nSign in to see why and to try again:",
            "number",
        ),
    ),
    Kind.TAKEN_BACK: (
        ngettext_lazy("A prescription was taken back", "%(number)d prescriptions were taken back", "number"),
        ngettext_lazy(
            "A prescription you wrote at %(clinic)s reached Fullscript by mistake. It is being cancelled there.\n\n"
            "Sign in to see why:",
            "%(number)d prescriptions you wrote at %(clinic)s reached Fullscript by mistake. They are being cancelled "
            "there.\n\nSign in to see why:",
            "number",
        ),
    ),
    Kind.CONNECTION_BROKE: (
        gettext_lazy("Your Fullscript connection stopped working"),
        gettext_lazy(
            "Fullscript no longer accepts your connection at %(clinic)s. Nothing is lost, and what is waiting "
            "is sent once you are connected again.\n\nSign in and connect again:"
        ),
    ),
    Kind.TO_CONFIRM: (
        gettext_lazy("There are patients to confirm"),
        gettext_lazy(
            "At %(clinic)s somebody has to say who is who at Fullscript. Until then, what is waiting is not sent.\n\n"
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
    """Mail a notice unless that is no longer wanted, with what else of its kind is still news, as one letter.

    So a reset with thirty prescriptions waiting is one mail; the jobs of the others find theirs mailed. Runs for
    one member and kind never overlap (the job's lock). The mail server is called between two transactions; who is
    killed in between sends again under the same Message-ID, by which mail programs know it for the same.
    """
    with tenancy.organization(organization_id):
        notice = (
            Notice.objects.select_related("recipient__user", "recipient__organization")
            .filter(pk=notice_id, occasion=occasion)
            .first()
        )
        news = _news(notice) if notice is not None else []
        letter = _letter(notice.recipient, news) if notice is not None and notice in news else None
    if letter is None:
        return
    letter.send()
    by = system("workspace.mail_notice", organization_id=organization_id)
    with tenancy.organization(organization_id):
        actions.note_mailed(by=by, notices=news)


def _news(notice: Notice) -> list[Notice]:
    """Return what of the notice's kind is still news to its recipient, who works here, may see it and wants mails."""
    member = notice.recipient
    if not member.is_active or not member.user.is_active:
        return []
    if not rules.is_mailed(Kind(notice.kind), queries.wishes(member.pk)):
        return []
    unread = queries.shown_to(actors.staff(member)).unread().filter(kind=notice.kind, mailed_at=None)
    return [one for one in unread.order_by("id") if not one.is_over]  # type: ignore[attr-defined]  # annotated


def _letter(member: Membership, news: list[Notice]) -> EmailMessage:
    subject, sentence = WORDS[Kind(news[0].kind)]
    values = {"clinic": account_rules.one_line(member.organization.name), "number": len(news)}
    url = shown.url_of(news[0]) if len(news) == 1 else shown.inbox_url()
    settings_url = f"{settings.BETONY_PUBLIC_URL}{shown.settings_url()}"
    foot = _("You can choose which emails you get:\n%(link)s") % {"link": settings_url}
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        subject=str(subject % values),
        body=f"{sentence % values}\n{settings.BETONY_PUBLIC_URL}{url}\n\n{foot}\n",
        to=[member.user.email],
        headers={"Message-ID": f"<notices-{_digest(news)}@{host}>"},
    )


def _digest(news: list[Notice]) -> str:
    """Return what names a letter: the same notices on the same occasions, and nothing else, are the same one."""
    told = ",".join(f"{one.pk}:{one.occasion}" for one in news)
    return hashlib.sha256(told.encode()).hexdigest()[:40]
