"""Answers of the dispensary that no program should choke on."""

import pytest

from betony.clinic.prescriptions.dispensary import errors, wire
from betony.kit.http_client import Answer


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 200_000, b"\xff\xfe"])
def test_an_answer_that_is_no_json_counts_as_none(body: bytes) -> None:
    with pytest.raises(errors.Unavailable):
        wire.read_json(Answer(200, {}, body))


def test_a_refusal_with_a_bottomless_list_has_no_words() -> None:
    body = b'{"error": "' + b"[" * 200_000 + b'"}'
    assert wire.messages_of(Answer(422, {}, body)) == []
