"""What a server says about itself: its models, routes, roles, events and listeners.

`facts_of("clinic")` asks a process of its own, because one process can hold only one server's settings.
The functions that collect need Django set up; the architecture tests call them directly.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools import tree

# Enough for the settings to load. Nothing here is ever connected to.
PLACEHOLDERS = {
    "BETONY_ENV": "test",
    "BETONY_SECRET_KEY": "only-for-checks-that-never-serve-a-request-" + "0" * 20,
    "BETONY_KEY_RING": "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=",
    **{
        f"BETONY_{server}_{kind}DATABASE_URL": "postgresql://nobody:nothing@localhost:1/nowhere"
        for server in ("CLINIC", "DISPENSARY")
        for kind in ("", "MIGRATION_")
    },
}


def environment() -> dict[str, str]:
    """This process's environment with the placeholders where nothing is set."""
    return {**PLACEHOLDERS, **os.environ, "BETONY_ENV": "test"}


def facts_of(server: str) -> dict[str, Any]:
    """Return the facts of a server by asking a process that runs its settings.

    Raises RuntimeError with that process's own words when the settings do not load.
    """
    settings = f"betony.{server}.config.settings"
    ended = subprocess.run(
        [sys.executable, "-m", "tools.server_facts"],
        cwd=tree.ROOT,
        env={**environment(), "DJANGO_SETTINGS_MODULE": settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{settings} does not load:\n{ended.stderr}")
    facts: dict[str, Any] = json.loads(ended.stdout)
    return facts


def models() -> list[dict[str, Any]]:
    """Each concrete model of ours: app label, folder, name, table, and its fields with their kind."""
    from django.apps import apps

    found = []
    for model in apps.get_models():
        config = apps.get_app_config(model._meta.app_label)
        if config.name.startswith("betony."):
            found.append(
                {
                    "app": config.label,
                    "folder": tree.shown(Path(config.path)),
                    "name": model.__name__,
                    "table": model._meta.db_table,
                    "fields": {field.name: _kind(field) for field in model._meta.local_fields},
                }
            )
    return sorted(found, key=lambda one: (one["folder"], one["name"]))


def _kind(field: Any) -> str:
    if field.primary_key:
        return "key"
    if field.is_relation:
        return "reference"
    return str(field.get_internal_type())


def views() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every route of the URLconf: (path, name, view), in path order."""
    from django.urls import get_resolver

    yield from sorted(_walk(get_resolver().url_patterns, "/", ""), key=lambda row: row[:2])


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, address, inner)
        else:
            yield address, namespace + (pattern.name or ""), pattern.callback


def scopes_of(view: Callable[..., Any]) -> dict[str, str]:
    """For an address of the API: method to the scopes its token needs, in words; empty for pages."""
    told = {}
    for method, operation in getattr(view, "betony_operations", {}).items():
        every = " and ".join(f"`{scope}`" for scope in operation.all_of)
        some = " or ".join(f"`{scope}`" for scope in operation.any_of)
        told[method] = " and ".join(part for part in (every, some) if part)
    return told


def methods_of(view: Callable[..., Any]) -> list[str]:
    """The HTTP methods a view accepts; `any` when it does not say (`require_http_methods` says)."""
    if scopes := scopes_of(view):
        return sorted(scopes)
    current: Any = view
    while current is not None:
        held = inspect.getclosurevars(current).nonlocals if inspect.isfunction(current) else {}
        allowed = held.get("request_method_list")
        if allowed:
            return sorted(allowed)
        current = getattr(current, "__wrapped__", None)
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        names = [name for name in view_class.http_method_names if hasattr(view_class, name)]
        return sorted(name.upper() for name in names if name != "options")
    return ["any"]


def routes() -> list[dict[str, Any]]:
    """Each route with its methods and policy (None when the view declares none)."""
    from betony.kit.routes import policy_of

    found = []
    for address, name, view in views():
        policy = policy_of(view)
        found.append(
            {
                "path": address,
                "name": name,
                "view": f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}",
                "methods": methods_of(view),
                "scopes": scopes_of(view),
                "policy": None if policy is None else dataclasses.asdict(policy),
            }
        )
    return found


def listeners() -> dict[str, list[str]]:
    """Event name to the jobs that listen."""
    from betony.kit import events

    return {
        f"{event.__module__}.{event.__name__}": list(jobs) for event, jobs in events.subscriptions().items()
    }


def roles() -> dict[str, list[str]]:
    """Role to its permissions, as the server's accounts.permissions tells them."""
    from django.conf import settings

    permissions = importlib.import_module(f"betony.{settings.BETONY_SERVER}.accounts.permissions")
    if settings.BETONY_SERVER == "clinic":
        return {role.value: sorted(granted) for role, granted in permissions.PERMISSIONS.items()}
    may = permissions.of_person
    people = {
        "owner": may(role=permissions.PRACTITIONER, is_owner=True, is_developer=False),
        "practitioner": may(role=permissions.PRACTITIONER, is_owner=False, is_developer=False),
        "staff": may(role=permissions.STAFF, is_owner=False, is_developer=False),
        "developer": may(role=permissions.STAFF, is_owner=False, is_developer=True),
    }
    return {name: sorted(granted) for name, granted in people.items()}


def main() -> None:
    """Print the facts of the server whose settings are named in the environment."""
    import django

    django.setup()
    facts = {"models": models(), "routes": routes(), "listeners": listeners(), "roles": roles()}
    json.dump(facts, sys.stdout)


if __name__ == "__main__":
    main()
