"""Reading the body of a call: JSON, or a form with brackets, into one kind of value."""

import json
import re
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException

from betony.dispensary.api.frame.answers import Refused

MOST_BYTES = 1024 * 1024
MOST_FORM_FIELDS = 1000
MOST_LEVELS = 8
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_UNREADABLE = "The body could not be read."


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the body as a mapping; empty for GET, whatever a program sent along.

    Raises Refused: 413 for a body too large, 400 for one that cannot be read.
    """
    if request.method in ("GET", "HEAD", "DELETE"):
        return {}
    if request.content_type == "multipart/form-data":
        return _multipart(request)
    return parse_body(_raw_body(request), request.content_type or "")


def _multipart(request: HttpRequest) -> dict[str, Any]:
    try:
        return _nested([(name, str(one)) for name, values in request.POST.lists() for one in values])
    except RequestDataTooBig as error:
        raise Refused(413, "The body is too large.") from error
    except (ValueError, BadRequest, SuspiciousOperation, MultiPartParserError, OSError) as error:
        raise Refused(400, _UNREADABLE) from error


def _raw_body(request: HttpRequest) -> bytes:
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise Refused(413, "The body is too large.") from error
    except (RawPostDataException, OSError) as error:
        raise Refused(400, _UNREADABLE) from error
    if len(raw) > MOST_BYTES:
        raise Refused(413, "The body is too large.")
    return raw


def parse_body(raw: bytes, content_type: str) -> dict[str, Any]:
    """Return the mapping that a body of this content type holds; `null` is an empty one. Raises Refused."""
    if not raw.strip():
        return {}
    try:
        if content_type == "application/x-www-form-urlencoded":
            return _nested(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FORM_FIELDS))
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, _UNREADABLE) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(400, _UNREADABLE)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        matched = _KEY.fullmatch(key)
        if matched is None:
            raise ValueError("a field's name is broken")
        path = [matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])]
        if len(path) > MOST_LEVELS:
            raise ValueError("a field's name is too deep")
        _put(result, path, value)
    return result


def _put(target: dict[str, Any], path: list[str], value: str) -> None:
    """Put a value where `a[b][]` says, the way Rails reads it."""
    name, rest = path[0], path[1:]
    if not rest:
        target[name] = value
    elif rest[0] == "":
        _append(target.setdefault(name, []), rest[1:], value)
    else:
        inner = target.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ValueError("a field is both text and more")
        _put(inner, rest, value)


def _append(items: Any, path: list[str], value: str) -> None:
    if not isinstance(items, list):
        raise ValueError("a field is both a list and not")
    if not path:
        items.append(value)
        return
    # `items[][sku]=…&items[][quantity]=…`: a name that is there already begins the next item.
    if not items or not isinstance(items[-1], dict) or (len(path) == 1 and path[0] in items[-1]):
        items.append({})
    _put(items[-1], path, value)
