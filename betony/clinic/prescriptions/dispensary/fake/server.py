"""The dispensary in memory behind the address: tokens, idempotency, operations, and trouble on request."""

import copy
import fnmatch
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from betony.clinic.prescriptions.dispensary.fake import calls, operations
from betony.clinic.prescriptions.dispensary.fake.oauth import Tokens
from betony.clinic.prescriptions.dispensary.fake.state import (
    Clinic,
    Code,
    Json,
    Refusal,
    new_id,
    not_found,
    token,
)
from betony.kit import clock, http_client

# Not done, and no connection came about: away. Not done and no answer: down, slow.
# Done, but the answer does not arrive: lost. Done, the answer cut: half.
# Not done, and answered with nonsense: garbage. Not done, answered with a status: refused.
Kind = Literal["away", "down", "slow", "lost", "half", "garbage", "refused"]


@dataclass
class Trouble:
    """What goes wrong, with which calls ("POST /api/clinic/patients", `*` stands for anything), how often."""

    kind: Kind
    on: str
    times: int
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] | None = None


def _pattern(address: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[A-Za-z0-9-]+)", address))


_ROUTES = [(method, _pattern(address), run, scopes) for method, address, run, scopes in operations.ROUTES]


def _route(method: str, path: str) -> tuple[calls.Operation, tuple[str, ...], dict[str, str]]:
    for route_method, pattern, run, scopes in _ROUTES:
        found = pattern.fullmatch(path)
        if route_method == method and found is not None:
            return run, scopes, found.groupdict()
    raise not_found()


