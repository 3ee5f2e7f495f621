"""What people may do in the practice's pages. Pure: no Django records, no database.

An application's permissions are the scopes of its token (see scopes.py), never these.
"""

PRACTICE = "practice"
PRESCRIBE = "practice.prescribe"
MANAGE = "practice.manage"
APPLICATIONS = "practice.applications"
DEVELOPERS = "developers"

PRACTITIONER = "practitioner"
STAFF = "staff"
OWNER = "owner"


def of_person(*, role: str, is_owner: bool, is_developer: bool) -> frozenset[str]:
    """Return the permissions of somebody who signs in for a dispensary as a practitioner or as staff."""
    granted = {PRACTICE, APPLICATIONS}
    if role == PRACTITIONER:
        granted.add(PRESCRIBE)
    if is_owner:
        granted.add(MANAGE)
    if is_developer:
        granted.add(DEVELOPERS)
    return frozenset(granted)
