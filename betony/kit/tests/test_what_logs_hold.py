"""Logs hold ids, never names, birthdays, notes, addresses or tokens."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from betony.kit import logs

pytestmark = pytest.mark.once


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What a server would write to standard error."""
    configuration = logs.configure()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        logging.config.DictConfigurator(configuration).configure_formatter(
            dict(configuration["formatters"]["json"])
        )
    )
    handler.addFilter(logs.ForeignRecords())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_key_that_is_not_on_the_list_is_dropped(stream: io.StringIO) -> None:
    structlog.get_logger("betony.x").info("saved", name="June Hartley", status=200)
    (entry,) = entries(stream)
    assert entry["status"] == 200
    assert "June" not in json.dumps(entry)


def test_an_exception_is_its_type_and_places(stream: io.StringIO) -> None:
    try:
        raise ValueError("june.hartley@example.com is taken")
    except ValueError:
        structlog.get_logger("betony.x").error("failed", exc_info=True)
        logging.getLogger("django.request").exception("Internal Server Error: /patients/?q=June+Hartley")
    assert len(entries(stream)) == 2
    for entry in entries(stream):
        assert entry["error"] == "ValueError"
        assert "june" not in json.dumps(entry).lower()
