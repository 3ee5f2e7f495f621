"""Operations and their addresses. See the module's README for how to add one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from betony.dispensary.accounts import rules
from betony.dispensary.api.frame import bodies, idempotency, tokens
from betony.dispensary.api.frame.answers import Answer, ApiError, Body, NotFound, ScopeMissing
from betony.dispensary.api.frame.calls import Call
from betony.kit import routes, tenancy
from betony.kit.actor import NotPermitted

Function = Callable[..., Answer | Body]


@dataclass(frozen=True, slots=True)
class Operation:
    """A function behind one method of an address, with the scopes a token needs for it."""

    function: Function
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]

    def __call__(self, call: Call, **parts: Any) -> Answer:
        answer = self.function(call, **parts)
        return answer if isinstance(answer, Answer) else Answer(answer)

    def check(self, scopes: frozenset[str]) -> None:
        """Pass when the scopes suffice, else raise ScopeMissing."""
        for scope in self.all_of:
            if scope not in scopes:
                raise ScopeMissing(rules.scope_group(scope))
        if self.any_of and scopes.isdisjoint(self.any_of):
            raise ScopeMissing(rules.scope_group(self.any_of[0]))


def operation(*all_of: str, any_of: tuple[str, ...] = ()) -> Callable[[Function], Operation]:
    """Make an operation of a function `(call, **parts of the address) -> Answer or mapping`.

    The token needs all of the scopes in `all_of`, and at least one of `any_of` when there are any.
    """

    def decorate(function: Function) -> Operation:
        return Operation(function, all_of, any_of)

    return decorate


def route(address: str, **by_method: Operation) -> URLPattern:
    """Return the pattern of one address: `route("clinic/staff/<uuid:staff_id>", GET=show, PATCH=change)`.

    PUT does what PATCH does. Another method is answered like an unknown address.
    """
    operations = dict(by_method)
    if "PATCH" in operations:
        operations.setdefault("PUT", operations["PATCH"])
    if "GET" in operations:
        operations["HEAD"] = operations["GET"]

    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        return _answer(request, operations, parts).response()

    view.__qualname__ = view.__name__ = f"api {address}"
    view.betony_operations = operations  # type: ignore[attr-defined]  # read by the generated tables
    # The token decides, inside; a session's cookie is never looked at, so there is nothing to forge.
    return path(address, csrf_exempt(routes.without_transaction(routes.public(view))))


def _answer(request: HttpRequest, operations: Mapping[str, Operation], parts: Mapping[str, Any]) -> Answer:
    try:
        pair = tokens.authenticate(request)
        chosen = operations.get(request.method or "")
        if chosen is None:
            raise NotFound
        chosen.check(frozenset(pair.grant.scopes))
        call = tokens.call_of(request, pair, bodies.read_body(request))
        request.actor = call.actor  # type: ignore[attr-defined]  # Django's requests carry attributes
        with tenancy.organization(call.organization_id):
            return idempotency.once(request, call, lambda: chosen(call, **parts))
    except ApiError as error:
        return error.answer()
    except (Http404, NotPermitted):
        return NotFound().answer()


@csrf_exempt
@routes.without_transaction
@routes.public
def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer any address of the API that nobody has made, before asking who wants to know."""
    return NotFound().answer().response()
