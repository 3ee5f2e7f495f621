"""Records for tests: practitioners and staff with their sign-ins. Call inside `tenancy.organization(…)`."""

from typing import Any

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, Organization, OwnerType, Role
from betony.dispensary.accounts.oauth import actions as oauth
from betony.dispensary.accounts.secrets import new_token
from betony.dispensary.practices.models import Person, Practitioner, PractitionerType, Staff
from betony.kit import actor, clock, tenancy


def practitioner(
    organization: Organization, *, code: str = "ND", is_owner: bool = False, **values: Any
) -> Practitioner:
    """Return a new practitioner of the dispensary, who has signed in before."""
    user = accounts.user(organization, is_owner=is_owner, **values)
    return Practitioner.objects.create(
        organization=organization,
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        practitioner_type=PractitionerType.objects.get(code=code),
        joined_at=clock.now(),
    )


def staff(organization: Organization, **values: Any) -> Staff:
    """Return a new staff member of the dispensary, who has signed in before."""
    user = accounts.user(organization, role=Role.STAFF, **values)
    return Staff.objects.create(
        organization=organization,
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        joined_at=clock.now(),
    )


def access_token(owner: Person, application: Application) -> str:
    """Return an access token with which the application acts for the owner."""
    by = actor.system("test", organization_id=owner.organization_id)
    kind = OwnerType.PRACTITIONER if isinstance(owner, Practitioner) else OwnerType.STAFF
    token = new_token()
    with tenancy.organization(owner.organization_id):
        code = oauth.save_code(
            by=by,
            new=oauth.NewCode(
                code=new_token(),
                application=application,
                user=owner.user,
                owner=oauth.ResourceOwner(kind.value, owner.pk),
                redirect_uri=application.redirect_uris[0],
                challenge="",
            ),
        )
        grant = oauth.use_code(by=by, code=code)
        oauth.save_pair(grant=grant, access=token, refresh=new_token(), previous=None)
    return token