class FakeServer:
    """One dispensary server: several dispensaries, one registered application."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.tokens = Tokens(settings["client_id"], settings["client_secret"])
        self.clinics: list[Clinic] = []
        self.catalogue: list[Json] = []
        self.calls: Counter[str] = Counter()
        # Fields of bodies that this server does not know, as the real one may not know ours.
        self.ignored_fields: set[str] = set()
        self.watchers: list[Callable[[str], object]] = []
        self._troubles: list[Trouble] = []
        self._meanwhile: list[tuple[str, Callable[[], object]]] = []
        self._kept: dict[str, tuple[str, int, Json]] = {}
        self._lock = threading.RLock()

    def __deepcopy__(self, copies: dict[int, Any]) -> "FakeServer":
        """Return a server that knows the same and has a lock of its own."""
        twin = FakeServer.__new__(FakeServer)
        copies[id(self)] = twin
        for name, value in vars(self).items():
            setattr(twin, name, threading.RLock() if name == "_lock" else copy.deepcopy(value, copies))
        return twin

    # What tests arrange

    def add_clinic(self, name: str = "Meadowlark Dispensary") -> Clinic:
        clinic = Clinic(name)
        self.clinics.append(clinic)
        return clinic

    def add_product(self, name: str = "Zinc Picolinate 30 mg", *, brand: str = "Fernway Labs",
                    status: str = "available", ingredients: Sequence[str] = (),
                    description: str = "<p>In a small capsule.</p>") -> Json:  # fmt: skip
        """Add a product with one size to the catalogue; what it holds only the search by ingredient knows."""
        known = {product["brand"]["name"]: product["brand"] for product in self.catalogue}
        maker = known.get(brand) or {"id": new_id(), "name": brand, "prefix": brand[:3].upper()}
        held = [self._ingredient(one) for one in ingredients]
        variant = {
            "id": new_id(), "sku": f"SKU-{len(self.catalogue)}", "primary": True, "units": 60,
            "unit_of_measure": "capsules", "availability": "In Stock" if status == "available" else "n/a",
            "status": status, "upc": None, "msrp": "12.80", "supplier_sku": None,
            "image_url_small": "/s.svg", "image_url_medium": "/m.svg", "image_url_large": "/l.svg",
        }  # fmt: skip
        dosage = {"recommended_amount": "1", "recommended_frequency": "once per day",
                  "recommended_duration": "60", "format": "capsule", "additional_info": None}  # fmt: skip
        product = {"id": new_id(), "name": name, "brand": maker, "status": status, "variants": [variant],
                   "variant_count": 1, "description_html": description, "ingredients": held,
                   "dosage": dosage}  # fmt: skip
        self.catalogue.append(product)
        return product

    def _ingredient(self, name: str) -> Json:
        known = [one for product in self.catalogue for one in product["ingredients"] if one["name"] == name]
        return known[0] if known else {"id": new_id(), "name": name}

    def authorize(self, clinic: Clinic, person: Json, *, redirect_uri: str, challenge: str = "") -> str:
        """Press **Authorize Application** as this person, and return the code."""
        kind = "Practitioner" if person in clinic.practitioners else "Staff"
        code = token()
        self.tokens.codes[code] = Code(clinic, person, kind, redirect_uri, challenge, clock.now())
        return code

    def trouble(self, kind: Kind, *, on: str = "*", times: int = 1, **values: Any) -> None:
        """Have the next `times` calls that match go wrong."""
        self._troubles.append(Trouble(kind, on, times, **values))

    def well_again(self) -> None:
        """End every trouble."""
        self._troubles.clear()

    def meanwhile(self, function: Callable[[], object], *, on: str) -> None:
        """Have something else happen once, after such a call was done and before its answer arrives."""
        self._meanwhile.append((on, function))

    def revoke_all(self) -> None:
        """Take the application's access away, as people can in their account at the dispensary."""
        for grant in self.tokens.grants:
            grant.is_revoked = True

    def expire_all(self) -> None:
        """Let every access token be over its time, while refresh tokens stay good."""
        for grant in self.tokens.grants:
            for pair in grant.pairs:
                pair.expires_at = clock.now()

    @property
    def living_grants(self) -> int:
        return sum(not grant.is_revoked for grant in self.tokens.grants)

    # What the clinic's client sees

    def call(self, method: str, path: str, *, params: Any = None, body: Any = None,
             headers: Mapping[str, str] | None = None) -> http_client.Answer:  # fmt: skip
        """Answer a call, with the trouble that was asked for. Raises Unreachable and TimedOut."""
        name = f"{method} {path}"
        for watch in self.watchers:
            watch(name)
        with self._lock:
            self.calls[name] += 1
            trouble = self._next_trouble(name)
            if trouble is not None and trouble.kind in ("away", "down", "slow", "garbage", "refused"):
                return _not_done(trouble)
            known = {key: value for key, value in (body or {}).items() if key not in self.ignored_fields}
            status, answer, extra = self._act(method, path, dict(params or {}), known, headers or {})
        self._let_happen(name)
        raw = json.dumps(answer).encode()
        if trouble is not None and trouble.kind == "lost":
            raise http_client.TimedOut("fake")
        if trouble is not None and trouble.kind == "half":
            raw = raw[: len(raw) // 2]
        return http_client.Answer(status, {"content-type": "application/json", **extra}, raw)

    def _next_trouble(self, name: str) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.times > 0 and fnmatch.fnmatchcase(name, trouble.on):
                trouble.times -= 1
                return trouble
        return None

    def _let_happen(self, name: str) -> None:
        for entry in [one for one in self._meanwhile if fnmatch.fnmatchcase(name, one[0])]:
            self._meanwhile.remove(entry)
            entry[1]()

    def _act(self, method: str, path: str, params: Json, body: Json,
             headers: Mapping[str, str]) -> tuple[int, Json, Mapping[str, str]]:  # fmt: skip
        try:
            if (method, path) == ("POST", "/api/oauth/token"):
                return 200, self.tokens.exchange(body), {}
            if (method, path) == ("POST", "/api/oauth/revoke"):
                self.tokens.revoke(body)
                return 200, {}, {}
            status, answer = self._operate(method, path, params, body, headers)
            return status, answer, {}
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers

    def _operate(self, method: str, path: str, params: Json, body: Json,
                 headers: Mapping[str, str]) -> tuple[int, Json]:  # fmt: skip
        grant = self.tokens.live_grant(headers.get("Authorization", "").removeprefix("Bearer "))
        if grant is None:
            raise Refusal(401, {"error": "invalid_token"})
        call = calls.Call(grant, params, body, self.catalogue)
        run, scopes, parts = _route(method, path)
        if self.tokens.scopes.isdisjoint(scopes):
            group = scopes[0].partition(":")[0]
            raise Refusal(403, f"The scope group `{group}` must be enabled for this application.")
        return self._once(headers, path, body, lambda: run(call, **parts))

    def _once(self, headers: Mapping[str, str], path: str, body: Json,
              run: Callable[[], tuple[int, Json]]) -> tuple[int, Json]:  # fmt: skip
        """Answer a repeated Idempotency-Key as it was answered before; refusals are not kept."""
        key = headers.get("Idempotency-Key", "")
        if not key:
            return run()
        digest = json.dumps([path, body], sort_keys=True)
        kept = self._kept.get(key)
        if kept is not None:
            if kept[0] != digest:
                raise Refusal(422, json.dumps(["Idempotency-Key was used with another request"]))
            return kept[1], kept[2]
        status, answer = run()
        self._kept[key] = (digest, status, answer)
        return status, answer


def _not_done(trouble: Trouble) -> http_client.Answer:
    if trouble.kind == "away":
        raise http_client.NotReached("fake")
    if trouble.kind == "down":
        raise http_client.Unreachable("fake")
    if trouble.kind == "slow":
        raise http_client.TimedOut("fake")
    if trouble.kind == "garbage":
        return http_client.Answer(200, {"content-type": "text/html"}, b"<!doctype html><p>Welcome</p>")
    raw = json.dumps(trouble.body if trouble.body is not None else {"error": "trouble"}).encode()
    return http_client.Answer(trouble.status, dict(trouble.headers or {}), raw)
