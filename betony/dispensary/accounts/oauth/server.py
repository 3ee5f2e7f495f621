"""The three conversations of OAuth: asking for consent, asking for tokens, giving tokens back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from oauthlib import oauth2
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import FatalClientError, OAuth2Error

from betony.dispensary.accounts import secrets
from betony.dispensary.accounts.models import Application, TokenPair, User
from betony.dispensary.accounts.oauth import actions
from betony.dispensary.accounts.oauth.validator import Validator
from betony.kit.actor import Actor

# oauthlib asks for https in the address it is given; TLS is the settings' business, not this name's.
_ADDRESS = "https://dispensary.invalid/oauth"
_AUTHORIZATION = (
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_TOKEN = (
    "client_id",
    "client_secret",
    "grant_type",
    "code",
    "redirect_uri",
    "refresh_token",
    "code_verifier",
)
_REVOCATION = ("client_id", "client_secret", "token")
MOST_CHARACTERS = 2000
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")


class NoSuchRequest(Exception):
    """Unknown client or redirect address: nothing may be sent anywhere, so a page says so."""


class RequestRefused(Exception):
    """The request is wrong, and `location` tells the application so."""

    def __init__(self, location: str) -> None:
        super().__init__("The authorization request was refused.")
        self.location = location


@dataclass(frozen=True, slots=True)
class Consent:
    """A valid request for consent."""

    application: Application
    redirect_uri: str
    state: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a program gets back: status, JSON body, headers; `pair` when tokens were issued."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    pair: TokenPair | None = None


def _server(validator: Validator) -> Any:
    server = oauth2.WebApplicationServer(
        validator,
        token_generator=lambda request: secrets.new_token(),
        token_expires_in=actions.ACCESS_SECONDS,
    )
    # oauthlib's own codes are shorter than the public service's 43 characters.
    server.auth_grant.register_code_modifier(
        lambda grant, token_handler, request: {**grant, "code": secrets.new_token()}
    )
    return server


def _authorization_address(parameters: Mapping[str, list[str]]) -> str:
    values = [(name, value) for name in _AUTHORIZATION for value in parameters.get(name, ())]
    if not parameters.get("response_type"):
        values.append(("response_type", "code"))
    if any(len(value) > MOST_CHARACTERS or "\x00" in value for _name, value in values):
        raise NoSuchRequest
    return f"{_ADDRESS}?{urlencode(values)}"


def read_consent(parameters: Mapping[str, list[str]], *, by: Actor) -> Consent:
    """Return the request for consent in the parameters (name to values).

    Raises NoSuchRequest and RequestRefused.
    """
    address = _authorization_address(parameters)
    try:
        _scopes, found = _server(Validator(by)).validate_authorization_request(address)
        request = found["request"]
        _check_challenge(request)
    except FatalClientError as error:
        raise NoSuchRequest from error
    except OAuth2Error as error:
        raise RequestRefused(error.in_uri(error.redirect_uri)) from error
    return Consent(request.client, request.redirect_uri, request.state or "")


def _check_challenge(request: Request) -> None:
    if request.code_challenge is None:
        return
    if request.code_challenge_method != "S256" or not _S256.fullmatch(request.code_challenge):
        raise oauth2.InvalidRequestError(description="Only S256 code challenges are taken.", request=request)


def give_consent(
    parameters: Mapping[str, list[str]], *, by: Actor, user: User, owner: actions.ResourceOwner
) -> str:
    """Make an authorization code, and return the application's address with it.

    Raises NoSuchRequest and RequestRefused.
    """
    read_consent(parameters, by=by)
    headers, _body, _status = _server(Validator(by)).create_authorization_response(
        _authorization_address(parameters), credentials={"user": user, "owner": owner}
    )
    return str(headers["Location"])


def refuse_consent(consent: Consent) -> str:
    """Return the application's address that tells it the person declined."""
    error = oauth2.AccessDeniedError(state=consent.state or None)
    return str(error.in_uri(consent.redirect_uri))


def issue_tokens(parameters: Mapping[str, Any], *, authorization: str, by: Actor) -> Reply:
    """Exchange a code or a refresh token for a new pair of tokens."""
    validator = Validator(by)
    with transaction.atomic():
        headers, body, status = _server(validator).create_token_response(
            _ADDRESS, "POST", _form(parameters, _TOKEN), {"Authorization": authorization}
        )
    return Reply(status, json.loads(body), _challenge(headers), validator.pair)


def revoke(parameters: Mapping[str, Any], *, authorization: str, by: Actor) -> Reply:
    """End the grant of a token that belongs to the application; an unknown token is no error."""
    with transaction.atomic():
        headers, body, status = _server(Validator(by)).create_revocation_response(
            _ADDRESS, "POST", _form(parameters, _REVOCATION), {"Authorization": authorization}
        )
    return Reply(status, json.loads(body) if body else {}, _challenge(headers))


def _form(parameters: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return what we understand of the body as a form; values of a wrong kind count as left out."""
    values = {name: parameters.get(name) for name in names}
    return urlencode(
        {
            name: value
            for name, value in values.items()
            if isinstance(value, str) and value and len(value) <= MOST_CHARACTERS and _is_readable(value)
        }
    )


def _is_readable(text: str) -> bool:
    """Tell whether it holds no NUL and no half of a surrogate pair, which JSON can write and nobody can keep."""
    return not any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in text)


def _challenge(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name == "WWW-Authenticate"}
