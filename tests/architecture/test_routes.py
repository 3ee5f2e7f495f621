"""Default deny: every address says who may open it."""

import inspect

from django.conf import settings

from betony.kit import routes
from tools import server_facts


def test_every_route_declares_a_policy():
    undeclared = [address for address, _, view in server_facts.views() if routes.policy_of(view) is None]
    assert undeclared == []


def test_every_permission_that_a_route_asks_for_is_known():
    known = {permission for permissions in server_facts.roles().values() for permission in permissions}
    policies = [routes.policy_of(view) for _, _, view in server_facts.views()]
    asked = {permission for policy in policies if policy for permission in policy.permissions}
    assert asked - known == set()


def test_our_views_are_functions():
    classes = [
        address
        for address, _, view in server_facts.views()
        if view.__module__.startswith("betony.") and (hasattr(view, "view_class") or inspect.isclass(view))
    ]
    assert classes == []


def test_every_page_of_a_module_says_which_methods_it_takes():
    silent = [
        address
        for address, _, view in server_facts.views()
        if view.__module__.startswith(f"betony.{settings.BETONY_SERVER}.")
        and ".api." not in view.__module__
        and server_facts.methods_of(view) == ["any"]
    ]
    assert silent == [], "decorate the view with require_GET, require_POST or require_http_methods"


def test_a_route_name_means_one_view():
    views: dict[str, set[str]] = {}
    for _, name, view in server_facts.views():
        if name and not name.endswith(":"):
            views.setdefault(name, set()).add(f"{view.__module__}.{view.__qualname__}")
    assert {name: found for name, found in views.items() if len(found) > 1} == {}


def test_no_address_is_given_twice():
    addresses = [address for address, _, _ in server_facts.views()]
    assert sorted({address for address in addresses if addresses.count(address) > 1}) == []


def test_every_page_ends_with_a_slash():
    bare = [
        address
        for address, _, view in server_facts.views()
        if not address.endswith("/") and "." not in address and ".api." not in view.__module__
    ]
    # The last two are addresses of the public contract, which has none.
    allowed = ("/healthz", "/readyz", "/api/", "/oauth/", "/welcome/", "/o/")
    assert [address for address in bare if not address.startswith(allowed)] == []


def test_cookie_names_belong_to_this_server_alone():
    doors = {"clinic": ("betony_clinic", "betony_portal"), "dispensary": ("betony_dispensary", "betony_shop")}
    names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
    assert [name for name in names if not name.startswith(doors[settings.BETONY_SERVER])] == []
    assert len(set(names)) == len(names)
