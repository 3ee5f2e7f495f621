"""Every address of the clinic."""

from django.urls import URLPattern, URLResolver, include, path

from betony.clinic.accounts.urls import doors
from betony.clinic.accounts.urls import settings as account_settings
from betony.clinic.config import errors
from betony.clinic.practice import urls as practice
from betony.clinic.workspace import views as workspace_views
from betony.clinic.workspace.notices import urls as notices
from betony.kit import health

SETTINGS = [*account_settings.urlpatterns, *practice.urlpatterns, *notices.settings_urlpatterns]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    *doors.urlpatterns,
    path("settings/", include((SETTINGS, "settings"))),
    path("", workspace_views.home, name="home"),
    path("", include("betony.clinic.unfinished.urls")),
    path("", include("betony.clinic.patients.urls")),
    path("", include("betony.clinic.health_record.urls")),
    path("", include("betony.clinic.workspace.urls")),
    path("", include("betony.clinic.workspace.notices.urls")),
    path("fullscript/", include("betony.clinic.prescriptions.urls")),
    path("ui-components/", include("betony.kit.ui.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
