"""Who may open which address: every view declares a policy, and a view without one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.module_loading import import_string

from betony.kit import requests, tenancy
from betony.kit.actor import ANONYMOUS, Actor, NotPermitted

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Policy:
    """`public`: anybody. `signed_in`: any account of this server's door. `permission`: one of the named."""

    kind: Literal["public", "signed_in", "permission"]
    permissions: tuple[str, ...] = ()

    def allows(self, actor: Actor) -> bool:
        """Tell whether this actor may open the view."""
        if self.kind == "public":
            return True
        if not actor.is_signed_in:
            return False
        return self.kind == "signed_in" or any(actor.may(name) for name in self.permissions)


def declare(view: View, policy: Policy) -> View:
    """Return the view with its policy; for views that are not ours."""
    view.betony_policy = policy  # type: ignore[attr-defined]  # Django's views carry attributes
    return view


def public(view: View) -> View:
    """Let anybody open this view."""
    return declare(view, Policy("public"))


def signed_in(view: View) -> View:
    """Let everybody who is signed in open this view."""
    return declare(view, Policy("signed_in"))


def requires(*permissions: str) -> Callable[[View], View]:
    """Let those open this view who hold one of the permissions; others are told it does not exist."""

    def decorate(view: View) -> View:
        return declare(view, Policy("permission", permissions))

    return decorate


def without_transaction(view: View) -> View:
    """Open no transaction around this view: it calls the network, and opens short ones itself."""
    view.betony_without_transaction = True  # type: ignore[attr-defined]  # Django's views carry attributes
    return view


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """Return the declared policy of a view, or None."""
    policy = getattr(view, "betony_policy", None) or getattr(
        getattr(view, "view_class", None), "betony_policy", None
    )
    return policy if isinstance(policy, Policy) else None


class Diverted(Exception):
    """What was asked for is elsewhere now: the view's transaction is undone, and the error answers instead."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer; called in the actor's organization, in a transaction of its own."""
        raise NotImplementedError


class RouteMiddleware:
    """Applies the policy, and runs the view inside the actor's organization.

    Stands last, after the middleware that sets `request.actor`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        policy = policy_of(view)
        if policy is None:
            if settings.BETONY_ENV != "production":
                raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} declares no policy.")
            raise Http404
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        if not policy.allows(actor):
            if actor.is_signed_in:
                raise Http404
            return _ask_to_sign_in(request)
        try:
            return self._run(request, actor, view, args, kwargs)
        except NotPermitted as error:
            raise Http404 from error
        except Diverted as error:
            with tenancy.organization(actor.organization_id):
                return error.answer(request)

    def _run(
        self,
        request: HttpRequest,
        actor: Actor,
        view: Callable[..., HttpResponseBase],
        args: Any,
        kwargs: Any,
    ) -> HttpResponseBase | None:
        if actor.organization_id is None:
            return view(request, *args, **kwargs)
        if getattr(view, "betony_without_transaction", False):
            with tenancy.working_for(actor.organization_id):
                return view(request, *args, **kwargs)
        with tenancy.organization(actor.organization_id):
            return view(request, *args, **kwargs)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Answer somebody who is not signed in, without leading a page away that may hold what they typed.

    A script is told, and its page decides. A form is given to the server's own answer for it, where there is one.
    """
    if requests.is_by_script(request):
        return HttpResponse(status=401)
    is_reading = request.method in ("GET", "HEAD")
    answer_form = getattr(settings, "BETONY_SIGNED_OUT_FORM", "")
    if answer_form and not is_reading:
        answered: HttpResponseBase = import_string(answer_form)(request)
        return answered
    return to_sign_in(back_to=request.get_full_path() if is_reading else requests.page_before(request))


def to_sign_in(*, back_to: str) -> HttpResponseBase:
    """Lead to the page for signing in, and from there back to the page that was asked for."""
    if not back_to:
        return redirect(settings.LOGIN_URL)
    question = QueryDict(mutable=True)
    question["next"] = back_to
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{question.urlencode(safe='/')}")
