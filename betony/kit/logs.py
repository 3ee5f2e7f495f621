"""Structured logs that hold ids, never names, birthdays, notes, addresses or tokens."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED_KEYS = frozenset({
    "event", "level", "timestamp", "logger", "request_id", "method", "route", "status", "duration_ms",
    "organization_id", "actor_id", "job", "attempt", "error", "frames", "system", "queries", "setting",
    "server", "count", "event_id", "state", "_record", "_from_structlog",
})  # fmt: skip


def keep_allowed_keys(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list, so that a forgotten value cannot leak a person."""
    return {key: value for key, value in entry.items() if key in ALLOWED_KEYS}


def describe_exception(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places it passed: its message may quote a record."""
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else (info[1] if isinstance(info, tuple) else None)
    if error is not None:
        entry["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        entry["frames"] = [f"{frame.filename.split('/betony/')[-1]}:{frame.lineno}" for frame in frames]
    return entry


class ForeignRecords(logging.Filter):
    """Lets other libraries' records through with the logger's name in place of their message.

    Django and its neighbours put addresses, SQL parameters and form values into messages.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, dict):
            record.msg, record.args = f"{record.name}: {record.levelname.lower()}", ()
        return True


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    describe_exception,
    keep_allowed_keys,
]


def configure() -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING for one JSON object a line on standard error."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"foreign": {"()": ForeignRecords}},
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["foreign"]}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"betony": {"level": "INFO"}},
    }
