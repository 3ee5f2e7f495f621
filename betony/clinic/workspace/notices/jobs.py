"""The jobs of the inbox: thin, each one call. The bodies import what they call, because actions queue them."""

from uuid import UUID

from betony.kit import jobs

MAIL_RETRY = jobs.Retry(attempts=12, first_wait_seconds=5, longest_wait_seconds=600)


@jobs.job("workspace.notice_prescription_not_sent")
def notice_prescription_not_sent(*, organization_id: UUID, prescription_id: UUID) -> None:
    """Tell the author that a prescription was not sent."""
    from betony.clinic.workspace.notices import hearing

    hearing.prescription_not_sent(organization_id, prescription_id)


@jobs.job("workspace.notice_change_not_sent")
def notice_change_not_sent(*, organization_id: UUID, change_id: UUID) -> None:
    """Tell who asked that a change or cancellation was not sent."""
    from betony.clinic.workspace.notices import hearing

    hearing.change_not_sent(organization_id, change_id)


@jobs.job("workspace.notice_taken_back")
def notice_taken_back(*, organization_id: UUID, prescription_id: UUID) -> None:
    """Tell the author that a prescription reached somebody else and is taken back."""
    from betony.clinic.workspace.notices import hearing

    hearing.prescription_taken_back(organization_id, prescription_id)


@jobs.job("workspace.settle_prescription")
def settle_prescription(*, organization_id: UUID, prescription_id: UUID) -> None:
    """Settle notices about a prescription that has moved on."""
    from betony.clinic.workspace.notices import hearing

    hearing.prescription_moved_on(organization_id, prescription_id)


@jobs.job("workspace.notice_connection_broke")
def notice_connection_broke(*, organization_id: UUID, connection_id: UUID) -> None:
    """Tell a user that their connection broke."""
    from betony.clinic.workspace.notices import hearing

    hearing.connection_broke(organization_id, connection_id)


@jobs.job("workspace.settle_connection")
def settle_connection(*, organization_id: UUID, connection_id: UUID) -> None:
    """Settle notices about a connection that ended."""
    from betony.clinic.workspace.notices import hearing

    hearing.connection_ended(organization_id, connection_id)


@jobs.job("workspace.notice_question")
def notice_question(*, organization_id: UUID) -> None:
    """Tell those who may answer that there are people to confirm."""
    from betony.clinic.workspace.notices import hearing

    hearing.link_question_asked(organization_id)


@jobs.job("workspace.settle_questions")
def settle_questions(*, organization_id: UUID) -> None:
    """Settle the notice about people to confirm when all are answered."""
    from betony.clinic.workspace.notices import hearing

    hearing.link_question_answered(organization_id)


@jobs.job("workspace.notice_nobody_connected")
def notice_nobody_connected(*, organization_id: UUID, dispensary_id: UUID) -> None:
    """Tell the owners that nobody is connected to the dispensary any more."""
    from betony.clinic.workspace.notices import hearing

    hearing.nobody_connected(organization_id, dispensary_id)


@jobs.job("workspace.settle_connected")
def settle_connected(*, organization_id: UUID) -> None:
    """Settle what was said while nobody was connected."""
    from betony.clinic.workspace.notices import hearing

    hearing.dispensary_connected(organization_id)


@jobs.job("workspace.mail_notice", retry=MAIL_RETRY)
def mail_notice(*, organization_id: UUID, notice_id: UUID, occasion: str) -> None:
    """Mail a notice, and what else of its kind is news, unless it was read, settled or mailed, or is not wanted."""
    from betony.clinic.workspace.notices import mails

    mails.mail(organization_id, notice_id, occasion)


@jobs.job("workspace.keep_notices_true")
def keep_notices_true(*, organization_id: UUID) -> None:
    """Settle and put away what is over in one organization."""
    from betony.clinic.workspace.notices import hearing

    hearing.keep_true(organization_id)


@jobs.every("41 * * * *", "workspace.keep_all_notices_true")
def keep_all_notices_true() -> None:
    """Look every hour, in every organization, for notices that are over."""
    from betony.clinic.accounts.models import Organization

    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        keep_notices_true.queue(organization_id=organization_id, once_key=f"keep-notices:{organization_id}")
