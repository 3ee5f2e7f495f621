"""Logs hold ids, never names, birthdays, notes, addresses or tokens."""

import json
import logging
import logging.config

import pytest
import structlog

from betony.kit import logs


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line = capsys.readouterr().err.strip().splitlines()[-1]
    entry: dict[str, object] = json.loads(line)
    return entry


@pytest.fixture(autouse=True)
def _configured(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.configure())


def test_a_key_that_is_not_on_the_list_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("betony.x").info("saved", name="June Hartley", status=200)
    entry = written(capsys)
    assert entry["status"] == 200
    assert "June" not in json.dumps(entry)


def test_an_exception_is_its_type_and_places(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("june.hartley@example.com is taken")
    except ValueError:
        structlog.get_logger("betony.x").error("failed", exc_info=True)
        logging.getLogger("django.request").exception("Internal Server Error: /patients/?q=June+Hartley")
    first, second = (json.loads(line) for line in capsys.readouterr().err.strip().splitlines()[-2:])
    for entry in (first, second):
        assert entry["error"] == "ValueError"
        assert "june" not in json.dumps(entry).lower()
