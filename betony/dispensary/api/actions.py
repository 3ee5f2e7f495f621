"""Keeping answers, and forgetting them."""

from datetime import timedelta

from betony.dispensary.api.frame.answers import Answer
from betony.dispensary.api.frame.calls import Call
from betony.dispensary.api.models import KeptAnswer
from betony.kit import clock

KEPT_FOR = timedelta(hours=24)


def keep_answer(*, call: Call, key: str, request_digest: str, answer: Answer) -> None:
    """Keep the answer in the transaction of what it tells about."""
    KeptAnswer.objects.filter(
        organization_id=call.organization_id, application=call.application, key=key
    ).delete()
    KeptAnswer.objects.create(
        organization_id=call.organization_id,
        application=call.application,
        key=key,
        request_digest=request_digest,
        status=answer.status,
        body=dict(answer.body),
        created_at=clock.now(),
    )


def forget_old_answers() -> int:
    """Delete the answers of the dispensary being worked for that are older than a day; return how many."""
    return KeptAnswer.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
