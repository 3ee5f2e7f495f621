"""Mail to the people of a practice."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from betony.dispensary.accounts.models import User
from betony.dispensary.practices import invitations
from betony.kit import jobs


@jobs.job("practices.send_invitation")
def send_invitation(*, organization_id: UUID, user_id: UUID) -> None:
    """Send an invited person the link to choose a password; nothing when they have one by now."""
    user = User.objects.select_related("organization").get(pk=user_id, organization_id=organization_id)
    if user.has_usable_password() or not user.is_active:
        return
    place = user.organization.name
    send_mail(
        _("Your sign-in at %(place)s") % {"place": " ".join(place.split())},
        _(
            "%(place)s has added you at its dispensary.\n\n"
            "Choose your password here; the link works once, within a week:\n%(link)s\n\n"
            "If you did not expect this, you can ignore this email."
        )
        % {"place": place, "link": invitations.address_for(user)},
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
    )
