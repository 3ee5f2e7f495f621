"""Addresses of the dispensary and its people, below /api/."""

from betony.dispensary.api import frame
from betony.dispensary.api.practice import clinic, metadata, people

urlpatterns = [
    frame.route("clinic", GET=clinic.show_clinic),
    frame.route("clinic/metadata", GET=metadata.find_metadata),
    frame.route("clinic/practitioners", GET=people.list_practitioners, POST=people.add_practitioner),
    frame.route(
        "clinic/practitioners/<uuid:person_id>",
        GET=people.show_practitioner,
        PATCH=people.change_practitioner,
    ),
    frame.route("clinic/staff", GET=people.list_staff, POST=people.add_staff),
    frame.route("clinic/staff/<uuid:person_id>", GET=people.show_staff, PATCH=people.change_staff),
]
