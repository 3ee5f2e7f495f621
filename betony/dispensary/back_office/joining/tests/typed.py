"""What a founder types to create a dispensary."""

from betony.dispensary.back_office.joining.forms import new_page
from betony.dispensary.practices.models import PractitionerType


def fill(**changes: str) -> dict[str, str]:
    """Return the form of Larkspur Dispensary, filled in rightly but for the changes."""
    return {
        "page": new_page(),
        "name": "Larkspur Dispensary",
        "country": "US",
        "first_name": "Ines",
        "last_name": "Moreau",
        "practitioner_type": str(PractitionerType.objects.get(code="ND").pk),
        "email": "Ines.Moreau@Larkspur.example",
        "password": "quite long and unusual",
        "terms": "on",
        "next": "/oauth/authorize?client_id=x",
        **changes,
    }
