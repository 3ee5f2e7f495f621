"""The clinic's own settings."""

from collections.abc import Mapping
from typing import Any

from betony.clinic.accounts import editing
from betony.clinic.accounts.models import Organization
from betony.kit import tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail


def change_organization(*, by: Actor, version: int, values: Mapping[str, Any]) -> Organization:
    """Change name, time zone, currency or idle minutes. Raises editing.ChangedMeanwhile."""
    by.require("settings.manage")
    with tenancy.organization(by.organization_id) as organization_id:
        organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
        changes = trail.changed_fields(organization, values)
        editing.set_values(organization, version=version, values=values)
        organization.save(update_fields=[*values, "version"])
        trail.record(by=by, action="accounts.organization_changed", subject=organization, changes=changes)
    return organization
