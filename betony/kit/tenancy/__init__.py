"""Rows belong to an organization: models, the migration helper, and the setting row-level security reads."""

from betony.kit.tenancy.context import NoOrganization, current, organization, reading, working_for

__all__ = ["NoOrganization", "current", "organization", "reading", "working_for"]
