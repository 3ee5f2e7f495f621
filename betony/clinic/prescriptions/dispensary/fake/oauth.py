"""Codes and tokens: one use each where the API says so."""

import base64
import hashlib

from betony.clinic.prescriptions.dispensary.fake.state import (
    ACCESS_LIVES,
    ALL_SCOPES,
    CODE_LIVES,
    Code,
    Grant,
    Json,
    Pair,
    Refusal,
    instant,
    token,
)
from betony.kit import clock


class Tokens:
    """Every code and grant of the dispensary in memory, for one registered application."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.codes: dict[str, Code] = {}
        self.grants: list[Grant] = []
        self.scopes = ALL_SCOPES

    def live_grant(self, access: str) -> Grant | None:
        """Return the grant of a usable access token; its use ends the pairs it was refreshed from."""
        for grant in self.grants:
            for pair in grant.pairs:
                if pair.access == access and not (grant.is_revoked or pair.is_over):
                    if pair.expires_at <= clock.now():
                        return None
                    _end_those_before(pair)
                    return grant
        return None

    def exchange(self, body: Json) -> Json:
        """Answer POST /api/oauth/token."""
        self._check_application(body)
        if body.get("grant_type") == "authorization_code":
            return self._by_code(body)
        if body.get("grant_type") == "refresh_token":
            return self._by_refresh(body)
        raise Refusal(400, {"error": "unsupported_grant_type"})

    def revoke(self, body: Json) -> None:
        """Answer POST /api/oauth/revoke: the whole grant ends; an unknown token is no error."""
        self._check_application(body)
        for grant in self.grants:
            if any(body.get("token") in (pair.access, pair.refresh) for pair in grant.pairs):
                grant.is_revoked = True

    def _check_application(self, body: Json) -> None:
        if (body.get("client_id"), body.get("client_secret")) != (self.client_id, self.client_secret):
            raise Refusal(401, {"error": "invalid_client"})

    def _by_code(self, body: Json) -> Json:
        code = self.codes.get(str(body.get("code")))
        if code is None or code.made_at + CODE_LIVES <= clock.now():
            raise Refusal(400, {"error": "invalid_grant"})
        if code.grant is not None:
            # A code that comes twice was stolen: what it gave ends.
            code.grant.is_revoked = True
            raise Refusal(400, {"error": "invalid_grant"})
        if body.get("redirect_uri") != code.redirect_uri or not _proves(code.challenge, body):
            raise Refusal(400, {"error": "invalid_grant"})
        code.grant = Grant(clinic=code.clinic, owner=code.owner, owner_type=code.owner_type)
        self.grants.append(code.grant)
        return self._new_pair(code.grant, None)

    def _by_refresh(self, body: Json) -> Json:
        for grant in self.grants:
            for pair in grant.pairs:
                if pair.refresh != body.get("refresh_token") or grant.is_revoked:
                    continue
                if not pair.is_over:
                    return self._new_pair(grant, pair)
                # It was replaced, and the new one used: somebody else holds it.
                grant.is_revoked = True
        raise Refusal(400, {"error": "invalid_grant"})

    def _new_pair(self, grant: Grant, previous: Pair | None) -> Json:
        pair = Pair(token(), token(), clock.now() + ACCESS_LIVES, previous)
        grant.pairs.append(pair)
        return {
            "oauth": {
                "access_token": pair.access,
                "token_type": "Bearer",
                "expires_in": int(ACCESS_LIVES.total_seconds()),
                "refresh_token": pair.refresh,
                "scope": " ".join(sorted(self.scopes)),
                "created_at": instant(),
                "resource_owner": {"id": grant.owner["id"], "type": grant.owner_type},
            }
        }


def _end_those_before(pair: Pair) -> None:
    before = pair.previous
    while before is not None:
        before.is_over = True
        before = before.previous


def _proves(challenge: str, body: Json) -> bool:
    """Tell whether the PKCE verifier fits the challenge (RFC 7636); there may be none."""
    if not challenge:
        return True
    digest = hashlib.sha256(str(body.get("code_verifier", "")).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
