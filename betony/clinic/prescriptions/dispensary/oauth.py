"""Connecting: the OAuth 2.0 calls of the dispensary's API."""

from urllib.parse import urlencode

from betony.clinic.prescriptions.dispensary import errors, parsing, shapes, wire


class OAuth(wire.Wire):
    """What is asked before there is an access token, and to end one."""

    def authorize_address(self, *, redirect_uri: str, state: str, challenge: str, asks_again: bool) -> str:
        """Return where the browser goes to connect. `asks_again` makes the dispensary ask for credentials."""
        query = {
            "client_id": self.settings["client_id"], "redirect_uri": redirect_uri, "response_type": "code",
            "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        if asks_again:
            query["prompt"] = "login"
        return f"{self.settings['web_url']}/oauth/authorize?{urlencode(query)}"

    def exchange_code(self, *, code: str, redirect_uri: str, verifier: str) -> shapes.Tokens:
        """Return the tokens of an authorization code; raise CodeRefused when it is not accepted."""
        return self._token(
            grant_type="authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier
        )

    def refresh(self, *, refresh_token: str, redirect_uri: str) -> shapes.Tokens:
        """Return new tokens for a refresh token; raise CodeRefused when it is not accepted."""
        return self._token(grant_type="refresh_token", refresh_token=refresh_token, redirect_uri=redirect_uri)

    def revoke(self, *, token: str) -> None:
        """End the token and its pair. A token that is already dead is no error. Raises Unavailable."""
        answer = self._raw("POST", "/api/oauth/revoke", json={**self._application(), "token": token})
        if answer.status == 429:
            wire.check(answer)
        if answer.status >= 500 or answer.status in (401, 403):
            raise errors.Unavailable("revoke")

    def _application(self) -> dict[str, str]:
        return {"client_id": self.settings["client_id"], "client_secret": self.settings["client_secret"]}

    def _token(self, **fields: str) -> shapes.Tokens:
        answer = self._raw("POST", wire.TOKEN_PATH, json={**self._application(), **fields})
        if answer.status == 429:
            wire.check(answer)
        # Our own registration being wrong says nothing about the code or token.
        if answer.status in (400, 401, 403, 422) and b"invalid_client" not in answer.body:
            raise errors.CodeRefused("token")
        if answer.status != 200:
            raise errors.Unavailable("token")
        return parsing.tokens(wire.read_json(answer))
