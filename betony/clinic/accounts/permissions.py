"""What each role may do. Pure: no Django records, no database.

A permission says "may this person"; whether this record may be touched now is a rule of its module.
"""

from enum import Enum


class Role(Enum):
    """The preset roles of a clinic. Their words for people stand in `models.ROLE_CHOICES`."""

    OWNER = "owner"
    PRACTITIONER = "practitioner"
    CLINICAL_STAFF = "clinical_staff"
    FRONT_DESK = "front_desk"
    BILLER = "biller"
    AUDITOR = "auditor"


_EVERYONE = {"patients.view", "settings.view", "prescriptions.connect"}
_CLINICAL = {
    "patients.edit",
    "patients.notes",
    "health_record.view",
    "health_record.edit",
    "prescriptions.history",
    "prescriptions.write",
    "prescriptions.confirm_patients",
    "prescriptions.in_office_checkout",
}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset(
        _EVERYONE
        | _CLINICAL
        | {
            "settings.manage",
            "users.manage",
            "practice.delegate",
            "patients.deactivate",
            "patients.merge",
            "patients.export",
        }
    ),
    Role.PRACTITIONER: frozenset(
        _EVERYONE | _CLINICAL | {"practice.delegate", "patients.merge", "patients.export"}
    ),
    Role.CLINICAL_STAFF: frozenset(_EVERYONE | _CLINICAL),
    Role.FRONT_DESK: frozenset(
        _EVERYONE
        | {
            "patients.edit",
            "patients.notes",
            "patients.deactivate",
            "prescriptions.history",
            "prescriptions.confirm_patients",
            "prescriptions.in_office_checkout",
        }
    ),
    Role.BILLER: frozenset(_EVERYONE),
    Role.AUDITOR: frozenset(_EVERYONE | {"health_record.view", "prescriptions.history"}),
}


def of_role(role: str) -> frozenset[str]:
    """Return the permissions of a role's stored name; none for an unknown name."""
    try:
        return PERMISSIONS[Role(role)]
    except ValueError:
        return frozenset()
