"""What of Settings is about places and practitioners. All named `settings:…`."""

from django.urls import path

from betony.clinic.practice.views import delegation, locations, profile, workplaces

urlpatterns = [
    path("locations/", locations.locations, name="locations"),
    path("locations/add/", locations.add_location, name="add_location"),
    path("locations/<uuid:location_id>/", locations.location, name="location"),
    path("locations/<uuid:location_id>/close/", locations.close_location, name="close_location"),
    path("locations/<uuid:location_id>/reopen/", locations.reopen_location, name="reopen_location"),
    path("work-at/", workplaces.work_at, name="work_at"),
    path("profile/", profile.profile, name="profile"),
    path("profile/practitioner/", profile.practitioner_profile, name="practitioner_profile"),
    path("delegation/", delegation.delegation, name="delegation"),
    path("delegation/<uuid:delegation_id>/end/", delegation.end_delegation, name="end_delegation"),
]
