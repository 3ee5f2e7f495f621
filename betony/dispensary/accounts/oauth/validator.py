"""What oauthlib asks of us while it walks through a grant: our tables and our exceptions from its defaults.

- The scopes a request names are ignored: a token gets the application's own (public contract).
- PKCE is optional, because the public clients are confidential and send none; once a challenge was sent,
  its verifier must come, and only S256 is taken.
- A refresh token stays good until an access token that replaced it is first used. After that its use
  means that somebody else has it, and the whole grant ends. So does a second use of a code. Two pairs of
  tokens refreshed from one are both good (ADR 0008).
"""

import base64
from typing import Any
from urllib.parse import unquote_plus

from oauthlib import oauth2
from oauthlib.common import Request

from betony.dispensary.accounts.models import Application, AuthorizationCode, TokenPair
from betony.dispensary.accounts.oauth import access, actions
from betony.kit import clock
from betony.kit.actor import Actor


class Validator(oauth2.RequestValidator):  # type: ignore[misc]  # oauthlib ships no types
    """Answers for one request. `pair` holds what was issued by it."""

    def __init__(self, by: Actor) -> None:
        super().__init__()
        self.by = by
        self.pair: TokenPair | None = None
        self._code: AuthorizationCode | None = None
        self._previous: TokenPair | None = None

    # The authorization request

    def validate_client_id(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        request.client = access.application(client_id)
        return request.client is not None

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return redirect_uri in request.client.redirect_uris

    def get_default_redirect_uri(
        self, client_id: str, request: Request, *args: Any, **kwargs: Any
    ) -> str | None:
        return None

    def validate_response_type(
        self,
        client_id: str,
        response_type: str,
        client: Application,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return response_type == "code"

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        return list(request.client.scopes)

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Application,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return True

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        actions.save_code(
            by=self.by,
            new=actions.NewCode(
                code=code["code"],
                application=request.client,
                user=request.user,
                owner=request.owner,
                redirect_uri=request.redirect_uri,
                challenge=request.code_challenge or "",
            ),
        )

    # Who asks for tokens

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        return True

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        client_id, secret = _basic_credentials(request) or (request.client_id, request.client_secret)
        if not client_id or not secret or (request.client_id and request.client_id != client_id):
            return False
        request.client = access.authenticated_application(client_id, secret)
        return request.client is not None

    def validate_grant_type(
        self,
        client_id: str,
        grant_type: str,
        client: Application,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return grant_type in ("authorization_code", "refresh_token")

    # A code for tokens

    def validate_code(
        self, client_id: str, code: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        found = access.code_for_exchange(code, client)
        if found is None:
            return False
        if found.used_at is not None:
            if found.grant is not None:
                actions.revoke_grant(
                    by=self.by, grant=found.grant, reason="An authorization code was used twice."
                )
            return False
        if found.expires_at <= clock.now() or not found.user.is_active:
            return False
        # A verifier without a challenge means that somebody took the challenge out on the way.
        if found.redirect_uri != request.redirect_uri or bool(request.code_verifier) > bool(found.challenge):
            return False
        request.user, request.scopes = found.user, list(found.scopes)
        self._code = found
        return True

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return False

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        return self._code.challenge or None if self._code else None

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Application, request: Request, *args: Any,
        **kwargs: Any,
    ) -> bool:  # fmt: skip
        return True  # validate_code has compared it, and answers as for any other wrong code

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """Done in the same step that makes the grant."""

    # A refresh token for tokens

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        found = access.pair_of_refresh_token(refresh_token, client)
        if found is None or found.grant.revoked_at is not None or not found.grant.user.is_active:
            return False
        if found.ended_at is not None:
            actions.revoke_grant(
                by=self.by, grant=found.grant, reason="An ended refresh token was used again."
            )
            return False
        request.user = found.grant.user
        self._previous = found
        return True

    def get_original_scopes(
        self, refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(self._previous.grant.scopes) if self._previous else []

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        if self._previous is not None:
            grant = self._previous.grant
        else:
            assert self._code is not None  # noqa: S101  (oauthlib saves only after it has validated)
            grant = actions.use_code(by=self.by, code=self._code)
        self.pair = actions.save_pair(
            grant=grant, access=token["access_token"], refresh=token["refresh_token"], previous=self._previous
        )

    # Giving tokens back

    def revoke_token(
        self, token: str, token_type_hint: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        found = access.pair_of_any_token(token, request.client)
        if found is not None:
            actions.revoke_grant(by=self.by, grant=found.grant, reason="The application gave its token back.")


def _basic_credentials(request: Request) -> tuple[str, str] | None:
    kind, _, value = str(request.headers.get("Authorization", "")).partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    client_id = unquote_plus(client_id)
    return None if "\x00" in client_id else (client_id, unquote_plus(secret))
