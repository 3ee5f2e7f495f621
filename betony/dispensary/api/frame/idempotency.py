"""`Idempotency-Key`: a call that comes twice is done once.

The answer is kept in the transaction of the change, so after a crash either both are there or neither. The lock
belongs to that transaction too, and goes with it.
"""

import hashlib
import json
import re
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest

from betony.dispensary.api import actions
from betony.dispensary.api.frame.answers import Answer, Invalid, Refused
from betony.dispensary.api.frame.calls import Call
from betony.dispensary.api.models import KeptAnswer
from betony.kit import clock

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def once(request: HttpRequest, call: Call, run: Callable[[], Answer]) -> Answer:
    """Run the operation, or answer as it was answered before.

    Raises Refused (409) while the same key is being worked on, and Invalid when it came with another body.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if request.method != "POST" or not key:
        return run()
    if not _KEY.fullmatch(key):
        raise Invalid(["Idempotency-Key is invalid"])
    _lock(call, key)
    digest = _digest(request, call)
    kept = KeptAnswer.objects.filter(
        organization_id=call.organization_id,
        application=call.application,
        key=key,
        created_at__gte=clock.now() - actions.KEPT_FOR,
    ).first()
    if kept is None:
        answer = run()
        if answer.status < 400:
            actions.keep_answer(call=call, key=key, request_digest=digest, answer=answer)
        return answer
    if kept.request_digest != digest:
        raise Invalid(["Idempotency-Key was used with another request"])
    return Answer(kept.body, kept.status, {"Idempotent-Replayed": "true"})


def _lock(call: Call, key: str) -> None:
    name = f"idempotency {call.organization_id} {call.application.pk} {key}"
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise Refused(409, "request_in_progress")


def _digest(request: HttpRequest, call: Call) -> str:
    whole = json.dumps([request.path, call.body], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
